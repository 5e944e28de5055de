//! The host's memory as one bar in proportion, a letter for each part: it
//! reads the same with and without colour.

use crate::units::Bytes;

/// One part of the bar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// The letter it is drawn with.
    pub(super) letter: char,
    /// How much.
    pub(super) bytes: Bytes,
}

/// The width of each part in columns. What is there at all gets one, as long
/// as there are columns; the widths are the rounded places where parts meet,
/// so that they add up.
pub(super) fn widths(parts: &[Part], columns: usize) -> Vec<usize> {
    let total: u128 = parts
        .iter()
        .map(|part| u128::from(part.bytes.0))
        .sum::<u128>()
        .max(1);
    let wide = u128::try_from(columns).unwrap_or(80);
    let mut sum = 0u128;
    let mut end = 0usize;
    let mut widths: Vec<usize> = parts
        .iter()
        .map(|part| {
            sum += u128::from(part.bytes.0);
            let place = usize::try_from((sum * wide + total / 2) / total).unwrap_or(columns);
            let width = place - end;
            end = place;
            width
        })
        .collect();
    for at in 0..widths.len() {
        let empty = widths.get(at) == Some(&0)
            && parts.get(at).is_some_and(|part| part.bytes > Bytes::ZERO);
        let widest = widths
            .iter()
            .enumerate()
            .max_by_key(|(_, width)| **width)
            .map(|(at, _)| at);
        if let (true, Some(widest)) = (empty, widest)
            && widths.get(widest).is_some_and(|width| *width > 2)
        {
            if let Some(width) = widths.get_mut(widest) {
                *width -= 1;
            }
            if let Some(width) = widths.get_mut(at) {
                *width += 1;
            }
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fill_the_bar_and_small_ones_show() {
        let part = |letter, mib| Part {
            letter,
            bytes: Bytes::mib(mib),
        };
        let parts = [
            part('s', 384),
            part('a', 512),
            part('b', 1024),
            part('c', 1),
            part('.', 127),
        ];
        let widths = widths(&parts, 76);
        assert_eq!(widths.iter().sum::<usize>(), 76);
        assert!(widths.iter().all(|width| *width > 0));
        assert_eq!(widths[2], 37);
    }
}
