//! `tune plan`: who gets what of the host, and what follows.

use anstyle::{AnsiColor, Style};

use super::session::Scene;
use super::{Answer, CliError, Role, Session, Ui};
use crate::plan::{Severity, Unfit, advice};
use crate::report::{self, Counsel};

/// Show who gets what of the host, every setting, and the checks
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PlanArgs {
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  tune plan --profile t3.small
  tune plan --set services.db.want=1GiB
  tune plan --format json | jq .services";

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For a terminal of 80 columns.
    Text,
    /// One JSON document.
    Json,
    /// For a wiki or a pull request.
    Markdown,
}

pub(super) fn run(args: &PlanArgs, session: &Session, ui: &mut Ui) -> Result<Answer, CliError> {
    let (Scene { host, stack }, plan) = session.planned(Unfit::Refuse)?;
    let pieces = advice::advise(&host, &stack)?;
    let counsel = Counsel {
        remark: advice::remark(&host, &stack, &pieces),
        advice: pieces,
        room: advice::room(&host, &stack, &plan),
        burst: advice::burst(&plan),
    };
    match args.format {
        Format::Json => ui.document(&report::plan_json(&plan, &counsel)?),
        Format::Markdown => ui.document(&report::plan_markdown(&plan, &counsel)),
        Format::Text => {
            let text = with_look(ui, |look| report::plan_text(&plan, &counsel, look));
            ui.print(&text);
        }
    }
    Ok(if plan.fits && !plan.is_refused() {
        Answer::Yes
    } else {
        Answer::No
    })
}

/// What a terminal looks like, for who draws on it.
pub(super) fn with_look(ui: &Ui, draw: impl Fn(&report::Look<'_>) -> String) -> String {
    let look = report::Look {
        width: ui.width(),
        verbose: ui.verbose(),
        part: &|at, text| {
            let style = part_style(at);
            format!("{style}{text}{style:#}")
        },
        heading: &|text| Role::Heading.paint(text),
        severity: &|severity, text| match severity {
            Severity::Error => Role::Error.paint(text),
            Severity::Warning => Role::Warning.paint(text),
            Severity::Info => Role::Help.paint(text),
        },
    };
    draw(&look)
}

/// Colours of the bar's parts, in turn; each is legible on light and on dark.
fn part_style(at: usize) -> Style {
    let colors = [
        AnsiColor::Blue,
        AnsiColor::Green,
        AnsiColor::Magenta,
        AnsiColor::Cyan,
        AnsiColor::Red,
    ];
    match at
        .checked_sub(1)
        .and_then(|at| colors.get(at % colors.len()))
    {
        Some(color) => color.on_default(),
        None => Style::new(),
    }
}
