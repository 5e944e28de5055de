//! One number of a plan taken apart, for a terminal.

mod document;

pub use document::{reserve as reserve_json, schema};

use std::fmt::Write as _;

use super::sum::Sum;
use super::wrap::wrap;
use super::{Look, mib};
use crate::plan::explain::{Limited, Origin, SettingExplained, ShareExplained};
use crate::plan::whatif::Change;
use crate::plan::{Plan, Planned, row};
use crate::services::Settled;
use crate::setting::{Bound, Choice, Input, Setting, Value};
use crate::units::{Bytes, Cpus};

/// Where the labels of a setting end.
const LABEL: usize = 12;

/// A setting and what explains it.
pub struct SettingView<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Whose it is; nothing for the host's own.
    pub owner: Option<&'a Planned>,
    /// The setting.
    pub setting: &'a Setting,
    /// What explains it.
    pub explained: &'a SettingExplained,
}

/// A share and what explains it.
pub struct ShareView<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Whose it is.
    pub planned: &'a Planned,
    /// What explains it.
    pub explained: &'a ShareExplained,
}

/// A labelled line; what does not fit goes on below, indented.
fn line(out: &mut String, label: &str, text: &str, look: &Look<'_>) {
    wrap(out, &format!("  {label:<LABEL$}"), text, look.width);
}

impl SettingView<'_> {
    fn owner_name(&self) -> &str {
        self.owner.map_or("system", |planned| planned.name.as_str())
    }

    /// Its row in the documents.
    fn docs(&self) -> String {
        row::cited(self.owner.map(|planned| planned.kind), self.setting)
    }

    /// For a terminal.
    pub fn text(&self, look: &Look<'_>) -> String {
        let mut out = String::new();
        let setting = self.setting;
        let title = format!("{}.{} = {}", self.owner_name(), setting.key, shown(setting));
        let _ = writeln!(out, "{}", (look.heading)(&title));
        let kind = self.owner.map_or("the host", |planned| planned.kind);
        let place = format!("{kind} of {} on {}", self.plan.stack, self.plan.host.name);
        line(&mut out, "for", &place, look);
        if let Some(spot) = &setting.pinned {
            line(&mut out, "pinned", &format!("at {spot}"), look);
        }
        if !setting.because().is_empty() {
            line(&mut out, "because", setting.because(), look);
        }
        if let Some(formula) = setting.expression() {
            if !self.explained.inputs.is_empty() {
                line(&mut out, "formula", &formula.names(), look);
            }
            let sum = format!("{} = {}", formula.numbers(), shown(setting));
            line(&mut out, "computed", &sum, look);
        }
        for Input { name, value } in &self.explained.inputs {
            line(&mut out, "input", &format!("{name} = {value}"), look);
        }
        for choice in &self.explained.choices {
            bound_by(&mut out, choice, look);
        }
        line(&mut out, "source", setting.source, look);
        let needs = format!("a change needs {}", setting.activation.text());
        line(&mut out, "effect", &needs, look);
        line(&mut out, "file", &self.explained.file, look);
        line(&mut out, "docs", &self.docs(), look);
        changes(
            &mut out,
            &self.explained.changes,
            self.explained.tried,
            look,
        );
        out
    }
}

/// The spelling, and the size where the spelling has no unit.
fn shown(setting: &Setting) -> String {
    let bare = setting.text.chars().all(|c| c.is_ascii_digit());
    match &setting.value {
        Value::Size(bytes) if bare => format!("{} ({})", setting.text, mib(*bytes)),
        _ if setting.text.is_empty() => "\"\"".to_owned(),
        _ => setting.text.clone(),
    }
}

fn bound_by(out: &mut String, choice: &Choice, look: &Look<'_>) {
    let Bound { formula, value } = &choice.chosen;
    let chosen = if formula == value {
        value.clone()
    } else {
        format!("{formula} = {value}")
    };
    let word = if choice.function == "min" {
        "the others allow"
    } else {
        "the others ask for"
    };
    let others: Vec<&str> = choice
        .others
        .iter()
        .map(|other| other.value.as_str())
        .collect();
    let text = format!("{chosen}; {word} {}", others.join(", "));
    line(out, "bound by", &text, look);
}

fn changes(out: &mut String, changes: &[Change], tried: usize, look: &Look<'_>) {
    if changes.is_empty() {
        let text =
            format!("none of {tried} that were tried: its own keys, those of its users, the host");
        line(out, "changes", &text, look);
        return;
    }
    let _ = writeln!(out, "  what would change it");
    for Change { with, value } in changes {
        let value = if value.is_empty() { "\"\"" } else { value };
        wrap(out, "    ", &format!("{with}: {value}"), look.width);
    }
}

