//! Each rule of live files, where it fires and just where it does not.

use std::collections::BTreeMap;

use crate::diff::runtime::planned;
use crate::diff::{Candidate, Ran, checked};
use crate::plan::{ELSEWHERE, Finding, Needs, Plan};
use crate::render::artefacts;

/// What fails of one rule, in a host with these files.
fn found(plan: &Plan, id: &str, files: &[(&str, &str)]) -> Vec<Finding> {
    let candidates = Candidate::of_plan(plan, &artefacts(plan).unwrap());
    let file = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
    let host: BTreeMap<String, Vec<u8>> = files.iter().map(file).collect();
    let found = checked(&host, plan, &candidates, &Ran::new());
    let all = found.findings.into_iter();
    all.filter(|finding| finding.id == id).collect()
}

/// Where each of them is.
fn places(plan: &Plan, id: &str, files: &[(&str, &str)]) -> Vec<String> {
    let all = found(plan, id, files).into_iter();
    all.map(|finding| finding.at.unwrap_or_default()).collect()
}

const NONE: [&str; 0] = [];

fn database() -> Plan {
    planned("[services.db]\nkind = \"postgresql\"\nmemory = \"1GiB\"\n")
}

fn web() -> Plan {
    planned(
        "[services.web]\nkind = \"gunicorn\"\nworker_class = \"uvicorn\"\ncwd = \"/srv/web\"\n\
         log_files = [\"/srv/web/logs/*.log\"]\n",
    )
}

#[test]
fn every_rule_of_live_files_is_looked_at_here() {
    let source = [
        include_str!("mod.rs"),
        include_str!("../../services/nginx/asked.rs"),
        include_str!("../../services/nginx/flaws.rs"),
    ]
    .concat();
    for rule in ELSEWHERE
        .iter()
        .filter(|rule| rule.needs == Needs::LiveFiles)
    {
        let module = format!("{}::CHECK", rule.id.replace('-', "_"));
        let by_kind = format!("\"{}\"", rule.id);
        assert!(
            source.contains(&module) || source.contains(&by_kind),
            "{}",
            rule.id
        );
    }
}

const CLUSTER: &str = "/etc/postgresql/15/main/postgresql.conf";
const AUTO: &str = "/var/lib/postgresql/15/main/postgresql.auto.conf";
const HEAD: &str = "data_directory = '/var/lib/postgresql/15/main'\ninclude_dir = 'conf.d'\n";

#[test]
fn the_file_that_the_server_writes_wins() {
    let (plan, id) = (database(), "auto-conf-shadows");
    let kept = ("/etc/postgresql/15/main/conf.d/00-empty.conf", "");
    let auto = |text: &'static str| [(CLUSTER, HEAD), (AUTO, text), kept];
    assert_eq!(
        places(&plan, id, &auto("work_mem = '1GB'\n")),
        [format!("{AUTO}:1")]
    );
    // Not a key of the plan's; the plan's own value; no such file.
    assert_eq!(places(&plan, id, &auto("port = 5433\n")), NONE);
    let same = plan
        .service("db")
        .unwrap()
        .setting("shared_buffers")
        .unwrap();
    let same = format!("shared_buffers = '{}'\n", same.text);
    let files = [(CLUSTER, HEAD), (AUTO, same.as_str()), kept];
    assert_eq!(places(&plan, id, &files), NONE);
    assert_eq!(places(&plan, id, &[(CLUSTER, HEAD), kept]), NONE);
}

#[test]
fn a_key_that_stands_twice_in_one_file() {
    let (plan, id) = (database(), "duplicate-key");
    let twice = format!("{HEAD}work_mem = 4MB\n# between\nWork_Mem = 8MB\n");
    let all = found(&plan, id, &[(CLUSTER, &twice)]);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0].at.as_deref(), Some(&*format!("{CLUSTER}:3")));
    assert!(all[0].message.contains("line 5"), "{all:?}");
    // What one file lays over another is meant so.
    let other = ("/etc/postgresql/15/main/conf.d/10.conf", "work_mem = 8MB\n");
    let once = format!("{HEAD}work_mem = 4MB\n");
    assert_eq!(places(&plan, id, &[(CLUSTER, &once), other]), NONE);
}

#[test]
fn what_a_program_refuses_twice_is_an_error_across_files() {
    let plan = planned("[services.front]\nkind = \"nginx\"\nroot = \"/srv\"\n");
    let main = (
        "/etc/nginx/nginx.conf",
        "http {\nkeepalive_timeout 5;\ninclude /etc/nginx/conf.d/*.conf;\n}\n",
    );
    let other = ("/etc/nginx/conf.d/a.conf", "keepalive_timeout 6;\n");
    let all = found(&plan, "duplicate-key", &[main, other]);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0].severity.name(), "error");
    let inside = (other.0, "server { keepalive_timeout 6; }\n");
    assert_eq!(places(&plan, "duplicate-key", &[main, inside]), NONE);
}

