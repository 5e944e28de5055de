//! The files that are read and their order, as `nginx -T` has them.

use std::fmt::Write as _;
use std::path::Path;

use hosttune::formats::Format;

use super::chance::Chance;
use super::disk::Disk;
use super::server::test;

const NAMES: &[&str] = &[
    "d/a.conf",
    "d/b.conf",
    "d/.hidden.conf",
    "d/c.conf~",
    "d/10.conf",
    "d/9.conf",
    "d-x/a.conf",
    "d2/a.conf",
    "e/f/g.conf",
    "a[b].conf",
    "B.conf",
    "b.conf",
    "x y.conf",
];
const PATTERNS: &[&str] = &[
    "d/*.conf",
    "d*/*",
    "*/a.conf",
    "d/?.conf",
    "d/[0-9]*",
    "d/[!0-9]*.conf",
    "d/[^a].conf",
    "none/*.conf",
    "*.none",
    "a[[]b].conf",
    "d/.*.conf",
    "e/*/g.conf",
    "[bB].conf",
    "d/b.conf",
    "'x y.conf'",
    "x\\ y.con[f]",
    "missing.conf",
    "*",
    "d/[[:alpha:]].conf",
    "B.conf/*",
    "./d/a*",
];

#[test]
fn files_are_read_in_nginx_s_order() {
    let mut chance = Chance::new(10);
    let (mut fine, mut wrong) = (0, 0);
    for _ in 0..100 {
        let home = tempfile::tempdir().unwrap();
        let main = home.path().join("nginx.conf");
        for name in NAMES {
            if chance.once_in(4) {
                continue;
            }
            let path = home.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let text = if chance.once_in(9) && !name.starts_with('d') {
                format!("include {};\n", chance.one(&PATTERNS[..6]))
            } else {
                "types { text/x x; }\n".to_owned()
            };
            std::fs::write(path, text).unwrap();
        }
        if chance.once_in(6) {
            let link = home.path().join("d/dangling.conf");
            let _ = std::os::unix::fs::symlink("nowhere", link);
        }
        if chance.once_in(6) {
            let link = home.path().join("d/masked.conf");
            let _ = std::os::unix::fs::symlink("/dev/null", link);
        }
        let mut text = String::from("events{} http{\n");
        for _ in 0..=chance.below(3) {
            writeln!(text, "include {};", chance.one(PATTERNS)).unwrap();
        }
        text.push_str("}\n");
        std::fs::write(&main, &text).unwrap();
        if compare(&main, &text) {
            fine += 1;
        } else {
            wrong += 1;
        }
    }
    assert!(fine > 30 && wrong > 15, "{fine} {wrong}");
}

/// Whether nginx takes it; what it reads is what we read.
fn compare(main: &Path, text: &str) -> bool {
    let answer = test(main, "-T");
    let readings = Format::Nginx.read(&Disk, main.to_str().unwrap());
    let ours = &readings[0];
    let shown = format!(
        "{text}\n{:?}\n{:?}\n{:?}",
        answer.wrong(),
        ours.troubles,
        ours.files
    );
    assert_eq!(answer.accepted, ours.troubles.is_empty(), "{shown}");
    if answer.accepted {
        let dump = String::from_utf8(answer.stdout).unwrap();
        let theirs: Vec<&str> = dump
            .lines()
            .filter_map(|line| {
                line.strip_prefix("# configuration file ")?
                    .strip_suffix(':')
            })
            .collect();
        assert_eq!(ours.files, theirs, "{shown}");
    }
    answer.accepted
}
