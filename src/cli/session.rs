//! What the global options come to: the host, the stack, the plan. All files
//! come through one door, so that they can be those of a revision.
#![expect(clippy::disallowed_methods, reason = "profiles and stacks are files")]

mod found;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::Door;
use super::{CliError, Globals, detect, templates};
use crate::catalog;
use crate::host::{self, Host};
use crate::input::{Node, Problem, Problems, Scalar, Source, Spot, Tree};
use crate::plan::{Plan, Unfit, mistakes, plan};
use crate::render::Templates;
use crate::services;
use crate::stack::{self, Gathered, Stack};
use crate::units::Cpus;

pub(super) use found::{installed, nothing_found};

/// The file that is looked up from the working directory towards the root.
pub(super) const CONFIG: &str = "tune.toml";
/// The stack where a profile is named and nothing else is said.
pub(super) const DEFAULT_STACK: &str = "web";

/// Any host that owns its kernel would do.
const STAND_IN: &str = "m6i.large";
/// The most that a host may state.
const AMPLE_CPUS: Cpus = Cpus(4_096_000);

/// One run of the program.
pub struct Session {
    /// The global options.
    pub globals: Globals,
    /// Where files are read.
    door: Door,
}

/// Where a stack stands.
pub(super) enum Place {
    /// In the program.
    Bundled(Arc<Source>),
    /// In a file.
    File(PathBuf),
}

/// A host and its stack, past mistakes.
#[derive(Default)]
struct Look {
    host: Option<Host>,
    /// What the stack is planned on to find its mistakes, where no host could be read.
    stand_in: Option<Host>,
    stack: Option<Stack>,
    problems: Problems,
}

impl Look {
    /// What was read, or else what is wrong with it among the problems.
    fn keep<T>(&mut self, read: Result<T, CliError>) -> Option<T> {
        read.map_err(|error| self.problems.0.extend(error.problems()))
            .ok()
    }
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
        let door = Door::default();
        Self { globals, door }
    }

    /// The same options, and files through another door.
    pub(super) fn through(&self, door: Door) -> Self {
        let globals = self.globals.clone();
        Self { globals, door }
    }

    /// Whether there is a file.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.door.has(path)
    }

    /// tune's templates, and those of the person's own.
    pub fn templates(&self) -> Result<Templates, CliError> {
        match &self.globals.templates {
            Some(directory) => templates::read(&self.door, directory),
            None => Ok(Templates::default()),
        }
    }

    /// The plan of what the options name.
    pub fn plan(&self, unfit: Unfit) -> Result<Plan, CliError> {
        self.planned(unfit).map(|(_, plan)| plan)
    }

    /// The same, with the host and the stack that it is of.
    pub fn planned(&self, unfit: Unfit) -> Result<(Scene, Plan), CliError> {
        let mut look = self.look();
        // What cannot be rendered with is told before, beside all else.
        let _ = look.keep(self.templates());
        let mut problems = look.problems;
        let (host, stack) = match (look.host, look.stack) {
            (Some(host), Some(stack)) => (host, stack),
            (_, stack) => {
                if let (Some(host), Some(stack)) = (&look.stand_in, &stack) {
                    problems.extend_elsewhere(mistakes(host, stack));
                }
                return Err(CliError::found(problems));
            }
        };
        if problems.0.is_empty() {
            match plan(&host, &stack, unfit) {
                // What does not fit is no mistake, but there may be some beside it.
                Ok(plan) if !plan.fits && !plan.overcommitted => {
                    let plan = mistakes(&host, &stack).or(plan)?;
                    return Ok((Scene { host, stack }, plan));
                }
                Ok(plan) => return Ok((Scene { host, stack }, plan)),
                Err(found) => problems = found,
            }
        }
        problems.extend_elsewhere(mistakes(&host, &stack));
        Err(CliError::found(problems))
    }

    /// The host and the stack that the options name.
    pub fn scene(&self) -> Result<Scene, CliError> {
        let look = self.look();
        match (look.host, look.stack) {
            (Some(host), Some(stack)) => Ok(look.problems.or(Scene { host, stack })?),
            _ => Err(CliError::found(look.problems)),
        }
    }

    /// The host and the stack as far as they can be read, and all that is wrong
    /// with both.
    fn look(&self) -> Look {
        let mut look = Look::default();
        let written = look.keep(self.stack_source());
        let found = written.as_ref().and_then(Option::as_ref);
        let gathered = found.map(|source| self.gathered(source));
        let named = self.profile_name(gathered.as_ref().map(|gathered| &gathered.tree));
        let host = look.keep(match &named {
            Some((name, spot)) if name != "detect" => self.profile(name, spot.as_ref()),
            _ => detect::detection(&self.globals).map(|found| found.host),
        });
        let has_profile = named.is_some_and(|(name, _)| name != "detect");
        let source = match (written, &host) {
            (None, _) | (Some(None), None) => None,
            (Some(Some(source)), _) => Some(source),
            (Some(None), Some(host)) if has_profile && host.installed.is_empty() => {
                look.keep(bundled(DEFAULT_STACK))
            }
            (Some(None), Some(host)) => look.keep(found::installed_stack(host)),
        };
        let Some(source) = source else {
            return Look { host, ..look };
        };
        let gathered = gathered.unwrap_or_else(|| self.gathered(&source));
        look.problems.extend(gathered.problems);
        let at = Spot::new(&source, 0..0);
        let (tree, whole) = (&gathered.tree, gathered.whole);
        let reading = stack::read(&stack_name(&source), &at, tree, whole, &services::schemas());
        look.problems.extend(reading.problems);
        let is_read = host.is_some();
        let base = host.or_else(stand_in);
        let whole = base.and_then(|base| {
            look.stand_in = Some(ample(base.clone()));
            look.keep(overruled(base, &reading.stack))
        });
        look.host = whole.filter(|_| is_read);
        look.stack = Some(reading.stack);
        look
    }

    /// The host that `--profile` names, and else this one, detected.
    pub fn host(&self) -> Result<Host, CliError> {
        match &self.globals.profile {
            Some(name) if name != "detect" => self.profile(name, None),
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
        Ok(match self.stack_place()? {
            None => None,
            Some(Place::Bundled(source)) => Some(source),
            Some(Place::File(path)) => Some(self.door.read(&path)?),
        })
    }

    /// Where it stands, whether or not it can be read.
    pub(super) fn stack_place(&self) -> Result<Option<Place>, CliError> {
        if let Some(name) = &self.globals.stack {
            return match stack::bundled(name) {
                Some(source) => Ok(Some(Place::Bundled(source))),
                None if looks_like_path(name) => Ok(Some(Place::File(name.into()))),
                None => Err(unknown_stack(name)),
            };
        }
        if let Some(path) = &self.globals.config {
            return Ok(Some(Place::File(path.clone())));
        }
        let here = std::env::current_dir().map_err(|error| CliError::file("find", ".", error))?;
        let found = here
            .ancestors()
            .map(|dir| dir.join(CONFIG))
            // Whatever stands there is meant: what is no file is refused, not passed over.
            .find(|path| self.door.has(path));
        Ok(found.map(Place::File))
    }

    /// A stack with what it extends and what `--set` says.
    pub(super) fn gathered(&self, source: &Arc<Source>) -> Gathered {
        let loader = |name: &str, spot: &Spot| load_extended(&self.door, name, spot);
        let mut gathered = stack::gather(source, &loader);
        let several = self.globals.set.len() > 1;
        for (set, n) in self.globals.set.iter().zip(1u16..) {
            match stack::set(set, several.then_some(n)) {
                Ok(tree) => stack::lay_over(&mut gathered.tree, tree),
                Err(found) => gathered.problems.extend(found),
            }
        }
        gathered
    }

    /// A profile by name or path; a path from the directory of the file that
    /// says so.
    pub(super) fn profile(&self, name: &str, spot: Option<&Spot>) -> Result<Host, CliError> {
        let path = beside(name, spot);
        let failed = |error: CliError| match spot {
            Some(spot) => CliError::Input(located(spot, &error).into()),
            None => error,
        };
        match catalog::find(name) {
            Ok(host) => Ok(host),
            Err(unknown) if !looks_like_path(name) && !self.door.is_file(&path) => {
                Err(failed(unknown.into()))
            }
            Err(_) => {
                let source = self.door.read(&path).map_err(failed)?;
                let tree = Node::parse(&source)?;
                let at = Spot::new(&source, 0..0);
                Ok(host::from_tree(&tree, &file_stem(name), &at, None)?)
            }
        }
    }
}

