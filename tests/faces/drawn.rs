//! Every face as it comes to a terminal of 40, 80 and 200 columns, with colour
//! and without, and to a pipe: recorded, and renewed by `./bless`. A terminal
//! of more than 80 columns gets no longer lines.

use std::path::Path;
use std::process::{Command, Stdio};

use snapbox::assert_data_eq;
use snapbox::{Data, data::DataFormat};

use crate::host::{diff, host};

/// What is drawn in a terminal of so many columns.
fn in_a_terminal(columns: usize, root: &Path, arguments: &str) -> String {
    let tune = env!("CARGO_BIN_EXE_tune");
    let line = format!("{tune} diff --root . --profile t3.small {arguments}");
    let script = format!("stty cols {columns} rows 24; {line}");
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &script, "/dev/null"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TERM", "xterm")
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .replace("\r\n", "\n")
}

/// But for the files that are long and whose text is of no interest here.
fn without_scripts(text: &str) -> &str {
    let at = text.find("diff --git a/usr/local/");
    text.get(..at.unwrap_or(text.len())).unwrap()
}

/// Colours as they can be read in a file.
fn spelled(text: &str) -> String {
    text.replace('\u{1b}', "^[")
}

fn is_recorded(text: &str, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = path.join("tests/faces/drawn").join(name);
    let recorded = Data::read_from(&path, Some(DataFormat::Text));
    assert_data_eq!(Data::text(text), recorded.raw());
}

const FACES: [&str; 4] = ["summary", "unified", "json", "markdown"];

#[test]
fn every_face_in_a_pipe() {
    let root = host();
    for face in FACES {
        let text = diff(root.path(), &["--format", face]).stdout;
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains('\u{1b}'), "{text}");
        is_recorded(without_scripts(&text), &format!("{face}.txt"));
    }
}

#[test]
fn every_face_in_terminals_of_80_and_of_200_columns() {
    let root = host();
    for face in FACES {
        let colour = in_a_terminal(80, root.path(), &format!("--format {face}"));
        is_recorded(
            &spelled(without_scripts(&colour)),
            &format!("{face}-80-colour.txt"),
        );
        let wide = in_a_terminal(200, root.path(), &format!("--format {face}"));
        assert_eq!(wide, colour, "{face}: drawn for 80 columns at the most");
        let bare = in_a_terminal(80, root.path(), &format!("--format {face} --color never"));
        assert_eq!(
            bare,
            anstream::adapter::strip_str(&colour).to_string(),
            "{face}"
        );
        let piped = diff(root.path(), &["--format", face]).stdout;
        assert_eq!(bare, String::from_utf8(piped).unwrap(), "{face}");
    }
}

#[test]
fn a_narrow_terminal_and_every_reason() {
    let root = host();
    let narrow = in_a_terminal(40, root.path(), "--color never");
    is_recorded(&narrow, "summary-40.txt");
    let why = in_a_terminal(80, root.path(), "--color never -v");
    is_recorded(&why, "summary-80-why.txt");
    for (columns, text) in [(40, &narrow), (80, &why)] {
        let wide = |line: &&str| line.chars().count() > columns && !line.contains("://");
        assert_eq!(text.lines().find(wide), None);
    }
    assert!(why.contains("  vm.swappiness "), "{why}");
}
