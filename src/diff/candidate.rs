//! What is to be put on a host: the files of a plan with the settings that they
//! hold, or those of a rendered tree, of which no plan is known.

use crate::formats::Format;
use crate::plan::{Plan, Planned, confine};
use crate::render::Artefact;
use crate::services::{self, Meets, Validator};
use crate::setting::{Activation, Setting};
use crate::stack::{HOST_ITSELF, Runtime, WHOLE_STACK};

/// A file that is to be put somewhere.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Whose it is, as [`Artefact::service`].
    pub service: String,
    /// Where it goes.
    pub path: String,
    /// Its permissions, where they are known.
    pub mode: Option<u32>,
    /// Its owner, `user:group`, where it is known.
    pub owner: Option<String>,
    /// How it meets a live file.
    pub meets: Meets,
    /// What it is written in.
    pub format: Format,
    /// Where its program begins to read.
    pub main: String,
    /// All of it; nothing where the file is to go.
    pub content: Option<Vec<u8>>,
    /// What says whether it is valid; empty where that is not known.
    pub validator: Validator,
    /// Whether it is read inside a container, where other paths hold: nothing that
    /// it names is looked for here.
    pub is_inside: bool,
    /// The settings that it holds; nothing where no plan is known, and all that
    /// it says counts.
    pub settings: Option<Vec<Named>>,
}

/// A setting of the plan, as a difference shows it.
#[derive(Clone, Debug)]
pub struct Named {
    /// Whose it is.
    pub service: String,
    /// Its key in the plan.
    pub key: String,
    /// The expression with its numbers, and the reason.
    pub why: String,
    /// Where the rule comes from.
    pub source: String,
    /// What a change of it needs.
    pub needs: Activation,
    /// What the program takes where nothing is set, in the file's spelling.
    pub default: Option<String>,
}

impl Candidate {
    /// The files of a plan.
    pub fn of_plan(plan: &Plan, artefacts: &[Artefact]) -> Vec<Self> {
        let inside = |artefact: &Artefact| {
            plan.runtime == Runtime::Compose
                && artefact.format != Format::Compose
                && artefact.service != HOST_ITSELF
        };
        let main = |artefact: &Artefact| {
            if inside(artefact) {
                artefact.path.clone()
            } else {
                artefact.main.clone()
            }
        };
        let of = |artefact: &Artefact| Self {
            service: artefact.service.clone(),
            path: artefact.path.clone(),
            mode: Some(artefact.mode),
            owner: Some(artefact.owner.clone()),
            meets: artefact.meets,
            format: artefact.format,
            main: main(artefact),
            content: Some(artefact.content.clone().into_bytes()),
            validator: artefact.validator.clone(),
            is_inside: inside(artefact),
            settings: Some(settings(plan, artefact)),
        };
        artefacts.iter().map(of).collect()
    }

    /// A file that is to go.
    #[must_use]
    pub fn gone(&self) -> Self {
        Self {
            content: None,
            ..self.clone()
        }
    }

    /// Whether it holds settings of many services, each in a block of its name.
    pub fn is_shared(&self) -> bool {
        self.service == WHOLE_STACK
    }

    /// Whether somebody else's file must not be replaced by it unasked.
    pub fn is_marked(&self) -> bool {
        self.path.contains("tune")
    }
}

/// The settings that stand in a file: its service's, or everybody's where it
/// belongs to all.
fn settings(plan: &Plan, artefact: &Artefact) -> Vec<Named> {
    let in_file = |setting: &&Setting| setting.file == artefact.sheet;
    let mut found = Vec::new();
    if artefact.service == HOST_ITSELF {
        let system = plan.system.iter().flat_map(|settled| &settled.settings);
        found.extend(
            system
                .filter(in_file)
                .map(|setting| named(HOST_ITSELF, None, setting)),
        );
    }
    for (planned, settled) in plan.settled() {
        if artefact.service == WHOLE_STACK || artefact.service == planned.name {
            let mine = settled.settings.iter().filter(in_file);
            found.extend(mine.map(|setting| named(&planned.name, Some(planned), setting)));
        }
    }
    found
}

/// What is in effect where nothing is set: of the service's kind, of what holds
/// it, of the kernel.
fn default(planned: Option<&Planned>, setting: &Setting) -> Option<String> {
    let own = |planned: &Planned| {
        let kind = services::find(planned.kind)?;
        kind.default_of(&setting.key, planned.version)
    };
    let found = match planned {
        Some(planned) => own(planned).or_else(|| confine::default_of(&setting.key)),
        None => services::system::default_of(&setting.key),
    };
    found.map(str::to_owned)
}

fn named(service: &str, planned: Option<&Planned>, setting: &Setting) -> Named {
    Named {
        service: service.to_owned(),
        key: setting.key.clone().into_owned(),
        why: setting.why(),
        source: setting.source.to_owned(),
        needs: setting.activation,
        default: default(planned, setting),
    }
}
