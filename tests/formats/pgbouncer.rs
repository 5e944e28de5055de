//! PLACEHOLDER: pgbouncer, to be replaced.
