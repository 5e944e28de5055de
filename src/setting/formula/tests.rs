//! Values and the texts that give them.

use super::*;

#[test]
fn the_text_and_the_value_agree() {
    let share = Formula::size("share", Bytes::mib(512));
    let buffers = (&share / 4).floor_to(Bytes::MIB);
    assert_eq!(buffers.bytes(), Bytes::mib(128));
    assert_eq!(buffers.names(), "floor(share / 4, 1MiB)");
    assert_eq!(buffers.numbers(), "floor(512MiB / 4, 1MiB)");
    let each =
        (&share - &buffers.named("shared_buffers")) / (Formula::count("max_connections", 50) * 3);
    assert_eq!(each.numbers(), "(512MiB - 128MiB) / (50 * 3)");
    assert_eq!(
        each.names(),
        "(share - shared_buffers) / (max_connections * 3)"
    );
    assert_eq!(each.whole(), 402_653_184 / 150);
}

#[test]
fn rounding_is_exact() {
    let third = Formula::number(10) / 3;
    assert_eq!((third.whole(), third.ceiling()), (3, 4));
    assert_eq!(third.up_to_multiple(5).whole(), 5);
    assert_eq!(Formula::number(9).power_of_two().whole(), 8);
    let none: &[Formula] = &[];
    assert_eq!(Formula::min_of(none).whole(), 0);
    assert_eq!((Formula::number(1) / 0).whole(), 0);
}
