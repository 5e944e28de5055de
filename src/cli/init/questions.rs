//! What init asks on a terminal: each question with its default and the reason
//! for it; an answer that is wrong is said so and asked for again.

use std::collections::BTreeMap;
use std::path::Path;

use super::draft::{Basis, Draft, Found};
use crate::cli::ui::wrapped;
use crate::cli::{CliError, Session, Ui};
use crate::host::Host;
use crate::report::problem::safe;
use crate::services::{self, Service};
use crate::stack::{self, Runtime};
use crate::units::Bytes;

/// One question.
struct Question<'a> {
    /// What is asked.
    text: &'a str,
    /// What an empty line means.
    default: &'a str,
    /// Why that is the default.
    because: &'a str,
}

/// Asks what the options leave open.
pub(super) fn ask(
    draft: &mut Draft,
    path: &Path,
    session: &Session,
    ui: &mut Ui,
) -> Result<(), CliError> {
    ui.print("An empty line takes the default in brackets; Ctrl-C writes nothing.\n");
    let globals = &session.globals;
    if let (Basis::Bundled(..), None) = (&draft.basis, &globals.stack) {
        draft.basis = ask_stack(ui)?;
        draft.runtime = draft.basis.runtime();
    }
    if globals.profile.is_none() {
        draft.profile = ask_profile(path, session, ui)?;
    }
    draft.runtime = ask_runtime(draft, ui)?;
    if let Basis::Installed(found) = &mut draft.basis {
        ask_uses(found, ui)?;
    }
    let question = Question {
        text: "Memory for agents and jobs beside the services",
        default: "0MiB",
        because: "most hosts run nothing else that is large",
    };
    let host = match &draft.profile {
        Some(name) => session.profile(name, None)?,
        None => session.host()?,
    };
    draft.extra = answered(ui, &question, |line| extra(line, &host))?;
    Ok(())
}

/// Memory beside the services: less than there is.
fn extra(line: &str, host: &Host) -> Result<Bytes, String> {
    let extra = Bytes::parse(line).map_err(|error| format!("{error}: write it as 100MiB"))?;
    if extra < host.memory {
        return Ok(extra);
    }
    Err(format!("{} has {} in all", host.name, host.memory))
}

fn ask_stack(ui: &mut Ui) -> Result<Basis, CliError> {
    let names: Vec<&str> = stack::BUNDLED.iter().map(|(name, _)| *name).collect();
    let text = format!("The stack to begin from: {}", names.join(", "));
    let question = Question {
        text: &text,
        default: super::DEFAULT_STACK,
        because: "nothing that tune knows is installed, and it has one of each",
    };
    answered(ui, &question, |line| {
        super::bundled(line).map_err(|error| said(&error))
    })
}

fn ask_profile(path: &Path, session: &Session, ui: &mut Ui) -> Result<Option<String>, CliError> {
    let question = Question {
        text: "The host: 'detect', a name as in 'tune profiles', or the path of a profile",
        default: "detect",
        because: "the file lies on the host that it is for",
    };
    answered(ui, &question, |line| match line {
        "detect" => Ok(None),
        name => session
            .profile(name, None)
            .and_then(|_| super::reachable(name, path).map(Some))
            .map_err(|error| said(&error)),
    })
}

fn ask_runtime(draft: &Draft, ui: &mut Ui) -> Result<Runtime, CliError> {
    let text = format!("What starts the services: {}", Runtime::NAMES.join(", "));
    let because = match draft.basis {
        Basis::Bundled(..) => "the bundled stack says so",
        Basis::Installed(_) => "packages of distributions come with units for systemd",
    };
    let question = Question {
        text: &text,
        default: draft.runtime.name(),
        because,
    };
    answered(ui, &question, |line| {
        Runtime::named(line).ok_or_else(|| format!("one of {}", Runtime::NAMES.join(", ")))
    })
}

/// Who opens connections to each service that has some to divide.
fn ask_uses(found: &mut BTreeMap<String, Found>, ui: &mut Ui) -> Result<(), CliError> {
    let names: Vec<String> = found.keys().cloned().collect();
    let divides = |kind: &String| services::find(kind).is_some_and(Service::divides_connections);
    for base in names.iter().filter(|kind| divides(kind)) {
        // Nobody uses itself, and nobody what uses it.
        let used = |name: &String| found.get(base).is_some_and(|b| b.uses.contains(name));
        let opens = |kind: &String| services::find(kind).is_some_and(Service::opens_connections);
        let others: Vec<&str> = names
            .iter()
            .filter(|name| *name != base && opens(name) && !used(name))
            .map(String::as_str)
            .collect();
        if others.is_empty() {
            continue;
        }
        let text = format!(
            "Which open connections to {base}: {}, or 'none'",
            others.join(", ")
        );
        let question = Question {
            text: &text,
            default: "none",
            because: "nothing tells; its connections are divided among those that are named",
        };
        let users = answered(ui, &question, |line| chosen(line, &others))?;
        for user in users {
            if let Some(found) = found.get_mut(&user) {
                found.uses.push(base.clone());
            }
        }
    }
    Ok(())
}

/// Names of a list, separated by commas or blanks.
fn chosen(line: &str, names: &[&str]) -> Result<Vec<String>, String> {
    if line == "none" {
        return Ok(Vec::new());
    }
    let words = line.split([',', ' ']).filter(|word| !word.is_empty());
    let mut chosen: Vec<String> = Vec::new();
    for word in words {
        if !names.contains(&word) {
            let message = format!("'{word}' is none of {}", names.join(", "));
            return Err(message);
        }
        if !chosen.iter().any(|name| name == word) {
            chosen.push(word.to_owned());
        }
    }
    Ok(chosen)
}

/// Asks until the answer is right.
fn answered<T>(
    ui: &mut Ui,
    question: &Question<'_>,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, CliError> {
    let because = format!("{}: {}", question.default, question.because);
    let text = format!(
        "\n{}\n{}\n",
        wrapped(question.text, "", ui.width()),
        wrapped(&because, "  ", ui.width())
    );
    ui.print(&text);
    loop {
        let Some(line) = ui.ask(&format!("[{}] ", question.default)) else {
            return Err(CliError::refused(
                "the input ended before the last answer: nothing was written",
                "tune init --yes takes every default",
            ));
        };
        let line = if line.is_empty() {
            question.default
        } else {
            &line
        };
        match read(line) {
            Ok(answer) => return Ok(answer),
            Err(message) => ui.print(&format!("{}\n", wrapped(&safe(&message), "  ", ui.width()))),
        }
    }
}

/// An error as a line or two.
fn said(error: &CliError) -> String {
    match error.help() {
        Some(help) => format!("{error}; {help}"),
        None => error.to_string(),
    }
}