#[test]
fn a_later_file_of_the_kernels_keys() {
    let plan = planned("[system]\nswappiness = 10\n[services.db]\nkind = \"redis\"\n");
    let id = "sysctl-shadowed";
    let later = ("/etc/sysctl.d/99-zz.conf", "# mine\nvm.swappiness = 60\n");
    assert_eq!(places(&plan, id, &[later]), ["/etc/sysctl.d/99-zz.conf:2"]);
    let same = (later.0, "vm.swappiness = 10\n");
    assert_eq!(places(&plan, id, &[same]), NONE);
    let earlier = ("/etc/sysctl.d/00-a.conf", later.1);
    assert_eq!(places(&plan, id, &[earlier]), NONE);
}

/// The rule of a service's logs, as a person writes it.
fn rule(directives: &str) -> String {
    format!("/srv/web/logs/access.log {{\ndaily\n{directives}\n}}\n")
}

const LOGROTATE: (&str, &str) = ("/etc/logrotate.conf", "include /etc/logrotate.d\n");
const MINE: &str = "/etc/logrotate.d/by-hand";

#[test]
fn a_log_that_moves_away_from_under_its_program() {
    let (plan, id) = (web(), "rotate-without-reopen");
    let at = |directives: &str| places(&plan, id, &[LOGROTATE, (MINE, &rule(directives))]);
    assert_eq!(at("rotate 4"), [format!("{MINE}:1")]);
    assert_eq!(at("copytruncate"), NONE);
    assert_eq!(at("postrotate\nkill -USR1 1\nendscript"), NONE);
    let outside = (
        "/etc/logrotate.conf",
        "copytruncate\ninclude /etc/logrotate.d\n",
    );
    assert_eq!(places(&plan, id, &[outside, (MINE, &rule(""))]), NONE);
    let other = rule("").replace("/srv/web", "/srv/other");
    assert_eq!(places(&plan, id, &[LOGROTATE, (MINE, &other)]), NONE);
}

#[test]
fn a_log_that_is_cut_where_its_program_could_reopen_it() {
    let (plan, id) = (web(), "copytruncate-loses");
    let at = |directives: &str| places(&plan, id, &[LOGROTATE, (MINE, &rule(directives))]);
    assert_eq!(at("copytruncate"), [format!("{MINE}:1")]);
    assert_eq!(at("copytruncate\nnocopytruncate"), NONE);
    assert_eq!(at("rotate 4"), NONE);
}

#[test]
fn two_that_rotate_one_log() {
    let (plan, id) = (web(), "two-rotators");
    let one = rule("copytruncate");
    let files = [LOGROTATE, (MINE, one.as_str())];
    assert_eq!(places(&plan, id, &files), [format!("{MINE}:1")]);
    let other = one.replace("/srv/web", "/srv/other");
    assert_eq!(places(&plan, id, &[LOGROTATE, (MINE, &other)]), NONE);
    // The plan's own rule, as it is there, is not another.
    let own = plan.service("web").unwrap().settled.as_ref().unwrap();
    let own = own.traits.rotation.as_ref().unwrap().rule.clone();
    assert_eq!(places(&plan, id, &[LOGROTATE, (&own, &one)]), NONE);
}

#[test]
fn a_module_that_rotates_what_logrotate_does() {
    let plan = planned(
        "runtime = \"pm2\"\n[services.api]\nkind = \"node\"\ncwd = \"/srv/api\"\nuser = \"deploy\"\n",
    );
    let passwd = (
        "/etc/passwd",
        "root:x:0:0::/root:/bin/sh\ndeploy:x:9:9::/home/deploy:/bin/sh\n",
    );
    let installed = ("/home/deploy/.pm2/modules/pm2-logrotate/package.json", "{}");
    let id = "two-rotators";
    assert_eq!(
        places(&plan, id, &[passwd, installed]),
        [format!("{}:1", installed.0)]
    );
    let others = (installed.0, "{}");
    let root = ("/etc/passwd", "deploy:x:9:9::/srv/deploy:/bin/sh\n");
    assert_eq!(places(&plan, id, &[root, others]), NONE);
}

#[test]
fn as_many_processes_as_the_machine_has_processors() {
    let plan = planned("runtime = \"pm2\"\n[services.api]\nkind = \"node\"\ncwd = \"/srv/api\"\n");
    let id = "instances-max-in-cgroup";
    let file = "/srv/api/ecosystem.config.js";
    let eight = ("/sys/devices/system/cpu/online", "0-3,5,7-9\n");
    let text = |instances: &str| {
        format!(
            "module.exports = {{\n  apps: [{{\n    name: 'api',\n    instances: {instances},\n  }}],\n}};\n"
        )
    };
    for every in ["'max'", "0", "-1", "require('os').cpus().length"] {
        let text = text(every);
        let at = places(&plan, id, &[(file, &text), eight]);
        assert_eq!(at, [format!("{file}:4")], "{every}");
        // The machine has as many as the plan's host.
        let two = (eight.0, "0-1\n");
        assert_eq!(places(&plan, id, &[(file, &text), two]), NONE, "{every}");
        assert_eq!(places(&plan, id, &[(file, &text)]), NONE, "{every}");
    }
    for number in ["2", "10", "count(20)"] {
        let text = text(number);
        assert_eq!(places(&plan, id, &[(file, &text), eight]), NONE, "{number}");
    }
}

