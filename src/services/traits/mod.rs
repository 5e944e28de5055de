//! What checks may know of a service, whatever its kind: a heap, workers, a
//! queue, a store, a database, a pooler, a proxy. A kind states those that it
//! has, with the values that its files will hold, pins included; the plan adds
//! what confines it.
//!
//! *Invariant:* nothing here is computed from: settings come first, traits
//! repeat them in words that every kind shares.

mod confinement;
mod database;
mod ending;
mod heap;
mod proxy;
mod role;
mod rotation;
mod stated;
mod store;
mod tasks;
mod workers;

pub use confinement::Confinement;
pub use database::{Database, Pooler, Queries};
pub use ending::Ending;
pub use heap::{Collector, Heap};
pub use proxy::{Passes, Proxy};
pub use role::Role;
pub use rotation::Rotation;
pub use stated::Stated;
pub use store::{Holds, Store};
pub use tasks::Tasks;
pub use workers::{HeldUp, Workers};

/// What a service is like.
#[derive(Clone, Debug, Default)]
pub struct Traits {
    /// Its processes collect their garbage themselves.
    pub heap: Option<Heap>,
    /// A main process has workers.
    pub workers: Option<Workers>,
    /// It takes tasks from a queue.
    pub tasks: Option<Tasks>,
    /// It keeps data in memory for others.
    pub store: Option<Store>,
    /// It answers queries over data on disk.
    pub database: Option<Database>,
    /// Its clients take turns at connections to others.
    pub pooler: Option<Pooler>,
    /// It passes requests on.
    pub proxy: Option<Proxy>,
    /// It takes tasks from a queue in one of these services; empty where it
    /// takes none.
    pub queue_among: Vec<String>,
    /// What holds it from outside.
    pub confinement: Confinement,
    /// The accounts that sign in to it, where it bounds their statements.
    pub roles: Vec<Role>,
    /// How it is stopped, where something here stops it.
    pub ending: Option<Ending>,
    /// The rule that rotates its logs, where this host has one.
    pub rotation: Option<Rotation>,
}
