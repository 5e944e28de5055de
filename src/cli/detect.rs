//! `tune detect`: the host's facts, each with where it came from.

mod json;
mod text;

use std::path::Path;

use super::{Answer, CliError, Globals, Session, Ui};
use crate::catalog::Catalogue;
use crate::host::detect::{self, Detection, HostReader, LiveReader};
use crate::host::to_toml;

/// Show what this host is, and where each fact came from
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DetectArgs {
    /// How to print it; 'toml' is a profile for --profile
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  tune detect
  tune detect --format toml > box.toml
  tune plan --profile box.toml --stack web";

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Text,
    Json,
    Toml,
}

pub(super) fn run(args: &DetectArgs, session: &Session, ui: &mut Ui) -> Result<Answer, CliError> {
    let found = detection(&session.globals)?;
    let out = match args.format {
        Format::Text => text::draw(&found.facts, ui.width()),
        Format::Json => json::draw(&found),
        Format::Toml => to_toml(&found.host),
    };
    ui.print(&out);
    Ok(Answer::Yes)
}

pub(super) use json::schema;

/// The host below `--root`, asking the metadata service where `--imds` says so.
pub(super) fn detection(globals: &Globals) -> Result<Detection, CliError> {
    let is_live = globals.root == Path::new("/");
    if globals.imds && !is_live {
        return Err(CliError::refused(
            format!(
                "--imds asks about this machine, and --root {} is another",
                globals.root.display()
            ),
            "leave out one of them",
        ));
    }
    let refused = |error: detect::DetectError| {
        let help = "name a profile instead: --profile t3.small, or a TOML file";
        CliError::refused(error.to_string(), help)
    };
    let reader = LiveReader::new(&globals.root).map_err(refused)?;
    let answer = globals.imds.then(|| asked(&reader));
    detect::detect(&reader, &Catalogue, answer.as_ref()).map_err(refused)
}

fn asked(reader: &dyn HostReader) -> detect::ImdsAnswer {
    detect::ask_imds(detect::IMDS_ADDRESS, detect::cloud_of(reader))
}
