//! What the values of `redis.conf` come to, and its names' other names.
//!
//! Source: redis 7.0 config.c, the table of settings; util.c, `memtoull`.

use super::super::Normal;

/// Those whose value is a size.
/// Source: redis 7.0 config.c, `MEMORY_CONFIG`.
const SIZES: &[&str] = &[
    "active-defrag-ignore-bytes",
    "auto-aof-rewrite-min-size",
    "client-query-buffer-limit",
    "cluster-link-sendbuf-limit",
    "hash-max-listpack-value",
    "hll-sparse-max-bytes",
    "maxmemory",
    "maxmemory-clients",
    "proto-max-bulk-len",
    "repl-backlog-size",
    "stream-node-max-bytes",
    "zset-max-listpack-value",
];
/// Those whose value is a word of a list, in any case.
/// Source: redis 7.0 config.c, `createEnumConfig`.
const WORDS: &[&str] = &[
    "acl-pubsub-default",
    "appendfsync",
    "cluster-preferred-endpoint-type",
    "enable-debug-command",
    "enable-module-command",
    "enable-protected-configs",
    "loglevel",
    "maxmemory-policy",
    "oom-score-adj",
    "repl-diskless-load",
    "sanitize-dump-payload",
    "shutdown-on-sigint",
    "shutdown-on-sigterm",
    "supervised",
    "syslog-facility",
    "tls-auth-clients",
];
/// Those whose value is any text: a number there is one no more than a name.
/// Source: redis 7.0 config.c, `createStringConfig`, `createSDSConfig`.
const SECRETS: &[&str] = &[
    "masterauth",
    "primaryauth",
    "rename-command",
    "requirepass",
    "tls-client-key-file-pass",
    "tls-key-file-pass",
    "user",
];
/// Names of before redis 5 and 7, and today's.
/// Source: redis 7.0 config.c, the second name of each setting.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("cluster-slave-no-failover", "cluster-replica-no-failover"),
    (
        "cluster-slave-validity-factor",
        "cluster-replica-validity-factor",
    ),
    ("hash-max-ziplist-entries", "hash-max-listpack-entries"),
    ("hash-max-ziplist-value", "hash-max-listpack-value"),
    ("list-max-ziplist-size", "list-max-listpack-size"),
    ("lua-time-limit", "busy-reply-threshold"),
    ("min-slaves-max-lag", "min-replicas-max-lag"),
    ("min-slaves-to-write", "min-replicas-to-write"),
    ("repl-ping-slave-period", "repl-ping-replica-period"),
    ("slave-announce-ip", "replica-announce-ip"),
    ("slave-announce-port", "replica-announce-port"),
    ("slave-ignore-maxmemory", "replica-ignore-maxmemory"),
    ("slave-lazy-flush", "replica-lazy-flush"),
    ("slave-priority", "replica-priority"),
    ("slave-read-only", "replica-read-only"),
    ("slave-serve-stale-data", "replica-serve-stale-data"),
    ("slaveof", "replicaof"),
    ("zset-max-ziplist-entries", "zset-max-listpack-entries"),
    ("zset-max-ziplist-value", "zset-max-listpack-value"),
];
/// What a unit multiplies by; without one it is bytes.
/// Source: redis 7.0 util.c, `memtoull`.
const UNITS: &[(&str, i128)] = &[
    ("", 1),
    ("b", 1),
    ("k", 1000),
    ("kb", 1 << 10),
    ("m", 1_000_000),
    ("mb", 1 << 20),
    ("g", 1_000_000_000),
    ("gb", 1 << 30),
];

/// Today's name of a setting.
pub(super) fn first_name(name: &str) -> &str {
    let other = OTHER_NAMES.iter().find(|(old, _)| *old == name);
    other.map_or(name, |(_, today)| today)
}

/// A class of clients, by today's name.
/// Source: redis 7.0 networking.c, `getClientTypeByName`.
pub(super) fn class(word: &[u8]) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    match word.as_slice() {
        b"normal" => Some("normal"),
        b"slave" | b"replica" => Some("replica"),
        b"pubsub" => Some("pubsub"),
        _ => None,
    }
}

