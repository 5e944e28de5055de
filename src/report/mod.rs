//! A plan as people and programs read it. What is shown is decided here; how a
//! terminal is written to is not.

mod bar;
mod json;
pub mod problem;
mod text;

pub use json::plan as plan_json;
pub use text::{Look, plan as plan_text};
