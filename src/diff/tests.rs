//! What a difference says of files that people wrote.

use std::collections::BTreeMap;

use super::{Candidate, Differences, Old, SettingDifference, ShadowKind, Was, differences};
use crate::input::{Problem, Spot};
use crate::plan::{Plan, Unfit, plan};
use crate::render::{Artefact, artefacts};
use crate::{catalog, services, stack};

const POSTGRESQL: &str = "/etc/postgresql/15/main/postgresql.conf";
const DROP_IN: &str = "/etc/postgresql/15/main/conf.d/90-tune.conf";
const AUTO: &str = "/var/lib/postgresql/15/main/postgresql.auto.conf";
const NGINX: &str = "/etc/nginx/nginx.conf";

type Tree = BTreeMap<String, Vec<u8>>;

fn web() -> (Plan, Vec<Artefact>) {
    planned("t3.small", "web")
}

fn planned(host: &str, name: &str) -> (Plan, Vec<Artefact>) {
    let host = catalog::find(host).unwrap();
    let source = stack::bundled(name).unwrap();
    let none = |name: &str, spot: &Spot| Err(Problem::at(spot, name));
    let tree = stack::load(&source, &none).unwrap();
    let at = Spot::new(&source, 0..0);
    let stack = stack::from_tree(name, &at, &tree, &services::schemas()).unwrap();
    let plan = plan(&host, &stack, Unfit::Refuse).unwrap();
    let files = artefacts(&plan).unwrap();
    (plan, files)
}

fn tree(files: &[(&str, &str)]) -> Tree {
    let file = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
    // A package brings the directory that its file includes.
    let packaged = ("/etc/postgresql/15/main/conf.d/00-empty.conf", "");
    let types = ("/etc/nginx/mime.types", "types { text/html html; }\n");
    files.iter().chain([&packaged, &types]).map(file).collect()
}

fn found(files: &[(&str, &str)]) -> Differences {
    let (plan, artefacts) = web();
    differences(&tree(files), &Candidate::of_plan(&plan, &artefacts))
}

fn setting<'a>(found: &'a Differences, service: &str, key: &str) -> &'a SettingDifference {
    let mut all = found.settings.iter();
    all.find(|one| one.service == service && one.key == key)
        .unwrap_or_else(|| panic!("no {service}.{key}"))
}

fn old(one: &SettingDifference) -> (&str, &str, u32) {
    match &one.old {
        Old::File { value, file, line } => (value, file, *line),
        other => panic!("{other:?}"),
    }
}

/// A cluster as Debian makes it, with one line more at its end.
fn cluster(line: &str) -> String {
    format!(
        "data_directory = '/var/lib/postgresql/15/main'\n\
         max_connections = 100\nshared_buffers = 128MB\n{line}\n\
         include_dir = 'conf.d'\n"
    )
}

#[test]
fn the_old_value_is_the_one_in_effect_wherever_it_stands() {
    let files = [
        (POSTGRESQL, cluster("")),
        (
            "/etc/postgresql/15/main/conf.d/10-mine.conf",
            "\nmax_connections = 300\n".to_owned(),
        ),
    ];
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    let found = found(&files);
    let one = setting(&found, "db", "max_connections");
    assert_eq!(
        old(one),
        ("300", "/etc/postgresql/15/main/conf.d/10-mine.conf", 2)
    );
    assert_eq!(one.new.as_deref(), Some("20"));
    assert!(one.is_change() && one.shadows.is_empty());
}

#[test]
fn a_change_of_spelling_is_none() {
    // 16384 pages of 8 kB are the 128MB of the plan.
    let text = cluster("shared_buffers = 16384").replace("shared_buffers = 128MB\n", "");
    let found = found(&[(POSTGRESQL, &text)]);
    let one = setting(&found, "db", "shared_buffers");
    assert_eq!(old(one).0, "128MB");
    assert!(!one.is_change(), "{one:?}");
    let memory = setting(&found, "db", "work_mem");
    assert_eq!(memory.old, Old::Default("4MB".to_owned()));
    assert_eq!(memory.delta, Some(1 << 20));
}

