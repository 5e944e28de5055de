//! What is wrong with an input: where, what, and what to do.

use std::fmt;

use super::{Spot, nearest};

/// Mistakes that are told of one input.
const MOST: usize = 200;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands, if it stands anywhere.
    pub spot: Option<Spot>,
    /// What is wrong.
    pub message: String,
    /// A few words to stand beside the mark under the spot.
    pub label: Option<String>,
    /// Other spots that have to do with it, each with a few words.
    pub others: Vec<(Spot, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// A mistake without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            spot: None,
            message: message.into(),
            label: None,
            others: Vec::new(),
            help: None,
        }
    }

    /// A mistake at a place.
    pub fn at(spot: &Spot, message: impl Into<String>) -> Self {
        Self {
            spot: Some(spot.clone()),
            ..Self::new(message)
        }
    }

    /// With a few words to stand beside the mark.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With another spot that has to do with it.
    #[must_use]
    pub fn also(mut self, spot: &Spot, label: impl Into<String>) -> Self {
        self.others.push((spot.clone(), label.into()));
        self
    }

    /// With what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With the known words nearest to `word` as help, or else `otherwise`.
    #[must_use]
    pub fn nearest<'a>(
        self,
        word: &str,
        known: impl IntoIterator<Item = &'a str>,
        otherwise: impl FnOnce() -> String,
    ) -> Self {
        let near = nearest(word, known);
        if near.is_empty() {
            return self.help(otherwise());
        }
        self.help(format!("did you mean {}?", near.join(" or ")))
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
    /// One more, while there is room for it.
    pub fn push(&mut self, problem: Problem) {
        if !self.is_full() {
            self.0.push(problem);
        }
    }

    /// Whether there are more than are told: nobody reads on, and a hostile file
    /// could have a hundred thousand.
    pub fn is_full(&self) -> bool {
        self.0.len() > MOST
    }

    /// Those of another look at the same input.
    pub fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// In the order of the files, each once; of more than are told, the first,
    /// and that there are more.
    fn sort(&mut self) {
        self.0.sort_by(|a, b| a.spot.cmp(&b.spot));
        self.0.dedup();
        if self.is_full() {
            self.0.truncate(MOST);
            let spot = self.0.last().and_then(|last| last.spot.clone());
            let more = Problem::new(format!("there are more than {MOST} mistakes"));
            let more = more.help("mend those that are told: the others come then");
            self.0.push(Problem { spot, ..more });
        }
    }

    /// Those that a later look found where an earlier one found nothing: a spot
    /// that is wrong already is not wrong a second time.
    pub fn extend_elsewhere(&mut self, more: Self) {
        let mut known: Vec<&Spot> = self.0.iter().filter_map(|k| k.spot.as_ref()).collect();
        known.sort_unstable();
        let is_new = |problem: &Problem| {
            let spot = problem.spot.as_ref();
            spot.is_none_or(|spot| known.binary_search(&spot).is_err())
        };
        let new: Vec<Problem> = more.0.into_iter().filter(is_new).collect();
        self.0.extend(new);
    }

    /// `value` where nothing is wrong; else the mistakes in the order of the files.
    pub fn or<T>(mut self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.sort();
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
                self.sort();
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
