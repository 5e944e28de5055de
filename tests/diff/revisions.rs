//! `--git`, with a real git.

use crate::{Place, Ran};

const STACK: &str = "extends = \"base.toml\"\nprofile = \"hosts/box.toml\"\n";
const BASE: &str = "[services.cache]\nkind = \"redis\"\n";
const BOX: &str = "memory = \"2GiB\"\ncpus = 2\n";

fn git(place: &Place, words: &[&str]) -> String {
    let who = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
    let ran = place.run("git", &[&who, words].concat());
    assert_eq!(ran.code, 0, "git {words:?}: {}", ran.err);
    ran.out
}

/// A repository with a commit without a stack, and one with it, in a directory.
fn repository() -> Place {
    let place = Place::new();
    place.write("README", "x");
    git(&place, &["init", "-q", "."]);
    git(&place, &["add", "README"]);
    git(&place, &["commit", "-qm", "before"]);
    place.write("deploy/tune.toml", STACK);
    place.write("deploy/base.toml", BASE);
    place.write("deploy/hosts/box.toml", BOX);
    commit(&place);
    place
}

fn commit(place: &Place) {
    git(place, &["add", "-A"]);
    git(place, &["commit", "-qm", "more"]);
}

fn since(place: &Place, revision: &str) -> Ran {
    place.tune_in("deploy", &["diff", "--git", revision])
}

#[test]
fn nothing_changed_is_no_difference() {
    let place = repository();
    let ran = since(&place, "HEAD");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
}

/// The stack, what it extends, the profile it names: each is read as it was.
#[test]
fn every_file_of_the_plan_is_read_as_it_was() {
    for (path, text) in [
        (
            "deploy/tune.toml",
            format!("{STACK}[system]\nswappiness = 33\n"),
        ),
        (
            "deploy/base.toml",
            format!("{BASE}[system]\nswappiness = 33\n"),
        ),
        (
            "deploy/hosts/box.toml",
            "memory = \"4GiB\"\ncpus = 2\n".to_owned(),
        ),
    ] {
        let place = repository();
        place.write(path, &text);
        let ran = since(&place, "HEAD");
        assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{path}: {}", ran.out);
        assert!(
            ran.has("/etc/redis/90-tune-cache.conf") || ran.has("swappiness"),
            "{}",
            ran.out
        );
        commit(&place);
        assert_eq!(since(&place, "HEAD").code, 0, "{path}");
        assert_eq!(since(&place, "HEAD~1").code, 1, "{path}");
    }
}

#[test]
fn before_there_was_a_stack_everything_is_new() {
    let place = repository();
    let ran = since(&place, "HEAD~1");
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    assert!(ran.has("/etc/sysctl.d/99-zz-tune.conf"), "{}", ran.out);
}

