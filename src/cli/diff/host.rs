//! The plan against the files of a host.

use super::super::{Answer, CliError, Session, Ui};
use super::planned::Planned;
use super::{DiffArgs, saved, show};
use crate::diff::validate::validate;
use crate::diff::{HostFiles, differences};
use crate::report::difference::Review;

pub(super) fn run(args: &DiffArgs, session: &Session, ui: &mut Ui) -> Result<Answer, CliError> {
    if let Some(path) = &args.plan {
        saved::replaceable(path)?;
    }
    let planned = Planned::of(session)?;
    let root = &session.globals.root;
    let host = HostFiles::below(root)
        .map_err(|error| CliError::refused(error.to_string(), "name a directory with --root"))?;
    let mut found = differences(&host, &planned.candidates);
    found.troubles.extend(host.moved());
    if !args.no_validate {
        found.validations = validate(&found, &planned.candidates, root);
    }
    let plan = &planned.plan;
    let review = Review {
        title: format!(
            "{} on {}, against {}",
            plan.stack,
            plan.host.name,
            root.display()
        ),
        differences: &found,
        plan: Some(plan),
        before: None,
    };
    let answer = show(args, &review, ui)?;
    if let Some(path) = &args.plan {
        saved::save(path, &host, root, plan, &found)?;
        ui.status(&format!("saved for 'tune apply {}'", path.display()));
    }
    Ok(answer)
}
