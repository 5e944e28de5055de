//! PLACEHOLDER: nginx, to be replaced.
