//! Values of TOML, freed of their spelling, and as a person spells them. A
//! string is told from what it looks like by nothing but its bytes in the file.

use ::toml::de::{DeTable, DeValue};

use super::super::Normal;
use super::super::line::quoted;

/// Units of the sizes that tune takes, all powers of 1024.
/// Source: README.md, "tune.toml"; PostgreSQL's and compose's units.
const UNITS: &[(&str, u32)] = &[("T", 4), ("G", 3), ("M", 2), ("K", 1)];

/// A number's billionths.
/// Source: `Normal::Number`.
const BILLION: i128 = 1_000_000_000;

pub(super) fn normal(value: &[u8]) -> Normal {
    let Ok(text) = std::str::from_utf8(value) else {
        return Normal::text(value);
    };
    let typed = size(text).or_else(|| with_value(text, typed).flatten());
    typed.unwrap_or_else(|| Normal::text(value))
}

pub(super) fn spell(value: &Normal) -> String {
    match value {
        Normal::Size(bytes) => {
            let fits =
                |(_, power): &&(&str, u32)| *bytes != 0 && bytes % 1024_i128.pow(*power) == 0;
            match UNITS.iter().find(fits) {
                Some((unit, power)) => format!("\"{}{unit}iB\"", bytes / 1024_i128.pow(*power)),
                None => format!("\"{bytes}B\""),
            }
        }
        Normal::Flag(on) => on.to_string(),
        Normal::Number(_) => value.to_string(),
        Normal::Text(text) => {
            let text = String::from_utf8_lossy(text);
            let is_array = with_value(&text, |value| {
                matches!(value, DeValue::Array(_) | DeValue::Datetime(_))
            });
            if is_array == Some(true) {
                text.into_owned()
            } else {
                quoted(&text)
            }
        }
        Normal::Time(_) | Normal::Unlimited => quoted(&value.to_string()),
    }
}

/// A key as it is written.
pub(super) fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// `512MiB`, `2G`, `64kB`.
fn size(text: &str) -> Option<Normal> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..)?.to_ascii_uppercase();
    let unit = unit.strip_suffix('B').unwrap_or(&unit);
    let unit = unit.strip_suffix('I').unwrap_or(unit);
    let (_, power) = UNITS.iter().find(|(name, _)| *name == unit)?;
    match Normal::number(digits.as_bytes())? {
        Normal::Number(n) if n >= 0 => {
            let bytes = n.checked_mul(1024_i128.pow(*power))?;
            (bytes % BILLION == 0).then_some(Normal::Size(bytes / BILLION))
        }
        _ => None,
    }
}

/// What a text is where it stands for a value.
fn with_value<T>(text: &str, look: impl FnOnce(&DeValue<'_>) -> T) -> Option<T> {
    let first = text.bytes().next()?;
    // No text of words is a value, but for two.
    let may_be = first.is_ascii_digit() || b"[{+-tfin".contains(&first);
    if !may_be || text.contains('\n') && first != b'[' && first != b'{' {
        return None;
    }
    let line = format!("x = {text}");
    let table = DeTable::parse(&line).ok()?;
    let mut values = table.get_ref().iter();
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Some(look(value.get_ref())),
        _ => None,
    }
}

fn typed(value: &DeValue<'_>) -> Option<Normal> {
    match value {
        DeValue::Integer(n) => {
            let n = i128::from_str_radix(n.as_str(), n.radix()).ok()?;
            Some(Normal::whole(n))
        }
        DeValue::Float(n) => Normal::number(n.as_str().as_bytes()),
        DeValue::Boolean(yes) => Some(Normal::Flag(*yes)),
        DeValue::Array(_) => Some(Normal::Text(printed(value).into())),
        _ => None,
    }
}

/// On one line, without comments.
fn printed(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quoted(text),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) => match typed(value) {
            Some(normal @ Normal::Number(_)) => normal.to_string(),
            Some(Normal::Flag(yes)) => yes.to_string(),
            _ => match value {
                DeValue::Float(n) => n.as_str().to_owned(),
                _ => String::new(),
            },
        },
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| printed(item.get_ref())).collect();
            format!("[{}]", items.join(", "))
        }
        DeValue::Table(table) => {
            let entries = table.iter();
            let entries: Vec<String> = entries
                .map(|(name, value)| {
                    format!("{} = {}", key(name.get_ref()), printed(value.get_ref()))
                })
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}
