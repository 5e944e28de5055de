//! `tune verify`: does this host hold what the plan says, and do its services
//! hold what the plan gives them.
#![expect(
    clippy::disallowed_methods,
    reason = "this looks at the clock, and writes a report where it is told to"
)]

mod budget;

use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::plan::with_look;
use super::render::does_not_fit;
use super::{Answer, CliError, Session, Ui};
use crate::diff::runtime::Ask;
use crate::diff::{Candidate, Commands, Host, HostFiles, Target, Verification, look, verify};
use crate::plan::{Plan, Unfit, silenced};
use crate::render::artefacts_with;
use crate::report::verification::{Verified, json, prometheus, text, verdict};
use crate::stack::Stack;

/// All that is looked at, from the start of the program: what asks at intervals
/// waits no longer for a script than this and a little more.
/// Source: docs/measurements.md, "Asking running servers".
const IN_ALL: Duration = Duration::from_millis(4500);
/// One server is waited for so long.
/// Source: docs/measurements.md, "Asking running servers".
const EACH: Duration = Duration::from_secs(2);

/// Tell whether this host holds what the plan says
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct VerifyArgs {
    /// Show every setting, what holds as well; as -v does
    #[arg(long)]
    all: bool,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Write it to this file, in one step, and not to stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Compare instead the memory that each service held with its share
    #[arg(long)]
    budget: bool,
    /// Seconds to sample what no control group has counted
    #[arg(long, value_name = "SECONDS", default_value_t = 5, requires = "budget",
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    samples: u64,
}

const EXAMPLES: &str = "\
Prints nothing where all is well. Exit 0: as planned; 1: something drifted, or
a service of the plan does not run; 2: something could not be looked at, so
that the rest may be as planned or not. Takes 5 seconds at most; --budget
samples for longer, and exits 2 where it found nothing to measure.

Examples:
  tune verify
  tune verify --all
  tune verify --format prometheus -o /var/lib/node_exporter/tune.prom
  tune verify --budget";

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For a terminal.
    Text,
    /// One JSON document.
    Json,
    /// Metrics in Prometheus' text format.
    Prometheus,
}

/// What is to hold.
struct Wanted {
    plan: Plan,
    stack: Stack,
    candidates: Vec<Candidate>,
}

pub(super) fn run(args: &VerifyArgs, session: &Session, ui: &mut Ui) -> Result<Answer, CliError> {
    let until = Instant::now() + IN_ALL;
    args.output.as_deref().map_or(Ok(()), has_place)?;
    let wanted = planned(session)?;
    if args.budget {
        return budget::run(args, &wanted.plan, session, ui);
    }
    let Wanted {
        plan,
        stack,
        candidates,
    } = wanted;
    let found = verified(&plan, &stack, &candidates, &session.globals.root, until)?;
    let verified = Verified {
        stack: &plan.stack,
        host: &plan.host.name,
        found: &found,
        all: args.all || (args.format == Format::Text && ui.verbose()),
    };
    shown(args, &verified, ui)?;
    let is_text = args.format == Format::Text;
    if found.holds() && found.is_complete() && ui.verbose() && !is_text {
        ui.status(&verdict(&verified));
    }
    if !found.is_complete() {
        return Err(incomplete(&found));
    }
    Ok(if found.holds() {
        Answer::Yes
    } else {
        Answer::No
    })
}

/// The plan with its files: what it is made of may hang as well, so another
/// thread reads it.
fn planned(session: &Session) -> Result<Wanted, CliError> {
    let (sender, receiver) = channel();
    let session = Session::new(session.globals.clone());
    std::thread::spawn(move || {
        let wanted = || {
            let (scene, plan) = session.planned(Unfit::Refuse)?;
            let templates = session.templates()?;
            if !plan.fits && !plan.overcommitted {
                return Err(does_not_fit(&plan));
            }
            let artefacts = artefacts_with(&plan, &templates)?;
            Ok(Wanted {
                candidates: Candidate::of_plan(&plan, &artefacts),
                plan,
                stack: scene.stack,
            })
        };
        // Nobody waits any more where the time is over.
        let _ = sender.send(wanted());
    });
    receiver.recv_timeout(IN_ALL).unwrap_or_else(|_| {
        let seconds = IN_ALL.as_millis();
        let message = format!("what the plan is made of could not be read within {seconds} ms");
        let help = "see whether tune.toml, its profile or a mounted file system hangs";
        Err(CliError::refused(message, help))
    })
}

