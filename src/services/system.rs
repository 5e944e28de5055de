//! What the host itself gets: kernel settings, swap, and the scripts that set
//! both by hand or at first boot. Not a service of a stack: every plan of a
//! machine that owns its kernel has it.

use serde_json::json;

use super::defaults::EVER;
use super::{FileSpec, Judged, KernelWant, Meets, Settled, Validator};
use crate::formats::Format;
use crate::host::Host;
use crate::setting::{
    Activation, Formula, Pins, Range, Rule, Sheet, Spelling, refuse_beyond, size,
};
use crate::stack::SystemSpec;
use crate::units::{Bytes, Version};

/// The short name of the kernel settings.
const SYSCTL: &str = "99-zz-tune.conf";
/// The short name of the swap's settings.
const SWAP: &str = "swap.sh";
/// Where the scripts go.
const SCRIPTS: &str = "/usr/local/lib/tune";
/// The swap file. A second one beside it takes its place when the size changes.
pub(crate) const SWAP_FILE: &str = "/swapfile";
/// Pages of programs at rest go before the page cache is emptied, not earlier.
/// Source: docs/formulas.md, "swappiness": 0 kills before it swaps.
const SWAPPINESS: u64 = 10;
/// The document's own figure for small hosts; its gain is not shown.
/// Source: docs/formulas.md, "`vfs_cache_pressure`".
const VFS_CACHE_PRESSURE: u64 = 50;
const SMALL: Bytes = Bytes::gib(4);
/// From here on the ratios' defaults let gigabytes of dirty pages gather.
/// Source: <https://docs.kernel.org/admin-guide/sysctl/vm.html>, `dirty_bytes`.
const LARGE: Bytes = Bytes::gib(8);
const DIRTY_BACKGROUND: Bytes = Bytes::mib(64);
const DIRTY: Bytes = Bytes::mib(512);
/// Swap as large as the memory up to here.
const SWAP_AS_MEMORY: Bytes = Bytes::gib(2);
/// No more swap than this: what needs more needs memory.
const MOST_SWAP: Bytes = Bytes::gib(4);

const VM: &str = "https://docs.kernel.org/admin-guide/sysctl/vm.html";
const SWAP_SOURCE: &str = "docs/formulas.md#swap";

/// The kernel's own 0 stays unless somebody needs or pins another.
const OVERCOMMIT: &str = "vm.overcommit_memory";

/// What the kernel accepts.
/// Source: <https://docs.kernel.org/admin-guide/sysctl/vm.html>
const RANGES: &[Range] = &[
    Range::new("vm.swappiness", 0, 200),
    Range::new(OVERCOMMIT, 0, 2),
    Range::new("vm.vfs_cache_pressure", 0, (1 << 31) - 1),
    Range::new("vm.dirty_background_bytes", 4096, u64::MAX),
    Range::new("vm.dirty_bytes", 8192, u64::MAX),
    Range::new("net.core.somaxconn", 1, (1 << 31) - 1),
];

/// The templates of the host's files.
pub(crate) const TEMPLATES: &[(&str, &str)] = &[
    (
        "system/99-zz-tune.conf",
        include_str!("../../templates/system/99-zz-tune.conf.tera"),
    ),
    (
        "system/_common.sh",
        include_str!("../../templates/system/_common.sh.tera"),
    ),
    (
        "system/_swap.sh",
        include_str!("../../templates/system/_swap.sh.tera"),
    ),
    (
        "system/_sysctl.sh",
        include_str!("../../templates/system/_sysctl.sh.tera"),
    ),
    (
        "system/swap.sh",
        include_str!("../../templates/system/swap.sh.tera"),
    ),
    (
        "system/sysctl.sh",
        include_str!("../../templates/system/sysctl.sh.tera"),
    ),
    (
        "system/bootstrap.sh",
        include_str!("../../templates/system/bootstrap.sh.tera"),
    ),
];

/// The host's settings, from what the services need of its kernel.
pub(crate) fn settle(
    host: &Host,
    spec: &SystemSpec,
    wants: &[KernelWant],
    pins: &Pins<'_>,
) -> Settled {
    let mut sheet = Sheet::new(SYSCTL, Spelling::Plain, pins);
    memory(&mut sheet, host, pins);
    let wants = strongest(wants);
    if wants.iter().all(|want| want.key != OVERCOMMIT) && pins.node(OVERCOMMIT).is_some() {
        sheet.count(OVERCOMMIT, &Formula::number(0), now(VM, ""));
    }
    for want in wants {
        let rule = now(want.source, want.because);
        sheet.count(want.key, &Formula::number(want.value), rule);
    }
    let mut settings = sheet.finish();
    refuse_beyond(RANGES, &settings, pins);
    let mut sheet = Sheet::new(SWAP, Spelling::Mebibytes, pins);
    let swap = swap(&mut sheet, host, spec);
    settings.extend(sheet.finish());
    Settled {
        settings,
        files: files(swap),
        ..Settled::default()
    }
}

