//! `tune checks`: the rules that look across services, documented.

use clap_complete::engine::ArgValueCompleter;

use super::{Answer, CliError, Role, Ui, complete};
use crate::input::nearest;
use crate::plan::{CHECKS, Check, ELSEWHERE, Severity};
use crate::report;

const EXAMPLES: &str = "\
Examples:
  tune checks                      all of them
  tune checks pool-oversized       one, with two stacks as examples";

/// Show the rules that look across services, or one of them
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ChecksArgs {
    /// The rule to show
    #[arg(value_name = "ID", add = ArgValueCompleter::new(complete::complete_checks))]
    id: Option<String>,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For a terminal.
    Text,
    /// One JSON document.
    Json,
}

pub(super) fn run(args: &ChecksArgs, ui: &mut Ui) -> Result<Answer, CliError> {
    let shown: Vec<&Check> = match &args.id {
        Some(id) => vec![find(id)?],
        None => CHECKS.to_vec(),
    };
    match (args.format, args.id.is_some()) {
        (Format::Json, _) => ui.document(&report::checks_json(&shown)?),
        (Format::Text, true) => shown.iter().for_each(|check| one(check, ui)),
        (Format::Text, false) => list(ui),
    }
    Ok(Answer::Yes)
}

fn find(id: &str) -> Result<&'static Check, CliError> {
    if let Some(check) = CHECKS.iter().find(|check| check.id == id) {
        return Ok(check);
    }
    if let Some(row) = ELSEWHERE.iter().find(|row| row.id == id) {
        return Err(CliError::refused(
            format!("no plan can look at '{id}': {}", row.because),
            format!("it needs {}", row.needs.name()),
        ));
    }
    let near = nearest(id, CHECKS.iter().map(|check| check.id));
    let help = if near.is_empty() {
        "'tune checks' lists them".to_owned()
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    let message = format!("there is no check '{}'", id.escape_default());
    Err(CliError::refused(message, help))
}

fn label(severity: Severity) -> String {
    let role = match severity {
        Severity::Error => Role::Error,
        Severity::Warning => Role::Warning,
        Severity::Info => Role::Help,
    };
    role.paint(&format!("{:<7}", severity.name()))
}

fn list(ui: &mut Ui) {
    for check in CHECKS {
        ui.print(&format!("{} {}\n", label(check.severity), check.id));
        let width = ui.width();
        ui.print(&(super::ui::wrapped(check.rule, "        ", width) + "\n"));
    }
    let (here, elsewhere) = (CHECKS.len(), ELSEWHERE.len());
    let end = format!("{here} checks; {elsewhere} more need live files or a running host");
    let width = ui.width();
    ui.print(&(super::ui::wrapped(&end, "", width) + "\n"));
}

fn one(check: &Check, ui: &mut Ui) {
    let width = ui.width();
    ui.print(&format!("{} {}\n", label(check.severity), check.id));
    for (name, text) in [
        ("must hold: ", check.rule),
        ("otherwise: ", check.because),
        ("help: ", check.help),
    ] {
        ui.print(&(super::ui::wrapped(text, &format!("  {name}"), width) + "\n"));
    }
    for source in check.sources {
        ui.print(&format!("  source: {source}\n"));
    }
    for (name, text) in [
        ("fires on", check.cases.fires),
        ("holds on", check.cases.holds),
    ] {
        ui.print(&format!("\n{}\n", Role::Heading.paint(name)));
        for line in text.lines() {
            ui.print(&(format!("  {line}").trim_end().to_owned() + "\n"));
        }
    }
}
