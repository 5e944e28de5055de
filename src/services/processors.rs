//! How many workers the processors keep busy: the rules that every kind with
//! workers shares, on sustained processors where the host is burstable.

use super::Scene;
use crate::setting::Formula;
use crate::units::Cpus;

/// The processors that one replica counts on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Processors {
    all: Cpus,
    sustained: Cpus,
    replicas: u64,
}

impl Processors {
    /// Those of the host, divided among its replicas; or those that are pinned,
    /// for each of them.
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        let (host, pin) = (scene.host, scene.spec.cpus);
        Self {
            all: pin.map_or(host.cpus, |pin| pin.min(host.cpus)),
            sustained: pin.map_or(host.sustained(), |pin| pin.min(host.sustained())),
            replicas: if pin.is_some() {
                1
            } else {
                scene.spec.replicas
            },
        }
    }

    fn burstable(self) -> bool {
        self.sustained < self.all
    }

    fn named(self, name: &str, cpus: Cpus) -> Formula {
        let cpus = Formula::cpus(name, cpus);
        if self.replicas > 1 {
            cpus / Formula::count("replicas", self.replicas)
        } else {
            cpus
        }
    }

    /// For workers that compute: one a processor. Where the processors are
    /// earned by credits, one more than those that are there all the time.
    pub(super) fn one_each(self) -> Formula {
        let all = self.named("cpus", self.all).ceil();
        if self.burstable() {
            let steady = self.named("sustained cpus", self.sustained).ceil() + 1;
            steady.at_most(&all)
        } else {
            all
        }
    }

    /// For workers that do one thing at a time and wait for half of it: two a
    /// processor, and one. Where the processors are earned by credits, two for
    /// each that is there all the time.
    pub(super) fn two_each(self) -> Formula {
        let all = (self.named("cpus", self.all) * 2).floor() + 1;
        if self.burstable() {
            let steady = (self.named("sustained cpus", self.sustained) * 2).ceil() + 1;
            steady.at_most(&all)
        } else {
            all
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(all: u64, sustained: u64, replicas: u64) -> (u64, u64) {
        let processors = Processors {
            all: Cpus(all),
            sustained: Cpus(sustained),
            replicas,
        };
        (processors.two_each().whole(), processors.one_each().whole())
    }

    #[test]
    fn two_and_one_for_each_processor() {
        assert_eq!(rules(2000, 2000, 1), (5, 2));
        assert_eq!(rules(250, 250, 1), (1, 1));
        assert_eq!(rules(896_000, 896_000, 1), (1793, 896));
    }

    #[test]
    fn credits_do_not_count() {
        // t3.small: 2 processors, 0.4 all the time.
        assert_eq!(rules(2000, 400, 1), (2, 2));
        // t2.micro: 1 processor, 0.1 all the time.
        assert_eq!(rules(1000, 100, 1), (2, 1));
        assert_eq!(rules(250, 200, 1), (1, 1));
    }

    #[test]
    fn replicas_share_them() {
        assert_eq!(rules(8000, 8000, 4), (5, 2));
        assert_eq!(rules(2000, 2000, 3), (2, 1));
    }
}
