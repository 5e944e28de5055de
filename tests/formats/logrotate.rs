//! PLACEHOLDER: logrotate, to be replaced.
