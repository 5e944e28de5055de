//! A service that passes requests on to others.

use super::Stated;
use crate::units::Bytes;

/// What it holds for a request, what it takes, and how long it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Connections of one worker process, to clients and to applications.
    pub connections: Stated<u64>,
    /// Files that one worker process may have open, connections among them.
    pub open_files: Stated<u64>,
    /// The longest line of a request's header.
    pub header_line: Stated<Bytes>,
    /// Requests in work at once, all workers of one replica together.
    pub requests: Stated<u64>,
    /// Memory that holds the response to one of them while its client reads.
    pub response: Stated<Bytes>,
    /// The largest request body that it takes; nothing is no limit.
    pub body: Stated<Bytes>,
    /// The most that its cache takes of the disk; `None` where it keeps none.
    pub cache: Option<Stated<Bytes>>,
    /// The services that it passes requests on to.
    pub passes: Vec<Passes>,
    /// The addresses that the stack states by the name of this host, which may
    /// mean two of them.
    pub localhost: Vec<String>,
}

/// How it passes requests on to one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passes {
    /// The service.
    pub to: String,
    /// Seconds that it waits for more of an answer, and the setting.
    pub waits: (u64, String),
    /// Seconds that it keeps an idle connection, and the setting where there is
    /// one; `None` where it keeps none.
    pub keeps: Option<(u64, Option<String>)>,
}
