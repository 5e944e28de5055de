//! Values freed of their spelling, and spelled again. Which directive takes what
//! is not known here.
//!
//! Source: <https://nginx.org/en/docs/syntax.html>: `k`, `m` and `g`; `ms` to
//! `y`, from the largest to the smallest; `ngx_parse_time` in
//! <https://github.com/nginx/nginx/blob/master/src/core/ngx_parse.c>.

use super::super::Normal;
use super::super::secret::is_secret_name;
use super::kinds::{Kind, kind, parameter};

/// Units of time, from the largest, with their microseconds; the first two only
/// where seconds are counted.
const TIMES: &[(&str, i128)] = &[
    ("y", 365 * DAY),
    ("M", 30 * DAY),
    ("w", 7 * DAY),
    ("d", DAY),
    ("h", HOUR),
    ("m", 60 * SECOND),
    ("s", SECOND),
    ("ms", SECOND / 1000),
];
const DAY: i128 = 24 * HOUR;
const HOUR: i128 = 3600 * SECOND;
const SECOND: i128 = 1_000_000;

pub(super) fn normal(key: &str, value: &[u8]) -> Normal {
    let kind = kind_of(key);
    of(kind, value).unwrap_or_else(|| {
        let words = each_word(kind, value, Normal::to_string);
        let joined = words.map(|words| words.join(" "));
        Normal::text(joined.as_ref().map_or(value, String::as_bytes))
    })
}

fn kind_of(key: &str) -> Kind {
    kind(key.split(' ').next().unwrap_or_default())
}

/// The words of a value, those that are a size or a time as `show` has them;
/// nothing where no word is.
fn each_word(kind: Kind, value: &[u8], show: Show) -> Option<Vec<String>> {
    let kinds: &[Kind] = match kind {
        Kind::Buffers => &[Kind::Number, Kind::Size],
        Kind::Parameters => &[Kind::Parameters],
        Kind::Times => &[Kind::Time],
        _ => return None,
    };
    let words = value.split(|byte| *byte == b' ').zip(kinds.iter().cycle());
    Some(words.map(|(word, kind)| shown(*kind, word, show)).collect())
}

/// How a value is shown.
type Show = fn(&Normal) -> String;

/// A word as it is shown; as it is where it is of another kind.
fn shown(kind: Kind, word: &[u8], show: Show) -> String {
    let text = String::from_utf8_lossy(word);
    let shown = match kind {
        Kind::Parameters => parameter_shown(&text, show),
        kind => of(kind, word).map(|normal| show(&normal)),
    };
    shown.unwrap_or_else(|| text.into_owned())
}

/// `inactive=1h`, `zone=name:10m`, `shared:name:10m`.
fn parameter_shown(word: &str, show: Show) -> Option<String> {
    if let Some((name, value)) = word.split_once('=') {
        let value = match parameter(name) {
            Kind::Parameters => zone(value, show)?,
            kind => shown(kind, value.as_bytes(), show),
        };
        return Some(format!("{name}={value}"));
    }
    zone(word.strip_prefix("shared:")?, show).map(|zone| format!("shared:{zone}"))
}

/// `name:10m`.
fn zone(value: &str, show: Show) -> Option<String> {
    let (name, size) = value.split_once(':')?;
    Some(format!(
        "{name}:{}",
        shown(Kind::Size, size.as_bytes(), show)
    ))
}

/// One value of a kind, where it is one.
fn of(kind: Kind, value: &[u8]) -> Option<Normal> {
    let text = std::str::from_utf8(value).ok()?;
    match kind {
        Kind::Size => size(text, &[("k", 10), ("m", 20)]),
        Kind::Offset => size(text, &[("k", 10), ("m", 20), ("g", 30)]),
        // What may be two is not taken for the parts of one.
        Kind::Times if text.contains(' ') => None,
        Kind::Time | Kind::Times => time(text, TIMES.get(2..)?),
        Kind::Seconds => time(text, TIMES.get(..7)?),
        Kind::Number => number(text).map(Normal::whole),
        Kind::Flag if text.eq_ignore_ascii_case("on") => Some(Normal::Flag(true)),
        Kind::Flag if text.eq_ignore_ascii_case("off") => Some(Normal::Flag(false)),
        Kind::Flag | Kind::Buffers | Kind::Parameters | Kind::Words => None,
    }
}

