//! A service that passes requests on to others.

/// What it holds for a request, and how long it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Connections of one worker process.
    pub worker_connections: u64,
}