const fn now(source: &'static str, because: &'static str) -> Rule {
    Rule {
        source,
        activation: Activation::Immediate,
        because,
    }
}

fn memory(sheet: &mut Sheet<'_>, host: &Host, pins: &Pins<'_>) {
    let because = "what rests is swapped before the page cache is emptied; 0 would kill first";
    sheet.count(
        "vm.swappiness",
        &Formula::number(SWAPPINESS),
        now(VM, because),
    );
    // Elsewhere the kernel's own value stays, unless it is pinned.
    if host.usable_memory() <= SMALL || pins.node("vm.vfs_cache_pressure").is_some() {
        let because =
            "small host: keep directory entries longer (unproven: no measurement shows a gain)";
        let pressure = Formula::number(VFS_CACHE_PRESSURE);
        sheet.count(
            "vm.vfs_cache_pressure",
            &pressure,
            now("docs/formulas.md#vfs_cache_pressure", because),
        );
    }
    if host.usable_memory() > LARGE {
        let because = "written out early: 10 % of this memory would be a long stall";
        sheet.size(
            "vm.dirty_background_bytes",
            &size(DIRTY_BACKGROUND),
            now(VM, because),
        );
        let because = "writers wait here, not at 20 % of this memory";
        sheet.size("vm.dirty_bytes", &size(DIRTY), now(VM, because));
    }
}

/// For every key the largest value that anybody needs, in the order of the keys.
fn strongest(wants: &[KernelWant]) -> Vec<KernelWant> {
    let mut strongest = std::collections::BTreeMap::new();
    for want in wants {
        let best: &mut KernelWant = strongest.entry(want.key).or_insert_with(|| want.clone());
        if want.value > best.value {
            *best = want.clone();
        }
    }
    strongest.into_values().collect()
}

/// The size of the swap file, in whole MiB; nothing where the stack wants none.
fn swap(sheet: &mut Sheet<'_>, host: &Host, spec: &SystemSpec) -> Option<Bytes> {
    if spec.swap == Some(Bytes::ZERO) {
        return None;
    }
    let memory = Formula::size("memory", host.usable_memory());
    let (formula, because) = match spec.swap {
        Some(stated) => (Formula::size("swap", stated), "the stack states it"),
        None if host.usable_memory() <= SWAP_AS_MEMORY => {
            (memory, "as large as the memory up to 2GiB")
        }
        None => {
            let half = memory / 2;
            let bounded = half
                .at_least(&size(SWAP_AS_MEMORY))
                .at_most(&size(MOST_SWAP));
            (
                bounded,
                "half of the memory from 2GiB to 4GiB: room for what rests, not for what works",
            )
        }
    };
    let size = sheet.size(
        "swap",
        &formula.floor_to(Bytes::MIB),
        now(SWAP_SOURCE, because),
    );
    Some(size.bytes()).filter(|bytes| *bytes >= Bytes::MIB)
}

/// What the kernel has where nobody sets it.
/// Source: <https://docs.kernel.org/admin-guide/sysctl/vm.html>;
/// `net.core.somaxconn` is 4096 since Linux 5.4.
const DEFAULTS: &[super::defaults::Default] = &[
    ("net.core.somaxconn", EVER, "4096"),
    ("vm.dirty_background_bytes", EVER, "0"),
    ("vm.dirty_bytes", EVER, "0"),
    ("vm.overcommit_memory", EVER, "0"),
    ("vm.swappiness", EVER, "60"),
    ("vm.vfs_cache_pressure", EVER, "100"),
];

/// What the kernel has where nobody sets a key.
pub(crate) fn default_of(key: &str) -> Option<&'static str> {
    super::defaults::of(DEFAULTS, key, Version::new(0, 0, 0))
}

fn files(swap: Option<Bytes>) -> Vec<FileSpec> {
    let facts = json!({
        "swap": swap.map(|bytes| json!({ "path": SWAP_FILE, "bytes": bytes, "mib": bytes.whole_mib() })),
    });
    let file = |template: &'static str, path: String, mode: u32, validator: Validator| FileSpec {
        template,
        path,
        mode,
        owner: "root:root".to_owned(),
        meets: Meets::Own,
        format: Format::Text,
        main: None,
        validator,
        sheet: SYSCTL,
        facts: facts.clone(),
    };
    let keys = file(
        "system/99-zz-tune.conf",
        format!("/etc/sysctl.d/{SYSCTL}"),
        0o644,
        Validator {
            network: true,
            judged: Judged::Words(&["sysctl: "]),
            ..Validator::of("sysctl --dry-run -p {}")
        },
    );
    let script = |template: &'static str, name: &str| {
        let path = format!("{SCRIPTS}/{name}");
        file(template, path, 0o755, Validator::alone("sh -n {}"))
    };
    let mut files = vec![
        FileSpec {
            format: Format::Sysctl,
            ..keys
        },
        script("system/sysctl.sh", "sysctl.sh"),
        script("system/bootstrap.sh", "bootstrap.sh"),
    ];
    if swap.is_some() {
        files.push(script("system/swap.sh", "swap.sh"));
    }
    files
}
