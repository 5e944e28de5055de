//! fstab: what findmnt reads of generated files is what we read, line by line,
//! and it refuses the lines that we refuse.

use std::fs;
use std::process::Command;

use hosttune::formats::{Document, Format, FstabEntry};
use serde_json::Value;

use crate::dice::Dice;

const FILES: usize = 400;
const LINES: usize = 8;

/// What findmnt makes of a file: each line's six fields, and how many lines it
/// refuses.
fn read(text: &[u8]) -> (Vec<[String; 6]>, usize) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("fstab");
    fs::write(&path, text).unwrap();
    let mut command = Command::new("findmnt");
    command.args([
        "--json",
        "--list",
        "--output",
        "SOURCE,TARGET,FSTYPE,OPTIONS,FREQ,PASSNO",
    ]);
    let output = command.arg("--tab-file").arg(&path).output().unwrap();
    let why = String::from_utf8(output.stderr).unwrap();
    let refused = why
        .lines()
        .filter(|line| line.contains("parse error"))
        .count();
    if output.stdout.is_empty() {
        return (Vec::new(), refused);
    }
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let lines = said["filesystems"].as_array().unwrap().iter();
    let field = |line: &Value, name: &str| match &line[name] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let names = ["source", "target", "fstype", "options", "freq", "passno"];
    (
        lines
            .map(|line| names.map(|name| field(line, name)))
            .collect(),
        refused,
    )
}

