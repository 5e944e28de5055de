//! `tune checks`: the rules that look across services, documented.

use clap_complete::engine::ArgValueCompleter;

use super::{Answer, CliError, Role, Ui, complete};
use crate::input::nearest;
use crate::plan::{CHECKS, Check, ELSEWHERE, Elsewhere, REFERENCE, Severity};
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

/// The rules to show.
#[derive(Default)]
struct Shown {
    /// Those that a plan is looked at with.
    checks: Vec<&'static Check>,
    /// Those that need more than a plan.
    elsewhere: Vec<&'static Elsewhere>,
    /// What they were first called, where that was asked for.
    was: Option<&'static str>,
}

pub(super) fn run(args: &ChecksArgs, ui: &mut Ui) -> Result<Answer, CliError> {
    let shown = match &args.id {
        Some(id) => find(id)?,
        None => Shown {
            checks: CHECKS.to_vec(),
            elsewhere: ELSEWHERE.iter().collect(),
            was: None,
        },
    };
    match (args.format, args.id.is_some()) {
        (Format::Json, _) => ui.document(&report::checks_json(&shown.checks, &shown.elsewhere)?),
        (Format::Text, true) => several(&shown, ui),
        (Format::Text, false) => list(&shown, ui),
    }
    Ok(Answer::Yes)
}

/// The rules of this name, or of what is called so no more.
fn find(id: &str) -> Result<Shown, CliError> {
    let found = called(&[id]);
    if !found.checks.is_empty() || !found.elsewhere.is_empty() {
        return Ok(found);
    }
    if let Some(row) = REFERENCE.iter().find(|row| row.was == id) {
        let was = Some(row.was);
        return Ok(Shown {
            was,
            ..called(row.now)
        });
    }
    let checks = CHECKS.iter().map(|check| check.id);
    let known = checks.chain(ELSEWHERE.iter().map(|row| row.id));
    let near = nearest(id, known.chain(REFERENCE.iter().map(|row| row.was)));
    let help = if near.is_empty() {
        "'tune checks' lists them".to_owned()
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    let message = format!("there is no check '{}'", id.escape_default());
    Err(CliError::refused(message, help))
}

fn called(ids: &[&str]) -> Shown {
    let checks = CHECKS.iter().filter(|check| ids.contains(&check.id));
    let elsewhere = ELSEWHERE.iter().filter(|row| ids.contains(&row.id));
    Shown {
        checks: checks.copied().collect(),
        elsewhere: elsewhere.collect(),
        was: None,
    }
}

fn several(shown: &Shown, ui: &mut Ui) {
    if let Some(was) = shown.was {
        let now: Vec<&str> = shown.checks.iter().map(|check| check.id).collect();
        let text = format!("{was} is called {} now", now.join(" and "));
        let width = ui.width();
        ui.print(&(super::ui::wrapped(&text, "", width) + "\n"));
    }
    shown.checks.iter().for_each(|check| one(check, ui));
    shown.elsewhere.iter().for_each(|row| beyond(row, ui));
}

/// One that needs more than a plan.
fn beyond(row: &Elsewhere, ui: &mut Ui) {
    let width = ui.width();
    ui.print(&format!("elsewhere {}\n", row.id));
    let Some(looked) = &row.looked else {
        let needs = format!("needs {}: {}", row.needs.name(), row.because);
        ui.print(&(super::ui::wrapped(&needs, "        ", width) + "\n"));
        return;
    };
    let mut say = |lead: &str, text: &str| {
        ui.print(&(super::ui::wrapped(text, lead, width) + "\n"));
    };
    say("  'tune verify' looks at it: ", row.because);
    say("  must hold: ", looked.rule);
    say("  otherwise: ", looked.otherwise);
    say("  help: ", looked.help);
    for source in looked.sources {
        ui.print(&format!("  source: {source}\n"));
    }
}

fn label(severity: Severity) -> String {
    let role = match severity {
        Severity::Error => Role::Error,
        Severity::Warning => Role::Warning,
        Severity::Info => Role::Help,
    };
    role.paint(&format!("{:<7}", severity.name()))
}

fn list(shown: &Shown, ui: &mut Ui) {
    for check in &shown.checks {
        ui.print(&format!("{} {}\n", label(check.severity), check.id));
        let width = ui.width();
        ui.print(&(super::ui::wrapped(check.rule, "        ", width) + "\n"));
    }
    for row in &shown.elsewhere {
        match &row.looked {
            Some(looked) => {
                ui.print(&format!("{} {}\n", label(looked.severity), row.id));
                let width = ui.width();
                let rule = format!("{} ('tune verify' looks at it)", looked.rule);
                ui.print(&(super::ui::wrapped(&rule, "        ", width) + "\n"));
            }
            None => beyond(row, ui),
        }
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
