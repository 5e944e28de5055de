//! Logrotate's files against logrotate: `-d` says what it makes of each block,
//! and `-f` with it what it would do.
#![allow(
    clippy::disallowed_methods,
    reason = "runs programs and writes their files"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic, its helpers too"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use hosttune::formats::{Document, Format, Normal, Reading};

use crate::programs::{Chance, printed, program};

/// Files that are read for what holds.
const READ: u64 = 400;
/// Files that are damaged first.
const DAMAGED: u64 = 600;

fn directive(chance: &mut Chance) -> String {
    let n = chance.below(20);
    match chance.below(13) {
        0 => format!("rotate{}{n}", chance.pick(&[" ", "=", " = ", "\t"])),
        1 => format!("rotate 0x{n:x}"),
        2 => format!("size {}{}", n + 1, chance.pick(&["", "k", "K", "M"])),
        3 => format!("minsize={}k", n + 1),
        4 => format!("maxsize {}M", n + 1),
        5 => chance.pick(&["compress", "nocompress"]).to_owned(),
        6 => chance.pick(&["ifempty", "notifempty"]).to_owned(),
        7 => chance.pick(&["copytruncate", "nocopytruncate"]).to_owned(),
        8 => chance
            .pick(&["create 0640 root root", "nocreate", "create"])
            .to_owned(),
        9 => "postrotate\n  echo } daily\n endscript".to_owned(),
        10 => format!("weekly {}", n % 8),
        _ => chance
            .pick(&["hourly", "daily", "weekly", "monthly", "yearly"])
            .to_owned(),
    }
}

fn directives(chance: &mut Chance, most: usize) -> String {
    let mut text = String::new();
    for _ in 0..chance.below(most) {
        if chance.one_in(5) {
            text.push_str("  # { not this\n\n");
        }
        let lead = chance.pick(&["", "\t", "    "]);
        let end = chance.pick(&["\n", "\n", " \n"]);
        let _ = write!(text, "{lead}{}{end}", directive(chance));
    }
    text
}

/// Directives for all, and a block for each log.
fn text(chance: &mut Chance, logs: &[String], include: Option<&str>) -> String {
    let mut text = String::new();
    for (n, log) in logs.iter().enumerate() {
        text.push_str(&directives(chance, 4));
        if let Some(path) = include.filter(|_| n == 1) {
            let _ = writeln!(text, "include {path}");
        }
        let written = match chance.below(3) {
            0 => format!("\"{log}\""),
            1 => format!("# a comment {{\n'{log}'\n# another\n"),
            _ => log.clone(),
        };
        let _ = write!(text, "{written} {{\n{}}}\n", directives(chance, 8));
    }
    text
}

fn logrotate(options: &[&str], state: &Path, file: &Path) -> String {
    printed(
        Command::new(program("logrotate"))
            .args(options)
            .arg("-s")
            .arg(state)
            .arg(file),
    )
}

/// What is said of each block: the lines from its own to the next block's.
fn by_block(said: &str) -> BTreeMap<String, String> {
    let blocks = said.split("rotating pattern: ").skip(1);
    let named = |block: &str| {
        let pattern = block.split_whitespace().next().unwrap();
        (
            pattern.trim_matches(['"', '\'']).to_owned(),
            block.to_owned(),
        )
    };
    blocks.map(named).collect()
}

fn normal(reading: &Reading, log: &str, key: &str) -> Option<Normal> {
    let found = reading.effective(&[log.to_owned()], key)?;
    Some(Format::Logrotate.normal(key, &found.value))
}

/// Our reading of a block in logrotate's own words.
fn expected(reading: &Reading, log: &str) -> Vec<String> {
    let of = |key: &str| normal(reading, log, key);
    let frequency = match of("frequency").map(|value| value.to_string()) {
        None => "1048576 bytes".to_owned(),
        Some(word) if word == "daily" => "after 1 days".to_owned(),
        Some(word) => match word.strip_prefix("size ") {
            Some(bytes) => format!("{bytes} bytes"),
            None => word.split(' ').next().unwrap().to_owned(),
        },
    };
    let rotations = match of("rotate") {
        None => "(no old logs will be kept)".to_owned(),
        Some(n) if n == Normal::whole(0) => "(no old logs will be kept)".to_owned(),
        Some(n) => format!("({n} rotations)"),
    };
    let mut all = vec![format!(" {frequency} {rotations}\n")];
    let empty = of("ifempty") != Some(Normal::Flag(false));
    all.push(format!(
        "empty log files are {}rotated",
        if empty { "" } else { "not " }
    ));
    if let Some(Normal::Size(bytes)) = of("minsize") {
        all.push(format!("only log files >= {bytes} bytes are rotated"));
    }
    if let Some(Normal::Size(bytes)) = of("maxsize") {
        all.push(format!("log files >= {bytes} are rotated earlier"));
    }
    all
}