#[test]
fn a_stack_by_its_path_and_options_hold_for_both() {
    let place = repository();
    let config = ["diff", "--config", "deploy/tune.toml", "--git", "HEAD"];
    for more in [
        &[][..],
        &["--profile", "t3.small"],
        &["--set", "system.swappiness=33"],
    ] {
        let ran = place.tune(&[&config, more].concat());
        assert_eq!(
            (ran.code, ran.err.as_str()),
            (0, ""),
            "{more:?}: {}",
            ran.out
        );
    }
    let ran = place.tune(&[
        "diff",
        "--stack",
        "deploy/base.toml",
        "--profile",
        "t3.small",
        "--git",
        "HEAD~1",
    ]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
}

#[test]
fn templates_are_read_as_they_were() {
    let place = repository();
    let template = "own/redis/tune.conf.tera";
    let nowhere = ["diff", "--templates", "nowhere", "--git", "HEAD"];
    let names = place.tune_in("deploy", &nowhere).err;
    assert!(names.contains("nowhere"), "{names}");
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/redis");
    let shipped = std::fs::read_dir(shipped)
        .unwrap()
        .flatten()
        .next()
        .unwrap();
    let template = template.replace("tune.conf.tera", shipped.file_name().to_str().unwrap());
    let text = std::fs::read_to_string(shipped.path()).unwrap();
    place.write(&format!("deploy/{template}"), &text);
    commit(&place);
    let words = ["diff", "--templates", "own", "--git", "HEAD"];
    assert_eq!(place.tune_in("deploy", &words).code, 0);
    place.write(&format!("deploy/{template}"), format!("# mine\n{text}"));
    let ran = place.tune_in("deploy", &words);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    // Before there were any, tune's own.
    let ran = place.tune_in("deploy", &["diff", "--templates", "own", "--git", "HEAD~1"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
}

#[test]
fn a_mistake_of_a_revision_is_told_with_its_place_there() {
    let place = repository();
    place.write("deploy/base.toml", "[services.cache]\nkind = \"rediss\"\n");
    commit(&place);
    place.write("deploy/base.toml", BASE);
    let ran = since(&place, "HEAD");
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("HEAD:") && ran.err.contains("base.toml:2:8"),
        "{}",
        ran.err
    );
}

#[test]
fn a_name_is_never_an_option() {
    let place = repository();
    for name in [
        "--output=x",
        "-p",
        "HEAD\n--all",
        "",
        "nothing",
        "HEAD:deploy",
        "@{-1}",
    ] {
        let ran = place.tune_in("deploy", &["diff", &format!("--git={name}")]);
        assert_eq!(ran.code, 2, "{name:?}: {}", ran.out);
        assert!(
            ran.err.contains("git knows no commit") || name.is_empty(),
            "{name:?}: {}",
            ran.err
        );
    }
    assert!(!place.path("deploy/x").exists());
}

#[test]
fn where_there_is_no_repository_it_is_refused() {
    let place = Place::new();
    place.write("tune.toml", BASE);
    let ran = place.tune(&["diff", "--profile", "t3.small", "--git", "HEAD"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is in no git repository"), "{}", ran.err);
    std::fs::remove_file(place.path("tune.toml")).unwrap();
    let ran = place.tune(&["diff", "--profile", "t3.small", "--git", "HEAD"]);
    assert!(
        ran.code == 2 && ran.err.contains("no tune.toml"),
        "{}",
        ran.err
    );
    // Nor where there is no git.
    place.write("tune.toml", BASE);
    let tune = env!("CARGO_BIN_EXE_tune");
    let ran = place.run(
        "env",
        &[
            "-i",
            "PATH=/nowhere",
            tune,
            "diff",
            "--profile",
            "t3.small",
            "--git",
            "HEAD",
        ],
    );
    assert!(
        ran.code == 2 && ran.err.contains("is it installed?"),
        "{}",
        ran.err
    );
}

/// Not even its index is refreshed.
#[test]
fn the_repository_is_left_as_it_is() {
    let place = repository();
    place.write(
        "deploy/tune.toml",
        format!("{STACK}[system]\nswappiness = 33\n"),
    );
    let list = "find . -type f -printf '%p %s %T@ %i\\n' | sort";
    let before = place.run("sh", &["-c", list]).out;
    assert_eq!(since(&place, "HEAD~1").code, 1);
    assert_eq!(place.run("sh", &["-c", list]).out, before);
}

#[test]
fn links_of_a_revision_are_followed_in_it() {
    let place = repository();
    std::fs::rename(place.path("deploy/base.toml"), place.path("real.toml")).unwrap();
    std::os::unix::fs::symlink("../real.toml", place.path("deploy/base.toml")).unwrap();
    commit(&place);
    place.write("real.toml", format!("{BASE}[system]\nswappiness = 33\n"));
    let ran = since(&place, "HEAD");
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    // Out of it leads none.
    std::fs::remove_file(place.path("deploy/base.toml")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", place.path("deploy/base.toml")).unwrap();
    commit(&place);
    std::fs::remove_file(place.path("deploy/base.toml")).unwrap();
    place.write("deploy/base.toml", BASE);
    let ran = since(&place, "HEAD");
    assert!(
        ran.code == 2 && ran.err.contains("is no file"),
        "{}",
        ran.err
    );
}
