//! A command line that is none: what is wrong with it, and what it would have
//! asked of the answer.

use std::ffi::OsString;

use clap::ValueEnum as _;
use clap::error::ErrorKind;

use super::ui::ColorWhen;
use crate::input::Problem;

const COMMANDS: &str = "begin with 'tune plan'; 'tune --help' lists the commands";

/// What is wrong, in the parser's words.
/// `of` is the command that was asked for, as it is called.
pub(super) fn problem(error: &clap::Error, of: &str) -> Problem {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Problem::new("no command is named").help(COMMANDS);
    }
    let text = error.render().to_string();
    let mut parts = text.split("\n\n").map(one_line);
    let message = parts.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(&message);
    let rest: Vec<String> = parts.collect();
    let with = |label| rest.iter().find_map(|part| part.strip_prefix(label));
    let help = match (with("tip: "), with("Usage: ")) {
        (Some(tip), _) => tip.to_owned(),
        (None, Some(usage)) => format!("{usage}; '{} --help' says more", command(usage)),
        (None, None) => format!("'{of} --help' says what there is"),
    };
    Problem::new(message).help(help)
}

/// The words of a usage before what is to be put in: `tune explain <KEY>`.
fn command(usage: &str) -> String {
    let words = usage.split(' ');
    let words = words.take_while(|word| !word.starts_with(['<', '[', '-']));
    words.collect::<Vec<_>>().join(" ")
}

fn one_line(part: &str) -> String {
    part.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The command that a line asks for: the first word that is the name of one.
pub(super) fn asked(arguments: &[OsString], program: &clap::Command) -> String {
    let mut words = options(arguments);
    let name = words.find(|word| program.find_subcommand(word).is_some());
    name.map_or_else(|| "tune".to_owned(), |name| format!("tune {name}"))
}

/// Whether the answer was to be JSON.
pub(super) fn asks_for_json(arguments: &[OsString]) -> bool {
    value(arguments, "--format") == Some("json")
}

/// Whether little was to be said.
pub(super) fn asks_for_quiet(arguments: &[OsString]) -> bool {
    options(arguments).any(|word| matches!(word, "-q" | "--quiet"))
}

/// When to colour.
pub(super) fn color(arguments: &[OsString]) -> ColorWhen {
    let word = value(arguments, "--color").unwrap_or_default();
    ColorWhen::from_str(word, false).unwrap_or_default()
}

/// What may be options: everything up to `--`.
fn options(arguments: &[OsString]) -> impl Iterator<Item = &str> {
    let words = arguments.iter().skip(1);
    words
        .map(|word| word.to_str().unwrap_or_default())
        .take_while(|word| *word != "--")
}

fn value<'a>(arguments: &'a [OsString], option: &str) -> Option<&'a str> {
    let mut words = options(arguments);
    while let Some(word) = words.next() {
        match word.strip_prefix(option) {
            Some("") => return words.next(),
            Some(rest) if rest.starts_with('=') => return rest.strip_prefix('='),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn help_is_that_of_the_command() {
        assert_eq!(command("tune explain [OPTIONS] <KEY>"), "tune explain");
        assert_eq!(command("tune [OPTIONS] <COMMAND>"), "tune");
        assert_eq!(command("tune plan --config <PATH>"), "tune plan");
    }

    #[test]
    fn what_was_asked_for_is_the_first_word_that_is_a_command() {
        let program = clap::Command::new("tune")
            .subcommand(clap::Command::new("verify"))
            .subcommand(clap::Command::new("plan"));
        let of = |words: &[&str]| asked(&line(words), &program);
        assert_eq!(
            of(&["tune", "-v", "verify", "--format", "plan"]),
            "tune verify"
        );
        assert_eq!(of(&["tune", "paln"]), "tune");
    }

    #[test]
    fn the_format_is_seen_wherever_it_stands() {
        assert!(asks_for_json(&line(&["tune", "plan", "--format", "json"])));
        assert!(asks_for_json(&line(&["tune", "--format=json", "paln"])));
        assert!(!asks_for_json(&line(&["tune", "plan", "--format", "text"])));
        assert!(!asks_for_json(&line(&[
            "tune", "plan", "--", "--format", "json"
        ])));
        assert!(!asks_for_json(&line(&["tune", "--formats", "json"])));
    }
}
