//! What the programs said of the files, as every face tells it: a line that
//! holds a secret is left out.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::secrets::of_text;
use super::words::count;
use crate::diff::{Differences, Validation, Verdict, Was};
use crate::formats::{looks_secret, secrets_in};

/// What stands for a line that is not shown.
const HIDDEN: &str = "(a line that holds a secret)";

/// How many commands take their files, refuse them, refuse them as they do what
/// is there now, and were not asked or could not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) valid: usize,
    pub(super) refused: usize,
    pub(super) already: usize,
    pub(super) unknown: usize,
}

impl Tally {
    pub(super) fn of(found: &Differences) -> Self {
        let mut tally = Self::default();
        for one in &found.validations {
            match one.verdict {
                Verdict::Valid => tally.valid += 1,
                Verdict::Refused { already: false, .. } => tally.refused += 1,
                Verdict::Refused { already: true, .. } => tally.already += 1,
                Verdict::NotValidated(_) => tally.unknown += 1,
            }
        }
        tally
    }

    /// For the verdict's line, where a program refuses its files.
    pub(super) fn refusal(self) -> Option<String> {
        (self.refused > 0).then(|| match self.refused {
            1 => "REFUSED by 1 validator".to_owned(),
            n => format!("REFUSED by {}", count(n, "validator")),
        })
    }
}

/// The refusals, each with the lines that may be shown: first those that are
/// the plan's own.
pub(super) fn refusals(found: &Differences) -> Vec<(&Validation, bool, Vec<String>)> {
    let secrets = Secrets::of(found);
    let each = found
        .validations
        .iter()
        .filter_map(|one| match &one.verdict {
            Verdict::Refused { said, already } => {
                let lines = said.iter().map(|line| secrets.shown(line));
                Some((one, *already, lines.collect()))
            }
            Verdict::Valid | Verdict::NotValidated(_) => None,
        });
    let mut all: Vec<_> = each.collect();
    all.sort_by_key(|(_, already, _)| *already);
    all
}

/// In a line: `nginx -t refuses this: ...`.
pub(super) fn sentence(command: &str, already: bool) -> String {
    if already {
        format!("{command} refuses what is there now, and this too")
    } else {
        format!("{command} refuses it")
    }
}

/// What was not asked or could not tell, by why.
pub(super) fn untold(found: &Differences) -> BTreeMap<String, Vec<&str>> {
    let secrets = Secrets::of(found);
    let mut all: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for one in &found.validations {
        if let Verdict::NotValidated(why) = &one.verdict {
            let commands = all.entry(secrets.shown(why)).or_default();
            commands.push(&one.command);
        }
    }
    all
}

/// One validation of the document.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct ValidationPart<'a> {
    command: &'a str,
    /// The files of the plan that it is asked about.
    files: &'a [String],
    /// `valid`, `refused`, `refused_already`: as it refuses what is there now,
    /// or `not_validated`.
    verdict: &'static str,
    /// What it said, or why it was not asked or could not tell; a line that
    /// holds a secret is left out.
    said: Vec<String>,
}

pub(super) fn parts(found: &Differences) -> Vec<ValidationPart<'_>> {
    let secrets = Secrets::of(found);
    let each = found.validations.iter().map(|one| {
        let (verdict, said) = match &one.verdict {
            Verdict::Valid => ("valid", Vec::new()),
            Verdict::Refused { said, already } => {
                let name = if *already {
                    "refused_already"
                } else {
                    "refused"
                };
                (name, said.iter().map(|line| secrets.shown(line)).collect())
            }
            Verdict::NotValidated(why) => ("not_validated", vec![secrets.shown(why)]),
        };
        ValidationPart {
            command: &one.command,
            files: &one.files,
            verdict,
            said,
        }
    });
    each.collect()
}

/// The secrets of the files, before and after.
struct Secrets(BTreeSet<String>);

impl Secrets {
    fn of(found: &Differences) -> Self {
        let mut all = BTreeSet::new();
        for file in &found.files {
            let old = match &file.was {
                Was::File(bytes) => Some(bytes),
                Was::Nothing | Was::Missing(_) => None,
            };
            for bytes in old.into_iter().chain(&file.becomes) {
                all.extend(of_text(file, bytes));
            }
        }
        for setting in found.settings.iter().filter(|setting| setting.secret) {
            let values = setting
                .old
                .value()
                .into_iter()
                .chain(setting.new.as_deref());
            for value in values {
                all.extend(secrets_in(value));
                all.insert(value.to_owned());
            }
        }
        all.retain(|secret| !secret.trim().is_empty());
        Self(all)
    }

    fn shown(&self, line: &str) -> String {
        let is_told = self.0.iter().any(|secret| line.contains(secret.as_str()));
        if is_told || looks_secret(line.as_bytes()) {
            HIDDEN.to_owned()
        } else {
            line.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::difference::made;

    #[test]
    fn a_secret_in_an_answer_is_not_told() {
        let mut found = made::differences();
        let said = [
            ">>> 'requirepass foobared'",
            "invalid value \"hunter2\"",
            "fine",
        ];
        found.settings.iter_mut().for_each(|setting| {
            if setting.secret {
                setting.new = Some("hunter2".to_owned());
            }
        });
        found.validations = vec![Validation {
            command: "x".to_owned(),
            files: Vec::new(),
            verdict: Verdict::Refused {
                said: said.map(str::to_owned).to_vec(),
                already: false,
            },
        }];
        let shown = &refusals(&found)[0].2;
        assert_eq!(*shown, [HIDDEN, HIDDEN, "fine"]);
    }
}
