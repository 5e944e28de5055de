//! A plan as people and programs read it. What is shown is decided here; how a
//! terminal is written to is not.

mod advice;
mod bar;
mod checks;
pub mod difference;
mod explain;
mod json;
mod markdown;
mod needs;
pub mod problem;
pub mod schema;
mod sum;
mod text;
pub mod verification;
mod wrap;

pub use checks::{json as checks_json, page as checks_page, schema as checks_schema};
pub use explain::{SettingView, ShareView, reserve_json, reserve_text, schema as explain_schema};
pub use json::{plan as plan_json, schema as plan_schema};
pub use markdown::plan as plan_markdown;
pub use text::{Look, plan as plan_text};
pub use wrap::{beside, wrapped};

use crate::plan::advice::{Advice, Burst, Room};
use crate::units::Bytes;

/// What there is to say about a plan beyond the plan.
#[derive(Clone, Debug, Default)]
pub struct Counsel {
    /// What to do, where it does not fit.
    pub advice: Vec<Advice>,
    /// Why no host helps, where none does.
    pub remark: Option<String>,
    /// Where it is tight, where it fits.
    pub room: Option<Room>,
    /// What runs above the sustained processors, where the host is burstable.
    pub burst: Option<Burst>,
}

/// A size in whole MiB where it is one, so that sizes of one page compare.
fn mib(bytes: Bytes) -> String {
    let whole = bytes.0 >> 20;
    if bytes == Bytes::mib(whole) {
        format!("{whole} MiB")
    } else {
        bytes.to_string()
    }
}
