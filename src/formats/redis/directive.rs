//! What one line of `redis.conf` says, and what one command line does. Which
//! of several lines counts is not known here.

use std::ops::Range;

use bstr::BString;

use super::super::Statement;
use super::values;
use super::words::{self, Word};

/// Reads another file at its place.
pub(super) const INCLUDE: &str = "include";
/// Says when to write a snapshot; each line adds to those before it.
pub(super) const SAVE: &str = "save";
/// The directory that later names without a leading '/' start from.
pub(super) const DIRECTORY: &str = "dir";
const LIMIT: &str = "client-output-buffer-limit";

/// Those that take other than one argument.
/// Source: redis 7.0 config.c, `MULTI_ARG_CONFIG`.
const MANY: &[&str] = &[
    SAVE,
    "bind",
    "latency-tracking-info-percentiles",
    "oom-score-adj-values",
    "replicaof",
    "shutdown-on-sigint",
    "shutdown-on-sigterm",
];
/// Those of which every line counts; their first argument tells them apart, and
/// so do two with `sentinel`.
/// Source: redis 7.0 config.c, "Execute config directives".
const KEYED: &[(&str, usize)] = &[
    ("user", 1),
    ("loadmodule", 1),
    ("rename-command", 1),
    ("sentinel", 2),
];

/// What is wrong with a line.
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) why: &'static str,
}

/// What a line says that is neither blank nor a comment.
pub(super) fn statements(text: &[u8], start: usize) -> Result<Vec<Statement>, Fault> {
    let fault = |at, why| Fault { at, why };
    let words = words::split(text, start).map_err(|at| {
        fault(
            at,
            "a quote without an end, or with something right behind it",
        )
    })?;
    let at = start..start + text.len();
    let Some((first, arguments)) = words.split_first() else {
        return Ok(Vec::new());
    };
    let name = name(&first.value).ok_or_else(|| fault(first.at.start, "no name of a directive"))?;
    if name == LIMIT {
        return limits(arguments, &at).ok_or_else(|| {
            let why = "it takes a class, two sizes and seconds, and any number of those";
            fault(at.start, why)
        });
    }
    match KEYED.iter().find(|(keyed, _)| *keyed == name) {
        Some((_, count)) => Ok(vec![keyed(name, *count, arguments, at)?]),
        None => Ok(vec![plain(name, arguments, at)?]),
    }
}

/// One of which every line counts, told apart by its first arguments.
fn keyed(
    mut key: String,
    count: usize,
    arguments: &[Word],
    at: Range<usize>,
) -> Result<Statement, Fault> {
    let told_apart = arguments.get(..count).unwrap_or(arguments);
    let rest = arguments.get(count..).unwrap_or_default();
    let is_renaming = key == "rename-command";
    if (told_apart.is_empty() && key != "sentinel") || (is_renaming && rest.len() != 1) {
        let why = "an argument is missing or one too many";
        return Err(Fault { at: at.start, why });
    }
    for word in told_apart {
        let why = "not UTF-8";
        let text = std::str::from_utf8(&word.value).map_err(|_| Fault {
            at: word.at.start,
            why,
        })?;
        key.push(' ');
        // Names of commands are compared without their case.
        if is_renaming {
            key.push_str(&text.to_ascii_lowercase());
        } else {
            key.push_str(text);
        }
    }
    Ok(statement(key, rest, at))
}

/// Any other: one argument, but for those of `MANY`.
fn plain(name: String, arguments: &[Word], at: Range<usize>) -> Result<Statement, Fault> {
    let is_many = MANY.contains(&name.as_str());
    let (at_fault, why) = match arguments {
        [] if !is_many => (at.start, "an argument is missing"),
        [_, second, ..] if !is_many => {
            let why = "a second argument: a comment needs a line of its own";
            (second.at.start, why)
        }
        _ if name == SAVE && !are_pairs(arguments) => {
            (at.start, "save takes pairs of seconds and changes")
        }
        // Each file that is included counts.
        [file] if name == INCLUDE => match std::str::from_utf8(&file.value) {
            Ok(path) => return Ok(statement(format!("{INCLUDE} {path}"), arguments, at)),
            Err(_) => (file.at.start, "a path that is not UTF-8"),
        },
        _ => return Ok(statement(name, arguments, at)),
    };
    Err(Fault { at: at_fault, why })
}

fn statement(key: String, arguments: &[Word], at: Range<usize>) -> Statement {
    let values: Vec<&[u8]> = arguments.iter().map(|word| word.value.as_slice()).collect();
    let value_at = match (arguments.first(), arguments.last()) {
        (Some(first), Some(last)) => first.at.start..last.at.end,
        _ => at.end..at.end,
    };
    Statement {
        within: Vec::new(),
        key,
        value: values.join(&b' ').into(),
        at,
        value_at,
    }
}

/// The name as redis compares it: its case does not count, nor which of two
/// names of one setting it is.
fn name(word: &[u8]) -> Option<String> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    if word.is_empty() || !word.iter().all(is_name) {
        return None;
    }
    let name = String::from_utf8(word.to_ascii_lowercase()).ok()?;
    Some(values::first_name(&name).to_owned())
}

/// A statement for each class: a line may name several.
fn limits(arguments: &[Word], line: &Range<usize>) -> Option<Vec<Statement>> {
    let mut found: Vec<Statement> = Vec::new();
    let mut begin = line.start;
    if arguments.is_empty() || !arguments.len().is_multiple_of(4) {
        return None;
    }
    for four in arguments.chunks(4) {
        let (class, limits) = four.split_first()?;
        let class = values::class(&class.value)?;
        let end = limits.last()?.at.end;
        found.push(statement(format!("{LIMIT} {class}"), limits, begin..end));
        begin = end;
    }
    Some(found)
}

/// Whether all are numbers, as many seconds as changes; one word may hold them.
fn are_pairs(arguments: &[Word]) -> bool {
    let numbers = match arguments {
        [one] => one.value.split(|byte| *byte == b' ').collect::<Vec<_>>(),
        more => more.iter().map(|word| word.value.as_slice()).collect(),
    };
    let is_number = |word: &&[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    numbers == [b""] || (numbers.len().is_multiple_of(2) && numbers.iter().all(is_number))
}

/// What `redis-server FILE --maxmemory 50mb` sets over its file, in order: each
/// option is read as a line behind the file's last.
/// Source: redis 7.0 server.c, `main`: the options are appended to the file.
pub(super) fn arguments(argv: &[String]) -> Vec<(String, BString)> {
    let mut found = Vec::new();
    let mut line: Option<String> = None;
    let options = argv.iter().skip(1);
    for argument in options.map(String::as_str).chain(["--"]) {
        let Some(option) = argument.strip_prefix("--") else {
            // What stands before the first option is the file.
            if let Some(line) = &mut line {
                line.push(' ');
                line.push_str(&values::quoted(argument));
            }
            continue;
        };
        let text = line.replace(option.to_owned()).unwrap_or_default();
        let said = statements(text.as_bytes(), 0).unwrap_or_default();
        found.extend(said.into_iter().map(|one| (one.key, one.value)));
    }
    found
}
