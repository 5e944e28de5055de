//! PLACEHOLDER: systemd, to be replaced.
