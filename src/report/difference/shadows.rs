//! What wins over a setting, in words.

use super::words::{SECRET, at, shown, visible};
use crate::diff::{Differences, SettingDifference, Shadow, ShadowKind};

/// The winner's value as it is shown.
pub(super) fn value(setting: &SettingDifference, shadow: &Shadow) -> String {
    if setting.secret {
        SECRET.to_owned()
    } else {
        shown(&shadow.value)
    }
}

/// Who wins: a file, or a command line, of which nothing is shown where it
/// holds a secret.
pub(super) fn by(setting: &SettingDifference, shadow: &Shadow) -> String {
    if setting.secret && !shadow.by.starts_with('/') {
        "the command line".to_owned()
    } else {
        at(&shadow.by, shadow.line)
    }
}

/// Whether the winner says what the plan does: it wins, and nothing is lost.
pub(super) fn agrees(setting: &SettingDifference, shadow: &Shadow) -> bool {
    shadow.kind != ShadowKind::NotRead && setting.new.as_ref() == Some(&shadow.value)
}

/// Whether the setting has no effect: something that says otherwise wins
/// everywhere, or its file is not read.
pub(super) fn is_lost(setting: &SettingDifference) -> bool {
    let mut shadows = setting.shadows.iter();
    shadows.any(|shadow| shadow.is_total() && !agrees(setting, shadow))
}

/// `/etc/sysctl.conf:2 wins with 60`, and so on for each way to win.
pub(super) fn sentence(setting: &SettingDifference, shadow: &Shadow) -> String {
    let (by, value) = (by(setting, shadow), value(setting, shadow));
    match &shadow.kind {
        ShadowKind::Wins => format!("{by} wins with {value}"),
        ShadowKind::WinsFor(reader) => format!("for {reader} {by} wins with {value}"),
        ShadowKind::InSessions => format!("{by} sets {value} in its sessions"),
        ShadowKind::Inside(block) => format!("inside {} {by} says {value}", visible(block)),
        ShadowKind::NotRead => {
            format!(
                "{} is not read: {by} does not include it",
                visible(&setting.path)
            )
        }
    }
}

/// What wins over settings and says another value: those without any effect
/// first, then those that have one, but not everywhere.
pub(super) fn lost(found: &Differences) -> [Vec<(&SettingDifference, &Shadow)>; 2] {
    let all = found.settings.iter().flat_map(|setting| {
        let shadows = setting.shadows.iter();
        shadows.map(move |shadow| (setting, shadow))
    });
    let (total, partial): (Vec<_>, Vec<_>) = all
        .filter(|(setting, shadow)| !agrees(setting, shadow))
        .partition(|(_, shadow)| shadow.is_total());
    let has_some = |(setting, _): &(&SettingDifference, &Shadow)| !is_lost(setting);
    [total, partial.into_iter().filter(has_some).collect()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::difference::made;

    fn shadow(kind: ShadowKind) -> Shadow {
        Shadow {
            by: "/etc/z.conf".to_owned(),
            line: 3,
            value: "60".to_owned(),
            kind,
        }
    }

    #[test]
    fn each_way_to_win_has_its_words() {
        let setting = made::setting("db", "/etc/90-tune.conf");
        let said = |kind| sentence(&setting, &shadow(kind));
        assert_eq!(said(ShadowKind::Wins), "/etc/z.conf:3 wins with 60");
        assert_eq!(
            said(ShadowKind::WinsFor("sysctl --system")),
            "for sysctl --system /etc/z.conf:3 wins with 60"
        );
        assert_eq!(
            said(ShadowKind::Inside("server a".into())),
            "inside server a /etc/z.conf:3 says 60"
        );
        let mut main = shadow(ShadowKind::NotRead);
        (main.line, main.value) = (0, String::new());
        assert_eq!(
            sentence(&setting, &main),
            "/etc/90-tune.conf is not read: /etc/z.conf does not include it"
        );
    }

    #[test]
    fn a_secret_is_not_told_by_its_winner() {
        let mut setting = made::setting("cache", "/etc/90-tune.conf");
        setting.secret = true;
        let mut flag = shadow(ShadowKind::Wins);
        flag.by = "redis-server --requirepass hunter2".to_owned();
        flag.value = "hunter2".to_owned();
        assert_eq!(
            sentence(&setting, &flag),
            "the command line wins with (secret)"
        );
    }

    #[test]
    fn a_winner_that_agrees_takes_nothing_away() {
        let mut found = made::differences();
        found.settings.truncate(1);
        let mut same = shadow(ShadowKind::WinsFor("systemd-sysctl"));
        same.value = found.settings[0].new.clone().unwrap();
        let procps = shadow(ShadowKind::WinsFor("sysctl --system"));
        found.settings[0].shadows = vec![same, procps.clone()];
        let [total, partial] = lost(&found);
        assert_eq!((total.len(), partial.len()), (0, 1));
        found.settings[0].shadows = vec![procps, shadow(ShadowKind::Wins)];
        let [total, partial] = lost(&found);
        assert_eq!(
            (total.len(), partial.len()),
            (1, 0),
            "nowhere is not everywhere too"
        );
    }
}
