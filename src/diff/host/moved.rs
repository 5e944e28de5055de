//! What has moved since it was looked at: one answer would be made of two
//! states of the files.

use nix::fcntl::OFlag;
use nix::sys::stat::fstat;

use super::{Facts, HostFiles, facts, special};
use crate::formats::{Missing, Moved, Trouble, TroubleKind};

impl HostFiles {
    /// The files that appeared, vanished or changed since they were looked at,
    /// by path.
    pub fn moved(&self) -> Vec<Trouble> {
        let seen = self.seen.borrow();
        let files = seen.files.iter().filter_map(|(path, was)| {
            let was = was.as_ref().map(|(_, facts)| *facts);
            Some((path.clone(), moved(was, self.stands(path))?))
        });
        let mut found: Vec<(String, Moved)> = files.collect();
        for (directory, was) in &seen.lists {
            let now = self.names(directory);
            let was: &[String] = was.as_deref().unwrap_or_default();
            let now: &[String] = now.as_deref().unwrap_or_default();
            let path = |name: &String| format!("{}/{name}", directory.trim_end_matches('/'));
            let new = now.iter().filter(|name| !was.contains(name));
            found.extend(new.map(|name| (path(name), Moved::Appeared)));
            let gone = was.iter().filter(|name| !now.contains(name));
            found.extend(gone.map(|name| (path(name), Moved::Vanished)));
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found.dedup_by(|a, b| a.0 == b.0);
        let trouble = |(file, moved)| Trouble {
            file,
            what: TroubleKind::Moved(moved),
        };
        found.into_iter().map(trouble).collect()
    }

    /// The facts of a file that could be read, without reading it.
    fn stands(&self, path: &str) -> Option<Facts> {
        if self.is_masked(path) {
            return None;
        }
        let found = self.open(path, OFlag::O_PATH).ok()?;
        let stat = fstat(&found).ok()?;
        special(&stat).is_none().then(|| facts(&stat))
    }
}

fn moved(was: Result<Facts, &Missing>, now: Option<Facts>) -> Option<Moved> {
    match (was, now) {
        (Ok(was), Some(now)) => (was != now).then_some(Moved::Changed),
        (Ok(_), None) => Some(Moved::Vanished),
        // It was there and could not be read: that is told already.
        (Err(Missing::TooLarge(_) | Missing::Unreadable(_)), _) => None,
        (Err(_), now) => now.map(|_| Moved::Appeared),
    }
}
