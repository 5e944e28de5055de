//! `auto-conf-shadows`: the file that the server itself writes sets a key of
//! the plan.

use super::{Breach, Check, Seen};
use crate::diff::{Shadow, ShadowKind};
use crate::formats::Format;

pub(super) const CHECK: Check = Check {
    id: "auto-conf-shadows",
    run,
};

fn run(seen: &Seen<'_>, breaches: &mut Vec<Breach>) {
    let by_server = |format: Format, shadow: &Shadow| format.is_servers_own(&shadow.by);
    breaches.extend(shadowed(seen, by_server));
}

/// The plan's settings that something else wins over with another value.
pub(super) fn shadowed<'a>(
    seen: &'a Seen<'_>,
    is_meant: impl Fn(Format, &Shadow) -> bool + 'a,
) -> impl Iterator<Item = Breach> + 'a {
    let settings = seen.found.settings.iter().filter(|one| one.planned);
    settings.filter_map(move |setting| {
        let mut candidates = seen.candidates.iter();
        let format = candidates.find(|one| one.path == setting.path)?.format;
        let other = |shadow: &&Shadow| setting.new.as_deref() != Some(shadow.value.as_str());
        let mut shadows = setting.shadows.iter().filter(other);
        let shadow = shadows.find(|shadow| is_meant(format, shadow))?;
        let key = &setting.key;
        let whom = match shadow.kind {
            ShadowKind::WinsFor(reader) => format!(" for {reader}"),
            _ => String::new(),
        };
        let values = match &setting.new {
            Some(new) if !setting.secret => {
                format!(" = {} wins over the plan's {new}", shadow.value)
            }
            _ => " wins over the plan's".to_owned(),
        };
        let message = format!("{key}{values}{whom}");
        Some(Breach::new(&setting.service, message).at(&shadow.by, shadow.line))
    })
}