#[test]
fn alter_system_wins_and_is_named() {
    let main = cluster("");
    let found = found(&[
        (POSTGRESQL, &main),
        (AUTO, "# by hand no more\nwork_mem = '64MB'\n"),
    ]);
    let one = setting(&found, "db", "work_mem");
    assert_eq!(old(one), ("64MB", AUTO, 2));
    let shadow = &one.shadows[0];
    assert_eq!(
        (shadow.by.as_str(), shadow.line, shadow.value.as_str()),
        (AUTO, 2, "64MB")
    );
    assert_eq!(shadow.kind, ShadowKind::Wins);
    assert!(one.is_without_effect());
}

#[test]
fn a_file_that_nothing_includes_has_no_effect() {
    let main = cluster("").replace("include_dir", "#include_dir");
    let found = found(&[(POSTGRESQL, &main)]);
    let one = setting(&found, "db", "work_mem");
    assert_eq!(one.shadows[0].kind, ShadowKind::NotRead);
    assert_eq!(one.shadows[0].by, POSTGRESQL);
}

const UNIT: &str = "/etc/systemd/system/redis-server.service.d/90-tune.conf";

/// systemd takes no unit behind a number of files, and leaves them as they were.
#[test]
fn a_value_that_its_program_passes_over_was_never_in_effect() {
    let live = "[Service]\nLimitNOFILE=2G\n";
    let found = found(&[(UNIT, live)]);
    assert!(found.troubles.is_empty(), "{:?}", found.troubles);
    let one = setting(&found, "cache", "LimitNOFILE");
    assert_eq!(one.old, Old::Default("1024:524288".to_owned()));
    assert!(one.shadows.is_empty());
}

#[test]
fn a_value_of_the_plan_that_its_program_passes_over_has_no_effect() {
    let (plan, mut artefacts) = web();
    let unit = artefacts.iter_mut().find(|one| one.path == UNIT).unwrap();
    let planned = setting(&found(&[]), "cache", "LimitNOFILE").new.clone();
    let planned = format!("LimitNOFILE={}\n", planned.unwrap());
    assert!(unit.content.contains(&planned), "{}", unit.content);
    unit.content = unit.content.replace(&planned, "LimitNOFILE=2G\n");
    let candidates = Candidate::of_plan(&plan, &artefacts);
    let found = differences(&tree(&[]), &candidates);
    let one = setting(&found, "cache", "LimitNOFILE");
    assert_eq!(one.shadows[0].kind, ShadowKind::NotTaken);
    assert!(one.is_without_effect());
    // Written, it has none either, and is told so again.
    let written = differences(&tree(&[(UNIT, &unit_of(&candidates))]), &candidates);
    assert!(setting(&written, "cache", "LimitNOFILE").is_without_effect());
}

fn unit_of(candidates: &[Candidate]) -> String {
    let unit = candidates.iter().find(|one| one.path == UNIT).unwrap();
    String::from_utf8(unit.content.clone().unwrap()).unwrap()
}

#[test]
fn the_two_readers_of_sysctl_are_told_apart() {
    let found = found(&[("/etc/sysctl.conf", "vm.swappiness = 90\n")]);
    let one = setting(&found, "system", "vm.swappiness");
    assert_eq!(one.shadows[0].by, "/etc/sysctl.conf");
    assert_eq!(one.shadows[0].kind, ShadowKind::WinsFor("sysctl --system"));
    assert!(!one.is_without_effect());
    // A link of this name lets the other reader see it, before tune's file.
    let files = [("/etc/sysctl.d/99-zzz.conf", "vm.swappiness = 90\n")];
    let later = self::found(&files);
    let one = setting(&later, "system", "vm.swappiness");
    assert!(one.is_without_effect(), "{:?}", one.shadows);
}

