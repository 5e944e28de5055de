//! Values and places in words, for every face. What is shown where is not
//! known here.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::{Differences, Old, SettingDifference};
use crate::units::Bytes;

/// In place of a value that is never shown.
pub(in crate::report) const SECRET: &str = "(secret)";
/// In place of another one.
const OTHER_SECRET: &str = "(changed)";
/// In place of no value.
pub(in crate::report) const NOT_SET: &str = "(not set)";
/// In place of a value that could not be read.
pub(in crate::report) const UNKNOWN: &str = "(unknown)";
/// Characters of a value that a table shows; the rest is counted.
const LONGEST: usize = 160;

/// The old value as it is shown.
pub(super) fn old(setting: &SettingDifference) -> String {
    match (&setting.old, setting.old.value()) {
        (_, Some(_)) if setting.secret => SECRET.to_owned(),
        (_, Some(value)) => shown(value),
        (Old::Unknown, None) => UNKNOWN.to_owned(),
        (_, None) => NOT_SET.to_owned(),
    }
}

/// The new value as it is shown.
pub(super) fn new(setting: &SettingDifference) -> String {
    match &setting.new {
        Some(_) if setting.secret && setting.old.value().is_some() && setting.is_change() => {
            OTHER_SECRET.to_owned()
        }
        Some(_) if setting.secret => SECRET.to_owned(),
        Some(value) => shown(value),
        None => NOT_SET.to_owned(),
    }
}

/// Why the setting is as it is; a secret may stand in its own reason.
pub(super) fn why(setting: &SettingDifference) -> &str {
    if setting.secret { "" } else { &setting.why }
}

/// The reason alone, without the expression that `tune explain` shows.
pub(super) fn reason(setting: &SettingDifference) -> &str {
    let why = why(setting);
    why.split_once(" because ")
        .map_or(why, |(_, reason)| reason)
}

/// A value in a line: an empty one is seen, a very long one is cut.
pub(in crate::report) fn shown(value: &str) -> String {
    if value.is_empty() {
        return "\"\"".to_owned();
    }
    let count = value.chars().count();
    if count <= LONGEST {
        return visible(value);
    }
    let head: String = value.chars().take(LONGEST / 2).collect();
    format!("{}... ({count} characters)", visible(&head))
}

/// A text of a host's with what would move the cursor, colour the screen or turn
/// the reading direction spelled out.
pub(in crate::report) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_turning(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters that order what follows, or that are not seen.
/// Source: <https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>
fn is_turning(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// `+64MiB`, `-512KiB`.
pub(super) fn growth(delta: i128) -> String {
    let sign = if delta < 0 { '-' } else { '+' };
    let size = u64::try_from(delta.unsigned_abs()).unwrap_or(u64::MAX);
    format!("{sign}{}", Bytes(size).exact())
}

/// `1 setting`, `2 settings`.
pub(super) fn count(n: usize, one: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {one}{plural}")
}

/// `file:line`; the file alone where there is no line.
pub(super) fn at(file: &str, line: u32) -> String {
    match line {
        0 => visible(file),
        line => format!("{}:{line}", visible(file)),
    }
}

/// Short names of files: as much of the end of a path as tells it from the
/// others of one difference.
pub(super) struct Places(BTreeMap<String, String>);

impl Places {
    pub(super) fn of(differences: &Differences) -> Self {
        let settings = &differences.settings;
        let old = settings.iter().filter_map(|setting| match &setting.old {
            Old::File { file, .. } => Some(file.as_str()),
            Old::Default(_) | Old::Unset | Old::Unknown => None,
        });
        let paths: BTreeSet<&str> = old
            .chain(settings.iter().map(|setting| setting.path.as_str()))
            .collect();
        let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
        for end in paths.iter().flat_map(|path| ends_of(path)) {
            *ends.entry(end).or_default() += 1;
        }
        let short = paths.iter().map(|path| {
            let alone = |end: &&str| ends.get(end) == Some(&1);
            let short = ends_of(path).find(alone).unwrap_or(path);
            ((*path).to_owned(), short.to_owned())
        });
        Self(short.collect())
    }

    /// The short name of a file.
    pub(super) fn name<'a>(&'a self, path: &'a str) -> &'a str {
        self.0.get(path).map_or(path, String::as_str)
    }

    /// Where the old value stands: `postgresql.conf:127`, `default`.
    pub(super) fn old(&self, setting: &SettingDifference) -> String {
        match &setting.old {
            Old::File { file, line, .. } => at(self.name(file), *line),
            Old::Default(_) => "default".to_owned(),
            Old::Unset => String::new(),
            Old::Unknown => "not read".to_owned(),
        }
    }
}

/// The ends of a path, part by part, the shortest first.
fn ends_of(path: &str) -> impl Iterator<Item = &str> {
    let starts = path.rmatch_indices('/').map(|(at, _)| at + 1);
    starts
        .filter_map(|start| path.get(start..))
        .chain([path])
        .filter(|end| !end.is_empty())
}

/// What settings are called among those of one service: by their blocks where
/// no plan names them, and by their file where another one has their name.
pub(super) struct Labels<'a> {
    places: &'a Places,
    /// The first of each name with the number of all, and whether one of them
    /// is of another file.
    names: BTreeMap<&'a str, (&'a str, usize, bool)>,
}

