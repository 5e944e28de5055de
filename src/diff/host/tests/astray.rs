//! Random trees of links, and random paths asked of them.

use std::fs;
use std::os::unix::fs::symlink;

use super::{SECRET, both, root};
use crate::formats::Files as _;

/// A small generator, so that a failure comes again: `a` and `c` of Knuth's MMIX.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

/// Some path, as a link or an include may have it.
fn some_path(dice: &mut Dice, outside: &str) -> String {
    let words = ["a", "b", "c", "..", ".", "", "secret", "root", "d"];
    let mut path: Vec<&str> = (0..=dice.below(4))
        .map(|_| words[dice.below(words.len())])
        .collect();
    match dice.below(6) {
        0 => path.insert(0, ""),
        1 => return format!("{outside}/secret"),
        2 => return format!("{outside}/root/../secret"),
        _ => {}
    }
    let path = path.join("/");
    if path.is_empty() {
        "a".to_owned()
    } else {
        path
    }
}

/// Trees of random links, asked for random paths: both ways of resolving say
/// the same, and neither ever comes to the file outside.
#[test]
fn nothing_outside_is_ever_read() {
    let mut read = 0;
    for seed in 0..150 {
        let mut dice = Dice(seed);
        let dir = root();
        let outside = dir.path().to_str().unwrap().to_owned();
        let top = dir.path().join("root");
        for _ in 0..12 {
            let name = some_path(&mut dice, "").replace("..", "d");
            let at = top.join(name.trim_matches('/'));
            let _ = match dice.below(3) {
                0 => fs::create_dir_all(&at),
                1 => fs::write(&at, "inside"),
                _ => symlink(some_path(&mut dice, &outside), &at),
            };
        }
        let [kernel, walk] = both(&dir);
        for _ in 0..40 {
            let path = format!("/{}", some_path(&mut dice, &outside).trim_end_matches('/'));
            let found = kernel.read(&path);
            assert_eq!(found, walk.read(&path), "seed {seed}, {path}");
            assert_eq!(kernel.list(&path), walk.list(&path), "seed {seed}, {path}");
            assert_ne!(
                found.as_deref(),
                Ok(SECRET.as_bytes()),
                "seed {seed}, {path}"
            );
            read += usize::from(found.is_ok());
        }
        assert_eq!(kernel.all(&[]).files, walk.all(&[]).files, "seed {seed}");
    }
    assert!(read > 100, "{read} reads came to a file");
}
