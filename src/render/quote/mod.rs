//! One quoting filter for each place of each format. A value that the place
//! cannot hold is an error, never a guess.

mod config;
mod program;
mod shell;

use tera::{Kwargs, State, Tera, TeraResult, Value};

/// Turns a text into what the format reads back as that text, or says why not.
type Quote = fn(&str) -> Result<String, String>;

/// Every filter by the name that templates use.
const FILTERS: &[(&str, Quote)] = &[
    ("bare", config::bare),
    ("comment", config::comment),
    ("compose_mount", program::compose_mount),
    ("env_line", config::env_line),
    ("ini", config::ini),
    ("js", program::js),
    ("logrotate_account", config::logrotate_account),
    ("logrotate_path", config::logrotate_path),
    ("nginx", config::nginx),
    ("nginx_name", config::nginx_name),
    ("pg_name", config::pg_name),
    ("pg_value", config::pg_value),
    ("py", program::py),
    ("redis_key", config::redis_key),
    ("redis_value", config::redis_value),
    ("redis_words", config::redis_words),
    ("sh", shell::sh),
    ("shell_line", shell::shell_line),
    ("sql_name", program::sql_name),
    ("sql_number", program::sql_number),
    ("sql_text", program::sql_text),
    ("sysctl_key", config::sysctl_key),
    ("sysctl_value", config::sysctl_value),
    ("systemd", shell::systemd),
    ("systemd_env", shell::systemd_env),
    ("systemd_line", shell::systemd),
    ("systemd_value", shell::systemd_value),
    ("systemd_word", shell::systemd_word),
    ("yaml", program::yaml),
    ("yaml_scalar", program::yaml),
];

/// The names, for the test that reads the templates.
#[cfg(test)]
pub(super) const NAMES: &[&str] = &[
    "bare",
    "comment",
    "compose_mount",
    "env_line",
    "ini",
    "js",
    "logrotate_account",
    "logrotate_path",
    "nginx",
    "nginx_name",
    "pg_name",
    "pg_value",
    "py",
    "redis_key",
    "redis_value",
    "redis_words",
    "sh",
    "shell_line",
    "sql_name",
    "sql_number",
    "sql_text",
    "sysctl_key",
    "sysctl_value",
    "systemd",
    "systemd_env",
    "systemd_line",
    "systemd_value",
    "systemd_word",
    "yaml",
    "yaml_scalar",
];

/// Whether a filter quotes.
pub(super) fn is_filter(name: &str) -> bool {
    FILTERS.iter().any(|(known, _)| *known == name)
}

/// Registers every filter.
pub(super) fn register(tera: &mut Tera) {
    for (name, quote) in FILTERS {
        let quote = *quote;
        tera.register_filter(
            *name,
            move |text: &str, _: Kwargs, _: &State<'_>| -> TeraResult<Value> {
                quote(text)
                    .map(|quoted| Value::safe_string(&quoted))
                    .map_err(tera::Error::message)
            },
        );
    }
}

/// Stands for the engine's own filter of that name, which would let any text through.
pub(super) fn refuse_safe(_: Value, _: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    Err(tera::Error::message(
        "'safe' quotes nothing: use the quoting filter of the format",
    ))
}

/// Refuses a text with a line break or another control character.
fn one_line(text: &str) -> Result<&str, String> {
    match text.chars().find(|c| c.is_control()) {
        None => Ok(text),
        Some(c) => Err(format!("{text:?} holds the control character {c:?}")),
    }
}

/// Accepts a text of these characters only.
fn only(text: &str, legal: impl Fn(char) -> bool, what: &str) -> Result<String, String> {
    if !text.is_empty() && text.chars().all(legal) {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is not {what}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_the_filters() {
        let names: Vec<&str> = FILTERS.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, NAMES);
    }

    #[test]
    fn no_filter_lets_a_line_break_become_a_line() {
        for (name, quote) in FILTERS {
            if let Ok(quoted) = quote("a\nb = 1") {
                assert!(!quoted.contains('\n'), "{name}: {quoted:?}");
            }
        }
    }
}
