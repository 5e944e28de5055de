//! Values of units: sizes, spans of time, numbers, switches; and which values
//! systemd passes over, so that what was said before stays.
//!
//! Source: systemd 252, src/basic/parse-util.c, src/basic/time-util.c;
//! systemd.time(7); that a value is passed over: measured.

use super::super::Normal;

/// What a key takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Bytes, a percentage or `infinity`.
    Memory,
    /// The same, but not 0.
    MemoryOverZero,
    /// 1 to 10000.
    Weight,
    /// Tasks: a number over 0, a percentage or `infinity`.
    Tasks,
    /// A number within these bounds.
    Between(i128, i128),
    /// A limit, or two of them, of numbers.
    Numbers,
    /// A limit, or two of them, of bytes.
    Sizes,
    /// A span of time.
    Span,
    /// A span of time, where 0 is for ever.
    Timeout,
    /// On or off.
    Flag,
    /// Anything.
    Text,
}

fn kind(name: &str) -> Kind {
    match name {
        "MemoryHigh" | "MemoryMax" | "MemoryLimit" => Kind::MemoryOverZero,
        "MemoryMin" | "MemoryLow" | "DefaultMemoryMin" | "DefaultMemoryLow" | "MemorySwapMax"
        | "MemoryZSwapMax" => Kind::Memory,
        "CPUWeight" | "StartupCPUWeight" | "IOWeight" | "StartupIOWeight" => Kind::Weight,
        "TasksMax" => Kind::Tasks,
        // Source: systemd.exec(5), `OOMScoreAdjust`, `Nice`.
        "OOMScoreAdjust" => Kind::Between(-1000, 1000),
        "Nice" => Kind::Between(-20, 19),
        "LimitNOFILE" | "LimitNPROC" | "LimitLOCKS" | "LimitSIGPENDING" => Kind::Numbers,
        "LimitFSIZE" | "LimitDATA" | "LimitSTACK" | "LimitCORE" | "LimitRSS" | "LimitAS"
        | "LimitMEMLOCK" | "LimitMSGQUEUE" => Kind::Sizes,
        "TimeoutSec" | "TimeoutStartSec" | "TimeoutStopSec" => Kind::Timeout,
        "RestartSec" | "RuntimeMaxSec" | "WatchdogSec" => Kind::Span,
        "RemainAfterExit" | "GuessMainPID" | "SendSIGKILL" | "SendSIGHUP" | "NonBlocking"
        | "NoNewPrivileges" | "IgnoreSIGPIPE" | "DynamicUser" | "CPUAccounting"
        | "MemoryAccounting" | "TasksAccounting" | "IOAccounting" => Kind::Flag,
        _ => Kind::Text,
    }
}

/// A value freed of its spelling; text where the key takes no such value.
pub(super) fn normal(name: &str, value: &[u8]) -> Normal {
    let text = std::str::from_utf8(value).ok();
    let read = text.and_then(|text| of_kind(kind(name), text));
    read.unwrap_or_else(|| Normal::text(value))
}

/// Whether systemd takes a value; an empty one takes back what was said, or is
/// not taken by keys for which there is nothing to take back.
pub(super) fn is_taken(name: &str, value: &[u8]) -> bool {
    let kind = kind(name);
    if value.is_empty() {
        let no_default = matches!(
            kind,
            Kind::Numbers | Kind::Sizes | Kind::Span | Kind::Timeout | Kind::Flag
        );
        return !no_default;
    }
    let text = std::str::from_utf8(value).ok();
    kind == Kind::Text || text.is_some_and(|text| of_kind(kind, text).is_some())
}

