//! Quantities with a unit: memory, processors, money. What a number means
//! lives here; what to do with it does not.
//!
//! *Invariant:* no floating point. Sizes are whole bytes, processors are
//! thousandths, money is micro-dollars.

mod bytes;
mod cpus;
mod decimal;
mod money;
mod version;

pub use bytes::{Bytes, SizeError};
pub use cpus::Cpus;
pub use decimal::{Decimal, DecimalError};
pub use money::{Money, MoneyChange};
pub use version::{Version, VersionError};
