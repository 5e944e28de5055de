//! PLACEHOLDER: toml, to be replaced.
