//! One number of a plan taken apart: where it comes from, what bound it, and
//! what would change it. How it is shown is not decided here.

use super::whatif::{self, Asked, Change, WhatIf};
use super::{Plan, Planned};
use crate::host::Host;
use crate::input::nearest;
use crate::setting::{Choice, Formula, Input, Setting};
use crate::stack::{HOST_ITSELF, ServiceSpec, Stack};
use crate::units::Bytes;

/// What a word on the command line names.
#[derive(Clone, Debug)]
pub enum Subject<'a> {
    /// A setting: of a service, or of the host itself.
    Setting(Option<&'a Planned>, &'a Setting),
    /// A service's share.
    Share(&'a Planned),
    /// What is not divided.
    Reserve,
}

/// Why a word names nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unnamed {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Finds what `SERVICE`, `SERVICE.key`, `KIND.key`, `system` or `system.key`
/// names; a key alone where only one has it.
pub fn find<'a>(plan: &'a Plan, word: &str) -> Result<Subject<'a>, Unnamed> {
    let (name, key) = match word.split_once('.') {
        Some((name, key)) => (name, Some(key)),
        None => (word, None),
    };
    if let Some(planned) = service(plan, name)? {
        return match key {
            None => Ok(Subject::Share(planned)),
            Some(key) => setting(plan, Some(planned), name, key),
        };
    }
    match key {
        None if name == HOST_ITSELF => Ok(Subject::Reserve),
        Some(key) if name == HOST_ITSELF => setting(plan, None, name, key),
        _ => alone(plan, word),
    }
}

/// A service by its name, or by its kind where it is the only one.
fn service<'a>(plan: &'a Plan, name: &str) -> Result<Option<&'a Planned>, Unnamed> {
    if let Some(planned) = plan.service(name) {
        return Ok(Some(planned));
    }
    let mut of_kind = plan.services.iter().filter(|planned| planned.kind == name);
    match (of_kind.next(), of_kind.next()) {
        (Some(first), Some(second)) => Err(Unnamed {
            message: format!("several services are of kind {name}"),
            help: format!("name one: {}, {}", first.name, second.name),
        }),
        (only, _) => Ok(only),
    }
}

fn settings<'a>(plan: &'a Plan, planned: Option<&'a Planned>) -> &'a [Setting] {
    let settled = match planned {
        Some(planned) => planned.settled.as_ref(),
        None => plan.system.as_ref(),
    };
    settled.map_or(&[], |settled| &settled.settings)
}

fn setting<'a>(
    plan: &'a Plan,
    planned: Option<&'a Planned>,
    name: &str,
    key: &str,
) -> Result<Subject<'a>, Unnamed> {
    let settings = settings(plan, planned);
    if let Some(setting) = settings.iter().find(|setting| setting.key == key) {
        return Ok(Subject::Setting(planned, setting));
    }
    if settings.is_empty() {
        return Err(Unnamed {
            message: format!("'{name}' has no settings in this plan"),
            help: if plan.fits {
                "they are not this host's to set, or it runs elsewhere".to_owned()
            } else {
                "the stack does not fit: 'tune plan' says what to do".to_owned()
            },
        });
    }
    let known = settings.iter().map(|setting| setting.key.as_ref());
    let near = nearest(key, known.clone());
    let help = if near.is_empty() {
        format!("it has {}", known.collect::<Vec<_>>().join(", "))
    } else {
        format!(
            "did you mean {name}.{}?",
            near.join(&format!(" or {name}."))
        )
    };
    let message = format!("'{name}' has no setting '{}'", key.escape_default());
    Err(Unnamed { message, help })
}

