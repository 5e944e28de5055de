//! What systemd made of units, and what services held, in both kinds of groups.

use super::super::{Held, Peak, memory};
use super::*;
use crate::diff::{Budget, budget};
use crate::units::Bytes;

/// Whole pages and no suffixes: what the kernel writes reads the same.
const PINNED: &str = "[services.db]\nkind = \"process\"\ncommand = \"/bin/db\"\nunit = \"db.service\"\n\
    want = \"256MiB\"\nmax = \"256MiB\"\n\
    [services.db.settings]\nTasksMax = 77\nCPUWeight = 50\nOOMScoreAdjust = \"-10\"\n";
const V2: &str = "0::/system.slice/db.service\n";
const V1: &str = "7:pids:/system.slice/db.service\n6:cpu,cpuacct:/system.slice/db.service\n\
    5:memory:/system.slice/db.service\n1:name=systemd:/system.slice/db.service\n";

#[test]
fn the_second_groups_have_each_property_under_its_name() {
    let mut machine = Machine::new();
    machine.process(10, 1, &["/bin/db"], V2);
    machine.file("/sys/fs/cgroup/system.slice/db.service/pids.max", "77\n");
    machine.file("/sys/fs/cgroup/system.slice/db.service/cpu.weight", "100\n");
    machine.file("/sys/fs/cgroup/system.slice/db.service/memory.max", "max\n");
    machine.file("/proc/10/oom_score_adj", "-10\n");
    let runtime = machine.service(&planned(PINNED), "db");
    assert_eq!(
        values(&runtime, "db", "TasksMax"),
        [("77".to_owned(), true)]
    );
    assert_eq!(
        values(&runtime, "db", "CPUWeight"),
        [("100".to_owned(), false)]
    );
    assert_eq!(
        values(&runtime, "db", "OOMScoreAdjust"),
        [("-10".to_owned(), true)]
    );
    assert_eq!(
        values(&runtime, "db", "MemoryMax"),
        [("infinity".to_owned(), false)]
    );
    let value = &runtime.values("db", "TasksMax")[0];
    assert_eq!(
        value.from,
        "/sys/fs/cgroup/system.slice/db.service/pids.max"
    );
    assert_eq!(value.since, Some(BOOT + 10));
}

#[test]
fn the_first_groups_have_shares_for_weights_and_a_number_for_no_limit() {
    let mut machine = Machine::new();
    machine.process(10, 1, &["/bin/db"], V1);
    machine.file(
        "/sys/fs/cgroup/pids/system.slice/db.service/pids.max",
        "max\n",
    );
    machine.file(
        "/sys/fs/cgroup/cpu/system.slice/db.service/cpu.shares",
        "512\n",
    );
    machine.file(
        "/sys/fs/cgroup/memory/system.slice/db.service/memory.limit_in_bytes",
        "9223372036854771712\n",
    );
    let runtime = machine.service(&planned(PINNED), "db");
    assert_eq!(
        values(&runtime, "db", "CPUWeight"),
        [("50".to_owned(), true)]
    );
    for key in ["TasksMax", "MemoryMax"] {
        assert_eq!(
            values(&runtime, "db", key),
            [("infinity".to_owned(), false)],
            "{key}"
        );
    }
    assert!(
        values(&runtime, "db", "MemorySwapMax").is_empty(),
        "v1 has none"
    );
}

#[test]
fn every_weight_of_systemd_comes_back_from_its_shares() {
    for weight in [1, 7, 33, 50, 99, 100, 101, 250, 10_000_u64] {
        let stack = PINNED.replace("CPUWeight = 50", &format!("CPUWeight = {weight}"));
        let mut machine = Machine::new();
        machine.process(10, 1, &["/bin/db"], V1);
        let shares = (weight * 1024 / 100).to_string();
        machine.file(
            "/sys/fs/cgroup/cpu/system.slice/db.service/cpu.shares",
            &shares,
        );
        let runtime = machine.service(&planned(&stack), "db");
        assert_eq!(
            values(&runtime, "db", "CPUWeight"),
            [(weight.to_string(), true)]
        );
    }
}

fn held(cgroup: &str, path: &str, bytes: &str) -> Held {
    let mut machine = Machine::new();
    machine.process(10, 1, &["/bin/db"], cgroup);
    machine.process(11, 10, &["/bin/other"], cgroup);
    machine.file(path, bytes);
    for pid in [10, 11] {
        let rollup = "00400000-7ffd rollup\nRss: 900 kB\nPss:   512 kB\n";
        machine.file(&format!("/proc/{pid}/smaps_rollup"), rollup);
    }
    memory(&machine.0, &planned(PINNED), &machine.table())["db"]
}

#[test]
fn a_peak_is_the_group_s_and_else_the_sum_of_its_processes() {
    let v2 = "/sys/fs/cgroup/system.slice/db.service/memory.peak";
    let v1 = "/sys/fs/cgroup/memory/system.slice/db.service/memory.max_usage_in_bytes";
    for (cgroup, path) in [(V2, v2), (V1, v1)] {
        let held = held(cgroup, path, "104857600\n");
        assert_eq!((held.bytes, held.from), (Bytes::mib(100), Peak::Group));
        assert_eq!(held.since, Some(BOOT + 10));
    }
    // A kernel before 5.19 counts no peak.
    let held = held(V2, "/none", "");
    assert_eq!((held.bytes, held.from), (Bytes::mib(1), Peak::Sampled));
}

#[test]
fn a_want_follows_what_was_held() {
    let plan = planned(PINNED);
    let one = |bytes: Bytes, from: Peak| -> Budget {
        let held = Held {
            bytes,
            from,
            since: None,
        };
        budget(&plan, &[("db".to_owned(), held)].into()).remove(0)
    };
    let over = one(Bytes::mib(300), Peak::Group);
    assert!(over.is_over() && !over.is_right());
    assert_eq!(over.new_want, Some(Bytes::mib(300)));
    let whole = one(Bytes(Bytes::mib(299).0 + 1), Peak::Sampled);
    assert_eq!(whole.new_want, Some(Bytes::mib(300)), "whole MiB, upwards");
    assert!(
        one(Bytes::mib(128), Peak::Group).is_right(),
        "half is right"
    );
    let less = one(Bytes::mib(100), Peak::Group);
    assert_eq!(less.new_want, Some(Bytes::mib(100)));
    assert!(
        one(Bytes::mib(100), Peak::Sampled).is_right(),
        "a moment is no reason to lower"
    );
    let floor = plan.service("db").unwrap().stake.floor;
    assert_eq!(one(Bytes::mib(1), Peak::Group).new_want, Some(floor));
    let unknown = budget(&plan, &BTreeMap::new()).remove(0);
    assert!(unknown.is_right() && unknown.held.is_none());
}

#[test]
fn a_pinned_share_has_no_want_to_change() {
    let plan =
        planned(&PINNED.replace("want = \"256MiB\"\nmax = \"256MiB\"", "memory = \"256MiB\""));
    let held = Held {
        bytes: Bytes::mib(300),
        from: Peak::Group,
        since: None,
    };
    let one = budget(&plan, &[("db".to_owned(), held)].into()).remove(0);
    assert!(one.pinned && one.is_over());
    assert_eq!(one.new_want, None);
}
