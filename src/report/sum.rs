//! A worst case as people read it, in whole MiB that add up: the total is
//! rounded up, and the terms so that they come to it.

use crate::setting::WorstCase;
use crate::units::Bytes;

/// A sum in MiB.
pub(super) struct Sum {
    /// Of one replica.
    terms: Vec<(&'static str, u64)>,
    /// All replicas together: what the terms come to.
    pub(super) total: u64,
}

impl Sum {
    pub(super) fn of(worst: &WorstCase, replicas: u64) -> Self {
        let one = worst.total().up_to_mib().whole_mib();
        let bytes: Vec<u64> = worst
            .terms()
            .iter()
            .map(|(_, term)| term.ceiling())
            .collect();
        let mut short = one - bytes.iter().map(|bytes| bytes >> 20).sum::<u64>();
        // Those that lose the most by rounding down are rounded up.
        let mut order: Vec<usize> = (0..bytes.len()).collect();
        let rest = |at: &usize| bytes.get(*at).map_or(0, |bytes| bytes % Bytes::MIB.0);
        order.sort_by_key(|at| std::cmp::Reverse(rest(at)));
        let mut terms: Vec<(&'static str, u64)> = (worst.terms().iter().zip(&bytes))
            .map(|((name, _), bytes)| (*name, bytes >> 20))
            .collect();
        for at in order {
            if let (Some((_, mib)), true) = (terms.get_mut(at), short > 0) {
                *mib += 1;
                short -= 1;
            }
        }
        let total = one.saturating_mul(replicas);
        Self { terms, total }
    }

    /// Its terms and what they come to.
    pub(super) fn text(&self, replicas: u64) -> String {
        let terms = self.terms.iter().map(|(name, mib)| format!("{name} {mib}"));
        let terms = terms.collect::<Vec<_>>().join(" + ");
        let total = self.total;
        match replicas {
            1 => format!("{terms} = {total}"),
            n => format!("{n} x ({terms}) = {total}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setting::size;

    #[test]
    fn what_is_shown_adds_up_and_is_never_less_than_there_is() {
        let kib = |kib| size(Bytes::kib(kib));
        let worst = WorstCase::new()
            .and("a", kib(1500))
            .and("b", kib(1400))
            .and("c", kib(1300));
        let sum = Sum::of(&worst, 2);
        assert_eq!(sum.text(2), "2 x (a 2 + b 2 + c 1) = 10");
        assert!(Bytes::mib(sum.total) >= worst.total().times(2));
    }
}
