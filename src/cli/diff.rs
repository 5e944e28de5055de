//! `tune diff`: what would change, setting by setting. Each thing that it
//! compares has a file of its own; here they are chosen, and shown.

mod face;
mod host;
mod planned;
mod revision;
mod saved;
mod trees;
mod upgrade;

use std::path::PathBuf;

use clap_complete::engine::ArgValueCompleter;

use super::{Answer, CliError, Session, Ui, complete};
use crate::diff::Differences;
use crate::report::difference::Review;
use face::Face;

/// Show what would change on this host, and what would not work
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DiffArgs {
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "summary")]
    format: Face,
    /// Compare this directory with --to: rendered trees or checkouts
    #[arg(long, value_name = "DIR", requires = "to", conflicts_with_all = ["git", "to_profile", "plan"])]
    from: Option<PathBuf>,
    /// The directory that --from is compared with
    #[arg(long, value_name = "DIR", requires = "from", conflicts_with_all = ["git", "to_profile", "plan"])]
    to: Option<PathBuf>,
    /// Compare with the plan of this git revision: what does a commit do?
    #[arg(long, value_name = "REV", conflicts_with_all = ["to_profile", "plan"])]
    git: Option<String>,
    /// Compare with the plan of another host: what would an upgrade change?
    #[arg(long, value_name = "NAME|PATH", conflicts_with = "plan",
        add = ArgValueCompleter::new(complete::complete_profiles))]
    to_profile: Option<String>,
    /// Do not ask the programs themselves whether they take the files
    #[arg(long, conflicts_with_all = ["from", "git", "to_profile"])]
    no_validate: bool,
    /// Also ask the running servers, over their local sockets, as their accounts
    #[arg(long, conflicts_with_all = ["from", "git", "to_profile"])]
    runtime: bool,
    /// Run configuration that is code and that somebody else wrote (node, python3),
    /// as its owner where root asks, for 5 seconds at most
    #[arg(long, conflicts_with_all = ["from", "git", "to_profile"])]
    evaluate: bool,
    /// Save the difference for 'tune apply FILE', readable by its owner only
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  tune diff
  tune diff --runtime
  tune diff --format unified > host.patch
  tune diff --root /mnt/image --profile t3.small
  tune diff --git HEAD~1 --profile t3.small
  tune diff --profile t3.small --to-profile t3.medium
  tune diff --from out/t3.small --to out/t3.medium

The files are tried by the programs that read them (nginx -t, postgres -C and
others), in a copy that nobody else sees; what could not be tried is named.

Exit code: 0 no difference, 1 differences, whether or not a program refuses
them, 2 trouble: also where only a part could be compared.";

pub(super) fn run(args: &DiffArgs, session: &Session, ui: &mut Ui) -> Result<Answer, CliError> {
    match (&args.from, &args.to, &args.git, &args.to_profile) {
        (Some(from), Some(to), ..) => trees::run(args, from, to, session, ui),
        (_, _, Some(name), _) => revision::run(args, name, session, ui),
        (_, _, _, Some(name)) => upgrade::run(args, name, session, ui),
        _ => host::run(args, session, ui),
    }
}

/// Shows what was found, and gives the answer.
fn show(args: &DiffArgs, review: &Review<'_>, ui: &mut Ui) -> Result<Answer, CliError> {
    args.format.show(review, ui)?;
    Ok(answer(review.differences))
}

/// What could not be read is never no difference, and what is known of the rest
/// does not make it known.
fn answer(found: &Differences) -> Answer {
    if !found.troubles.is_empty() {
        Answer::Unknown
    } else if found.is_empty() {
        Answer::Yes
    } else {
        Answer::No
    }
}
