//! Generated units, with drop-ins in all places.

use super::loaded::{DIRECTORIES, Host};
use crate::dice::Dice;

fn pair(dice: &mut Dice, keys: &[&str], values: &[&str]) -> String {
    format!("{}={}", dice.pick(keys), dice.pick(values))
}

const MEMORY: &[&str] = &["MemoryMax", "MemoryHigh", "MemoryLow", "MemorySwapMax"];
/// Keys of a kind, and values that they take or pass over.
const LIMITS: &[(&[&str], &[&str])] = &[
    (
        &["CPUWeight"],
        &[
            "1", "10000", "0x10", "010", "0", "10001", "+7", "-1", "", "5x", "0b11", "0o17", "08",
        ],
    ),
    (
        &["TasksMax"],
        &["5", "0x10", "010", "infinity", "0", "5K", "10%", "", "-5"],
    ),
    (
        &["OOMScoreAdjust"],
        &["-1000", "1000", "0x10", "+7", "1001", "x", "-010", "0"],
    ),
    (
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
            "2G",
            "18446744073709551614",
            "18446744073709551615",
        ],
    ),
    (
        &["LimitMEMLOCK"],
        &["64M", "1K:2K", "infinity", "5x", "1.5K", "0"],
    ),
    (
        MEMORY,
        &[
            "5M", "1.5K", "7", "010", "+3K", "1G 5M", "5M5K", "5.K", "infinity", "0", "1 K", "2T",
        ],
    ),
    (
        MEMORY,
        &[
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
];

fn limits(dice: &mut Dice) -> String {
    let (keys, values) = LIMITS[dice.below(LIMITS.len())];
    pair(dice, keys, values)
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

pub(super) fn service(dice: &mut Dice) -> String {
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
pub(super) fn unit(dice: &mut Dice) -> Vec<(usize, String, Option<String>)> {
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

/// The names of a unit and of what its drop-ins may be of; every other unit is
/// an instance of a template.
fn names(n: usize) -> [(&'static str, String); 6] {
    let name = |of: &str| format!("u{n}-{of}.service");
    let instance = n % 2 == 1;
    let either = |of: &str, or: &str| name(if instance { of } else { or });
    let own = either("b-c@i-1", "b-c");
    let template = either("b-c@", "b-c");
    let fragment = if n.is_multiple_of(4) { &own } else { &template };
    [
        ("FRAGMENT", fragment.clone()),
        ("NAME", own.clone()),
        ("TEMPLATE-", either("b-@", "")),
        ("INSTANCE-", either("@i-1", "b-")),
        ("TEMPLATE", template),
        ("PREFIX-", name("b-")),
    ]
}

/// Puts the files of a unit in their places: its name.
pub(super) fn place(
    host: &mut Host,
    n: usize,
    files: Vec<(usize, String, Option<String>)>,
) -> String {
    let base = "[Service]\nType=oneshot\nExecStart=/bin/true base\n".to_owned();
    let base = (DIRECTORIES.len() - 1, "FRAGMENT".to_owned(), Some(base));
    // Without a command systemd refuses a unit.
    let last = "[Service]\nExecStart=/bin/true last\n".to_owned();
    let last = (1, "NAME.d/99-z.conf".to_owned(), Some(last));
    let names = names(n);
    for (directory, file, text) in files.into_iter().chain([base, last]) {
        let file = names
            .iter()
            .fold(file, |file, (of, name)| file.replace(of, name));
        let path = format!("{}/{file}", DIRECTORIES[directory]);
        let own = "[Service]\nType=oneshot\nExecStart=/bin/true own";
        let text = text.map(|text| {
            let fragment = file.ends_with("service");
            let text = if fragment {
                text.replacen("[Service]", own, 1)
            } else {
                text
            };
            text.into_bytes()
        });
        host.entry(path).or_insert(text);
    }
    names[1].1.clone()
}
