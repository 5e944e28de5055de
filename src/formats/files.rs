//! The files of a host as programs see them: by absolute path, links followed.
//! Who opens them is not known here.

use std::collections::{BTreeMap, BTreeSet};

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing is there.
    Absent,
    /// It was listed a moment ago and is not there any more.
    Vanished,
    /// A link to `/dev/null`: somebody put it out of use.
    Masked,
    /// A link whose end is not there: where it points to.
    Dangling(String),
    /// A link that leads out of the root, or in circles: what the system says.
    Link(String),
    /// A directory.
    Directory,
    /// A device, a pipe or a socket: it is not opened.
    Special(&'static str),
    /// Larger than is read: its size in bytes.
    TooLarge(u64),
    /// It is there and cannot be read: what the system says.
    Unreadable(String),
}

impl Missing {
    /// Whether a program finds no file there, and nothing is wrong with that.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent | Self::Masked)
    }
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absent => f.write_str("is not there"),
            Self::Vanished => f.write_str("was there a moment ago and is not any more"),
            Self::Masked => f.write_str("is a link to /dev/null: it is masked"),
            Self::Dangling(to) => write!(f, "is a link to {to}, which is not there"),
            Self::Link(why) => write!(f, "is a link that cannot be followed: {why}"),
            Self::Directory => f.write_str("is a directory"),
            Self::Special(what) => write!(f, "is a {what}: it is not opened"),
            Self::TooLarge(size) => write!(f, "has {size} bytes, more than is read"),
            Self::Unreadable(why) => write!(f, "cannot be read: {why}"),
        }
    }
}

/// The files of a host.
pub trait Files {
    /// All of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing>;

    /// The names in a directory, by their bytes, '.' and '..' not among them.
    fn list(&self, directory: &str) -> Result<Vec<String>, Missing>;
}

/// Files by path.
impl Files for BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        match self.get(path) {
            Some(bytes) => Ok(bytes.clone()),
            None if self.list(path).is_ok() => Err(Missing::Directory),
            None => Err(Missing::Absent),
        }
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, Missing> {
        let below = format!("{}/", directory.trim_end_matches('/'));
        let paths = self.keys().filter_map(|path| path.strip_prefix(&below));
        let mut names: Vec<String> = paths
            .filter_map(|rest| rest.split('/').next())
            .map(str::to_owned)
            .collect();
        names.dedup();
        if names.is_empty() {
            return Err(Missing::Absent);
        }
        Ok(names)
    }
}

/// A host as it would be with some files replaced.
pub struct Staged<'a> {
    under: &'a dyn Files,
    over: &'a BTreeMap<String, Vec<u8>>,
    gone: Option<&'a BTreeSet<String>>,
}

impl<'a> Staged<'a> {
    /// `over` takes the place of what `under` has.
    pub fn new(under: &'a dyn Files, over: &'a BTreeMap<String, Vec<u8>>) -> Self {
        Self {
            under,
            over,
            gone: None,
        }
    }

    /// The same, and these are there no more.
    #[must_use]
    pub fn without(self, gone: &'a BTreeSet<String>) -> Self {
        Self {
            gone: Some(gone),
            ..self
        }
    }

    fn is_gone(&self, path: &str) -> bool {
        self.gone.is_some_and(|gone| gone.contains(path))
    }
}

impl Files for Staged<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        if self.is_gone(path) {
            return Err(Missing::Absent);
        }
        match self.over.read(path) {
            Err(Missing::Absent) => self.under.read(path),
            Err(Missing::Directory) if self.under.list(path).is_err() => Err(Missing::Directory),
            found => found,
        }
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, Missing> {
        let mut under = self.under.list(directory);
        if let (Ok(names), Some(gone)) = (&mut under, self.gone) {
            let directory = directory.trim_end_matches('/');
            names.retain(|name| !gone.contains(&format!("{directory}/{name}")));
        }
        let Ok(over) = self.over.list(directory) else {
            return under;
        };
        let mut names = match under {
            Ok(names) => names,
            Err(Missing::Absent) => Vec::new(),
            Err(missing) => return Err(missing),
        };
        names.extend(over);
        names.sort();
        names.dedup();
        Ok(names)
    }
}
