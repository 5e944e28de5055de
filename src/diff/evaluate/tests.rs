//! Code that is run, and code that is not.
#![expect(clippy::disallowed_methods, reason = "a file for Python")]

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::super::runtime::{Ask, Inquiry, planned};
use super::super::{Candidate, Differences, Old, Ran, checked, evaluate};
use crate::plan::Plan;
use crate::render::artefacts;

const CONFIG: &str = "/srv/web/gunicorn.conf.py";
const CODE: &str = "import os\nworkers = 3 + 4\n";

/// Says one thing, and keeps what it was asked.
struct Says(Result<&'static str, &'static str>, RefCell<Vec<Inquiry>>);

impl Ask for Says {
    fn ask(&self, inquiry: &Inquiry) -> Result<String, String> {
        self.1.borrow_mut().push(inquiry.clone());
        self.0.map(str::to_owned).map_err(str::to_owned)
    }
}

fn says(text: Result<&'static str, &'static str>) -> Says {
    Says(text, RefCell::default())
}

fn plan_and_candidates() -> (Plan, Vec<Candidate>) {
    let plan = planned("[services.web]\nkind = \"gunicorn\"\nworkers = 2\ncwd = \"/srv/web\"\n");
    let candidates = Candidate::of_plan(&plan, &artefacts(&plan).unwrap());
    (plan, candidates)
}

fn host(text: &str) -> BTreeMap<String, Vec<u8>> {
    BTreeMap::from([(CONFIG.to_owned(), text.as_bytes().to_vec())])
}

fn workers(text: &str, ran: &Ran) -> (Old, bool) {
    let (plan, candidates) = plan_and_candidates();
    let found: Differences = checked(&host(text), &plan, &candidates, ran);
    let mut settings = found.settings.iter();
    let workers = settings.find(|one| one.key == "workers").unwrap();
    let mut files = found.files.iter();
    let file = files.find(|file| file.path == CONFIG).unwrap();
    (workers.old.clone(), file.code)
}

#[test]
fn what_is_not_run_is_not_known() {
    assert_eq!(workers(CODE, &Ran::new()), (Old::Unknown, true));
    let literal = Old::File {
        value: "7".to_owned(),
        file: CONFIG.to_owned(),
        line: 1,
    };
    assert_eq!(workers("workers = 7\n", &Ran::new()), (literal, false));
}

#[test]
fn what_is_run_says_its_values() {
    let (_, candidates) = plan_and_candidates();
    let ask = says(Ok(r#"{"workers": 7}"#));
    let (ran, not_run) = evaluate(&host(CODE), &candidates, &ask);
    assert_eq!(not_run, []);
    let asked = ask.1.borrow();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (asked[0].program, asked[0].arguments[2].as_str()),
        ("python3", CONFIG)
    );
    let said = Old::File {
        value: "7".to_owned(),
        file: CONFIG.to_owned(),
        line: 0,
    };
    assert_eq!(workers(CODE, &ran), (said, false));
}

#[test]
fn what_is_plain_is_never_run() {
    let (_, candidates) = plan_and_candidates();
    let ask = says(Ok("{}"));
    let (ran, not_run) = evaluate(&host("workers = 7\n"), &candidates, &ask);
    assert!(ran.is_empty() && not_run.is_empty() && ask.1.borrow().is_empty());
}

#[test]
fn what_fails_is_said_and_stays_unknown() {
    let (_, candidates) = plan_and_candidates();
    for answer in [Err("python3: no module named shop"), Ok("no JSON")] {
        let (ran, not_run) = evaluate(&host(CODE), &candidates, &says(answer));
        assert_eq!(not_run.len(), 1);
        assert_eq!(not_run[0].what, CONFIG);
        assert_eq!(workers(CODE, &ran), (Old::Unknown, true));
    }
}

/// Python itself is the judge.
#[test]
fn python_says_what_its_file_says() {
    use super::super::{Commands, HostFiles};
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("gunicorn.conf.py");
    std::fs::write(&file, "print('noise')\nworkers = sum([3, 4])\n").unwrap();
    let path = file.to_str().unwrap();
    let (_, mut candidates) = plan_and_candidates();
    candidates.retain(|one| one.path == CONFIG);
    candidates[0].path = path.to_owned();
    let host = HostFiles::below(std::path::Path::new("/")).unwrap();
    let ask = Commands::each_within(std::time::Duration::from_secs(5));
    let (ran, not_run) = evaluate(&host, &candidates, &ask);
    if not_run.iter().any(|one| one.why.contains("cannot be run")) {
        return;
    }
    assert_eq!(
        ran[path],
        [(Vec::new(), "workers".to_owned(), "7".to_owned())]
    );
    // What anybody may write to is nobody's.
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
    let host = HostFiles::below(std::path::Path::new("/")).unwrap();
    let (ran, not_run) = evaluate(&host, &candidates, &ask);
    assert!(ran.is_empty());
    assert!(not_run[0].why.contains("anybody may write"), "{not_run:?}");
}
