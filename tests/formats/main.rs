//! The lossless editors against the programs whose files they edit: for
//! generated and edited files, what we read of every setting is what the
//! program reads.

mod compose;
mod environment;
mod fstab;
mod javascript;
mod logrotate;
mod nginx;
mod oracle;
mod pgbouncer;
mod postgresql;
mod python;
mod redis;
mod sysctl;
mod systemd;
mod toml;