impl ShareView<'_> {
    /// For a terminal.
    pub fn text(&self, look: &Look<'_>) -> String {
        let planned = self.planned;
        let mut out = String::new();
        let title = match planned.limit {
            Some(limit) => format!("{}: {}", planned.name, mib(limit)),
            None => planned.name.clone(),
        };
        let _ = writeln!(out, "{}", (look.heading)(&title));
        let (stack, host) = (&self.plan.stack, &self.plan.host.name);
        let times = match planned.replicas {
            1 => String::new(),
            n => format!(", {n} replicas together"),
        };
        let place = format!("{} of {stack} on {host}{times}", planned.kind);
        line(&mut out, "for", &place, look);
        if planned.external {
            line(&mut out, "limited by", limited(self), look);
        } else {
            self.stakes(&mut out, look);
        }
        if let Some(settled) = planned.settled.as_ref().filter(|_| planned.limit.is_some()) {
            worst(&mut out, planned, settled, look);
            processes(&mut out, planned, look);
        }
        if planned.load > 0 {
            let load = format!("{} can be opened to it at once", planned.load);
            line(&mut out, "connections", &load, look);
        }
        changes(
            &mut out,
            &self.explained.changes,
            self.explained.tried,
            look,
        );
        out
    }

    /// Where the floor comes from, with the pins that lift it.
    fn floor(&self) -> String {
        let planned = self.planned;
        let from = match self.explained.floor {
            Origin::Pinned => "its memory is pinned".to_owned(),
            Origin::Stated => "stated".to_owned(),
            Origin::Short(stated) => {
                format!("{} is stated; it runs in nothing less", mib(stated))
            }
            Origin::Want => "its want is no more, or strict".to_owned(),
            Origin::Max => "its max is no more".to_owned(),
            Origin::Floor | Origin::Kind if planned.divides_connections => {
                "one of it with the connections that its users need, as measured".to_owned()
            }
            Origin::Floor | Origin::Kind => "what one process of it needs, as measured".to_owned(),
        };
        match &planned.raise {
            None => from,
            Some(raise) => format!(
                "{} ({from}) and {} for what is pinned: {}",
                mib(planned.stake.floor.less(raise.by)),
                mib(raise.by),
                raise.places()
            ),
        }
    }

    /// Where the want comes from.
    fn want(&self) -> &'static str {
        match self.explained.want {
            Origin::Pinned => "its memory is pinned",
            Origin::Stated => "stated",
            Origin::Max => "its max is no more",
            Origin::Floor | Origin::Short(_) | Origin::Want => {
                "its floor: less is stated, or usual"
            }
            Origin::Kind => "its kind's default",
        }
    }

    fn stakes(&self, out: &mut String, look: &Look<'_>) {
        let stake = self.planned.stake;
        let floor = format!("{}: {}", mib(stake.floor), self.floor());
        line(out, "floor", &floor, look);
        let want = format!("{}: {}", mib(stake.want), self.want());
        line(out, "want", &want, look);
        let max = stake
            .max
            .map_or_else(|| "the rest of the host".to_owned(), mib);
        line(out, "max", &max, look);
        let all: u64 = self
            .plan
            .services
            .iter()
            .filter(|planned| !planned.external)
            .map(|planned| planned.stake.weight)
            .sum();
        let (own, all) = (Cpus(stake.weight), Cpus(all));
        line(out, "weight", &format!("{own} of {all}"), look);
        line(out, "cpus", &self.planned.cpus.to_string(), look);
        line(out, "limited by", limited(self), look);
    }
}

fn worst(out: &mut String, planned: &Planned, settled: &Settled, look: &Look<'_>) {
    let text = Sum::of(&settled.worst, planned.replicas).text(planned.replicas) + " MiB";
    line(out, "at worst", &text, look);
}

/// How many, and by which rules; nothing where there is no choice.
fn processes(out: &mut String, planned: &Planned, look: &Look<'_>) {
    let crew = &planned.crew;
    if crew.inputs().is_empty() {
        return;
    }
    let (names, numbers, each) = (crew.names(), crew.numbers(), crew.whole());
    let text = match planned.replicas {
        1 => format!("{names} = {numbers} = {each}"),
        n => format!("{names} = {numbers} = {each}, {n} times"),
    };
    line(out, "processes", &text, look);
}

/// What limited a share, in a sentence.
fn limited(view: &ShareView<'_>) -> &'static str {
    match view.explained.limited {
        Limited::External => "nothing here: it runs elsewhere and takes no memory of this host",
        Limited::Unfit => "the host: the floors of all services do not fit",
        Limited::Pinned => "its pin: exactly this, as stated",
        Limited::Floor => "the host: nothing is left above the floors",
        Limited::WantCut => {
            "the host: what is left above the floors is less than all wants, and goes by weight"
        }
        Limited::Want => "its want: all wants are met, and nothing is left",
        Limited::Max => "its max: it has what it can put to use",
        Limited::Rest => "its weight: all wants are met, and it has its part of the rest",
    }
}

/// What is not divided, for a terminal.
pub fn reserve_text(plan: &Plan, look: &Look<'_>) -> String {
    let mut out = String::new();
    let reserve = &plan.reserve;
    let title = format!("system: {}", mib(reserve.total()));
    let _ = writeln!(out, "{}", (look.heading)(&title));
    line(
        &mut out,
        "for",
        &format!("the host {}", plan.host.name),
        look,
    );
    for (label, formula) in [("unseen", &reserve.unseen), ("os", &reserve.os)] {
        let text = format!("{} = {}", formula.numbers(), mib(Bytes(formula.ceiling())));
        line(&mut out, label, &text, look);
    }
    line(&mut out, "extra", &mib(reserve.extra), look);
    line(&mut out, "source", "docs/formulas.md#system-reserve", look);
    let memory = plan.host.usable_memory();
    let left = format!("{} of {} are divided", mib(plan.divisible), mib(memory));
    line(&mut out, "leaves", &left, look);
    out
}
