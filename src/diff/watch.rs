//! What is being waited for: files and questions that note themselves for as
//! long as they take, so that who gives up can say on what.

use std::sync::{Mutex, PoisonError};

use super::runtime::{Ask, Inquiry};
use super::{Facts, Host};
use crate::formats::{Files, Missing};

/// What a thread waits for now.
#[derive(Default)]
pub(super) struct Note(Mutex<Option<String>>);

impl Note {
    pub(super) fn set(&self, what: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(what.to_owned());
    }

    fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn get(&self) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn during<T>(&self, what: &str, act: impl FnOnce() -> T) -> T {
        self.set(what);
        let done = act();
        self.clear();
        done
    }
}

/// A host, or somebody who asks, that notes what it does.
pub(super) struct Watched<'a, T: ?Sized> {
    inner: &'a T,
    note: &'a Note,
}

impl<'a, T: ?Sized> Watched<'a, T> {
    pub(super) fn new(inner: &'a T, note: &'a Note) -> Self {
        Self { inner, note }
    }
}

impl Files for Watched<'_, dyn Host + '_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        self.note.during(path, || self.inner.read(path))
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, Missing> {
        self.note.during(directory, || self.inner.list(directory))
    }
}

impl Host for Watched<'_, dyn Host + '_> {
    fn facts(&self, path: &str) -> Option<Facts> {
        self.note.during(path, || self.inner.facts(path))
    }

    fn link(&self, path: &str) -> Option<String> {
        self.note.during(path, || self.inner.link(path))
    }
}

impl Ask for Watched<'_, dyn Ask + Send + Sync + '_> {
    fn ask(&self, inquiry: &Inquiry) -> Result<String, String> {
        self.note
            .during(inquiry.program, || self.inner.ask(inquiry))
    }
}