pub(super) fn is_secret(key: &str) -> bool {
    let name = key.split(' ').next().unwrap_or_default();
    SECRETS.contains(&name)
        || key.starts_with("sentinel auth-pass")
        || key.starts_with("sentinel sentinel-pass")
}

/// Sizes of which 0 is no limit.
/// Source: redis.conf of 7.0.
const UNLIMITED: &[&str] = &["maxmemory", "maxmemory-clients"];

pub(super) fn normal(key: &str, value: &[u8]) -> Normal {
    if is_secret(key) {
        return Normal::text(value);
    }
    if key.starts_with("client-output-buffer-limit ") {
        return limits(value);
    }
    if SIZES.contains(&key) {
        return match size(value) {
            Some(0) if UNLIMITED.contains(&key) => Normal::Unlimited,
            Some(bytes) => Normal::Size(bytes),
            None => Normal::text(value),
        };
    }
    let lower = value.to_ascii_lowercase();
    match lower.as_slice() {
        b"yes" => return Normal::Flag(true),
        b"no" => return Normal::Flag(false),
        _ => {}
    }
    if WORDS.contains(&key) {
        return Normal::text(&lower);
    }
    match whole(value) {
        Some(n) => Normal::whole(n),
        None => Normal::text(value),
    }
}

/// A whole number as redis writes one: neither '+' nor leading zeros.
fn whole(value: &[u8]) -> Option<i128> {
    let text = std::str::from_utf8(value).ok()?;
    let n: i64 = text.parse().ok()?;
    (n.to_string() == text).then(|| i128::from(n))
}

fn size(value: &[u8]) -> Option<i128> {
    let text = std::str::from_utf8(value).ok()?;
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, unit) = text.split_at(digits);
    let unit = unit.to_ascii_lowercase();
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
    // Nothing at all is 0 [measured].
    let n: u64 = match digits {
        "" if text.is_empty() => 0,
        digits => digits.parse().ok()?,
    };
    let bytes = i128::from(n) * factor;
    u64::try_from(bytes).ok().map(|_| bytes)
}

/// Two sizes and a time: sizes in bytes.
fn limits(value: &[u8]) -> Normal {
    let words: Vec<&[u8]> = value.split(|byte| *byte == b' ').collect();
    let (Some(hard), Some(soft), Some(seconds)) = (
        words.first().and_then(|word| size(word)),
        words.get(1).and_then(|word| size(word)),
        words.get(2).and_then(|word| whole(word)),
    ) else {
        return Normal::text(value);
    };
    Normal::text(format!("{hard} {soft} {seconds}").as_bytes())
}

pub(super) fn spell(key: &str, value: &Normal) -> String {
    match value {
        Normal::Size(bytes) => spelled(*bytes),
        Normal::Flag(true) => "yes".to_owned(),
        Normal::Flag(false) => "no".to_owned(),
        Normal::Text(text) => {
            let text = text.to_string();
            let words: Vec<&str> = text.split(' ').collect();
            match words.as_slice() {
                [hard, soft, seconds] if key.starts_with("client-output-buffer-limit ") => {
                    let spell = |word: &str| word.parse().map_or(word.to_owned(), spelled);
                    format!("{} {} {seconds}", spell(hard), spell(soft))
                }
                _ if text.is_empty() => "\"\"".to_owned(),
                _ => text,
            }
        }
        other => other.to_string(),
    }
}

/// In the largest unit that holds it whole.
fn spelled(bytes: i128) -> String {
    let binary = UNITS.iter().rev().filter(|(name, _)| name.len() == 2);
    let mut fitting = binary.filter(|(_, factor)| bytes != 0 && bytes % factor == 0);
    match fitting.next() {
        Some((unit, factor)) => format!("{}{unit}", bytes / factor),
        None => bytes.to_string(),
    }
}

/// One word, in quotes where it needs them.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '\\');
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    let mut text = String::from('"');
    for byte in word.bytes() {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
            b' '..=b'~' => text.push(char::from(byte)),
            other => text.extend(["\\x".to_owned(), format!("{other:02x}")]),
        }
    }
    text.push('"');
    text
}