/// A key without a service, where only one has it.
fn alone<'a>(plan: &'a Plan, key: &str) -> Result<Subject<'a>, Unnamed> {
    let owners = plan.services.iter().map(Some).chain([None]);
    let having: Vec<(Option<&Planned>, &Setting)> = owners
        .filter_map(|owner| {
            let mut settings = settings(plan, owner).iter();
            Some((owner, settings.find(|setting| setting.key == key)?))
        })
        .collect();
    let title = |owner: Option<&Planned>| {
        owner.map_or_else(|| HOST_ITSELF.to_owned(), |planned| planned.name.clone())
    };
    let message = format!("nothing is called '{}'", key.escape_default());
    match having.as_slice() {
        [(owner, setting)] => Ok(Subject::Setting(*owner, setting)),
        [] => {
            let names = plan.services.iter().map(|planned| planned.name.as_str());
            let near = nearest(key, names.clone().chain([HOST_ITSELF]));
            let help = if near.is_empty() {
                let names: Vec<&str> = names.chain([HOST_ITSELF]).collect();
                format!(
                    "SERVICE for its share, SERVICE.key for a setting; there are {}",
                    names.join(", ")
                )
            } else {
                format!("did you mean {}?", near.join(" or "))
            };
            Err(Unnamed { message, help })
        }
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|(owner, _)| format!("{}.{key}", title(*owner)))
                .collect();
            Err(Unnamed {
                message: format!("several services have '{key}'"),
                help: format!("name one: {}", names.join(", ")),
            })
        }
    }
}

/// A setting taken apart.
#[derive(Clone, Debug)]
pub struct SettingExplained {
    /// The inputs of its formula.
    pub inputs: Vec<Input>,
    /// The bounds that decided.
    pub choices: Vec<Choice>,
    /// The file that holds it.
    pub file: String,
    /// What would change it, by planning again.
    pub changes: Vec<Change>,
    /// How many things were tried.
    pub tried: usize,
}

/// Takes a setting apart.
pub fn explain_setting(
    host: &Host,
    stack: &Stack,
    plan: &Plan,
    owner: Option<&Planned>,
    setting: &Setting,
) -> SettingExplained {
    let mut turned = Vec::new();
    if setting.pinned.is_some() {
        let name = owner.map_or("", |planned| planned.name.as_str());
        turned.push(whatif::without_pin(host, stack, name, &setting.key));
    }
    turned.extend(match owner {
        Some(planned) => whatif::of_service(host, stack, planned, Asked::Setting),
        None => whatif::of_system(host, stack),
    });
    let read = |plan: &Plan| {
        let owner = owner.map(|planned| plan.service(&planned.name));
        let settings = match owner {
            Some(None) => &[],
            Some(planned) => settings(plan, planned),
            None => settings(plan, None),
        };
        let same = |other: &&Setting| other.key == setting.key && other.file == setting.file;
        settings.iter().find(same).map(|found| found.text.clone())
    };
    let formula = setting.expression();
    SettingExplained {
        inputs: formula.map(Formula::inputs).unwrap_or_default(),
        choices: formula.map(Formula::choices).unwrap_or_default(),
        file: file(plan, owner, setting),
        tried: turned.len(),
        changes: whatif::changes(
            plan,
            owner.map(|planned| planned.name.as_str()),
            turned,
            read,
        ),
    }
}

/// The path of the file that holds a setting, or its short name where it is
/// none of its service's own.
fn file(plan: &Plan, owner: Option<&Planned>, setting: &Setting) -> String {
    let settled = match owner {
        Some(planned) => planned.settled.as_ref(),
        None => plan.system.as_ref(),
    };
    let mut files = settled.iter().flat_map(|settled| &settled.files);
    let holds = files.find(|file| file.sheet == setting.file);
    holds.map_or_else(|| setting.file.to_owned(), |file| file.path.clone())
}

/// What limited a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// It runs elsewhere.
    External,
    /// The stack does not fit: nothing was given.
    Unfit,
    /// The stack pins it.
    Pinned,
    /// Nothing was left above the floors.
    Floor,
    /// What was left above the floors did not hold all wants.
    WantCut,
    /// It has what it wants, and nothing was left.
    Want,
    /// It has what it can use at most.
    Max,
    /// Its part of what was left after all wants.
    Rest,
}

