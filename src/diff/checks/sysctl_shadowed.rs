//! `sysctl-shadowed`: a file that is read later sets a key of the plan.

use super::{Breach, Check, Seen};
use crate::diff::{Shadow, ShadowKind};
use crate::formats::Format;

pub(super) const CHECK: Check = Check {
    id: "sysctl-shadowed",
    run,
};

fn run(seen: &Seen<'_>, breaches: &mut Vec<Breach>) {
    breaches.extend(super::auto_conf_shadows::shadowed(seen, is_later));
}

fn is_later(format: Format, shadow: &Shadow) -> bool {
    format == Format::Sysctl && !matches!(shadow.kind, ShadowKind::NotRead)
}
