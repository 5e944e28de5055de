//! The division of memory and processors: floors first, then wants, then what
//! is left. It runs once, left to right; nothing flows back.

use super::apportion::{Claim, apportion};
use crate::input::{Problem, Problems};
use crate::services::Demand;
use crate::stack::ServiceSpec;
use crate::units::{Bytes, Cpus};

/// What one service takes part with: bytes of all its replicas together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stake {
    /// It cannot run below.
    pub floor: Bytes,
    /// It would like.
    pub want: Bytes,
    /// It can use at most; `None` for the rest of the host.
    pub max: Option<Bytes>,
    /// Its part of what is left over, in thousandths.
    pub weight: u64,
}

/// What one service is to have at least and at most, of one replica, from what
/// the stack states and what its kind needs. `unpinned` is the least share
/// without the settings that the stack pins: where memory is pinned too, both
/// are honoured, and a check says that the worst case passes the limit.
pub(super) fn stake(
    spec: &ServiceSpec,
    demand: &Demand,
    unpinned: Bytes,
) -> Result<Stake, Problems> {
    let times = spec.replicas;
    let weight = spec.weight.in_thousandths().max(1);
    if let Some(pin) = spec.memory {
        if pin < unpinned {
            return Err(too_small(spec, "memory", pin, unpinned));
        }
        let pin = pin.times(times);
        return Ok(Stake {
            floor: pin,
            want: pin,
            max: Some(pin),
            weight,
        });
    }
    if let Some(max) = spec.max
        && max < unpinned
    {
        return Err(too_small(spec, "max", max, unpinned));
    }
    let most = |bytes: Bytes| spec.max.map_or(bytes, |max| bytes.min(max));
    let stated = spec.floor.unwrap_or_else(|| {
        most(
            spec.want
                .map_or(demand.floor, |want| want.min(demand.floor)),
        )
    });
    let floor = stated.max(most(demand.least));
    let want = most(spec.want.unwrap_or(demand.want)).max(floor);
    let floor = if spec.strict { want } else { floor };
    let max = spec.max.or(demand.max.map(|max| max.max(want)));
    Ok(Stake {
        floor: floor.times(times),
        want: want.times(times),
        max: max.map(|max| max.max(floor).times(times)),
        weight,
    })
}

fn too_small(spec: &ServiceSpec, key: &str, stated: Bytes, least: Bytes) -> Problems {
    let message = format!(
        "{key} = \"{}\" of service '{}' is less than it can run in: one process and its connections need {}",
        stated.exact(),
        spec.name,
        Bytes::mib(least.0.div_ceil(Bytes::MIB.0)).exact(),
    );
    let help = format!(
        "state {}MiB or more, or lower its connections",
        least.0.div_ceil(Bytes::MIB.0)
    );
    let problem = Problem::at(spec.spot_of(key), message).label("too little");
    problem.help(help).into()
}

/// What one takes part with that states less than it can run in, so that the
/// others can be planned all the same.
pub(super) fn least(spec: &ServiceSpec, demand: &Demand) -> Stake {
    let least = demand.least.times(spec.replicas);
    Stake {
        floor: least,
        want: least,
        max: Some(least),
        weight: spec.weight.in_thousandths().max(1),
    }
}

/// What each is given of `available`; `None` where the floors do not fit.
pub(super) fn divide(available: Bytes, stakes: &[Stake]) -> Option<Vec<Bytes>> {
    let floors: Bytes = stakes.iter().map(|stake| stake.floor).sum();
    let mut left = available.0.checked_sub(floors.0)?;
    let mut given: Vec<Bytes> = stakes.iter().map(|stake| stake.floor).collect();
    let mut hand_out = |given: &mut Vec<Bytes>, room: &dyn Fn(&Stake, Bytes) -> u64| {
        let claims: Vec<Claim> = stakes
            .iter()
            .zip(given.iter())
            .map(|(stake, has)| Claim {
                weight: stake.weight,
                cap: room(stake, *has),
            })
            .collect();
        for (has, more) in given.iter_mut().zip(apportion(left, &claims)) {
            *has = has.plus(Bytes(more));
            left -= more;
        }
    };
    hand_out(&mut given, &|stake, has| stake.want.less(has).0);
    hand_out(&mut given, &|stake, has| {
        stake.max.map_or(u64::MAX >> 8, |max| max.less(has).0)
    });
    Some(given)
}

/// The processors of each service, all its replicas together: pins first, the
/// rest by weight.
pub(super) fn divide_cpus(host: Cpus, specs: &[&ServiceSpec]) -> Result<Vec<Cpus>, Problems> {
    let pin = |spec: &ServiceSpec| spec.cpus.map(|cpus| cpus.0.saturating_mul(spec.replicas));
    let pinned: u64 = specs.iter().filter_map(|spec| pin(spec)).sum();
    if pinned > host.0 {
        let first = specs.iter().find(|spec| spec.cpus.is_some());
        let message = format!(
            "the services pin {} processors; the host has {host}",
            Cpus(pinned)
        );
        let problem = first.map_or_else(
            || Problem::new(&message),
            |spec| Problem::at(spec.spot_of("cpus"), &message).label("the first pin"),
        );
        return Err(problem
            .help("lower the pins, or leave some out: the rest is divided by weight")
            .into());
    }
    let claims: Vec<Claim> = specs
        .iter()
        .map(|spec| Claim {
            weight: spec.weight.in_thousandths().max(1),
            cap: if spec.cpus.is_some() {
                0
            } else {
                u64::MAX >> 8
            },
        })
        .collect();
    let parts = apportion(host.0 - pinned, &claims);
    Ok(specs
        .iter()
        .zip(parts)
        .map(|(spec, part)| Cpus(pin(spec).unwrap_or(part)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stake(floor: u64, want: u64, max: Option<u64>, weight: u64) -> Stake {
        Stake {
            floor: Bytes(floor),
            want: Bytes(want),
            max: max.map(Bytes),
            weight,
        }
    }

    #[test]
    fn floors_then_wants_then_the_rest() {
        let stakes = [stake(10, 50, Some(60), 1), stake(10, 20, None, 3)];
        assert_eq!(divide(Bytes(19), &stakes), None);
        assert_eq!(divide(Bytes(20), &stakes), Some(vec![Bytes(10), Bytes(10)]));
        assert_eq!(divide(Bytes(24), &stakes), Some(vec![Bytes(11), Bytes(13)]));
        assert_eq!(divide(Bytes(70), &stakes), Some(vec![Bytes(50), Bytes(20)]));
        assert_eq!(divide(Bytes(74), &stakes), Some(vec![Bytes(51), Bytes(23)]));
        assert_eq!(
            divide(Bytes(1000), &stakes),
            Some(vec![Bytes(60), Bytes(940)])
        );
    }
}
