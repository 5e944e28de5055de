//! What is wrong with a stack and only a plan shows: a pin that its service
//! cannot run in, a port taken twice, a setting that is none.

use super::cast::Cast;
use super::{Unfit, checks, settled, weigh};
use crate::host::Host;
use crate::input::Problems;
use crate::stack::Stack;
use crate::units::Bytes;

/// More memory than a plan could want.
const AMPLE: Bytes = Bytes::gib(65_536);

/// All such mistakes, each once: planned past them, on the same host with ample
/// memory, so that nothing is called wrong for want of room. The stack may be
/// one that was read past mistakes of its own.
pub fn mistakes(host: &Host, stack: &Stack) -> Problems {
    let ample = Host {
        memory: AMPLE,
        visible_memory: None,
        memory_limit: None,
        ..host.clone()
    };
    let cast = Cast::of(&ample, stack);
    let local = weigh::sorted_local(&cast);
    let mut problems = checks::unknown_silences(stack);
    let weighed = weigh::weigh_past(&ample, stack, &cast, &local, &mut problems);
    let mut more = Problems::default();
    let unfit = Unfit::Overcommit;
    settled((&ample, stack), &cast, &local, &weighed, unfit, &mut more);
    problems.extend_elsewhere(more);
    problems
}
