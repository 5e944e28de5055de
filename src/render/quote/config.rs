//! Quoting for configuration files that are no programs.

use super::{one_line, only};

/// A word that needs no quotes anywhere: `16k`, `1.1`, `no-eviction`.
pub(super) fn bare(text: &str) -> Result<String, String> {
    only(
        text,
        |c| c.is_ascii_alphanumeric() || "._+-".contains(c),
        "a plain word",
    )
}

/// Text inside a comment of any format that ends with the line. JavaScript and
/// YAML end theirs at U+2028 and U+2029 too.
/// Source: ECMA-262, "Line Terminators"; YAML 1.1, "Line Break Characters"
pub(super) fn comment(text: &str) -> Result<String, String> {
    one_line(text)?;
    if text.contains(['\u{2028}', '\u{2029}']) {
        return Err(format!("{text:?} holds a line break of Unicode's"));
    }
    if text.contains("*/") || text.ends_with('\\') {
        return Err(format!("{text:?} would end its comment or go on after it"));
    }
    Ok(text.to_owned())
}

/// The value of a line of an environment file, which knows no quotes.
pub(super) fn env_line(text: &str) -> Result<String, String> {
    let text = one_line(text)?;
    if text != text.trim() {
        return Err(format!(
            "{text:?} would lose its blanks in an environment file"
        ));
    }
    Ok(text.to_owned())
}

/// A value of an ini file.
pub(super) fn ini(text: &str) -> Result<String, String> {
    let text = one_line(text)?;
    if text.starts_with([';', '#', ' ', '%']) || text.ends_with(' ') {
        return Err(format!("{text:?} cannot stand in an ini file"));
    }
    Ok(text.to_owned())
}

/// A parameter of PostgreSQL, with or without the name of an extension.
pub(super) fn pg_name(text: &str) -> Result<String, String> {
    only(
        text,
        |c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.".contains(c),
        "the name of a parameter",
    )
}

/// A value of postgresql.conf: numbers and plain words bare, the rest quoted.
pub(super) fn pg_value(text: &str) -> Result<String, String> {
    let text = one_line(text)?;
    let number = text.starts_with(|c: char| c.is_ascii_digit());
    let plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || (number && c == '.'));
    if plain {
        return Ok(text.to_owned());
    }
    Ok(format!(
        "'{}'",
        text.replace('\\', "\\\\").replace('\'', "''")
    ))
}

/// A directive of redis.
pub(super) fn redis_key(text: &str) -> Result<String, String> {
    only(
        text,
        |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
        "a directive",
    )
}

/// An argument of a redis directive; an empty one is `""`.
pub(super) fn redis_value(text: &str) -> Result<String, String> {
    let text = one_line(text)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "._:/*@%+,-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    Ok(format!(
        "\"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"")
    ))
}

/// The arguments of a redis directive, one space between two; none is `""`.
pub(super) fn redis_words(text: &str) -> Result<String, String> {
    if text.contains("  ") || text.starts_with(' ') || text.ends_with(' ') {
        return Err(format!("{text:?} holds an empty argument"));
    }
    let words: Result<Vec<String>, String> = text.split(' ').map(redis_value).collect();
    Ok(words?.join(" "))
}

/// Bytes of an nginx parameter, with its quotes and backslashes.
/// Source: `NGX_CONF_BUFFER`, <https://github.com/nginx/nginx/blob/master/src/core/ngx_conf_file.c>
const NGINX_LONGEST: usize = 2000;

/// A word of an nginx directive. A `$` would be a variable and cannot be
/// escaped, so it is refused.
pub(super) fn nginx(text: &str) -> Result<String, String> {
    let text = one_line(text)?;
    if text.len() > NGINX_LONGEST {
        return Err(format!("nginx reads no parameter of {} bytes", text.len()));
    }
    if text.contains('$') {
        return Err(format!("{text:?}: nginx would read '$' as a variable"));
    }
    let plain = |c: char| c.is_alphanumeric() || "._:/*@%+,=~^()?!&|<>[]-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    Ok(format!(
        "\"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"")
    ))
}

