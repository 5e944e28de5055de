//! As metrics in Prometheus' text format, for `node_exporter`'s textfile
//! collector. Values of settings stand in none of them.
//!
//! Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Verified;
use super::words::word;

/// What one time series is told apart by, and its value.
type Sample = (Vec<(&'static str, String)>, i64);

/// A metric: its name, what it means, its samples.
type Metric = (&'static str, &'static str, Vec<Sample>);

/// All of it. `now` is in seconds since 1970.
pub fn prometheus(verified: &Verified<'_>, now: i64) -> String {
    let complete = i64::from(verified.found.is_complete());
    let alone = |value: i64| vec![(Vec::new(), value)];
    let (settings, drifted) = counts(verified);
    let of_settings: [Metric; 5] = [
        (
            "tune_verify_success",
            "Whether everything could be looked at.",
            alone(complete),
        ),
        (
            "tune_verify_timestamp_seconds",
            "When it was looked at.",
            alone(now),
        ),
        (
            "tune_settings",
            "Settings of the plan of which something is known.",
            settings,
        ),
        (
            "tune_settings_drifted",
            "Settings that are not as planned.",
            drifted,
        ),
        (
            "tune_drift",
            "A setting that is not as planned, and why.",
            drifts(verified),
        ),
    ];
    let mut out = String::new();
    for (name, help, samples) in of_settings.into_iter().chain(others(verified)) {
        metric(&mut out, name, help, samples);
    }
    out
}

/// What is known beside settings.
fn others(verified: &Verified<'_>) -> [Metric; 4] {
    [
        (
            "tune_file_differs",
            "A file that is not as the plan renders it.",
            files(verified),
        ),
        (
            "tune_service_running",
            "Whether a service of the plan runs.",
            running(verified),
        ),
        (
            "tune_check_failed",
            "A rule of a running host that fails.",
            checks(verified),
        ),
        (
            "tune_unknown",
            "What could not be read or asked.",
            unknown(verified),
        ),
    ]
}

fn files(verified: &Verified<'_>) -> Vec<Sample> {
    let files = verified.found.files.iter();
    let labels = files.map(|file| {
        vec![
            ("service", file.service.clone()),
            ("path", file.path.clone()),
        ]
    });
    labels.map(|labels| (labels, 1)).collect()
}

fn running(verified: &Verified<'_>) -> Vec<Sample> {
    let found = verified.found;
    let running = found.started.keys().map(|name| (name, 1));
    let stopped = found.stopped.iter().map(|name| (name, 0));
    running
        .chain(stopped)
        .map(|(name, runs)| (vec![("service", name.clone())], runs))
        .collect()
}

fn checks(verified: &Verified<'_>) -> Vec<Sample> {
    let findings = verified.found.findings.iter();
    let labels = findings.map(|finding| {
        vec![
            ("id", finding.id.to_owned()),
            ("severity", finding.severity.name().to_owned()),
            ("services", finding.services.join(",")),
        ]
    });
    labels.map(|labels| (labels, 1)).collect()
}

/// Settings by service, and those that drifted: zero where none did.
fn counts(verified: &Verified<'_>) -> (Vec<Sample>, Vec<Sample>) {
    let mut counts: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for row in &verified.found.rows {
        let (all, drifted) = counts.entry(&row.service).or_default();
        *all += 1;
        *drifted += i64::from(!row.drifts.is_empty());
    }
    let sample = |name: &str, n: i64| (vec![("service", name.to_owned())], n);
    let counts = counts.into_iter();
    counts
        .map(|(name, (all, drifted))| (sample(name, all), sample(name, drifted)))
        .unzip()
}

fn drifts(verified: &Verified<'_>) -> Vec<Sample> {
    let rows = verified.found.drifted();
    let drifts = rows.flat_map(|row| row.drifts.iter().map(move |drift| (row, drift)));
    drifts
        .map(|(row, drift)| {
            let labels = vec![
                ("service", row.service.clone()),
                ("key", row.key.clone()),
                ("path", row.path.clone().unwrap_or_default()),
                ("why", word(drift).to_owned()),
            ];
            (labels, 1)
        })
        .collect()
}

fn unknown(verified: &Verified<'_>) -> Vec<Sample> {
    let found = verified.found;
    let unread = found.troubles.iter().map(|trouble| trouble.file.clone());
    let unasked = found.unasked.iter().map(|unasked| unasked.what.clone());
    let all = unread.chain(unasked);
    all.map(|what| (vec![("what", what)], 1)).collect()
}

/// One metric with its samples, no two of them with the same labels.
fn metric(out: &mut String, name: &str, help: &str, samples: Vec<Sample>) {
    if samples.is_empty() {
        return;
    }
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge");
    let mut seen = BTreeSet::new();
    for (labels, value) in samples {
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
            .collect();
        let labels = match labels.as_slice() {
            [] => String::new(),
            labels => format!("{{{}}}", labels.join(",")),
        };
        if seen.insert(labels.clone()) {
            let _ = writeln!(out, "{name}{labels} {value}");
        }
    }
}

/// A label's value between its quotes.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
