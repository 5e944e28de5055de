//! What a name, a path, an account and a size must be like before they may
//! stand in files and commands.

use super::ServiceSpec;
use crate::input::{Problem, Reader, Spot};
use crate::units::Bytes;

/// Letters of a name: a DNS label, so that it can name a container.
const LONGEST_NAME: usize = 63;

/// What commands call the host itself.
pub const HOST_ITSELF: &str = "system";

/// What commands call that to which files belong that all services share.
pub const WHOLE_STACK: &str = "stack";

/// Names that no service can have, with what they stand for: a file belongs to a
/// service by name, or to one of these.
pub const RESERVED: [(&str, &str); 2] = [
    (HOST_ITSELF, "the host itself"),
    (WHOLE_STACK, "what all services share"),
];

pub(super) fn check_name(reader: &Reader<'_>, name: &str, spot: &Spot) {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if let Some((_, stands_for)) = RESERVED.iter().find(|(reserved, _)| *reserved == name) {
        let message = format!("no service can be called '{name}'");
        let problem = Problem::at(spot, message).label(*stands_for);
        let help = format!("commands call {stands_for} so: choose another name");
        reader.report(problem.help(help));
    }
    if name.is_empty()
        || name.len() > LONGEST_NAME
        || !name.chars().all(legal)
        || name.starts_with('-')
    {
        let problem = Problem::at(
            spot,
            format!("'{}' is no name for a service", name.escape_default()),
        );
        let problem = problem.label("no name");
        reader.report(problem.help("letters, digits, _ and -, 63 at most, not beginning with -"));
    }
}

/// What to do about a line that is none.
pub(super) const ONE_LINE: &str = "take line breaks, tabs and the like out of it";

/// A string without line breaks or other control characters.
pub(super) fn one_line(reader: &Reader<'_>, key: &'static str) -> Option<String> {
    let text = reader.text(key)?;
    if text.chars().any(char::is_control)
        && let Some(spot) = reader.spot(key)
    {
        let message = format!("{key} must be one line without control characters");
        let problem = Problem::at(spot, message).label("a control character");
        reader.report(problem.help(ONE_LINE));
    }
    Some(text)
}

/// What a path must be like.
const PATH: &str = "an absolute path of letters, digits, '.', '_', '-' and '/', without '..'";

/// Source: `NAME_MAX`, path-resolution(7).
const LONGEST_FILE_NAME: usize = 255;

fn is_path(text: &str) -> bool {
    let legal = |part: &str| {
        !part.starts_with('.')
            && part.len() <= LONGEST_FILE_NAME
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    };
    text.strip_prefix('/').is_some_and(|rest| {
        !rest.is_empty() && rest.split('/').all(|part| !part.is_empty() && legal(part))
    })
}

/// Source: useradd(8), as far as logrotate, systemd and `PM2` agree on it.
fn is_account(text: &str) -> bool {
    let first = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    first
        && text.len() <= 32
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// A name or an address, and a port.
pub(super) fn is_address(text: &str) -> bool {
    let legal = |host: &str| {
        !host.is_empty()
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
    };
    text.rsplit_once(':')
        .is_some_and(|(host, port)| legal(host) && port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// Source: systemd.unit(5).
fn is_unit(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || ":_.@-".contains(c);
    text.len() <= 200
        && text.ends_with(".service")
        && !text.starts_with('.')
        && text.chars().all(legal)
}

/// The name of an account or a role.
pub(super) fn account(reader: &Reader<'_>, key: &'static str) -> Option<String> {
    plain(reader, key, "the name of an account", is_account)
}

/// An absolute path.
pub(super) fn path(reader: &Reader<'_>, key: &'static str) -> Option<String> {
    plain(reader, key, PATH, is_path)
}

/// The name of a systemd unit.
pub(super) fn unit(reader: &Reader<'_>, key: &'static str) -> Option<String> {
    let what = "the name of a unit, as in \"api.service\"";
    plain(reader, key, what, is_unit)
}

/// A string that must be safe to stand in paths and commands.
pub(super) fn plain(
    reader: &Reader<'_>,
    key: &'static str,
    what: &str,
    legal: fn(&str) -> bool,
) -> Option<String> {
    let text = one_line(reader, key)?;
    if !legal(&text)
        && let Some(spot) = reader.spot(key)
    {
        let message = format!("{key} must be {what}, not '{}'", text.escape_default());
        let problem = Problem::at(spot, message).label("not allowed");
        reader.report(problem.help("it stands in paths and commands of the host"));
    }
    Some(text)
}

pub(super) fn read_lines(reader: &Reader<'_>, key: &'static str) -> Vec<String> {
    let list = reader.list(key).unwrap_or_default();
    for (text, spot) in &list {
        if text.is_empty() || text.chars().any(char::is_control) {
            let message = format!("{key} must hold lines without control characters");
            let problem = Problem::at(spot, message).label("empty, or a control character");
            reader.report(problem.help(ONE_LINE));
        }
    }
    list.into_iter().map(|(text, _)| text).collect()
}

pub(super) fn check_sizes(reader: &Reader<'_>, spec: &ServiceSpec) {
    let pairs = [
        ("floor", spec.floor, "want", spec.want),
        ("want", spec.want, "max", spec.max),
        (
            "floor",
            spec.floor,
            "max",
            spec.max.filter(|_| spec.want.is_none()),
        ),
    ];
    for (low_key, low, high_key, high) in pairs {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            let message = format!(
                "{high_key} {high} of service '{}' is below its {low_key} {low}",
                spec.name
            );
            let problem = Problem::at(spec.spot_of(high_key), message)
                .label(format!("less than the {low_key}"))
                .also(spec.spot_of(low_key), format!("the {low_key}"));
            reader.report(problem.help(format!(
                "raise {high_key} to \"{}\" at least, or lower {low_key}",
                low.exact()
            )));
        }
    }
    check_pin(reader, spec);
}

fn check_pin(reader: &Reader<'_>, spec: &ServiceSpec) {
    let at = |message: String| Problem::at(spec.spot_of("memory"), message);
    match (spec.memory, spec.floor) {
        (Some(Bytes::ZERO), _) => {
            let message = format!("service '{}' is pinned to nothing", spec.name);
            let problem = at(message).label("nothing");
            reader.report(problem.help("leave memory out: the plan gives it a share"));
        }
        (Some(pin), Some(floor)) if pin < floor => {
            let message = format!(
                "service '{}' is pinned to {pin}, below its floor of {floor}",
                spec.name
            );
            let problem = at(message)
                .label("less than the floor")
                .also(spec.spot_of("floor"), "the floor");
            reader.report(problem.help(format!(
                "raise memory to \"{}\" at least, or lower the floor",
                floor.exact()
            )));
        }
        _ => {}
    }
}

pub(super) fn file_safe(name: &str) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            c
        } else {
            '-'
        }
    };
    name.chars().map(safe).collect()
}
