//! Numbers for generated files, the same at every run.

/// A linear congruential generator.
pub(crate) struct Dice(u64);

impl Dice {
    /// Source of the factors: Knuth, The Art of Computer Programming, 3.3.4 (MMIX).
    const FACTOR: u64 = 6_364_136_223_846_793_005;
    const STEP: u64 = 1_442_695_040_888_963_407;

    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Less than `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(Self::FACTOR).wrapping_add(Self::STEP);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// One of `sides` times.
    pub(crate) fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    pub(crate) fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}
