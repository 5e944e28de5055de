//! `tune diff`: what would change on a host, setting by setting.

mod face;

use super::session::Scene;
use super::{Answer, CliError, Session, Ui};
use crate::diff::{Candidate, HostFiles, differences};
use crate::plan::Unfit;
use crate::render::artefacts_with;
use crate::report::difference::Review;
use face::Face;

/// Show what would change on this host, and what would have no effect
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DiffArgs {
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "summary")]
    format: Face,
}

const EXAMPLES: &str = "\
Examples:
  tune diff
  tune diff --format unified > host.patch
  tune diff --root /mnt/image --profile t3.small";

pub(super) fn run(args: &DiffArgs, session: &Session, ui: &mut Ui) -> Result<Answer, CliError> {
    let (Scene { .. }, plan) = session.planned(Unfit::Refuse)?;
    let templates = session.templates()?;
    if !plan.fits && !plan.overcommitted {
        return Err(super::render::does_not_fit(&plan));
    }
    let artefacts = artefacts_with(&plan, &templates)?;
    let root = &session.globals.root;
    let host = HostFiles::below(root)
        .map_err(|error| CliError::refused(error.to_string(), "name a directory with --root"))?;
    let found = differences(&host, &Candidate::of_plan(&plan, &artefacts));
    let review = Review {
        title: format!(
            "{} on {}, against {}",
            plan.stack,
            plan.host.name,
            root.display()
        ),
        differences: &found,
        plan: Some(&plan),
        before: None,
    };
    args.format.show(&review, ui)?;
    Ok(if found.is_empty() {
        Answer::Yes
    } else {
        Answer::No
    })
}
