//! PLACEHOLDER: compose, to be replaced.
