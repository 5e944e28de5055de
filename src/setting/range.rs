//! The bounds that a program sets to its own settings: a pin beyond them would
//! keep it from starting.

use super::{Pins, Setting, Value};

/// What a program accepts for one setting.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The setting.
    pub key: &'static str,
    /// The least: bytes, a number, or thousandths, as the setting is.
    pub least: u64,
    /// The most.
    pub most: u64,
}

impl Range {
    /// From the least to the most.
    pub const fn new(key: &'static str, least: u64, most: u64) -> Self {
        Self { key, least, most }
    }
}

/// Refuses every pin that the program would refuse.
pub fn refuse_beyond(ranges: &[Range], settings: &[Setting], pins: &Pins<'_>) {
    for setting in settings.iter().filter(|setting| setting.pinned.is_some()) {
        let Some(range) = ranges.iter().find(|range| range.key == setting.key) else {
            continue;
        };
        let number = match &setting.value {
            Value::Size(bytes) => bytes.0,
            Value::Count(n) => *n,
            Value::Decimal(n) => n.in_thousandths(),
            Value::Flag(_) | Value::Word(_) => continue,
        };
        if (range.least..=range.most).contains(&number) {
            continue;
        }
        let shown = |n: u64| match &setting.value {
            Value::Size(_) => crate::units::Bytes(n).exact(),
            Value::Decimal(_) => crate::units::Decimal::thousandths(n).to_string(),
            _ => n.to_string(),
        };
        let (least, most) = (shown(range.least), shown(range.most));
        let message = format!("the program refuses {} = {}", setting.key, setting.text);
        pins.reject(
            &setting.key,
            &message,
            &format!("it takes {least} to {most}"),
        );
    }
}
