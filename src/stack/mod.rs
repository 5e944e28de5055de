//! The services that share a host, as a person states them: what each is, what
//! it must have, what it may give up. Which kinds there are, and which keys a
//! kind has, is told to it by the caller.
//!
//! *Invariant:* a [`Stack`] that was read is sound in itself: names are legal,
//! what a service uses is there, nobody uses itself round a corner. So is one
//! that was read past mistakes: what is wrong was left out of it.

mod bundled;
mod dropped;
mod extends;
mod keys;
mod legal;
mod read;
mod recover;
mod references;
mod schema;
mod set;
mod spec;
mod spelled;

pub use bundled::{BUNDLED, bundled, portable};
pub use extends::{Gathered, Loader, gather, lay_over, load};
pub use keys::{MOST_SERVICES, SERVICE, STACK, SYSTEM};
pub use legal::{HOST_ITSELF, RESERVED, WHOLE_STACK};
pub use read::{Reading, from_tree, read};
pub use references::order;
pub use schema::{KindSchema, OptionValue, Since};
pub use set::set;
pub use spec::{PoolEnv, Runtime, ServiceSpec, Silences, Stack, SystemSpec, Unread};
