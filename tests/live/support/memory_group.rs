//! A memory cgroup with a hard limit and no swap, of either version.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::command::command;

/// Removed when it goes, with whatever is left in it.
pub(crate) struct MemoryGroup {
    directory: PathBuf,
    unified: bool,
}

impl MemoryGroup {
    pub(crate) fn new(name: &str, limit: u64) -> Self {
        let first = Path::new("/sys/fs/cgroup/memory");
        let unified = !first.is_dir();
        let parent = if unified {
            Path::new("/sys/fs/cgroup")
        } else {
            first
        };
        let directory = parent.join(format!("tune-{name}-{}", std::process::id()));
        if unified {
            // Refused where it is on already and its own processes are here.
            let _ = std::fs::write(parent.join("cgroup.subtree_control"), "+memory");
        }
        std::fs::create_dir(&directory)
            .unwrap_or_else(|error| panic!("no memory group {}: {error}", directory.display()));
        let group = Self { directory, unified };
        if unified {
            group.set("memory.max", &limit.to_string());
            group.set("memory.swap.max", "0");
        } else {
            group.set("memory.limit_in_bytes", &limit.to_string());
            group.set("memory.memsw.limit_in_bytes", &limit.to_string());
        }
        group
    }

    fn set(&self, file: &str, value: &str) {
        let path = self.directory.join(file);
        std::fs::write(&path, value).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.directory.join(file)).unwrap_or_default()
    }

    fn field(&self, file: &str, name: &str) -> u64 {
        let text = self.read(file);
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{file} has no {name}: {text}"))
            .parse()
            .unwrap()
    }

    /// The same program, started inside of it: what it starts stays inside.
    pub(crate) fn holding(&self, program: &Command) -> Command {
        let mut inside = command("sh");
        inside
            .args(["-c", "echo $$ >\"$1\"; shift; exec \"$@\"", "sh"])
            .arg(self.directory.join("cgroup.procs"))
            .arg(program.get_program())
            .args(program.get_args());
        inside
    }

    /// Processes that the kernel killed for its limit.
    pub(crate) fn killed(&self) -> u64 {
        let file = if self.unified {
            "memory.events"
        } else {
            "memory.oom_control"
        };
        self.field(file, "oom_kill")
    }

    /// Memory that cannot be dropped: no page cache but the shared memory.
    pub(crate) fn held(&self) -> u64 {
        let (anonymous, shared) = if self.unified {
            ("anon", "shmem")
        } else {
            ("total_rss", "total_shmem")
        };
        self.field("memory.stat", anonymous) + self.field("memory.stat", shared)
    }
}

impl Drop for MemoryGroup {
    fn drop(&mut self) {
        let began = Instant::now();
        while std::fs::remove_dir(&self.directory).is_err()
            && began.elapsed() < Duration::from_secs(10)
        {
            for process in self.read("cgroup.procs").split_whitespace() {
                let process = nix::unistd::Pid::from_raw(process.parse().unwrap_or(i32::MAX));
                let _ = nix::sys::signal::kill(process, nix::sys::signal::Signal::SIGKILL);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