impl<'a> Labels<'a> {
    pub(super) fn of(among: &[&'a SettingDifference], places: &'a Places) -> Self {
        let mut names: BTreeMap<&str, (&str, usize, bool)> = BTreeMap::new();
        for one in among {
            let path = one.path.as_str();
            let (first, count, others) = names.entry(&one.key).or_insert((path, 0, false));
            *count += 1;
            *others |= *first != path;
        }
        Self { places, names }
    }

    pub(super) fn label(&self, setting: &SettingDifference) -> String {
        let key = visible(&setting.key);
        if !setting.planned && !setting.within.is_empty() {
            return format!("{} > {key}", visible(&setting.within.join(" > ")));
        }
        match (self.names.get(setting.key.as_str()), setting.within.last()) {
            (Some((_, _, true)), _) => {
                format!("{key} in {}", visible(self.places.name(&setting.path)))
            }
            (Some((_, 2.., false)), Some(block)) => format!("{key} in {}", visible(block)),
            _ => key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::difference::made;

    #[test]
    fn what_a_terminal_would_obey_is_spelled_out() {
        assert_eq!(
            visible("a\u{1b}[31mb\n\u{202e}c\té"),
            "a\\u{1b}[31mb\\n\\u{202e}c\\té"
        );
        assert_eq!(shown(""), "\"\"");
        assert!(shown(&"x".repeat(5000)).ends_with("x... (5000 characters)"));
    }

    #[test]
    fn the_reason_stands_behind_the_expression() {
        let mut setting = made::setting("db", "/etc/a");
        setting.why = "max(1, 2) = 2 because two fit, because there are two".to_owned();
        assert_eq!(reason(&setting), "two fit, because there are two");
        setting.why = "two fit".to_owned();
        assert_eq!(reason(&setting), "two fit");
        setting.secret = true;
        assert_eq!(reason(&setting), "");
    }

    #[test]
    fn growth_has_its_sign_and_its_unit() {
        assert_eq!(growth(64 << 20), "+64MiB");
        assert_eq!(growth(-(512 << 10)), "-512KiB");
        assert_eq!(growth(i128::MAX), format!("+{}B", u64::MAX));
    }

    #[test]
    fn a_place_is_as_long_as_it_must_be() {
        let mut found = made::differences();
        found.settings = ["/etc/a/x.conf", "/etc/b/x.conf", "/etc/y.conf", "/etc//"]
            .iter()
            .map(|path| made::setting("db", path))
            .collect();
        let places = Places::of(&found);
        assert_eq!(places.name("/etc/a/x.conf"), "a/x.conf");
        assert_eq!(places.name("/etc/y.conf"), "y.conf");
        assert_eq!(places.name("/other"), "/other");
    }

    #[test]
    fn a_name_that_stands_twice_says_where() {
        let mut found = made::differences();
        found.settings = vec![made::setting("db", "/etc/a"), made::setting("db", "/etc/b")];
        let places = Places::of(&found);
        let among: Vec<_> = found.settings.iter().collect();
        assert_eq!(Labels::of(&among, &places).label(among[0]), "key in a");
        assert_eq!(Labels::of(&among[..1], &places).label(among[0]), "key");
        let mut inside = found.settings[0].clone();
        inside.planned = false;
        inside.within = vec!["http".into(), "server x".into()];
        assert_eq!(
            Labels::of(&[&inside], &places).label(&inside),
            "http > server x > key"
        );
    }
}
