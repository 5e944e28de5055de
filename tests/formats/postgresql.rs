//! PLACEHOLDER: postgresql, to be replaced.
