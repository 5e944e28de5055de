//! What V8 is told on a command line or in `NODE_OPTIONS`: the most of its heap,
//! and of its young generation. Which service says so is not known here.

use super::traits::Collector;
use crate::units::Bytes;

/// Programs that run V8, whatever they are asked to start.
const PROGRAMS: &[&str] = &["node", "nodejs", "npm", "npx", "yarn", "pnpm"];
/// How npm and pnpm take options for what they start.
/// Source: <https://docs.npmjs.com/cli/v11/using-npm/config#node-options>
const PASSED_ON: &str = "--node-options=";
/// V8, in the words of any collector.
pub(super) const COLLECTOR: Collector = Collector {
    name: "V8",
    cap: "--max-old-space-size=",
    semi_space: "--max-semi-space-size=",
    passed_on: "npm passes on what stands in --node-options=",
};
/// One space of the young generation where nothing is said and memory is ample.
/// Source: <https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib>
const SEMI_SPACE: Bytes = Bytes::mib(16);
/// The young generation is three such spaces.
/// Source: `v8.getHeapStatistics().heap_size_limit` of Node 20: cap + 3 x 16 MiB, cap + 3 x 64 MiB.
const SPACES: u64 = 3;
/// What a process holds beside heap and young generation: code, stacks, buffers.
/// Source: docs/measurements.md, "V8 heap" (32 to 51 MiB beyond the cap).
pub(super) const OUTSIDE: Bytes = Bytes::mib(48);

/// What holds of the last of each option: V8 takes that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// The most of the heap; nothing where V8 decides.
    pub(super) heap: Option<Bytes>,
    /// One space of the young generation; nothing where V8 decides.
    pub(super) semi_space: Option<Bytes>,
}

impl Told {
    /// What words say, in the order in which V8 reads them, to a process that
    /// sees so much memory.
    pub(super) fn by<'a>(words: impl Iterator<Item = &'a str>, seen: Bytes) -> Self {
        let (mut told, mut whole, mut percent) = (Self::default(), None, None);
        for word in words.flat_map(unpacked) {
            let Some((name, value)) = option(word) else {
                continue;
            };
            // V8 takes 0 for: nothing said.
            let size = (value > 0).then(|| Bytes::mib(value).min(Bytes::MAX));
            match name.as_str() {
                "--max-old-space-size" => told.heap = size,
                "--max-semi-space-size" => told.semi_space = size,
                "--max-heap-size" => whole = size,
                "--max-old-space-size-percentage" => percent = Some(value.min(100)),
                _ => {}
            }
        }
        let part = percent.map(|percent| seen.over(100).times(percent));
        told.heap = part.or(told.heap).or(whole);
        told
    }

    /// What a process can hold beyond its heap.
    pub(super) fn beyond(self) -> Bytes {
        let semi = self.semi_space.unwrap_or(SEMI_SPACE);
        semi.times(SPACES).plus(OUTSIDE)
    }
}

/// Whether a command's program is one that runs V8.
pub(super) fn runs_v8(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    PROGRAMS.contains(&name)
}

/// The options inside of an option.
fn unpacked(word: &str) -> impl Iterator<Item = &str> {
    word.strip_prefix(PASSED_ON)
        .unwrap_or(word)
        .split_whitespace()
}

/// An option with a number. V8 takes `_` for `-` in names, Node takes quotes
/// around words; a value in a word of its own is refused by both.
fn option(word: &str) -> Option<(String, u64)> {
    let (name, value) = word.split_once('=')?;
    let name = name.trim_start_matches('"').replace('_', "-");
    Some((name, value.trim_matches('"').parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(words: &str) -> Told {
        Told::by(words.split(' '), Bytes::mib(400))
    }

    fn heap(words: &str) -> Option<u64> {
        told(words).heap.map(|heap| heap.0 >> 20)
    }

    #[test]
    fn the_last_word_counts() {
        let words = "node --max-old-space-size=100 --max-old-space-size=300 x.js";
        assert_eq!(heap(words), Some(300));
        assert_eq!(
            heap("--max-old-space-size=300 --max-old-space-size=0"),
            None
        );
        assert_eq!(heap("--inspect --title=x --max-http-header-size=9"), None);
    }

    #[test]
    fn spellings_that_node_takes() {
        for words in [
            "--max_old_space_size=300",
            "--max-old-space-size=\"300\"",
            "\"--max-old-space-size=300\"",
            "npm run start --node-options=--max-old-space-size=300",
            "--max-heap-size=300",
            "--max-old-space-size=9 --max-old-space-size-percentage=75",
        ] {
            assert_eq!(heap(words), Some(300), "{words}");
        }
        let quoted = Told::by(
            ["--node-options=--inspect --max-old-space-size=5"].into_iter(),
            Bytes::GIB,
        );
        assert_eq!(quoted.heap, Some(Bytes::mib(5)));
        assert_eq!(heap("--max-old-space-size 300"), None);
        assert_eq!(heap("--max-old-space-size=many"), None);
        assert!(heap("--max-old-space-size=18446744073709551615").is_some());
    }

    #[test]
    fn the_young_generation_is_three_spaces() {
        assert_eq!(told("").beyond(), Bytes::mib(96));
        assert_eq!(told("--max-semi-space-size=8").beyond(), Bytes::mib(72));
        assert_eq!(told("--max-semi-space-size=64").beyond(), Bytes::mib(240));
    }

    #[test]
    fn programs_that_run_it() {
        assert!(runs_v8("/usr/bin/node") && runs_v8("npm"));
        assert!(!runs_v8("nodemon-exporter") && !runs_v8("") && !runs_v8("/node/bin/beat"));
    }
}
