//! `tune init`: a first tune.toml, from what is installed or from a bundled
//! stack, and from a few answers. What it writes is read back before it is
//! written.
#![expect(clippy::disallowed_methods, reason = "it writes files")]

mod draft;
mod questions;

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::session::{self, CONFIG, DEFAULT_STACK};
use super::{Answer, CliError, Document, Session, Ui};
use crate::input::{Problem, Source, Spot};
use crate::{report, services, stack};
use draft::{Basis, Draft};

/// The schema that is put beside the file, so that editors find it without a
/// network.
const SCHEMA: &str = "tune.schema.json";

/// Write a first tune.toml: what is installed, and a few questions
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct InitArgs {
    /// Where to write it
    #[arg(short, long, value_name = "PATH", default_value = CONFIG)]
    output: PathBuf,
    /// Ask nothing: every default
    #[arg(short, long)]
    yes: bool,
}

const EXAMPLES: &str = "\
Examples:
  tune init
  tune init --yes --profile t3.small
  tune init --stack fastapi -o shop.toml";

pub(super) fn run(args: &InitArgs, session: &Session, ui: &mut Ui) -> Result<Answer, CliError> {
    if !session.globals.set.is_empty() || session.globals.config.is_some() {
        return Err(CliError::refused(
            "init takes neither --set nor --config",
            "write the file, then edit it",
        ));
    }
    let path = args.output.as_path();
    if path.symlink_metadata().is_ok() {
        return Err(exists(path));
    }
    let asks = !args.yes && ui.can_ask();
    let mut draft = begin(session, path, asks)?;
    if asks {
        questions::ask(&mut draft, path, session, ui)?;
    }
    let beside = path.with_file_name(SCHEMA);
    let schema = report::schema::text(&super::schema(Document::Stack));
    let is_other = beside.symlink_metadata().is_ok() && !holds(&beside, &schema);
    let text = draft.text((!is_other).then_some(&format!("./{SCHEMA}")));
    read_back(path, &text)?;
    write(path, &text, (&beside, &schema), ui)?;
    Ok(Answer::Yes)
}

/// The defaults, from the options and the host.
fn begin(session: &Session, path: &Path, asks: bool) -> Result<Draft, CliError> {
    let named = session.globals.profile.as_deref();
    let named = named.filter(|name| *name != "detect");
    let basis = match &session.globals.stack {
        Some(name) => bundled(name)?,
        None => {
            let host = session.host()?;
            let found = Basis::installed(&host);
            match found {
                Some(found) => found,
                None if named.is_some() || asks => bundled(DEFAULT_STACK)?,
                None => return Err(session::nothing_found()),
            }
        }
    };
    let profile = match named {
        Some(name) => {
            session.profile(name, None)?;
            Some(reachable(name, path)?)
        }
        None => None,
    };
    Ok(Draft::new(profile, basis))
}

fn bundled(name: &str) -> Result<Basis, CliError> {
    let source = session::bundled(name)?;
    Ok(Basis::bundled(name, stack::portable(&source.text)))
}

/// A profile as the file must name it: a path is one from the file's directory.
fn reachable(name: &str, path: &Path) -> Result<String, CliError> {
    let beside = path.parent().is_none_or(|dir| dir == Path::new(""));
    if beside || crate::catalog::find(name).is_ok() {
        return Ok(name.to_owned());
    }
    let whole = std::path::absolute(name).map_err(|error| CliError::file("find", name, error))?;
    Ok(whole.display().to_string())
}

/// What would be refused later is not written.
fn read_back(path: &Path, text: &str) -> Result<(), CliError> {
    let source = Source::new(path.display().to_string(), text);
    let absent = |_: &str, spot: &Spot| Err(Problem::at(spot, "no bundled stack"));
    let tree = stack::load(&source, &absent)?;
    let at = Spot::new(&source, 0..0);
    stack::from_tree("tune", &at, &tree, &services::schemas())?;
    Ok(())
}

fn write(
    path: &Path,
    text: &str,
    (beside, schema): (&Path, &str),
    ui: &mut Ui,
) -> Result<(), CliError> {
    create(path, text).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(path),
        _ => CliError::file("write", path, error),
    })?;
    let mut renewed = None;
    let told = match create(beside, schema) {
        Ok(()) => format!("and {}, its schema for editors", beside.display()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            if !holds(beside, schema) {
                renewed = Some(quoted(&beside.display().to_string()));
            }
            format!("({} is there already)", beside.display())
        }
        Err(error) => {
            let _ = std::fs::remove_file(path);
            return Err(CliError::file("write", beside, error));
        }
    };
    ui.status(&format!("wrote {} {told}", path.display()));
    if let Some(beside) = renewed {
        ui.status("that schema is not of this version, so the file does not name it");
        ui.status(&format!("renew it: tune schema > {beside}"));
    }
    let option = if path == Path::new(CONFIG) {
        String::new()
    } else {
        format!(" --config {}", quoted(&path.display().to_string()))
    };
    ui.status(&format!("next: tune{option} plan"));
    Ok(())
}

/// Whether a file holds just this text; a pipe or a device does not.
fn holds(path: &Path, text: &str) -> bool {
    super::file::read(path).is_ok_and(|found| found.text == text)
}

/// A word as a shell takes it whole.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=@%,:".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Writes a file that nobody has written before; where that fails, none is left.
fn create(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    written
}

fn exists(path: &Path) -> CliError {
    CliError::refused(
        format!("{} is there already, and is left as it is", path.display()),
        "name another file: tune init -o PATH, or edit that one",
    )
}
