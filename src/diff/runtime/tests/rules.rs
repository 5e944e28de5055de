//! The kernel, and the rules that need a running host.

use super::super::swaps;
use super::*;

const SWAPS: &str = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

fn found(machine: &Machine) -> Vec<String> {
    let runtime = Runtime::kernel(&machine.0, &planned("[services.x]\nkind = \"redis\"\n"));
    let findings = runtime.findings.into_iter();
    let findings = findings.filter(|finding| finding.id == "swap-not-persistent");
    findings.map(|finding| finding.message).collect()
}

#[test]
fn swap_is_read_with_blanks_in_its_path() {
    let mut machine = Machine::new();
    let text =
        format!("{SWAPS}/swap\\040file file 2097148 0 -2\n/dev/zram0 partition 1024 0 100\n");
    machine.file("/proc/swaps", &text);
    let found = swaps(&machine.0).unwrap();
    assert_eq!(found[0].path, "/swap file");
    assert_eq!(found[0].bytes, 2_097_148 * 1024);
    assert_eq!(found.len(), 2);
}

#[test]
fn all_swap_together_is_what_is_planned_or_not() {
    let plan = planned("[services.x]\nkind = \"redis\"\n[system]\nswap = \"2GiB\"\n");
    let mut machine = Machine::new();
    machine.file(
        "/proc/swaps",
        &format!("{SWAPS}/swapfile file 2097148 0 -2\n"),
    );
    let runtime = Runtime::kernel(&machine.0, &plan);
    assert_eq!(
        values(&runtime, "system", "swap"),
        [("2048".to_owned(), true)]
    );
    machine.file("/proc/swaps", SWAPS);
    let runtime = Runtime::kernel(&machine.0, &plan);
    assert_eq!(
        values(&runtime, "system", "swap"),
        [("0".to_owned(), false)]
    );
}

#[test]
fn a_key_of_the_kernel_is_compared_and_one_that_is_not_there_is_said() {
    let plan = planned("[services.x]\nkind = \"nginx\"\n[system]\nswappiness = 7\n");
    let mut machine = Machine::new();
    machine.file("/proc/sys/vm/swappiness", "7\n");
    let runtime = Runtime::kernel(&machine.0, &plan);
    let value = &runtime.values("system", "vm.swappiness")[0];
    assert!(value.holds);
    assert_eq!(value.since, Some(BOOT));
    let unasked = runtime.unasked.iter();
    let unasked: Vec<&str> = unasked.map(|one| one.what.as_str()).collect();
    assert!(
        unasked.contains(&"/proc/sys/net/core/somaxconn"),
        "{unasked:?}"
    );
}

#[test]
fn swap_that_fstab_does_not_name_is_found() {
    let mut machine = Machine::new();
    let active = format!("{SWAPS}/swap\\040file file 1024 0 -2\n");
    machine.file("/proc/swaps", &active);
    let message = ["/swap file is swapped to, and /etc/fstab does not name it"];
    assert_eq!(found(&machine), message, "no fstab at all");
    machine.file(
        "/etc/fstab",
        "#/swap\\040file none swap sw 0 0\n/swap\\040file / ext4 x 0 0\n",
    );
    assert_eq!(found(&machine), message, "a comment, and another type");
    machine.file("/etc/fstab", "/swap\\040file\tnone\tswap\tsw,nofail 0 0\n");
    assert!(found(&machine).is_empty());
}

#[test]
fn swap_that_something_else_makes_at_boot_is_right() {
    let mut machine = Machine::new();
    machine.file(
        "/proc/swaps",
        &format!("{SWAPS}/dev/zram0 partition 1024 0 100\n"),
    );
    assert!(found(&machine).is_empty(), "zram");
    machine.file(
        "/proc/swaps",
        &format!("{SWAPS}/dev/vda2 partition 1024 0 -2\n"),
    );
    assert_eq!(found(&machine).len(), 1);
    machine.file("/etc/fstab", "UUID=1-2 none swap sw 0 0\n");
    assert!(found(&machine).is_empty(), "a partition by another name");
    machine.file(
        "/proc/swaps",
        &format!("{SWAPS}/var/my-swap file 1024 0 -2\n"),
    );
    assert_eq!(found(&machine).len(), 1);
    machine.file("/etc/systemd/system/var-my\\x2dswap.swap", "[Swap]\n");
    assert!(found(&machine).is_empty(), "a unit of systemd");
}

#[test]
fn huge_pages_hurt_a_store_that_saves_and_does_not_refuse_them() {
    let plan = planned("[services.x]\nkind = \"redis\"\nrole = \"store\"\n");
    let mut machine = Machine::new();
    machine.process(10, 1, &["redis-server *:6379"], "");
    let fails = |machine: &Machine| {
        let found = machine.service(&plan, "x").findings;
        assert!(
            found
                .iter()
                .all(|one| one.id == "thp-always" && one.services == ["x"])
        );
        !found.is_empty()
    };
    let path = "/sys/kernel/mm/transparent_hugepage/enabled";
    assert!(!fails(&machine), "a kernel without them");
    machine.file(path, "always [madvise] never\n");
    assert!(!fails(&machine));
    machine.file(path, "[always] madvise never\n");
    assert!(fails(&machine));
    machine.file("/proc/10/status", "Uid:\t1\t1\nTHP_enabled:\t0\n");
    assert!(!fails(&machine), "the process has refused them");
}
