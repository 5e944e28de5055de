//! The services that share a host, as a person states them: what each is, what
//! it must have, what it may give up. Which kinds there are, and which keys a
//! kind has, is told to it by the caller.
//!
//! *Invariant:* a [`Stack`] that was read is sound in itself: names are legal,
//! what a service uses is there, nobody uses itself round a corner.

mod bundled;
mod dropped;
mod extends;
mod keys;
mod legal;
mod read;
mod references;
mod schema;
mod spec;

pub use bundled::{BUNDLED, bundled, portable};
pub use extends::{Loader, lay_over, load};
pub use keys::{MOST_SERVICES, SERVICE, STACK, SYSTEM};
pub use read::from_tree;
pub use references::order;
pub use schema::{KindSchema, OptionValue};
pub use spec::{PoolEnv, Runtime, ServiceSpec, Silences, Stack, SystemSpec};
