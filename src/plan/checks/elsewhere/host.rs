//! The rules that need the running host.

use super::{Elsewhere, Looked, Needs};
use crate::plan::checks::Severity;

pub(super) static SWAP_NOT_PERSISTENT: Elsewhere = Elsewhere {
    id: "swap-not-persistent",
    needs: Needs::RunningHost,
    because: "active swap is compared with fstab",
    looked: Looked {
        severity: Severity::Warning,
        rule: "each active swap is named in /etc/fstab, or is the kernel's own compressed memory",
        otherwise: "it is gone after the next boot, and with it what the plan counts on when memory is short",
        help: "add its line to /etc/fstab: 'FILE none swap sw,nofail 0 0'; tune's swap.sh does so for its own file",
        sources: &[
            "https://man7.org/linux/man-pages/man5/fstab.5.html",
            "https://man7.org/linux/man-pages/man8/swapon.8.html",
        ],
    },
};

pub(super) static THP_ALWAYS: Elsewhere = Elsewhere {
    id: "thp-always",
    needs: Needs::RunningHost,
    because: "/sys/kernel/mm/transparent_hugepage/enabled is read there",
    looked: Looked {
        severity: Severity::Warning,
        rule: "transparent huge pages are not 'always' where a store saves by a fork, or its processes refuse them",
        otherwise: "after the fork of a save each write copies a page of 2 MiB instead of 4 KiB: latency, and memory beyond the limit",
        help: "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled, and transparent_hugepage=madvise on the kernel's command line to keep it so",
        sources: &[
            "https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency/",
            "https://docs.kernel.org/admin-guide/mm/transhuge.html",
            "https://github.com/redis/redis/issues/7381",
        ],
    },
};
