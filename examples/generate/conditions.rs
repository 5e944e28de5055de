//! Where something holds and where it does not, said in a few words: by what
//! decides it while all else is the same.

use std::collections::{BTreeMap, BTreeSet};

use hosttune::stack::Since;
use hosttune::units::Bytes;

use crate::survey::Point;

/// Numbers of points.
pub(crate) type Points = BTreeSet<usize>;

/// More kinds than these are as good as all of them.
const MOST_KINDS: usize = 3;

/// What may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Matter {
    /// Keeps points apart, and is never named: sizes decide by themselves.
    Host,
    Kind,
    Runtime,
    Band,
    Disk,
    Word(&'static str),
    Stated(&'static str),
    Memory,
}

/// One matter of all points.
struct Column {
    matter: Matter,
    /// What it may be, in order.
    names: Vec<String>,
    /// What it is at each point: a place among the names.
    values: Vec<usize>,
    /// Points that differ in nothing else.
    groups: Vec<Vec<usize>>,
}

/// All points of a section.
pub(crate) struct Ground {
    columns: Vec<Column>,
    size: usize,
}

/// What must hold: the values of each matter that decides, by its column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions(BTreeMap<usize, BTreeSet<usize>>);

impl Matter {
    /// What it is at a point; names in order are values in order.
    fn at(self, point: &Point) -> String {
        match self {
            Self::Host => point.host.clone(),
            Self::Kind => point.kind.unwrap_or_default().to_owned(),
            Self::Runtime => point.runtime.to_owned(),
            Self::Band => format!("{:02}", point.band),
            Self::Disk => point.disk.clone(),
            Self::Word(key) => point.words.get(key).cloned().unwrap_or_default(),
            Self::Stated(key) => point.stated.contains(key).to_string(),
            Self::Memory => format!("{:020}", point.memory.0),
        }
    }

    fn all(points: &[Point]) -> Vec<Self> {
        let words = points.iter().flat_map(|point| point.words.keys());
        let stated = points.iter().flat_map(|point| &point.stated);
        let keys = words
            .map(|key| Self::Word(key))
            .chain(stated.map(|key| Self::Stated(key)));
        let keys: BTreeSet<Self> = keys.collect();
        let others = [
            Self::Host,
            Self::Kind,
            Self::Runtime,
            Self::Band,
            Self::Disk,
            Self::Memory,
        ];
        others.into_iter().chain(keys).collect()
    }
}

impl Column {
    fn of(matter: Matter, points: &[Point]) -> Self {
        let texts: Vec<String> = points.iter().map(|point| matter.at(point)).collect();
        let names: BTreeSet<&String> = texts.iter().collect();
        let names: Vec<String> = names.into_iter().cloned().collect();
        let value = |text: &String| names.binary_search(text).unwrap_or_default();
        Self {
            matter,
            values: texts.iter().map(value).collect(),
            names,
            groups: Vec::new(),
        }
    }

    fn value(&self, point: usize) -> usize {
        self.values.get(point).copied().unwrap_or_default()
    }

    fn values(&self, points: &Points) -> BTreeSet<usize> {
        points.iter().map(|point| self.value(*point)).collect()
    }

    /// Whether these values say something.
    fn tells(&self, values: &BTreeSet<usize>) -> bool {
        match self.matter {
            Matter::Host => false,
            Matter::Kind => values.len() <= MOST_KINDS,
            Matter::Stated(_) => self.words(values) == ["true"],
            _ => true,
        }
    }

    fn words(&self, values: &BTreeSet<usize>) -> Vec<&str> {
        let names = values.iter().filter_map(|value| self.names.get(*value));
        names.map(String::as_str).collect()
    }
}

impl Ground {
    pub(crate) fn of(points: &[Point]) -> Self {
        let matters = Matter::all(points).into_iter();
        let mut columns: Vec<Column> = matters.map(|matter| Column::of(matter, points)).collect();
        let rows: Vec<Vec<usize>> = (0..points.len())
            .map(|point| columns.iter().map(|column| column.value(point)).collect())
            .collect();
        for (at, column) in columns.iter_mut().enumerate() {
            let mut groups: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
            for (point, row) in rows.iter().enumerate() {
                let mut rest = row.clone();
                rest.get_mut(at).into_iter().for_each(|value| *value = 0);
                groups.entry(rest).or_default().push(point);
            }
            column.groups = groups
                .into_values()
                .filter(|group| group.len() > 1)
                .collect();
        }
        Self {
            columns,
            size: points.len(),
        }
    }

    /// What decides whether a point of all is one of some: where two differ in
    /// nothing else, and one of them is and the other is not. The values are
    /// those of all of some.
    pub(crate) fn conditions(&self, some: &Points, all: &Points) -> Conditions {
        let is_in = |points: &Points| -> Vec<bool> {
            (0..self.size)
                .map(|point| points.contains(&point))
                .collect()
        };
        let (of_some, of_all) = (is_in(some), is_in(all));
        let one_of = |of: &[bool], point: &usize| of.get(*point).copied().unwrap_or_default();
        let decides = |group: &Vec<usize>| {
            let mut within = group.iter().filter(|point| one_of(&of_all, point));
            let first = within.next().map(|point| one_of(&of_some, point));
            first.is_some_and(|first| within.any(|point| one_of(&of_some, point) != first))
        };
        let mut found = BTreeMap::new();
        for (at, column) in self.columns.iter().enumerate() {
            let own = column.values(some);
            let telling = column.tells(&own) && own != column.values(all);
            if telling && column.groups.iter().any(decides) {
                found.insert(at, own);
            }
        }
        Conditions(found)
    }

    /// The conditions of several that exclude each other: those under which one
    /// of them holds, and no other that is not more special. Nothing is said of
    /// what no condition decides.
    pub(crate) fn apart(&self, several: &[&Points], all: &Points) -> Vec<Conditions> {
        let conditions = several.iter().map(|some| self.conditions(some, all));
        let conditions: Vec<Conditions> = conditions.collect();
        let mut sure = vec![true; several.len()];
        loop {
            let others = || several.iter().zip(&conditions).zip(&sure);
            let decides = |own: &Conditions| {
                others().all(|((points, other), sure)| {
                    let special = *sure && other.imply(own);
                    special || !points.iter().any(|point| self.hold(own, *point))
                })
            };
            let still = conditions.iter().zip(&sure);
            let still: Vec<bool> = still.map(|(own, yes)| *yes && decides(own)).collect();
            if still == sure {
                break;
            }
            sure = still;
        }
        let kept = conditions.into_iter().zip(sure);
        kept.map(|(own, yes)| if yes { own } else { Conditions::default() })
            .collect()
    }

    fn hold(&self, conditions: &Conditions, point: usize) -> bool {
        let mut all = conditions.0.iter();
        all.all(|(at, values)| {
            let column = self.columns.get(*at);
            column.is_some_and(|column| values.contains(&column.value(point)))
        })
    }

    /// In words, without the versions.
    pub(crate) fn words(&self, conditions: &Conditions) -> Vec<String> {
        let word = |(at, values): (&usize, &BTreeSet<usize>)| {
            let column = self.columns.get(*at)?;
            let words = column.words(values);
            match column.matter {
                Matter::Host | Matter::Band => None,
                Matter::Kind => Some(words.join(" or ")),
                Matter::Runtime => Some(runtimes(&words)),
                Matter::Disk => Some(format!("disk {}", words.join(" or "))),
                Matter::Word(key) => Some(format!("`{key}` {}", words.join(" or "))),
                Matter::Stated(key) => Some(format!("`{key}` stated")),
                Matter::Memory => memory(&words, column.names.last()?),
            }
        };
        conditions.0.iter().filter_map(word).collect()
    }

    /// The versions in words: "13 and later", "before 18"; nothing where they
    /// decide nothing.
    pub(crate) fn versions(&self, conditions: &Conditions, since: &[Since]) -> Option<String> {
        let mut columns = self.columns.iter().enumerate();
        let (at, column) = columns.find(|(_, column)| column.matter == Matter::Band)?;
        let bands = column.words(conditions.0.get(&at)?).into_iter();
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for band in bands.filter_map(|band| band.parse().ok()) {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == band => *last = band,
                _ => runs.push((band, band)),
            }
        }
        let runs = runs.into_iter().filter_map(|(first, last)| {
            let from = first.checked_sub(1).and_then(|n| since.get(n));
            Some(match (from, since.get(last)) {
                (None, Some(next)) => format!("before {}", version(next)),
                (Some(from), None) => format!("{} and later", version(from)),
                (Some(from), Some(next)) => {
                    format!("{} and later, before {}", version(from), version(next))
                }
                (None, None) => return None,
            })
        });
        Some(runs.collect::<Vec<_>>().join(", "))
    }
}

impl Conditions {
    /// Whether whatever meets these meets the others too.
    fn imply(&self, other: &Self) -> bool {
        let mut all = other.0.iter();
        all.all(|(at, values)| self.0.get(at).is_some_and(|own| own.is_subset(values)))
    }
}

fn runtimes(names: &[&str]) -> String {
    match names {
        ["compose"] => "in compose".to_owned(),
        ["pm2"] => "under PM2".to_owned(),
        ["pm2", "systemd"] => "not in compose".to_owned(),
        ["compose", "systemd"] => "not under PM2".to_owned(),
        others => format!("under {}", others.join(" or ")),
    }
}

fn memory(values: &[&str], largest: &str) -> Option<String> {
    let bytes = |text: &str| text.parse().ok().map(Bytes);
    let (least, most) = (values.first()?, values.last()?);
    Some(if *most == largest {
        format!("seen from {} of memory on", bytes(least)?)
    } else {
        format!("seen up to {} of memory", bytes(most)?)
    })
}

/// As people name it: 13, 18.10, 1.25.1.
pub(crate) fn version(since: &Since) -> String {
    since.version.to_string().trim_end_matches(".0").to_owned()
}
