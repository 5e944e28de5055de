//! redis.conf against redis-server: what it takes, and what `CONFIG GET` says
//! of it, with included files and a command line.
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

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;

use hosttune::formats::{Document, Format};

use crate::programs::{Chance, Server, printed, program};

/// Files that a server is started on; each has some forty lines.
const SERVED: u64 = 150;
/// Files that are only parsed.
const PARSED: u64 = 450;

fn blanks(chance: &mut Chance) -> &'static str {
    chance.pick(&[" ", "\t", "  ", " \t "])
}

/// A word in one of its spellings.
fn spelled(chance: &mut Chance, word: &str) -> String {
    match chance.below(4) {
        0 => format!("\"{word}\""),
        1 => format!("'{word}'"),
        2 => {
            let all: Vec<String> = word.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
            format!("\"{}\"", all.concat())
        }
        _ => word.to_owned(),
    }
}

fn size(chance: &mut Chance) -> String {
    let unit = chance.pick(&["", "b", "k", "kb", "KB", "m", "mB", "MB", "g", "gb"]);
    format!("{}{unit}", chance.below(90) + 10)
}

/// Names that any server can have, by what they take.
const SIZES: &[&str] = &[
    "maxmemory",
    "maxmemory-clients",
    "stream-node-max-bytes",
    "hash-max-ziplist-value",
    "zset-max-listpack-value",
];
const FLAGS: &[&str] = &[
    "rdbcompression",
    "activerehashing",
    "slave-read-only",
    "replica-read-only",
];
const NUMBERS: &[&str] = &[
    "timeout",
    "slowlog-max-len",
    "lfu-log-factor",
    "slave-priority",
    "min-slaves-max-lag",
];
const TEXTS: &[&str] = &["masterauth", "masteruser"];
const WORDS: &[(&str, &[&str])] = &[
    (
        "maxmemory-policy",
        &["noeviction", "allkeys-LRU", "VOLATILE-ttl"],
    ),
    ("appendfsync", &["no", "Always", "everysec"]),
    ("loglevel", &["notice", "WARNING", "verbose"]),
];

fn words(of: &[&str]) -> Vec<String> {
    of.iter().map(|word| (*word).to_owned()).collect()
}

/// A name and its arguments.
fn named(chance: &mut Chance) -> (&'static str, Vec<String>) {
    match chance.below(10) {
        0 | 1 => (chance.pick(SIZES), vec![size(chance)]),
        2 => (
            chance.pick(FLAGS),
            words(&[chance.pick(&["yes", "no", "YES", "nO"])]),
        ),
        3 => (
            chance.pick(NUMBERS),
            vec![(chance.below(900) + 1).to_string()],
        ),
        4 => (
            chance.pick(TEXTS),
            words(&[chance.pick(&["a b", "#x", "ü", "x=y", "~"])]),
        ),
        5 | 6 => {
            let (name, of) = WORDS[chance.below(WORDS.len())];
            (name, words(&[chance.pick(of)]))
        }
        7 => {
            let class = chance
                .pick(&["normal", "SLAVE", "replica", "pubsub"])
                .to_owned();
            let seconds = chance.below(99).to_string();
            let limits = vec![class, size(chance), size(chance), seconds];
            ("client-output-buffer-limit", limits)
        }
        8 => ("latency-tracking-info-percentiles", words(&["50", "99.9"])),
        _ => {
            let sets: [&[&str]; 4] = [&[""], &[], &["900", "1"], &["300", "10", "60", "10000"]];
            ("save", words(sets[chance.below(sets.len())]))
        }
    }
}

/// One setting as a line.
fn setting(chance: &mut Chance) -> String {
    let (name, arguments) = named(chance);
    let name = if chance.one_in(3) {
        name.to_ascii_uppercase()
    } else {
        name.to_owned()
    };
    let mut line = vec![name];
    for argument in arguments {
        let is_special = argument.is_empty() || argument.contains(' ');
        line.push(if is_special {
            format!("\"{argument}\"")
        } else {
            spelled(chance, &argument)
        });
    }
    line.join(blanks(chance))
}

