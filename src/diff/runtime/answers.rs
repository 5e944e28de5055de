//! What a running server answers, setting by setting.

use super::processes::Process;
use super::services::Look;
use super::{Ask, Inquiry, Runtime, Value};
use crate::formats::{Format, Reading, Standing};
use crate::services::{Answer, Question};

/// Puts the question, and keeps what it says of the plan's settings.
pub(super) fn put(
    look: &Look<'_>,
    question: Question,
    (format, reading): &(Format, Reading),
    mains: &[&Process],
    ask: &dyn Ask,
    runtime: &mut Runtime,
) {
    let in_effect = |key: &str| {
        let mut found = reading.occurrences.iter();
        let found = found.rfind(|one| one.key == key && one.standing == Standing::Holds);
        found.map(|one| one.value.to_string())
    };
    let main = mains.first();
    let inquiry = Inquiry {
        program: question.program,
        arguments: (question.arguments)(&in_effect),
        environment: (question.environment)(&in_effect),
        user: main
            .and_then(|main| main.user)
            .filter(|_| question.as_owner),
    };
    let name = &look.planned.name;
    let said = ask.ask(&inquiry);
    let answers = match said.and_then(|answer| (question.answers)(&answer)) {
        Ok(answers) => answers,
        Err(why) => return runtime.unasked(name, &why),
    };
    missing(look, question.program, *format, &answers, runtime);
    for answer in answers {
        let Some(setting) = look.planned.setting(&answer.key) else {
            continue;
        };
        let from = question.program.to_owned();
        let value = Value {
            pending: answer.pending,
            by: answer.by,
            in_sessions: answer.in_sessions,
            since: main.and_then(|main| main.started),
            ..Value::of(setting, &answer.name, *format, &answer.value, from)
        };
        runtime.value(name, &answer.key, value);
    }
}

/// What a script is to tell the server and the server does not have.
fn missing(
    look: &Look<'_>,
    program: &str,
    format: Format,
    answers: &[Answer],
    runtime: &mut Runtime,
) {
    for setting in look.settings_in(Format::Text) {
        if !answers.iter().any(|answer| answer.key == setting.key) {
            let from = program.to_owned();
            let value = Value {
                text: "not set".to_owned(),
                holds: false,
                ..Value::of(setting, &setting.key, format, "", from)
            };
            runtime.value(&look.planned.name, &setting.key, value);
        }
    }
}
