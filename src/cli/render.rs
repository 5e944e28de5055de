//! `tune render`: the plan's files, written whole or not at all.

use std::path::PathBuf;

use clap_complete::engine::ArgValueCompleter;

use super::tree::{self, Change, Tree};
use super::{Answer, CliError, Session, Ui, complete};
use crate::plan::{Plan, Severity, Unfit};
use crate::render::{Artefact, artefacts_with};

/// Write every file that follows from the plan
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RenderArgs {
    /// Where to write [default: out/HOST]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Only this service's files ('system' for the host's own)
    #[arg(long, value_name = "SERVICE",
        add = ArgValueCompleter::new(complete::complete_services))]
    only: Option<String>,
    /// Print the files instead
    #[arg(long, conflicts_with_all = ["output", "check"])]
    stdout: bool,
    /// Write nothing; exit 1 if what is there is stale
    #[arg(long)]
    check: bool,
    /// Render a plan that does not fit; every file says so
    #[arg(long)]
    allow_overcommit: bool,
}

const EXAMPLES: &str = "\
Examples:
  tune render --profile t3.small
  tune render --check
  tune render --only nginx --stdout";

pub(super) fn run(args: &RenderArgs, session: &Session, ui: &mut Ui) -> Result<Answer, CliError> {
    let unfit = if args.allow_overcommit {
        Unfit::Overcommit
    } else {
        Unfit::Refuse
    };
    let plan = session.plan(unfit)?;
    let templates = session.templates()?;
    if !plan.fits && !plan.overcommitted {
        return Err(does_not_fit(&plan));
    }
    report_findings(&plan, ui);
    let files = selected(artefacts_with(&plan, &templates)?, args.only.as_deref())?;
    if args.stdout {
        for file in &files {
            ui.document(&format!("==> {} <==\n{}", file.path, file.content));
        }
        return Ok(Answer::Yes);
    }
    let directory = args
        .output
        .clone()
        .unwrap_or_else(|| PathBuf::from("out").join(component(&plan.host.name)));
    let tree = Tree::open(&directory, args.only.as_deref())?;
    let changes = tree.compare(&files, &plan);
    if args.check {
        show(&changes, ui);
        return Ok(if changes.is_empty() {
            Answer::Yes
        } else {
            Answer::No
        });
    }
    if changes.is_empty() {
        ui.status(&format!(
            "{} files in {}: nothing changed",
            files.len(),
            directory.display()
        ));
        return Ok(Answer::Yes);
    }
    tree::replace(&tree, &files, &plan)?;
    ui.done(&format!("{} is whole all the same", directory.display()));
    show(&changes, ui);
    ui.status(&format!("{} files in {}", files.len(), directory.display()));
    Ok(Answer::Yes)
}

/// A host's name as the name of a directory: that of a detected host is what the
/// machine says.
fn component(name: &str) -> String {
    let name = name.replace(['/', '\0'], "-");
    if name.starts_with('.') || name.is_empty() {
        return format!("host{name}");
    }
    name
}

/// A line for each change; with `-v` what changes in it.
fn show(changes: &[Change], ui: &mut Ui) {
    for change in changes {
        let (what, path) = change.told();
        ui.path(what, &path);
        if let Some(patch) = change.patch().filter(|_| ui.verbose()) {
            ui.print(patch);
        }
    }
}

pub(super) fn does_not_fit(plan: &Plan) -> CliError {
    let floors = plan
        .services
        .iter()
        .map(|planned| planned.stake.floor)
        .sum::<crate::units::Bytes>();
    let message = format!(
        "stack {} does not fit {}: its floors need {floors} of {}, {} too much",
        plan.stack, plan.host.name, plan.divisible, plan.short
    );
    CliError::refused(
        message,
        "'tune plan' shows who needs what; --allow-overcommit renders it all the same",
    )
}

fn report_findings(plan: &Plan, ui: &mut Ui) {
    for finding in &plan.findings {
        let text = format!("{}: {}", finding.id, finding.message);
        match finding.severity {
            Severity::Error => ui.error(&text, &finding.help),
            Severity::Warning => ui.warn(&text),
            Severity::Info => {}
        }
    }
    for line in &plan.not_applicable {
        ui.status(line);
    }
}

fn selected(files: Vec<Artefact>, only: Option<&str>) -> Result<Vec<Artefact>, CliError> {
    let Some(only) = only else { return Ok(files) };
    let names: std::collections::BTreeSet<String> =
        files.iter().map(|file| file.service.clone()).collect();
    if !names.contains(only) {
        let names: Vec<String> = names.into_iter().collect();
        let message = format!("no file belongs to '{}'", only.escape_default());
        return Err(CliError::refused(
            message,
            format!("one of {}", names.join(", ")),
        ));
    }
    Ok(files
        .into_iter()
        .filter(|file| file.service == only)
        .collect())
}
