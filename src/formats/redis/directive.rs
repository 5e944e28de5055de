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
    let wrong = |why| Err(fault(at.start, why));
    if name == LIMIT {
        return limits(arguments, &at).ok_or_else(|| {
            let why = "it takes a class, two sizes and seconds, and any number of those";
            fault(at.start, why)
        });
    }
    let keyed = KEYED.iter().find(|(keyed, _)| *keyed == name);
    let Some((_, count)) = keyed else {
        match arguments {
            [] if !MANY.contains(&name.as_str()) => return wrong("an argument is missing"),
            [_, second, ..] if !MANY.contains(&name.as_str()) => {
                let why = "a second argument: a comment needs a line of its own";
                return Err(fault(second.at.start, why));
            }
            _ if name == SAVE && !are_pairs(arguments) => {
                return wrong("save takes pairs of seconds and changes");
            }
            _ => {}
        }
        return Ok(vec![plain(name, arguments, at)]);
    };
    let told_apart = arguments.get(..*count).unwrap_or(arguments);
    let rest = arguments.get(*count..).unwrap_or_default();
    if (told_apart.is_empty() && name != "sentinel")
        || (name == "rename-command" && rest.len() != 1)
    {
        return wrong("an argument is missing or one too many");
    }
    let mut key = name;
    for word in told_apart {
        let word_at = word.at.start;
        let word = std::str::from_utf8(&word.value).map_err(|_| fault(word_at, "not UTF-8"))?;
        key.push(' ');
        // Names of commands are compared without their case.
        if key.starts_with("rename-command") {
            key.push_str(&word.to_ascii_lowercase());
        } else {
            key.push_str(word);
        }
    }
    Ok(vec![statement(key, rest, at)])
}

fn plain(name: String, arguments: &[Word], at: Range<usize>) -> Statement {
    let key = match arguments {
        // Each file that is included counts.
        [file] if name == INCLUDE => match std::str::from_utf8(&file.value) {
            Ok(path) => format!("{INCLUDE} {path}"),
            Err(_) => name,
        },
        _ => name,
    };
    statement(key, arguments, at)
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
    if arguments.is_empty() || arguments.len() % 4 != 0 {
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
    numbers == [b""] || (numbers.len() % 2 == 0 && numbers.iter().all(is_number))
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
