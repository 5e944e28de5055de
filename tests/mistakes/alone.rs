//! One wrong input by itself: exit code 2, one clear message with its place and
//! what to do, and not a byte written.

use crate::support::{Place, Said};

/// Commands that read what a person wrote; the last one would also write.
const COMMANDS: [&[&str]; 2] = [&["plan"], &["render", "-o", "out"]];

/// One mistake: where it stands in a file (`""` for nowhere), what the message
/// says, and how the help begins.
pub(crate) struct Mistake<'a>(pub(crate) &'a str, pub(crate) &'a str, pub(crate) &'a str);

/// Runs both commands, in colour and without, and looks at all that is said.
pub(crate) fn assert_refused(place: &Place, arguments: &[&str], mistake: &Mistake<'_>) {
    for command in COMMANDS {
        let arguments = [arguments, command].concat();
        let before = place.tree();
        let drawn = place.run(&arguments);
        assert_told(&drawn, mistake);
        let lines = place.run(&[&arguments[..], &["-q"]].concat());
        assert_eq!(lines.code, Some(2), "{lines:?}");
        assert_eq!(lines.stderr.lines().count(), 1, "{lines:?}");
        let colour = place.run(&[&arguments[..], &["--color", "always"]].concat());
        let plain = anstream::adapter::strip_str(&colour.stderr).to_string();
        assert_eq!(plain, drawn.stderr);
        assert_eq!(place.tree(), before, "{arguments:?} wrote");
    }
}

pub(crate) fn assert_told(said: &Said, mistake: &Mistake<'_>) {
    let Mistake(spot, message, help) = mistake;
    assert_eq!(said.code, Some(2), "{said:?}");
    assert_eq!(said.stdout, "", "{said:?}");
    let text = &said.stderr;
    assert_eq!(text.matches("error: ").count(), 1, "{text}");
    assert!(text.starts_with("error: "), "{text}");
    // As one line, for where it was broken does not matter.
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(message), "{text}");
    assert!(words.contains(&format!("help: {help}")), "{text}");
    let places: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--> "))
        .collect();
    match *spot {
        "" => assert!(places.is_empty(), "{text}"),
        spot => assert!(
            places.iter().any(|place| place.ends_with(spot)),
            "{spot}: {text}"
        ),
    }
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
}
