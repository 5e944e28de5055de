//! What wins over a setting, in words.

use std::collections::BTreeMap;

use super::words::{SECRET, at, count, new, shown, visible};
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
    let is_of_another = !matches!(shadow.kind, ShadowKind::NotRead | ShadowKind::NotTaken);
    is_of_another && setting.new.as_ref() == Some(&shadow.value)
}

/// Whether the setting has no effect: something that says otherwise wins
/// everywhere, its file is not read, or the program does not take it.
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
        ShadowKind::NotTaken => format!("{by} says {value}, which the program does not take"),
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

/// Settings of one service and file that are lost for the same reason.
pub(super) struct Lost<'a> {
    settings: Vec<&'a SettingDifference>,
    /// The reason.
    pub(super) sentence: String,
}

impl<'a> Lost<'a> {
    /// Whose they are.
    pub(super) fn service(&self) -> &'a str {
        let first = self.settings.first();
        first.map_or("", |setting| setting.service.as_str())
    }

    /// `work_mem = 2MB`; `19 settings of /etc/x.conf`.
    pub(super) fn subject(&self) -> String {
        match self.settings.as_slice() {
            [one] => format!("{} = {}", visible(&one.key), new(one)),
            all => {
                let path = all.first().map_or("", |one| one.path.as_str());
                format!("{} of {}", count(all.len(), "setting"), visible(path))
            }
        }
    }

    /// The names of several.
    pub(super) fn names(&self) -> Option<String> {
        let names = self.settings.iter().map(|one| visible(&one.key));
        let names: Vec<String> = names.collect();
        (names.len() > 1).then(|| names.join(", "))
    }
}

/// Those with the same reason together, in the order of the first of them.
pub(super) fn grouped<'a>(lost: &[(&'a SettingDifference, &'a Shadow)]) -> Vec<Lost<'a>> {
    let mut places: BTreeMap<(&str, &str, String), usize> = BTreeMap::new();
    let mut groups: Vec<Lost<'a>> = Vec::new();
    for (setting, shadow) in lost {
        let sentence = sentence(setting, shadow);
        let key = (setting.service.as_str(), setting.path.as_str(), sentence);
        let at = match places.get(&key) {
            Some(at) => *at,
            None => {
                let sentence = key.2.clone();
                places.insert(key, groups.len());
                let settings = Vec::new();
                groups.push(Lost { settings, sentence });
                groups.len() - 1
            }
        };
        if let Some(group) = groups.get_mut(at) {
            group.settings.push(setting);
        }
    }
    groups
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
        assert_eq!(
            said(ShadowKind::NotTaken),
            "/etc/z.conf:3 says 60, which the program does not take"
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
    fn settings_with_the_same_reason_stand_together() {
        let named = |key: &str| {
            let mut setting = made::setting("db", "/etc/90-tune.conf");
            setting.key = key.to_owned();
            setting
        };
        let (a, b, c) = (named("a"), named("b"), named("c"));
        let mut unread = shadow(ShadowKind::NotRead);
        unread.line = 0;
        let other = shadow(ShadowKind::Wins);
        let groups = grouped(&[(&a, &unread), (&b, &other), (&c, &unread)]);
        let said: Vec<String> = groups.iter().map(Lost::subject).collect();
        assert_eq!(said, ["2 settings of /etc/90-tune.conf", "b = 1"]);
        assert_eq!(groups[0].names().as_deref(), Some("a, c"));
        assert_eq!(groups[1].names(), None);
        assert_eq!(groups[1].sentence, "/etc/z.conf:3 wins with 60");
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