fn text(chance: &mut Chance, lines: usize, includes: &[&str]) -> Vec<u8> {
    let mut text = Vec::new();
    for n in 0..lines {
        if chance.one_in(6) {
            text.extend(*b"\t# of \xff\xfe \"no end");
            text.extend(if chance.one_in(2) {
                &b"\r\n"[..]
            } else {
                b"\n"
            });
        }
        if let Some(path) = includes.get(n / 4).filter(|_| n % 4 == 3) {
            text.extend(format!("include {path}\n").bytes());
        }
        text.extend(chance.pick(&["", "", " ", "\t", "\x0b"]).bytes());
        text.extend(setting(chance).bytes());
        text.extend(chance.pick(&["\n", "\n", "\r\n", " \n", "\n\n"]).bytes());
    }
    text
}

/// Every setting that the server has.
fn config(socket: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream.write_all(b"CONFIG GET *\r\n").unwrap();
    let mut reader = BufReader::new(stream);
    let number = |reader: &mut BufReader<UnixStream>| -> usize {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line.trim_end()[1..]
            .parse()
            .unwrap_or_else(|_| panic!("{line}"))
    };
    let count = number(&mut reader);
    let mut words: Vec<Vec<u8>> = Vec::new();
    for _ in 0..count {
        let mut word = vec![0; number(&mut reader) + 2];
        reader.read_exact(&mut word).unwrap();
        word.truncate(word.len() - 2);
        words.push(word);
    }
    let pairs = words.chunks(2);
    pairs
        .map(|pair| (String::from_utf8(pair[0].clone()).unwrap(), pair[1].clone()))
        .collect()
}

/// What the server holds for one of our keys.
fn held(config: &BTreeMap<String, Vec<u8>>, key: &str) -> Vec<u8> {
    let Some(class) = key.strip_prefix("client-output-buffer-limit ") else {
        return config[key].clone();
    };
    let class = if class == "replica" { "slave" } else { class };
    let all = String::from_utf8(config["client-output-buffer-limit"].clone()).unwrap();
    let words: Vec<&str> = all.split(' ').collect();
    let four = words.chunks(4).find(|four| four[0] == class).unwrap();
    four[1..].join(" ").into_bytes()
}

/// Files that include each other, and the first of them edited now and then.
fn generated(chance: &mut Chance, place: impl Fn(&str) -> String) -> BTreeMap<String, Vec<u8>> {
    let main = place("redis.conf");
    let (one, pattern) = (place("one.conf"), place("d*.conf"));
    let includes = [one.as_str(), &pattern, &place("none*")];
    let mut files = BTreeMap::new();
    files.insert(main.clone(), text(chance, 24, &includes));
    files.insert(one.clone(), text(chance, 6, &[]));
    files.insert(place("d1.conf"), text(chance, 4, &[]));
    files.insert(place("d2.conf"), text(chance, 4, &[]));
    let mut document = Document::parse(Format::Redis, files[&main].clone()).unwrap();
    assert_eq!(document.bytes(), files[&main]);
    if chance.one_in(2) {
        document.set(&[], "timeout", b"777").unwrap();
        document.set(&[], "maxmemory", b"38mb").unwrap();
        files.insert(main, document.bytes().to_vec());
    }
    for (path, text) in &files {
        std::fs::write(path, text).unwrap();
    }
    files
}

/// Every setting of the files beside what the server holds; how many those are.
fn compare(
    files: &BTreeMap<String, Vec<u8>>,
    main: &str,
    config: &BTreeMap<String, Vec<u8>>,
) -> usize {
    let reading = Format::Redis.read(files, main).remove(0);
    assert!(reading.troubles.is_empty(), "{:?}", reading.troubles);
    let settings = reading.occurrences.iter().map(|one| one.key.as_str());
    let settings: BTreeSet<&str> = settings.filter(|key| !key.starts_with("include")).collect();
    for key in &settings {
        let normal = |value: &[u8]| Format::Redis.normal(key, value);
        let ours = normal(&reading.effective(&[], key).unwrap().value);
        let theirs = normal(&held(config, key));
        assert_eq!(ours, theirs, "{key} in {}", files[main].escape_ascii());
    }
    settings.len()
}

