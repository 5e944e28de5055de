//! Pins that tune would not choose: each is legal to its program, which reads
//! it and says the value that was stated. What checks say of them is tested
//! elsewhere. PostgreSQL, celery and PM2 are asked where they are started.

mod compose;
mod systemd;

use crate::support::place::Scratch;
use crate::support::tree::Tree;
use crate::support::tune::{render, stack_file};

/// The tree of a stack on a host that holds all of its floors.
fn rendered(scratch: &Scratch, stack: &str) -> Tree {
    let stack = stack_file(scratch, stack);
    render(scratch, "m6i.2xlarge", &stack)
}
