//! `tune diff` and the validators of the real programs: right and wrong files
//! on a staged machine, what they leave behind, and what cannot be asked.

mod room;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::command::run;
use crate::support::place::set_mode;
use crate::support::stage::Stage;

const STACK: &str = r#"
[services.db]
kind = "postgresql"
version = 15
connections = 40
[services.web]
kind = "nginx"
upstreams = ["api"]
[services.cache]
kind = "redis"
[services.api]
kind = "gunicorn"
app = "app:app"
cwd = "/srv/api"
venv = "/srv/venv"
user = "www-data"
uses = ["db"]
"#;

/// A machine with the packages as Debian has them, and the stack's file.
fn machine() -> Stage {
    let stage = Stage::new();
    stage.write("/srv/stack.toml", STACK);
    // Debian's, whatever was done to this machine.
    stage.write("/etc/nginx/conf.d/.keep", "");
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.tools/python/bin/gunicorn");
    let gunicorn = stage.write(
        "/srv/venv/bin/gunicorn",
        &format!("#!/bin/sh\nexec {} \"$@\"\n", python.display()),
    );
    set_mode(&gunicorn, 0o755);
    stage
}

const DIFF: &[&str] = &[
    "--stack",
    "/srv/stack.toml",
    "--profile",
    "t3.medium",
    "diff",
];

/// The copy of the program is one that every account may run.
fn tune(stage: &Stage, arguments: &[&str]) -> Command {
    let program = stage.place("/srv/tune");
    if !program.exists() {
        stage.write("/srv/tune", "");
        std::fs::copy(env!("CARGO_BIN_EXE_tune"), &program).unwrap();
        set_mode(&program, 0o755);
    }
    let mut command = stage.command("env");
    command.arg("/srv/tune").args(DIFF).args(arguments);
    command
}

/// What each program said: the first word of its command with the verdict.
fn asked(command: &mut Command) -> Vec<(String, String, String)> {
    let outcome = run(command);
    let document: Value = serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", outcome.said()));
    let all = document["validations"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.map(|one| {
        let said = one["said"].as_array().unwrap().iter().map(text);
        let said = said.collect::<Vec<_>>().join("\n");
        (text(&one["command"]), text(&one["verdict"]), said)
    })
    .collect()
}

fn json(stage: &Stage) -> Vec<(String, String, String)> {
    asked(&mut tune(stage, &["--format", "json"]))
}

/// The verdict of the command that begins so, and what it said.
fn verdict<'a>(all: &'a [(String, String, String)], command: &str) -> (&'a str, &'a str) {
    let mut found = all.iter().filter(|(of, ..)| of.starts_with(command));
    let (_, verdict, said) = found
        .next()
        .unwrap_or_else(|| panic!("no {command}: {all:?}"));
    (verdict, said)
}

#[test]
fn every_program_takes_the_files_of_a_plan() {
    let all = json(&machine());
    let programs = [
        "nginx",
        "postgres",
        "redis-server",
        "logrotate",
        "sysctl",
        "gunicorn",
        "systemd-analyze verify --man=no nginx",
        "sh -n",
    ];
    for program in programs {
        assert_eq!(verdict(&all, program), ("valid", ""), "{program}");
    }
    let (ruling, why) = verdict(&all, "psql");
    assert_eq!(
        (ruling, why),
        ("not_validated", "it would change a running server")
    );
}

#[test]
fn nginx_sees_the_whole_tree() {
    let stage = machine();
    // The plan's site has an upstream of that name, and each alone is fine.
    stage.write(
        "/etc/nginx/conf.d/mine.conf",
        "upstream tune_api { server 127.0.0.1:9; }\n",
    );
    let all = json(&stage);
    let (ruling, said) = verdict(&all, "nginx");
    assert_eq!(ruling, "refused", "{said}");
    assert!(said.contains("/etc/nginx/conf.d/mine.conf:1"), "{said}");
    assert!(said.contains("duplicate upstream"), "{said}");
}

#[test]
fn a_relative_include_is_found_from_where_the_file_will_be() {
    let stage = machine();
    let conf = std::fs::read_to_string("/etc/nginx/nginx.conf").unwrap();
    stage.write(
        "/etc/nginx/nginx.conf",
        &conf.replacen("http {", "http {\n\tinclude mine/*.conf;", 1),
    );
    stage.write("/etc/nginx/mine/a.conf", "no_such_directive on;\n");
    let all = json(&stage);
    let (ruling, said) = verdict(&all, "nginx");
    // What is there is refused for it as well: the plan is not at fault.
    assert_eq!(ruling, "refused_already", "{said}");
    assert!(said.contains("/etc/nginx/mine/a.conf:1"), "{said}");
}

