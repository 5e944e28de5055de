//! What the two stacks of a rule leave open about proxies, logs and endings.

use super::*;

/// What a rule finds in a stack: severity and message of each.
fn found(id: &str, text: &str) -> Vec<(Severity, String)> {
    let plan = planned(id, &format!("profile = \"t3.small\"\n{text}"));
    let of_rule = plan.findings.into_iter().filter(|finding| finding.id == id);
    of_rule
        .map(|finding| (finding.severity, finding.message))
        .collect()
}

fn fires(id: &str, text: &str) -> bool {
    !found(id, text).is_empty()
}

#[test]
fn more_connections_than_files_are_an_error_and_more_than_half_a_warning() {
    let id = "worker-connections-exceed-nofile";
    let with = |files: u64| {
        let pins = format!("worker_connections = 1024, worker_rlimit_nofile = {files}");
        let found = found(
            id,
            &format!("[services.w]\nkind = \"nginx\"\nsettings = {{ {pins} }}"),
        );
        found.first().map(|(severity, _)| *severity)
    };
    assert_eq!(with(1023), Some(Severity::Error));
    assert_eq!(with(1024), Some(Severity::Warning));
    assert_eq!(with(2047), Some(Severity::Warning));
    assert_eq!(with(2048), None);
}

#[test]
fn a_container_is_told_how_long_it_may_take_to_end() {
    let id = "stop-timeout-order";
    let with = |period: &str| {
        format!(
            "runtime = \"compose\"\n[services.api]\nkind = \"gunicorn\"\n\
             settings = {{ graceful_timeout = 90, stop_grace_period = \"{period}\" }}"
        )
    };
    assert!(fires(id, &with("10s")));
    assert!(fires(id, &with("1m29s")));
    assert!(fires(id, &with("0s")));
    assert!(!fires(id, &with("1m30s")));
}

/// Zero is for ever to systemd.
#[test]
fn what_is_never_killed_has_time_to_end() {
    let with = |seconds: u64| {
        format!("[services.api]\nkind = \"gunicorn\"\nsettings = {{ TimeoutStopSec = {seconds} }}")
    };
    assert!(!fires("stop-timeout-order", &with(0)));
    assert!(fires("stop-timeout-order", &with(29)));
}

/// A program of which nothing is known asks for nothing.
#[test]
fn what_says_nothing_of_its_ending_may_be_ended_at_once() {
    let text =
        "[services.x]\nkind = \"process\"\ncommand = \"x\"\nsettings = { TimeoutStopSec = 1 }";
    assert!(!fires("stop-timeout-order", text));
}

#[test]
fn a_statement_may_not_outlive_the_request_that_waits_for_it() {
    let with = |milliseconds: u64| {
        format!(
            "[services.db]\nkind = \"postgresql\"\n\
             settings = {{ \"statement_timeout.api\" = {milliseconds} }}\n\
             [services.api]\nkind = \"gunicorn\"\nuses = [\"db\"]\ntimeout = 20"
        )
    };
    assert!(!fires("timeout-order", &with(19_999)));
    assert!(fires("timeout-order", &with(20_000)));
    assert!(fires("timeout-order", &with(0)), "0 is for ever");
}

/// The shortest timeout there is leaves room for a statement.
#[test]
fn no_timeout_of_the_plan_is_out_of_order() {
    for timeout in [1, 2, 30, 86_400] {
        let text = format!(
            "[services.db]\nkind = \"postgresql\"\n\
             [services.api]\nkind = \"gunicorn\"\nuses = [\"db\"]\ntimeout = {timeout}\n\
             [services.front]\nkind = \"nginx\"\nupstreams = [\"api\"]"
        );
        assert!(!fires("timeout-order", &text), "{timeout}");
    }
}

#[test]
fn who_does_not_say_when_it_gives_up_is_not_compared() {
    let text = "[services.x]\nkind = \"process\"\nport = 9000\n\
                [services.front]\nkind = \"nginx\"\nupstreams = [\"x\"]\n\
                settings = { \"proxy_read_timeout.x\" = 5 }";
    assert!(!fires("timeout-order", text));
}