fn number(text: &str) -> Option<i128> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn size(text: &str, units: &[(&str, u32)]) -> Option<Normal> {
    let text = text.to_ascii_lowercase();
    let with_unit = units
        .iter()
        .find_map(|(unit, bits)| Some((text.strip_suffix(unit)?, bits)));
    let (digits, bits) = with_unit.unwrap_or((&text, &0));
    number(digits)?.checked_mul(1 << bits).map(Normal::Size)
}

/// Parts from the largest to the smallest; the last is seconds without a unit.
fn time(text: &str, units: &[(&str, i128)]) -> Option<Normal> {
    let mut total = 0_i128;
    let mut smaller = units;
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, after) = rest.split_at(length);
        let named = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, after) = after.split_at(named);
        let scale = if unit.is_empty() && after.is_empty() {
            SECOND
        } else {
            let place = smaller.iter().position(|(name, _)| *name == unit)?;
            let (_, scale) = smaller.get(place)?;
            smaller = smaller.get(place + 1..)?;
            *scale
        };
        total = total.checked_add(number(digits)?.checked_mul(scale)?)?;
        rest = after.trim_start_matches(' ');
    }
    (!text.is_empty()).then_some(Normal::Time(total))
}

/// As a person writes it: `16k`, `35s`, `4 8k`.
pub(super) fn spell(key: &str, value: &Normal) -> String {
    let Normal::Text(text) = value else {
        return spell_one(value);
    };
    let words = each_word(kind_of(key), text, spell_one).unwrap_or_else(|| {
        let words = text.split(|byte| *byte == b' ');
        words
            .map(|word| String::from_utf8_lossy(word).into_owned())
            .collect()
    });
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    words.join(" ")
}

fn spell_one(value: &Normal) -> String {
    match value {
        Normal::Size(bytes) => match bytes {
            0 => "0".to_owned(),
            bytes if bytes % (1 << 20) == 0 => format!("{}m", bytes >> 20),
            bytes if bytes % (1 << 10) == 0 => format!("{}k", bytes >> 10),
            bytes => bytes.to_string(),
        },
        Normal::Time(time) => spell_time(*time),
        // What bounds nothing is spelled 0: client_max_body_size, for one.
        Normal::Unlimited => "0".to_owned(),
        Normal::Number(_) | Normal::Flag(_) | Normal::Text(_) => value.to_string(),
    }
}

/// In seconds, from an hour on in the largest unit that leaves no rest.
fn spell_time(time: i128) -> String {
    let whole = |scale: i128| time % scale == 0;
    let (scale, unit) = match time {
        time if time >= DAY && whole(DAY) => (DAY, "d"),
        time if time >= HOUR && whole(HOUR) => (HOUR, "h"),
        time if time >= HOUR && whole(60 * SECOND) => (60 * SECOND, "m"),
        _ if whole(SECOND) => (SECOND, "s"),
        _ => (SECOND / 1000, "ms"),
    };
    format!("{}{unit}", time / scale)
}

/// A word as nginx reads it back: in quotes where it needs them.
pub(super) fn quoted(text: &str) -> String {
    let begins = text.starts_with(['"', '\'', '#', '}']);
    let holds = text.contains([' ', '\t', '\r', '\n', ';', '{', '\\']);
    if !text.is_empty() && !begins && !holds {
        return text.to_owned();
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// Whether the value of a directive is one to hide: the name of a header, a
/// variable or a parameter says so. Of directives themselves `proxy_cache_key`
/// and `proxy_pass` are none.
pub(super) fn is_secret(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    if let Some((_, name)) = lower.split_once(' ') {
        return is_secret_name(name);
    }
    let known = lower.starts_with("auth_http_header") || lower == "secure_link_md5";
    let is_plain = lower.ends_with("_key") || lower.ends_with("_pass");
    known || (!is_plain && is_secret_name(&lower))
}
