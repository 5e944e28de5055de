//! What says whether a file is valid: the program that reads it, and what must
//! be known to ask it without touching anything. How it is run is not known here.

use std::borrow::Cow;

/// A program that reads a file and says whether it takes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validator {
    /// The command, for a shell: `{}` is the file, `MAIN` the file that its
    /// program begins with, `SCRATCH` an empty directory. Empty where there is none.
    pub command: Cow<'static, str>,
    /// Lines of a shell that are run before it, with the same words.
    pub prepare: &'static str,
    /// The account that it runs under, where the program refuses root or reads
    /// code of the user's.
    pub account: Option<String>,
    /// Where its program may be beside the usual directories; these come first.
    pub directories: Vec<String>,
    /// What of its answer counts.
    pub judged: Judged,
    /// What stands in its answer where it could not tell.
    pub cannot_tell: &'static [&'static str],
    /// Whether only root can ask it: it looks at owners, or changes them.
    pub root: bool,
    /// Whether it must see the host's network: nothing else may.
    pub network: bool,
    /// Whether it reads the file and nothing beside it, so that one below
    /// another root can be asked about.
    pub alone: bool,
    /// Why it is never run before the change.
    pub never: Option<&'static str>,
}

/// What of a validator's answer counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Judged {
    /// Whether it ended with 0.
    #[default]
    Status,
    /// The same, and it refuses as well where a line holds one of these words.
    Words(&'static [&'static str]),
    /// The same of lines that name the file or what it is a part of: it reads
    /// others as well, and tells of them.
    Own(&'static [&'static str]),
    /// It takes the file where its answer holds this, however it ended.
    Says(&'static str),
}

/// The file is for another machine than this one, if you like.
const IN_CONTAINER: &str = "the program that reads it is in a container";

impl Validator {
    /// A command whose exit code counts.
    pub const fn of(command: &'static str) -> Self {
        Self {
            command: Cow::Borrowed(command),
            prepare: "",
            account: None,
            directories: Vec::new(),
            judged: Judged::Status,
            cannot_tell: &[],
            root: false,
            network: false,
            alone: false,
            never: None,
        }
    }

    /// One that reads nothing but the file.
    pub fn alone(command: &'static str) -> Self {
        Self {
            alone: true,
            ..Self::of(command)
        }
    }

    /// One that is not run before the change, and why.
    pub fn never(command: &'static str, why: &'static str) -> Self {
        Self {
            never: Some(why),
            ..Self::of(command)
        }
    }

    /// The same for a file of a container, whose program is not the host's.
    #[must_use]
    pub fn in_container(self) -> Self {
        Self {
            never: Some(IN_CONTAINER),
            ..self
        }
    }

    /// The command with its words as they are, for people.
    pub fn shown(&self, file: &str, main: &str) -> String {
        self.command.replace("{}", file).replace("MAIN", main)
    }
}
