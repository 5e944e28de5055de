//! Units: systemd in its test mode loads generated ones with their drop-ins,
//! all of them at one start, over directories of their own, and prints what it
//! makes of them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use hosttune::formats::{Document, Format, Normal, Reading, Standing};

use crate::dice::Dice;

const BATCHES: usize = 8;
const UNITS: usize = 125;
/// What a unit is made of in the directories of a test, and where they are on
/// the host. Those below /etc and /run are of one mount each.
const DIRECTORIES: &[&str] = &[
    "/etc/systemd/system.control",
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
];

/// A host's units: what is in the files, and which are links to /dev/null.
type Host = BTreeMap<String, Option<Vec<u8>>>;

/// What systemd says of each unit: the lines `Name: value`, and by `DropIn
/// Path` and the like all that it has of them.
fn loaded(host: &Host, units: &[String]) -> BTreeMap<String, Vec<(String, String)>> {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path();
    for directory in DIRECTORIES {
        fs::create_dir_all(below(root, directory)).unwrap();
    }
    for (path, text) in host {
        let path = below(root, path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match text {
            Some(text) => fs::write(path, text).unwrap(),
            None => symlink("/dev/null", path).unwrap(),
        }
    }
    let all = format!(
        "[Unit]\nDefaultDependencies=no\nWants={}\n",
        units.join(" \\\n  ")
    );
    fs::write(below(root, "/usr/lib/systemd/system/all.target"), all).unwrap();
    for name in ["passwd", "group"] {
        fs::copy(format!("/etc/{name}"), root.join("etc").join(name)).unwrap();
    }
    // It refuses to try as root.
    let script = r#"
        set -e
        mount --make-rprivate /
        mount --bind "$1/usr/local/lib" /usr/local/lib
        mount --bind "$1/usr/lib/systemd/system" /usr/lib/systemd/system
        mount --bind "$1/run" /run
        mount --bind "$1/etc" /etc
        mount -t tmpfs -o mode=1777 none /tmp
        XDG_RUNTIME_DIR=/tmp exec setpriv --reuid 65534 --regid 65534 --clear-groups \
            /lib/systemd/systemd --test --system --unit=all.target"#;
    let mut command = Command::new("unshare");
    command.args(["-m", "bash", "-c", script, "bash"]).arg(root);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut said = BTreeMap::new();
    for block in text.split("-> Unit ").skip(1) {
        let mut lines = block.lines();
        let name = lines.next().unwrap().trim_end_matches(':').to_owned();
        let facts = lines.filter_map(|line| line.trim_start().split_once(": "));
        let facts = facts.map(|(name, value)| (name.to_owned(), value.to_owned()));
        said.insert(name, facts.collect());
    }
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(said.len() >= units.len(), "systemd --test: {why}");
    said
}

fn below(root: &Path, path: &str) -> std::path::PathBuf {
    root.join(path.trim_start_matches('/'))
}

/// The same host for us.
struct Seen<'a>(&'a Host, BTreeMap<String, Vec<u8>>);

impl<'a> Seen<'a> {
    /// The files that may be a unit's.
    fn of(host: &'a Host, unit: &str) -> Self {
        let stem = unit.split(['-', '.']).next().unwrap();
        let near = |path: &str| {
            let rest = path.split(&format!("/{stem}")).nth(1).unwrap_or_default();
            rest.starts_with(['-', '.']) || path.contains("/service.d/")
        };
        let files = host.iter().filter(|(path, _)| near(path));
        let files = files.map(|(path, text)| (path.clone(), text.clone().unwrap_or_default()));
        Self(host, files.collect())
    }
}

impl hosttune::formats::Files for Seen<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, hosttune::formats::Missing> {
        match self.0.get(path) {
            Some(None) => Err(hosttune::formats::Missing::Masked),
            _ => self.1.read(path),
        }
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, hosttune::formats::Missing> {
        self.1.list(directory)
    }
}

