//! A test for each rule of Node's.

use crate::render::artefacts;
use crate::services::Settled;
use crate::services::trial::{failing, planned, refused, service, text};

fn api(runtime: &str, keys: &str) -> String {
    format!("runtime = \"{runtime}\"\n[services.api]\nkind = \"node\"\n{keys}\n")
}

fn file(host: &str, text: &str, end: &str) -> String {
    let all = artefacts(&planned(host, text)).unwrap();
    let found = all.iter().find(|artefact| artefact.path.ends_with(end));
    found.unwrap_or_else(|| panic!("no {end}")).content.clone()
}

fn settled(host: &str, text: &str) -> Settled {
    service(&planned(host, text), "api")
        .settled
        .clone()
        .unwrap()
}

#[test]
fn each_replica_has_a_port_of_its_own() {
    let stack = api("systemd", "port = 3000\nreplicas = 3");
    for (unit, port) in [("api-1", 3000), ("api-2", 3001), ("api-3", 3002)] {
        let text = file("m6i.large", &stack, &format!("/{unit}.service"));
        assert!(text.contains(&format!("PORT={port}")), "{text}");
        assert!(text.contains("NODE_ENV=production"), "{text}");
        assert_eq!(text.matches("PORT=").count(), 1, "{text}");
    }
}

#[test]
fn one_unit_and_a_container_are_told_their_port() {
    let text = file("m6i.large", &api("systemd", "port = 3000"), "/api.service");
    assert!(text.contains("PORT=3000") && text.contains("NODE_ENV=production"));
    let unsaid = file("m6i.large", &api("systemd", ""), "/api.service");
    assert!(!unsaid.contains("PORT=") && unsaid.contains("NODE_ENV=production"));
    let settled = settled("m6i.large", &api("compose", "port = 3000\nreplicas = 2"));
    assert_eq!(settled.environment["PORT"], "3000");
    assert_eq!(settled.environment["NODE_ENV"], "production");
}

#[test]
fn what_the_stack_says_of_the_environment_stands_once() {
    let stack = api(
        "pm2",
        "port = 3000\nenv = { NODE_ENV = \"test\", PORT = \"1\" }",
    );
    let text = file("m6i.large", &stack, "ecosystem.config.js");
    assert!(text.contains("NODE_ENV: \"test\""), "{text}");
    assert_eq!(text.matches("NODE_ENV:").count(), 1, "{text}");
    assert!(text.contains("PORT: \"3000\""), "{text}");
    assert_eq!(text.matches(" PORT:").count(), 1, "{text}");
}

#[test]
fn stated_units_of_replicas_are_held_one_by_one() {
    let stack = api(
        "systemd",
        "port = 3000\nreplicas = 2\nunit = \"web@.service\"",
    );
    let units = settled("m6i.large", &stack).units;
    let names: Vec<_> = units.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(names, ["web@1.service", "web@2.service"]);
}

#[test]
fn pinned_instances_have_their_memory_and_the_cluster() {
    let stack = api("pm2", "floor = \"100MiB\"\nsettings = { instances = 7 }");
    let plan = planned("t3.small", &stack);
    let api = service(&plan, "api");
    assert_eq!(text(api, "instances"), "7");
    assert_eq!(text(api, "exec_mode"), "cluster");
    assert_eq!(api.processes, 7);
    assert!(api.worst() <= api.limit);
    assert!(api.stake.floor >= crate::units::Bytes::mib(60 + 7 * 128));
}

#[test]
fn pinned_instances_share_the_connections_or_fail_a_check() {
    let stack = |keys: &str| {
        let api = format!("uses = [\"db\"]\n{keys}\nsettings = {{ instances = 7 }}");
        format!(
            "{}[services.db]\nkind = \"postgresql\"\nconnections = 30\n",
            self::api("pm2", &api)
        )
    };
    let plan = planned("m6i.large", &stack(""));
    let pool: u64 = text(service(&plan, "api"), "DB_POOL_SIZE").parse().unwrap();
    assert!(7 * pool <= 30, "{pool}");
    let more = stack("pool_size = 20");
    assert_eq!(
        text(service(&planned("m6i.large", &more), "api"), "instances"),
        "7"
    );
    assert!(failing("m6i.large", &more).contains(&"pool-exceeds-connections"));
    let none = api("pm2", "settings = { instances = 0 }");
    assert!(refused("m6i.large", &none).contains("instances = 0"));
}

