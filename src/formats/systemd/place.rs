//! Where a line is added to a section, as a person would: behind the commented
//! default, else behind the last line of its name, else behind the last of all.

use std::ops::Range;

use super::super::line::comments;
use super::lines::{self, Line, Said};

/// The last block of a section, as far as it was read.
#[derive(Default)]
struct Block {
    /// From behind its header to where the next one begins.
    at: Range<usize>,
    /// Behind its last line.
    last: usize,
    /// Behind its last line of the name.
    of_name: Option<usize>,
}

/// The offset; nothing where there is no such section.
pub(super) fn of(bytes: &[u8], section: &str, key: &str) -> Option<usize> {
    let name = key.split(' ').next().unwrap_or_default();
    let all = lines::read(bytes).ok()?;
    let mut found: Option<Block> = None;
    let mut inside = false;
    for line in &all {
        match line.said(bytes).ok()? {
            Said::Section(of) => {
                if let Some(block) = found.as_mut().filter(|_| inside) {
                    block.at.end = line.whole().start;
                }
                inside = of == section;
                if inside {
                    found = Some(Block {
                        at: line.next..bytes.len(),
                        last: line.next,
                        of_name: None,
                    });
                }
            }
            Said::Value(of, _) => {
                if let Some(block) = found.as_mut().filter(|_| inside) {
                    block.last = line.next;
                    if of == name {
                        block.of_name = Some(line.next);
                    }
                }
            }
            Said::Nothing => {}
        }
    }
    let block = found?;
    let place = block
        .of_name
        .or_else(|| commented(bytes, &all, block.at.clone(), name));
    Some(place.unwrap_or(block.last))
}

/// The end of a line like `#Name=` that is not inside another.
fn commented(bytes: &[u8], all: &[Line], range: Range<usize>, name: &str) -> Option<usize> {
    let is_inside = |end: usize| {
        let before = all.partition_point(|line| line.whole().start < end);
        let open = before.checked_sub(1).and_then(|n| all.get(n));
        open.is_some_and(|line| line.next > end)
    };
    let found =
        comments(bytes, range, b"#;").find(|(end, text)| says(text, name) && !is_inside(*end));
    found.map(|(end, _)| end)
}

fn says(text: &[u8], name: &str) -> bool {
    let mut sides = text.splitn(2, |byte| *byte == b'=');
    let key = sides.next().unwrap_or_default().trim_ascii();
    key == name.as_bytes() && sides.next().is_some()
}