/// As systemd prints what is in effect for a key.
fn printed(key: &str, normal: &Normal) -> Option<String> {
    let never = key != "TimeoutStopSec";
    Some(match normal {
        Normal::Size(bytes) => bytes.to_string(),
        Normal::Unlimited if never => u64::MAX.to_string(),
        Normal::Unlimited => "infinity".to_owned(),
        Normal::Flag(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Normal::Number(n) => (n / 1_000_000_000).to_string(),
        Normal::Time(micros) => {
            let seconds = micros / 1_000_000;
            let parts = [(3600, "h"), (60, "min"), (1, "s")];
            let mut rest = seconds;
            let mut words = Vec::new();
            for (length, unit) in parts {
                if rest >= length {
                    words.push(format!("{}{unit}", rest / length));
                    rest %= length;
                }
            }
            words.join(" ")
        }
        // It depends on the machine, or is printed in another way.
        Normal::Text(_) => return None,
    })
}

const SCALARS: &[&str] = &[
    "MemoryMax",
    "MemoryHigh",
    "MemoryLow",
    "MemorySwapMax",
    "CPUWeight",
    "TasksMax",
    "OOMScoreAdjust",
    "LimitNOFILE",
    "LimitMEMLOCK",
    "TimeoutStopSec",
    "RemainAfterExit",
    "SendSIGKILL",
];

/// Every fact of a unit that is not as we read it.
fn differences(unit: &str, reading: &Reading, said: &[(String, String)]) -> Vec<String> {
    let all = |name: &str| -> Vec<&str> {
        let found = said.iter().filter(|(of, _)| of == name);
        found.map(|(_, value)| value.as_str()).collect()
    };
    let mut wrong = Vec::new();
    let mut check = |what: &str, ours: Vec<String>, theirs: Vec<&str>| {
        if ours != theirs {
            wrong.push(format!("{unit} {what}: we {ours:?}, systemd {theirs:?}"));
        }
    };
    if all("Unit Load State") == ["masked"] {
        check("files", reading.files.clone(), Vec::new());
        return wrong;
    }
    // Where /lib is a link to /usr/lib the unit is found there.
    let files = reading.files.iter();
    let theirs = [all("Fragment Path"), all("DropIn Path")].concat();
    let theirs: Vec<String> = theirs
        .iter()
        .map(|path| {
            path.strip_prefix("/lib")
                .map_or((*path).to_owned(), |rest| format!("/usr/lib{rest}"))
        })
        .collect();
    // What masks another drop-in is in its list and says nothing.
    let theirs = theirs
        .iter()
        .filter(|path| files.clone().any(|file| file == *path));
    check(
        "files",
        reading.files.clone(),
        theirs.map(String::as_str).collect(),
    );
    let service = ["Service".to_owned()];
    for key in SCALARS {
        let found = reading
            .effective(&service, key)
            .filter(|one| !one.value.is_empty());
        let Some(found) = found else { continue };
        if let Some(value) = printed(key, &Format::Systemd.normal(key, &found.value)) {
            check(key, vec![value], all(key));
        }
    }
    let holding = reading.occurrences.iter();
    let holding = holding.filter(|one| one.standing == Standing::Holds && !one.value.is_empty());
    let mut variables: Vec<String> = holding
        .clone()
        .filter_map(|one| {
            Some(format!(
                "{}={}",
                one.key.strip_prefix("Environment ")?,
                one.value
            ))
        })
        .collect();
    let emptied = reading.occurrences.iter();
    let emptied = emptied.filter(|one| one.standing == Standing::Holds && one.value.is_empty());
    variables.extend(
        emptied.filter_map(|one| Some(format!("{}=", one.key.strip_prefix("Environment ")?))),
    );
    variables.sort();
    let mut theirs = all("Environment");
    theirs.sort_unstable();
    check("Environment", variables, theirs);
    let of = |name: &str| -> Vec<String> {
        let found = holding.clone().filter(|one| one.key == name);
        found
            .map(|one| {
                one.value
                    .to_string()
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect()
    };
    check("ExecStart", of("ExecStart"), all("Command Line"));
    if reading
        .effective(&["Unit".to_owned()], "Description")
        .is_some()
    {
        check(
            "Description",
            vec!["one  two".to_owned()],
            all("Description"),
        );
    }
    let mut after: Vec<String> = of("After")
        .join(" ")
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    after.sort();
    after.dedup();
    let mut theirs: Vec<&str> = all("After")
        .into_iter()
        .filter_map(|it| it.strip_suffix(" (origin-file)"))
        .filter(|it| it.starts_with("x-"))
        .collect();
    theirs.sort_unstable();
    check("After", after, theirs);
    wrong
}

fn pair(dice: &mut Dice, keys: &[&str], values: &[&str]) -> String {
    format!("{}={}", dice.pick(keys), dice.pick(values))
}

fn limits(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => pair(
            dice,
            &["CPUWeight"],
            &[
                "1", "10000", "0x10", "010", "0", "10001", "+7", "-1", "", "5x", "0b11", "0o17",
                "08",
            ],
        ),
        1 => pair(
            dice,
            &["TasksMax"],
            &["5", "0x10", "010", "infinity", "0", "5K", "10%", "", "-5"],
        ),
        2 => pair(
            dice,
            &["OOMScoreAdjust"],
            &["-1000", "1000", "0x10", "+7", "1001", "x", "-010", "0"],
        ),
        3 => pair(
            dice,
            &["LimitNOFILE"],
            &[
                "5",
                "0x10",
                "5:6",
                "6:5",
                "infinity",
                "5:infinity",
                "5K",
                "",
                "7:7",
                "+9",
                "-1",
            ],
        ),
        4 => pair(
            dice,
            &["LimitMEMLOCK"],
            &["64M", "1K:2K", "infinity", "5x", "1.5K", "0"],
        ),
        _ => pair(
            dice,
            &["MemoryMax", "MemoryHigh", "MemoryLow", "MemorySwapMax"],
            &[
                "5M",
                "1.5K",
                "7",
                "010",
                "+3K",
                "1G 5M",
                "5M5K",
                "5.K",
                "infinity",
                "0",
                "1 K",
                "2T",
                "5k",
                "5KB",
                ".5K",
                "-5",
                "0x10",
                "1T 5T",
                "5M 6",
                "5 M",
                "5M K",
                "5 6",
                "10%",
                "",
                "12Q",
                "5B",
                "1G 1M 1K 1",
            ],
        ),
    }
}

fn variable(dice: &mut Dice) -> String {
    let name = dice.pick(&["A", "B", "C_1", "PATH"]);
    let value = dice.pick(&["1", "x y", "", "a=b", "h;#"]);
    let more = dice.pick(&[
        "",
        "D=2",
        "\"E=p q\"",
        "F='r s' G=3",
        "bad",
        "9X=1",
        "H=a\\x20b\\t\\u00e4",
        "I=\\\"\\s",
    ]);
    format!("Environment=\"{name}={value}\" {more}")
}

fn assignment(dice: &mut Dice) -> String {
    match dice.below(18) {
        0..7 => limits(dice),
        7 | 8 => pair(
            dice,
            &["TimeoutStopSec", "TimeoutSec", "TimeoutStopSec"],
            &[
                "35", "1min 30", "5min 20s", "2h3m1s", "1.5h", "infinity", "0", "", "x", "-5",
                "5 min", "90s 10", "1minute", "+5", "5sec5", "100ms5s",
            ],
        ),
        9 => pair(
            dice,
            &["RemainAfterExit", "SendSIGKILL"],
            &["yes", "NO", "TrUe", "off", "t", "0", "maybe", "", "1"],
        ),
        10..14 => variable(dice),
        14 => pair(
            dice,
            &["Environment"],
            &["", "J=1 \\\n  K=2 \\\n# c\n  \"L=3 \\\n4\"", "M=1;N #c"],
        ),
        15 | 16 => pair(
            dice,
            &["ExecStart"],
            &[
                "/bin/true 1",
                "/bin/true 2  3",
                "",
                "/bin/true \\\n  # c = 1\n  4",
                "/bin/true \\\n   ; c\n\n",
            ],
        ),
        _ => dice
            .pick(&[
                "no equals sign",
                "=5",
                "X-Own=1",
                "Mem Max=5",
                "# MemoryMax=1M",
                "  ; x = 1",
                "",
                "\t",
                "MemoryMux=5M",
            ])
            .to_owned(),
    }
}

fn line(dice: &mut Dice) -> String {
    let blanks = ["", "", "", " ", "\t"];
    let text = match assignment(dice).split_once('=') {
        Some((key, value)) => {
            let blank = dice.pick(&blanks);
            format!("{key}{blank}={blank}{value}")
        }
        None => "no equals sign".to_owned(),
    };
    let end = dice.pick(&["\n", "\n", "\n", "\r\n", "\r", " \n", "\n\r\n"]);
    format!("{}{text}{end}", dice.pick(&blanks))
}

fn service(dice: &mut Dice) -> String {
    let head = dice.pick(&[
        "[Service]\n",
        "[Service]\n",
        "[Service]\r\n",
        " [Service] \n",
        "\u{feff}[Service]\n",
        "# c\n[Service]\n",
    ]);
    let lines: String = (0..dice.below(7)).map(|_| line(dice)).collect();
    let unit = dice.pick(&[
        "",
        "[Unit]\nDescription=one \\\n  # c\ntwo\nAfter=x-a.service\n",
        "[Unit]\nAfter=x-a.service x-b.service\nAfter=\nAfter=x-c.service\n",
        "[X-Own]\nMemoryMax=1M\n",
        "[]\nMemoryMax=1M\n",
    ]);
    // What ends in a continuation would take in the next header.
    format!("{head}{lines}\n\n{unit}")
}

/// A unit's fragment and drop-ins: which directory, which name, what.
fn unit(dice: &mut Dice) -> Vec<(usize, String, Option<String>)> {
    let mut files = Vec::new();
    if dice.one_in(2) {
        let text = (!dice.one_in(30)).then(|| service(dice));
        files.push((dice.below(DIRECTORIES.len()), "FRAGMENT".to_owned(), text));
    }
    for _ in 0..dice.below(5) {
        let of = dice.pick(&[
            "NAME",
            "NAME",
            "NAME",
            "TEMPLATE",
            "PREFIX-",
            "TEMPLATE-",
            "INSTANCE-",
        ]);
        let name = dice.pick(&[
            "10-a.conf",
            "9-b.conf",
            "50-Z.conf",
            "50-a.conf",
            "90-tune.conf",
            ".x.conf",
            "readme",
        ]);
        let text = (!dice.one_in(10)).then(|| service(dice));
        let place = dice.below(DIRECTORIES.len());
        files.push((place, format!("{of}.d/{name}"), text));
    }
    files
}

/// Half of them are instances of a template.
fn place(host: &mut Host, n: usize, files: Vec<(usize, String, Option<String>)>) -> String {
    let instance = n % 2 == 1;
    let name = if instance {
        format!("u{n}-b-c@i-1.service")
    } else {
        format!("u{n}-b-c.service")
    };
    let template = if instance {
        format!("u{n}-b-c@.service")
    } else {
        name.clone()
    };
    let base = "[Service]\nType=oneshot\nExecStart=/bin/true base\n".to_owned();
    let base = (DIRECTORIES.len() - 1, "FRAGMENT".to_owned(), Some(base));
    // Without a command systemd refuses a unit.
    let last = "[Service]\nExecStart=/bin/true last\n".to_owned();
    let last = (1, "NAME.d/99-z.conf".to_owned(), Some(last));
    for (directory, file, text) in files.into_iter().chain([base, last]) {
        let fragment = if n.is_multiple_of(4) {
            &name
        } else {
            &template
        };
        let file = file
            .replace("FRAGMENT", fragment)
            .replace("NAME", &name)
            .replace(
                "TEMPLATE-",
                &if instance {
                    format!("u{n}-b-@.service")
                } else {
                    format!("u{n}-.service")
                },
            )
            .replace(
                "INSTANCE-",
                &if instance {
                    format!("u{n}-@i-1.service")
                } else {
                    format!("u{n}-b-.service")
                },
            )
            .replace("TEMPLATE", &template)
            .replace("PREFIX-", &format!("u{n}-b-.service"));
        let path = format!("{}/{file}", DIRECTORIES[directory]);
        let text = text.map(|text| {
            let text = if file.ends_with(".service") {
                text.replacen(
                    "[Service]",
                    "[Service]\nType=oneshot\nExecStart=/bin/true own",
                    1,
                )
            } else {
                text
            };
            text.into_bytes()
        });
        host.entry(path).or_insert(text);
    }
    name
}

fn check(host: &Host, units: &[String]) {
    let said = loaded(host, units);
    let mut wrong = Vec::new();
    for unit in units {
        let reading = Format::Systemd.read(&Seen::of(host, unit), unit).remove(0);
        let facts = said
            .get(unit)
            .unwrap_or_else(|| panic!("nothing of {unit}"));
        let differing = differences(unit, &reading, facts);
        if !differing.is_empty() && wrong.is_empty() {
            let stem = unit.split('-').next().unwrap();
            let files = host
                .iter()
                .filter(|(path, _)| path.contains(&format!("/{stem}-")));
            for (path, text) in files {
                let text = text
                    .as_ref()
                    .map(|text| String::from_utf8_lossy(text).into_owned());
                wrong.push(format!("{path}: {text:?}"));
            }
            wrong.push(format!("{:?}", reading.troubles));
        }
        wrong.extend(differing);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn systemd_loads_what_we_read_of_a_thousand_units() {
    let mut dice = Dice::new(1);
    for batch in 0..BATCHES {
        let mut host = Host::new();
        if batch % 2 == 1 {
            let all = b"[Service]\nTasksMax=77\nEnvironment=ALL=1\n".to_vec();
            host.insert(
                "/etc/systemd/system/service.d/60-all.conf".to_owned(),
                Some(all),
            );
        }
        let units: Vec<String> = (0..UNITS)
            .map(|n| place(&mut host, n, unit(&mut dice)))
            .collect();
        check(&host, &units);
    }
}

#[test]
fn an_edited_unit_is_loaded_as_it_was_set() {
    let mut dice = Dice::new(2);
    let mut host = Host::new();
    let section = ["Service".to_owned()];
    let units: Vec<String> = (0..UNITS)
        .map(|n| {
            let text = service(&mut dice);
            let text = text.replacen(
                "[Service]",
                "[Service]\nExecStart=/bin/true own\nType=oneshot",
                1,
            );
            let mut document = Document::parse(Format::Systemd, text).unwrap();
            let mut set = |key: &str, value: &str| {
                let set = document.set(&section, key, value.as_bytes());
                set.unwrap_or_else(|refused| {
                    panic!(
                        "{refused} in {:?}",
                        document.bytes().escape_ascii().to_string()
                    )
                });
            };
            set("MemoryMax", "345M");
            set("TimeoutStopSec", "35");
            set("CPUWeight", "200");
            set("Environment DB_POOL_SIZE", "3");
            let unset = ["TasksMax", "MemoryHigh", "Environment A"];
            // What would take another line with it is refused.
            let _ = document.unset(&section, unset[n % 3]);
            let name = format!("u{n}-x.service");
            let path = format!("/usr/lib/systemd/system/{name}");
            // Without a command systemd refuses a unit.
            let last = b"[Service]\nExecStart=/bin/true last\n".to_vec();
            host.insert(format!("{path}.d/99-z.conf"), Some(last));
            host.insert(path, Some(document.bytes().to_vec()));
            name
        })
        .collect();
    check(&host, &units);
}

#[test]
fn what_is_refused_systemd_refuses() {
    let refused = [
        "[Service\nExecStart=/bin/true\n",
        "[Service]\nExecStart=/bin/true\n[\"x\"]\n",
        "[Service]\nExecStart=/bin/true\n[a\\b]\n",
        "[Service]\nExecStart=/bin/true\n[Install] # c\n",
    ];
    let mut bad: Vec<Vec<u8>> = refused
        .iter()
        .map(|text| text.as_bytes().to_vec())
        .collect();
    bad.push(b"[Service]\nExecStart=/bin/true\nSyslogIdentifier=\xff\n".to_vec());
    bad.push(
        [
            b"[Service]\nExecStart=/bin/true\nX=".as_slice(),
            &vec![b'x'; 1 << 20],
        ]
        .concat(),
    );
    let mut host = Host::new();
    let mut units = Vec::new();
    for (n, text) in bad.iter().enumerate() {
        assert!(
            Document::parse(Format::Systemd, text.clone()).is_err(),
            "{n}"
        );
        units.push(format!("u{n}.service"));
        host.insert(
            format!("/usr/lib/systemd/system/u{n}.service"),
            Some(text.clone()),
        );
    }
    let said = loaded(&host, &units);
    for unit in &units {
        let state = ("Unit Load State".to_owned(), "error".to_owned());
        assert!(said[unit].contains(&state), "{unit}: {:?}", said[unit]);
    }
}

/// The units of the packages on this machine.
#[test]
fn the_packages_own_units_are_printed_as_they_came() {
    let mut read = 0;
    for entry in fs::read_dir("/usr/lib/systemd/system").unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = fs::read(&path) else { continue };
        let document = Document::parse(Format::Systemd, bytes.clone());
        let document = document.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(document.bytes(), bytes, "{}", path.display());
        read += 1;
    }
    assert!(read > 50, "only {read} units");
}
