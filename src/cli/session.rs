//! What the global options come to: the host, the stack, the plan. The one
//! reader of files and of the working directory among the commands.

use super::Globals;

/// One run of the program.
pub struct Session {
    /// The global options.
    pub globals: Globals,
}

impl Session {
    /// From the global options.
    pub fn new(globals: Globals) -> Self {
        Self { globals }
    }
}
