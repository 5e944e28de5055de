//! Where systemd finds a unit and its drop-ins.
//!
//! Source: systemd.unit(5), "Unit File Load Path"; systemd 252,
//! src/shared/dropin.c, `unit_file_find_dirs`; the order of all of them was
//! measured. Aliases are not followed: a unit is asked for by its own name.

use std::collections::BTreeMap;

use super::super::{Files, Missing, Reading, Trouble, TroubleKind};

/// The first that has a file hides it in the others.
const DIRECTORIES: &[&str] = &[
    "/etc/systemd/system.control",
    "/run/systemd/system.control",
    "/run/systemd/transient",
    "/run/systemd/generator.early",
    "/etc/systemd/system",
    "/etc/systemd/system.attached",
    "/run/systemd/system",
    "/run/systemd/system.attached",
    "/run/systemd/generator",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
    "/run/systemd/generator.late",
];

/// The file that makes a unit, of its own name or else of its template's;
/// an error is a unit that is put out of use, or cannot be read.
pub(super) fn fragment(files: &dyn Files, unit: &str) -> Result<Option<String>, Trouble> {
    let names = [Some(unit.to_owned()), template(unit)];
    for name in names.into_iter().flatten() {
        for directory in DIRECTORIES {
            let path = format!("{directory}/{name}");
            let what = match files.read(&path) {
                Err(Missing::Absent | Missing::Directory) => continue,
                Ok(bytes) if !bytes.is_empty() => return Ok(Some(path)),
                // An empty file masks a unit as a link to /dev/null does.
                Ok(_) => Missing::Masked,
                Err(missing) => missing,
            };
            return Err(Trouble {
                file: path,
                what: TroubleKind::Missing(what),
            });
        }
    }
    Ok(None)
}

/// The drop-ins of a unit, by their names; one hides those of its name in
/// later directories whatever it is.
pub(super) fn drop_ins(files: &dyn Files, unit: &str, reading: &mut Reading) -> Vec<String> {
    let mut found = BTreeMap::new();
    let specific = family(unit);
    let all: Vec<String> = unit
        .rsplit_once('.')
        .map(|(_, kind)| kind.to_owned())
        .into_iter()
        .collect();
    for names in [specific, all] {
        for directory in DIRECTORIES {
            for name in &names {
                take(files, &format!("{directory}/{name}.d"), reading, &mut found);
            }
        }
    }
    found.into_values().collect()
}

fn take(
    files: &dyn Files,
    directory: &str,
    reading: &mut Reading,
    found: &mut BTreeMap<String, String>,
) {
    let names = match files.list(directory) {
        Ok(names) => names,
        Err(missing) if missing.is_absent() => return,
        Err(missing) => {
            reading.troubles.push(Trouble {
                file: directory.to_owned(),
                what: TroubleKind::Missing(missing),
            });
            return;
        }
    };
    let wanted = |name: &String| name.strip_suffix(".conf").is_some() && !name.starts_with('.');
    for name in names.into_iter().filter(wanted) {
        let path = format!("{directory}/{name}");
        found.entry(name).or_insert(path);
    }
}

/// `foo@.service` of `foo@bar.service`.
fn template(unit: &str) -> Option<String> {
    let (stem, kind) = unit.rsplit_once('.')?;
    let (prefix, instance) = stem.split_once('@')?;
    (!instance.is_empty()).then(|| format!("{prefix}@.{kind}"))
}

/// The names whose drop-ins are a unit's, from its own to the most general:
/// each with its template, then with what stands behind a dash cut off.
fn family(unit: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = Some(unit.to_owned());
    while let Some(name) = next {
        let template = template(&name);
        next = shorter(&name);
        names.push(name);
        let mut general = template;
        while let Some(name) = general {
            general = shorter(&name);
            names.push(name);
        }
    }
    names
}

/// `foo-bar-.service` of `foo-bar-baz.service`; a template loses its '@'.
fn shorter(unit: &str) -> Option<String> {
    let (stem, kind) = unit.rsplit_once('.')?;
    let (prefix, instance) = match stem.split_once('@') {
        Some((prefix, instance)) => (prefix, (!instance.is_empty()).then_some(instance)),
        None => (stem, None),
    };
    let prefix = prefix.strip_suffix('-').unwrap_or(prefix);
    let dash = prefix.rfind('-').filter(|dash| *dash > 0)?;
    let prefix = prefix.get(..=dash)?;
    Some(match instance {
        Some(instance) => format!("{prefix}@{instance}.{kind}"),
        None => format!("{prefix}.{kind}"),
    })
}
