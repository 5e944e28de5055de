//! A plan as people and programs read it. What is shown is decided here; how a
//! terminal is written to is not.

mod bar;
mod checks;
mod explain;
mod json;
mod text;

pub use checks::{json as checks_json, page as checks_page};
pub use explain::{SettingView, ShareView, reserve_json, reserve_text};
pub use json::plan as plan_json;
pub use text::{Look, plan as plan_text};

use crate::units::Bytes;

/// A size in whole MiB where it is one, so that sizes of one page compare.
fn mib(bytes: Bytes) -> String {
    let whole = bytes.0 >> 20;
    if bytes == Bytes::mib(whole) {
        format!("{whole} MiB")
    } else {
        bytes.to_string()
    }
}
