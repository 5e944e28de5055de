//! PLACEHOLDER: fstab, to be replaced.