#[test]
fn a_proxy_takes_what_the_application_behind_it_takes() {
    let text = "[services.x]\nkind = \"node\"\nmax_body = \"100MiB\"\n\
                [services.front]\nkind = \"nginx\"\nupstreams = [\"x\"]\n";
    assert!(!fires("body-size-mismatch", text));
    let pinned = format!("{text}settings = {{ client_max_body_size = \"10MiB\" }}");
    let found = found("body-size-mismatch", &pinned);
    let [(_, message)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(
        message.contains("10 MiB") && message.contains("100 MiB"),
        "{message}"
    );
}

/// The disk is 30 GiB, and half of it is taken to be free: 16 of 960 MiB.
#[test]
fn a_few_uploads_do_not_fill_the_disk() {
    let with = |size: &str| {
        format!(
            "[services.x]\nkind = \"node\"\n\
             [services.front]\nkind = \"nginx\"\nupstreams = [\"x\"]\n\
             settings = {{ client_max_body_size = \"{size}\" }}"
        )
    };
    assert!(!fires("body-size-mismatch", &with("960MiB")));
    assert!(fires("body-size-mismatch", &with("961MiB")));
    assert!(fires("body-size-mismatch", &with("0B")), "0 is any size");
}

#[test]
fn a_proxy_that_cannot_time_idle_connections_out_races() {
    let with = |version: &str| {
        format!(
            "[services.x]\nkind = \"node\"\n\
             [services.front]\nkind = \"nginx\"\nversion = \"{version}\"\nupstreams = [\"x\"]"
        )
    };
    assert!(fires("keepalive-race", &with("1.15.2")));
    assert!(!fires("keepalive-race", &with("1.15.3")));
}

#[test]
fn localhost_is_answered_with_the_service_that_listens_there() {
    let text = "[services.x]\nkind = \"node\"\nport = 5000\n\
                [services.front]\nkind = \"nginx\"\nupstreams = [\"localhost:5000\"]";
    let plan = planned("localhost", &format!("profile = \"t3.small\"\n{text}"));
    let id = "localhost-upstream";
    let finding = plan.findings.iter().find(|finding| finding.id == id);
    let finding = finding.unwrap();
    assert_eq!(finding.severity, Severity::Info);
    assert!(finding.help.contains("[\"x\"]"), "{}", finding.help);
    let held = planned(
        "localhost",
        &format!("profile = \"t3.small\"\nruntime = \"compose\"\n{text}"),
    );
    let finding = held
        .findings
        .iter()
        .find(|finding| finding.id == id)
        .unwrap();
    assert!(finding.message.contains("the container itself"));
}

#[test]
fn a_rule_that_matches_a_file_twice_is_found_too() {
    let with = |paths: &str| {
        format!("[services.x]\nkind = \"process\"\ncommand = \"x\"\nlog_files = [{paths}]")
    };
    let id = "two-rotators";
    let twice = found(id, &with("\"/var/log/x/*.log\", \"/var/log/x/a.log\""));
    assert_eq!(
        twice.first().map(|(severity, _)| *severity),
        Some(Severity::Warning)
    );
    assert!(!fires(
        id,
        &with("\"/var/log/x/*.log\", \"/var/log/y/a.log\"")
    ));
}

/// One package has one rule, however many servers it starts.
#[test]
fn servers_of_one_package_share_a_rule() {
    let text = "[services.a]\nkind = \"redis\"\n[services.b]\nkind = \"redis\"\nport = 6380\n\
                [services.web]\nkind = \"nginx\"\nport = 81\n\
                [services.web-1]\nkind = \"nginx\"\nport = 82";
    assert!(!fires("two-rotators", text));
}

/// In a container the runtime keeps the logs: no rule is written.
#[test]
fn no_rule_no_second_rotator() {
    let text = "runtime = \"compose\"\n\
                [services.a]\nkind = \"process\"\nlog_files = [\"/var/log/a.log\"]\n\
                [services.b]\nkind = \"process\"\nlog_files = [\"/var/log/a.log\"]";
    assert!(!fires("two-rotators", text));
}
