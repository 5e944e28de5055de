//! Each kind's table of versions against its code: within a band nothing
//! differs, from one band to the next something does.

use hosttune::catalog;
use hosttune::host::Host;
use hosttune::input::KeyType;
use hosttune::plan::{Plan, Unfit, plan};
use hosttune::services::{self, Service};
use hosttune::stack::Stack;
use hosttune::units::Version;

use crate::generator::read;

/// As far as programs have come, and further.
const MAJORS: u32 = 30;
const MINORS: u32 = 32;
/// Nobody names a patch above it.
const LAST_PATCH: u32 = 99;

/// The first version of each band; the oldest is anything before the others.
fn bands(service: &dyn Service) -> Vec<Version> {
    let since = service.schema().versions.iter().map(|since| since.version);
    std::iter::once(Version::new(0, 0, 0))
        .chain(since)
        .collect()
}

fn band(service: &dyn Service, version: Version) -> Version {
    let mut bands = bands(service).into_iter();
    bands.rfind(|first| *first <= version).unwrap()
}

/// Small stacks around a service of a kind: by itself, and with each of its
/// words, with two of it and with a server.
fn stacks(service: &dyn Service) -> Vec<Stack> {
    let kind = service.schema().kind;
    let mut keys: Vec<String> = vec![String::new(), "replicas = 2".to_owned()];
    for spec in service.schema().keys {
        match spec.takes {
            KeyType::Choice(words) => {
                keys.extend(
                    words
                        .iter()
                        .map(|word| format!("{} = \"{word}\"", spec.name)),
                );
            }
            KeyType::Text => keys.push(format!("{} = {}", spec.name, spec.example)),
            KeyType::References => keys.push(format!("{} = [\"10.0.0.9:80\"]", spec.name)),
            _ => {}
        }
    }
    let text = |keys: String| format!("[services.it]\nkind = \"{kind}\"\n{keys}\n");
    keys.into_iter()
        .map(|keys| read("versions", &text(keys)).unwrap())
        .collect()
}

/// All that follows from a version, without the version itself: PostgreSQL's
/// paths have it.
fn follows(host: &Host, stack: &mut Stack, version: Version) -> String {
    stack.services.get_mut("it").unwrap().version = Some(version);
    let plan: Plan = plan(host, stack, Unfit::Overcommit).unwrap();
    let planned = plan.service("it").unwrap();
    let settled = planned.settled.as_ref().unwrap();
    let settings: Vec<String> = settled
        .settings
        .iter()
        .map(|setting| {
            let (key, text, why, needs) = (
                &setting.key,
                &setting.text,
                setting.why(),
                setting.activation,
            );
            format!("{key} = {text}, {why}, {needs:?}")
        })
        .collect();
    let files: Vec<String> = settled
        .files
        .iter()
        .map(|file| file.facts.to_string())
        .collect();
    let execs: Vec<String> = settled
        .units
        .iter()
        .map(|unit| format!("{:?}", unit.exec))
        .collect();
    let environment = &settled.environment;
    let all = format!(
        "{settings:#?}\n{files:#?}\n{execs:#?}\n{environment:#?}\n{:?}",
        planned.worst()
    );
    ["postgresql/", "postgresql@", "postgresql-", "pgsql-"]
        .iter()
        .fold(all, |all, before| {
            let own = format!("{before}{}", version.major);
            all.replace(&own, &format!("{before}VERSION"))
        })
}

#[test]
fn within_a_band_nothing_differs() {
    let host = catalog::find("t3.small").unwrap();
    for service in services::ALL {
        let kind = service.schema().kind;
        for mut stack in stacks(*service) {
            let firsts = bands(*service);
            let at = |version: Version, stack: &mut Stack| follows(&host, stack, version);
            let of_bands: Vec<String> = firsts.iter().map(|first| at(*first, &mut stack)).collect();
            // The last version before the next band, as the code's rules are
            // all of the form "from here on".
            for (first, expected) in firsts.iter().zip(&of_bands) {
                let next = firsts.iter().find(|next| *next > first);
                let last = next.map_or(Version::new(1000, 0, 0), |next| before(*next));
                let found = at(last, &mut stack);
                let differing = differing(&found, expected);
                assert!(
                    differing.is_empty(),
                    "{kind} {first} and {last} differ: {differing:#?}"
                );
            }
        }
    }
}

fn differing<'a>(one: &'a str, other: &'a str) -> Vec<(&'a str, &'a str)> {
    let end = || std::iter::repeat("nothing");
    let most = one.lines().count().max(other.lines().count());
    let lines = one.lines().chain(end()).zip(other.lines().chain(end()));
    lines
        .take(most)
        .filter(|(one, other)| one != other)
        .collect()
}

/// The version just before another.
fn before(version: Version) -> Version {
    let Version {
        major,
        minor,
        patch,
        ..
    } = version;
    match (minor, patch) {
        (0, 0) => Version::new(major - 1, LAST_PATCH, LAST_PATCH),
        (_, 0) => Version::new(major, minor - 1, LAST_PATCH),
        _ => Version::new(major, minor, patch - 1),
    }
}

/// Should a rule ever hold for some versions only: every minor one, by one stack.
#[test]
fn no_version_in_between_is_special() {
    let host = catalog::find("t3.small").unwrap();
    for service in services::ALL {
        let mut stack = stacks(*service).remove(0);
        let firsts = bands(*service).into_iter();
        let of_bands: Vec<(Version, String)> = firsts
            .map(|first| (first, keys(&host, &mut stack, first)))
            .collect();
        for major in 0..MAJORS {
            for minor in 0..MINORS {
                let version = Version::new(major, minor, 0);
                let first = band(*service, version);
                let (_, expected) = of_bands.iter().find(|(of, _)| *of == first).unwrap();
                let kind = service.schema().kind;
                assert_eq!(
                    &keys(&host, &mut stack, version),
                    expected,
                    "{kind} {version}"
                );
            }
        }
    }
}

fn keys(host: &Host, stack: &mut Stack, version: Version) -> String {
    stack.services.get_mut("it").unwrap().version = Some(version);
    let plan = plan(host, stack, Unfit::Overcommit).unwrap();
    let settled = plan.service("it").unwrap().settled.as_ref().unwrap();
    let keys: Vec<&str> = settled
        .settings
        .iter()
        .map(|setting| setting.key.as_ref())
        .collect();
    keys.join(" ")
}

#[test]
fn every_version_of_the_table_makes_a_difference() {
    let hosts = ["t3.small", "r6i.8xlarge"].map(|name| catalog::find(name).unwrap());
    let mut count = 0;
    for service in services::ALL {
        for since in service.schema().versions {
            let differs = |stack: &mut Stack| {
                hosts.iter().any(|host| {
                    let old = follows(host, stack, before(since.version));
                    old != follows(host, stack, since.version)
                })
            };
            let mut stacks = stacks(*service);
            let kind = service.schema().kind;
            assert!(
                stacks.iter_mut().any(differs),
                "{kind} {}: {}",
                since.version,
                since.what
            );
            count += 1;
        }
        let versions = service.schema().versions.iter().map(|since| since.version);
        assert!(
            versions.is_sorted(),
            "{}: the oldest first",
            service.schema().kind
        );
    }
    assert!(count >= 9, "only {count} versions");
}
