//! What the global options come to: the host, the stack, the plan. The one
//! reader of files and of the working directory among the commands.
#![expect(clippy::disallowed_methods, reason = "profiles and stacks are files")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{CliError, Globals, detect};
use crate::catalog;
use crate::host::{self, Host};
use crate::input::{Node, Problem, Scalar, Source, Spot, Tree};
use crate::plan::{Plan, Unfit, plan};
use crate::services;
use crate::stack::{self, Stack};

/// The file that is looked up from the working directory towards the root.
pub(super) const CONFIG: &str = "tune.toml";
/// The stack where a profile is named and nothing else is said.
pub(super) const DEFAULT_STACK: &str = "web";
/// A larger file is no profile and no stack.
const LARGEST_FILE: u64 = 1 << 20;

/// One run of the program.
pub struct Session {
    /// The global options.
    pub globals: Globals,
}

/// A host and its stack, ready to be planned.
pub struct Scene {
    /// The host.
    pub host: Host,
    /// The stack.
    pub stack: Stack,
}

impl Session {
    /// From the global options.
    pub fn new(globals: Globals) -> Self {
        Self { globals }
    }

    /// The plan of what the options name.
    pub fn plan(&self, unfit: Unfit) -> Result<Plan, CliError> {
        let scene = self.scene()?;
        Ok(plan(&scene.host, &scene.stack, unfit)?)
    }

    /// The host and the stack that the options name.
    pub fn scene(&self) -> Result<Scene, CliError> {
        let written = self.stack_source()?;
        let tree = written
            .as_ref()
            .map(|source| self.merged(source))
            .transpose()?;
        let named = self.profile_name(tree.as_ref());
        let (mut host, has_profile) = match &named {
            Some((name, spot)) if name != "detect" => (Self::profile(name, spot.as_ref())?, true),
            _ => (detect::detection(&self.globals)?.host, false),
        };
        let source = match written {
            Some(source) => source,
            None if has_profile && host.installed.is_empty() => bundled(DEFAULT_STACK)?,
            None => installed_stack(&host)?,
        };
        let tree = match tree {
            Some(tree) => tree,
            None => self.merged(&source)?,
        };
        let at = Spot::new(&source, 0..0);
        let stack = stack::from_tree(&stack_name(&source), &at, &tree, &services::schemas())?;
        if let Some((spot, tree)) = &stack.host {
            host = host::from_tree(tree, &host.name.clone(), spot, Some(&host))?;
        }
        Ok(Scene { host, stack })
    }

    /// The host that `--profile` names, and else this one, detected.
    pub fn host(&self) -> Result<Host, CliError> {
        match &self.globals.profile {
            Some(name) if name != "detect" => Self::profile(name, None),
            _ => Ok(detect::detection(&self.globals)?.host),
        }
    }

    /// `--profile`, else what the stack names.
    fn profile_name(&self, tree: Option<&Tree>) -> Option<(String, Option<Spot>)> {
        if let Some(name) = &self.globals.profile {
            return Some((name.clone(), None));
        }
        match tree?.get("profile") {
            Some((
                _,
                Node {
                    spot,
                    value: Scalar::Text(name),
                },
            )) => Some((name.clone(), Some(spot.clone()))),
            _ => None,
        }
    }

    /// The stack that a person wrote: `--stack`, `--config`, or a `tune.toml`
    /// from here towards the root.
    pub(super) fn stack_source(&self) -> Result<Option<Arc<Source>>, CliError> {
        if let Some(name) = &self.globals.stack {
            return match stack::bundled(name) {
                Some(source) => Ok(Some(source)),
                None if looks_like_path(name) => read(Path::new(name)).map(Some),
                None => Err(unknown_stack(name)),
            };
        }
        if let Some(path) = &self.globals.config {
            return read(path).map(Some);
        }
        let here = std::env::current_dir().map_err(|error| CliError::file("find", ".", error))?;
        let found = here
            .ancestors()
            .map(|dir| dir.join(CONFIG))
            .find(|path| path.is_file());
        found.map(|path| read(&path)).transpose()
    }

    /// A stack with what it extends and what `--set` says.
    pub(super) fn merged(&self, source: &Arc<Source>) -> Result<Tree, CliError> {
        let loader = |name: &str, spot: &Spot| load_extended(name, spot);
        let mut tree = stack::load(source, &loader)?;
        for set in &self.globals.set {
            stack::lay_over(&mut tree, parse_set(set)?);
        }
        Ok(tree)
    }

    /// A profile by name or path; a path from the directory of the file that
    /// says so.
    pub(super) fn profile(name: &str, spot: Option<&Spot>) -> Result<Host, CliError> {
        let path = beside(name, spot);
        let failed = |error: CliError| match spot {
            Some(spot) => CliError::Input(located(spot, &error).into()),
            None => error,
        };
        match catalog::find(name) {
            Ok(host) => Ok(host),
            Err(unknown) if !looks_like_path(name) && !path.is_file() => {
                Err(failed(unknown.into()))
            }
            Err(_) => {
                let source = read(&path).map_err(failed)?;
                let tree = Node::parse(&source)?;
                let at = Spot::new(&source, 0..0);
                Ok(host::from_tree(&tree, &file_stem(name), &at, None)?)
            }
        }
    }
}