/// As a person writes it: `345M`, `35`, `yes`.
pub(super) fn spell(value: &Normal) -> String {
    match value {
        Normal::Size(bytes) => {
            let units = [(30, 'G'), (20, 'M'), (10, 'K')].into_iter();
            let mut units = units.filter(|(bits, _)| *bytes != 0 && bytes % (1_i128 << bits) == 0);
            match units.next() {
                Some((bits, unit)) => format!("{}{unit}", bytes >> bits),
                None => bytes.to_string(),
            }
        }
        Normal::Time(micros) if micros % 1_000_000 == 0 => (micros / 1_000_000).to_string(),
        Normal::Flag(true) => "yes".to_owned(),
        Normal::Flag(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

fn of_kind(kind: Kind, text: &str) -> Option<Normal> {
    let unlimited = text == "infinity";
    match kind {
        Kind::Memory | Kind::MemoryOverZero | Kind::Tasks | Kind::Span | Kind::Timeout
            if unlimited =>
        {
            Some(Normal::Unlimited)
        }
        Kind::Memory | Kind::MemoryOverZero | Kind::Tasks if is_portion(text) => {
            Some(Normal::text(text.as_bytes()))
        }
        Kind::Memory => Some(Normal::Size(size(text)?)),
        Kind::MemoryOverZero => Some(Normal::Size(size(text).filter(|size| *size > 0)?)),
        // Source: systemd.resource-control(5), `CPUWeight`: 1 to 10000, or "idle".
        Kind::Weight if text == "idle" => Some(Normal::text(text.as_bytes())),
        Kind::Weight => whole(text, 1, 10_000),
        Kind::Tasks => whole(text, 1, i128::from(u64::MAX) - 1),
        Kind::Between(least, most) => whole(text, least, most),
        Kind::Numbers => limit(text, number, Normal::whole),
        Kind::Sizes => limit(text, size, Normal::Size),
        Kind::Span => Some(Normal::Time(span(text)?)),
        Kind::Timeout => Some(match span(text)? {
            0 => Normal::Unlimited,
            span => Normal::Time(span),
        }),
        Kind::Flag => Some(Normal::Flag(flag(text)?)),
        Kind::Text => None,
    }
}

fn whole(text: &str, least: i128, most: i128) -> Option<Normal> {
    let number = number(text).filter(|n| (least..=most).contains(n))?;
    Some(Normal::whole(number))
}

/// `10%`, `10.5%`, and parts of a thousand and of ten thousand.
fn is_portion(text: &str) -> bool {
    let digits = text.strip_suffix(['%', '‰', '‱']);
    digits.is_some_and(|digits| {
        digits.starts_with(|c: char| c.is_ascii_digit())
            && Normal::number(digits.as_bytes()).is_some()
    })
}

/// One limit, or `soft:hard`, which stays text unless both are the same.
/// Source: systemd 252, src/basic/rlimit-util.c, `rlimit_parse`: only what limits
/// bytes takes units, and the largest number is refused as no limit at all.
fn limit(
    text: &str,
    read: impl Fn(&str) -> Option<i128>,
    made: impl Fn(i128) -> Normal,
) -> Option<Normal> {
    let one = |text: &str| {
        if text == "infinity" {
            Some(i128::MAX)
        } else {
            read(text).filter(|n| (0..i128::from(u64::MAX)).contains(n))
        }
    };
    let (soft, hard) = text.split_once(':').unwrap_or((text, text));
    let (soft, hard) = (one(soft)?, one(hard)?);
    match soft.cmp(&hard) {
        std::cmp::Ordering::Greater => None,
        std::cmp::Ordering::Less => Some(Normal::text(text.as_bytes())),
        std::cmp::Ordering::Equal if soft == i128::MAX => Some(Normal::Unlimited),
        std::cmp::Ordering::Equal => Some(made(soft)),
    }
}

/// A number: `16`, `0x10`, `020`, `0b10000`, `0o20`, `+16`, `-16`.
fn number(text: &str) -> Option<i128> {
    let (minus, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefixed = |prefix: &str| digits.strip_prefix(prefix);
    let (digits, base) = if let Some(rest) = prefixed("0x").or(prefixed("0X")) {
        (rest, 16)
    } else if let Some(rest) = prefixed("0b") {
        (rest, 2)
    } else if let Some(rest) = prefixed("0o") {
        (rest, 8)
    } else if digits.len() > 1 && digits.starts_with('0') {
        (digits, 8)
    } else {
        (digits, 10)
    };
    if !digits.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let number = i128::from(u64::from_str_radix(digits, base).ok()?);
    Some(if minus { -number } else { number })
}

/// `1.5K`, `1G 5M`, `5M5K`: each unit smaller than the one before.
/// Source: systemd 252, src/basic/parse-util.c, `parse_size` with base 1024.
fn size(text: &str) -> Option<i128> {
    const UNITS: &[(&str, u32)] = &[
        ("E", 60),
        ("P", 50),
        ("T", 40),
        ("G", 30),
        ("M", 20),
        ("K", 10),
        ("B", 0),
        ("", 0),
    ];
    let mut rest = text.trim_start_matches(BLANK);
    let mut smaller = 0;
    let mut sum: i128 = 0;
    loop {
        let amount = Amount::read(rest)?;
        let after = amount.rest.trim_start_matches(BLANK);
        let mut units = UNITS.iter().enumerate().skip(smaller);
        let (n, unit, bits, behind) =
            units.find_map(|(n, (unit, bits))| Some((n, unit, bits, after.strip_prefix(unit)?)))?;
        // A number without a unit is the last, or ends before a blank.
        if unit.is_empty() && !after.is_empty() && after.len() == amount.rest.len() {
            return None;
        }
        sum = sum.checked_add(amount.times(1_i128 << bits)?)?;
        smaller = n + 1;
        rest = behind.trim_start_matches(BLANK);
        if rest.is_empty() {
            return (sum < i128::from(u64::MAX)).then_some(sum);
        }
    }
}

const BLANK: [char; 4] = [' ', '\t', '\n', '\r'];

/// A number with places, and what follows it.
struct Amount<'a> {
    whole: i128,
    places: i128,
    scale: i128,
    rest: &'a str,
}

impl<'a> Amount<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix('+').unwrap_or(text);
        let (whole, rest) = digits(text);
        let whole: i128 = whole.parse().ok()?;
        let Some(behind) = rest.strip_prefix('.') else {
            return Some(Self {
                whole,
                places: 0,
                scale: 1,
                rest,
            });
        };
        let (places, rest) = digits(behind);
        let scale = 10_i128.checked_pow(u32::try_from(places.len()).ok()?)?;
        let places = if places.is_empty() {
            0
        } else {
            places.parse().ok()?
        };
        Some(Self {
            whole,
            places,
            scale,
            rest,
        })
    }

    fn times(&self, unit: i128) -> Option<i128> {
        let places = self.places.checked_mul(unit)? / self.scale;
        self.whole.checked_mul(unit)?.checked_add(places)
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

/// `5min 20s`, `1.5h`, `90`: a number without a unit is seconds.
/// Source: systemd.time(7), "Parsing Time Spans".
fn span(text: &str) -> Option<i128> {
    const UNITS: &[(&[&str], i128)] = &[
        (&["seconds", "second", "sec", "s", ""], 1_000_000),
        (&["minutes", "minute", "min", "m"], 60_000_000),
        (&["months", "month", "M"], 2_629_800_000_000),
        (&["msec", "ms"], 1000),
        (&["hours", "hour", "hr", "h"], 3_600_000_000),
        (&["days", "day", "d"], 86_400_000_000),
        (&["weeks", "week", "w"], 604_800_000_000),
        (&["years", "year", "y"], 31_557_600_000_000),
        (&["usec", "us", "µs", "μs"], 1),
    ];
    let mut rest = text.trim_matches(BLANK);
    let mut sum: i128 = 0;
    loop {
        let amount = if rest.starts_with('.') {
            None
        } else {
            Amount::read(rest)
        }?;
        let after = amount.rest.trim_start_matches(BLANK);
        let end = after.find(|c: char| c.is_ascii_digit() || BLANK.contains(&c));
        let (name, behind) = after.split_at(end.unwrap_or(after.len()));
        let unit = UNITS.iter().find(|(names, _)| names.contains(&name));
        sum = sum.checked_add(amount.times(unit?.1)?)?;
        rest = behind.trim_start_matches(BLANK);
        if rest.is_empty() {
            return Some(sum);
        }
    }
}

/// Source: systemd 252, src/basic/parse-util.c, `parse_boolean`.
fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "yes" | "y" | "true" | "t" | "on" => Some(true),
        "0" | "no" | "n" | "false" | "f" | "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Format, Normal};

    #[test]
    fn values_are_freed_of_their_spelling() {
        let normal = |key: &str, value: &str| Format::Systemd.normal(key, value.as_bytes());
        for (key, value, expected) in [
            ("MemoryMax", "345M", Normal::Size(345 << 20)),
            ("MemoryMax", "1.5K", Normal::Size(1536)),
            ("MemoryMax", "1G 5M", Normal::Size((1 << 30) + (5 << 20))),
            ("MemoryMax", "infinity", Normal::Unlimited),
            ("MemoryMax", "10%", Normal::text(b"10%")),
            ("MemoryMax", "5k", Normal::text(b"5k")),
            ("TasksMax", "0x10", Normal::whole(16)),
            ("LimitNOFILE", "7:7", Normal::whole(7)),
            ("LimitNOFILE", "6:7", Normal::text(b"6:7")),
            ("LimitNOFILE", "2G", Normal::text(b"2G")),
            ("LimitMEMLOCK", "64M", Normal::Size(64 << 20)),
            ("TimeoutStopSec", "5min 20s", Normal::Time(320_000_000)),
            ("TimeoutStopSec", "35", Normal::Time(35_000_000)),
            ("TimeoutStopSec", "0", Normal::Unlimited),
            ("RestartSec", "100ms", Normal::Time(100_000)),
            ("OOMScoreAdjust", "-900", Normal::whole(-900)),
            ("SendSIGKILL", "TrUe", Normal::Flag(true)),
            ("User", "0x10", Normal::text(b"0x10")),
            (
                "MemoryMax",
                "99999999999999999999999999999999999999999999E",
                Normal::text(b"99999999999999999999999999999999999999999999E"),
            ),
        ] {
            assert_eq!(normal(key, value), expected, "{key}={value}");
        }
    }

    #[test]
    fn values_are_spelled_as_a_person_writes_them() {
        let spell = |value: &Normal| Format::Systemd.spell("", value);
        assert_eq!(spell(&Normal::Size(345 << 20)), "345M");
        assert_eq!(spell(&Normal::Size(2 << 30)), "2G");
        assert_eq!(spell(&Normal::Size(0)), "0");
        assert_eq!(spell(&Normal::Size(1025)), "1025");
        assert_eq!(spell(&Normal::Time(35_000_000)), "35");
        assert_eq!(spell(&Normal::Time(1_500_000)), "1500ms");
        assert_eq!(spell(&Normal::Flag(true)), "yes");
        assert_eq!(spell(&Normal::Unlimited), "infinity");
    }
}
