//! The files of a host, below a root that is never left: the kernel resolves
//! every link and `..` inside it (openat2, `RESOLVE_IN_ROOT`), and where it has
//! no openat2 each part of a path is walked here. What was read once is kept,
//! so that one answer is made of one state of the files.
//!
//! *Invariant:* nothing is written, nothing outside the root is opened, and no
//! pipe or device is.

mod below;
mod moved;
mod walk;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open, openat2};
use nix::sys::stat::{FileStat, Mode, SFlag, fstat, makedev};

use crate::formats::{Files, Missing};

pub use below::Below;

/// A file that is larger is not read.
const MOST_BYTES: u64 = 16 << 20;
/// Major and minor number of `/dev/null`.
/// Source: null(4).
const NULL: (u64, u64) = (1, 3);
/// How often a path is tried again that moved while it was resolved.
/// Source: a guess; one rename at a time is what a living host has.
const TRIES: usize = 8;
/// A directory that has more entries is not read.
const MOST_ENTRIES: usize = 20_000;

/// What is known of a file beside its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its permissions, without its type.
    pub mode: u32,
    /// The number of its user.
    pub user: u32,
    /// The number of its group.
    pub group: u32,
    /// Its device and its inode: another file has others.
    pub inode: (u64, u64),
    /// When it was changed, in seconds and nanoseconds since 1970.
    pub modified: (i64, i64),
    /// Its size in bytes.
    pub size: u64,
}

/// A root that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read below {}: {}", root.display(), source.desc())]
pub struct HostError {
    root: PathBuf,
    source: Errno,
}

/// A host's files, as they were when each was first asked for.
pub struct HostFiles {
    root: OwnedFd,
    has_openat2: bool,
    seen: RefCell<Seen>,
}

#[derive(Default)]
struct Seen {
    files: BTreeMap<String, Result<(Vec<u8>, Facts), Missing>>,
    lists: BTreeMap<String, Result<Vec<String>, Missing>>,
    listed: BTreeSet<String>,
}

impl HostFiles {
    /// Below a root; `/` is the machine itself.
    pub fn below(root: &Path) -> Result<Self, HostError> {
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let opened = open(root, flags, Mode::empty()).map_err(|source| HostError {
            root: root.to_owned(),
            source,
        })?;
        let how = OpenHow::new()
            .flags(flags)
            .resolve(ResolveFlag::RESOLVE_IN_ROOT);
        // A kernel before 5.6 has none, and a filter of system calls may refuse it.
        let has_openat2 = openat2(&opened, "/", how).is_ok();
        Ok(Self {
            root: opened,
            has_openat2,
            seen: RefCell::default(),
        })
    }

    /// The same, walking each path itself.
    #[cfg(test)]
    fn walking(root: &Path) -> Result<Self, HostError> {
        Ok(Self {
            has_openat2: false,
            ..Self::below(root)?
        })
    }

    fn open(&self, path: &str, flags: OFlag) -> nix::Result<OwnedFd> {
        let flags = flags | OFlag::O_CLOEXEC;
        if !self.has_openat2 {
            return walk::open(&self.root, path, flags);
        }
        let how = OpenHow::new()
            .flags(flags)
            .resolve(ResolveFlag::RESOLVE_IN_ROOT | ResolveFlag::RESOLVE_NO_MAGICLINKS);
        // The kernel cannot say where '..' leads while somebody renames above it.
        // Source: openat2(2), EAGAIN.
        let again =
            |found: &nix::Result<OwnedFd>| matches!(found, Err(Errno::EAGAIN | Errno::EINTR));
        let mut found = openat2(&self.root, path, how);
        for _ in 0..TRIES {
            if !again(&found) {
                break;
            }
            found = openat2(&self.root, path, how);
        }
        found
    }

