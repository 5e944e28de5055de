//! Which process is whose.

use super::*;

const TWO: &str = "[services.one]\nkind = \"redis\"\nport = 6379\n[services.two]\nkind = \"redis\"\nport = 6380\n";
const ONE: &str = "[services.db]\nkind = \"postgresql\"\n";

#[test]
fn a_process_is_what_its_first_word_says_or_what_an_interpreter_runs() {
    let process = |argv: &[&str]| {
        let mut machine = Machine::new();
        machine.process(7, 1, argv, "");
        machine.table().remove(0)
    };
    let server = ["server"].as_slice();
    let python = ["python"].as_slice();
    for (argv, runs) in [
        (["/usr/bin/server", "-c"].as_slice(), true),
        (&["server: master process /usr/sbin/x"], true),
        (&["python3.11", "/v/bin/server", "-c"], true),
        (&["python3", "-m", "server"], true),
        (&["python3", "-c", "import", "server"], false),
        (&["tail", "-f", "server"], false),
        (&["vi", "/etc/server"], false),
        (&["bash", "/v/bin/server"], false),
        (&["serverless"], false),
    ] {
        assert_eq!(process(argv).runs(server, python), runs, "{argv:?}");
    }
}

#[test]
fn a_start_is_counted_from_the_boot_and_names_may_hold_parentheses() {
    let mut machine = Machine::new();
    machine.process(42, 1, &["x"], "");
    let table = machine.table();
    assert_eq!(table[0].started, Some(BOOT + 42));
    assert_eq!((table[0].pid, table[0].parent), (42, 1));
    assert_eq!(table[0].user, Some(112));
}

#[test]
fn a_unit_is_the_last_service_of_the_path_in_both_kinds_of_groups() {
    let unit = |cgroup: &str| {
        let mut machine = Machine::new();
        machine.process(9, 1, &["x"], cgroup);
        machine.table().remove(0).unit
    };
    let pg = Some("postgresql@15-main.service".to_owned());
    assert_eq!(
        unit("0::/system.slice/system-postgresql.slice/postgresql@15-main.service\n"),
        pg
    );
    let first =
        "5:memory:/x\n1:name=systemd:/system.slice/postgresql@15-main.service/inner\n0::/\n";
    assert_eq!(unit(first), None, "cgroup v2 is asked where it is there");
    let first = "5:memory:/x\n1:name=systemd:/system.slice/postgresql@15-main.service/inner\n";
    assert_eq!(unit(first), pg);
    assert_eq!(unit("0::/user.slice/session-1.scope\n"), None);
    assert_eq!(
        unit("0::/system.slice/_memory.service\n"),
        Some("memory.service".to_owned()),
        "what the kernel would take for its own file is escaped"
    );
}

#[test]
fn what_systemd_runs_is_known_by_its_unit() {
    let plan = planned(TWO);
    let unit = |name: &str| {
        plan.service(name).unwrap().settled.as_ref().unwrap().units[0]
            .name
            .clone()
    };
    let mut machine = Machine::new();
    for (pid, name) in [(10, "one"), (20, "two")] {
        let cgroup = format!("0::/system.slice/{}\n", unit(name));
        machine.process(pid, 1, &["/usr/bin/redis-server 127.0.0.1:1"], &cgroup);
        machine.process(pid + 1, pid, &["redis-rdb-bgsave"], &cgroup);
    }
    assert_eq!(
        machine.service(&plan, "one").started["one"],
        Some(BOOT + 10)
    );
    assert_eq!(
        machine.service(&plan, "two").started["two"],
        Some(BOOT + 20)
    );
}

#[test]
fn without_units_a_process_is_known_by_a_file_that_it_names() {
    let plan = planned(TWO);
    let files = &plan.service("two").unwrap().settled.as_ref().unwrap().files;
    let main = files
        .iter()
        .find_map(|file| file.main.clone().filter(|main| main.starts_with('/')));
    let mut machine = Machine::new();
    machine.process(10, 1, &["redis-server", "/somewhere/else.conf"], "");
    machine.process(20, 1, &["redis-server", &main.unwrap()], "");
    assert_eq!(
        machine.service(&plan, "two").started["two"],
        Some(BOOT + 20)
    );
}

#[test]
fn where_several_could_be_it_nothing_is_guessed() {
    let plan = planned(TWO);
    let mut machine = Machine::new();
    machine.process(10, 1, &["redis-server 127.0.0.1:6379"], "");
    let runtime = machine.service(&plan, "one");
    assert!(runtime.started.is_empty() && runtime.stopped.is_empty());
    assert_eq!(runtime.unasked[0].what, "one");
    assert!(runtime.unasked[0].why.contains("several services"));
}

#[test]
fn the_only_one_of_its_kind_is_every_process_of_it_that_none_of_them_started() {
    let plan = planned(ONE);
    let mut machine = Machine::new();
    machine.process(
        10,
        1,
        &["/usr/lib/postgresql/15/bin/postgres", "-D", "/x"],
        "",
    );
    machine.process(11, 10, &["postgres: checkpointer "], "");
    assert_eq!(machine.service(&plan, "db").started["db"], Some(BOOT + 10));
}

#[test]
fn what_does_not_run_is_said() {
    let runtime = Machine::new().service(&planned(ONE), "db");
    assert!(runtime.stopped.contains("db"));
    assert!(runtime.unasked.is_empty());
}

#[test]
fn a_program_that_nothing_tells_apart_needs_a_unit() {
    let plan = planned("[services.other]\nkind = \"process\"\ncommand = \"/bin/other\"\n");
    let runtime = Machine::new().service(&plan, "other");
    assert!(runtime.unasked[0].why.contains("no unit of systemd"));
    let mut machine = Machine::new();
    machine.file("/run/systemd/system/x", "");
    assert!(machine.service(&plan, "other").stopped.contains("other"));
}

#[test]
fn a_server_that_gives_no_answer_is_named_with_why() {
    let plan = planned(ONE);
    let mut machine = Machine::new();
    machine.process(10, 1, &["postgres"], "");
    let reading = reading(Format::Postgresql);
    let ask = |says| {
        let table = machine.table();
        Runtime::service(&machine.0, &plan, "db", &table, Some(&reading), &says)
    };
    let runtime = ask(Says(Err("psql gave no answer in time")));
    assert_eq!(runtime.unasked[0].why, "psql gave no answer in time");
    let runtime = ask(Says(Ok("nonsense\n")));
    assert_eq!(runtime.unasked[0].why, "the server named no setting");
}
