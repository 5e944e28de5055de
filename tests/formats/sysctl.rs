//! sysctl.d: systemd-sysctl and `sysctl --system` read generated trees in
//! mounts and a network of their own; what the kernel holds afterwards is what
//! we say that each reader sets. No key but `net.*` is ever written: all others
//! are the machine's.

mod readers;

use std::fs;

use hosttune::formats::{Document, Format, Normal};

use crate::dice::Dice;
use readers::{BEFORE, DIRECTORIES, KEYS, Readers, path};

const TREES: usize = 1000;
/// What the kernel makes of a value: one number, or three.
fn held(key: &str, value: &[u8]) -> String {
    let normal = |word: &str| match Format::Sysctl.normal(key, word.as_bytes()) {
        Normal::Number(n) => (n / 1_000_000_000).to_string(),
        other => panic!("{key}: {other}"),
    };
    let words = std::str::from_utf8(value).unwrap().split_whitespace();
    let count = if key.ends_with("rmem") { 3 } else { 1 };
    words.take(count).map(normal).collect::<Vec<_>>().join(" ")
}

fn expected(readers: &Readers) -> [Vec<String>; 2] {
    let readings = Format::Sysctl.read(readers, "");
    let of = |n: usize| {
        let keys = KEYS.iter().zip(BEFORE);
        keys.map(|(key, before)| {
            let found = readings[n].effective(&[], key);
            found.map_or((*before).to_owned(), |found| held(key, &found.value))
        })
        .collect()
    };
    [of(0), of(1)]
}

/// A place of a file, and what is there.
#[derive(Clone, Debug)]
enum Entry {
    Text(String),
    Masked,
    Dangling,
    Directory,
}

fn key(dice: &mut Dice) -> String {
    let known = dice.pick(KEYS);
    match dice.below(12) {
        0..6 => known.to_owned(),
        6 | 7 => path(known),
        8 => format!("-{known}"),
        9 | 10 => dice
            .pick(&[
                "net.ipv4.conf.*.tag",
                "net.ipv4.conf.[!a]*.tag",
                "net/ipv4/conf/?0.5/medium_id",
                "net.ipv4.conf.*.medium_id",
                "net.ipv4.conf.[a-d]l?.tag",
                "net.ipv4.*.l0/5.tag",
                "net.core.somax*",
                "net.*.tag",
                "net.ipv4.conf.a[[l]l.tag",
            ])
            .to_owned(),
        _ => dice
            .pick(&[
                "net.ipv4.unknown",
                "net.core/somaxconn",
                "\"net.core.somaxconn\"",
                "net.core.somaxconn x",
                "",
                "#net.core.somaxconn",
                ";net.core.somaxconn",
            ])
            .to_owned(),
    }
}

fn line(dice: &mut Dice) -> String {
    let blanks = ["", " ", "\t ", "  "];
    let numbers = ["1", "0x10", "020", "7", "4096", "0X1f", "12"];
    let text = match dice.below(15) {
        0 => format!("-{}", dice.pick(KEYS)),
        1 | 2 => dice
            .pick(&[
                "",
                "  ",
                "# comment = 1",
                "; comment",
                "no equals sign",
                "= 5",
            ])
            .to_owned(),
        _ => {
            let [a, b, c] = [(); 3].map(|()| dice.pick(&numbers));
            let rest = dice.pick(&["", " # c", "\t9", " =5"]);
            let [before, behind, end] = [(); 3].map(|()| dice.pick(&blanks));
            let key = key(dice);
            format!("{key}{before}={behind}{a} {b}\t {c}{rest}{end}")
        }
    };
    let end = dice.pick(&["\n", "\n", "\n", "\n", "\r\n"]);
    format!("{}{text}{end}", dice.pick(&blanks))
}

fn lines(dice: &mut Dice, most: usize) -> String {
    (0..dice.below(most)).map(|_| line(dice)).collect()
}

fn entry(dice: &mut Dice) -> (String, Entry) {
    let path = if dice.one_in(7) {
        "/etc/sysctl.conf".to_owned()
    } else {
        let directory = DIRECTORIES[dice.below(DIRECTORIES.len())].0;
        let names = [
            "10-a.conf",
            "9-b.conf",
            "99-Z.conf",
            "99-a.conf",
            "99-zz-tune.conf",
            ".hidden.conf",
            "other",
            "99-sysctl.conf",
            ".conf",
        ];
        format!("{directory}/{}", dice.pick(&names))
    };
    let what = match dice.below(15) {
        0 => Entry::Masked,
        1 => Entry::Dangling,
        2 => Entry::Directory,
        n => {
            let text = lines(dice, 6);
            let whole = n % 2 == 0;
            let cut = text.trim_end_matches('\n').to_owned();
            Entry::Text(if whole { text } else { cut })
        }
    };
    (path, what)
}

