//! PLACEHOLDER: sysctl, to be replaced.