fn verified(
    plan: &Plan,
    stack: &Stack,
    candidates: &[Candidate],
    root: &Path,
    until: Instant,
) -> Result<Verification, CliError> {
    // Once before any thread, so that a root that is none is refused.
    HostFiles::below(root)
        .map_err(|error| CliError::refused(error.to_string(), "name a directory with --root"))?;
    let below = root.to_owned();
    let open = move || -> Option<Box<dyn Host>> {
        let host = HostFiles::below(&below).ok()?;
        Some(Box::new(host))
    };
    let left = until.saturating_duration_since(Instant::now());
    let commands = || -> Box<dyn Ask + Send + Sync> { Box::new(Commands::within(left, EACH)) };
    let target = Target {
        plan: plan.clone(),
        candidates: candidates.to_vec(),
        open: Box::new(open),
        ask: (root == Path::new("/")).then(commands),
    };
    let mut looked = look(target, left);
    let mut findings = std::mem::take(&mut looked.runtime.findings);
    findings.append(&mut looked.differences.findings);
    let findings = silenced(stack, findings).into_iter();
    let heard = findings.filter(|finding| finding.silenced.is_none());
    looked.runtime.findings = heard.collect();
    Ok(verify(plan, candidates, &looked))
}

/// To stdout, or to the file.
fn shown(args: &VerifyArgs, verified: &Verified<'_>, ui: &mut Ui) -> Result<(), CliError> {
    let report = match args.format {
        Format::Text => with_look(ui, |look| text(verified, look)),
        Format::Json => json(verified)?,
        Format::Prometheus => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            let now = now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
            prometheus(verified, now)
        }
    };
    put(args, &report, ui)
}

/// A report where it goes: a file is written beside and renamed, so that nobody
/// sees half of it.
fn put(args: &VerifyArgs, report: &str, ui: &mut Ui) -> Result<(), CliError> {
    match &args.output {
        Some(path) => {
            let bare = anstream::adapter::strip_str(report).to_string();
            super::tree::put(path, &bare, 0o644)
        }
        None if args.format == Format::Text => {
            ui.print(report);
            Ok(())
        }
        None => {
            ui.document(report);
            Ok(())
        }
    }
}

/// A directory that is not there is a mistyped one, or a collector that is not
/// installed: nobody would read the file, so none is made.
fn has_place(path: &Path) -> Result<(), CliError> {
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    let parent = parent.unwrap_or_else(|| Path::new("."));
    if parent.is_dir() {
        return Ok(());
    }
    Err(CliError::refused(
        format!("{} is no directory", parent.display()),
        "make it first, or name another file with -o",
    ))
}

/// Why it cannot be said that all is as planned.
fn incomplete(found: &Verification) -> CliError {
    let troubles = found.troubles.iter().map(ToString::to_string);
    let unasked = found.unasked.iter();
    let unasked = unasked.map(|unasked| format!("{}: {}", unasked.what, unasked.why));
    let mut all = troubles.chain(unasked);
    let first = all.next().unwrap_or_default();
    let message = match all.count() {
        0 => format!("not everything could be looked at: {first}"),
        more => format!("not everything could be looked at: {first}, and {more} more"),
    };
    let help = if nix::unistd::Uid::effective().is_root() {
        "what is known stands in the report"
    } else {
        "run it as root; what is known stands in the report"
    };
    CliError::refused(message, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_makes_no_directory() {
        let dir = tempfile::tempdir().unwrap();
        let missing = dir.path().join("none");
        assert!(has_place(&missing.join("x.prom")).is_err());
        assert!(!missing.exists());
        assert!(has_place(&dir.path().join("x.prom")).is_ok());
        assert!(has_place(Path::new("x.prom")).is_ok());
    }
}
