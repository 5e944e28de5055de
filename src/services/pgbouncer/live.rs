//! What a running pooler says of its settings: SHOW CONFIG.

use crate::services::live::no_environment;
use crate::services::{Answer, Live, Question};

pub(super) const LIVE: Live = Live {
    programs: &["pgbouncer"],
    through: &[],
    workers: None,
    question: Some(Question {
        program: "psql",
        arguments,
        environment: no_environment,
        answers,
        as_owner: true,
    }),
};

/// Where it listens, unless told otherwise.
/// Source: <https://www.pgbouncer.org/config.html>, `listen_port`, `unix_socket_dir`.
const PORT: &str = "6432";
const SOCKETS: &str = "/tmp";

fn arguments(in_effect: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let socket = in_effect("unix_socket_dir").unwrap_or_else(|| SOCKETS.to_owned());
    let port = in_effect("listen_port").unwrap_or_else(|| PORT.to_owned());
    let words = [
        "--no-password",
        "--no-psqlrc",
        "--no-align",
        "--tuples-only",
        "--field-separator=\t",
        "--host",
        socket.as_str(),
        "--port",
        port.as_str(),
        "--username",
        "pgbouncer",
        "--dbname",
        "pgbouncer",
        "--command",
        "SHOW CONFIG",
    ];
    words.into_iter().map(str::to_owned).collect()
}

/// Lines of: key, value, default, whether it can be changed.
fn answers(text: &str) -> Result<Vec<Answer>, String> {
    let answer = |line: &str| {
        let mut fields = line.split('\t');
        let key = fields.next()?;
        Some(Answer {
            key: key.to_owned(),
            name: key.to_owned(),
            value: fields.next()?.to_owned(),
            pending: false,
            by: None,
        })
    };
    let answers: Vec<Answer> = text.lines().filter_map(answer).collect();
    if answers.is_empty() {
        return Err("the pooler named no setting".to_owned());
    }
    Ok(answers)
}