#[test]
fn what_is_stated_and_not_given_is_said() {
    let notes =
        |runtime: &str, keys: &str| settled("t3.small", &api(runtime, keys)).notes.join("\n");
    assert!(notes("pm2", "instances = 2").is_empty());
    let fewer = notes("pm2", "instances = 7\nmemory = \"400MiB\"");
    assert!(
        fewer.contains("instances = 7 is stated, 2 is given: "),
        "{fewer}"
    );
    assert!(fewer.contains("share"), "{fewer}");
    let plain = notes("systemd", "instances = 4");
    assert!(plain.contains("needs runtime = \"pm2\"") && plain.contains("replicas = 4"));
}

#[test]
fn rotation_asks_only_a_daemon_that_runs() {
    let rule = file("t3.small", &api("pm2", "user = \"app\""), "/tune-api");
    let line = rule
        .lines()
        .find(|line| line.contains("reloadLogs"))
        .unwrap();
    assert!(
        line.trim()
            .starts_with("[ ! -S ~app/.pm2/rpc.sock ] || su "),
        "{line}"
    );
    assert!(
        line.contains("command -v pm2 >/dev/null || exit 0;"),
        "{line}"
    );
}

#[test]
fn options_of_the_stack_count_as_v8_reads_them() {
    let told = |runtime: &str, keys: &str| {
        let stack = api(
            runtime,
            &format!(
                "instances = 1\nmemory = \"1GiB\"\n[services.api.env]\nNODE_OPTIONS = \"{keys}\""
            ),
        );
        let settled = settled("m6i.large", &stack);
        let cap = settled.traits.heap.clone().unwrap().cap;
        let cap = cap.value.map(|heap| (heap.0 >> 20, cap.key));
        (cap, settled.worst.total().0 >> 20, settled.notes.len())
    };
    // 0.83 x 1024 is 849: less 96 beyond the heap.
    let planned = (Some((753, "max-old-space-size")), 849, 0);
    assert_eq!(told("systemd", "--inspect"), planned);
    let (more, worst, notes) = told("systemd", "--max-old-space-size=900");
    assert_eq!((more, notes), (Some((900, "NODE_OPTIONS")), 1));
    assert_eq!(worst, 900 + 96);
    assert_eq!(told("compose", "--max-old-space-size=0").0, None);
    // PM2 says it in the command, which comes after the environment.
    let (heap, _, notes) = told("pm2", "--max-old-space-size=900");
    assert_eq!((heap, notes), (Some((704, "max-old-space-size")), 0));
}

#[test]
fn a_heap_of_the_environment_beyond_the_share_fails_a_check() {
    let stack = |mib: u64| {
        let env = format!("NODE_OPTIONS = \"--max-old-space-size={mib}\"");
        api(
            "systemd",
            &format!("memory = \"1GiB\"\n[services.api.env]\n{env}"),
        )
    };
    let exceeds =
        |mib: u64| failing("m6i.large", &stack(mib)).contains(&"worst-case-exceeds-limit");
    assert!(exceeds(929) && !exceeds(928));
}

#[test]
fn a_pinned_heap_has_a_share_in_which_it_stays_below_the_restart() {
    let api = api(
        "pm2",
        "instances = 1\nsettings = { max-old-space-size = \"600MiB\" }",
    );
    let db = "[services.db]\nkind = \"postgresql\"\nmemory = \"732MiB\"\n";
    let plan = planned("t3.small", &format!("{api}{db}"));
    // 60 + 1.25 x (600 + 96) + 2: nearly all that the other leaves.
    assert_eq!(
        service(&plan, "api").limit,
        Some(crate::units::Bytes::mib(932))
    );
    assert!(plan.fits && plan.findings.is_empty(), "{:?}", plan.findings);
}

#[test]
fn only_pm2_restarts_by_memory() {
    let has = |runtime: &str| {
        let settled = settled("m6i.large", &api(runtime, ""));
        let restart = settled
            .settings
            .iter()
            .any(|setting| setting.key == "max_memory_restart");
        (restart, settled.traits.heap.unwrap().restart.is_some())
    };
    assert_eq!(has("pm2"), (true, true));
    assert_eq!(has("systemd"), (false, false));
    assert_eq!(has("compose"), (false, false));
}

#[test]
fn processes_without_a_port_may_be_forks() {
    let fails = |keys: &str| {
        let stack = api(
            "pm2",
            &format!("{keys}\nsettings = {{ instances = 2, exec_mode = \"fork\" }}"),
        );
        failing("m6i.large", &stack).contains(&"fork-mode-with-instances")
    };
    assert!(fails("port = 3000") && !fails(""));
    let why = refused(
        "m6i.large",
        &api("pm2", "settings = { exec_mode = \"both\" }"),
    );
    assert!(why.contains("cluster and fork"), "{why}");
}
