//! How each kind of file spells a size and a switch. Quoting is not done here:
//! that is the templates' last filter.

use super::Value;
use crate::units::Bytes;

/// The spelling of a family of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `128MB`, `512kB`; `on`, `off`.
    Postgresql,
    /// `10m`, `16k`; `on`, `off`.
    Nginx,
    /// `100mb`; `yes`, `no`.
    Redis,
    /// `512M`; `yes`, `no`.
    Systemd,
    /// `512M`; `true`, `false`.
    Pm2,
    /// Bytes as a number; `True`, `False`.
    Python,
    /// Whole MiB as a number; `true`, `false`.
    Mebibytes,
    /// Whole KiB as a number; `True`, `False`.
    Kibibytes,
    /// `512m`; `true`, `false`.
    Compose,
    /// Bytes as a number; `1`, `0`.
    Plain,
}

impl Spelling {
    /// The value as the file writes it, without quotes.
    pub fn spell(self, value: &Value) -> String {
        match value {
            Value::Size(bytes) => self.size(*bytes),
            Value::Count(n) => n.to_string(),
            Value::Decimal(n) if n.in_thousandths().is_multiple_of(1000) => format!("{n}.0"),
            Value::Decimal(n) => n.to_string(),
            Value::Flag(yes) => self.flag(*yes).to_owned(),
            Value::Word(word) => word.clone(),
        }
    }

    fn size(self, bytes: Bytes) -> String {
        match self {
            Self::Postgresql => largest(bytes, &["kB", "MB", "GB", "TB"], "B"),
            Self::Nginx => largest(bytes, &["k", "m"], ""),
            Self::Redis => largest(bytes, &["kb", "mb", "gb"], ""),
            Self::Systemd | Self::Pm2 => largest(bytes, &["K", "M", "G"], ""),
            Self::Compose => largest(bytes, &["k", "m", "g"], "b"),
            Self::Mebibytes => bytes.whole_mib().to_string(),
            Self::Kibibytes => (bytes.0 >> 10).to_string(),
            Self::Python | Self::Plain => bytes.0.to_string(),
        }
    }

    const fn flag(self, yes: bool) -> &'static str {
        match (self, yes) {
            (Self::Postgresql | Self::Nginx, true) => "on",
            (Self::Postgresql | Self::Nginx, false) => "off",
            (Self::Redis | Self::Systemd, true) => "yes",
            (Self::Redis | Self::Systemd, false) => "no",
            (Self::Pm2 | Self::Mebibytes | Self::Compose, true) => "true",
            (Self::Pm2 | Self::Mebibytes | Self::Compose, false) => "false",
            (Self::Python | Self::Kibibytes, true) => "True",
            (Self::Python | Self::Kibibytes, false) => "False",
            (Self::Plain, true) => "1",
            (Self::Plain, false) => "0",
        }
    }
}

/// The largest unit that divides it, up to the last of `units` (powers of 1024
/// from 1024 on); `rest` for a number of bytes.
fn largest(bytes: Bytes, units: &[&str], rest: &str) -> String {
    let mut number = bytes.0;
    let mut unit = rest;
    for larger in units {
        if number == 0 || !number.is_multiple_of(1024) {
            break;
        }
        number /= 1024;
        unit = larger;
    }
    format!("{number}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_family_has_its_own() {
        let size = Value::Size(Bytes::mib(512));
        let spelt = |s: Spelling| s.spell(&size);
        assert_eq!(spelt(Spelling::Postgresql), "512MB");
        assert_eq!(spelt(Spelling::Nginx), "512m");
        assert_eq!(spelt(Spelling::Kibibytes), "524288");
        assert_eq!(spelt(Spelling::Mebibytes), "512");
        assert_eq!(spelt(Spelling::Plain), "536870912");
        assert_eq!(Spelling::Nginx.spell(&Value::Size(Bytes::gib(2))), "2048m");
        assert_eq!(
            Spelling::Postgresql.spell(&Value::Size(Bytes::kib(3932))),
            "3932kB"
        );
    }
}
