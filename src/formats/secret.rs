//! What is never shown, by name and by what it looks like. What a format's own
//! keys hide is known to that format.

/// Parts of names that hold what opens something.
const PARTS: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "KEY",
    "DSN",
    "DATABASE_URL",
    "CREDENTIAL",
];

/// Whether a variable's name says that its value is a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    PARTS.iter().any(|part| name.contains(part)) || name.ends_with("_PASS")
}

/// Whether a value has an URL with a password in it: `scheme://user:pass@host`.
pub(super) fn is_secret_value(value: &[u8]) -> bool {
    let mut rest = value;
    while let Some(n) = rest.windows(3).position(|three| three == b"://") {
        rest = rest.get(n + 3..).unwrap_or_default();
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b"/?#\"'".contains(byte);
        let authority = rest.split(ends).next().unwrap_or_default();
        let user = authority.iter().rposition(|byte| *byte == b'@');
        let user = user.and_then(|at| authority.get(..at)).unwrap_or_default();
        let colon = user.iter().position(|byte| *byte == b':');
        if colon.is_some_and(|n| n + 1 < user.len()) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{is_secret_name, is_secret_value};

    #[test]
    fn names_of_secrets_are_known_in_any_case() {
        for name in [
            "DB_PASSWORD",
            "api_token",
            "SECRET_KEY_BASE",
            "DATABASE_URL",
            "DB_PASS",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["DB_POOL_SIZE", "PATH", "PASSENGER_APP_ENV", "NODE_ENV"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn an_url_with_a_password_is_a_secret_wherever_it_stands() {
        for value in [
            "postgres://app:hunter2@db/app",
            "--dsn redis://:hunter2@127.0.0.1:6379/0",
            "http://a/ https://u:p@b",
        ] {
            assert!(is_secret_value(value.as_bytes()), "{value}");
        }
        for value in [
            "http://a:80/x@y",
            "postgres://app@db",
            "redis://u:@h",
            "a:b@c",
            "://",
            "",
        ] {
            assert!(!is_secret_value(value.as_bytes()), "{value}");
        }
    }
}
