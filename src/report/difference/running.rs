//! What runs otherwise than its files say, in words, and what could not be
//! asked.

use super::columns::paragraph;
use super::page::{code, said};
use super::words::{shown as value_shown, visible};
use super::{Look, Tone};
use crate::diff::runtime::Value;
use crate::diff::{Differences, SettingDifference};
use crate::report::wrap::wrap;

/// What runs of one setting, as far as it may be shown.
pub(super) fn shown(setting: &SettingDifference) -> impl Iterator<Item = &Value> {
    setting.running.iter().filter(|_| !setting.secret)
}

/// What runs of all settings.
pub(super) fn all(found: &Differences) -> impl Iterator<Item = (&SettingDifference, &Value)> {
    let settings = found.settings.iter();
    settings.flat_map(|setting| shown(setting).map(move |value| (setting, value)))
}

/// `vm.swappiness of system: running 60, by /proc/sys/vm/swappiness`.
pub(super) fn sentence(setting: &SettingDifference, value: &Value) -> String {
    let (key, service) = (visible(&setting.key), visible(&setting.service));
    format!("{key} of {service}: {}", words(value))
}

fn words(value: &Value) -> String {
    let from = visible(&value.from);
    format!("running {}, by {from}", value_shown(&value.text))
}

/// For a terminal.
pub(super) fn section(found: &Differences, look: &Look<'_>, out: &mut String) {
    if all(found).next().is_some() {
        out.push('\n');
        paragraph("running otherwise", 0, Tone::Doubtful, look, out);
        for (setting, value) in all(found) {
            let label = format!(
                "  {} of {}: ",
                visible(&setting.key),
                visible(&setting.service)
            );
            wrap(out, &label, &words(value), look.width);
        }
    }
    if !found.unasked.is_empty() {
        out.push('\n');
        paragraph("not asked", 0, Tone::Doubtful, look, out);
        for unasked in &found.unasked {
            let label = format!("  {}: ", visible(&unasked.what));
            wrap(out, &label, &visible(&unasked.why), look.width);
        }
    }
}

/// Points of a page, for a pull request.
pub(super) fn points(found: &Differences) -> Vec<String> {
    let point = |(setting, value): (&SettingDifference, &Value)| {
        let (key, service) = (code(&setting.key), code(&setting.service));
        format!("{key} of {service}: {}", said(&words(value)))
    };
    let unasked = found.unasked.iter();
    let unasked = unasked.map(|one| said(&format!("{} was not asked: {}", one.what, one.why)));
    all(found).map(point).chain(unasked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::difference::made;

    #[test]
    fn nothing_that_runs_tells_a_secret() {
        let mut setting = made::setting("cache", "/etc/redis/redis.conf");
        setting.running = vec![made::running("hunter2")];
        assert_eq!(shown(&setting).count(), 1);
        setting.secret = true;
        assert_eq!(shown(&setting).count(), 0);
    }

    #[test]
    fn a_line_says_what_runs_and_where_it_was_read() {
        let setting = made::setting("system", "/etc/sysctl.d/90-tune.conf");
        assert_eq!(
            sentence(&setting, &made::running("60")),
            "key of system: running 60, by /proc/sys/vm/swappiness"
        );
    }
}
