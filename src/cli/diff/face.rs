//! The faces of a difference, and how each comes to the terminal.

use crate::cli::{CliError, Role, Ui};
use crate::report::difference::{
    Look, Review, Tone, headline, json, markdown, painted, summary, unified,
};

/// How a difference is shown.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Face {
    /// For a terminal: settings old -> new, what they need, what has no effect, files; with -q how much differs alone
    Summary,
    /// A patch for 'git apply' or 'patch -p1', from the root; a file whose change would show a secret is left out, and a comment says so
    Unified,
    /// One JSON document
    Json,
    /// For a pull request, never over 65,000 characters
    Markdown,
}

impl Face {
    /// Prints it.
    pub(super) fn show(self, review: &Review<'_>, ui: &mut Ui) -> Result<(), CliError> {
        match self {
            Self::Summary if ui.quiet() => {
                let text = with_look(ui, |look| headline(review, look));
                ui.print(&text);
            }
            Self::Summary => {
                let text = with_look(ui, |look| summary(review, look));
                ui.print(&text);
            }
            Self::Unified if ui.is_looked_at() => {
                let patch = unified(review);
                let text = with_look(ui, |look| painted(&patch, look));
                ui.print(&text);
            }
            Self::Unified => ui.bytes(&unified(review)),
            Self::Json => ui.document(&json(review)?),
            Self::Markdown => ui.document(&markdown(review)),
        }
        Ok(())
    }
}

fn with_look(ui: &Ui, draw: impl Fn(&Look<'_>) -> String) -> String {
    draw(&Look {
        width: ui.width(),
        verbose: ui.verbose(),
        paint: &|tone, text| {
            let role = match tone {
                Tone::Heading => Role::Heading,
                Tone::Wrong => Role::Error,
                Tone::Doubtful => Role::Warning,
                Tone::Good => Role::Good,
                Tone::Faint => Role::Faint,
            };
            role.paint(text)
        },
    })
}
