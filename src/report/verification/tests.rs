//! What is said of a host that drifted in every way.

use super::*;
use crate::diff::runtime::{Unasked, Value};
use crate::diff::{Drift, FileDrift, Old, Row};
use crate::formats::{Format, Missing, Trouble, TroubleKind};
use crate::plan::{Finding, Severity};
use crate::report::Look;
use crate::setting::Activation;

/// 2026-11-21 14:02 UTC, and two minutes before.
const AT: i64 = 1_795_269_720;
const BEFORE: i64 = AT - 120;

fn value(text: &str) -> Value {
    Value {
        in_sessions: false,
        text: text.to_owned(),
        holds: false,
        from: "psql".to_owned(),
        since: Some(BEFORE),
        pending: false,
        by: None,
    }
}

fn row(key: &str, drift: Drift) -> Row {
    Row {
        service: "db".to_owned(),
        key: key.to_owned(),
        path: Some("/etc/db/90-tune.conf".to_owned()),
        format: Some(Format::Postgresql),
        planned: "256MB".to_owned(),
        file: Some("256MB".to_owned()),
        effective: Some(Old::File {
            value: "256MB".to_owned(),
            file: "/etc/db/90-tune.conf".to_owned(),
            line: 3,
        }),
        running: vec![value("128MB")],
        drifts: vec![drift],
        secret: false,
        needs: Some(Activation::Restart),
    }
}

/// A setting for each cause, one that holds, and a secret.
fn rows() -> Vec<Row> {
    let shadowed = Drift::Shadowed {
        by: "/var/lib/db/auto.conf".to_owned(),
        line: 4,
        at: Some(AT),
    };
    let told = |by: Option<&str>| Drift::ToldOtherwise {
        by: by.map(str::to_owned),
        since: Some(BEFORE),
    };
    let started = Drift::StartedBefore {
        since: BEFORE,
        at: AT,
    };
    let mut rows = vec![
        row(
            "shared_buffers",
            Drift::NeedsRestart {
                since: Some(BEFORE),
            },
        ),
        row("work_mem", shadowed),
        row("jit", told(Some("ALTER ROLE app"))),
        row("max_connections", started),
        row("wal_buffers", Drift::Edited { at: Some(AT) }),
        row("min_wal_size", Drift::NotWritten { is_there: false }),
        row("max_wal_size", told(None)),
    ];
    let mut holds = row("random_page_cost", Drift::Unread);
    holds.drifts.clear();
    let mut secret = row("requirepass", Drift::Edited { at: None });
    secret.secret = true;
    secret.service = "cache".to_owned();
    secret.planned = "hunter2".to_owned();
    secret.file = Some("hunter2".to_owned());
    secret.running = vec![value("hunter2")];
    rows.extend([holds, secret]);
    rows
}

/// One of each.
fn everything() -> Verification {
    let finding = Finding {
        id: "thp-always",
        severity: Severity::Warning,
        message: "huge pages".to_owned(),
        help: "turn them off".to_owned(),
        services: vec!["cache".to_owned()],
        at: None,
        silenced: None,
    };
    Verification {
        rows: rows(),
        files: vec![FileDrift {
            service: "db".to_owned(),
            path: "/etc/tune/a \"quoted\"\\name\nwith all".to_owned(),
            is_there: true,
            is_text: true,
            mode: Some((0o644, 0o640)),
            owner: Some(("root:root".to_owned(), "db:db".to_owned())),
            at: Some(AT),
        }],
        started: [("db".to_owned(), Some(BEFORE))].into(),
        stopped: vec!["web".to_owned()],
        findings: vec![finding],
        troubles: vec![Trouble {
            file: "/etc/nginx/nginx.conf".to_owned(),
            what: TroubleKind::Missing(Missing::Special("pipe")),
        }],
        unasked: vec![Unasked {
            what: "cache".to_owned(),
            why: "redis-cli gave no answer in time".to_owned(),
        }],
    }
}

