//! The one door to the machine's files: below `/` with the help of sysinfo and
//! nix, below any other root by files alone. Knows no file by name but those
//! that stand in for a system call.
//!
//! *Invariant:* nothing is written, and nothing outside the root is read: the
//! kernel resolves every link and `..` inside it (openat2, `RESOLVE_IN_ROOT`).

use std::fs::File;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use nix::dir::Dir;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open, openat2, readlinkat};
use nix::sched::{CpuSet, sched_getaffinity};
use nix::sys::stat::Mode;
use nix::sys::statfs::statfs;
use nix::sys::utsname::uname;
use nix::unistd::Pid;

use super::DetectError;
use super::cpu::count_list;
use crate::units::Bytes;

/// Most bytes that are read of a file, unless its reader asks for more.
const MOST_BYTES: usize = 1 << 20;

/// Most entries that are read of a directory.
const MOST_ENTRIES: usize = 20_000;

/// Memory and swap, in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Memory that the kernel manages.
    pub memory: Bytes,
    /// Swap; none is 0.
    pub swap: Bytes,
}

/// What detection may ask of a machine. Paths are absolute and slashed.
pub trait HostReader {
    /// A regular file, at most so many bytes of it.
    fn bytes(&self, path: &str, most: usize) -> Option<Vec<u8>>;
    /// The names in a directory, sorted; none where there is no directory.
    fn list(&self, dir: &str) -> Vec<String>;
    /// Where a symbolic link points.
    fn link(&self, path: &str) -> Option<String>;
    /// Whether there is anything at this path.
    fn exists(&self, path: &str) -> bool;
    /// Memory and swap.
    fn totals(&self) -> Option<Totals>;
    /// Processors that this process may run on.
    fn affinity(&self) -> Option<u64>;
    /// Size of the file system at this path, where it is mounted here.
    fn filesystem_size(&self, path: &str) -> Option<Bytes>;
    /// The machine's name for its instruction set, where it runs here.
    fn machine(&self) -> Option<String>;

    /// A text file; what is not UTF-8 in it is replaced.
    fn text(&self, path: &str) -> Option<String> {
        Some(String::from_utf8_lossy(&self.bytes(path, MOST_BYTES)?).into_owned())
    }

    /// The first line of a file, trimmed, if it holds anything.
    fn line(&self, path: &str) -> Option<String> {
        let text = self.text(path)?;
        let line = text.lines().next()?.trim_matches(['\0', ' ', '\t', '\r']);
        (!line.is_empty()).then(|| line.to_owned())
    }

    /// The value after `key` in a file of `key value` or `key: value` lines.
    fn field(&self, path: &str, key: &str) -> Option<String> {
        let text = self.text(path)?;
        let found = text
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
        Some(found.trim().to_owned())
    }
}

/// This machine, or a tree below another root.
pub struct LiveReader {
    /// The directory to stay inside; none for the machine itself.
    confined_to: Option<OwnedFd>,
}

impl LiveReader {
    /// Reads below `root`; `/` is the running machine.
    pub fn new(root: &Path) -> Result<Self, DetectError> {
        if root == Path::new("/") {
            return Ok(Self { confined_to: None });
        }
        let failed = |errno: nix::Error| DetectError::Root {
            root: PathBuf::from(root),
            source: errno.into(),
        };
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let reader = Self {
            confined_to: Some(open(root, flags, Mode::empty()).map_err(failed)?),
        };
        // A kernel before 5.6 has no openat2: say so, rather than find nothing.
        reader.open("/", flags).map_err(failed)?;
        Ok(reader)
    }

    fn is_live(&self) -> bool {
        self.confined_to.is_none()
    }

    fn open(&self, path: &str, flags: OFlag) -> nix::Result<OwnedFd> {
        let flags = flags | OFlag::O_CLOEXEC;
        match &self.confined_to {
            None => open(path, flags, Mode::empty()),
            Some(root) => {
                let how = OpenHow::new()
                    .flags(flags)
                    .resolve(ResolveFlag::RESOLVE_IN_ROOT);
                openat2(root, path, how)
            }
        }
    }
}

impl HostReader for LiveReader {
    fn bytes(&self, path: &str, most: usize) -> Option<Vec<u8>> {
        // Without O_NONBLOCK a named pipe in a saved tree would be waited for.
        let file = File::from(self.open(path, OFlag::O_RDONLY | OFlag::O_NONBLOCK).ok()?);
        if !file.metadata().ok()?.is_file() {
            return None;
        }
        let mut bytes = Vec::new();
        file.take(u64::try_from(most).ok()?)
            .read_to_end(&mut bytes)
            .ok()?;
        Some(bytes)
    }

    fn list(&self, dir: &str) -> Vec<String> {
        let Ok(dir) = self.open(dir, OFlag::O_RDONLY | OFlag::O_DIRECTORY) else {
            return vec![];
        };
        let Ok(dir) = Dir::from_fd(dir) else {
            return vec![];
        };
        let mut names: Vec<String> = dir
            .into_iter()
            .map_while(Result::ok)
            .take(MOST_ENTRIES)
            .filter_map(|entry| entry.file_name().to_str().ok().map(str::to_owned))
            .filter(|name| name != "." && name != "..")
            .collect();
        names.sort_unstable();
        names
    }

    fn link(&self, path: &str) -> Option<String> {
        let (dir, name) = path.rsplit_once('/')?;
        let dir = if dir.is_empty() { "/" } else { dir };
        let dir = self.open(dir, OFlag::O_PATH | OFlag::O_DIRECTORY).ok()?;
        readlinkat(dir, name).ok()?.into_string().ok()
    }

    fn exists(&self, path: &str) -> bool {
        self.open(path, OFlag::O_PATH).is_ok()
    }

    fn totals(&self) -> Option<Totals> {
        if self.is_live()
            && let Ok(mut system) = sysinfo::System::new()
        {
            system.refresh_memory();
            let memory = Bytes(system.total_memory());
            return (memory > Bytes::ZERO).then(|| Totals {
                memory,
                swap: Bytes(system.total_swap()),
            });
        }
        let kib = |key| {
            let value = self.field("/proc/meminfo", key)?;
            let number: u64 = value.split_whitespace().next()?.parse().ok()?;
            Some(Bytes::kib(number))
        };
        Some(Totals {
            memory: kib("MemTotal")?,
            swap: kib("SwapTotal").unwrap_or_default(),
        })
    }

    fn affinity(&self) -> Option<u64> {
        if self.is_live()
            && let Ok(set) = sched_getaffinity(Pid::from_raw(0))
        {
            let allowed = (0..CpuSet::count())
                .filter(|cpu| set.is_set(*cpu) == Ok(true))
                .count();
            return u64::try_from(allowed).ok();
        }
        count_list(&self.field("/proc/self/status", "Cpus_allowed_list")?)
    }

    fn filesystem_size(&self, path: &str) -> Option<Bytes> {
        if !self.is_live() {
            return None;
        }
        let found = statfs(path).ok()?;
        let block = u64::try_from(found.block_size()).ok()?;
        Some(Bytes(found.blocks().checked_mul(block)?))
    }

    fn machine(&self) -> Option<String> {
        if !self.is_live() {
            return None;
        }
        Some(uname().ok()?.machine().to_str()?.to_owned())
    }
}
