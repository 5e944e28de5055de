//! PostgreSQL 15.

pub(crate) mod cluster;
mod files;
mod memory;
mod roles;
mod started;
pub(crate) mod values;
