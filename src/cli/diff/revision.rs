//! `--git`: the plan of the stack and the profile as they are, against the plan
//! of both as a revision has them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::super::file::Door;
use super::super::git::Revision;
use super::super::session::{CONFIG, Place};
use super::super::{Answer, CliError, Session, Ui};
use super::planned::Planned;
use super::{DiffArgs, show};
use crate::input::{Problem, Problems, Source, Spot};
use crate::report::difference::Review;

pub(super) fn run(
    args: &DiffArgs,
    name: &str,
    session: &Session,
    ui: &mut Ui,
) -> Result<Answer, CliError> {
    let place = session.stack_place()?;
    let Some(place) = place else {
        let message = format!("there is no {CONFIG} here to compare with {name}");
        return Err(CliError::refused(message, "name it: --config PATH"));
    };
    let directory = match &place {
        Place::File(path) => path.parent().unwrap_or_else(|| Path::new("")),
        Place::Bundled(_) => Path::new(""),
    };
    let revision = Arc::new(Revision::find(directory, name)?);
    let then = session.through(Door::Revision(Arc::clone(&revision)));
    let after = Planned::of(session)?;
    let before = if was_there(&then)? {
        let planned = Planned::of(&then);
        Some(planned.map_err(|error| as_it_was(error, &revision))?)
    } else {
        None
    };
    let found = after.since(before.as_ref());
    let review = Review {
        title: format!(
            "{} on {}, against {name}{}",
            after.plan.stack,
            after.plan.host.name,
            if before.is_some() {
                ""
            } else {
                ", which has no stack"
            },
        ),
        differences: &found,
        plan: Some(&after.plan),
        before: before.as_ref().map(|before| &before.plan),
    };
    show(args, &review, ui)
}

/// Whether the revision has the stack at all: before it was written there was
/// no plan.
fn was_there(then: &Session) -> Result<bool, CliError> {
    Ok(match then.stack_place()? {
        None => false,
        Some(Place::Bundled(_)) => true,
        Some(Place::File(path)) => then.has(&path),
    })
}

/// Mistakes of a revision's files, under the names that git has for them.
fn as_it_was(error: CliError, revision: &Revision) -> CliError {
    if !matches!(error, CliError::Input(_)) {
        return error;
    }
    let mut renamed: BTreeMap<String, Arc<Source>> = BTreeMap::new();
    let mut rename = |spot: Spot| {
        let source = &spot.source;
        if !source.is_file() || revision.below(Path::new(&source.name)).is_none() {
            return spot;
        }
        let name = format!("{}:{}", revision.name(), source.name);
        let under = renamed
            .entry(name.clone())
            .or_insert_with(|| Source::new(name, source.text.clone()));
        Spot::new(under, spot.start..spot.end)
    };
    let problems = error.problems().into_iter().map(|problem| Problem {
        spot: problem.spot.map(&mut rename),
        others: problem
            .others
            .into_iter()
            .map(|(spot, label)| (rename(spot), label))
            .collect(),
        ..problem
    });
    CliError::Input(Problems(problems.collect()))
}
