//! `tune diff`: what would change on a host, setting by setting.

use super::plan::with_look;
use super::session::Scene;
use super::{Answer, CliError, Session, Ui};
use crate::diff::{Candidate, HostFiles, differences};
use crate::plan::Unfit;
use crate::render::artefacts_with;
use crate::report::difference::{Review, summary};

/// Show what would change on this host, and what would have no effect
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DiffArgs {
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "summary")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  tune diff
  tune diff --root /mnt/image --profile t3.small";

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For a terminal of 80 columns.
    Summary,
}

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
    match args.format {
        Format::Summary => {
            let text = with_look(ui, |look| summary(&review, look));
            ui.print(&text);
        }
    }
    Ok(if found.is_empty() {
        Answer::Yes
    } else {
        Answer::No
    })
}
