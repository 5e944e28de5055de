//! In a terminal: what is drawn for its width, down to 40 columns, and no line
//! is wider. `script` makes the terminal.
#![expect(clippy::disallowed_methods, reason = "runs the program")]
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use std::path::Path;
use std::process::{Command, Stdio};

use hosttune::{catalog, stack};

/// What command lines print in a terminal of so many columns, without colour.
fn in_a_terminal(columns: usize, here: &Path, lines: &[String]) -> String {
    let tune = env!("CARGO_BIN_EXE_tune");
    let lines: Vec<String> = lines.iter().map(|line| format!("{tune} {line}")).collect();
    let script = format!("stty cols {columns} rows 24; {}", lines.join("; "));
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &script, "/dev/null"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TERM", "xterm")
        .current_dir(here)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    // A terminal ends lines so.
    assert!(text.contains("\r\n"), "no terminal: {text}");
    anstream::adapter::strip_str(&text)
        .to_string()
        .replace('\r', "")
}

/// Every line fits, but for a URL and for TOML to be pasted, which must stay as
/// they are.
fn assert_narrow(columns: usize, text: &str) {
    let pasted = |line: &str| line.starts_with("      ") && line.parse::<toml::Table>().is_ok();
    let url = |line: &str| {
        let mut words = line.split_whitespace();
        words.next().is_some_and(|word| word.contains("://")) && words.next().is_none()
    };
    let wide: Vec<&str> = text
        .lines()
        .filter(|line| line.chars().count() > columns && !pasted(line) && !url(line))
        .collect();
    assert!(wide.is_empty(), "{columns} columns: {wide:#?}");
}

#[test]
fn every_plan_fits_a_terminal_of_40_columns() {
    let here = tempfile::tempdir().unwrap();
    let hosts = ["t2.micro", "t3.small", "m6i.4xlarge", "m6i.metal"];
    for host in hosts {
        assert!(catalog::find(host).is_ok(), "{host}");
        let plans = stack::BUNDLED.iter().flat_map(|(name, _)| {
            let plan = format!("plan --stack {name} --profile {host}");
            [format!("{plan} -v"), plan]
        });
        let plans: Vec<String> = plans.collect();
        for columns in [40, 61, 80] {
            assert_narrow(columns, &in_a_terminal(columns, here.path(), &plans));
        }
    }
}

#[test]
fn every_answer_fits_a_terminal_of_40_columns() {
    let here = tempfile::tempdir().unwrap();
    let of = "--stack web --profile t3.small";
    let lines = [
        "profiles".to_owned(),
        "detect".to_owned(),
        "checks".to_owned(),
        "checks pool-exceeds-connections".to_owned(),
        format!("explain db.work_mem {of}"),
        format!("explain app {of}"),
        "--help".to_owned(),
        "plan --help".to_owned(),
    ];
    assert_narrow(40, &in_a_terminal(40, here.path(), &lines));
}

#[test]
fn what_was_done_fits_a_terminal_of_40_columns() {
    let here = tempfile::tempdir().unwrap();
    let lines = [
        "render --stack web --profile t3.small -o a-directory-with-a-long-name".to_owned(),
        "init --yes --profile t3.small -o 'a file with a name of many words.toml'".to_owned(),
        "init --yes --profile t3.small -o 'a b.toml'".to_owned(),
    ];
    let text = in_a_terminal(40, here.path(), &lines);
    assert!(text.contains("\nadded    /"), "{text}");
    assert!(
        text.contains("next: tune --config 'a b.toml' plan"),
        "{text}"
    );
    assert_narrow(40, &text);
    std::fs::write(here.path().join("tune.schema.json"), "{}").unwrap();
    let other = ["init --yes --profile t3.small".to_owned()];
    let text = in_a_terminal(40, here.path(), &other);
    assert!(
        text.contains("\nrenew it: tune schema > tune.schema.json\n"),
        "{text}"
    );
    assert_narrow(40, &text);
}

/// One command line of each command, and one that is refused.
fn recorded() -> Vec<(&'static str, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detect/rhel-pgdata/root");
    let of = "--stack node-stream --profile t3.small";
    vec![
        ("plan", format!("plan {of}")),
        ("explain", format!("explain chat {of}")),
        ("checks", "checks pool-oversized".to_owned()),
        ("render", format!("render {of} -o out")),
        ("init", "init --yes --profile t3.small".to_owned()),
        ("detect", format!("detect --root {}", root.display())),
        ("profiles", "profiles t3.small".to_owned()),
        ("help", "--help".to_owned()),
        ("help-of-plan", "plan -h".to_owned()),
        (
            "mistake",
            format!("plan {of} --set services.chat.kind=nodee"),
        ),
    ]
}

fn assert_recorded(folder: &str, name: &str, text: String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/terminal")
        .join(folder)
        .join(format!("{name}.txt"));
    let snapshots = snapbox::Assert::new().action_env("SNAPSHOTS");
    snapshots.eq(text, snapbox::Data::read_from(&path, None).raw());
}

#[test]
fn every_command_at_40_columns_as_recorded() {
    for (name, line) in recorded() {
        let here = tempfile::tempdir().unwrap();
        let text = in_a_terminal(40, here.path(), &[line]);
        assert_narrow(40, &text);
        assert_recorded("40-columns", name, text);
    }
}

#[test]
fn every_command_in_colour_as_recorded() {
    for (name, line) in recorded() {
        let here = tempfile::tempdir().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_tune"))
            .env_clear()
            .args(line.split(' '))
            .args(["--color", "always"])
            .current_dir(here.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        assert_recorded("colour", name, String::from_utf8(text).unwrap());
    }
}

#[test]
fn long_names_fit_too() {
    let here = tempfile::tempdir().unwrap();
    let name = "n".repeat(63);
    let text = format!("[services.{name}]\nkind = \"redis\"\n");
    std::fs::write(here.path().join("tune.toml"), text).unwrap();
    for columns in [40, 80] {
        let plan = ["plan --profile t3.small".to_owned()];
        assert_narrow(columns, &in_a_terminal(columns, here.path(), &plan));
    }
}

#[test]
fn every_mistake_fits_a_terminal_of_40_columns() {
    let here = tempfile::tempdir().unwrap();
    let long = "x".repeat(300);
    let wrong = format!(
        "extends = \"wrong.toml\"\nruntime = \"pm3\"\n[services.{long}]\nkind = \"redis\"\n[services.db]\nkind = \"postgresql\"\nwieght = 2\nmemory = 1\n[services.db.settings]\n{long} = 1\n"
    );
    std::fs::write(here.path().join("wrong.toml"), wrong).unwrap();
    let deep = here
        .path()
        .join("a-directory-of-a-long-name")
        .join("another-one-below");
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(
        deep.join("tune.toml"),
        "extends = \"web\"\nprofile = \"t3.smal\"\n",
    )
    .unwrap();
    let lines = [
        "plan --stack wrong.toml --profile t3.small".to_owned(),
        format!("plan --config {}/tune.toml", deep.display()),
        "plan --profile t3.smal".to_owned(),
        format!("plan --profile {long}"),
        "plan --stack a --config b".to_owned(),
        "paln".to_owned(),
        "plan --profile t3.small --set services.db.memory=5".to_owned(),
    ];
    for columns in [40, 80] {
        let text = in_a_terminal(columns, here.path(), &lines);
        assert!(text.contains("did you mean weight?"), "{text}");
        assert_narrow(columns, &text);
    }
}
