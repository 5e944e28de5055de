//! `async-persistent-connections`: an application keeps its connections to the
//! database for the next request, and its workers are event loops.
//!
//! Its settings are Python: they are looked through as text, and only what says
//! a plain value is believed.

use super::{Breach, Check, Seen, main_of};
use crate::diff::Host;
use crate::formats::Format;

pub(super) const CHECK: Check = Check {
    id: "async-persistent-connections",
    run,
};

/// Directories below the application's are looked into so deeply.
/// Source: a guess; `manage.py startproject` puts settings one level down.
const DEEPEST: usize = 4;
/// Directories and files that are looked at, at most.
/// Source: a guess; a repository of one application has fewer.
const MOST: usize = 400;
/// A file of settings that is larger is none.
const LONGEST: usize = 1 << 20;
/// What others wrote.
const NOT_ITS_OWN: &[&str] = &["node_modules", "site-packages", "venv", "env", "tests"];
/// The setting, and the parameter of dj-database-url.
/// Source: <https://docs.djangoproject.com/en/5.2/ref/settings/#conn-max-age>,
/// <https://github.com/jazzband/dj-database-url>
const KEYS: &[&str] = &["CONN_MAX_AGE", "conn_max_age"];

fn run(seen: &Seen<'_>, breaches: &mut Vec<Breach>) {
    for local in seen.services_with(Format::Python) {
        let workers = local.settled.traits.workers.as_ref();
        if !workers.is_some_and(|workers| workers.event_loop) {
            continue;
        }
        let mut files = local.settled.files.iter();
        let config = files.find(|file| file.format == Format::Python);
        let directory = config.and_then(|file| main_of(file).rsplit_once('/'));
        let Some((directory, _)) = directory.filter(|(directory, _)| !directory.is_empty()) else {
            continue;
        };
        let mut left = MOST;
        let mut settings = Vec::new();
        below(seen.host, directory, DEEPEST, &mut left, &mut settings);
        for path in settings {
            let Some((line, said)) = persistent(seen.host, &path) else {
                continue;
            };
            let name = local.name();
            let message = format!(
                "connections are kept ({said}), and the workers of '{name}' are event loops"
            );
            breaches.push(Breach::new(name, message).at(&path, line));
        }
    }
}

/// The Python files that may be settings.
fn below(
    host: &dyn Host,
    directory: &str,
    depth: usize,
    left: &mut usize,
    found: &mut Vec<String>,
) {
    let Ok(names) = host.list(directory) else {
        return;
    };
    let is_settings = directory.rsplit('/').next() == Some("settings");
    for name in names {
        let Some(less) = left.checked_sub(1) else {
            return;
        };
        *left = less;
        let path = format!("{directory}/{name}");
        match name.strip_suffix(".py") {
            Some(stem) if is_settings || stem.contains("settings") => found.push(path),
            Some(_) => {}
            None if depth == 0 || name.contains('.') || NOT_ITS_OWN.contains(&name.as_str()) => {}
            None => below(host, &path, depth - 1, left, found),
        }
    }
}

/// The first line that keeps connections.
fn persistent(host: &dyn Host, path: &str) -> Option<(u32, String)> {
    let bytes = host
        .read(path)
        .ok()
        .filter(|bytes| bytes.len() <= LONGEST)?;
    let text = String::from_utf8_lossy(&bytes);
    (1..).zip(text.lines()).find_map(|(number, line)| {
        let code = line.split('#').next().unwrap_or_default();
        let said = KEYS.iter().find_map(|key| value(code, key))?;
        Some((number, said))
    })
}

/// What a line sets a key to, where that is plainly not 0: `CONN_MAX_AGE = 60`,
/// `"CONN_MAX_AGE": None`. What a call or a name gives is not known.
fn value(code: &str, key: &str) -> Option<String> {
    let rest = code.split_once(key)?.1;
    let rest = rest.trim_start_matches(['\'', '"', ']']).trim_start();
    let said = rest.strip_prefix(['=', ':'])?.trim();
    let said = said.split([',', '}', ')']).next()?.trim();
    let seconds: Result<u64, _> = said.replace('_', "").parse();
    let keeps = said == "None" || seconds.is_ok_and(|seconds| seconds != 0);
    keeps.then(|| format!("{key} = {said}"))
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn only_a_plain_value_is_believed() {
        let said = |code| value(code, "CONN_MAX_AGE");
        for code in [
            "CONN_MAX_AGE = 60",
            "        'CONN_MAX_AGE': 60,",
            "DATABASES['default'][\"CONN_MAX_AGE\"] = 60",
        ] {
            assert_eq!(said(code).as_deref(), Some("CONN_MAX_AGE = 60"), "{code}");
        }
        assert_eq!(
            said("'CONN_MAX_AGE': None}").as_deref(),
            Some("CONN_MAX_AGE = None")
        );
        for code in [
            "CONN_MAX_AGE = 0",
            "CONN_MAX_AGE = int(os.environ.get('AGE', 60))",
            "x = CONN_MAX_AGE",
            "'CONN_MAX_AGE': AGE,",
        ] {
            assert_eq!(said(code), None, "{code}");
        }
    }
}
