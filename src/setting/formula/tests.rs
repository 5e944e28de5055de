//! Values and the texts that give them.

use super::*;

#[test]
fn the_text_and_the_value_agree() {
    let share = Formula::size("share", Bytes::mib(512));
    let buffers = (&share / 4).floor_to(Bytes::MIB);
    assert_eq!(buffers.bytes(), Bytes::mib(128));
    assert_eq!(buffers.names(), "floor(share / 4, 1MiB)");
    assert_eq!(buffers.numbers(), "floor(512MiB / 4, 1MiB)");
    let each = (&share - &Formula::size("shared_buffers", buffers.bytes()))
        / (Formula::count("max_connections", 50) * 3);
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

#[test]
fn caps_are_what_no_input_can_pass() {
    let caps = |formula: &Formula| {
        let Caps { least, most } = formula.caps();
        let shown = |bound: Option<Formula>| bound.map(|bound| bound.shown()).unwrap_or_default();
        (shown(least), shown(most))
    };
    let both = |least: &str, most: &str| (least.to_owned(), most.to_owned());
    let share = Formula::size("share", Bytes::gib(1));
    let buffers = (&share / 4)
        .floor_to(Bytes::MIB)
        .at_least(&size(Bytes::mib(16)))
        .at_most(&size(Bytes::gib(8)));
    assert_eq!(caps(&buffers), both("16 MiB", "8192 MiB"));
    let capped = share.at_most(&Formula::size("cap", Bytes::mib(64)));
    assert_eq!(caps(&capped), both("", "64 MiB"));
    let n = Formula::count("n", 3);
    let of_one_branch = n.at_most(&n.at_least(&Formula::number(2)));
    assert_eq!(caps(&of_one_branch), both("", ""), "n may be 1");
    let of_a_term = n.at_least(&Formula::number(2)) + Formula::count("m", 1);
    assert_eq!(
        caps(&of_a_term),
        both("", ""),
        "a term's bound is none of the sum"
    );
    let rounded = n.at_least(&Formula::number(7)).up_to_multiple(5);
    assert_eq!(caps(&rounded), both("10", ""));
    assert_eq!(caps(&Formula::number(5)), both("", ""), "a constant");
}

#[test]
fn rounding_up_stands_only_where_the_terms_can_need_it() {
    let share = Formula::size("share", Bytes::mib(100));
    let whole = &share * 3;
    assert_eq!(whole.whole_up().names(), "share * 3");
    let scaled = &share * Decimal::thousandths(1130);
    assert_eq!(scaled.whole(), scaled.ceiling(), "whole by chance");
    assert_eq!(scaled.whole_up().names(), "ceil(share * 1.13)");
    let rounded = scaled.floor_to(Bytes::MIB);
    assert_eq!(rounded.whole_up().names(), "floor(share * 1.13, 1MiB)");
}