fn put(readers: &Readers, entries: &[(String, Entry)]) {
    readers.empty();
    for (path, what) in entries {
        let path = readers.on_disk(path);
        if path.is_symlink() || path.exists() {
            continue;
        }
        match what {
            Entry::Text(text) => fs::write(path, text).unwrap(),
            Entry::Masked => std::os::unix::fs::symlink("/dev/null", path).unwrap(),
            Entry::Dangling => std::os::unix::fs::symlink("nowhere", path).unwrap(),
            Entry::Directory => fs::create_dir(path).unwrap(),
        }
    }
}

#[test]
fn both_readers_hold_what_we_read_of_a_thousand_trees() {
    let mut readers = Readers::start();
    let mut dice = Dice::new(1);
    let mut differing = 0;
    for n in 0..TREES {
        let entries = (0..dice.below(9))
            .map(|_| entry(&mut dice))
            .collect::<Vec<_>>();
        put(&readers, &entries);
        let expected = expected(&readers);
        differing += usize::from(expected[0] != expected[1]);
        assert_eq!(readers.run(), expected, "tree {n}: {entries:#?}");
    }
    assert!(
        differing > TREES / 20,
        "only {differing} trees tell the readers apart"
    );
}

#[test]
fn an_edited_file_is_read_as_it_was_set() {
    let mut readers = Readers::start();
    let mut dice = Dice::new(2);
    for n in 0..100 {
        let text = lines(&mut dice, 8);
        let mut document = Document::parse(Format::Sysctl, text.as_bytes()).unwrap();
        for (value, key) in KEYS
            .iter()
            .enumerate()
            .filter(|(one, _)| (one + n) % 3 == 0)
        {
            let value = if key.ends_with("rmem") {
                format!("5 6 {}", value + 7)
            } else {
                (value + 7).to_string()
            };
            document.set(&[], key, value.as_bytes()).unwrap();
        }
        readers.empty();
        fs::write(readers.on_disk("/etc/sysctl.d/50.conf"), document.bytes()).unwrap();
        assert_eq!(readers.run(), expected(&readers), "{text}");
    }
}

/// Whatever we refuse as read in two ways is read in two ways, or by neither.
#[test]
fn what_is_refused_is_not_read_alike() {
    let mut readers = Readers::start();
    let key = "net.ipv4.tcp_fin_timeout";
    for line in [
        format!("{key} = 5\rnet.core.somaxconn = 6"),
        format!("# c\0{key} = 5"),
        format!("\u{c}{key} = 5"),
        format!("\u{b}{key} = 5"),
        format!("- {key} = 5"),
        format!("--{key} = 5"),
        format!("{key}. = 5"),
        "net..ipv4.tcp_fin_timeout = 5\nnet.ipv4.tcp_fin* = 7".to_owned(),
        "/net/core/somaxconn = 5\nnet.core.somax* = 7".to_owned(),
        format!("# {}\n{key} = 5", "x".repeat(1 << 20)),
        "net.ipv4.conf.*.tag = 4\n-net.ipv4.conf.*.tag".to_owned(),
        "net.ipv4.conf.{all,al*}.tag = 4".to_owned(),
    ] {
        readers.empty();
        let shown = line.get(..60).unwrap_or(&line).escape_debug();
        assert!(
            Document::parse(Format::Sysctl, line.as_bytes()).is_err(),
            "{shown}"
        );
        fs::write(readers.on_disk("/etc/sysctl.d/50.conf"), &line).unwrap();
        let [systemd, procps] = readers.run();
        assert_ne!(systemd, procps, "{shown}");
    }
    let marked = format!("\u{feff}{key} = 5");
    fs::write(readers.on_disk("/etc/sysctl.d/50.conf"), &marked).unwrap();
    assert_eq!(readers.run(), [BEFORE, BEFORE]);
    assert!(Document::parse(Format::Sysctl, marked).is_err());
}

/// The files of the packages on this machine.
#[test]
fn the_packages_own_files_are_printed_as_they_came() {
    let mut read = 0;
    for directory in ["/etc/sysctl.d", "/usr/lib/sysctl.d"] {
        let Ok(entries) = fs::read_dir(directory) else {
            continue;
        };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.extension().is_some_and(|end| end == "conf") {
                let bytes = fs::read(&path).unwrap();
                let document = Document::parse(Format::Sysctl, bytes.clone()).unwrap();
                assert_eq!(document.bytes(), bytes, "{}", path.display());
                read += 1;
            }
        }
    }
    assert!(read > 0, "no package has a file for sysctl.d");
}
