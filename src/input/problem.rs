//! What is wrong with an input: where, what, and what to do.

use std::fmt;

use super::Spot;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands, if it stands anywhere.
    pub spot: Option<Spot>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// A mistake without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            spot: None,
            message: message.into(),
            help: None,
        }
    }

    /// A mistake at a place.
    pub fn at(spot: &Spot, message: impl Into<String>) -> Self {
        Self {
            spot: Some(spot.clone()),
            message: message.into(),
            help: None,
        }
    }

    /// With what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(spot) = &self.spot {
            write!(f, "{spot}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

/// All the mistakes of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// One more.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// `value` where nothing is wrong; else the mistakes in the order of the files.
    pub fn or<T>(mut self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.0.sort_by(|a, b| a.spot.cmp(&b.spot));
        self.0.dedup();
        Err(self)
    }
}

impl Problems {
    /// What another step gave, where nothing was wrong in either; else the
    /// mistakes of both.
    pub fn join<T>(mut self, other: Result<T, Self>) -> Result<T, Self> {
        match other {
            Ok(value) => self.or(value),
            Err(found) => {
                self.0.extend(found.0);
                self.0.sort_by(|a, b| a.spot.cmp(&b.spot));
                self.0.dedup();
                Err(self)
            }
        }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
