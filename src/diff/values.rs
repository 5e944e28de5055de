//! The settings of one file: what is in effect before and after, and what wins
//! over them.

use std::collections::{BTreeMap, VecDeque};

use super::candidate::{Candidate, Named};
use super::compare::is_made_by_tune;
use super::located::{located, parameter};
use super::model::{Old, SettingDifference, Shadow, ShadowKind, delta};
use super::remark::remark_above;
use crate::formats::{Format, Normal, Occurrence, Reading, Standing};

/// A candidate with what its program reads before and after.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) candidate: &'a Candidate,
    pub(super) before: &'a [Reading],
    pub(super) after: &'a [Reading],
    /// Whether the program reads the file at all.
    pub(super) is_read: bool,
    /// Whether what is there is code, of which nothing is known.
    pub(super) is_code: bool,
}

/// Its settings, and how many other statements of the file change.
pub(super) fn compare(sides: &Sides<'_>) -> (Vec<SettingDifference>, usize) {
    let candidate = sides.candidate;
    let planned = sides.planned();
    let after = if sides.is_read {
        sides.after.first()
    } else {
        Some(&planned)
    };
    let Some(after) = after else {
        return (Vec::new(), 0);
    };
    let mine = of_file(after, &candidate.path);
    let wanted = of_file(&planned, &candidate.path);
    let mut found = Vec::new();
    let mut places = Vec::new();
    if let Some(settings) = &candidate.settings {
        let many = candidate.is_shared();
        for setting in settings {
            let at = located(setting, &mine, many);
            let ones = at.iter().filter_map(|n| mine.get(*n));
            found.extend(ones.map(|one| sides.difference(Some(setting), one)));
            if at.is_empty() {
                let at = located(setting, &wanted, many);
                let ones = at.iter().filter_map(|n| wanted.get(*n));
                found.extend(ones.filter_map(|one| sides.unwritten(setting, one)));
            }
            places.extend(at);
        }
        found.dedup_by(|a, b| a.key == b.key && a.new == b.new && a.old == b.old);
    }
    let rest = mine.iter().enumerate().filter(|(n, _)| !places.contains(n));
    let rest: Vec<&Occurrence> = rest.map(|(_, one)| *one).collect();
    let rest = sides.unplanned(&rest, after);
    if candidate.settings.is_some() {
        let others = rest.iter().filter(|one| one.is_change()).count();
        // What tune set once and does no more is worth a line.
        found.extend(rest.into_iter().filter(|one| one.new.is_none()));
        return (found, others);
    }
    (rest, 0)
}

fn of_file<'a>(reading: &'a Reading, path: &str) -> Vec<&'a Occurrence> {
    let all = reading.occurrences.iter();
    all.filter(|one| one.file == path).collect()
}

