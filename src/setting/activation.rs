//! What must happen before a changed setting takes effect.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a change needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// It takes effect with the file.
    Immediate,
    /// A command tells the running service; the file holds for its next start.
    Live,
    /// Sessions opened afterwards have it.
    NewSession,
    /// The service reads its files again.
    Reload,
    /// The service restarts.
    Restart,
    /// The container is made anew.
    Recreate,
    /// The next run of a timer reads it.
    NextRun,
}

impl Activation {
    /// In a sentence: "a change needs ...".
    pub const fn text(self) -> &'static str {
        match self {
            Self::Immediate => "nothing more",
            Self::Live => "a command to the running service, or a restart",
            Self::NewSession => "a new session",
            Self::Reload => "a reload",
            Self::Restart => "a restart",
            Self::Recreate => "the container made anew",
            Self::NextRun => "nothing: the next run reads it",
        }
    }

    /// In a container, files are read when the container is made.
    #[must_use]
    pub const fn in_container(self, yes: bool) -> Self {
        if yes { Self::Recreate } else { self }
    }
}
