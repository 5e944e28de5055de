//! What is never shown: names that hold a password, and values that hold one
//! whatever their name. What a format's own keys mean is known to the format.

/// What the name of a variable that holds a secret has in it.
const NAMES: &[&str] = &[
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

/// Whether a variable of this name may hold a secret, in any case.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    NAMES.iter().any(|one| name.contains(one)) || name.ends_with("_PASS")
}

/// Whether an address in a value holds a password: `scheme://user:password@`.
pub(super) fn holds_credentials(value: &[u8]) -> bool {
    let mut rest = value;
    while let Some(n) = rest.windows(3).position(|three| three == b"://") {
        rest = rest.get(n + 3..).unwrap_or_default();
        // A slash does not end it: people forget to escape those of a password.
        let word = rest.split(u8::is_ascii_whitespace).next();
        let user = word
            .unwrap_or_default()
            .rsplitn(2, |byte| *byte == b'@')
            .nth(1);
        let colon = user.and_then(|user| user.iter().position(|byte| *byte == b':'));
        let password = user.zip(colon).map(|(user, colon)| user.len() - colon - 1);
        if password.is_some_and(|length| length > 0) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_speaks_of_a_secret_is_one() {
        for name in [
            "POSTGRES_PASSWORD",
            "api_token",
            "SENTRY_DSN",
            "DATABASE_URL",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["NODE_ENV", "PORT", "DB_POOL_SIZE", "mem_limit"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn an_address_with_a_password_is_one_whatever_its_name() {
        assert!(holds_credentials(b"postgres://app:hunter2@db:5432/app"));
        assert!(holds_credentials(b"--broker redis://:hunter2@cache/0 -x"));
        assert!(holds_credentials(b"http://a http://u:p@b"));
        assert!(holds_credentials(b"postgres://app:hun/ter2@db/app"));
        assert!(!holds_credentials(b"postgres://app@db:5432/app"));
        assert!(!holds_credentials(b"http://127.0.0.1:8000/a"));
        assert!(!holds_credentials(b"user:password@host"));
    }
}
