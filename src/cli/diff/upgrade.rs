//! `--to-profile`: the plan of this host against that of another.

use super::super::{Answer, CliError, Globals, Session, Ui};
use super::planned::Planned;
use super::{DiffArgs, show};
use crate::report::difference::Review;

pub(super) fn run(
    args: &DiffArgs,
    name: &str,
    session: &Session,
    ui: &mut Ui,
) -> Result<Answer, CliError> {
    // A host that it does not fit is the reason to ask: everything is new then.
    let before = Planned::or_unfit(session)?;
    let after = Planned::of(&Session::new(Globals {
        profile: Some(name.to_owned()),
        ..session.globals.clone()
    }))?;
    let found = after.since(before.as_ref().ok());
    let (before, fitted) = match &before {
        Ok(planned) => (&planned.plan, ""),
        Err(plan) => (&**plan, ", which it does not fit"),
    };
    let review = Review {
        title: format!(
            "{} on {}, against {}{fitted}",
            after.plan.stack, after.plan.host.name, before.host.name
        ),
        differences: &found,
        plan: Some(&after.plan),
        before: Some(before),
    };
    show(args, &review, ui)
}