fn of(found: &Verification, all: bool) -> Verified<'_> {
    Verified {
        stack: "web",
        host: "t3.small",
        found,
        all,
    }
}

fn drawn(found: &Verification, all: bool, width: usize) -> String {
    let look = Look {
        width,
        verbose: false,
        part: &|_, text| text.to_owned(),
        heading: &|text| text.to_owned(),
        severity: &|_, text| text.to_owned(),
    };
    text(&of(found, all), &look)
}

#[test]
fn at_80_columns_the_values_stand_side_by_side() {
    let found = everything();
    let text = drawn(&found, false, 80);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.iter().all(|line| line.len() <= 80), "{text}");
    let start = [
        "web on t3.small: 8 settings drifted, 1 file differs, 1 service does not run, 1",
        "check fails; 2 things could not be looked at",
        "",
        "do not run",
        "  web",
        "",
        "db, started 2026-11-21 14:00 UTC",
        "                   plan   file   effect  running",
        "  shared_buffers   256MB  256MB  256MB   128MB",
        "    waits for a restart since 2026-11-21 14:00 UTC, when it was started; needs a",
        "      restart",
        "  work_mem         256MB  256MB  256MB   128MB",
        "    /var/lib/db/auto.conf:4 wins; that file was last changed 2026-11-21 14:02",
        "      UTC; needs a restart",
    ];
    assert_eq!(lines[..start.len()], start, "{text}");
    for part in [
        "ALTER ROLE app says otherwise",
        "has mode 0644, planned 0640; belongs to",
        "runs since 2026-11-21 14:00 UTC",
        "is not there",
        "do not run\n  web\n",
        "warning thp-always",
        "/etc/nginx/nginx.conf is a pipe: it is not opened",
        "cache: redis-cli gave no answer in time",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(
        !text.contains("random_page_cost"),
        "what holds is not shown"
    );
    assert!(drawn(&found, true, 80).contains("random_page_cost"));
}

#[test]
fn at_40_columns_they_stand_one_below_the_other() {
    let text = drawn(&everything(), false, 40);
    assert!(text.lines().all(|line| line.len() <= 40), "{text}");
    let block = "  shared_buffers\n    plan, file, effect: 256MB\n    running: 128MB\n";
    assert!(text.contains(block), "{text}");
}

#[test]
fn a_file_that_is_not_there_is_one_line() {
    let unwritten = |n: usize| {
        let mut row = row(&format!("key_{n}"), Drift::NotWritten { is_there: false });
        (row.file, row.effective) = (None, Some(Old::Unset));
        row.running.clear();
        row
    };
    let found = Verification {
        rows: (0..22).map(unwritten).collect(),
        ..Verification::default()
    };
    let text = drawn(&found, false, 80);
    assert!(
        text.ends_with("\ndb\n  /etc/db/90-tune.conf is not there: 22 settings\n"),
        "{text}"
    );
    let all = drawn(&found, true, 80);
    assert!(
        all.contains("\n  key_21  256MB  (not set)  (not set)\n"),
        "{all}"
    );
    assert!(
        !all.contains("running"),
        "no column of what nobody knows: {all}"
    );
    assert_eq!(all.matches("is not there").count(), 1, "{all}");
}

#[test]
fn settings_with_one_reason_have_it_once_and_a_long_value_stands_alone() {
    let mut rows: Vec<Row> = ["a", "b", "c"]
        .map(|key| row(key, Drift::Edited { at: Some(AT) }))
        .into();
    rows[1].planned = "x".repeat(90);
    let found = Verification {
        rows,
        ..Verification::default()
    };
    let text = drawn(&found, false, 80);
    assert_eq!(text.matches("last changed").count(), 1, "{text}");
    for line in [
        "  a  256MB  256MB  256MB   128MB",
        "  c  256MB  256MB  256MB   128MB",
        "  b",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}: {text}");
    }
}

