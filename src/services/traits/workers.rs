//! A main process that divides requests or tasks among workers.

use super::Stated;
use crate::units::Bytes;

/// How many workers there are, what each may hold, and how they work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workers {
    /// What they are called: workers, children, threads.
    pub called: &'static str,
    /// Workers of one replica.
    pub count: Stated<u64>,
    /// What the main process has of the share.
    pub main: Bytes,
    /// What one worker cannot run below.
    pub each: Bytes,
    /// What one replica holds when everybody has imports and data.
    pub want: Bytes,
    /// Whether the requests of one share an event loop.
    pub event_loop: bool,
    /// Whether each can keep a processor busy by itself.
    pub computes: bool,
    /// The class of the workers, where its project gives it up, and what it
    /// names instead.
    pub given_up: Option<(Stated<String>, String)>,
    /// Requests or tasks after which one is replaced, 0 for never; `None`
    /// where nothing counts them.
    pub replaced_after: Option<Stated<u64>>,
    /// The directory in which they show signs of life; `None` where they do
    /// not do so by files.
    pub heartbeat: Option<Stated<String>>,
    /// How long one request may hold a worker up; `None` where a worker takes
    /// others meanwhile, or nobody said how long requests are.
    pub held_up: Option<HeldUp>,
}

/// Workers that do nothing else while they work on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldUp {
    /// Seconds that slow requests take.
    pub request: u64,
    /// Seconds after which the worker is replaced; 0 for never.
    pub timeout: Stated<u64>,
}