    fn load(&self, path: &str) -> Result<(Vec<u8>, Facts), Missing> {
        // First by its path alone: opening a pipe or a device has effects.
        let found = self
            .open(path, OFlag::O_PATH)
            .map_err(|errno| self.missing(path, errno))?;
        let stat = fstat(&found).map_err(unreadable)?;
        special(&stat).map_or(Ok(()), Err)?;
        let file = self
            .open(path, OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY)
            .map_err(|errno| self.missing(path, errno))?;
        let file = File::from(file);
        let stat = fstat(&file).map_err(unreadable)?;
        special(&stat).map_or(Ok(()), Err)?;
        let known = facts(&stat);
        if known.size > MOST_BYTES {
            return Err(Missing::TooLarge(known.size));
        }
        let mut bytes = Vec::new();
        file.take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Missing::Unreadable(error.to_string()))?;
        match u64::try_from(bytes.len()) {
            Ok(size) if size <= MOST_BYTES => Ok((bytes, known)),
            _ => Err(Missing::TooLarge(known.size)),
        }
    }

    fn missing(&self, path: &str, errno: Errno) -> Missing {
        match errno {
            Errno::ENOENT => match self.link(path) {
                Some(to) => Missing::Dangling(to),
                None if self.seen.borrow().listed.contains(path) => Missing::Vanished,
                None => Missing::Absent,
            },
            // A file stands where a directory should be: nothing can be below.
            Errno::ENOTDIR => Missing::Absent,
            Errno::ELOOP | Errno::EXDEV => Missing::Link(errno.desc().to_owned()),
            _ => unreadable(errno),
        }
    }

    /// Where the link at a path points to.
    pub fn link(&self, path: &str) -> Option<String> {
        let (directory, name) = path.rsplit_once('/')?;
        let directory = if directory.is_empty() { "/" } else { directory };
        let directory = self
            .open(directory, OFlag::O_PATH | OFlag::O_DIRECTORY)
            .ok()?;
        let to = nix::fcntl::readlinkat(directory, name).ok()?;
        Some(to.to_string_lossy().into_owned())
    }

    fn names(&self, directory: &str) -> Result<Vec<String>, Missing> {
        let opened = self
            .open(directory, OFlag::O_RDONLY | OFlag::O_DIRECTORY)
            .map_err(|errno| self.missing(directory, errno))?;
        let mut names = Vec::new();
        for entry in Dir::from_fd(opened).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name().to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            let name = std::str::from_utf8(name).map_err(|_| {
                let name = name.escape_ascii();
                Missing::Unreadable(format!("a name in it is not UTF-8: {name}"))
            })?;
            names.push(name.to_owned());
            if names.len() > MOST_ENTRIES {
                return Err(Missing::Unreadable(format!(
                    "it has more than {MOST_ENTRIES} entries"
                )));
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// A link to `/dev/null`, whether or not the root has one.
    fn is_masked(&self, path: &str) -> bool {
        let Some(to) = self.link(path) else {
            return false;
        };
        let is_null = |opened: &OwnedFd| {
            fstat(opened)
                .is_ok_and(|stat| stat.st_rdev == makedev(NULL.0, NULL.1) && is_device(&stat))
        };
        to == "/dev/null"
            || self
                .open(path, OFlag::O_PATH)
                .is_ok_and(|found| is_null(&found))
    }

    fn seen(&self, path: &str) -> Result<(Vec<u8>, Facts), Missing> {
        if let Some(known) = self.seen.borrow().files.get(path) {
            return known.clone();
        }
        let found = if self.is_masked(path) {
            Err(Missing::Masked)
        } else {
            self.load(path)
        };
        let mut seen = self.seen.borrow_mut();
        seen.files.insert(path.to_owned(), found.clone());
        found
    }
}

impl Files for HostFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        self.seen(path).map(|(bytes, _)| bytes)
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, Missing> {
        if let Some(known) = self.seen.borrow().lists.get(directory) {
            return known.clone();
        }
        let found = self.names(directory);
        let mut seen = self.seen.borrow_mut();
        for name in found.iter().flatten() {
            let path = format!("{}/{name}", directory.trim_end_matches('/'));
            seen.listed.insert(path);
        }
        seen.lists.insert(directory.to_owned(), found.clone());
        found
    }
}

impl super::Host for HostFiles {
    fn facts(&self, path: &str) -> Option<Facts> {
        self.seen(path).ok().map(|(_, facts)| facts)
    }

    fn link(&self, path: &str) -> Option<String> {
        Self::link(self, path)
    }
}

fn unreadable(errno: Errno) -> Missing {
    Missing::Unreadable(errno.desc().to_owned())
}

fn is_device(stat: &FileStat) -> bool {
    SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT == SFlag::S_IFCHR
}

/// What is not opened, by its type.
fn special(stat: &FileStat) -> Option<Missing> {
    let kind = SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT;
    match kind {
        SFlag::S_IFREG => None,
        SFlag::S_IFDIR => Some(Missing::Directory),
        SFlag::S_IFIFO => Some(Missing::Special("pipe")),
        SFlag::S_IFSOCK => Some(Missing::Special("socket")),
        _ => Some(Missing::Special("device")),
    }
}

fn facts(stat: &FileStat) -> Facts {
    Facts {
        mode: stat.st_mode & 0o7777,
        user: stat.st_uid,
        group: stat.st_gid,
        inode: (stat.st_dev, stat.st_ino),
        modified: (stat.st_mtime, stat.st_mtime_nsec),
        size: u64::try_from(stat.st_size).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
