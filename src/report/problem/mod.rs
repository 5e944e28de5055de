//! A mistake as people and programs read it: drawn like a compiler's, in one
//! line, or as JSON. What stands in a file is shown with its control characters
//! escaped, so that no file can write to a terminal.

mod draw;
mod excerpt;
mod json;
mod safe;

pub use draw::{Roles, draw, line};
pub use json::{ErrorDocument, ErrorEntry, Place, json, schema};
pub use safe::safe;
