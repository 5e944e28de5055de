//! Quoting for shells and for systemd units.

use super::one_line;

/// One word of a shell.
pub(super) fn sh(text: &str) -> Result<String, String> {
    let text = one_line(text)?;
    Ok(format!("'{}'", text.replace('\'', "'\\''")))
}

/// A command line that tune itself made, of one line. It is code, so no value
/// of a person's may be in it.
pub(super) fn shell_line(text: &str) -> Result<String, String> {
    one_line(text).map(str::to_owned)
}

/// The value of a line of a unit: `%` would begin a specifier.
pub(super) fn systemd(text: &str) -> Result<String, String> {
    let text = one_line(text)?;
    if text.ends_with('\\') || text != text.trim() {
        return Err(format!("{text:?} cannot end a line of a unit"));
    }
    Ok(text.replace('%', "%%"))
}

/// A number, a size, a word or a percentage: the settings of a unit that expand
/// no specifiers, where a doubled `%` would be read as two.
pub(super) fn systemd_value(text: &str) -> Result<String, String> {
    let bare = text.strip_suffix('%').unwrap_or(text);
    let legal = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if bare.is_empty() || !bare.chars().all(legal) {
        return Err(format!("{text:?} is no value of a unit's limit"));
    }
    Ok(text.to_owned())
}

/// One word of `ExecStart=`: quoted, `%` and `$` doubled.
pub(super) fn systemd_word(text: &str) -> Result<String, String> {
    let escaped = one_line(text)?
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('%', "%%")
        .replace('$', "$$");
    let plain = |c: char| c.is_ascii_alphanumeric() || "._:/@+,=-%".contains(c);
    let first = |c: char| "-:@+!|".contains(c);
    if !escaped.is_empty() && escaped.chars().all(plain) && !escaped.starts_with(first)
        || is_option(&escaped)
    {
        return Ok(escaped);
    }
    Ok(format!("\"{escaped}\""))
}

/// `--name=value` of plain characters.
fn is_option(text: &str) -> bool {
    text.starts_with('-')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._:/@,=-%".contains(c))
}

/// One assignment of `Environment=`: quoted, `%` doubled.
pub(super) fn systemd_env(text: &str) -> Result<String, String> {
    let escaped = one_line(text)?
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('%', "%%");
    Ok(format!("\"{escaped}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_unit() {
        assert_eq!(systemd_word("--name=w@%h").unwrap(), "--name=w@%%h");
        assert_eq!(systemd_word("a b$c").unwrap(), "\"a b$$c\"");
        assert_eq!(systemd_env("A=50% \"x\"").unwrap(), "\"A=50%% \\\"x\\\"\"");
        assert!(systemd("x\\").is_err());
        assert_eq!(systemd_value("50%").unwrap(), "50%");
        assert!(systemd_value("%h").is_err() && systemd_value("5%%").is_err());
        assert_eq!(sh("it's").unwrap(), "'it'\\''s'");
    }
}
