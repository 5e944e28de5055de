//! The plan against the files of a host.

use super::super::{Answer, CliError, Session, Ui};
use super::planned::Planned;
use super::{DiffArgs, saved, show};
use crate::diff::{HostFiles, checked};
use crate::plan::silenced;
use crate::report::difference::Review;

pub(super) fn run(args: &DiffArgs, session: &Session, ui: &mut Ui) -> Result<Answer, CliError> {
    if let Some(path) = &args.plan {
        saved::replaceable(path)?;
    }
    let (stack, planned) = Planned::with_stack(session)?;
    let root = &session.globals.root;
    let host = HostFiles::below(root)
        .map_err(|error| CliError::refused(error.to_string(), "name a directory with --root"))?;
    let mut found = checked(&host, &planned.plan, &planned.candidates);
    found.findings = silenced(&stack, std::mem::take(&mut found.findings));
    found.troubles.extend(host.moved());
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
