//! `tune man`: the manual pages, from the same definitions as `--help`. What
//! `--help` has no room for, exit codes, files and variables, stands here.

use std::ffi::OsStr;

use clap::{Command, CommandFactory as _};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::{Answer, Cli, CliError, Ui, complete};
use crate::input::nearest;

/// Print a manual page
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ManArgs {
    /// The command [default: tune itself]
    #[arg(add = ArgValueCompleter::new(complete_commands))]
    command: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  tune man plan | man -l -
  tune man > ~/.local/share/man/man1/tune.1";

/// When a command exits with 1; others have no other answer than yes.
const SAYS_NO: &[(&str, &str)] = &[
    (
        "plan",
        "The stack does not fit, or a check of severity error fails.",
    ),
    (
        "render",
        "With --check: the tree is not what would be written.",
    ),
];

const FILES: &[(&str, &str)] = &[
    (
        "tune.toml",
        "The stack, looked up from the working directory towards the root. \
         'tune init' writes one, 'tune schema' has its keys.",
    ),
    (
        "tune.schema.json",
        "The schema of tune.toml for editors, beside it.",
    ),
    ("out/HOST/", "What render writes, unless it is told where."),
    (
        "out/HOST/manifest.json",
        "Lists what render wrote: nothing else is ever removed.",
    ),
];

const ENVIRONMENT: &[(&str, &str)] = &[
    ("NO_COLOR", "No colour, unless --color always."),
    (
        "CLICOLOR_FORCE",
        "Colour where stdout is no terminal too, unless --color never.",
    ),
];

/// A page: the name of its file, and its text.
pub struct Page {
    /// `tune-plan.1`.
    pub file: String,
    /// In roff.
    pub text: String,
}

pub(super) fn run(args: &ManArgs, ui: &mut Ui) -> Result<Answer, CliError> {
    let wanted = args.command.as_deref().map_or_else(
        || "tune.1".to_owned(),
        |command| format!("tune-{command}.1"),
    );
    if let Some(page) = pages().into_iter().find(|page| page.file == wanted) {
        ui.document(&page.text);
        return Ok(Answer::Yes);
    }
    let command = args.command.as_deref().unwrap_or_default();
    let cli = Cli::command();
    let names: Vec<&str> = cli.get_subcommands().map(Command::get_name).collect();
    let near = nearest(command, names.iter().copied());
    let help = if near.is_empty() {
        format!("one of {}", names.join(", "))
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    let message = format!("there is no command '{}'", command.escape_default());
    Err(CliError::refused(message, help))
}

/// The commands that have a page.
fn complete_commands(current: &OsStr) -> Vec<CompletionCandidate> {
    let cli = Cli::command();
    complete::beginning(current, cli.get_subcommands().map(Command::get_name))
}

/// Every page, that of the program first.
pub fn pages() -> Vec<Page> {
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    let commands = cli.get_subcommands().map(|command| page(command.clone()));
    std::iter::once(page(cli.clone())).chain(commands).collect()
}

fn page(command: Command) -> Page {
    let name = command
        .get_display_name()
        .unwrap_or(command.get_name())
        .to_owned();
    let file = format!("{name}.1");
    let has_commands = command.has_subcommands();
    let own = sections(&command);
    let title = format!(
        ".TH {name} 1 \"\" \"tune {}\" \"tune manual\"\n",
        env!("CARGO_PKG_VERSION")
    );
    let man = Man::new(command);
    let mut text = Vec::new();
    let written = man
        .render_name_section(&mut text)
        .and_then(|()| man.render_synopsis_section(&mut text))
        .and_then(|()| man.render_description_section(&mut text))
        .and_then(|()| man.render_options_section(&mut text))
        .and_then(|()| {
            if has_commands {
                man.render_subcommands_section(&mut text)
            } else {
                Ok(())
            }
        })
        .and_then(|()| own.to_writer(&mut text));
    // To a vector nothing fails.
    written.unwrap_or_default();
    let text = tidied(&String::from_utf8_lossy(&text));
    let text = format!("{APOSTROPHE}{title}{text}");
    Page { file, text }
}

/// What roff needs to write an apostrophe.
const APOSTROPHE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// Each section comes with a definition of the apostrophe: one is enough. An
/// empty line between two breaks is one that mandoc warns of.
fn tidied(text: &str) -> String {
    text.replace(APOSTROPHE, "")
        .replace(".br\n\n.br\n", ".br\n")
}

fn sections(command: &Command) -> Roff {
    let mut roff = Roff::new();
    examples(command, &mut roff);
    let says_no = SAYS_NO.iter().find(|(name, _)| *name == command.get_name());
    let no = says_no.map_or("Not used by this command.", |(_, when)| *when);
    let no = if command.has_subcommands() {
        "The answer is no: the page of the command says when."
    } else {
        no
    };
    let exit = [
        ("0", "All is well."),
        ("1", no),
        (
            "2",
            "Trouble: a mistake in the input, or something that failed. Nothing is half-written.",
        ),
    ];
    list("EXIT STATUS", &exit, &mut roff);
    list("FILES", FILES, &mut roff);
    list("ENVIRONMENT", ENVIRONMENT, &mut roff);
    if !command.has_subcommands() {
        roff.control("SH", ["SEE ALSO"]);
        roff.text([bold("tune"), roman("(1)")]);
    }
    roff
}

/// The examples of the help, line for line.
fn examples(command: &Command, roff: &mut Roff) {
    let help = command.get_before_help().or(command.get_after_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    roff.control("SH", ["EXAMPLES"]);
    roff.control("nf", []);
    for line in help.lines().skip(1) {
        roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
    }
    roff.control("fi", []);
}

fn list(heading: &str, entries: &[(&str, &str)], roff: &mut Roff) {
    roff.control("SH", [heading]);
    for (name, about) in entries {
        roff.control("TP", []);
        roff.text([bold(*name)]);
        roff.text([roman(*about)]);
    }
}
