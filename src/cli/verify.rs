//! `tune verify`: does this host hold what the plan says.

use std::path::Path;
use std::time::Duration;

use super::plan::with_look;
use super::{Answer, CliError, Session, Ui};
use crate::diff::runtime::Runtime;
use crate::diff::{Candidate, Commands, Host as _, HostFiles, differences, readings, verify};
use crate::plan::Unfit;
use crate::render::artefacts_with;
use crate::report::verification::text;

/// Everything together takes no longer.
const IN_ALL: Duration = Duration::from_secs(4);
/// One server is waited for so long.
const EACH: Duration = Duration::from_secs(2);

/// Tell whether this host holds what the plan says: files, kernel, servers
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct VerifyArgs {
    /// Show what holds as well
    #[arg(long)]
    all: bool,
}

const EXAMPLES: &str = "\
Examples:
  tune verify
  tune verify --all";

pub(super) fn run(args: &VerifyArgs, session: &Session, ui: &mut Ui) -> Result<Answer, CliError> {
    let (_, plan) = session.planned(Unfit::Refuse)?;
    let templates = session.templates()?;
    if !plan.fits && !plan.overcommitted {
        return Err(super::render::does_not_fit(&plan));
    }
    let artefacts = artefacts_with(&plan, &templates)?;
    let candidates = Candidate::of_plan(&plan, &artefacts);
    let root = &session.globals.root;
    let below = |root: &Path| {
        HostFiles::below(root)
            .map_err(|error| CliError::refused(error.to_string(), "name a directory with --root"))
    };
    let host = below(root)?;
    let found = differences(&host, &candidates);
    let runtime = if root == Path::new("/") {
        let read = readings(&host, &candidates);
        let ask = Commands::within(IN_ALL, EACH);
        Runtime::of(&below(root)?, &plan, &read, &ask)
    } else {
        Runtime::default()
    };
    let changed = |path: &str| host.facts(path).map(|facts| facts.modified.0);
    let verified = verify(&plan, &found, &runtime, &changed);
    let shown = with_look(ui, |look| text(&verified, args.all, look));
    ui.print(&shown);
    Ok(if verified.holds() {
        Answer::Yes
    } else {
        Answer::No
    })
}