#[test]
fn what_holds_is_what_logrotate_says() {
    let scratch = tempfile::tempdir().unwrap();
    let place = |name: &str| scratch.path().join(name);
    let path = |name: &str| place(name).to_str().unwrap().to_owned();
    let logs: Vec<String> = ["a", "b", "c", "d"]
        .iter()
        .map(|n| path(&format!("{n}.log")))
        .collect();
    for log in &logs {
        std::fs::write(log, "a line\n").unwrap();
    }
    std::fs::create_dir(place("d")).unwrap();
    let (main, inside, state) = (path("main"), path("d/one"), place("state"));
    // Left out, by its name.
    let left_out = path("d/one.dpkg-old");
    for seed in 0..READ {
        let mut chance = Chance::new(seed);
        let mut files = BTreeMap::new();
        let mut own = text(&mut chance, &logs[..2], Some(&path("d")));
        own.push_str(&text(&mut chance, &logs[2..3], None));
        files.insert(main.clone(), own.into_bytes());
        files.insert(
            inside.clone(),
            text(&mut chance, &logs[3..], None).into_bytes(),
        );
        files.insert(left_out.clone(), b"nonsense\n".to_vec());
        let mut document = Document::parse(Format::Logrotate, files[&main].clone()).unwrap();
        assert_eq!(document.bytes(), files[&main]);
        if chance.one_in(2) {
            let block = [logs[0].clone()];
            document.set(&block, "rotate", b"77").unwrap();
            document.set(&block, "frequency", b"size 57M").unwrap();
            files.insert(main.clone(), document.bytes().to_vec());
        }
        for (path, text) in &files {
            std::fs::write(path, text).unwrap();
        }
        let reading = Format::Logrotate.read(&files, &main).remove(0);
        assert!(reading.troubles.is_empty(), "{:?}", reading.troubles);
        compare(&reading, &logs, &state, Path::new(&main), seed);
    }
}

/// Our reading of each block beside what is said and what would be done.
fn compare(reading: &Reading, logs: &[String], state: &Path, main: &Path, seed: u64) {
    let told = logrotate(&["-d"], state, main);
    let done = logrotate(&["-d", "-f"], state, main);
    assert!(!told.contains("error:"), "seed {seed}: {told}");
    let (told, done) = (by_block(&told), by_block(&done));
    for log in logs {
        let (told, done) = (&told[log], &done[log]);
        for words in expected(reading, log) {
            assert!(
                told.contains(&words),
                "seed {seed}: {log}: {words} in {told}"
            );
        }
        let is_on = |key: &str| normal(reading, log, key) == Some(Normal::Flag(true));
        let truncates = done.contains("truncating");
        assert_eq!(truncates, is_on("copytruncate"), "seed {seed}: {done}");
        if normal(reading, log, "rotate").is_some_and(|n| n != Normal::whole(0)) {
            let compresses = done.contains("compressing log");
            assert_eq!(compresses, is_on("compress"), "seed {seed}: {done}");
        }
    }
}

#[test]
fn what_logrotate_finds_wrong_we_refuse() {
    let scratch = tempfile::tempdir().unwrap();
    let log = scratch.path().join("a.log").to_str().unwrap().to_owned();
    std::fs::write(&log, "a line\n").unwrap();
    let (file, state) = (scratch.path().join("main"), scratch.path().join("state"));
    let mut refused = 0;
    for seed in 0..DAMAGED {
        let mut chance = Chance::new(10_000 + seed);
        let mut bytes = text(&mut chance, std::slice::from_ref(&log), None).into_bytes();
        for _ in 0..chance.below(3) {
            chance.damage(&mut bytes);
        }
        std::fs::write(&file, &bytes).unwrap();
        let said = logrotate(&["-d"], &state, &file);
        // Behind this it looks at the logs. That an account is not on this
        // machine is not the file's fault.
        let read = said.split("Reading state").next().unwrap();
        let mut errors = read
            .lines()
            .filter(|line| line.starts_with("error: ") && !line.contains("found error in"));
        let finds_wrong =
            errors.any(|line| !line.contains("unknown user") && !line.contains("unknown group"));
        match Document::parse(Format::Logrotate, bytes.clone()) {
            Ok(document) => {
                assert_eq!(document.bytes(), bytes);
                assert!(!finds_wrong, "taken: {}\n{said}", bytes.escape_ascii());
            }
            Err(error) => {
                refused += 1;
                // It says nothing of these, and reads on.
                let silent = [
                    "no '}' behind",
                    "no blank behind",
                    "quote",
                    "UTF-8",
                    "blanks at the end",
                    "endscript",
                ];
                let is_known = silent.iter().any(|why| error.message.contains(why));
                assert!(
                    finds_wrong || is_known,
                    "refused: {}\n{error}\n{said}",
                    bytes.escape_ascii()
                );
            }
        }
    }
    assert!(refused > 50, "{refused}");
}

#[test]
fn the_distributions_files_are_read_and_kept() {
    let mut paths = vec!["/etc/logrotate.conf".into()];
    let entries = std::fs::read_dir("/etc/logrotate.d").unwrap();
    paths.extend(entries.map(|entry| entry.unwrap().path()));
    let mut files = BTreeMap::new();
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let document = Document::parse(Format::Logrotate, bytes.clone());
        assert_eq!(document.unwrap().bytes(), bytes, "{}", path.display());
        files.insert(path.to_str().unwrap().to_owned(), bytes);
    }
    let reading = Format::Logrotate
        .read(&files, "/etc/logrotate.conf")
        .remove(0);
    assert_eq!(reading.files.len(), files.len());
    assert!(reading.troubles.is_empty(), "{:?}", reading.troubles);
}