const LIVE_NGINX: &str = "\
user www-data;
worker_processes auto; # as many as there are
events {
\tworker_connections 768;
\t# multi_accept on;
}
http {
\tsendfile on;
\tkeepalive_timeout 70; # ours
\tinclude /etc/nginx/conf.d/*.conf;
\tinclude /etc/nginx/sites-enabled/*;
}
";

#[test]
fn a_merge_changes_the_settings_of_the_plan_and_not_a_byte_more() {
    let found = found(&[(NGINX, LIVE_NGINX)]);
    let file = found.files.iter().find(|file| file.path == NGINX).unwrap();
    let text = String::from_utf8(file.becomes.clone().unwrap()).unwrap();
    assert!(
        text.contains("worker_processes 1; # as many as there are\n"),
        "{text}"
    );
    assert!(text.contains("\tkeepalive_timeout 65s; # ours\n"), "{text}");
    assert!(text.contains("\t# multi_accept on;\n"), "{text}");
    assert!(file.kept.is_empty(), "{:?}", file.kept);
    let lines = |text: &str| {
        text.lines()
            .filter(|line| line.contains("sendfile"))
            .count()
    };
    assert_eq!(lines(&text), 1);
    assert_eq!(
        old(setting(&found, "nginx", "worker_processes")),
        ("auto", NGINX, 2)
    );
}

#[test]
fn a_merge_does_not_write_a_second_statement_that_the_program_refuses() {
    let site = "keepalive_timeout 10;\n";
    let found = found(&[
        (
            NGINX,
            &LIVE_NGINX.replace("\tkeepalive_timeout 70; # ours\n", ""),
        ),
        ("/etc/nginx/conf.d/00-mine.conf", site),
    ]);
    let file = found.files.iter().find(|file| file.path == NGINX).unwrap();
    let kept: Vec<&str> = file.kept.iter().map(|kept| kept.key.as_str()).collect();
    assert_eq!(kept, ["keepalive_timeout"]);
    assert!(
        !String::from_utf8_lossy(file.becomes.as_ref().unwrap()).contains("keepalive_timeout 65s")
    );
    let one = setting(&found, "nginx", "keepalive_timeout");
    assert!(one.is_without_effect(), "{one:?}");
    assert_eq!(one.shadows[0].by, "/etc/nginx/conf.d/00-mine.conf");
}

#[test]
fn what_holds_inside_a_block_is_named() {
    let site = "server {\n    listen 8080;\n    keepalive_timeout 5;\n}\n";
    let found = found(&[(NGINX, LIVE_NGINX), ("/etc/nginx/conf.d/x.conf", site)]);
    let one = setting(&found, "nginx", "keepalive_timeout");
    let [shadow] = one.shadows.as_slice() else {
        panic!("{:?}", one.shadows)
    };
    assert_eq!(
        (shadow.by.as_str(), shadow.line),
        ("/etc/nginx/conf.d/x.conf", 3)
    );
    assert!(matches!(shadow.kind, ShadowKind::Inside(_)));
    assert!(!one.is_without_effect());
}

#[test]
fn what_the_plan_would_write_is_no_difference() {
    let (plan, artefacts) = web();
    let candidates = Candidate::of_plan(&plan, &artefacts);
    let first = differences(&Tree::new(), &candidates);
    let mut then: Tree = first
        .files
        .iter()
        .map(|file| (file.path.clone(), file.becomes.clone().unwrap()))
        .collect();
    then.extend(tree(&[(POSTGRESQL, &cluster(""))]));
    let second = differences(&then, &candidates);
    let changes: Vec<&SettingDifference> = second.changes().collect();
    assert!(changes.is_empty(), "{changes:#?}");
    assert!(second.files.iter().all(|file| !file.is_text_change()));
    assert!(second.is_empty(), "{:?}", second.troubles);
}

#[test]
fn an_edited_file_of_tune_shows_what_was_edited() {
    let (plan, artefacts) = web();
    let candidates = Candidate::of_plan(&plan, &artefacts);
    let ours = artefacts
        .iter()
        .find(|artefact| artefact.path == DROP_IN)
        .unwrap();
    let edited = ours.content.replace("work_mem = 5MB", "work_mem = 9MB")
        + "log_min_duration_statement = 250\n";
    let files = tree(&[(POSTGRESQL, &cluster("")), (DROP_IN, &edited)]);
    let found = differences(&files, &candidates);
    let one = setting(&found, "db", "work_mem");
    assert_eq!((old(one).0, old(one).1), ("9MB", DROP_IN));
    let gone = setting(&found, "db", "log_min_duration_statement");
    assert_eq!(gone.new, None);
    assert!(!gone.planned);
}

#[test]
fn a_file_that_somebody_else_made_is_not_taken_for_ours() {
    let found = found(&[("/srv/app/gunicorn.conf.py", "workers = 5\n")]);
    let file = |path: &str| found.files.iter().find(|file| file.path == path).unwrap();
    assert!(file("/srv/app/gunicorn.conf.py").foreign);
    assert!(!file(DROP_IN).foreign);
    assert_eq!(file(DROP_IN).was, Was::Nothing);
}

#[test]
fn what_is_not_understood_is_told_with_its_place() {
    let found = found(&[(NGINX, "events {\n  worker_connections 5\n}\n")]);
    let told: Vec<String> = found.troubles.iter().map(ToString::to_string).collect();
    assert!(
        told.iter()
            .any(|line| line.starts_with("/etc/nginx/nginx.conf:")),
        "{told:?}"
    );
    assert!(!found.is_empty());
    let file = found.files.iter().find(|file| file.path == NGINX).unwrap();
    assert_eq!(
        file.becomes.as_deref().unwrap(),
        b"events {\n  worker_connections 5\n}\n"
    );
}

/// Written as it was rendered, on a host that has nothing else, every stack is in
/// effect.
#[test]
fn what_was_rendered_and_put_there_is_no_difference() {
    for (name, _) in stack::BUNDLED {
        let (plan, artefacts) = planned("m6i.xlarge", name);
        let candidates = Candidate::of_plan(&plan, &artefacts);
        let all = artefacts.iter();
        let all =
            all.map(|artefact| (artefact.path.clone(), artefact.content.clone().into_bytes()));
        let there: Tree = all.chain(tree(&[])).collect();
        let found = differences(&there, &candidates);
        let changes: Vec<&SettingDifference> = found.changes().collect();
        assert!(changes.is_empty(), "{name}: {changes:#?}");
        assert!(found.is_empty(), "{name}: {:?}", found.troubles);
    }
}

/// A mistake in the main file hides what it includes: nothing is claimed then.
#[test]
fn what_a_broken_file_includes_is_not_called_unread() {
    let main = cluster("work_mem = 64MB oops");
    let found = found(&[(POSTGRESQL, &main)]);
    let one = setting(&found, "db", "work_mem");
    assert_eq!(one.old, Old::Unknown);
    assert!(one.shadows.is_empty(), "{:?}", one.shadows);
    let broken = LIVE_NGINX.trim_end_matches("}\n").to_owned();
    let found = self::found(&[(NGINX, &broken)]);
    let one = setting(&found, "nginx", "worker_connections");
    assert_eq!(one.old, Old::Unknown);
}

/// The last of several is the one that wins.
#[test]
fn of_two_later_drop_ins_the_last_wins() {
    let unit = "/etc/systemd/system/nginx.service";
    let drop_in = |name: &str| format!("{unit}.d/{name}.conf");
    let found = found(&[
        (
            "/lib/systemd/system/nginx.service",
            "[Service]\nExecStart=/usr/sbin/nginx\n",
        ),
        (&drop_in("91-x"), "[Service]\nMemoryMax=9G\n"),
        (&drop_in("92-x"), "[Service]\nMemoryMax=2G\nMemoryMax=3G\n"),
    ]);
    let one = setting(&found, "nginx", "MemoryMax");
    assert_eq!(old(one).0, "3G");
    let shadow = &one.shadows[0];
    assert_eq!(
        (shadow.by.as_str(), shadow.line, shadow.value.as_str()),
        (drop_in("92-x").as_str(), 3, "3G")
    );
}
