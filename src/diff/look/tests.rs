//! A host of which some parts never answer.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::*;
use crate::diff::runtime::Inquiry;
use crate::diff::{Facts, verify};
use crate::formats::Files;
use crate::services::Meets;

/// Reading this path takes longer than any test; all else is there at once.
struct Stuck {
    files: BTreeMap<String, Vec<u8>>,
    path: &'static str,
}

impl Stuck {
    fn wait(&self, path: &str) {
        if path == self.path {
            std::thread::sleep(Duration::from_mins(1));
        }
    }
}

impl Files for Stuck {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        self.wait(path);
        self.files.read(path)
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, Missing> {
        self.wait(directory);
        self.files.list(directory)
    }
}

impl Host for Stuck {
    fn facts(&self, path: &str) -> Option<Facts> {
        self.wait(path);
        None
    }
}

/// A server that never answers.
struct Silent;

impl Ask for Silent {
    fn ask(&self, _: &Inquiry) -> Result<String, String> {
        std::thread::sleep(Duration::from_mins(1));
        Err(String::new())
    }
}

const FIRST: &str = "/etc/first";
const SECOND: &str = "/etc/second";

fn candidate(path: &str) -> Candidate {
    Candidate {
        service: "x".to_owned(),
        path: path.to_owned(),
        mode: None,
        owner: None,
        meets: Meets::Own,
        validator: crate::services::Validator::default(),
        format: Format::Text,
        main: path.to_owned(),
        content: Some(b"planned\n".to_vec()),
        is_inside: false,
        settings: None,
    }
}

fn plan() -> Plan {
    crate::diff::runtime::planned("[services.x]\nkind = \"postgresql\"\n")
}

fn target(stuck: &'static str, ask: bool) -> Target {
    let open = move || -> Option<Box<dyn Host>> {
        let mut files = BTreeMap::new();
        files.insert(SECOND.to_owned(), b"edited\n".to_vec());
        files.insert("/proc/stat".to_owned(), b"btime 5\n".to_vec());
        let stat = "7 (x) S 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0 100 1 1";
        files.insert("/proc/7/stat".to_owned(), stat.into());
        files.insert("/proc/7/cmdline".to_owned(), b"postgres\0".to_vec());
        Some(Box::new(Stuck { files, path: stuck }))
    };
    let silent = || -> Box<dyn Ask + Send + Sync> { Box::new(Silent) };
    Target {
        plan: plan(),
        candidates: vec![candidate(FIRST), candidate(SECOND)],
        open: Box::new(open),
        ask: ask.then(silent),
    }
}

/// Looks within a quarter of a second, which it does not pass by much.
fn looked(target: Target) -> (Vec<Candidate>, Plan, Looked) {
    let (candidates, plan) = (target.candidates.clone(), target.plan.clone());
    let began = Instant::now();
    let looked = look(target, Duration::from_millis(250));
    assert!(began.elapsed() < Duration::from_secs(5));
    (candidates, plan, looked)
}

#[test]
fn a_file_that_hangs_is_named_and_the_others_are_known() {
    let (candidates, plan, looked) = looked(target(FIRST, false));
    let verified = verify(&plan, &candidates, &looked);
    let said: Vec<String> = verified.troubles.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["/etc/first cannot be read: /etc/first gave no answer within 250 ms"]
    );
    let differ: Vec<&str> = verified
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(differ, [SECOND]);
    assert!(!verified.is_complete() && !verified.holds());
}

#[test]
fn a_server_that_hangs_is_named_and_the_files_are_known() {
    let target = target("/nothing", true);
    let (candidates, plan, looked) = looked(target);
    let verified = verify(&plan, &candidates, &looked);
    let of_x: Vec<&str> = verified
        .unasked
        .iter()
        .filter(|unasked| unasked.what == "x")
        .map(|unasked| unasked.why.as_str())
        .collect();
    // No file of its program is among the candidates, so it is not asked.
    assert!(of_x.is_empty(), "{of_x:?}");
    assert_eq!(verified.files.len(), 2);
    assert!(verified.started.contains_key("x"));
}

#[test]
fn a_process_whose_memory_hangs_is_named() {
    let (candidates, plan, looked) = looked(target("/proc/7/cmdline", true));
    let verified = verify(&plan, &candidates, &looked);
    let mut unasked = verified.unasked.iter();
    let service = unasked.find(|unasked| unasked.what == "x").unwrap();
    assert_eq!(service.why, "/proc/7/cmdline gave no answer within 250 ms");
    assert_eq!(verified.files.len(), 2, "and the files are known");
}

#[test]
fn what_is_read_together_hangs_together() {
    let mut target = target(SECOND, false);
    for candidate in &mut target.candidates {
        candidate.main = "/etc/main".to_owned();
    }
    let (_, _, looked) = looked(target);
    let files: Vec<&str> = looked
        .differences
        .troubles
        .iter()
        .map(|trouble| trouble.file.as_str())
        .collect();
    assert_eq!(files, [FIRST, SECOND]);
}
