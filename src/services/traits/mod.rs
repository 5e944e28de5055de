//! What checks may know of a service, whatever its kind: a heap, workers, a
//! queue, a store, a database, a proxy. A kind states those that it has, with
//! the values that its files will hold, pins included.
//!
//! *Invariant:* nothing here is computed from: settings come first, traits
//! repeat them in words that every kind shares.

mod database;
mod heap;
mod proxy;
mod store;
mod tasks;
mod workers;

pub use database::Database;
pub use heap::Heap;
pub use proxy::Proxy;
pub use store::Store;
pub use tasks::Tasks;
pub use workers::Workers;

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
    /// It passes requests on.
    pub proxy: Option<Proxy>,
}
