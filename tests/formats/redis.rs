//! redis.conf against redis-server: what it takes, and what `CONFIG GET` says
//! of it, with included files and a command line.
#![allow(
    clippy::disallowed_methods,
    reason = "runs programs and writes their files"
)]

use std::collections::BTreeMap;
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
            let all: String = word.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
            format!("\"{all}\"")
        }
        _ => word.to_owned(),
    }
}

fn size(chance: &mut Chance) -> String {
    let unit = chance.pick(&["", "b", "k", "kb", "KB", "m", "mB", "MB", "g", "gb"]);
    format!("{}{unit}", chance.below(90) + 10)
}

/// One setting that any server can have.
fn setting(chance: &mut Chance) -> String {
    let name = chance.pick(&[
        "maxmemory",
        "maxmemory-clients",
        "stream-node-max-bytes",
        "hash-max-ziplist-value",
        "zset-max-listpack-value",
        "maxmemory-policy",
        "appendfsync",
        "loglevel",
        "rdbcompression",
        "activerehashing",
        "slave-read-only",
        "replica-read-only",
        "timeout",
        "slowlog-max-len",
        "lfu-log-factor",
        "slave-priority",
        "min-slaves-max-lag",
        "masterauth",
        "masteruser",
        "save",
        "client-output-buffer-limit",
        "latency-tracking-info-percentiles",
    ]);
    let mut words = vec![match chance.below(3) {
        0 => name.to_ascii_uppercase(),
        _ => name.to_owned(),
    }];
    let arguments = match name {
        "maxmemory"
        | "maxmemory-clients"
        | "stream-node-max-bytes"
        | "hash-max-ziplist-value"
        | "zset-max-listpack-value" => vec![size(chance)],
        "maxmemory-policy" => vec![
            chance
                .pick(&["noeviction", "allkeys-LRU", "VOLATILE-ttl"])
                .to_owned(),
        ],
        "appendfsync" => vec![chance.pick(&["no", "Always", "everysec"]).to_owned()],
        "loglevel" => vec![chance.pick(&["notice", "WARNING", "verbose"]).to_owned()],
        "rdbcompression" | "activerehashing" | "slave-read-only" | "replica-read-only" => {
            vec![chance.pick(&["yes", "no", "YES", "nO"]).to_owned()]
        }
        "masterauth" | "masteruser" => {
            vec![chance.pick(&["a b", "#x", "ü", "x=y", "~"]).to_owned()]
        }
        "save" => match chance.below(4) {
            0 => vec![String::new()],
            1 => vec![],
            2 => vec!["900".to_owned(), "1".to_owned()],
            _ => ["300", "10", "60", "10000"].map(str::to_owned).to_vec(),
        },
        "client-output-buffer-limit" => {
            let class = chance.pick(&["normal", "SLAVE", "replica", "pubsub"]);
            vec![
                class.to_owned(),
                size(chance),
                size(chance),
                chance.below(99).to_string(),
            ]
        }
        "latency-tracking-info-percentiles" => ["50", "99.9"].map(str::to_owned).to_vec(),
        _ => vec![(chance.below(900) + 1).to_string()],
    };
    for argument in arguments {
        let is_special = argument.is_empty() || argument.contains(' ');
        words.push(if is_special {
            format!("\"{argument}\"")
        } else {
            spelled(chance, &argument)
        });
    }
    words.join(blanks(chance))
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
    let mut number = |reader: &mut BufReader<UnixStream>| -> usize {
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

/// A directory with the files, and where a server finds them.
fn written(files: &BTreeMap<String, Vec<u8>>) {
    for (path, text) in files {
        std::fs::write(path, text).unwrap();
    }
}

#[test]
fn what_is_in_effect_is_what_redis_says() {
    let scratch = tempfile::tempdir().unwrap();
    let place = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let (main, socket) = (place("redis.conf"), place("s"));
    let mut compared = 0;
    for seed in 0..SERVED {
        let mut chance = Chance::new(seed);
        let (one, pattern) = (place("one.conf"), place("d*.conf"));
        let mut files = BTreeMap::new();
        files.insert(
            main.clone(),
            text(&mut chance, 24, &[&one, &pattern, &place("none*")]),
        );
        files.insert(one, text(&mut chance, 6, &[]));
        files.insert(place("d1.conf"), text(&mut chance, 4, &[]));
        files.insert(place("d2.conf"), text(&mut chance, 4, &[]));
        let mut document = Document::parse(Format::Redis, files[&main].clone()).unwrap();
        assert_eq!(document.bytes(), files[&main]);
        if chance.one_in(2) {
            document.set(&[], "timeout", b"777").unwrap();
            document.set(&[], "maxmemory", b"38mb").unwrap();
            files.insert(main.clone(), document.bytes().to_vec());
        }
        written(&files);
        let option = ["--lfu-decay-time", "9"];
        let own = [
            "--port",
            "0",
            "--unixsocket",
            &socket,
            "--dir",
            scratch.path().to_str().unwrap(),
        ];
        let arguments = [&[main.as_str()], own.as_slice(), option.as_slice()].concat();
        let _ = std::fs::remove_file(&socket);
        let _server = Server::start("redis-server", &arguments, false, || {
            UnixStream::connect(&socket).is_ok()
        });
        let config = config(Path::new(&socket));
        let reading = Format::Redis.read(&files, &main).remove(0);
        assert!(reading.troubles.is_empty(), "{:?}", reading.troubles);
        for found in reading
            .occurrences
            .iter()
            .filter(|one| !one.key.starts_with("include"))
        {
            let key = found.key.as_str();
            let ours = &reading.effective(&[], key).unwrap().value;
            let theirs = held(&config, key);
            let (ours, theirs) = (
                Format::Redis.normal(key, ours),
                Format::Redis.normal(key, &theirs),
            );
            assert_eq!(
                ours,
                theirs,
                "seed {seed}: {key} in {}",
                files[&main].escape_ascii()
            );
            compared += 1;
        }
        let argv = [&["redis-server"], arguments.as_slice()].concat();
        let argv: Vec<String> = argv.into_iter().map(str::to_owned).collect();
        let over = Format::Redis.arguments(&argv);
        let decay = over
            .iter()
            .find(|(key, _)| key == "lfu-decay-time")
            .unwrap();
        assert_eq!(decay.1, config["lfu-decay-time"]);
    }
    assert!(compared > 4000, "{compared}");
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
