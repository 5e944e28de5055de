//! `--plan FILE`.

use std::os::unix::fs::{MetadataExt as _, symlink};

use hosttune::diff::SavedPlan;

use crate::{Place, Ran};

fn place() -> Place {
    let place = Place::new();
    place.write("root/etc/sysctl.d/99-zz-tune.conf", "vm.swappiness = 60\n");
    place
}

fn save(place: &Place, file: &str) -> Ran {
    let words = [
        "diff",
        "--stack",
        "node-stream",
        "--profile",
        "t3.small",
        "--root",
        "root",
    ];
    place.tune(&[&words[..], &["--plan", file]].concat())
}

fn read(place: &Place, file: &str) -> SavedPlan {
    SavedPlan::read(&std::fs::read(place.path(file)).unwrap()).unwrap()
}

#[test]
fn it_holds_what_was_found_and_what_is_to_be() {
    let place = place();
    let ran = save(&place, "p.json");
    assert_eq!(ran.code, 1, "{}", ran.err);
    let meta = std::fs::metadata(place.path("p.json")).unwrap();
    assert_eq!(meta.mode() & 0o7777, 0o600);
    let saved = read(&place, "p.json");
    assert_eq!(
        saved.root,
        place.path("root").canonicalize().unwrap().to_str().unwrap()
    );
    let file = saved
        .files
        .iter()
        .find(|file| file.path == "/etc/sysctl.d/99-zz-tune.conf");
    let before = file.unwrap().before.clone().unwrap();
    let live = std::fs::metadata(place.path("root/etc/sysctl.d/99-zz-tune.conf")).unwrap();
    let seen = (
        before.device,
        before.inode,
        before.size,
        before.modified_seconds,
        before.modified_nanoseconds,
    );
    assert_eq!(
        seen,
        (
            live.dev(),
            live.ino(),
            live.size(),
            live.mtime(),
            live.mtime_nsec()
        )
    );
    assert_eq!((before.user, before.group), (live.uid(), live.gid()));
    let new = saved
        .files
        .iter()
        .filter(|file| file.before.is_none())
        .count();
    assert!(new >= 3, "{new} new files");
    assert!(
        saved
            .settings
            .iter()
            .any(|one| one.key == "vm.swappiness" && one.old.as_deref() == Some("60"))
    );
}

#[test]
fn a_saved_plan_takes_the_place_of_another_and_of_nothing_else() {
    let place = place();
    assert_eq!(save(&place, "p.json").code, 1);
    let first = std::fs::metadata(place.path("p.json")).unwrap().ino();
    // What a killed run left is no hindrance, nor is a link there followed.
    place.write("victim", "mine");
    symlink("victim", place.path(".p.json.tune-staging")).unwrap();
    assert_eq!(save(&place, "p.json").code, 1);
    assert_ne!(
        std::fs::metadata(place.path("p.json")).unwrap().ino(),
        first
    );
    assert_eq!(
        std::fs::read_to_string(place.path("victim")).unwrap(),
        "mine"
    );
    read(&place, "p.json");

    symlink("victim", place.path("link.json")).unwrap();
    std::fs::create_dir(place.path("directory")).unwrap();
    for (file, told) in [
        ("victim", "is no saved plan"),
        ("link.json", "is a link: it is not followed"),
        ("directory", "is no file"),
        ("nowhere/p.json", "cannot write"),
    ] {
        let ran = save(&place, file);
        assert_eq!(ran.code, 2, "{file}");
        assert!(ran.err.contains(told), "{file}: {}", ran.err);
    }
    assert_eq!(
        std::fs::read_to_string(place.path("victim")).unwrap(),
        "mine"
    );
    let left = std::fs::read_dir(place.path("")).unwrap().flatten();
    let left = left.filter(|entry| entry.file_name().to_string_lossy().contains("staging"));
    assert_eq!(left.count(), 0);
}

#[test]
fn what_cannot_be_read_is_not_saved() {
    let place = place();
    let path = place.path("root/etc/sysctl.d/99-zz-tune.conf");
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let ran = save(&place, "p.json");
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("not saved: /etc/sysctl.d/99-zz-tune.conf is a directory"),
        "{}",
        ran.err
    );
    assert!(!place.path("p.json").exists());
}
