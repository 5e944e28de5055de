//! `docs/settings.md`: every setting that tune writes, from the survey.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use hosttune::plan::row;
use hosttune::services;
use hosttune::setting::{Caps, Formula, Setting};
use hosttune::stack::HOST_ITSELF;
use hosttune::stack::{KindSchema, Since};

use crate::Made;
use crate::conditions::{Conditions, Ground, Points, version};
use crate::survey::{self, Point, Seen};

/// Formulas that share a reason stand in one line where they are shorter.
const SHORT: usize = 60;

/// One formula of a setting.
#[derive(Default)]
struct Way {
    points: Points,
    /// Its constant bounds; several where a table gives them.
    least: BTreeMap<u64, String>,
    most: BTreeMap<u64, String>,
}

/// What was seen of one setting.
#[derive(Default)]
struct Row {
    points: Points,
    /// Formulas with their reasons.
    ways: BTreeMap<(String, &'static str), Way>,
    needs: BTreeMap<&'static str, Points>,
    sources: BTreeSet<&'static str>,
    files: BTreeSet<&'static str>,
}

/// All that was seen in one section of the page.
#[derive(Default)]
struct Found {
    numbers: BTreeMap<Point, usize>,
    rows: BTreeMap<&'static str, Row>,
}

/// All that was seen, by section.
#[derive(Default)]
struct Survey(BTreeMap<&'static str, Found>);

impl Survey {
    fn add(&mut self, seen: &Seen<'_>) {
        let Some(kind) = seen.point.kind else {
            let number = self.number(HOST_ITSELF, seen.point.clone());
            return self.rows(seen, |_| number);
        };
        let own = self.number(kind, seen.point.clone());
        let any = self.number(row::ANY, of_any_kind(&seen.point));
        self.rows(seen, |section| match section {
            row::ANY => any,
            _ => own,
        });
    }

    fn number(&mut self, section: &'static str, point: Point) -> usize {
        let found = self.0.entry(section).or_default();
        let next = found.numbers.len();
        *found.numbers.entry(point).or_insert(next)
    }

    fn rows(&mut self, seen: &Seen<'_>, number: impl Fn(&'static str) -> usize) {
        for setting in seen.settings {
            let section = row::section(seen.point.kind, setting);
            let number = number(section);
            let found = self.0.entry(section).or_default();
            let row = found.rows.entry(setting.row).or_default();
            // A pin stands for itself.
            if setting.pinned.is_none() {
                row.add(number, seen.formula(setting), setting);
            }
        }
    }
}

/// Versions and words of one kind mean nothing to another.
fn of_any_kind(point: &Point) -> Point {
    Point {
        band: 0,
        words: BTreeMap::new(),
        ..point.clone()
    }
}

impl Row {
    fn add(&mut self, number: usize, formula: String, setting: &Setting) {
        let (way, expression) = match self.ways.entry((formula, setting.because())) {
            // The same names with the same numbers, unless they name a cap.
            Entry::Occupied(entry) if !entry.key().0.contains("cap") => (entry.into_mut(), None),
            entry => (entry.or_default(), setting.expression()),
        };
        self.points.insert(number);
        way.points.insert(number);
        let Caps { least, most } = expression.map(Formula::caps).unwrap_or_default();
        let shown = |bound: Formula| (bound.whole(), bound.shown());
        way.least.extend(least.map(shown));
        way.most.extend(most.map(shown));
        let needs = self.needs.entry(setting.activation.text()).or_default();
        needs.insert(number);
        self.sources.insert(setting.source);
        self.files.insert(setting.file);
    }
}

pub(crate) fn page() -> Made {
    let mut survey = Survey::default();
    survey::all(&mut |seen| survey.add(seen));
    let mut page = HEAD.to_owned();
    let schemas = services::schemas();
    let of_kinds = schemas
        .iter()
        .map(|schema| (schema.kind, schema.about, Some(*schema)));
    let others = [
        (
            row::ANY,
            "What holds a service of any kind, and who rotates its logs.",
            None,
        ),
        (
            HOST_ITSELF,
            "The host itself: its kernel and its swap.",
            None,
        ),
    ];
    for (name, about, schema) in of_kinds.chain(others) {
        let Some(found) = survey.0.remove(name) else {
            continue;
        };
        let mut points: Vec<(Point, usize)> = found.numbers.into_iter().collect();
        points.sort_by_key(|(_, number)| *number);
        let points: Vec<Point> = points.into_iter().map(|(point, _)| point).collect();
        let section = Section {
            name,
            schema,
            all: (0..points.len()).collect(),
            ground: Ground::of(&points),
        };
        let _ = write!(page, "\n## {name}\n\n{about}\n");
        let versions = section.since();
        if !versions.is_empty() {
            page.push_str("\nVersions that make a difference:\n\n");
        }
        for since in versions {
            let _ = writeln!(page, "- {}: {}", version(since), since.what);
        }
        for (key, row) in &found.rows {
            section.row(&mut page, key, row);
        }
    }
    vec![("docs/settings.md".to_owned(), page)]
}

const HEAD: &str = "# Settings

<!-- Made by `cargo run --example generate`. -->

Every setting that tune writes, by kind of service; [`service`](#service) has what holds every kind,
[`system`](#system) the host. `tune explain db.work_mem` shows one with the numbers of your host. The
page is made by planning: every kind with each of its keys and words, in every version at which
something changes, under every runtime, on hosts from half a GiB to 24 TiB.

A formula gives the value from what it names: `share` is the service's limit, `cpus` its processors,
`sustained cpus` those that are there all the time; other names are settings or keys of the stack, or
are explained in [formulas.md](formulas.md). `floor(x, 1MiB)` rounds down to whole MiB, `ceil(x, 5)`
up to a multiple of 5, `pow2` down to a power of two. In brackets stands where a formula holds, if
one thing decides it; else the share or what else it names does. A setting that the stack pins is
written as it is pinned. SERVICE is a service's name, and PORT its port; a term of a SERVICE is there
once for each service that it is about.
";

/// What is said of a section, and of its rows.
struct Section {
    name: &'static str,
    schema: Option<&'static KindSchema>,
    ground: Ground,
    all: Points,
}

impl Section {
    fn since(&self) -> &'static [Since] {
        self.schema.map_or(&[], |schema| schema.versions)
    }

    fn row(&self, page: &mut String, key: &str, row: &Row) {
        let _ = write!(page, "\n### {} `{key}`\n\n", self.name);
        self.ways(page, row);
        let only = self.ground.conditions(&row.points, &self.all);
        let mut facts = Vec::new();
        let words = self.ground.words(&only);
        if !words.is_empty() {
            facts.push(format!("Only: {}.", words.join(", ")));
        }
        if self.schema.is_some() {
            let versions = self.ground.versions(&only, self.since());
            let versions = versions.unwrap_or_else(|| "all".to_owned());
            facts.push(format!("Versions: {versions}."));
        }
        facts.push(format!("A change needs {}.", self.needs(row)));
        let files: Vec<String> = row.files.iter().map(|file| format!("`{file}`")).collect();
        facts.push(format!("In {}.", files.join(", ")));
        let sources: Vec<String> = row.sources.iter().map(|source| link(source)).collect();
        facts.push(format!("Source: {}.", sources.join(", ")));
        let _ = writeln!(page, "{}", facts.join(" "));
    }

    fn ways(&self, page: &mut String, row: &Row) {
        let points: Vec<&Points> = row.ways.values().map(|way| &way.points).collect();
        let said = self.said(&points, &row.points);
        let mut reasons: BTreeSet<&str> = row.ways.keys().map(|(_, because)| *because).collect();
        let shared = if reasons.len() == 1 {
            reasons.pop_first()
        } else {
            None
        };
        let mut ways: Vec<(&str, String)> = Vec::new();
        for (((formula, because), way), said) in row.ways.iter().zip(&said) {
            ways.push((because, line(formula, way, said)));
        }
        ways.sort_by_key(|(because, _)| *because);
        let short = |way: &(&str, String)| way.1.len() < SHORT;
        let alike = |one: &(&str, String), other: &(&str, String)| {
            shared.is_none() && one.0 == other.0 && short(one) && short(other)
        };
        let lines = ways.chunk_by(alike).map(|ways| {
            let lines: Vec<&str> = ways.iter().map(|(_, line)| line.as_str()).collect();
            let own = ways.first().filter(|_| shared.is_none());
            let because = own.map_or("", |(because, _)| because);
            format!("{}{}", lines.join(" or "), reason(", because ", because))
        });
        let lines: Vec<String> = lines.collect();
        let shared = shared.unwrap_or_default();
        match lines.as_slice() {
            [only] => {
                let _ = writeln!(page, "{only}{}.\n", reason(", because ", shared));
            }
            several => {
                if !shared.is_empty() {
                    let _ = writeln!(page, "Because {shared}:\n");
                }
                for line in several {
                    let _ = writeln!(page, "- {line}");
                }
                page.push('\n');
            }
        }
    }

    /// What a change needs, which a runtime or a version may decide.
    fn needs(&self, row: &Row) -> String {
        let points: Vec<&Points> = row.needs.values().collect();
        let said = self.said(&points, &row.points);
        let mut anywhere = Vec::new();
        let mut somewhere = Vec::new();
        for (need, said) in row.needs.keys().zip(said) {
            match said.as_str() {
                "" | "not in compose" => anywhere.push((*need).to_owned()),
                said if said.starts_with("in ") => somewhere.push(format!("{said} {need}")),
                said => anywhere.push(format!("{need} ({said})")),
            }
        }
        if !anywhere.is_empty() {
            somewhere.insert(0, anywhere.join(" or "));
        }
        somewhere.join("; ")
    }

    /// In words where each of several holds.
    fn said(&self, several: &[&Points], all: &Points) -> Vec<String> {
        let apart = self.ground.apart(several, all);
        apart
            .iter()
            .map(|conditions| self.words(conditions))
            .collect()
    }

    fn words(&self, conditions: &Conditions) -> String {
        let mut words = self.ground.words(conditions);
        words.extend(self.ground.versions(conditions, self.since()));
        words.join(", ")
    }
}

/// A formula with its bounds, and where it holds.
fn line(formula: &str, way: &Way, said: &str) -> String {
    let formula = if formula.is_empty() { "\"\"" } else { formula };
    let mut line = format!("`{formula}`");
    for (word, bounds) in [("at least", &way.least), ("at most", &way.most)] {
        let bounds: Vec<&str> = bounds.values().map(String::as_str).collect();
        line += &reason(&format!(", {word} "), &bounds.join(" or "));
    }
    match said {
        "" => line,
        said => format!("{line} ({said})"),
    }
}

/// A text behind others, where there is one.
fn reason(before: &str, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("{before}{text}")
    }
}

/// A source as a link from a page in `docs/`.
fn link(source: &str) -> String {
    match source.strip_prefix("docs/") {
        Some(row) => format!("[{row}]({row})"),
        None => format!("<{source}>"),
    }
}
