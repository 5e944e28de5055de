//! What shells are told when a person asks to complete a word: the names that
//! the options and the stack in reach know. A mistake in a file completes to
//! nothing, in silence: the command itself will say it.

mod bash;
mod key;
mod reach;

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};

use clap::CommandFactory as _;
use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter as _};
use clap_complete::env::{Elvish, Fish, Powershell, Shells, Zsh};
use clap_complete::{CompleteEnv, Shell};

use super::{Answer, Cli, CliError, Ui};
use crate::plan::{self, Plan, Unfit};
use crate::setting::Setting;
use crate::{catalog, stack};

pub(super) use key::complete_set;

/// Set by the shells' functions, to the name of the shell.
const VARIABLE: &str = "_TUNE_COMPLETE";

const SHELLS: Shells<'_> = Shells(&[&bash::Bash, &Elvish, &Fish, &Powershell, &Zsh]);

/// Print what makes a shell complete tune's words
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  source <(tune completions bash)
  tune completions fish | source";

pub(super) fn run(args: CompletionsArgs, ui: &mut Ui) -> Result<Answer, CliError> {
    let mut script = Vec::new();
    let shell = args.shell.to_string();
    let written = SHELLS
        .completer(&shell)
        .map(|shell| shell.write_registration(VARIABLE, "tune", "tune", "tune", &mut script));
    match written {
        Some(Ok(())) => {
            ui.document(String::from_utf8_lossy(&script).trim_start());
            Ok(Answer::Yes)
        }
        _ => Err(CliError::refused(
            format!("no completions for {shell}"),
            "one of bash, elvish, fish, powershell, zsh",
        )),
    }
}

/// Answers a shell, where one asks; gives whether one did.
pub(super) fn answered(arguments: impl IntoIterator<Item = OsString>) -> bool {
    let environment = CompleteEnv::with_factory(Cli::command)
        .var(VARIABLE)
        .bin("tune")
        .shells(SHELLS);
    // Nothing to complete is an error to it, and none to a person.
    environment
        .try_complete(arguments, reach::here().as_deref())
        .unwrap_or(true)
}

/// Names that begin so.
pub(super) fn beginning<'a>(
    current: &OsStr,
    names: impl IntoIterator<Item = &'a str>,
) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else {
        return Vec::new();
    };
    let names = names.into_iter().filter(|name| name.starts_with(current));
    names.map(CompletionCandidate::new).collect()
}

/// Where no name fits, the paths of TOML files.
fn or_files(found: Vec<CompletionCandidate>, current: &OsStr) -> Vec<CompletionCandidate> {
    if !found.is_empty() {
        return found;
    }
    let is_toml = |path: &std::path::Path| path.extension().is_some_and(|ending| ending == "toml");
    PathCompleter::any()
        .filter(move |path| is_toml(path) || path.extension().is_none())
        .complete(current)
}

/// Host profiles: names, `detect`, files.
pub(super) fn complete_profiles(current: &OsStr) -> Vec<CompletionCandidate> {
    or_files(beginning(current, profiles()), current)
}

/// What a host is named by.
fn profiles() -> impl Iterator<Item = &'static str> {
    catalog::names().chain(["detect"])
}

/// Stacks: bundled ones, files.
pub(super) fn complete_stacks(current: &OsStr) -> Vec<CompletionCandidate> {
    let names = stack::BUNDLED.iter().map(|(name, _)| *name);
    or_files(beginning(current, names), current)
}

/// Host profiles and bundled stacks.
pub(super) fn complete_names(current: &OsStr) -> Vec<CompletionCandidate> {
    let stacks = stack::BUNDLED.iter().map(|(name, _)| *name);
    beginning(current, stacks.chain(catalog::names()))
}

/// The services of the stack in reach, and `system`.
pub(super) fn complete_services(current: &OsStr) -> Vec<CompletionCandidate> {
    let services = reach::services();
    let names = services.iter().map(|(name, _)| name.as_str());
    beginning(current, names.chain(["system"]))
}

/// `SERVICE.key` and `KIND.key` for every setting of the plan in reach, once
/// the service is clear; until then the services, and the kinds.
pub(super) fn complete_settings(current: &OsStr) -> Vec<CompletionCandidate> {
    if !current.to_str().is_some_and(|text| text.contains('.')) {
        let services = reach::services();
        let names: BTreeSet<&str> = services.iter().map(|(name, _)| name.as_str()).collect();
        let kinds = services.iter().filter_map(|(_, kind)| kind.as_deref());
        let kinds: BTreeSet<String> = kinds
            .filter(|kind| !names.contains(kind))
            .map(|kind| format!("{kind}."))
            .collect();
        let all = names.iter().copied().chain(["system"]);
        return beginning(current, all.chain(kinds.iter().map(String::as_str)));
    }
    let found =
        planned().map(|plan| beginning(current, settings_of(&plan).iter().map(String::as_str)));
    found.unwrap_or_default()
}

/// The plan in reach.
fn planned() -> Option<Plan> {
    reach::session().plan(Unfit::Overcommit).ok()
}

/// `SERVICE.key` of every setting.
fn settings_of(plan: &Plan) -> Vec<String> {
    // By the name, and by the kind where the name is another.
    let own = plan.services.iter().flat_map(|service| {
        let settled = service.settled.iter();
        let settings: Vec<&Setting> = settled.flat_map(|settled| &settled.settings).collect();
        let by_kind = (service.kind, settings.clone());
        let is_other = service.kind != service.name;
        std::iter::once((service.name.as_str(), settings)).chain(is_other.then_some(by_kind))
    });
    let system = plan
        .system
        .iter()
        .map(|system| ("system", system.settings.iter().collect()));
    let all: Vec<(&str, Vec<&Setting>)> = own.chain(system).collect();
    let names = all.iter().flat_map(|(of, settings)| {
        let names = settings
            .iter()
            .map(move |setting| format!("{of}.{}", setting.key));
        names.collect::<Vec<_>>()
    });
    names.collect()
}

/// The ids of the checks.
pub(super) fn complete_checks(current: &OsStr) -> Vec<CompletionCandidate> {
    let checks = plan::CHECKS.iter().map(|check| check.id);
    let elsewhere = plan::ELSEWHERE.iter().map(|row| row.id);
    beginning(current, checks.chain(elsewhere))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Spot;
    use crate::services;

    fn values(found: &[CompletionCandidate]) -> Vec<&str> {
        let values = found
            .iter()
            .map(|found| found.get_value().to_str().unwrap());
        values.collect()
    }

    #[test]
    fn settings_are_those_of_the_plan() {
        let source = stack::bundled("node-web").unwrap();
        let absent = |_: &str, spot: &Spot| Err(crate::input::Problem::at(spot, "none"));
        let tree = stack::load(&source, &absent).unwrap();
        let at = Spot::new(&source, 0..0);
        let stack = stack::from_tree("it", &at, &tree, &services::schemas()).unwrap();
        let host = catalog::find("t3.small").unwrap();
        let plan = plan::plan(&host, &stack, Unfit::Refuse).unwrap();
        let settings = settings_of(&plan);
        let has = |name: &str| settings.iter().any(|setting| setting == name);
        assert!(has("db.shared_buffers") && has("system.vm.swappiness"));
        // The name of the kind stands for the only service of it.
        assert!(has("postgresql.shared_buffers"));
        assert!(
            !settings
                .iter()
                .any(|setting| setting.starts_with("nobody."))
        );
    }

    #[test]
    fn checks_are_offered_by_id() {
        let found = complete_checks(OsStr::new("pool-ex"));
        assert_eq!(values(&found), ["pool-exceeds-connections"]);
    }
}
