//! `tune explain`: one number of the plan, taken apart.

use clap_complete::engine::ArgValueCompleter;

use super::{Answer, CliError, Session, Ui, complete};
use crate::plan::explain::{self, Subject};
use crate::plan::{Plan, Unfit};
use crate::report::{self, SettingView, ShareView};

const EXAMPLES: &str = "\
Examples:
  tune explain db.work_mem         a setting
  tune explain db                  a share
  tune explain system.vm.swappiness --profile t3.small";

/// Show where a number comes from, and what would change it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// SERVICE.key or KIND.key for a setting, SERVICE for a share, 'system' for the host
    #[arg(value_name = "KEY", add = ArgValueCompleter::new(complete::complete_settings))]
    key: String,
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

pub(super) fn run(args: &ExplainArgs, session: &Session, ui: &mut Ui) -> Result<Answer, CliError> {
    let (scene, whole) = session.planned(Unfit::Refuse)?;
    let (host, stack) = (&scene.host, &scene.stack);
    let subject = explain::find(&whole, &args.key)
        .map_err(|unnamed| CliError::refused(unnamed.message, unnamed.help))?;
    match subject {
        Subject::Setting(owner, setting) => {
            let explained = explain::explain_setting(host, stack, &whole, owner, setting);
            let view = SettingView {
                plan: &whole,
                owner,
                setting,
                explained: &explained,
            };
            show(args.format, ui, |look| view.text(look), || view.json())?;
        }
        Subject::Share(planned) => {
            let explained = explain::explain_share(host, stack, &whole, planned);
            let view = ShareView {
                plan: &whole,
                planned,
                explained: &explained,
            };
            show(args.format, ui, |look| view.text(look), || view.json())?;
        }
        Subject::Reserve => reserve(args.format, ui, &whole)?,
    }
    Ok(Answer::Yes)
}

fn reserve(format: Format, ui: &mut Ui, plan: &Plan) -> Result<(), CliError> {
    let text = |look: &report::Look<'_>| report::reserve_text(plan, look);
    show(format, ui, text, || report::reserve_json(plan))
}

fn show(
    format: Format,
    ui: &mut Ui,
    text: impl Fn(&report::Look<'_>) -> String,
    json: impl Fn() -> Result<String, serde_json::Error>,
) -> Result<(), CliError> {
    match format {
        Format::Json => ui.document(&json()?),
        Format::Text => {
            let shown = super::plan::with_look(ui, text);
            ui.print(&shown);
        }
    }
    Ok(())
}
