//! A mistake that leaves no host, no template or no file to read hides none of
//! the others; what is laid over is told where it is laid.

use std::os::unix::fs::symlink;

use crate::alone::{Mistake, assert_refused, assert_told};
use crate::support::Place;

const FOUR: &str = r#"profile = "t3.smal"
[services.one]
kind = "node"
port = 80
[services.two]
kind = "node"
port = 80
[services.two.settings]
max_memory = 1
[services.db]
kind = "postgresql"
memory = "1MiB"
"#;

/// The places that are told, in their order.
fn told(place: &Place, arguments: &[&str]) -> Vec<String> {
    let said = place.run(&[&["plan", "-q"], arguments].concat());
    assert_eq!(said.code, Some(2), "{said:?}");
    said.stderr.lines().map(str::to_owned).collect()
}

fn assert_begin(said: &[String], expected: &[&str]) {
    let alike = said.len() == expected.len()
        && said
            .iter()
            .zip(expected)
            .all(|(said, begin)| said.starts_with(begin));
    assert!(alike, "{said:#?}\nis not\n{expected:#?}");
}

const THREE: [&str; 3] = [
    "stack.toml:7:8: services 'one' and 'two' both listen on port 80",
    "stack.toml:9:1: tune makes no setting 'max_memory'",
    "stack.toml:12:10: memory = \"1MiB\"",
];

#[test]
fn a_host_that_is_wrong_hides_nothing_of_the_stack() {
    let place = Place::with_stack(FOUR);
    let profile = "stack.toml:1:11: no host profile is called 't3.smal'";
    let expected = [&[profile][..], &THREE].concat();
    assert_begin(&told(&place, &["--stack", "stack.toml"]), &expected);
    let said = told(&place, &["--stack", "stack.toml", "--profile", "nope"]);
    assert_eq!(said.len(), 4, "{said:#?}");
    let said = told(
        &place,
        &[
            "--stack",
            "stack.toml",
            "--profile",
            "t3.small",
            "--set",
            "host.cpus=0",
        ],
    );
    assert_eq!(said.len(), 4, "{said:#?}");
    place.write("stack.toml", format!("{FOUR}[host]\nzz = 1\n"));
    let said = told(&place, &["--stack", "stack.toml", "--profile", "t3.small"]);
    let host = "stack.toml:14:1: the host profile has no key 'zz'";
    assert_begin(&said, &[&THREE[..], &[host]].concat());
}

/// What is wrong only for want of room or processors is not told of a stand-in.
#[test]
fn a_host_that_is_wrong_makes_no_stack_wrong() {
    let place = Place::new();
    for stack in ["web", "microservices", "node-web", "node-stream"] {
        let said = told(&place, &["--stack", stack, "--profile", "t3.smal"]);
        assert_eq!(said.len(), 1, "{stack}: {said:#?}");
    }
}

#[test]
fn a_tune_toml_that_is_no_file_is_not_passed_over() {
    let dangling = Place::new();
    symlink("nowhere.toml", dangling.path().join("tune.toml")).unwrap();
    let on = ["--profile", "t3.small"];
    let mistake = Mistake("", "tune.toml: No such file", "is the path right?");
    assert_refused(&dangling, &on, &mistake);
    let directory = Place::new();
    std::fs::create_dir(directory.path().join("tune.toml")).unwrap();
    let mistake = Mistake("", "not a regular file", "a profile or stack is");
    assert_refused(&directory, &on, &mistake);
}

