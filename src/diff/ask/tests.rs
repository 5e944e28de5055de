//! Commands that hang, fail, and leave something behind.

use std::time::Duration;

use super::*;

fn shell(script: &str, each: u64) -> (Result<String, String>, Duration) {
    let commands = Commands::within(Duration::from_secs(20), Duration::from_millis(each));
    let inquiry = Inquiry {
        program: "sh",
        arguments: vec!["-c".to_owned(), script.to_owned()],
        environment: vec![("TOLD", "so".to_owned())],
        user: None,
    };
    let began = Instant::now();
    let answer = commands.ask(&inquiry);
    (answer, began.elapsed())
}

#[test]
fn an_answer_is_what_was_printed_to_stdout() {
    let (answer, _) = shell("echo \"$TOLD\"; echo no >&2", 10_000);
    assert_eq!(answer, Ok("so\n".to_owned()));
}

#[test]
fn a_failure_is_the_first_line_of_stderr() {
    let (answer, _) = shell("echo yes; echo; echo 'sh: why not' >&2; exit 1", 10_000);
    assert_eq!(answer, Err("sh: why not".to_owned()));
    let (answer, _) = shell("exit 1", 10_000);
    assert_eq!(answer, Err("sh: it failed and said nothing".to_owned()));
}

#[test]
fn what_hangs_is_ended_with_all_that_it_started() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("still-here");
    let script = format!("(sleep 1; touch {}) & sleep 60", file.display());
    let (answer, took) = shell(&script, 200);
    assert_eq!(answer, Err("sh gave no answer in time".to_owned()));
    assert!(took < Duration::from_secs(10), "{took:?}");
    std::thread::sleep(Duration::from_millis(1500));
    assert!(!file.exists());
}

#[test]
fn what_a_command_leaves_behind_is_not_waited_for() {
    let (answer, took) = shell("setsid sleep 30 & echo here", 300);
    assert_eq!(answer, Err("sh gave no answer in time".to_owned()));
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn a_large_answer_fills_no_pipe() {
    let (answer, _) = shell("head -c 1000000 /dev/zero | tr '\\0' x", 15_000);
    assert_eq!(answer.unwrap().len(), 1_000_000);
}

#[test]
fn nobody_is_there_to_be_asked_for_a_password() {
    let (answer, _) = shell("read -r line || echo none", 10_000);
    assert_eq!(answer, Ok("none\n".to_owned()));
}

#[test]
fn a_program_that_is_not_there_is_said() {
    let commands = Commands::within(Duration::from_secs(1), Duration::from_secs(1));
    let inquiry = Inquiry {
        program: "no-such-program",
        ..Inquiry::default()
    };
    let error = commands.ask(&inquiry).unwrap_err();
    assert!(
        error.starts_with("no-such-program cannot be run: "),
        "{error}"
    );
}
