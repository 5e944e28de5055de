//! `tune profiles`: the hosts and the stacks that can be named.

use clap_complete::engine::ArgValueCompleter;

use super::{Answer, CliError, Session, Ui, complete};
use crate::catalog::{self, CatalogError};
use crate::host::Host;
use crate::stack;

/// List the host profiles and bundled stacks, or show one
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ProfilesArgs {
    /// A host profile or a bundled stack
    #[arg(add = ArgValueCompleter::new(complete::complete_names))]
    name: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  tune profiles t3.small > box.toml
  tune profiles node-web > tune.toml";

pub(super) fn run(
    args: &ProfilesArgs,
    _session: &Session,
    ui: &mut Ui,
) -> Result<Answer, CliError> {
    match &args.name {
        None => list(ui),
        Some(name) => show(name, ui)?,
    }
    Ok(Answer::Yes)
}

fn list(ui: &mut Ui) {
    ui.print("stacks\n");
    for (name, text) in stack::BUNDLED {
        let label = format!("  {name:<14} ");
        let sentence = first_sentence(stack::portable(text));
        let shown = super::ui::wrapped(&sentence, &label, ui.width());
        ui.print(&format!("{shown}\n"));
    }
    let is_narrow = ui.width() < WIDE;
    ui.print(if is_narrow {
        "\nhosts                   memory  cpus\n"
    } else {
        "\nhosts                      memory    cpus  sustained   $/month\n"
    });
    for name in catalog::names() {
        if let Ok(host) = catalog::find(name) {
            ui.print(&if is_narrow { narrow(&host) } else { row(&host) });
        }
    }
}

/// The first sentence of the comment that a stack begins with.
fn first_sentence(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix('#'));
    let comment = lines.map(str::trim).collect::<Vec<_>>().join(" ");
    match comment.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => comment,
    }
}

/// Columns that a row takes.
const WIDE: usize = 64;

/// A row in two lines, for a terminal that has not the columns for one.
fn narrow(host: &Host) -> String {
    let (memory, cpus) = (host.memory.to_string(), host.cpus.to_string());
    let first = format!("  {:<20} {memory:>9} {cpus:>5}\n", host.name);
    let sustained = host
        .is_burstable()
        .then(|| format!("{} sustained", host.sustained()));
    let price = host.price.map(|price| format!("${price}/month"));
    let rest: Vec<String> = sustained.into_iter().chain(price).collect();
    if rest.is_empty() {
        return first;
    }
    format!("{first}{:>38}\n", rest.join(", "))
}

fn row(host: &Host) -> String {
    let sustained = if host.is_burstable() {
        host.sustained().to_string()
    } else {
        String::new()
    };
    let price = host
        .price
        .map(|price| price.to_string())
        .unwrap_or_default();
    let memory = host.memory.to_string();
    format!(
        "  {:<22} {memory:>10} {:>6} {sustained:>10} {price:>10}\n",
        host.name,
        host.cpus.to_string()
    )
}

fn show(name: &str, ui: &mut Ui) -> Result<(), CliError> {
    if let Some((_, text)) = stack::BUNDLED.iter().find(|(known, _)| *known == name) {
        ui.print(stack::portable(text));
        return Ok(());
    }
    match catalog::find(name) {
        Ok(host) => {
            ui.print(&crate::host::to_toml(&host));
            Ok(())
        }
        Err(CatalogError::Unknown { name, mut nearest }) => {
            let stacks = stack::BUNDLED.iter().map(|(known, _)| *known);
            let stacks = crate::input::nearest(&name, stacks).into_iter();
            nearest.extend(stacks.map(str::to_owned));
            let message = format!("no host profile or stack is called '{name}'");
            let help = match nearest.as_slice() {
                [] => "'tune profiles' lists the names".to_owned(),
                near => format!("did you mean {}?", near.join(" or ")),
            };
            Err(CliError::refused(message, help))
        }
        Err(other) => Err(other.into()),
    }
}