/// What no file could hold, and names that mean something else.
#[rustfmt::skip]
const READ: &[(&str, Mistake<'_>)] = &[
    ("[services.n]\nkind = \"node\"\n[services.n.env]\nF = \"a\\nb\"\n", Mistake("stack.toml:4:5", "env.F must be one line without control characters", "take line breaks")),
    ("[services.system]\nkind = \"node\"\n", Mistake("stack.toml:1:11", "no service can be called 'system'", "commands call the host itself so")),
    ("[services.stack]\nkind = \"node\"\n", Mistake("stack.toml:1:11", "no service can be called 'stack'", "commands call what all services share so")),
    ("extends = \"web\"\n[host]\nroot_filesystem = \"\\u001b[31m\"\n", Mistake("stack.toml:3:19", "is no file system", "a word")),
    ("extends = \"web\"\n[services.api.settings]\ninstanzes = 1\n", Mistake("stack.toml:3:1", "tune makes no setting 'instanzes'", "did you mean instances?")),
    ("extends = \"web\"\n[system.settings]\n\"vm.swapiness\" = 1\n", Mistake("stack.toml:3:1", "tune makes no setting 'vm.swapiness'", "did you mean vm.swappiness?")),
];

#[test]
fn what_no_file_can_hold_is_refused_where_it_is_read() {
    for (text, mistake) in READ {
        let place = Place::with_stack(text);
        assert_refused(
            &place,
            &["--profile", "t3.small", "--stack", "stack.toml"],
            mistake,
        );
    }
}

#[test]
fn a_name_of_a_file_is_shown_without_control_characters() {
    let place = Place::new();
    let name = "./a\u{1b}]0;x\u{7}\nb.toml";
    place.write(name, "memory = \"2GiB\"\ncpus = 2\n");
    let said = place.run(&["plan", "--stack", "web", "--profile", name]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let first = said.stdout.lines().next().unwrap();
    assert!(!first.chars().any(char::is_control), "{first:?}");
    assert!(first.contains("a-]0;x--b"), "{first:?}");
}

/// A hostile file is refused soon, and what is said of it can be read.
#[test]
fn a_hundred_thousand_mistakes_are_not_all_told() {
    let uses = "\"x\",".repeat(250_000);
    let mut place = Place::with_stack(&format!("[services.a]\nkind = \"node\"\nuses = [{uses}]\n"));
    let said = told(&place, &["--stack", "stack.toml", "--profile", "t3.small"]);
    assert!(said.len() < 210, "{}", said.len());
    assert!(
        said[0].contains("uses of service 'a' has 250000 values; at most 512 are read"),
        "{}",
        said[0]
    );
    let keys: Vec<String> = (0..90_000).map(|n| format!("k{n} = 1")).collect();
    place = Place::with_stack(&keys.join("\n"));
    let said = told(&place, &["--stack", "stack.toml", "--profile", "t3.small"]);
    assert!(said.len() < 210, "{}", said.len());
    assert!(
        said.last()
            .unwrap()
            .contains("there are more than 200 mistakes")
    );
}

#[test]
fn each_set_is_told_by_its_number_and_in_order() {
    let place = Place::new();
    let on = ["--profile", "t3.small", "--stack", "web"];
    let sets = [
        "--set",
        "services.api.zz=1",
        "--set",
        "services.api.floor=\"1MiB\"",
        "--set",
        "services.api.aa=1",
    ];
    let said = told(&place, &[&on[..], &sets].concat());
    assert_begin(
        &said,
        &[
            "--set#1:1:14: service 'api' has no key 'zz'",
            "--set#3:1:14: service 'api' has no key 'aa'",
        ],
    );
}

#[test]
fn a_port_that_is_taken_twice_is_told_of_what_was_laid_over() {
    let place = Place::new();
    let said = told(
        &place,
        &[
            "--profile",
            "t3.small",
            "--stack",
            "web",
            "--set",
            "services.x.kind=redis",
        ],
    );
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].starts_with("--set:1:10: "), "{said:#?}");
}

#[test]
fn no_command_is_a_mistake_that_says_so() {
    let place = Place::new();
    assert_told(
        &place.run(&[]),
        &Mistake("", "no command is named", "begin with"),
    );
}

#[test]
fn templates_are_looked_at_by_every_command_that_plans() {
    let place = Place::new();
    let on = [
        "plan",
        "--profile",
        "t3.small",
        "--stack",
        "web",
        "--templates",
    ];
    let said = place.run(&[&on[..], &["nowhere"]].concat());
    assert_told(
        &said,
        &Mistake(
            "",
            "cannot read nowhere: No such file",
            "is the path right?",
        ),
    );
    place.write("file", "");
    let said = place.run(&[&on[..], &["file"]].concat());
    assert_told(
        &said,
        &Mistake(
            "",
            "cannot read file: not a directory",
            "templates are files below it",
        ),
    );
}
