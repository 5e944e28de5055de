//! Durations as compose writes them: `90s`, `1m30s`, `1h`.

/// The units, in microseconds; a longer name before one that ends like it.
/// Source: <https://github.com/compose-spec/compose-spec/blob/main/11-extension.md#specifying-durations>
const UNITS: &[(&str, u64)] = &[
    ("us", 1),
    ("ms", 1000),
    ("s", 1_000_000),
    ("m", 60_000_000),
    ("h", 3_600_000_000),
];
const SECOND: u64 = 1_000_000;

/// Whole seconds of it, rounded down; nothing where it is none.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut sum = 0u64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, behind) = rest.split_at_checked(digits)?;
        let letters = behind.find(|c: char| c.is_ascii_digit());
        let (unit, next) = behind.split_at_checked(letters.unwrap_or(behind.len()))?;
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let part = number.parse::<u64>().ok()?.checked_mul(*size)?;
        sum = sum.checked_add(part)?;
        rest = next;
    }
    Some(sum / SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_duration_add_up() {
        let cases = [
            ("90s", 90),
            ("1m30s", 90),
            ("1h", 3600),
            ("1500ms", 1),
            ("2h3m4s5ms6us", 7384),
            ("0s", 0),
        ];
        for (text, whole) in cases {
            assert_eq!(seconds(text), Some(whole), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_none() {
        let most = "99999999999999999999s";
        for text in [
            "",
            "90",
            "s",
            "90 s",
            "-1s",
            "1d",
            "1s2",
            "é",
            most,
            "18446744073709551615h",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
