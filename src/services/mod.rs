//! What each kind of service needs, does with its share, and writes. One file
//! per kind, each implementing the one [`Service`] trait; [`ALL`] lists them.
//!
//! *Invariant:* no kind names another. What one needs to know of its
//! neighbours it reads from what they offer.

mod application;
mod celery;
mod defaults;
mod gunicorn;
mod live;
mod nginx;
mod node;
mod node_options;
mod pgbouncer;
mod pool_env;
mod postgresql;
mod process;
mod processors;
mod redis;
mod registry;
mod scene;
mod settled;
pub(crate) mod system;
pub mod traits;
#[cfg(test)]
mod trial;
mod validator;
mod worker_pool;

pub use live::{Answer, Flaw, InEffect, Live, Preload, Question, Rotator, Workers};
pub use registry::{ALL, find, schemas};
pub use scene::{Capacity, Crew, Demand, Given, Grant, Load, Opened, Scene, Share, Signer};
pub use settled::{
    Connections, Container, Exec, FileSpec, Http, KernelWant, Logs, Meets, Offers, Reload, Reopen,
    Settled, Unit,
};
pub use validator::{Judged, Validator};

use crate::formats::Reading;
use crate::host::Layout;
use crate::setting::Pins;
use crate::stack::KindSchema;
use crate::units::Version;

/// A kind of service.
pub trait Service: Sync {
    /// Its name and its keys.
    fn schema(&self) -> &'static KindSchema;

    /// Its templates: the name in `templates/` and the text.
    fn templates(&self) -> &'static [(&'static str, &'static str)];

    /// The version that a distribution ships, where settings depend on it.
    fn default_version(&self, layout: Layout) -> Version;

    /// What one of it cannot run below, and what it would like.
    fn demand(&self, scene: &Scene<'_>, load: &Load) -> Demand;

    /// How many processes its share and the processors allow, and how many
    /// connections one of them can put to use.
    fn crew(&self, given: &Given<'_>) -> Crew;

    /// How many connections it can serve at once; nothing where it has no
    /// connections to divide.
    fn capacity(&self, _given: &Given<'_>) -> Option<Capacity> {
        None
    }

    /// Whether it has connections to divide among its users.
    fn divides_connections(&self) -> bool {
        false
    }

    /// Whether it opens connections to those that it uses, in a pool.
    fn opens_connections(&self) -> bool {
        false
    }

    /// The connections of one process, where the stack pins them.
    fn pinned_pool(&self, scene: &Scene<'_>) -> Option<u64> {
        scene.spec.pinned_pool()
    }

    /// Seconds before it gives a request or a task up, where it says so.
    fn patience(&self, _scene: &Scene<'_>) -> Option<u64> {
        None
    }

    /// How one that runs is recognised and asked; nothing where it cannot be.
    fn live(&self) -> Option<Live> {
        None
    }

    /// What is wrong with what a program of that version reads, where only its
    /// kind can see it.
    fn flaws(&self, _version: Version, _reading: &Reading) -> Vec<Flaw> {
        Vec::new()
    }

    /// What of the plan's own files its program would never come to, beside all
    /// else that it would read.
    fn unreached(&self, _own: &[&str], _reading: &Reading) -> Vec<Flaw> {
        Vec::new()
    }

    /// What the program takes where nothing sets a key, as its file spells it,
    /// and since which version of it.
    fn default_of(&self, _key: &str, _version: Version) -> Option<&'static str> {
        None
    }

    /// Its settings, its worst case, its files.
    fn settle(&self, given: &Given<'_>, pins: &Pins<'_>) -> Settled;
}
