//! How a running service is recognised and asked what it really does. Only said
//! here, by each kind for itself; who looks at processes and asks is not known.

/// How to find a kind's processes, count them, and what to ask.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// What its main process is called: the last part of its first word.
    pub programs: &'static [&'static str],
    /// What may stand before that, with a version's digits behind: an interpreter.
    pub through: &'static [&'static str],
    /// Which of its settings is the number of its workers.
    pub workers: Option<Workers>,
    /// What it is asked over its local socket.
    pub question: Option<Question>,
}

/// Processes that one of its settings counts.
#[derive(Clone, Copy, Debug)]
pub struct Workers {
    /// The setting.
    pub key: &'static str,
    /// A word that stands in the command line of each; none where every child of
    /// the main process is one.
    pub title: Option<&'static str>,
    /// A word in the command line of those that are about to end.
    pub leaving: Option<&'static str>,
    /// Whether somebody else starts them, whose name this is: then each of them
    /// has a word below the directory of the file that holds the setting.
    pub of: Option<&'static str>,
    /// Words of the main process's command line, or values of its options, with
    /// which they are no processes: threads.
    pub unless: &'static [&'static str],
}

/// The settings in effect, by their names.
pub type InEffect<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A command that asks, and what its answer means.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The program.
    pub program: &'static str,
    /// Its arguments, from the settings in effect by their names.
    pub arguments: fn(InEffect<'_>) -> Vec<String>,
    /// What it is told that must not stand among them, likewise: a password.
    pub environment: fn(InEffect<'_>) -> Vec<(&'static str, String)>,
    /// What it answered; an error says why that is no answer.
    pub answers: fn(&str) -> Result<Vec<Answer>, String>,
    /// Whether root asks as the account that the server runs as.
    pub as_owner: bool,
}

/// Nothing has to be kept from the arguments.
pub(super) fn no_environment(_: InEffect<'_>) -> Vec<(&'static str, String)> {
    Vec::new()
}

/// What a server says of one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its key, as the plan names it.
    pub key: String,
    /// Its name in the program's files, which says how its value reads.
    pub name: String,
    /// Its value, in a spelling of the file's format.
    pub value: String,
    /// Whether the server waits for a restart to take up what its file says.
    pub pending: bool,
    /// What set it, where the server says so and it is no file: `ALTER ROLE app`.
    pub by: Option<String>,
}
