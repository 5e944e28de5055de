//! Dividing a whole number of units by weight, so that one unit more never
//! takes one away from anybody.
//!
//! This is d'Hondt's method of highest averages with caps: units are handed
//! out one at a time to whoever then has the least for its weight, equals by
//! their order. It is house monotone, which rounding to the nearest is not.

/// One who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// Its part of the whole, above 0.
    pub(super) weight: u64,
    /// The most that it takes.
    pub(super) cap: u64,
}

/// Divides `total` among the claims, in their order. What no claim takes is
/// left over.
pub(super) fn apportion(total: u64, claims: &[Claim]) -> Vec<u64> {
    let mut parts = level(total, claims);
    let mut left = total - parts.iter().sum::<u64>().min(total);
    // Rounding down leaves fewer units than there are claims.
    while left > 0 {
        let next = parts
            .iter()
            .zip(claims)
            .enumerate()
            .filter(|(_, (part, claim))| **part < claim.cap)
            .min_by(|(_, a), (_, b)| average(a).cmp_to(average(b)))
            .map(|(at, _)| at);
        let Some(part) = next.and_then(|at| parts.get_mut(at)) else {
            break;
        };
        *part += 1;
        left -= 1;
    }
    parts
}

/// Units for a weight, were there one unit more.
#[derive(Clone, Copy)]
struct Average {
    units: u128,
    weight: u128,
}

impl Average {
    fn cmp_to(self, other: Self) -> std::cmp::Ordering {
        (self.units * other.weight).cmp(&(other.units * self.weight))
    }
}

fn average((part, claim): &(&u64, &Claim)) -> Average {
    Average {
        units: u128::from(**part) + 1,
        weight: u128::from(claim.weight.max(1)),
    }
}

/// Everybody's units at the common level that uses up `total`, rounded down.
fn level(total: u64, claims: &[Claim]) -> Vec<u64> {
    let mut parts: Vec<u64> = vec![0; claims.len()];
    let mut open: Vec<usize> = (0..claims.len()).collect();
    let mut left = u128::from(total);
    loop {
        let weights: u128 = open
            .iter()
            .filter_map(|at| claims.get(*at))
            .map(|c| u128::from(c.weight.max(1)))
            .sum();
        if weights == 0 {
            return parts;
        }
        let fair = |claim: &Claim| left * u128::from(claim.weight.max(1)) / weights;
        let filled = |at: &usize| {
            claims
                .get(*at)
                .is_some_and(|claim| u128::from(claim.cap) <= fair(claim))
        };
        let (full, rest): (Vec<usize>, Vec<usize>) = open.iter().partition(|at| filled(at));
        if full.is_empty() {
            for at in rest {
                if let (Some(part), Some(claim)) = (parts.get_mut(at), claims.get(at)) {
                    *part = u64::try_from(fair(claim)).unwrap_or(u64::MAX);
                }
            }
            return parts;
        }
        for at in full {
            if let (Some(part), Some(claim)) = (parts.get_mut(at), claims.get(at)) {
                *part = claim.cap;
                left -= u128::from(claim.cap);
            }
        }
        open = rest;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition: one unit after the other.
    fn one_by_one(total: u64, claims: &[Claim]) -> Vec<u64> {
        let mut parts = vec![0; claims.len()];
        for _ in 0..total {
            let next = (0..claims.len())
                .filter(|at| parts[*at] < claims[*at].cap)
                .min_by_key(|at| {
                    let scale: u128 = claims.iter().map(|c| u128::from(c.weight)).product();
                    (
                        (u128::from(parts[*at]) + 1) * scale / u128::from(claims[*at].weight),
                        *at,
                    )
                });
            let Some(at) = next else { break };
            parts[at] += 1;
        }
        parts
    }

    fn claims() -> impl Strategy<Value = Vec<Claim>> {
        let claim = (1..20u64, prop_oneof![0..40u64, Just(1_000_000)])
            .prop_map(|(weight, cap)| Claim { weight, cap });
        proptest::collection::vec(claim, 0..6)
    }

    proptest! {
        #[test]
        fn it_is_what_handing_out_one_by_one_gives(total in 0..200u64, claims in claims()) {
            prop_assert_eq!(apportion(total, &claims), one_by_one(total, &claims));
        }

        #[test]
        fn one_unit_more_takes_from_nobody(total in 0..(1u64 << 45), claims in claims()) {
            let (before, after) = (apportion(total, &claims), apportion(total + 1, &claims));
            for (b, a) in before.iter().zip(&after) {
                prop_assert!(b <= a);
            }
        }
    }
}
