//! `--set KEY=VALUE`: the path of a key, from the tables of keys, and the words
//! that it takes.

use std::ffi::OsStr;

use clap_complete::engine::CompletionCandidate;

use super::{profiles, reach};
use crate::input::{KeySpec, KeyType};
use crate::plan::CHECKS;
use crate::services;
use crate::stack::{self, SERVICE, STACK};

/// A key or the first words of one, with what it is.
struct Known {
    path: String,
    about: &'static str,
}

/// Keys of the stack in reach, a table at a time; behind `=` what a key takes.
pub(in crate::cli) fn complete_set(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else {
        return Vec::new();
    };
    let known = match current.split_once('=') {
        Some((path, _)) => values(path),
        None => keys(current),
    };
    let known = known
        .into_iter()
        .filter(|known| known.path.starts_with(current));
    known
        .map(|known| CompletionCandidate::new(known.path).help(Some(known.about.into())))
        .collect()
}

/// What may follow: the keys of the stack, or of the table that is clear.
fn keys(current: &str) -> Vec<Known> {
    if let Some(rest) = current.strip_prefix("services.") {
        return service_keys(rest);
    }
    if current.starts_with(SILENCE) {
        return silences(SILENCE);
    }
    table("", STACK, current)
}

/// The keys of a table, and those of a table in it once that is clear.
fn table(before: &str, keys: &[KeySpec], current: &str) -> Vec<Known> {
    let known = keys.iter().flat_map(|spec| match spec.takes {
        KeyType::Table(inner) => {
            let path = format!("{before}{}.", spec.name);
            if current.starts_with(&path) {
                return table(&path, inner, current);
            }
            vec![named(before, spec)]
        }
        _ => vec![named(before, spec)],
    });
    known.collect()
}

const SILENCE: &str = "silence.";
const SETTINGS: &str = "settings.";

/// The checks, behind the table that silences them.
fn silences(before: &str) -> Vec<Known> {
    let checks = CHECKS.iter().map(|check| Known {
        path: format!("{before}{}=", check.id),
        about: "",
    });
    checks.collect()
}

/// The settings of a service of the plan in reach.
fn settings(service: &str) -> Vec<Known> {
    let plan = super::planned();
    let names = plan.iter().flat_map(super::settings_of);
    let own = names.filter_map(|name| {
        let (of, key) = name.split_once('.')?;
        let path = format!("services.{service}.{SETTINGS}{key}=");
        (of == service).then_some(Known { path, about: "" })
    });
    own.collect()
}

/// The services, and once one is clear its keys: a name alone would be taken
/// for a whole word.
fn service_keys(rest: &str) -> Vec<Known> {
    let mut services = reach::services();
    let (name, is_whole) = match rest.split_once('.') {
        Some((name, _)) => (name, true),
        None => (rest, false),
    };
    services.retain(|(known, _)| {
        if is_whole {
            known == name
        } else {
            known.starts_with(name)
        }
    });
    match services.as_slice() {
        [(name, kind)] => {
            let path = format!("services.{name}.");
            let inner = rest.split_once('.').map_or("", |(_, inner)| inner);
            if inner.starts_with(SILENCE) {
                return silences(&format!("{path}{SILENCE}"));
            }
            if inner.starts_with(SETTINGS) {
                return settings(name);
            }
            let kind = kind.as_deref().and_then(services::find);
            let own = kind.map_or(&[][..], |kind| kind.schema().keys);
            let keys = SERVICE.iter().chain(own);
            keys.map(|key| named(&path, key)).collect()
        }
        several => {
            let several = several.iter().map(|(name, _)| Known {
                path: format!("services.{name}."),
                about: "",
            });
            several.collect()
        }
    }
}

fn named(before: &str, key: &KeySpec) -> Known {
    let end = match key.takes {
        KeyType::Table(_)
        | KeyType::Services
        | KeyType::Settings
        | KeyType::Silences
        | KeyType::Map
        | KeyType::ReferenceMap => ".",
        _ => "=",
    };
    Known {
        path: format!("{before}{}{end}", key.name),
        about: key.about,
    }
}

/// The words that a key takes, where they are few.
fn values(path: &str) -> Vec<Known> {
    let Some(spec) = found(path) else {
        return Vec::new();
    };
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let words: Vec<String> = match (path, &spec.takes) {
        ("extends", _) => stack::BUNDLED
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect(),
        ("profile", _) => profiles().map(str::to_owned).collect(),
        (_, KeyType::Choice(words)) => owned(words),
        (_, KeyType::Flag) => owned(&["true", "false"]),
        (_, KeyType::Kind) => services::schemas()
            .iter()
            .map(|schema| schema.kind.to_owned())
            .collect(),
        (_, KeyType::References) => {
            let services = reach::services().into_iter().map(|(name, _)| name);
            let others = services.filter(|name| path.split('.').nth(1) != Some(name));
            others.map(|name| format!("[\"{name}\"]")).collect()
        }
        _ => Vec::new(),
    };
    let known = words.into_iter().map(|word| Known {
        path: format!("{path}={word}"),
        about: "",
    });
    known.collect()
}

/// The entry of a key.
fn found(path: &str) -> Option<&'static KeySpec> {
    let parts: Vec<&str> = path.split('.').collect();
    let of = |keys: &'static [KeySpec], name: &str| keys.iter().find(|key| key.name == name);
    match parts.as_slice() {
        ["services", service, name] => {
            let services = reach::services();
            let (_, kind) = services.iter().find(|(known, _)| known == service)?;
            let kind = kind.as_deref().and_then(services::find);
            of(SERVICE, name).or_else(|| of(kind?.schema().keys, name))
        }
        [name] => of(STACK, name),
        [table, rest @ ..] => {
            rest.iter()
                .try_fold(of(STACK, table)?, |spec, name| match spec.takes {
                    KeyType::Table(keys) => of(keys, name),
                    _ => None,
                })
        }
        [] => None,
    }
}
