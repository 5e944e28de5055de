//! `postgresql.conf` against PostgreSQL 15: what it reads of a file, its
//! `pg_file_settings` says; what a value comes to, `pg_settings` and
//! `postgres -C`.

mod edited;
mod generated;
mod oracle;
mod spellings;
mod started;
mod values;

#[path = "../../live/postgresql/cluster.rs"]
#[allow(dead_code, reason = "the live tests use the rest")]
mod cluster;
