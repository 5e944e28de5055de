//! What services held against their shares: for a terminal, and as JSON.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::words::moment;
use crate::diff::Budget;
use crate::diff::runtime::Peak;
use crate::report::wrap::wrap;
use crate::report::{Look, mib};
use crate::units::Bytes;

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Document<'a> {
    /// The stack's name.
    stack: &'a str,
    /// The host's.
    host: &'a str,
    services: Vec<Part<'a>>,
    /// The changed wants as a patch to the stack's file; null where none changes
    /// or there is no such file.
    patch: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Part<'a> {
    name: &'a str,
    limit_bytes: Bytes,
    want_bytes: Bytes,
    /// Whether the share is pinned, so that no want counts.
    pinned: bool,
    /// What it held at the most; null where that could not be known.
    peak_bytes: Option<Bytes>,
    /// Where that is from: 'group', the kernel's count since the start, page
    /// cache among it; 'sampled', a sum over the processes.
    measured: Option<&'static str>,
    /// When its main process was started, in seconds since 1970.
    since: Option<i64>,
    /// Whether it held more than it is given.
    over: bool,
    /// The want of one replica that follows, where it is another one.
    new_want_bytes: Option<Bytes>,
}

/// The schema of the document.
pub fn schema() -> Value {
    crate::report::schema::of::<Document<'_>>("tune verify --budget --format json")
}

const fn word(peak: Peak) -> &'static str {
    match peak {
        Peak::Group => "group",
        Peak::Sampled => "sampled",
    }
}

/// As one JSON document.
pub fn json(
    stack: &str,
    host: &str,
    measured: &[Budget],
    patch: Option<&str>,
) -> Result<String, serde_json::Error> {
    let services = measured.iter().map(part).collect();
    let document = Document {
        stack,
        host,
        services,
        patch,
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

fn part(one: &Budget) -> Part<'_> {
    Part {
        name: &one.service,
        limit_bytes: one.limit,
        want_bytes: one.want,
        pinned: one.pinned,
        peak_bytes: one.held.map(|held| held.bytes),
        measured: one.held.map(|held| word(held.from)),
        since: one.held.and_then(|held| held.since),
        over: one.is_over(),
        new_want_bytes: one.new_want,
    }
}

/// For a terminal: a service each with what it held, then the patch.
pub fn text(
    stack: &str,
    host: &str,
    measured: &[Budget],
    patch: Option<&str>,
    look: &Look<'_>,
) -> String {
    let title = format!("memory of {stack} on {host}");
    let mut out = format!("{}\n", (look.heading)(&title));
    for one in measured {
        let _ = writeln!(out, "\n{}", (look.heading)(&one.service));
        let pinned = if one.pinned { ", pinned" } else { "" };
        let given = format!(
            "wants {}, is given {}{pinned}",
            mib(one.want),
            mib(one.limit)
        );
        wrap(&mut out, "  ", &given, look.width);
        wrap(&mut out, "  ", &held(one), look.width);
        if one.is_over() {
            wrap(&mut out, "  ", "more than it is given", look.width);
        }
        if let Some(want) = one.new_want {
            wrap(
                &mut out,
                "  ",
                &format!("want = \"{}MiB\"", want.whole_mib()),
                look.width,
            );
        }
    }
    if let Some(patch) = patch {
        let _ = write!(out, "\n{patch}");
    }
    out
}

fn held(one: &Budget) -> String {
    let Some(held) = one.held else {
        return "no process of it was found".to_owned();
    };
    let bytes = held.bytes;
    let since = held.since.map(moment);
    let since = since.map_or_else(String::new, |since| format!(" since {since}"));
    match held.from {
        Peak::Group => format!("held {bytes} at the most{since}, page cache among it"),
        Peak::Sampled => format!("held {bytes} while it was sampled"),
    }
}