/// Source: RFC 1035, section 2.3.4.
const LONGEST_NAME: usize = 255;

/// A name of a server: a host's, with a wildcard label before or behind, or an
/// expression after `~`. nginx does not start on others.
pub(super) fn nginx_name(text: &str) -> Result<String, String> {
    if text.len() > LONGEST_NAME {
        return Err(format!("no host has a name of {} bytes", text.len()));
    }
    if text.starts_with('~') {
        return nginx(text);
    }
    let host = text.strip_prefix("*.").or_else(|| text.strip_prefix('.'));
    let host = host.or_else(|| text.strip_suffix(".*")).unwrap_or(text);
    let legal = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || "-_".contains(c))
    };
    if host.split('.').all(legal) {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is no name of a server"))
    }
}

/// A kernel setting: `vm.swappiness`, `net/ipv4/conf/eth0.1/forwarding`.
pub(super) fn sysctl_key(text: &str) -> Result<String, String> {
    only(
        text,
        |c| c.is_ascii_alphanumeric() || "._/-".contains(c),
        "a kernel setting",
    )
}

/// Its value: numbers and words.
pub(super) fn sysctl_value(text: &str) -> Result<String, String> {
    only(
        text,
        |c| c.is_ascii_alphanumeric() || " ._-".contains(c),
        "a value of a kernel setting",
    )
}

/// A path with globs; logrotate reads quotes but no escapes in them.
pub(super) fn logrotate_path(text: &str) -> Result<String, String> {
    let text = one_line(text)?;
    if let Some(part) = text.split('/').find(|part| part.len() > LONGEST_FILE_NAME) {
        return Err(format!("no file has a name of {} bytes", part.len()));
    }
    if !text.starts_with('/') || text.contains(['"', '\'', '\\', '{', '}', '#']) {
        return Err(format!(
            "{text:?} is no absolute path that logrotate can read"
        ));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._*?[]-".contains(c);
    if text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Ok(format!("\"{text}\""))
    }
}

/// Source: `NAME_MAX`, <https://man7.org/linux/man-pages/man7/path_resolution.7.html>
const LONGEST_FILE_NAME: usize = 255;

/// A user and a group.
pub(super) fn logrotate_account(text: &str) -> Result<String, String> {
    only(
        text,
        |c| c.is_ascii_alphanumeric() || " ._-".contains(c),
        "a user and a group",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgresql_values() {
        assert_eq!(pg_value("128MB").unwrap(), "128MB");
        assert_eq!(pg_value("0.9").unwrap(), "0.9");
        assert_eq!(pg_value("*").unwrap(), "'*'");
        assert_eq!(pg_value("it's").unwrap(), "'it''s'");
        assert!(pg_value("a\nb").is_err());
    }

    #[test]
    fn what_cannot_be_said_is_refused() {
        assert!(nginx("$host").is_err());
        assert!(logrotate_path("/a\"b").is_err());
        assert!(comment("x */").is_err());
        assert!(comment("x\u{2028}y").is_err() && comment("x\u{2029}y").is_err());
        assert!(nginx(&"x".repeat(2001)).is_err());
        assert!(logrotate_path(&format!("/{}", "x".repeat(256))).is_err());
        assert!(bare("a b").is_err());
        for name in [
            "_",
            "a-b.example",
            "*.example.com",
            ".example.com",
            "www.*",
            "~^a",
        ] {
            assert_eq!(nginx_name(name).unwrap(), name);
        }
        for name in ["", "*", "*/", "a..b", "a/b", "a*b", "a;b", "x\ny"] {
            assert!(nginx_name(name).is_err(), "{name:?}");
        }
        assert_eq!(nginx("a b").unwrap(), "\"a b\"");
        assert_eq!(redis_value("").unwrap(), "\"\"");
        assert_eq!(redis_words("").unwrap(), "\"\"");
        assert_eq!(redis_words("8mb 4mb 60").unwrap(), "8mb 4mb 60");
        assert_eq!(redis_words("a \"").unwrap(), "a \"\\\"\"");
        assert!(redis_words("a  b").is_err());
    }
}
