//! What a difference is. How it is found and how it is shown is not known here.

use super::runtime::{Unasked, Value};
use crate::formats::{Format, Missing, Normal, Refused, Trouble};
use crate::plan::Finding;
use crate::services::Meets;
use crate::setting::Activation;

/// All that would change.
#[derive(Clone, Debug, Default)]
pub struct Differences {
    /// Every file of the plan, by path.
    pub files: Vec<FileDifference>,
    /// Every setting of the plan, file by file in the file's order; those that
    /// stay the same among them.
    pub settings: Vec<SettingDifference>,
    /// What could not be read, so that nothing is known of it.
    pub troubles: Vec<Trouble>,
    /// What the programs themselves say of the files as they would be.
    pub validations: Vec<Validation>,
    /// What runs and could not be asked.
    pub unasked: Vec<Unasked>,
    /// The rules of live files that fail.
    pub findings: Vec<Finding>,
}

/// What a program says of files that it would read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validation {
    /// The command, for people.
    pub command: String,
    /// The files of the plan that it is asked about.
    pub files: Vec<String>,
    /// What it says.
    pub verdict: Verdict,
}

/// Whether a program takes its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Valid,
    /// It does not.
    Refused {
        /// Its first lines on it, with paths as on the host. They may hold secrets.
        said: Vec<String>,
        /// Whether it says the same of what is there now.
        already: bool,
    },
    /// It was not asked, or could not tell, and why.
    NotValidated(String),
}

/// What stands where a file goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Was {
    /// Nothing.
    Nothing,
    /// A file.
    File(Vec<u8>),
    /// Something that is no readable file.
    Missing(Missing),
}

/// One file of the plan against what is there.
#[derive(Clone, Debug)]
pub struct FileDifference {
    /// Whose it is.
    pub service: String,
    /// Where it goes.
    pub path: String,
    /// What it is written in.
    pub format: Format,
    /// How it meets a live file.
    pub meets: Meets,
    /// What is there.
    pub was: Was,
    /// What would be there: for a merge the live file with the plan's settings;
    /// nothing where the file would go.
    pub becomes: Option<Vec<u8>>,
    /// Permissions, before and after; nothing where they are not known.
    pub mode: (Option<u32>, Option<u32>),
    /// Owner, before and after; nothing where they are not known.
    pub owner: (Option<String>, Option<String>),
    /// Somebody else's file stands where tune's own would go: it is taken over
    /// only when the person says so.
    pub foreign: bool,
    /// Settings that a merge leaves as they are, and why.
    pub kept: Vec<Kept>,
    /// Lines that change and hold no setting of the plan.
    pub other_lines: usize,
    /// What is there is code that was not run: it is compared as text.
    pub code: bool,
    /// The file is reached through a link of its name, which points there.
    pub link: Option<String>,
}

/// A setting that a merge does not make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its key.
    pub key: String,
    /// Why, and what to do.
    pub refused: Refused,
}

impl FileDifference {
    /// Whether anything of it would change.
    pub fn is_change(&self) -> bool {
        self.is_text_change() || self.is_mode_change() || self.is_owner_change()
    }

    /// Whether its bytes would change.
    pub fn is_text_change(&self) -> bool {
        match &self.was {
            Was::File(bytes) => Some(bytes) != self.becomes.as_ref(),
            Was::Nothing => self.becomes.is_some(),
            Was::Missing(_) => true,
        }
    }

    /// Whether its permissions would change.
    pub fn is_mode_change(&self) -> bool {
        matches!(self.mode, (Some(was), Some(is)) if was != is)
    }

    /// Whether its owner would change.
    pub fn is_owner_change(&self) -> bool {
        matches!(&self.owner, (Some(was), Some(is)) if was != is)
    }
}

/// What was in effect before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Old {
    /// A line of a file says so.
    File {
        /// The value, spelled as the new one is.
        value: String,
        /// The file.
        file: String,
        /// The line, from 1.
        line: u32,
    },
    /// Nothing says so: the program's own default.
    Default(String),
    /// Nothing says so, and what the program takes then is not known.
    Unset,
    /// It could not be read.
    Unknown,
}

impl Old {
    /// The value, where it is known.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::File { value, .. } | Self::Default(value) => Some(value),
            Self::Unset | Self::Unknown => None,
        }
    }
}

/// Why a setting has no effect, or not everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shadow {
    /// Where the winner stands: a file, or a command line.
    pub by: String,
    /// The line, from 1; 0 where it has none.
    pub line: u32,
    /// What it says.
    pub value: String,
    /// In which way it wins.
    pub kind: ShadowKind,
}

/// In which way something wins over a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShadowKind {
    /// Read later, or it alone counts.
    Wins,
    /// For one reader of several, named.
    WinsFor(&'static str),
    /// In the sessions of a role or a database.
    InSessions,
    /// In a block inside, named, whose own value holds there.
    Inside(String),
    /// The program does not read tune's file: nothing includes it.
    NotRead,
    /// The program does not take the value, and goes on without it.
    NotTaken,
}

impl Shadow {
    /// Whether the setting has no effect at all.
    pub fn is_total(&self) -> bool {
        matches!(
            self.kind,
            ShadowKind::Wins | ShadowKind::NotRead | ShadowKind::NotTaken
        )
    }
}

/// One setting, before and after.
#[derive(Clone, Debug)]
pub struct SettingDifference {
    /// Whose it is.
    pub service: String,
    /// The file of the plan that holds it.
    pub path: String,
    /// The blocks that it stands in.
    pub within: Vec<String>,
    /// Its key, as the plan names it; as the file does where no plan is known.
    pub key: String,
    /// What was in effect.
    pub old: Old,
    /// What the file would say; nothing where it would say nothing any more.
    pub new: Option<String>,
    /// By how many bytes it grows, where it is a size.
    pub delta: Option<i128>,
    /// Whether both are the same, whatever their spelling.
    pub same: bool,
    /// What wins over it.
    pub shadows: Vec<Shadow>,
    /// What runs, where it was looked at.
    pub running: Vec<Value>,
    /// Whether its values are never shown.
    pub secret: bool,
    /// The expression with its numbers, and the reason; empty where none is known.
    pub why: String,
    /// Where the rule comes from; empty where no plan is known.
    pub source: String,
    /// What the change needs, where that is known.
    pub needs: Option<Activation>,
    /// Whether it is a setting of the plan.
    pub planned: bool,
}

impl SettingDifference {
    /// Whether something would change in effect or in the file that holds it.
    pub fn is_change(&self) -> bool {
        !self.same
    }

    /// Whether it would have no effect at all.
    pub fn is_without_effect(&self) -> bool {
        self.shadows.iter().any(Shadow::is_total)
    }
}

impl Differences {
    /// Nothing would change, and nothing is unknown.
    pub fn is_empty(&self) -> bool {
        self.troubles.is_empty()
            && !self.files.iter().any(FileDifference::is_change)
            && !self.settings.iter().any(SettingDifference::is_change)
    }

    /// The settings that would change.
    pub fn changes(&self) -> impl Iterator<Item = &SettingDifference> {
        self.settings.iter().filter(|setting| setting.is_change())
    }
}

/// The growth from one value to another, where both are sizes.
pub(super) fn delta(old: &Normal, new: &Normal) -> Option<i128> {
    Some(new.bytes()? - old.bytes()?)
}
