//! Every file below a root, for trees of which no list is known.

use nix::fcntl::OFlag;

use super::{HostFiles, MOST_ENTRIES};
use crate::formats::{Files as _, Missing, Trouble, TroubleKind};

/// What was found.
#[derive(Debug, Default)]
pub struct Below {
    /// The files by path, links among them.
    pub files: Vec<String>,
    /// Directories that could not be read.
    pub troubles: Vec<Trouble>,
}

impl HostFiles {
    /// Every file below the root, but for what is `skipped` by its name. A link
    /// is never gone into.
    pub fn all(&self, skipped: &[&str]) -> Below {
        let mut found = Below::default();
        let mut left = vec![String::new()];
        while let Some(directory) = left.pop() {
            let here = if directory.is_empty() {
                "/"
            } else {
                &directory
            };
            let names = match self.list(here) {
                Ok(names) => names,
                Err(missing) => {
                    found.troubles.push(trouble(here, missing));
                    continue;
                }
            };
            for name in names
                .iter()
                .filter(|name| !skipped.contains(&name.as_str()))
            {
                let path = format!("{directory}/{name}");
                if self.link(&path).is_none() && self.is_directory(&path) {
                    left.push(path);
                } else {
                    found.files.push(path);
                }
            }
            if found.files.len() + left.len() > MOST_ENTRIES {
                let why = format!("more than {MOST_ENTRIES} files are below it");
                found.troubles.push(trouble("/", Missing::Unreadable(why)));
                break;
            }
        }
        found.files.sort_unstable();
        found
    }

    fn is_directory(&self, path: &str) -> bool {
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY;
        self.open(path, flags).is_ok()
    }
}

fn trouble(path: &str, missing: Missing) -> Trouble {
    Trouble {
        file: path.to_owned(),
        what: TroubleKind::Missing(missing),
    }
}
