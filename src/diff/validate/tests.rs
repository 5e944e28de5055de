//! What answers mean, program by program's way of answering.

use super::*;

const NAMES: &[&str] = &["/etc/x.d/90.conf", "x.service"];

fn words() -> Validator {
    Validator {
        judged: Judged::Words(&["error: "]),
        cannot_tell: &["not found"],
        ..Validator::of("x {}")
    }
}

fn said(verdict: &Verdict) -> Vec<&str> {
    match verdict {
        Verdict::Refused { said, .. } => said.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_exit_code_counts() {
    let one = Validator::of("sh -n {}");
    assert_eq!(judge(&one, NAMES, (0, "a warning\n"), true), Verdict::Valid);
    assert_eq!(said(&judge(&one, NAMES, (2, "a\n\nb\n"), true)), ["a", "b"]);
    assert_eq!(
        said(&judge(&one, NAMES, (2, ""), true)),
        ["it said nothing"]
    );
}

#[test]
fn words_count_though_the_program_is_content() {
    let text = "reading\nerror: x:3 unknown option\nHandling 1 logs\n";
    assert_eq!(
        said(&judge(&words(), NAMES, (0, text), true)),
        ["error: x:3 unknown option"]
    );
    assert_eq!(
        judge(&words(), NAMES, (0, "reading\n"), true),
        Verdict::Valid
    );
    assert_eq!(said(&judge(&words(), NAMES, (1, "boom\n"), true)), ["boom"]);
}

#[test]
fn a_text_counts_however_it_ended() {
    let one = Validator {
        judged: Judged::Says("listens not"),
        ..Validator::of("x {}")
    };
    assert_eq!(
        judge(&one, NAMES, (1, "it listens not\n"), true),
        Verdict::Valid
    );
    assert_eq!(
        said(&judge(&one, NAMES, (0, "it listens\n"), true)),
        ["it listens"]
    );
}

#[test]
fn what_it_says_of_others_is_not_held_against_a_file() {
    let one = Validator {
        judged: Judged::Own(&["ignoring"]),
        ..words()
    };
    let other = "/etc/y.d/90.conf:2: unknown key, ignoring\n";
    assert_eq!(judge(&one, NAMES, (0, other), true), Verdict::Valid);
    let own = format!("{other}/etc/x.d/90.conf:3: unknown key, ignoring\n");
    assert_eq!(
        said(&judge(&one, NAMES, (0, &own), true)),
        ["/etc/x.d/90.conf:3: unknown key, ignoring"]
    );
    let own = "x.service: the command is not there\n";
    assert_eq!(said(&judge(&one, NAMES, (1, own), true)), [own.trim()]);
    let failed = judge(&one, NAMES, (1, other), true);
    assert!(matches!(failed, Verdict::NotValidated(_)), "{failed:?}");
}

#[test]
fn who_cannot_tell_is_not_believed() {
    let not = |status, text: &str, is_root| {
        matches!(
            judge(&words(), NAMES, (status, text), is_root),
            Verdict::NotValidated(_)
        )
    };
    assert!(not(1, "unit not found\n", true));
    assert!(not(
        1,
        "error: open() failed (Read-only file system)\n",
        true
    ));
    assert!(not(0, "error: open() failed (Permission denied)\n", false));
    assert!(!not(0, "error: open() failed (Permission denied)\n", true));
    assert!(not(124, "error: x\n", true));
    assert!(not(137, "", true));
    assert!(not(127, "sh: x: not found\n", true));
    assert!(not(125, "cannot: x is not installed\n", true));
    assert!(!not(125, "something else\n", true));
    // What it says of the file beside that stands.
    assert!(!not(1, "unit not found\nerror: x\n", true));
}

#[test]
fn moments_are_left_out() {
    assert_eq!(
        untimed("2026-11-21 17:57:31.162 UTC [31639] ERROR x [y] z"),
        "ERROR x [y] z"
    );
    assert_eq!(untimed("nginx: [emerg] x"), "nginx: [emerg] x");
    assert_eq!(untimed("5 x] y"), "5 x] y");
}