/// A machine like most, where the one that is meant could not be read.
fn stand_in() -> Option<Host> {
    catalog::find(STAND_IN).ok()
}

/// A host of which nothing is called wrong for want of processors.
fn ample(host: Host) -> Host {
    Host {
        cpus: AMPLE_CPUS,
        sustained_cpus: None,
        ..host
    }
}

/// A host with the facts that the stack states of it.
fn overruled(host: Host, stack: &Stack) -> Result<Host, CliError> {
    let Some((spot, tree)) = &stack.host else {
        return Ok(host);
    };
    Ok(host::from_tree(tree, &host.name, spot, Some(&host))?)
}

/// A path that a file names, from its own directory.
fn beside(name: &str, spot: Option<&Spot>) -> PathBuf {
    spot.and_then(|spot| Path::new(&spot.source.name).parent())
        .unwrap_or_else(|| Path::new(""))
        .join(name)
}

/// An error at the place that led to it, unless it has a place of its own.
fn located(spot: &Spot, error: &CliError) -> Problem {
    let problem = error.problems().into_iter().next();
    let problem = problem.unwrap_or_else(|| Problem::new(error.to_string()));
    if problem.spot.is_some() {
        return problem.also(spot, "named here");
    }
    Problem {
        spot: Some(spot.clone()),
        ..problem.label("named here")
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
    let stem = Path::new(name)
        .file_stem()
        .map(|stem| stem.to_string_lossy());
    let stem = stem.as_deref().unwrap_or(name);
    // It is shown, and stands in a comment of every file.
    stem.replace(char::is_control, "-")
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

/// A stack that another extends: a path from the directory of the one that says so.
fn load_extended(door: &Door, name: &str, spot: &Spot) -> Result<Arc<Source>, Problem> {
    let path = beside(name, Some(spot));
    door.read(&path).map_err(|error| {
        let names = || stack::BUNDLED.iter().map(|(name, _)| *name);
        let problem = located(spot, &error);
        if !matches!(&error, CliError::File { .. }) {
            return problem;
        }
        problem.nearest(name, names(), || {
            let names: Vec<&str> = names().collect();
            format!("bundled stacks are {}", names.join(", "))
        })
    })
}