#[test]
fn postgres_checks_settings_against_each_other() {
    let stage = machine();
    // Fine with the 100 connections that are there now, and not with 40.
    stage.write(
        "/etc/postgresql/15/main/conf.d/99-mine.conf",
        "superuser_reserved_connections = 60\n",
    );
    let all = json(&stage);
    let (ruling, said) = verdict(&all, "postgres");
    assert_eq!(ruling, "refused", "{said}");
    assert!(said.contains("superuser_reserved_connections"), "{said}");
    stage.write(
        "/etc/postgresql/15/main/conf.d/99-mine.conf",
        "work_mem = lots\n",
    );
    let all = json(&stage);
    let (ruling, said) = verdict(&all, "postgres");
    assert_eq!(ruling, "refused_already", "{said}");
    assert!(said.contains("work_mem"), "{said}");
}

#[test]
fn what_is_wrong_now_is_told_from_what_the_plan_does() {
    let stage = machine();
    let redis = std::fs::read_to_string("/etc/redis/redis.conf").unwrap();
    let place = stage.write(
        "/etc/redis/redis.conf",
        &format!("{redis}\nno-such-key 1\n"),
    );
    set_mode(&place, 0o644);
    stage.write(
        "/etc/logrotate.d/mine",
        "/var/log/mine {\n\tnosuchword\n}\n",
    );
    stage.write(
        "/etc/systemd/system/nginx.service.d/10-mine.conf",
        "[Service]\nNoSuchKey=1\n",
    );
    let all = json(&stage);
    let refused = [
        ("redis-server", "no-such-key"),
        ("logrotate", "nosuchword"),
        ("systemd-analyze verify --man=no nginx", "NoSuchKey"),
    ];
    for (program, word) in refused {
        let (ruling, said) = verdict(&all, program);
        assert_eq!(ruling, "refused_already", "{program}: {said}");
        assert!(said.contains(word), "{program}: {said}");
    }
}

#[test]
fn what_a_template_of_ones_own_breaks_is_refused() {
    let stage = machine();
    let broken = [
        (
            "system/99-zz-tune.conf",
            "vm.no_such_setting = 1\n",
            "sysctl",
            "no_such_setting",
        ),
        (
            "system/sysctl.sh",
            "if true; then\n",
            "sh -n /usr/local/lib/tune/sysctl.sh",
            "end of file",
        ),
        (
            "gunicorn/gunicorn.conf.py",
            "workers = 'many'\n",
            "gunicorn",
            "many",
        ),
        (
            "redis/90-tune.conf",
            "maxmemory lots\n",
            "redis-server",
            "maxmemory lots",
        ),
        (
            "common/drop-in.conf",
            "[Service]\nMemoryMax=12Q\n",
            "systemd-analyze verify --man=no nginx",
            "12Q",
        ),
    ];
    for (name, text, ..) in broken {
        stage.write(&format!("/srv/templates/{name}.tera"), text);
    }
    let arguments = ["--templates", "/srv/templates", "--format", "json"];
    let all = asked(&mut tune(&stage, &arguments));
    for (_, _, program, word) in broken {
        let (ruling, said) = verdict(&all, program);
        assert_eq!(ruling, "refused", "{program}: {said}");
        assert!(said.contains(word), "{program}: {said}");
    }
}

#[test]
fn below_another_root_only_what_stands_alone_is_asked() {
    let stage = machine();
    stage.write("/srv/image/etc/os-release", "ID=debian\n");
    let all = asked(&mut tune(
        &stage,
        &["--root", "/srv/image", "--format", "json"],
    ));
    assert_eq!(verdict(&all, "sh -n"), ("valid", ""));
    let (ruling, why) = verdict(&all, "nginx");
    assert_eq!(ruling, "not_validated");
    assert!(why.contains("this machine's files"), "{why}");
    let none = asked(&mut tune(&stage, &["--no-validate", "--format", "json"]));
    assert!(none.is_empty());
}

#[test]
fn a_refusal_is_loud() {
    let stage = machine();
    stage.write(
        "/etc/nginx/conf.d/mine.conf",
        "upstream tune_api { server 127.0.0.1:9; }\n",
    );
    let said = run(&mut tune(&stage, &[]));
    assert_eq!(said.code, Some(1), "{}", said.said());
    assert!(
        said.stdout.contains("REFUSED by 1 validator\n"),
        "{}",
        said.stdout
    );
    assert!(said.stdout.contains("refuses it:\n"), "{}", said.stdout);
    let page = run(&mut tune(&stage, &["--format", "markdown"])).stdout;
    assert!(
        page.lines()
            .next()
            .unwrap()
            .contains("REFUSED by 1 validator"),
        "{page}"
    );
    let patch = run(&mut tune(&stage, &["--format", "unified"])).stdout;
    assert!(
        patch
            .lines()
            .any(|line| line.starts_with("# nginx") && line.contains("duplicate upstream")),
        "{patch}"
    );
}