/// What `--verify` says of a file that it refuses.
fn verified(text: &str) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(&file, text).unwrap();
    let mut command = Command::new("findmnt");
    command.args(["--verify", "--tab-file"]).arg(file.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

fn ours(document: &Document) -> Vec<[String; 6]> {
    let entries = document.statements().iter();
    entries
        .map(|one| {
            let entry = FstabEntry::read(&one.value).unwrap();
            let options: Vec<String> = entry.options.iter().map(ToString::to_string).collect();
            [
                entry.source.to_string(),
                entry.target.to_string(),
                entry.kind().to_owned(),
                options.join(","),
                entry.freq.to_string(),
                entry.pass.to_string(),
            ]
        })
        .collect()
}

const SOURCES: &[&str] = &[
    "/dev/sda1",
    "UUID=1-2",
    "LABEL=a\\040b",
    "//nas/x",
    "/sw\\040p",
    "a\\134b",
    "tmpfs",
    "x\\8",
    "y\\0",
    "\"q",
    "z#",
];
const TARGETS: &[&str] = &[
    "/",
    "none",
    "/mnt/a\\040b",
    "/srv",
    "/mnt/\\011t",
    "/\u{e4}",
    "swap",
    "/x\\1",
];
const KINDS: &[&str] = &["ext4", "swap", "xfs", "nfs4", "cifs", "auto", "ext4,xfs"];
const OPTIONS: &[&str] = &[
    "defaults",
    "sw,nofail",
    "noatime,x-systemd.automount",
    "ro,a=\"b,c\"",
    "user=u,password=p",
    "x-systemd.device-timeout=10s",
    "#",
];
const NUMBERS: &[&str] = &["0", "1", "2", "+1", "-1", "007"];

fn line(dice: &mut Dice) -> String {
    let mut fields = vec![dice.pick(SOURCES), dice.pick(TARGETS), dice.pick(KINDS)];
    if !dice.one_in(6) {
        fields.push(dice.pick(OPTIONS));
        if !dice.one_in(4) {
            fields.push(dice.pick(NUMBERS));
            if !dice.one_in(4) {
                fields.push(dice.pick(NUMBERS));
                if dice.one_in(8) {
                    fields.push("trailing # words");
                }
            }
        }
    }
    let mut text = dice.pick(&["", "", " ", "\t"]).to_owned();
    for field in fields {
        text += field;
        text += dice.pick(&[" ", "\t", "  ", " \t "]);
    }
    if dice.one_in(2) {
        text.trim_end().to_owned()
    } else {
        text
    }
}

fn file(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..=dice.below(LINES) {
        text += &match dice.below(6) {
            0 => dice
                .pick(&["# comment", " \t# /a b c", "", "  ", "#"])
                .to_owned(),
            _ => line(dice),
        };
        text += dice.pick(&["\n", "\n", "\n", "\r\n", "\n\n"]);
    }
    if dice.one_in(4) {
        text.trim_end_matches('\n').to_owned()
    } else {
        text
    }
}

#[test]
fn findmnt_reads_the_fields_that_we_read() {
    let mut dice = Dice::new(1);
    let mut lines = 0;
    for _ in 0..FILES {
        let text = file(&mut dice);
        let document = Document::parse(Format::Fstab, text.as_bytes()).unwrap();
        let expected = ours(&document);
        lines += expected.len();
        assert_eq!(read(text.as_bytes()), (expected, 0), "{text:?}");
    }
    assert!(lines > 1000, "only {lines} lines");
}

#[test]
fn findmnt_reads_an_edited_file_as_it_was_set() {
    let mut dice = Dice::new(2);
    let swap = ["swap".to_owned()];
    for n in 0..100 {
        let text = file(&mut dice);
        let mut document = Document::parse(Format::Fstab, text.as_bytes()).unwrap();
        let written = format!("/swapfile.{n} none swap sw,nofail 0 0");
        document
            .set(&swap, &format!("swap /swapfile.{n}"), written.as_bytes())
            .unwrap();
        document.unset(&swap, "swap /sw\\040p").unwrap();
        let (lines, refused) = read(document.bytes());
        assert_eq!((&lines, refused), (&ours(&document), 0), "{text:?}");
        assert_eq!(lines.last().unwrap()[0], format!("/swapfile.{n}"));
        assert!(
            lines
                .iter()
                .all(|line| line[0] != "/sw p" || line[2] != "swap"),
            "{text:?}"
        );
    }
}

#[test]
fn what_is_refused_findmnt_refuses() {
    let mut dice = Dice::new(3);
    let bad = [
        "alone",
        "two fields",
        "a /b ext4 defaults x",
        "a /b ext4 defaults 1x",
        "a /b ext4 defaults 0 1x",
        "a /b ext4 defaults 0x10",
        "a /b ext4 # comment",
        "\u{feff}# comment",
        "a /b ext4 sw 0 1#",
        "a /b c d - 0",
        "a /b c d 0 +",
    ];
    for n in 0..200 {
        let line = bad[n % bad.len()];
        let (before, after) = (file(&mut dice), file(&mut dice));
        let text = format!("{}\n{line}\n{after}", before.trim_end_matches('\n'));
        let error = Document::parse(Format::Fstab, text.as_bytes()).unwrap_err();
        let shown = text
            .lines()
            .nth(usize::try_from(error.line).unwrap() - 1)
            .unwrap();
        assert_eq!(shown, line, "{text:?}");
        assert_eq!(read(text.as_bytes()).1, 1, "{text:?}");
        if n < bad.len() {
            assert!(verified(&text).contains("1 parse error"), "{text:?}");
        }
    }
}

/// The examples of the package, and the file of this machine.
#[test]
fn the_packages_own_files_are_read_as_findmnt_reads_them() {
    let files = [
        "/etc/fstab",
        "/usr/share/doc/mount/examples/fstab",
        "/usr/share/doc/mount/examples/mount.fstab",
    ];
    let read_all = files
        .iter()
        .filter_map(|path| Some((path, fs::read(path).ok()?)));
    let mut count = 0;
    for (path, bytes) in read_all {
        let document = Document::parse(Format::Fstab, bytes.clone()).unwrap();
        assert_eq!(document.bytes(), bytes, "{path}");
        assert_eq!(read(&bytes), (ours(&document), 0), "{path}");
        count += 1;
    }
    assert!(count > 0, "this machine has no fstab");
}
