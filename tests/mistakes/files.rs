//! Files that cannot be read, or that no person wrote.

use crate::alone::{Mistake, assert_refused, assert_told};
use crate::support::{Place, as_nobody, said};

const TOML: &str = "a profile or stack is a TOML file";

#[rustfmt::skip]
const FILES: &[(&str, Mistake<'_>)] = &[
    ("directory.toml", Mistake("", "directory.toml: not a regular file", TOML)),
    ("latin.toml", Mistake("latin.toml:2:6", "latin.toml is not UTF-8 text", TOML)),
    ("huge.toml", Mistake("", "huge.toml is too large: a profile, stack or template has at most 1048576 bytes", "is it the right file?")),
    ("pipe.toml", Mistake("", "pipe.toml: not a regular file", TOML)),
    ("loop.toml", Mistake("", "loop.toml: Too many levels of symbolic links", "see that the path can be reached")),
    ("nul.toml", Mistake("nul.toml:1:6", "invalid", "TOML has a line")),
];

#[test]
fn a_file_that_cannot_be_read() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("directory.toml")).unwrap();
    place.write("latin.toml", b"\n# caf\xe9\n");
    place.write("nul.toml", b"a = \"\0\"\n");
    let huge = std::fs::File::create(place.path().join("huge.toml")).unwrap();
    huge.set_len(1 << 30).unwrap();
    nix::unistd::mkfifo(
        &place.path().join("pipe.toml"),
        nix::sys::stat::Mode::S_IRWXU,
    )
    .unwrap();
    std::os::unix::fs::symlink("loop.toml", place.path().join("loop.toml")).unwrap();
    for (name, mistake) in FILES {
        for option in ["--stack", "--config"] {
            assert_refused(&place, &["--profile", "t3.small", option, name], mistake);
        }
        let name = format!("./{name}");
        assert_told(
            &place.run(&["plan", "--profile", &name, "--stack", "web"]),
            mistake,
        );
    }
}

#[test]
fn a_file_that_this_account_may_not_read() {
    let place = Place::with_stack("extends = \"web\"\n");
    place.set_mode("stack.toml", 0o600);
    let arguments = ["plan", "--profile", "t3.small", "--stack", "stack.toml"];
    let _ = said(&mut as_nobody(&place, &["--version"]));
    let before = place.tree();
    let denied = said(&mut as_nobody(&place, &arguments));
    assert_told(
        &denied,
        &Mistake(
            "",
            "cannot read stack.toml: Permission denied",
            "let this account read it",
        ),
    );
    assert_eq!(place.tree(), before);
    assert_eq!(place.run(&arguments).code, Some(0), "as the owner");
}
