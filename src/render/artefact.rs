//! The files of a plan, in full.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, Value};

use super::{RenderError, Templates};
use crate::formats::Format;
use crate::plan::Plan;
use crate::services::{FileSpec, Meets, Settled, Validator};
use crate::setting::{self, Setting};
use crate::stack::{HOST_ITSELF, WHOLE_STACK};

/// One file as it goes to the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artefact {
    /// Whose it is: a service, [`HOST_ITSELF`], or [`WHOLE_STACK`] for what belongs to all.
    pub service: String,
    /// Where it goes.
    pub path: String,
    /// Its permissions.
    pub mode: u32,
    /// Its owner, `user:group`.
    pub owner: String,
    /// How it meets a live file.
    pub meets: Meets,
    /// What it is written in.
    pub format: Format,
    /// Where its program begins to read: a path, or the unit that it is a part of.
    pub main: String,
    /// The short name of the settings that it holds.
    pub sheet: &'static str,
    /// What says whether it is valid.
    pub validator: Validator,
    /// All of it.
    pub content: String,
}

/// The three lines that open every file.
#[derive(Clone, Debug, Serialize)]
struct Head {
    made_by: String,
    made_for: String,
    see: String,
}

/// A service's settings as its templates see them: made once for all its files.
struct Lines {
    /// With the file that each stands in, in order.
    all: Vec<(&'static str, Value)>,
    by_key: Value,
}

/// What a template can show of a setting.
#[derive(Serialize)]
struct Line<'a> {
    key: &'a str,
    value: &'a setting::Value,
    text: &'a str,
    why: String,
}

impl Lines {
    fn of(settings: &[Setting]) -> Self {
        let mut all = Vec::with_capacity(settings.len());
        let mut by_key: BTreeMap<String, Value> = BTreeMap::new();
        for setting in settings {
            let line = Value::from_serializable(&Line {
                key: &setting.key,
                value: &setting.value,
                text: &setting.text,
                why: setting.why(),
            });
            by_key.insert(setting.key.clone().into_owned(), line.clone());
            all.push((setting.file, line));
        }
        Self {
            all,
            by_key: by_key.into(),
        }
    }

    fn sheet(&self, file: &str) -> Value {
        let mine = self.all.iter().filter(|(of, _)| *of == file);
        let mine: Vec<Value> = mine.map(|(_, line)| line.clone()).collect();
        mine.into()
    }
}

/// Every file of a plan, by path, from tune's own templates.
pub fn artefacts(plan: &Plan) -> Result<Vec<Artefact>, RenderError> {
    artefacts_with(plan, &Templates::default())
}

/// Every file of a plan, by path.
pub fn artefacts_with(plan: &Plan, templates: &Templates) -> Result<Vec<Artefact>, RenderError> {
    let press = Press { plan, templates };
    let mut artefacts = Vec::new();
    if let Some(system) = &plan.system {
        press.add(&mut artefacts, HOST_ITSELF, system)?;
    }
    for planned in &plan.services {
        if let Some(settled) = &planned.settled {
            press.add(&mut artefacts, &planned.name, settled)?;
        }
    }
    let none = Lines::of(&[]);
    for file in &plan.files {
        artefacts.push(press.one(WHOLE_STACK, file, &none)?);
    }
    artefacts.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(artefacts)
}

/// What files are made of.
struct Press<'a> {
    plan: &'a Plan,
    templates: &'a Templates,
}

impl Press<'_> {
    fn add(
        &self,
        artefacts: &mut Vec<Artefact>,
        service: &str,
        settled: &Settled,
    ) -> Result<(), RenderError> {
        let lines = Lines::of(&settled.settings);
        for file in &settled.files {
            artefacts.push(self.one(service, file, &lines)?);
        }
        Ok(())
    }

    fn one(&self, service: &str, file: &FileSpec, lines: &Lines) -> Result<Artefact, RenderError> {
        let refused = |reason: String| RenderError {
            path: file.path.clone(),
            reason,
            spot: None,
            own: false,
        };
        if !is_plain_path(&file.path) {
            return Err(refused(
                "the path must be absolute, without '..', '.', empty parts or control characters"
                    .to_owned(),
            ));
        }
        let mut context =
            Context::from_serialize(&file.facts).map_err(|error| refused(error.to_string()))?;
        context.insert("head", &head(self.plan, service, file.meets));
        context.insert_value("settings", lines.sheet(file.sheet));
        context.insert_value("s", lines.by_key.clone());
        let mut text = self.templates.render(file.template, &file.path, &context)?;
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(Artefact {
            service: service.to_owned(),
            path: file.path.clone(),
            mode: file.mode,
            owner: file.owner.clone(),
            meets: file.meets,
            format: file.format,
            main: file.main.clone().unwrap_or_else(|| file.path.clone()),
            sheet: file.sheet,
            validator: file.validator.clone(),
            content: text,
        })
    }
}

fn head(plan: &Plan, service: &str, meets: Meets) -> Head {
    let explain = match service {
        WHOLE_STACK => HOST_ITSELF,
        name => name,
    };
    let mut made_for = format!("for host {} with stack {}", plan.host.name, plan.stack);
    if plan.overcommitted {
        made_for.push_str(" - OVERCOMMITTED: the floors do not fit this host");
    }
    Head {
        made_by: format!("Made by tune {}", env!("CARGO_PKG_VERSION")),
        made_for,
        see: format!(
            "Why each value: tune explain {explain}{}",
            match meets {
                Meets::Own => "",
                // Laid over a live file it would take away what a person wrote there.
                Meets::Merge => ". To be merged into the file that is there, not to replace it",
            }
        ),
    }
}

/// A path that stays below its root.
fn is_plain_path(path: &str) -> bool {
    path.strip_prefix('/').is_some_and(|rest| {
        !rest.chars().any(char::is_control)
            && rest.split('/').all(|part| !matches!(part, "" | "." | ".."))
    })
}
