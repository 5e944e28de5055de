//! Versions of programs, as far as settings depend on them.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// Major and minor of a program's version: `15`, `1.22`, `7.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// First number.
    pub major: u32,
    /// Second number; 0 where none was given.
    pub minor: u32,
    /// Third number; 0 where none was given.
    pub patch: u32,
    given: u8,
}

/// A text that does not begin with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a version")]
pub struct VersionError;

impl Version {
    /// From major, minor and patch.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self {
            major,
            minor,
            patch,
            given: 3,
        }
    }

    /// Reads `15`, `1.22.1`, `7.0.15`; what follows the numbers is left aside.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        let end = text
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(text.len());
        let numbers = text.get(..end).unwrap_or_default().trim_end_matches('.');
        let mut parts = numbers.split('.').take(3);
        let mut given = 0;
        let mut next = || match parts.next() {
            None => Ok(0),
            Some(part) => {
                given += 1;
                part.parse::<u32>().map_err(|_| VersionError)
            }
        };
        let (major, minor, patch) = (next()?, next()?, next()?);
        Ok(Self {
            major,
            minor,
            patch,
            given,
        })
    }

    /// At least this major and minor.
    pub const fn at_least(self, major: u32, minor: u32) -> bool {
        self.major > major || (self.major == major && self.minor >= minor)
    }

    /// At least this major, minor and patch.
    pub const fn at_least_patch(self, major: u32, minor: u32, patch: u32) -> bool {
        self.at_least(major, minor)
            && (self.major > major || self.minor > minor || self.patch >= patch)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.given {
            0 | 1 => write!(f, "{}", self.major),
            2 => write!(f, "{}.{}", self.major, self.minor),
            _ => write!(f, "{}.{}.{}", self.major, self.minor, self.patch),
        }
    }
}

impl JsonSchema for Version {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Version".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[0-9]+(\\.[0-9]+){0,2}$"})
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_by_number() {
        let nginx = Version::parse("1.22.1-9+deb12u1").unwrap();
        assert_eq!(nginx.to_string(), "1.22.1");
        assert!(nginx.at_least(1, 9) && !nginx.at_least(1, 25));
        assert!(!nginx.at_least_patch(1, 25, 1) && Version::new(1, 25, 1).at_least_patch(1, 25, 1));
        assert_eq!(Version::parse("15").unwrap().to_string(), "15");
        assert_eq!(Version::parse("v"), Err(VersionError));
    }
}
