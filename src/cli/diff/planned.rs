//! A plan with its files, as one side of a comparison.

use std::collections::BTreeMap;

use super::super::{CliError, Session, render};
use crate::diff::{Candidate, Differences, Side, between};
use crate::plan::{Plan, Unfit};
use crate::render::artefacts_with;
use crate::stack::Stack;

/// A plan and what it puts on a host.
pub(super) struct Planned {
    pub(super) plan: Plan,
    pub(super) candidates: Vec<Candidate>,
}

impl Planned {
    /// Of what the options name.
    pub(super) fn of(session: &Session) -> Result<Self, CliError> {
        Self::with_stack(session).map(|(_, planned)| planned)
    }

    /// The same, with the stack that it is of.
    pub(super) fn with_stack(session: &Session) -> Result<(Stack, Self), CliError> {
        let (scene, plan) = session.planned(Unfit::Refuse)?;
        let planned = Self::rendered(session, plan)?;
        let planned = planned.map_err(|plan| render::does_not_fit(&plan))?;
        Ok((scene.stack, planned))
    }

    /// Of what the options name; the plan alone where it does not fit.
    pub(super) fn or_unfit(session: &Session) -> Result<Result<Self, Box<Plan>>, CliError> {
        let (_, plan) = session.planned(Unfit::Refuse)?;
        Self::rendered(session, plan)
    }

    fn rendered(session: &Session, plan: Plan) -> Result<Result<Self, Box<Plan>>, CliError> {
        let templates = session.templates()?;
        if !plan.fits && !plan.overcommitted {
            return Ok(Err(Box::new(plan)));
        }
        let artefacts = artefacts_with(&plan, &templates)?;
        let candidates = Candidate::of_plan(&plan, &artefacts);
        Ok(Ok(Self { plan, candidates }))
    }

    /// What changes from one plan to this one; from nothing where there was none.
    pub(super) fn since(&self, before: Option<&Self>) -> Differences {
        let none: &[Candidate] = &[];
        let old = before.map_or(none, |before| before.candidates.as_slice());
        let (old_files, new_files) = (contents(old), contents(&self.candidates));
        let before = Side {
            files: &old_files,
            holds: old,
        };
        let after = Side {
            files: &new_files,
            holds: &self.candidates,
        };
        between(&before, &after)
    }
}

fn contents(candidates: &[Candidate]) -> BTreeMap<String, Vec<u8>> {
    let files = candidates
        .iter()
        .filter_map(|one| Some((one.path.clone(), one.content.clone()?)));
    files.collect()
}
