//! The command line: what each command takes, runs and prints, a file each.
//! No formula and no template lives here.
//!
//! *Invariant:* answers go to stdout, everything else to stderr; exit codes
//! are those of diff: 0 fine, 1 the answer is no, 2 trouble.

mod checks;
mod complete;
mod detect;
mod diff;
mod error;
mod explain;
mod file;
mod git;
mod init;
mod man;
mod plan;
mod profiles;
mod render;
mod schema;
mod session;
mod templates;
mod tree;
mod ui;
mod usage;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::engine::ArgValueCompleter;

pub use error::CliError;
pub use man::{Page, pages};
pub use schema::{Document, schema};
pub use session::Session;
pub use ui::{Role, Ui};

/// What a command answers; trouble is a [`CliError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Exit 0.
    Yes,
    /// Exit 1.
    No,
    /// Exit 2: not all of it could be found out; what is known was shown.
    Unknown,
}

/// Divides one host among the services that share it, and renders their configs
#[derive(Debug, Parser)]
#[command(
    name = "tune",
    version,
    propagate_version = true,
    max_term_width = 80,
    help_template = HELP,
    before_help = USES,
    after_help = OPTIONS
)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

/// The whole help of the program: with the prompts around it a screen of 24
/// lines. Its options stand in the help of each command.
const HELP: &str = "\
{about}
{before-help}{subcommands}{after-help}";

/// The options in short: each command's help explains them.
const OPTIONS: &str = "\
Every command takes these ('tune help plan' explains them): --profile, --stack,
  --config, --set, --templates, --root, --imds, --color, -q, -v, -h, -V";

/// What it is used for.
const USES: &str = "\
Usage: tune [OPTIONS] <COMMAND>, in three ways:
  tune render --profile t3.small  all files of a host, into out/t3.small/
  sh bootstrap.sh                 one of these: swap and sysctl at first boot
  tune render --check             in a pull request: is what is committed stale?";

/// The same on a terminal that is too narrow for it.
const NARROW_USES: &str = "\
Usage: tune [OPTIONS] <COMMAND>,
in three ways:
  tune render --profile t3.small
    all files of a host
  sh bootstrap.sh
    one of them: swap and sysctl
  tune render --check
    is what is committed stale?";

/// The options there.
const NARROW_OPTIONS: &str = "\
Every command takes these
('tune help plan' explains them):
  --profile, --stack, --config, --set,
  --templates, --root, --imds, --color,
  -q, -v, -h, -V";

/// Options that every command takes, before or after its name.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Globals {
    /// Host profile: a name ('t3.small'), a TOML file, or 'detect'
    #[arg(long, global = true, value_name = "NAME|PATH|detect",
        add = ArgValueCompleter::new(complete::complete_profiles))]
    pub profile: Option<String>,
    /// Stack: a bundled name ('web') or a TOML file
    #[arg(
        long,
        global = true,
        value_name = "NAME|PATH",
        conflicts_with = "config",
        add = ArgValueCompleter::new(complete::complete_stacks)
    )]
    pub stack: Option<String>,
    /// The tune.toml to use [default: looked up from here towards the root]
    #[arg(long, global = true, value_name = "PATH")]
    pub config: Option<std::path::PathBuf>,
    /// Set one key of the stack: services.db.memory=512MiB, host.cpus=4
    #[arg(long = "set", global = true, value_name = "KEY=VALUE",
        add = ArgValueCompleter::new(complete::complete_set))]
    pub set: Vec<String>,
    /// Templates of your own: DIR/KIND/NAME.tera takes the place of tune's
    #[arg(long, global = true, value_name = "DIR")]
    pub templates: Option<std::path::PathBuf>,
    /// Read the host below this directory
    #[arg(long, global = true, value_name = "DIR", default_value = "/")]
    pub root: std::path::PathBuf,
    /// Ask the cloud's metadata service for the instance type
    #[arg(long, global = true)]
    pub imds: bool,
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ui::ColorWhen,
    /// Say only what was asked for
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
}

/// In the order of their use.
#[derive(Debug, Subcommand)]
enum Command {
    Plan(plan::PlanArgs),
    Explain(explain::ExplainArgs),
    Checks(checks::ChecksArgs),
    Render(render::RenderArgs),
    Diff(diff::DiffArgs),
    Verify(verify::VerifyArgs),
    Init(init::InitArgs),
    Detect(detect::DetectArgs),
    Profiles(profiles::ProfilesArgs),
    Schema(schema::SchemaArgs),
    Completions(complete::CompletionsArgs),
    Man(man::ManArgs),
}

/// Runs the program's own command line and gives its exit code.
pub fn main() -> ExitCode {
    if complete::answered(std::env::args_os()) {
        return ExitCode::SUCCESS;
    }
    run(std::env::args_os())
}

/// The command line, whose help looks as it was asked for and fits its terminal.
fn command(color: ui::ColorWhen) -> clap::Command {
    let command = Cli::command().color(color.into());
    if ui::terminal_columns() < 80 {
        command.before_help(NARROW_USES).after_help(NARROW_OPTIONS)
    } else {
        command
    }
}

/// Parses a command line, the program's name first, runs its command and gives
/// the exit code.
pub fn run<T: Into<OsString> + Clone>(arguments: impl IntoIterator<Item = T>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let json = usage::asks_for_json(&arguments);
    let color = usage::color(&arguments);
    let matches = command(color).try_get_matches_from(&arguments);
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            let quiet = usage::asks_for_quiet(&arguments);
            let mut ui = Ui::new(color, quiet, false).with_json(json);
            if !error.use_stderr() {
                return ui.ended(error.print(), 0);
            }
            let of = usage::asked(&arguments, &command(color));
            ui.problems(&[usage::problem(&error, &of)]);
            return ui.ended(Ok(()), 2);
        }
    };
    let globals = &cli.globals;
    let mut ui = Ui::new(globals.color, globals.quiet, globals.verbose).with_json(json);
    let session = Session::new(cli.globals);
    let answer = match &cli.command {
        Command::Checks(args) => checks::run(args, &mut ui),
        Command::Completions(args) => complete::run(*args, &mut ui),
        Command::Detect(args) => detect::run(args, &session, &mut ui),
        Command::Diff(args) => diff::run(args, &session, &mut ui),
        Command::Explain(args) => explain::run(args, &session, &mut ui),
        Command::Init(args) => init::run(args, &session, &mut ui),
        Command::Man(args) => man::run(args, &mut ui),
        Command::Plan(args) => plan::run(args, &session, &mut ui),
        Command::Profiles(args) => profiles::run(args, &session, &mut ui),
        Command::Render(args) => render::run(args, &session, &mut ui),
        Command::Verify(args) => verify::run(args, &session, &mut ui),
        Command::Schema(args) => Ok(schema::run(*args, &mut ui)),
    };
    ui.finish(answer)
}
