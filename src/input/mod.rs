//! What a person wrote: TOML read into values that remember where they stand,
//! and the problems found in it. Knows no key of any file; reads no file.
//!
//! *Invariant:* every value that reaches the rest of the program can be traced
//! back to a file, a line and a column, and a file's problems are reported
//! all at once, in the order of the file.

mod keys;
mod nearest;
mod node;
mod problem;
mod reader;
mod source;

pub use keys::{KeySpec, KeyType};
pub use nearest::nearest;
pub use node::{Node, Scalar, Tree, merge};
pub use problem::{Problem, Problems};
pub use reader::{MOST_ITEMS, Reader, WideReader};
pub use source::{Layer, Source, Spot};
