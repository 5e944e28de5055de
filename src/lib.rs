//! `tune` divides one host's memory and processors among the services that
//! share it and renders every configuration file that follows.
//!
//! The modules, in the order of the pipeline:
//!
//! ```text
//! profile | detect ─► Host ┐
//!                          ├─► Plan ─► Artefacts ─► Differences
//! stack (TOML) ───► Stack ─┘
//! ```

pub mod units;

pub mod formats;

pub mod input;

pub mod host;

pub mod catalog;

pub mod stack;

pub mod setting;

pub mod services;

pub mod plan;

pub mod render;

pub mod diff;

pub mod report;

pub mod cli;