#[test]
fn what_is_in_effect_is_what_redis_says() {
    let scratch = tempfile::tempdir().unwrap();
    let place = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let (main, socket, directory) = (place("redis.conf"), place("s"), place(""));
    let own = ["--port", "0", "--unixsocket", &socket, "--dir", &directory];
    let arguments = [&[main.as_str()], own.as_slice(), &["--lfu-decay-time", "9"]].concat();
    let argv = [&["redis-server"], arguments.as_slice()].concat();
    let over = Format::Redis.arguments(&words(&argv));
    let decay = over
        .iter()
        .find(|(key, _)| key == "lfu-decay-time")
        .unwrap();
    let mut compared = 0;
    for seed in 0..SERVED {
        let files = generated(&mut Chance::new(seed), place);
        let _ = std::fs::remove_file(&socket);
        let is_ready = || UnixStream::connect(&socket).is_ok();
        let _server = Server::start("redis-server", &arguments, false, is_ready);
        let config = config(Path::new(&socket));
        compared += compare(&files, &main, &config);
        assert_eq!(decay.1, config["lfu-decay-time"]);
    }
    assert!(compared > 1500, "{compared}");
}

/// What redis says of a file's lines that it refuses for how they are written.
const REFUSED: &[&str] = &[
    "Unbalanced quotes",
    "\nwrong number of arguments",
    "Invalid save parameters",
];

#[test]
fn what_redis_refuses_we_refuse() {
    let scratch = tempfile::tempdir().unwrap();
    let place = scratch.path().join("redis.conf");
    let mut refused = 0;
    for seed in 0..PARSED {
        let mut chance = Chance::new(10_000 + seed);
        let mut bytes = text(&mut chance, 3, &[]);
        for _ in 0..chance.below(3) {
            chance.damage(&mut bytes);
        }
        std::fs::write(&place, &bytes).unwrap();
        // Without a socket it parses the file, says so, and ends.
        let said = printed(
            Command::new(program("redis-server"))
                .arg(&place)
                .args([
                    "--port",
                    "0",
                    "--unixsocket",
                    "",
                    "--daemonize",
                    "no",
                    "--logfile",
                    "",
                    "--dir",
                ])
                .arg(scratch.path()),
        );
        let takes = said.contains("not listen anywhere");
        assert!(takes || said.contains("FATAL CONFIG FILE"), "{said}");
        match Document::parse(Format::Redis, bytes.clone()) {
            Ok(document) => {
                assert_eq!(document.bytes(), bytes);
                let why = REFUSED.iter().find(|why| said.contains(**why));
                assert!(
                    takes || why.is_none(),
                    "taken: {}\n{said}",
                    bytes.escape_ascii()
                );
            }
            Err(error) => {
                refused += 1;
                assert!(!takes, "refused: {}\n{error}", bytes.escape_ascii());
            }
        }
    }
    assert!(refused > 50, "{refused}");
}

#[test]
fn the_distributions_file_is_read_and_kept() {
    let bytes = std::fs::read("/etc/redis/redis.conf").unwrap();
    let document = Document::parse(Format::Redis, bytes.clone()).unwrap();
    assert_eq!(document.bytes(), bytes);
    assert!(document.statements().len() > 40);
    let mut changed = document.clone();
    changed.set(&[], "maxmemory", b"38mb").unwrap();
    let text = String::from_utf8(changed.bytes().to_vec()).unwrap();
    assert!(text.contains("\n# maxmemory <bytes>\nmaxmemory 38mb\n"));
}
