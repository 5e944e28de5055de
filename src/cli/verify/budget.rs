//! `tune verify --budget`: what services held against what they were given, and
//! the wants that follow from it as a patch to the stack's file.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use similar::TextDiff;

use super::{Format, VerifyArgs, put};
use crate::cli::plan::with_look;
use crate::cli::{Answer, CliError, Session, Ui};
use crate::diff::runtime::{Held, Peak, memory, processes};
use crate::diff::{Budget, HostFiles, budget};
use crate::formats::{self, Document};
use crate::plan::Plan;
use crate::report::verification::{budget_json, budget_text};

/// How often what no group has counted is looked at.
const BETWEEN: Duration = Duration::from_millis(200);

pub(super) fn run(
    args: &VerifyArgs,
    plan: &Plan,
    session: &Session,
    ui: &mut Ui,
) -> Result<Answer, CliError> {
    if session.globals.root != Path::new("/") {
        let help = "leave --root out: memory is measured where it is used";
        return Err(CliError::refused("nothing runs below a saved root", help));
    }
    if args.format == Format::Prometheus {
        let help = "--format text or json; node_exporter has what groups hold";
        return Err(CliError::refused("a budget has no metrics", help));
    }
    let held = sampled(plan, args.samples)?;
    let measured = budget(plan, &held);
    let patch = patch(&measured, session)?;
    let report = match args.format {
        Format::Json => budget_json(&plan.stack, &plan.host.name, &measured, patch.as_deref())?,
        Format::Text | Format::Prometheus => with_look(ui, |look| {
            budget_text(
                &plan.stack,
                &plan.host.name,
                &measured,
                patch.as_deref(),
                look,
            )
        }),
    };
    put(args, &report, ui)?;
    if is_unmeasured(&measured) {
        let hint = "measure where the stack runs, as root; 'tune verify' says what does not run";
        return Err(CliError::refused(
            "no process of any service was found",
            hint,
        ));
    }
    let is_right = measured.iter().all(Budget::is_right);
    Ok(if is_right { Answer::Yes } else { Answer::No })
}

/// The most of every look, for so many seconds; one is enough where the kernel
/// has counted.
fn sampled(plan: &Plan, seconds: u64) -> Result<BTreeMap<String, Held>, CliError> {
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut most: BTreeMap<String, Held> = BTreeMap::new();
    loop {
        // Each look reads anew: what was read once is kept.
        let files = HostFiles::below(Path::new("/"))
            .map_err(|error| CliError::refused(error.to_string(), "run it as root"))?;
        let table = processes(&files);
        for (name, held) in memory(&files, plan, &table) {
            let best = most.entry(name).or_insert(held);
            if held.bytes > best.bytes {
                *best = held;
            }
        }
        let is_sampled = most.values().any(|held| held.from == Peak::Sampled);
        if !is_sampled || Instant::now() >= until {
            return Ok(most);
        }
        std::thread::sleep(BETWEEN);
    }
}

/// The stack's file with the wants as they should be, as a patch; nothing where
/// none changes, or no file of a person's says what runs here.
fn patch(measured: &[Budget], session: &Session) -> Result<Option<String>, CliError> {
    let changes: Vec<_> = measured
        .iter()
        .filter_map(|one| Some((one, one.new_want?)))
        .collect();
    let Some(source) = session.stack_source()?.filter(|_| !changes.is_empty()) else {
        return Ok(None);
    };
    let not_understood = |message: String| {
        let help = "write the wants into it by hand: they stand above";
        CliError::refused(format!("{}: {message}", source.name), help)
    };
    let document = Document::parse(formats::Format::Toml, source.text.as_bytes());
    let mut document = document.map_err(|error| not_understood(error.to_string()))?;
    for (one, want) in changes {
        let within = ["services".to_owned(), one.service.clone()];
        let written = format!("\"{}MiB\"", want.whole_mib());
        document
            .set(&within, "want", written.as_bytes())
            .map_err(|refused| not_understood(refused.reason))?;
    }
    let new = String::from_utf8_lossy(document.bytes()).into_owned();
    let name = Path::new(&source.name).file_name();
    let name = name.map_or_else(|| source.name.clone(), |name| name.display().to_string());
    let diff = TextDiff::from_lines(source.text.as_str(), new.as_str());
    let (old, new) = (format!("a/{name}"), format!("b/{name}"));
    let patch = diff.unified_diff().header(&old, &new).to_string();
    Ok(Some(patch))
}

/// Whether nothing could be compared, though there is something to compare.
fn is_unmeasured(measured: &[Budget]) -> bool {
    !measured.is_empty() && measured.iter().all(|one| one.held.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Bytes;

    #[test]
    fn shares_of_which_none_was_found_are_not_measured() {
        let none = Budget {
            service: "db".to_owned(),
            limit: Bytes::mib(64),
            want: Bytes::mib(64),
            held: None,
            pinned: false,
            new_want: None,
        };
        let held = Held {
            bytes: Bytes::mib(32),
            from: Peak::Sampled,
            since: None,
        };
        let some = Budget {
            held: Some(held),
            ..none.clone()
        };
        assert!(is_unmeasured(&[none.clone(), none.clone()]));
        assert!(!is_unmeasured(&[none, some]));
        assert!(!is_unmeasured(&[]));
    }
}
