//! The processes of a host, from `/proc`: whose they are, what they run, since
//! when. Counted and believed; a manager's own list is not.

use std::collections::BTreeMap;

use crate::formats::Files;

/// Ticks of the clock in `/proc/PID/stat`.
/// Source: proc(5), `sysconf(_SC_CLK_TCK)`: 100 on every Linux that is not told otherwise.
const TICKS: u64 = 100;

/// One process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// Its parent's.
    pub parent: u32,
    /// Its command line, a word each; a title that it gave itself is one word.
    pub argv: Vec<String>,
    /// The unit of systemd that it belongs to.
    pub unit: Option<String>,
    /// Its control groups: controller to path, none for that of cgroup v2.
    pub groups: BTreeMap<String, String>,
    /// When it was started, in seconds since 1970.
    pub started: Option<i64>,
    /// The number of its user.
    pub user: Option<u32>,
}

impl Process {
    /// Whether it is one of these programs: by its first word, or by the first
    /// that is no option behind an interpreter.
    pub fn runs(&self, programs: &[&str], through: &[&str]) -> bool {
        let mut words = self.argv.iter().map(|word| name(word));
        let Some(first) = words.next() else {
            return false;
        };
        if programs.contains(&first) {
            return true;
        }
        let bare = first.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        let mut words = words.filter(|word| !word.starts_with('-'));
        through.contains(&bare) && words.next().is_some_and(|word| programs.contains(&word))
    }

    /// Whether its command line has this text.
    pub fn says(&self, text: &str) -> bool {
        self.argv.iter().any(|word| word.contains(text))
    }

    /// Whether its command line has this word, alone or as an option's value.
    pub fn has_word(&self, text: &str) -> bool {
        let words = self.argv.iter();
        let mut words = words.flat_map(|word| word.split([' ', '=', '(', ')']));
        words.any(|word| word.strip_prefix("-P").unwrap_or(word) == text)
    }
}

/// The last part of a program's path; of a title, which is one word:
/// "nginx: master process /usr/sbin/nginx", its first word.
fn name(word: &str) -> &str {
    let first = word.split([' ', ':']).next().unwrap_or(word);
    first.rsplit('/').next().unwrap_or(first)
}

/// Every process that can be read, by number.
pub fn processes(files: &dyn Files) -> Vec<Process> {
    let boot = boot_time(files);
    let names = files.list("/proc").unwrap_or_default();
    let mut found: Vec<Process> = names
        .iter()
        .filter_map(|name| process(files, name.parse().ok()?, boot))
        .collect();
    found.sort_by_key(|process| process.pid);
    found
}

fn process(files: &dyn Files, pid: u32, boot: Option<i64>) -> Option<Process> {
    let text = |name: &str| {
        let bytes = files.read(&format!("/proc/{pid}/{name}")).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    let stat = text("stat")?;
    // The name before it may hold blanks and parentheses.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let parent = fields.get(1)?.parse().ok()?;
    let ticks: Option<u64> = fields.get(19).and_then(|field| field.parse().ok());
    let started = ticks.and_then(|ticks| i64::try_from(ticks / TICKS).ok());
    let argv = text("cmdline")?;
    let argv: Vec<String> = argv
        .split('\0')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    // The kernel's own have none.
    argv.first()?;
    let groups = groups(&text("cgroup").unwrap_or_default());
    Some(Process {
        pid,
        parent,
        argv,
        unit: unit(&groups),
        groups,
        started: boot.zip(started).map(|(boot, since)| boot + since),
        user: user(&text("status").unwrap_or_default()),
    })
}

/// When the machine was booted, in seconds since 1970.
pub(super) fn boot_time(files: &dyn Files) -> Option<i64> {
    let bytes = files.read("/proc/stat").ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().find_map(|line| line.strip_prefix("btime "))?;
    line.trim().parse().ok()
}

/// Controller to path; the one of cgroup v2 has no controller.
fn groups(text: &str) -> BTreeMap<String, String> {
    let mut groups = BTreeMap::new();
    for line in text.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else {
            continue;
        };
        for controller in controllers.split(',') {
            groups.insert(controller.to_owned(), path.to_owned());
        }
    }
    groups
}

/// The last part of the path that is a unit's name.
fn unit(groups: &BTreeMap<String, String>) -> Option<String> {
    let path = groups.get("").or_else(|| groups.get("name=systemd"))?;
    let mut parts = path.rsplit('/');
    let found = parts.find(|part| part.ends_with(".service"))?;
    // What the kernel would take for its own file has this before it.
    Some(found.strip_prefix('_').unwrap_or(found).to_owned())
}

fn user(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    line.split_whitespace().next()?.parse().ok()
}
