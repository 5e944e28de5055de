//! The plan against the files of a host.

use std::path::Path;
use std::time::Duration;

use super::super::{Answer, CliError, Session, Ui};
use super::planned::Planned;
use super::{DiffArgs, saved, show};
use crate::diff::runtime::Ask;
use crate::diff::validate::validate;
use crate::diff::{Commands, HostFiles, Ran, beside, checked, evaluate};
use crate::plan::silenced;
use crate::report::difference::Review;

/// All servers, and one of them, are waited for so long.
/// Source: docs/measurements.md, "Asking running servers".
const IN_ALL: Duration = Duration::from_millis(4500);
const EACH: Duration = Duration::from_secs(2);

/// Code is run for so long.
/// Source: a guess; what a server reads when it starts is read in less.
const RUNNING: Duration = Duration::from_secs(5);

pub(super) fn run(args: &DiffArgs, session: &Session, ui: &mut Ui) -> Result<Answer, CliError> {
    if let Some(path) = &args.plan {
        saved::replaceable(path)?;
    }
    let (stack, planned) = Planned::with_stack(session)?;
    let root = &session.globals.root;
    let host = HostFiles::below(root)
        .map_err(|error| CliError::refused(error.to_string(), "name a directory with --root"))?;
    only_here(args, root)?;
    let mut ran = Ran::new();
    let mut not_run = Vec::new();
    if args.evaluate {
        (ran, not_run) = evaluate(&host, &planned.candidates, &Commands::each_within(RUNNING));
    }
    let mut found = checked(&host, &planned.plan, &planned.candidates, &ran);
    found.findings = silenced(&stack, std::mem::take(&mut found.findings));
    found.troubles.extend(host.moved());
    if !args.no_validate {
        found.validations = validate(&found, &planned.candidates, root);
    }
    if root == Path::new("/") {
        let ask = args.runtime.then(|| Commands::within(IN_ALL, EACH));
        let ask = ask.as_ref().map(|commands| -> &dyn Ask { commands });
        beside(&host, &planned.plan, &planned.candidates, ask, &mut found);
    }
    found.unasked.extend(not_run);
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

/// What runs programs and asks servers has no part in another root.
fn only_here(args: &DiffArgs, root: &Path) -> Result<(), CliError> {
    let given = [("--runtime", args.runtime), ("--evaluate", args.evaluate)];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) if root != Path::new("/") => Err(CliError::refused(
            format!("{option} is of this host, and --root is {}", root.display()),
            "leave out one of the two",
        )),
        _ => Ok(()),
    }
}