impl Sides<'_> {
    /// What the candidate says by itself.
    fn planned(&self) -> Reading {
        let path = &self.candidate.path;
        let content = self.candidate.content.clone();
        let only = content.map(|content| (path.clone(), content));
        let only: BTreeMap<String, Vec<u8>> = only.into_iter().collect();
        self.candidate.format.read_alone(&only, path)
    }

    /// A setting of the plan that the file would not say: a merge leaves it out
    /// where another file has it and the program would refuse a second one, and
    /// nothing is changed in a file that is not understood.
    fn unwritten(&self, setting: &Named, one: &Occurrence) -> Option<SettingDifference> {
        let format = self.candidate.format;
        let before = self.before.first()?;
        let shadows = match before.effective(&one.within, &one.key) {
            Some(other) => vec![shadow(format, other, ShadowKind::Wins)],
            None if before.is_whole() => return None,
            None => Vec::new(),
        };
        Some(SettingDifference {
            shadows,
            ..self.difference(Some(setting), one)
        })
    }

    /// Statements that are no setting of the plan, each against the one in its
    /// place before: the first of a key against the first, the second against the
    /// second. Several of one key may all count.
    fn unplanned(&self, ones: &[&Occurrence], after: &Reading) -> Vec<SettingDifference> {
        let before = self.before.first();
        let before = before.map(|before| of_file(before, &self.candidate.path));
        let mut left: BTreeMap<(&[String], &str), VecDeque<&Occurrence>> = BTreeMap::new();
        for one in before.iter().flatten() {
            let all = left.entry((one.within.as_slice(), one.key.as_str()));
            all.or_default().push_back(one);
        }
        let mut found = Vec::new();
        for one in ones {
            let key = (one.within.as_slice(), one.key.as_str());
            let old = left.get_mut(&key).and_then(VecDeque::pop_front);
            found.push(self.against(old, one));
        }
        let stays = of_file(after, &self.candidate.path);
        let stays = |one: &Occurrence| {
            let mut all = stays.iter();
            all.any(|other| other.within == one.within && other.key == one.key)
        };
        let gone = left.into_values().flatten();
        let planned = self.candidate.settings.is_some();
        // What is a setting of the plan is compared as one.
        let gone = gone.filter(|one| !planned || !stays(one));
        found.extend(gone.map(|one| self.gone(one, (!stays(one)).then_some(after))));
        found
    }

    /// A statement against the one in its place before.
    fn against(&self, old: Option<&Occurrence>, one: &Occurrence) -> SettingDifference {
        let format = self.candidate.format;
        let difference = self.difference(None, one);
        let Some(old) = old else {
            return SettingDifference {
                same: false,
                ..difference
            };
        };
        let was = format.normal(&old.key, &old.value);
        let is = format.normal(&one.key, &one.value);
        SettingDifference {
            same: was == is,
            delta: delta(&was, &is).filter(|_| format.is_memory(&one.key)),
            old: Old::File {
                value: format.spell(&one.key, &was),
                file: old.file.clone(),
                line: old.line,
            },
            ..difference
        }
    }

    fn difference(&self, setting: Option<&Named>, one: &Occurrence) -> SettingDifference {
        let format = self.candidate.format;
        let part = setting.and_then(|setting| part(setting, one));
        let (old, old_normal) = self.old(setting, one, part.is_some());
        let new = part.unwrap_or_else(|| one.value.to_string());
        let new_normal = format.normal(&one.key, new.as_bytes());
        let whole = self.after.iter().all(Reading::is_whole);
        let shadows = match (self.is_read, whole) {
            (true, _) => self.shadows(one),
            (false, true) => vec![self.not_read()],
            // Whether it is read is not known.
            (false, false) => Vec::new(),
        };
        SettingDifference {
            service: setting.map_or_else(
                || self.candidate.service.clone(),
                |setting| setting.service.clone(),
            ),
            path: self.candidate.path.clone(),
            within: one.within.clone(),
            key: setting.map_or_else(|| one.key.clone(), |setting| setting.key.clone()),
            delta: old_normal
                .as_ref()
                .and_then(|old| delta(old, &new_normal))
                .filter(|_| format.is_memory(&one.key)),
            same: old_normal.as_ref() == Some(&new_normal),
            old,
            new: Some(new),
            shadows,
            running: Vec::new(),
            secret: format.is_secret(&one.key, &one.value),
            why: match setting {
                Some(setting) => setting.why.clone(),
                None => self.remark(one),
            },
            source: setting
                .map(|setting| setting.source.clone())
                .unwrap_or_default(),
            needs: setting.map(|setting| setting.needs),
            planned: setting.is_some(),
        }
    }

    /// What is in effect now, spelled as the format does.
    fn old(
        &self,
        setting: Option<&Named>,
        one: &Occurrence,
        is_part: bool,
    ) -> (Old, Option<Normal>) {
        let format = self.candidate.format;
        let Some(before) = self.before.first() else {
            return (Old::Unset, None);
        };
        let value_of = |found: &Occurrence| match setting {
            Some(setting) if is_part => parameter(found, &setting.key),
            _ => Some(found.value.to_string()),
        };
        let found = in_effect(format, before, one);
        if let Some((found, value)) = found.and_then(|found| Some((found, value_of(found)?))) {
            let normal = format.normal(&one.key, value.as_bytes());
            let old = Old::File {
                value: format.spell(&one.key, &normal),
                file: found.file.clone(),
                line: found.line,
            };
            return (old, Some(normal));
        }
        if !before.is_whole() || self.is_code {
            return (Old::Unknown, None);
        }
        // A unit that is not there has no defaults either.
        if before.files.is_empty() && format == Format::Systemd {
            return (Old::Unset, None);
        }
        match setting.and_then(|setting| setting.default.clone()) {
            Some(default) => {
                let normal = format.normal(&one.key, default.as_bytes());
                (Old::Default(default), Some(normal))
            }
            None => (Old::Unset, None),
        }
    }

    fn shadows(&self, one: &Occurrence) -> Vec<Shadow> {
        let format = self.candidate.format;
        let mut found = Vec::new();
        for (n, reading) in self.after.iter().enumerate() {
            let own = |other: &&Occurrence| {
                other.file == one.file && other.within == one.within && other.key == one.key
            };
            let Some(here) = reading.occurrences.iter().rfind(own) else {
                continue;
            };
            if here.standing == Standing::PassedOver {
                found.push(shadow(format, here, ShadowKind::NotTaken));
                continue;
            }
            let Some(winner) = reading
                .winner_over(here)
                .filter(|winner| winner.file != one.file)
            else {
                continue;
            };
            let kind = if self.after.len() > 1 && (n > 0 || !self.lost_everywhere(one)) {
                ShadowKind::WinsFor(reading.reader)
            } else {
                ShadowKind::Wins
            };
            found.push(shadow(format, winner, kind));
        }
        let reading = self.after.first().filter(|_| format.inherits());
        let inner = reading.map(|reading| reading.overridden_within(format, &one.within, &one.key));
        for other in inner
            .into_iter()
            .flatten()
            .filter(|other| other.file != one.file)
        {
            let block = other.within.last().cloned().unwrap_or_default();
            found.push(shadow(format, other, ShadowKind::Inside(block)));
        }
        found
    }

    fn lost_everywhere(&self, one: &Occurrence) -> bool {
        self.after.iter().all(|reading| {
            let effective = reading.effective(&one.within, &one.key);
            effective.is_some_and(|winner| winner.file != one.file)
        })
    }

    /// What tune wrote above a statement, where it wrote the file.
    fn remark(&self, one: &Occurrence) -> String {
        let content = self.candidate.content.as_deref();
        let content = content.filter(|content| is_made_by_tune(content));
        content.map_or_else(String::new, |content| remark_above(content, one.line))
    }

    fn not_read(&self) -> Shadow {
        Shadow {
            by: self.candidate.main.clone(),
            line: 0,
            value: String::new(),
            kind: ShadowKind::NotRead,
        }
    }

    /// What the file says now and would not say any more; `after` tells what holds
    /// then.
    fn gone(&self, one: &Occurrence, after: Option<&Reading>) -> SettingDifference {
        let format = self.candidate.format;
        let then = after.and_then(|after| in_effect(format, after, one));
        let normal = format.normal(&one.key, &one.value);
        let why = match &self.candidate.settings {
            Some(_) => "no setting of the plan any more",
            None => "",
        };
        SettingDifference {
            service: self.candidate.service.clone(),
            path: self.candidate.path.clone(),
            within: one.within.clone(),
            key: one.key.clone(),
            old: Old::File {
                value: format.spell(&one.key, &normal),
                file: one.file.clone(),
                line: one.line,
            },
            new: then.map(|then| then.value.to_string()),
            delta: None,
            same: then.is_some_and(|then| format.normal(&then.key, &then.value) == normal),
            shadows: Vec::new(),
            running: Vec::new(),
            secret: format.is_secret(&one.key, &one.value),
            why: why.to_owned(),
            source: String::new(),
            needs: None,
            planned: false,
        }
    }
}

/// The part of a statement that is the setting, where it is only a part.
fn part(setting: &Named, one: &Occurrence) -> Option<String> {
    let name = one.key.split(' ').next().unwrap_or_default();
    if one.key == setting.key || name == setting.key {
        return None;
    }
    parameter(one, &setting.key)
}

/// The statement that is in effect: the one of its own block, or what an outer
/// block says.
fn in_effect<'a>(format: Format, reading: &'a Reading, one: &Occurrence) -> Option<&'a Occurrence> {
    let mut within = one.within.as_slice();
    loop {
        let found = reading.effective(within, &one.key);
        if found.is_some() || !format.inherits() {
            return found;
        }
        within = within.split_last()?.1;
    }
}

fn shadow(format: Format, winner: &Occurrence, kind: ShadowKind) -> Shadow {
    let normal = format.normal(&winner.key, &winner.value);
    Shadow {
        by: winner.file.clone(),
        line: winner.line,
        value: format.spell(&winner.key, &normal),
        kind,
    }
}