#[test]
fn what_does_not_run_needs_no_restart() {
    let mut found = Verification {
        rows: vec![row("a", Drift::Edited { at: None })],
        ..Verification::default()
    };
    assert!(drawn(&found, false, 80).contains("needs a restart"));
    found.stopped = vec!["db".to_owned()];
    let text = drawn(&found, false, 80);
    assert!(!text.contains("restart"), "{text}");
    assert!(
        text.contains("\n\ndo not run\n  db\n\ndb\n"),
        "first of all: {text}"
    );
}

#[test]
fn nothing_is_said_where_all_is_well() {
    let mut found = Verification::default();
    assert_eq!(drawn(&found, false, 80), "");
    let mut holds = row("jit", Drift::Unread);
    holds.drifts.clear();
    found.rows.push(holds);
    assert_eq!(drawn(&found, false, 80), "");
    let all = drawn(&found, true, 80);
    assert!(
        all.starts_with("web on t3.small: as planned, 1 setting\n"),
        "{all}"
    );
}

#[test]
fn secrets_stand_in_no_face() {
    let found = everything();
    let verified = of(&found, true);
    for face in [
        drawn(&found, true, 80),
        drawn(&found, true, 40),
        json(&verified).unwrap(),
        prometheus(&verified, AT),
    ] {
        assert!(!face.contains("hunter2"), "{face}");
    }
    assert!(drawn(&found, true, 80).contains("(secret)"));
}

#[test]
fn json_says_what_the_text_says() {
    let found = everything();
    let text = json(&of(&found, false)).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["holds"], false);
    assert_eq!(value["complete"], false);
    assert_eq!(value["settings_known"], 9);
    assert_eq!(value["settings_drifted"], 8);
    let settings = value["settings"].as_array().unwrap();
    assert_eq!(settings.len(), 8);
    let why: Vec<&str> = settings
        .iter()
        .map(|setting| setting["drifts"][0]["why"].as_str().unwrap())
        .collect();
    assert_eq!(
        why,
        [
            "needs_restart",
            "shadowed",
            "told_otherwise",
            "started_before",
            "edited",
            "not_written",
            "told_otherwise",
            "edited",
        ]
    );
    assert_eq!(settings[1]["drifts"][0]["by"], "/var/lib/db/auto.conf");
    assert_eq!(settings[1]["drifts"][0]["line"], 4);
    assert_eq!(settings[1]["drifts"][0]["at"], AT);
    let services = value["services"].as_array().unwrap();
    assert_eq!(services[0]["since"], BEFORE);
    assert_eq!(services[1]["running"], false);
}

#[test]
fn metrics_have_help_type_and_escaped_labels() {
    let found = everything();
    let text = prometheus(&of(&found, false), AT);
    for line in [
        "# HELP tune_drift A setting that is not as planned, and why.",
        "# TYPE tune_drift gauge",
        "tune_verify_success 0",
        "tune_verify_timestamp_seconds 1795269720",
        "tune_settings{service=\"db\"} 8",
        "tune_settings_drifted{service=\"db\"} 7",
        "tune_drift{service=\"db\",key=\"work_mem\",path=\"/etc/db/90-tune.conf\",why=\"shadowed\"} 1",
        "tune_file_differs{service=\"db\",path=\"/etc/tune/a \\\"quoted\\\"\\\\name\\nwith all\"} 1",
        "tune_service_running{service=\"db\"} 1",
        "tune_service_running{service=\"web\"} 0",
        "tune_check_failed{id=\"thp-always\",severity=\"warning\",services=\"cache\"} 1",
        "tune_unknown{what=\"cache\"} 1",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    let text = prometheus(&of(&Verification::default(), true), AT);
    assert_eq!(text.lines().count(), 6, "{text}");
    assert!(text.contains("tune_verify_success 1\n"));
}
