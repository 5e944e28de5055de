//! The lossless editors against the programs whose files they edit: for
//! generated and edited files, what we read of every setting is what the
//! program reads.

mod compose;
mod fstab;
mod logrotate;
mod nginx;
mod pgbouncer;
mod postgresql;
mod programs;
mod redis;
mod sysctl;
mod systemd;
mod toml;
