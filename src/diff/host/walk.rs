//! A path walked part by part, for kernels that cannot confine one to a root.
//! Each part is opened without following it; a link is read and its text walked
//! in its place, from the root where it is absolute. `..` at the root stays
//! there, as the kernel has it under chroot(2).

use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};

use nix::errno::Errno;
use nix::fcntl::{OFlag, openat, readlinkat};
use nix::sys::stat::{Mode, SFlag, fstat};

/// Links in one path, as the kernel counts them.
/// Source: linux/namei.h, `MAXSYMLINKS`: 40.
const MOST_LINKS: usize = 40;

/// Opens a path below the root.
pub(super) fn open(root: &OwnedFd, path: &str, flags: OFlag) -> nix::Result<OwnedFd> {
    let mut left: VecDeque<String> = parts(path).collect();
    let mut above: Vec<OwnedFd> = Vec::new();
    let mut links = 0;
    while let Some(part) = left.pop_front() {
        match part.as_str() {
            "." => continue,
            ".." => {
                above.pop();
                continue;
            }
            _ => {}
        }
        let here = above.last().unwrap_or(root);
        let step = OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let found = openat(here, part.as_str(), step, Mode::empty())?;
        match kind(&found)? {
            SFlag::S_IFLNK => {
                links += 1;
                if links > MOST_LINKS {
                    return Err(Errno::ELOOP);
                }
                let to = readlinkat(here, part.as_str())?;
                let to = to.to_str().ok_or(Errno::EILSEQ)?.to_owned();
                if to.starts_with('/') {
                    above.clear();
                }
                for part in parts(&to).rev() {
                    left.push_front(part);
                }
            }
            SFlag::S_IFDIR => above.push(found),
            _ if left.is_empty() => return reopened(here, &part, flags),
            _ => return Err(Errno::ENOTDIR),
        }
    }
    let here = above.last().unwrap_or(root);
    openat(here, ".", flags, Mode::empty())
}

/// A '.' stays, and a '/' at the end is one: what stands before must be a
/// directory.
fn parts(path: &str) -> impl DoubleEndedIterator<Item = String> {
    let last = path.ends_with('/').then_some(".");
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.chain(last).map(str::to_owned)
}

/// The last part, which was no link a moment ago and must still be none.
fn reopened(here: &OwnedFd, part: &str, flags: OFlag) -> nix::Result<OwnedFd> {
    openat(here, part, flags | OFlag::O_NOFOLLOW, Mode::empty())
}

fn kind(opened: impl AsFd) -> nix::Result<SFlag> {
    let stat = fstat(opened)?;
    Ok(SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT)
}
