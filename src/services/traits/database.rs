//! A service that answers queries over data on disk, and one that lets clients
//! take turns at its connections.

use super::Stated;
use crate::units::{Bytes, Decimal};

/// What decides how a database plans its queries, cleans up, and fills its disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// What it is asked.
    pub queries: Queries,
    /// Whether it compiles queries; `None` where it cannot.
    pub compiles: Option<Stated<bool>>,
    /// What a page read at random costs, in pages read in order.
    pub random_page_cost: Stated<Decimal>,
    /// What the planner takes to be cached, of one replica.
    pub cached: Stated<Bytes>,
    /// Processes that clean up at once.
    pub cleaners: Stated<u64>,
    /// What each of them may hold.
    pub cleaner_memory: Stated<Bytes>,
    /// How much log of changes it gathers between two checkpoints: soft, twice
    /// as much while one is late.
    pub log: Stated<Bytes>,
}

/// What a database is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queries {
    /// Single rows, many times a second; also where the stack does not say.
    Short,
    /// Those, and reports over whole tables.
    Mixed,
    /// Reports.
    Long,
}

/// How the clients of a pooler share its connections to servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pooler {
    /// When a client gives its server back, as the file spells it.
    pub mode: Stated<String>,
    /// Whether it keeps the server for as long as it is connected.
    pub holds: bool,
    /// Connections to a server for each user of each database.
    pub size: Stated<u64>,
    /// Connections to servers, all together, of one replica.
    pub servers: u64,
}
