//! What is wrong with a stack and shows only once it is planned, found by
//! planning past it. Reading finds the rest.

use super::cast::Cast;
use super::{Ground, Unfit, checks, settled, weigh};
use crate::host::Host;
use crate::input::Problems;
use crate::stack::Stack;
use crate::units::Bytes;

/// More memory than a plan could want.
const AMPLE: Bytes = Bytes::gib(65_536);

/// All that is wrong with a stack and that only a plan shows, each mistake once:
/// planned past them, on the same host with ample memory, so that nothing is
/// called wrong for want of room.
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
    let weighed = weigh::weigh_cast(&ample, stack, &cast, &local, &mut problems);
    let ground = Ground {
        cast: &cast,
        local: &local,
        weighed: &weighed,
        only: None,
    };
    let mut more = Problems::default();
    settled(&ample, stack, &ground, Unfit::Overcommit, &mut more);
    problems.extend_elsewhere(more);
    problems
}
