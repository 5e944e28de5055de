//! What a person is told: the help on a screen, its examples, the manual pages.
#![expect(clippy::disallowed_methods, reason = "runs programs on files")]
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

#[path = "manual/examples.rs"]
mod examples;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn tune(here: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tune"));
    command.env_clear().current_dir(here).stdin(Stdio::null());
    command
}

fn run(here: &Path, arguments: &[&str]) -> Output {
    tune(here).args(arguments).output().unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let output = run(dir.path(), arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Of the manual page of the program, which lists them all.
fn commands() -> Vec<String> {
    let page = printed(&["man"]);
    let names = page.lines().filter_map(|line| line.strip_prefix("tune\\-"));
    let names = names.filter_map(|line| line.strip_suffix("(1)"));
    let names: Vec<String> = names.map(str::to_owned).collect();
    assert!(names.len() >= 8, "{names:?}");
    names
}

#[test]
fn help_is_one_screen() {
    let help = printed(&["--help"]);
    // And a prompt before it and one behind it.
    assert!(help.lines().count() <= 22, "{help}");
    for line in help.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert_eq!(help, printed(&["-h"]));
    for command in commands() {
        assert!(
            help.contains(&format!("\n  {command} ")),
            "{command}: {help}"
        );
    }
    let plan = printed(&["plan", "-h"]);
    let (_, options) = plan.split_once("Options of every command:").unwrap();
    let (options, _) = options.split_once("Examples:").unwrap();
    let mut named = 0;
    for option in options
        .split_whitespace()
        .filter(|word| word.starts_with('-'))
    {
        named += 1;
        let short = format!(" {},", option.trim_end_matches(','));
        let known = help.contains(&short) || ["--quiet", "--verbose"].contains(&option);
        assert!(known, "{option}: {help}");
    }
    assert!(named >= 9, "{options}");
}

/// In a pipe as on the terminal that most have.
#[test]
fn help_in_a_pipe_has_80_columns() {
    for command in commands() {
        for option in ["-h", "--help"] {
            for line in printed(&[&command, option]).lines() {
                assert!(line.chars().count() <= 80, "{command}: {line}");
            }
        }
    }
}

#[test]
fn help_is_coloured_where_that_is_asked_for() {
    for arguments in [&["--help"][..], &["plan", "-h"], &["help", "plan"]] {
        let coloured = [&["--color", "always"], arguments].concat();
        assert!(printed(&coloured).contains("\u{1b}["), "{arguments:?}");
        let never = [&["--color=never"], arguments].concat();
        assert!(!printed(&never).contains('\u{1b}'), "{arguments:?}");
    }
}

/// On a terminal of 40 columns no line is broken by the terminal.
#[test]
fn help_is_readable_at_40_columns() {
    let dir = tempfile::tempdir().unwrap();
    let size = nix::pty::Winsize {
        ws_row: 24,
        ws_col: 40,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    for command in std::iter::once(None).chain(commands().into_iter().map(Some)) {
        let command = command.as_ref();
        let pty = nix::pty::openpty(Some(&size), None).unwrap();
        let mut child = tune(dir.path())
            .args(command)
            .args(["-h", "--color", "never"])
            .stdin(Stdio::from(pty.slave.try_clone().unwrap()))
            .stdout(Stdio::from(pty.slave))
            .spawn()
            .unwrap();
        let mut screen = fs::File::from(pty.master);
        let (mut text, mut buffer) = (Vec::new(), [0; 4096]);
        // At its end a terminal is an error to read.
        while let Ok(length @ 1..) = screen.read(&mut buffer) {
            text.extend_from_slice(buffer.get(..length).unwrap());
        }
        assert!(child.wait().unwrap().success());
        let text = String::from_utf8(text).unwrap();
        assert!(text.lines().count() > 10, "{text}");
        for line in anstream::adapter::strip_str(&text).to_string().lines() {
            // What is to be typed is not broken.
            let of_a_command = command.is_some();
            let typed = line.starts_with("  tune") || line.starts_with("Usage: ");
            let typed = typed && of_a_command;
            assert!(typed || line.chars().count() <= 40, "{line}");
        }
    }
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/man");
    let pages = fs::read_dir(folder).unwrap();
    let mut pages: Vec<PathBuf> = pages.map(|page| page.unwrap().path()).collect();
    pages.sort();
    assert_eq!(pages.len(), commands().len() + 1);
    pages
}

#[test]
fn manual_pages_have_every_section() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for section in [
            "NAME",
            "SYNOPSIS",
            "EXAMPLES",
            "EXIT STATUS",
            "FILES",
            "ENVIRONMENT",
        ] {
            let heading = [
                format!("\n.SH {section}\n"),
                format!("\n.SH \"{section}\"\n"),
            ];
            let found = heading.iter().any(|heading| text.contains(heading));
            assert!(found, "{}: no {section}", page.display());
        }
    }
}

#[test]
fn manual_pages_are_without_warnings() {
    for page in pages() {
        let lint = Command::new("mandoc")
            .args(["-T", "lint", "-W", "warning"])
            .arg(&page)
            .output()
            .unwrap();
        // A date would be that of the build.
        let said = String::from_utf8(lint.stdout).unwrap();
        let said: Vec<&str> = said
            .lines()
            .filter(|line| !line.contains("missing date"))
            .collect();
        assert!(said.is_empty(), "{said:?}");
        let man = Command::new("man")
            .args(["--warnings", "-E", "UTF-8", "-Tutf8", "-Z", "-l"])
            .arg(&page)
            .env("LC_ALL", "C.UTF-8")
            .env("MANROFFSEQ", "")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&man.stderr);
        assert!(man.status.success() && said.is_empty(), "{said}");
    }
}

#[test]
fn a_page_of_no_command_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(dir.path(), &["man", "pln"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("did you mean plan?"), "{said}");
}
