//! PLACEHOLDER: redis, to be replaced.