#[test]
fn a_reload_that_keeps_the_old_code() {
    let (plan, id) = (web(), "preload-with-hup");
    let unit = plan.service("web").unwrap().settled.as_ref().unwrap();
    let unit = format!("/etc/systemd/system/{}", unit.units[0].name);
    let config = |on: &str| format!("workers = 2\npreload_app = {on}\n");
    let service = |start: &str, reload: &str| {
        format!("[Service]\nExecStart=/srv/web/gunicorn{start} app\nExecReload={reload}\n")
    };
    let at = |unit_text: String, config: String| {
        let files = [
            (unit.as_str(), unit_text.as_str()),
            ("/srv/web/gunicorn.conf.py", config.as_str()),
        ];
        places(&plan, id, &files)
    };
    let hup = "/bin/kill -s HUP $MAINPID";
    let here = [format!("{unit}:3")];
    assert_eq!(at(service("", hup), config("True")), here);
    assert_eq!(
        at(service("", "/bin/kill -HUP $MAINPID"), config("True")),
        here
    );
    assert_eq!(at(service("", hup), config("False")), NONE);
    assert_eq!(at(service(" --preload", hup), config("False")), here);
    assert_eq!(
        at(service("", "/bin/kill -s USR2 $MAINPID"), config("True")),
        NONE
    );
}

#[test]
fn connections_that_an_event_loop_keeps() {
    let (plan, id) = (web(), "async-persistent-connections");
    let file = "/srv/web/shop/settings/production.py";
    let at = |plan: &Plan, text: &str| places(plan, id, &[(file, text)]);
    assert_eq!(
        at(&plan, "A = 1\nCONN_MAX_AGE = 60\n"),
        [format!("{file}:2")]
    );
    assert_eq!(at(&plan, "# CONN_MAX_AGE = 60\nCONN_MAX_AGE = 0\n"), NONE);
    let threads = planned(
        "[services.web]\nkind = \"gunicorn\"\nworker_class = \"gthread\"\ncwd = \"/srv/web\"\n",
    );
    assert_eq!(at(&threads, "CONN_MAX_AGE = 60\n"), NONE);
    let elsewhere = ("/srv/web/venv/lib/settings.py", "CONN_MAX_AGE = 60\n");
    assert_eq!(places(&plan, id, &[elsewhere]), NONE);
}

#[test]
fn a_kind_sees_its_own() {
    let plan = planned("[services.front]\nkind = \"nginx\"\nroot = \"/srv\"\n");
    // Debian 12's is 1.22, which does not know the directive.
    let file = (
        "/etc/nginx/nginx.conf",
        "http {\nserver {\nhttp2 on;\n}\n}\n",
    );
    let all = found(&plan, "http2-syntax", &[file]);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0].at.as_deref(), Some("/etc/nginx/nginx.conf:3"));
    assert_eq!(
        (all[0].severity.name(), all[0].services.len()),
        ("error", 1)
    );
}

#[test]
fn a_server_that_gets_no_request_is_told_before_it_is_there() {
    let plan = |more: &str| {
        planned(&format!(
            "[services.front]\nkind = \"nginx\"\nroot = \"/srv\"\n{more}"
        ))
    };
    let id = "server-never-asked";
    let main = (
        "/etc/nginx/nginx.conf",
        "http {\ninclude /etc/nginx/conf.d/*.conf;\ninclude /etc/nginx/sites-enabled/*;\n}\n",
    );
    let site = |text: &'static str| ("/etc/nginx/sites-enabled/default", text);
    let debian = site("server {\nlisten 80 default_server;\nserver_name _;\n}\n");
    let all = found(&plan(""), id, &[main, debian]);
    assert_eq!(all.len(), 1, "{all:?}");
    let own = "/etc/nginx/conf.d/90-tune-front.conf";
    assert!(all[0].at.as_deref().is_some_and(|at| at.starts_with(own)));
    assert!(
        all[0].message.contains("sites-enabled/default:1"),
        "{all:?}"
    );
    assert_eq!(all[0].severity.name(), "error");
    // As it is once the file is there, for who verifies.
    let candidates = Candidate::of_plan(&plan(""), &artefacts(&plan("")).unwrap());
    let content = candidates.iter().find(|one| one.path == own);
    let content = String::from_utf8(content.unwrap().content.clone().unwrap()).unwrap();
    let there = found(&plan(""), id, &[main, debian, (own, &content)]);
    assert_eq!(there.len(), 1, "{there:?}");
    let named = plan("server_name = \"example.org\"\n");
    assert_eq!(places(&named, id, &[main, debian]), NONE);
    let later = site("server {\nlisten 80;\nserver_name _;\n}\n");
    assert_eq!(places(&plan(""), id, &[main, later]), NONE);
}