/// A path that a file names, from its own directory.
fn beside(name: &str, spot: Option<&Spot>) -> PathBuf {
    spot.and_then(|spot| Path::new(&spot.source.name).parent())
        .unwrap_or_else(|| Path::new(""))
        .join(name)
}

/// An error at the place that led to it.
fn located(spot: &Spot, error: &CliError) -> Problem {
    let problem = Problem::at(spot, error.to_string());
    match error.help() {
        Some(help) => problem.help(help),
        None => problem,
    }
}

fn looks_like_path(name: &str) -> bool {
    name.contains('/')
        || Path::new(name)
            .extension()
            .is_some_and(|ending| ending == "toml")
        || Path::new(name).is_file()
}

fn file_stem(name: &str) -> String {
    Path::new(name).file_stem().map_or_else(
        || name.to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

/// A stack is called after its file.
fn stack_name(source: &Source) -> String {
    let name = source.name.trim_start_matches('<').trim_end_matches('>');
    file_stem(name)
}

pub(super) fn bundled(name: &str) -> Result<Arc<Source>, CliError> {
    stack::bundled(name).ok_or_else(|| unknown_stack(name))
}

fn unknown_stack(name: &str) -> CliError {
    let names: Vec<&str> = stack::BUNDLED.iter().map(|(name, _)| *name).collect();
    let near = crate::input::nearest(name, names.iter().copied());
    let help = if near.is_empty() {
        format!(
            "bundled are {}; a file is named by its path",
            names.join(", ")
        )
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    CliError::refused(
        format!("no stack is called '{}'", name.escape_default()),
        help,
    )
}

fn read(path: &Path) -> Result<Arc<Source>, CliError> {
    use std::io::Read as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let failed = |error| CliError::file("read", path, error);
    // A pipe without a writer is not waited for.
    let file = std::fs::OpenOptions::new()
        .read(true)
        .custom_flags(nix::fcntl::OFlag::O_NONBLOCK.bits())
        .open(path)
        .map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(CliError::refused(
            format!("cannot read {}: not a regular file", path.display()),
            "a profile or stack is a TOML file",
        ));
    }
    let mut bytes = Vec::new();
    let most = LARGEST_FILE.saturating_add(1);
    file.take(most).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > usize::try_from(LARGEST_FILE).unwrap_or(usize::MAX) {
        let message = format!(
            "{} is too large: a profile or stack has at most {LARGEST_FILE} bytes",
            path.display()
        );
        return Err(CliError::refused(message, "is it the right file?"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!("{} is not UTF-8 text, at byte {at}", path.display());
        CliError::refused(message, "a profile or stack is a TOML file")
    })?;
    Ok(Source::new(path.display().to_string(), text))
}

/// A stack that another extends: a path from the directory of the one that says so.
fn load_extended(name: &str, spot: &Spot) -> Result<Arc<Source>, Problem> {
    let path = beside(name, Some(spot));
    read(&path).map_err(|error| {
        let names: Vec<&str> = stack::BUNDLED.iter().map(|(name, _)| *name).collect();
        Problem::at(spot, error.to_string())
            .help(format!("bundled stacks are {}", names.join(", ")))
    })
}

/// `services.db.memory=512MiB`: a TOML path and a value, which may be a bare word.
fn parse_set(set: &str) -> Result<Tree, CliError> {
    let usage = "write it as --set services.db.memory=512MiB";
    let Some((key, value)) = set.split_once('=') else {
        return Err(CliError::refused(format!("--set {set}: no '='"), usage));
    };
    let as_written = Source::new("--set", format!("{key} = {value}"));
    if let Ok(tree) = Node::parse(&as_written)
        && tree.len() == 1
    {
        return Ok(tree);
    }
    let quoted = toml::Value::from(value).to_string();
    let tree = Node::parse(&Source::new("--set", format!("{key} = {quoted}")))?;
    if tree.len() == 1 {
        Ok(tree)
    } else {
        Err(CliError::refused(
            format!("--set {set}: not one key"),
            usage,
        ))
    }
}

/// The kinds of service that were found installed.
pub(super) fn installed(host: &Host) -> impl Iterator<Item = &str> {
    let kinds = host.installed.keys().map(String::as_str);
    kinds.filter(|kind| services::find(kind).is_some())
}

pub(super) fn nothing_found() -> CliError {
    CliError::refused(
        "no service that tune knows was found on this host",
        "name a stack: --stack web, or write a tune.toml",
    )
}

/// The stack of what was found installed.
fn installed_stack(host: &Host) -> Result<Arc<Source>, CliError> {
    use std::fmt::Write as _;
    let mut text = String::new();
    for kind in installed(host) {
        let _ = writeln!(text, "[services.{kind}]\nkind = \"{kind}\"");
    }
    if text.is_empty() {
        return Err(nothing_found());
    }
    Ok(Source::new("<installed>", text))
}
