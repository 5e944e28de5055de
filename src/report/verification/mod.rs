//! Whether a host holds what the plan says, in its several faces.

mod text;

pub use text::text;
