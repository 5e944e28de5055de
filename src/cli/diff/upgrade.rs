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
    let before = Planned::of(session)?;
    let after = Planned::of(&Session::new(Globals {
        profile: Some(name.to_owned()),
        ..session.globals.clone()
    }))?;
    let found = after.since(Some(&before));
    let review = Review {
        title: format!(
            "{} on {}, against {}",
            after.plan.stack, after.plan.host.name, before.plan.host.name
        ),
        differences: &found,
        plan: Some(&after.plan),
        before: Some(&before.plan),
    };
    show(args, &review, ui)
}
