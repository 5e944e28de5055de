//! `--from` and `--to`.

use crate::{Place, Ran};

const SYSCTL: &str = "etc/sysctl.d/99-zz-tune.conf";

fn rendered() -> Place {
    let place = Place::new();
    for (profile, directory) in [("t3.small", "a"), ("t3.medium", "b")] {
        let stack = ["--stack", "web", "-o", directory, "-q"];
        let ran = place.tune(&[&["render", "--profile", profile], &stack[..]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    place
}

fn diff(place: &Place) -> Ran {
    place.tune(&["diff", "--from", "a", "--to", "b"])
}

#[test]
fn a_tree_and_itself_do_not_differ() {
    let place = rendered();
    let ran = place.tune(&["diff", "--from", "a", "--to", "a"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
}

#[test]
fn two_rendered_trees_differ_by_their_files() {
    let place = rendered();
    let ran = diff(&place);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(
        ran.has("/etc/systemd/system/nginx.service.d/90-tune.conf"),
        "{}",
        ran.out
    );
    // The list itself is none of them.
    assert!(!ran.has("manifest.json"), "{}", ran.out);
}

/// The list of a tree that tune 0.1.0 rendered states no format.
#[test]
fn a_list_without_formats_is_read_by_paths() {
    let place = rendered();
    for tree in ["a", "b"] {
        let list = place.path(tree).join("manifest.json");
        let text = std::fs::read_to_string(&list).unwrap();
        assert!(text.contains("\"format\": \"sysctl\""), "{text}");
        let old = text.lines().filter(|line| {
            let line = line.trim();
            !line.starts_with("\"format\":") && !line.starts_with("\"main\":")
        });
        std::fs::write(&list, old.collect::<Vec<_>>().join("\n")).unwrap();
    }
    let ran = diff(&place);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    place.write("b/manifest.json", "{\"made_by\": \"tune 9\", \"new\": 1}");
    let ran = diff(&place);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("b/manifest.json is not what tune writes"),
        "{}",
        ran.err
    );
}

#[test]
fn checkouts_are_compared_without_what_version_control_keeps() {
    let place = Place::new();
    for tree in ["a", "b"] {
        place.write(&format!("{tree}/{SYSCTL}"), "vm.swappiness = 60\n");
        place.write(&format!("{tree}/.git/HEAD"), tree);
        // Another's file of that name is a file like others.
        place.write(&format!("{tree}/manifest.json"), "{\"name\": \"app\"}");
    }
    let ran = diff(&place);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    place.write("b/manifest.json", "{\"name\": \"other\"}");
    place.write("b/README.md", "new");
    std::fs::remove_file(place.path("b").join(SYSCTL)).unwrap();
    let ran = diff(&place);
    assert_eq!(ran.code, 1);
    for path in [
        "/manifest.json",
        "/README.md",
        "/etc/sysctl.d/99-zz-tune.conf",
    ] {
        assert!(ran.has(path), "{path}: {}", ran.out);
    }
    assert!(!ran.has("/.git"), "{}", ran.out);
}

#[test]
fn a_link_out_of_a_tree_is_trouble_and_the_rest_is_shown() {
    let place = Place::new();
    place.write("secret", "vm.swappiness = 12345\n");
    place.write("a/x.txt", "1");
    place.write("b/x.txt", "2");
    std::fs::create_dir_all(place.path("b/etc/sysctl.d")).unwrap();
    std::os::unix::fs::symlink("../../../secret", place.path("b").join(SYSCTL)).unwrap();
    let ran = diff(&place);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(
        ran.has("/x.txt") && ran.has("is a link to ../../../secret"),
        "{}",
        ran.out
    );
    assert!(!ran.has("12345"), "{}", ran.out);
}

#[test]
fn a_whole_host_has_no_part_in_it() {
    let place = Place::new();
    place.write("a/x", "");
    for (words, told) in [
        (&["--root", "a"][..], "--root has no part"),
        (&["--profile", "t3.small"], "--profile has no part"),
        (&["--set", "runtime=pm2"], "--set has no part"),
        (&["--git", "HEAD"], "cannot be used with"),
        (&["--plan", "x"], "cannot be used with"),
        (&["--to-profile", "t3.small"], "cannot be used with"),
    ] {
        let ran = place.tune(&[&["diff", "--from", "a", "--to", "a"], words].concat());
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(told), "{words:?}: {}", ran.err);
    }
    let ran = place.tune(&["diff", "--from", "a"]);
    assert_eq!(ran.code, 2);
    let ran = place.tune(&["diff", "--from", "nowhere", "--to", "a"]);
    assert!(
        ran.code == 2 && ran.err.contains("cannot read below nowhere"),
        "{}",
        ran.err
    );
}
