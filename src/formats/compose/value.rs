//! What the values of compose come to, by key: sizes, times, numbers, flags.
//!
//! Source: compose-spec 11-extension, "Specifying byte values" and "Specifying
//! durations"; docker-py `parse_bytes`; docker-compose 1.29 timeparse.py.

use super::super::Normal;
use super::scalar;

const SIZES: &[&str] = &[
    "mem_limit",
    "mem_reservation",
    "memswap_limit",
    "shm_size",
    "memory",
    "kernel_memory",
    "size",
];

const TIMES: &[&str] = &[
    "stop_grace_period",
    "interval",
    "timeout",
    "start_period",
    "start_interval",
    "delay",
    "monitor",
    "window",
];

const NUMBERS: &[&str] = &[
    "cpus",
    "cpu_count",
    "cpu_percent",
    "cpu_shares",
    "cpu_quota",
    "cpu_period",
    "cpu_rt_runtime",
    "cpu_rt_period",
    "pids_limit",
    "pids",
    "mem_swappiness",
    "oom_score_adj",
    "replicas",
    "retries",
    "scale",
    "parallelism",
    "max_attempts",
];

const FLAGS: &[&str] = &[
    "privileged",
    "read_only",
    "init",
    "tty",
    "stdin_open",
    "oom_kill_disable",
    "external",
    "internal",
    "attachable",
    "disable",
    "enable_ipv6",
    "nocopy",
];

/// Where minus one means: as much as there is.
const UNLIMITED: &[&str] = &["memswap_limit", "pids_limit", "pids"];

/// Powers of 1024, largest first.
const UNITS: &[(&str, u32)] = &[("p", 5), ("t", 4), ("g", 3), ("m", 2), ("k", 1), ("b", 0)];

/// Of a second, in microseconds, as its words are looked for.
const PARTS: &[(&str, i128)] = &[
    ("us", 1),
    ("\u{b5}s", 1),
    ("ms", 1_000),
    ("h", 3_600_000_000),
    ("m", 60_000_000),
    ("s", 1_000_000),
];

/// A number's billionths.
/// Source: `Normal::Number`.
const BILLION: i128 = 1_000_000_000;

pub(super) fn normal(key: &str, value: &[u8]) -> Normal {
    let text = std::str::from_utf8(value).unwrap_or_default().trim();
    let found = if UNLIMITED.contains(&key) && text == "-1" {
        Some(Normal::Unlimited)
    } else if SIZES.contains(&key) {
        size(text)
    } else if TIMES.contains(&key) {
        time(text)
    } else if NUMBERS.contains(&key) {
        Normal::number(text.as_bytes())
    } else if FLAGS.contains(&key) {
        flag(text)
    } else {
        None
    };
    found.unwrap_or_else(|| Normal::text(value))
}

pub(super) fn spell(value: &Normal) -> String {
    match value {
        Normal::Size(bytes) => {
            let fits = |(_, power): &&(&str, u32)| {
                let unit = 1024_i128.pow(*power);
                *power <= 3 && *bytes != 0 && bytes % unit == 0
            };
            match UNITS.iter().find(fits) {
                Some((unit, power)) => format!("{}{unit}", bytes / 1024_i128.pow(*power)),
                None => format!("{bytes}b"),
            }
        }
        Normal::Flag(on) => on.to_string(),
        Normal::Unlimited => "-1".to_owned(),
        Normal::Text(text) => scalar::spelled(&String::from_utf8_lossy(text)),
        Normal::Time(_) | Normal::Number(_) => value.to_string(),
    }
}

/// `512m`, `1.5gb`, `64 MiB`, `1024`.
fn size(text: &str) -> Option<Normal> {
    let lower = text.to_ascii_lowercase();
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match lower.get(digits.len()..)? {
        "" | "b" => "b",
        unit => unit.trim_end_matches('b').trim_end_matches('i'),
    };
    let (_, power) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let Normal::Number(n) = Normal::number(digits.trim_end().as_bytes())? else {
        return None;
    };
    let bytes = n.checked_mul(1024_i128.pow(*power))?;
    Some(Normal::Size(bytes / BILLION))
}

/// `35s`, `1m30s`, `1.5h`.
fn time(text: &str) -> Option<Normal> {
    let mut rest = text;
    let mut micros: i128 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = rest.get(..rest.len() - digits.len())?;
        let (word, part) = PARTS.iter().find(|(word, _)| digits.starts_with(word))?;
        let Normal::Number(n) = Normal::number(number.as_bytes())? else {
            return None;
        };
        micros = micros.checked_add(n.checked_mul(*part)? / BILLION)?;
        rest = digits.get(word.len()..)?;
    }
    Some(Normal::Time(micros))
}

fn flag(text: &str) -> Option<Normal> {
    match text {
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
            Some(Normal::Flag(true))
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            Some(Normal::Flag(false))
        }
        _ => None,
    }
}
