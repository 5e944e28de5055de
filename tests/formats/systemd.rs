//! Units: systemd in its test mode loads generated ones with their drop-ins,
//! all of them at one start, over directories of their own, and prints what it
//! makes of them.

mod loaded;
mod units;

use std::collections::BTreeSet;
use std::fs;

use hosttune::formats::{Document, Format, Normal, Occurrence, Reading, Standing};

use crate::dice::Dice;
use loaded::{Host, Seen, loaded};
use units::{place, service, unit};

const BATCHES: usize = 8;
const UNITS: usize = 125;
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

/// A unit as systemd and as we have it.
struct Compared<'a> {
    unit: &'a str,
    reading: &'a Reading,
    said: &'a [(String, String)],
    wrong: Vec<String>,
}

impl Compared<'_> {
    /// All that systemd says by a name.
    fn all(&self, name: &str) -> Vec<String> {
        let found = self.said.iter().filter(|(of, _)| of == name);
        found.map(|(_, value)| value.clone()).collect()
    }

    fn same(&mut self, what: &str, ours: &[String], theirs: &[String]) {
        if ours != theirs {
            let unit = self.unit;
            self.wrong
                .push(format!("{unit} {what}: we {ours:?}, systemd {theirs:?}"));
        }
    }

    fn holding(&self) -> impl Iterator<Item = &Occurrence> {
        let all = self.reading.occurrences.iter();
        all.filter(|one| one.standing == Standing::Holds)
    }

    fn files(&mut self) {
        let ours = self.reading.files.clone();
        let theirs = [self.all("Fragment Path"), self.all("DropIn Path")].concat();
        // Where /lib is a link to /usr/lib the unit is found there.
        let theirs = theirs
            .into_iter()
            .map(|path| match path.strip_prefix("/lib") {
                Some(rest) => format!("/usr/lib{rest}"),
                None => path,
            });
        // What masks another drop-in is in its list and says nothing.
        let theirs: Vec<String> = theirs.filter(|path| ours.contains(path)).collect();
        self.same("files", &ours, &theirs);
    }

    fn scalars(&mut self) {
        let service = ["Service".to_owned()];
        for key in SCALARS {
            let Some(found) = self.reading.effective(&service, key) else {
                continue;
            };
            let ours = if found.value.is_empty() {
                // Taken back: most of what is printed then depends on the machine.
                let plain = ["MemoryMax", "MemoryHigh", "MemorySwapMax", "CPUWeight"];
                plain.contains(key).then(|| u64::MAX.to_string())
            } else {
                printed(key, &Format::Systemd.normal(key, &found.value))
            };
            if let Some(ours) = ours {
                self.same(key, &[ours], &self.all(key));
            }
        }
    }

    fn variables(&mut self) {
        let ours = self.holding().filter_map(|one| {
            let name = one.key.strip_prefix("Environment ")?;
            Some(format!("{name}={}", one.value))
        });
        let mut ours: Vec<String> = ours.collect();
        ours.sort();
        let mut theirs = self.all("Environment");
        theirs.sort();
        self.same("Environment", &ours, &theirs);
    }

    /// The words of all that holds of a key.
    fn gathered(&self, key: &str) -> Vec<String> {
        let found = self
            .holding()
            .filter(|one| one.key == key && !one.value.is_empty());
        let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        found.map(|one| words(one.value.to_string())).collect()
    }

    fn lists(&mut self) {
        let ours = self.gathered("ExecStart");
        self.same("ExecStart", &ours, &self.all("Command Line"));
        if !self.gathered("Description").is_empty() {
            let ours = ["one  two".to_owned()];
            self.same("Description", &ours, &self.all("Description"));
        }
        let after = self.gathered("After").join(" ");
        let after: BTreeSet<String> = after.split_whitespace().map(str::to_owned).collect();
        let theirs = self.all("After");
        let theirs = theirs
            .iter()
            .filter_map(|it| it.strip_suffix(" (origin-file)"));
        let theirs = theirs.filter(|it| it.starts_with("x-"));
        let theirs: BTreeSet<String> = theirs.map(str::to_owned).collect();
        let [ours, theirs] = [after, theirs].map(|set| set.into_iter().collect::<Vec<_>>());
        self.same("After", &ours, &theirs);
    }
}

/// Every fact of a unit that is not as we read it.
fn differences(unit: &str, reading: &Reading, said: &[(String, String)]) -> Vec<String> {
    let mut compared = Compared {
        unit,
        reading,
        said,
        wrong: Vec::new(),
    };
    if compared.all("Unit Load State") == ["masked"] {
        compared.same("files", &reading.files, &[]);
        return compared.wrong;
    }
    compared.files();
    compared.scalars();
    compared.variables();
    compared.lists();
    compared.wrong
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
