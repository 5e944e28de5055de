//! What is never shown: names that hold a password, texts that hold one
//! whatever their name, and files that hold nothing else. What a format's own
//! keys mean is known to the format.

mod files;
mod text;

use std::collections::BTreeMap;

pub use files::is_secret_file;
pub use text::{looks_secret, secrets_in};

/// What the name of something secret has in it, wherever.
const PARTS: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "CREDENTIAL",
    "REQUIREPASS",
    "MASTERAUTH",
    "PRIMARYAUTH",
    "REDISCLI_AUTH",
    "CONNINFO",
    "DATABASE_URL",
    "ERLANG_COOKIE",
];

/// What is a word of such a name. `KEYSPACE` and `keys_zone` have none of them.
const WORDS: &[&str] = &[
    "KEY",
    "APIKEY",
    "ACCESSKEY",
    "AUTHKEY",
    "MASTERKEY",
    "PRIVATEKEY",
    "SK",
    "PSK",
    "SALT",
    "DSN",
    "AUTHORIZATION",
];

/// What such a name ends in where it speaks of something secret without telling it.
const ABOUT: &[&str] = &[
    "FILE",
    "PATH",
    "DIR",
    "DIRECTORY",
    "TTL",
    "TIMEOUT",
    "EXPIRY",
    "SECONDS",
    "MINUTES",
    "HOURS",
    "DAYS",
    "SIZE",
    "LENGTH",
    "BYTES",
    "COUNT",
    "LIMIT",
    "ROUNDS",
    "ENCRYPTION",
    "ALGORITHM",
    "TYPE",
    "PREFIX",
    "WARNINGS",
    "RELOAD",
];

/// Whether what has this name may hold a secret: a variable, a key, an option,
/// in any case and however its words are joined.
pub(super) fn is_secret_name(name: &str) -> bool {
    let mut words = words(name);
    // SMTP_PASS_2, command[1]
    while words
        .last()
        .is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
    {
        words.pop();
    }
    let Some(last) = words.last().map(String::as_str) else {
        return false;
    };
    if ABOUT.contains(&last) {
        return false;
    }
    let (whole, joined) = (name.to_ascii_uppercase(), words.join("_"));
    let has = |part: &&str| whole.contains(part) || joined.contains(part);
    let is_word = |word: &String| WORDS.contains(&word.as_str()) || word.ends_with("TOKEN");
    // PWD alone is a directory.
    let is_short = words.len() > 1 && matches!(last, "PWD" | "PW");
    let is_pass = last.ends_with("PASS") && !last.ends_with("BYPASS");
    is_short || is_pass || PARTS.iter().any(has) || words.iter().any(is_word)
}

/// `secretKey`, `SECRET_KEY` and `secret-key` have the same words.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        let begins = was_lower && c.is_ascii_uppercase();
        if begins || !c.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        was_lower = c.is_ascii_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_uppercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a value holds a secret whatever its name.
pub(super) fn holds_secret(value: &[u8]) -> bool {
    looks_secret(value)
}

/// The items of a list by their numbers: where each stands among all, and its value.
type Items<'a> = BTreeMap<usize, (usize, &'a str)>;

/// Which items of lists belong to a command line that holds a secret: the
/// option is one item, and what it is set to the next. Each has the blocks that
/// it stands in, its key (`command[1]`) and its value.
pub fn secret_items(all: &[(&[String], &str, &str)]) -> Vec<bool> {
    let mut lists: BTreeMap<(&[String], &str), Items<'_>> = BTreeMap::new();
    for (place, (within, key, value)) in all.iter().enumerate() {
        let item = key
            .strip_suffix(']')
            .and_then(|key| key.rsplit_once('['))
            .and_then(|(name, n)| Some((name, n.parse::<usize>().ok()?)));
        if let Some((name, n)) = item {
            let list = lists.entry((within, name)).or_default();
            list.insert(n, (place, value));
        }
    }
    let mut secret = vec![false; all.len()];
    for list in lists.values() {
        let line: Vec<&str> = list.values().map(|(_, value)| *value).collect();
        if !looks_secret(line.join(" ").as_bytes()) {
            continue;
        }
        for (place, _) in list.values() {
            if let Some(one) = secret.get_mut(*place) {
                *one = true;
            }
        }
    }
    secret
}

#[cfg(test)]
mod tests;