/// Where a floor or a want comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The stack pins the memory.
    Pinned,
    /// The stack states it.
    Stated,
    /// The stack states this, all replicas together, which is less than it runs in.
    Short(Bytes),
    /// It is the want: of a floor, because that is strict or small.
    Want,
    /// It is the max, which is small.
    Max,
    /// It is the floor: of a want, because that is not below it.
    Floor,
    /// What its kind is measured to need, or usually would like.
    Kind,
}

/// A share taken apart.
#[derive(Clone, Debug)]
pub struct ShareExplained {
    /// What limited it.
    pub limited: Limited,
    /// Where the floor comes from, but for what pinned settings lift it by.
    pub floor: Origin,
    /// Where the want comes from.
    pub want: Origin,
    /// What would change it, by planning again.
    pub changes: Vec<Change>,
    /// How many things were tried.
    pub tried: usize,
}

/// Takes a share apart.
pub fn explain_share(host: &Host, stack: &Stack, plan: &Plan, planned: &Planned) -> ShareExplained {
    let spec = stack.services.get(&planned.name);
    let pins = planned.raise.iter().flat_map(|raise| &raise.pins);
    let mut turned: Vec<WhatIf> = pins
        .map(|pin| WhatIf {
            label: format!("without the pinned {}", pin.key),
            ..whatif::without_pin(host, stack, &planned.name, &pin.key)
        })
        .collect();
    turned.extend(whatif::of_service(host, stack, planned, Asked::Share));
    let read = |plan: &Plan| {
        let limit = plan.service(&planned.name)?.limit?;
        Some(limit.to_string())
    };
    ShareExplained {
        limited: limited(planned, spec.is_some_and(|spec| spec.memory.is_some())),
        floor: spec.map_or(Origin::Kind, |spec| floor(planned, spec)),
        want: spec.map_or(Origin::Kind, |spec| want(planned, spec)),
        tried: turned.len(),
        changes: whatif::changes(plan, Some(&planned.name), turned, read),
    }
}

fn floor(planned: &Planned, spec: &ServiceSpec) -> Origin {
    let lifted = planned.raise.as_ref().map_or(Bytes::ZERO, |raise| raise.by);
    let floor = planned.stake.floor.less(lifted);
    let is = |stated: Option<Bytes>| stated.is_some_and(|one| one.times(spec.replicas) == floor);
    match spec.floor {
        _ if spec.memory.is_some() => Origin::Pinned,
        _ if spec.strict => Origin::Want,
        Some(_) if is(spec.floor) => Origin::Stated,
        Some(stated) => Origin::Short(stated.times(spec.replicas)),
        None if is(spec.want) => Origin::Want,
        None if is(spec.max) => Origin::Max,
        None => Origin::Kind,
    }
}

fn want(planned: &Planned, spec: &ServiceSpec) -> Origin {
    let want = planned.stake.want;
    let is = |stated: Option<Bytes>| stated.is_some_and(|one| one.times(spec.replicas) == want);
    match spec.want {
        _ if spec.memory.is_some() => Origin::Pinned,
        Some(_) if is(spec.want) => Origin::Stated,
        _ if is(spec.max) => Origin::Max,
        Some(_) => Origin::Floor,
        None if planned.raise.is_some() && want == planned.stake.floor => Origin::Floor,
        None => Origin::Kind,
    }
}

fn limited(planned: &Planned, pinned: bool) -> Limited {
    let stake = planned.stake;
    let Some(limit) = planned.limit else {
        return if planned.external {
            Limited::External
        } else {
            Limited::Unfit
        };
    };
    if pinned {
        Limited::Pinned
    } else if limit < stake.want && limit <= stake.floor {
        Limited::Floor
    } else if limit < stake.want {
        Limited::WantCut
    } else if stake.max.is_some_and(|max| limit >= max) {
        Limited::Max
    } else if limit == stake.want {
        Limited::Want
    } else {
        Limited::Rest
    }
}
