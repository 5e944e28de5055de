//! Values that try to break out of their quotes: each is refused, or comes
//! back from the real program as it was.

mod everywhere;
mod nginx;
mod programs;
mod reached;
mod systemd;

use crate::support::place::Scratch;
use crate::support::tree::Tree;
use crate::support::tune::{stack_file, tune};

/// What the quotes of some format make special.
pub(super) const VALUES: &[&str] = &[
    "plain",
    "two words",
    " spaces around ",
    "",
    "\"",
    "'",
    "it's \"both\"",
    "'''\"\"\"",
    "\\",
    "ends with \\",
    "\\\\n is no newline \\x41 \\u0041",
    "$HOME ${HOME} $(id) $$ `id`",
    "%h %n %% %(here)s",
    "# no comment",
    "; no comment -- nor this */",
    "{{ 7 * 7 }} {% if true %} {# x #}",
    "a=b, c: d & [e] | {f} * ? ! ~",
    "<script></script>",
    "é 😀 \u{2028} \u{a0}",
    "$tune$; drop role x",
    "true",
    "0x10",
    "line\nInjected = 1",
    "carriage\rreturn",
    "tab\tstop",
    "bell\u{7}",
    "nul\0",
];

/// The value as TOML has it.
pub(super) fn toml(value: &str) -> String {
    serde_json::to_string(value)
        .unwrap()
        .replace('\u{7f}', "\\u007f")
}

/// The tree of a stack, or nothing where the stack is refused: with 2, a word
/// why, and no file written.
pub(super) fn rendered(scratch: &Scratch, stack: &str) -> Option<Tree> {
    let file = stack_file(scratch, stack);
    let target = scratch.path().join("tree");
    let _ = std::fs::remove_dir_all(&target);
    let directory = target.to_str().unwrap();
    let outcome = tune(&[
        "--profile",
        "t3.large",
        "--stack",
        &file,
        "render",
        "-o",
        directory,
    ]);
    if outcome.succeeded() {
        return Some(Tree::at(&target));
    }
    assert_eq!(outcome.code, Some(2), "{stack}: {}", outcome.said());
    assert!(
        outcome.stderr.contains("error: "),
        "{stack}: {}",
        outcome.said()
    );
    assert!(
        !target.exists(),
        "{stack}: refused, and {directory} is there"
    );
    None
}

/// The values that a place takes. There are some, and no control character is
/// among them where the format has no escape for it.
pub(super) fn taken(least: usize, stack: impl Fn(&str) -> String) -> Vec<&'static str> {
    let scratch = Scratch::new();
    let takes = |value: &&&str| rendered(&scratch, &stack(&toml(value))).is_some();
    let all: Vec<&str> = VALUES.iter().filter(takes).copied().collect();
    assert!(all.len() >= least, "only {all:?} are taken");
    all
}
