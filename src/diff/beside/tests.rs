//! What a running host adds to the difference of its files.

use std::collections::BTreeMap;

use super::super::runtime::{Ask, Inquiry, planned};
use super::super::{Candidate, Differences, Ran, ShadowKind, beside, checked};
use crate::plan::Plan;
use crate::render::artefacts;

struct Says(&'static str);

impl Ask for Says {
    fn ask(&self, _: &Inquiry) -> Result<String, String> {
        Ok(self.0.to_owned())
    }
}

fn found(plan: &Plan, files: &[(&str, &str)], ask: Option<&dyn Ask>) -> Differences {
    let candidates = Candidate::of_plan(plan, &artefacts(plan).unwrap());
    let file = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
    let host: BTreeMap<String, Vec<u8>> = files.iter().map(file).collect();
    let mut found = checked(&host, plan, &candidates, &Ran::new());
    beside(&host, plan, &candidates, ask, &mut found);
    found
}

fn running(found: &Differences, key: &str) -> Vec<String> {
    let mut settings = found.settings.iter();
    let setting = settings.find(|one| one.key == key).unwrap();
    let all = setting.running.iter();
    all.map(|value| value.text.clone()).collect()
}

const SYSCTL: &str = "/etc/sysctl.d/10-mine.conf";
const PROC: &str = "/proc/sys/vm/swappiness";

#[test]
fn a_value_that_no_file_says_is_told() {
    let plan = planned("[system]\nswappiness = 10\n[services.db]\nkind = \"redis\"\n");
    let at = |kernel: &str| {
        let files = [(SYSCTL, "vm.swappiness = 30\n"), (PROC, kernel)];
        running(&found(&plan, &files, None), "vm.swappiness")
    };
    assert_eq!(at("60\n"), ["60"]);
    assert_eq!(at("30\n"), [""; 0], "the old value");
    assert_eq!(at("10\n"), [""; 0], "the new value");
}

/// A process with its parent, as the kernel shows it.
fn process(pid: u32, parent: u32, argv: &str) -> [(String, String); 2] {
    let stat = format!("{pid} (x) S {parent} 1 1 0 -1 0 1 1 1 1 1 1 1 1 20 0 1 0 100 1 1");
    [
        (format!("/proc/{pid}/stat"), stat),
        (format!("/proc/{pid}/cmdline"), argv.replace(' ', "\0")),
    ]
}

fn with<'a>(
    files: &[(&'a str, &'a str)],
    processes: &'a [(String, String)],
) -> Vec<(&'a str, &'a str)> {
    let processes = processes.iter();
    let processes = processes.map(|(path, text)| (path.as_str(), text.as_str()));
    files.iter().copied().chain(processes).collect()
}

#[test]
fn workers_are_counted_and_told_even_where_they_are_as_planned() {
    let plan = planned("[services.web]\nkind = \"gunicorn\"\nworkers = 2\ncwd = \"/srv/web\"\n");
    let config = ("/srv/web/gunicorn.conf.py", "workers = 4\n");
    let argv = "python3 /srv/web/bin/gunicorn -c /srv/web/gunicorn.conf.py app";
    let mut processes = process(100, 1, argv).to_vec();
    for pid in [101, 102] {
        processes.extend(process(pid, 100, argv));
    }
    let at = |processes: &[(String, String)]| {
        running(&found(&plan, &with(&[config], processes), None), "workers")
    };
    assert_eq!(at(&processes), ["2"]);
    for pid in [103, 104] {
        processes.extend(process(pid, 100, argv));
    }
    assert_eq!(at(&processes), [""; 0], "as the file says");
}

fn shadows(found: &Differences, key: &str) -> Vec<(String, String, ShadowKind)> {
    let mut settings = found.settings.iter();
    let setting = settings.find(|one| one.key == key).unwrap();
    let all = setting.shadows.iter().cloned();
    all.map(|shadow| (shadow.by, shadow.value, shadow.kind))
        .collect()
}

#[test]
fn a_command_line_wins_over_the_file() {
    let plan = planned("[services.cache]\nkind = \"redis\"\n");
    let argv = "redis-server 127.0.0.1:6379 --maxmemory 8mb";
    let processes = process(100, 1, argv);
    let found = found(&plan, &with(&[], &processes), None);
    let all = shadows(&found, "maxmemory");
    let by_line = all.iter().find(|(by, ..)| by == "command line");
    let (_, value, kind) = by_line.unwrap_or_else(|| panic!("{all:?}"));
    assert_eq!((value.as_str(), kind), ("8mb", &ShadowKind::Wins));
}

#[test]
fn a_role_has_its_own_in_its_sessions() {
    let plan = planned("[services.db]\nkind = \"postgresql\"\nmemory = \"1GiB\"\n");
    let processes = process(100, 1, "/usr/lib/postgresql/15/bin/postgres -D /x");
    let answer = Says("setting\twork_mem\t4MB\tf\t\nown\twork_mem\t1GB\tapp\t\n");
    let found_with = |ask| found(&plan, &with(&[], &processes), ask);
    let said = found_with(Some(&answer));
    let all = shadows(&said, "work_mem");
    let of_role = (
        "ALTER ROLE app".to_owned(),
        "1GB".to_owned(),
        ShadowKind::InSessions,
    );
    assert!(all.contains(&of_role), "{all:?}");
    // Nobody is asked who was not to be.
    let unasked = found_with(None);
    assert!(!shadows(&unasked, "work_mem").contains(&of_role));
    assert_eq!(unasked.unasked, []);
}
