//! What happens to a file, in words.

use std::collections::BTreeMap;

use super::words::{count, visible};
use crate::diff::{Differences, FileDifference, Was};
use crate::formats::Missing;
use crate::services::Meets;

/// In a word or two what is there, and what happens to it.
pub(super) fn state(file: &FileDifference) -> &'static str {
    match &file.was {
        Was::File(_) if file.becomes.is_none() => "removed",
        Was::Nothing | Was::Missing(Missing::Absent) => "new",
        Was::File(_) if file.is_text_change() => "changed",
        Was::File(_) if file.is_mode_change() => "mode",
        Was::File(_) if file.is_owner_change() => "owner",
        Was::File(_) => "same",
        Was::Missing(missing) => match missing {
            Missing::Absent => "new",
            Missing::Vanished => "vanished",
            Missing::Masked => "masked",
            Missing::Dangling(_) => "dangling link",
            Missing::Link(_) => "link",
            Missing::Directory => "directory",
            Missing::Special(_) => "special",
            Missing::TooLarge(_) => "too large",
            Missing::Unreadable(_) => "unreadable",
        },
    }
}

/// Whether nothing can be said of the file's text, or it cannot be replaced.
pub(super) fn is_in_the_way(file: &FileDifference) -> bool {
    matches!(&file.was, Was::Missing(missing) if *missing != Missing::Absent)
}

/// How many settings each file holds: all, those that change, and of these
/// those that are none of the plan.
pub(super) struct Held<'a>(BTreeMap<&'a str, (usize, usize, usize)>);

impl<'a> Held<'a> {
    pub(super) fn of(found: &'a Differences) -> Self {
        let mut held: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
        for setting in &found.settings {
            let (all, changed, others) = held.entry(&setting.path).or_default();
            *all += 1;
            *changed += usize::from(setting.is_change());
            *others += usize::from(setting.is_change() && !setting.planned);
        }
        Self(held)
    }

    /// What there is to say of a file beside its state, each in a few words.
    pub(super) fn remarks(&self, file: &FileDifference) -> Vec<String> {
        let mut said = Vec::new();
        if let Was::Missing(missing) = &file.was
            && is_in_the_way(file)
        {
            said.push(visible(&missing.to_string()));
        }
        if file.foreign && !is_in_the_way(file) {
            said.push("not made by tune, so not taken over unasked".to_owned());
        }
        if let Some(to) = &file.link {
            said.push(format!("a link to {}", visible(to)));
        }
        if file.code {
            said.push("not read: --evaluate runs it".to_owned());
        }
        if let (Some(was), Some(is)) = file.mode
            && was != is
        {
            said.push(format!("mode {was:04o} -> {is:04o}"));
        }
        if let (Some(was), Some(is)) = &file.owner
            && was != is
        {
            said.push(format!("owner {} -> {}", visible(was), visible(is)));
        }
        said.extend(self.text_remark(file));
        said
    }

    /// Whether comments of it change, and nothing else does.
    pub(super) fn is_only_comments(&self, file: &FileDifference) -> bool {
        let others = file.is_mode_change() || file.is_owner_change();
        !others && self.others(file) == Some((0, 0))
    }

    /// The settings that change in a text of which the settings are known, and
    /// the lines that change and are none of them.
    fn others(&self, file: &FileDifference) -> Option<(usize, usize)> {
        if !matches!(file.was, Was::File(_)) || !file.is_text_change() || file.code {
            return None;
        }
        let (all, changed, named) = *self.0.get(file.path.as_str())?;
        // Those that are named above are no others.
        (all > 0).then(|| (changed, file.other_lines.saturating_sub(named)))
    }

    fn text_remark(&self, file: &FileDifference) -> Option<String> {
        let (changed, others) = match self.others(file) {
            Some(known) => known,
            // A text of which no setting is known.
            None if matches!(file.was, Was::File(_)) && file.is_text_change() => {
                return (file.other_lines > 0).then(|| count(file.other_lines, "other line"));
            }
            None => return None,
        };
        match (changed, others) {
            (0, 0) => Some("only comments".to_owned()),
            (_, 0) => None,
            (0, others) => Some(count(others, "other line")),
            (_, others) => Some(format!("and {}", count(others, "other line"))),
        }
    }
}

/// How it meets what is there, where that is not plain.
pub(super) fn is_merged(file: &FileDifference) -> bool {
    file.meets == Meets::Merge && matches!(file.was, Was::File(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::difference::made;

    #[test]
    fn all_that_can_stand_there_is_told_apart() {
        let states: Vec<&str> = made::in_the_way().iter().map(state).collect();
        let expected = [
            "vanished",
            "masked",
            "dangling link",
            "link",
            "directory",
            "special",
            "too large",
            "unreadable",
        ];
        assert_eq!(states, expected);
        let found = Differences::default();
        let masked = Held::of(&found).remarks(&made::in_the_way()[1]);
        assert_eq!(masked, ["is a link to /dev/null: it is masked"]);
    }

    #[test]
    fn a_change_of_mode_or_owner_is_one() {
        let mut file = made::file("/etc/x", Was::File(b"a\n".to_vec()), b"a\n");
        let found = Differences::default();
        assert_eq!(state(&file), "same");
        file.owner = (Some("a:a".into()), Some("b:b".into()));
        assert_eq!(state(&file), "owner");
        file.mode = (Some(0o644), Some(0o4755));
        assert_eq!(state(&file), "mode");
        let said = Held::of(&found).remarks(&file);
        assert_eq!(said, ["mode 0644 -> 4755", "owner a:a -> b:b"]);
    }

    #[test]
    fn a_link_is_named_with_its_target() {
        let mut file = made::file("/etc/x", Was::File(b"a\n".to_vec()), b"a\n");
        file.link = Some("../real".into());
        let said = Held::of(&Differences::default()).remarks(&file);
        assert_eq!(said, ["a link to ../real"]);
    }

    #[test]
    fn lines_that_are_no_setting_are_counted() {
        let mut found = made::differences();
        let mut file = made::file("/etc/x", Was::File(b"a\n".to_vec()), b"b\n");
        found.settings = vec![made::setting("db", "/etc/x")];
        assert!(Held::of(&found).remarks(&file).is_empty());
        file.other_lines = 3;
        assert_eq!(Held::of(&found).remarks(&file), ["and 3 other lines"]);
        found.settings[0].planned = false;
        assert_eq!(Held::of(&found).remarks(&file), ["and 2 other lines"]);
        found.settings[0].same = true;
        assert_eq!(Held::of(&found).remarks(&file), ["3 other lines"]);
        file.other_lines = 0;
        assert_eq!(Held::of(&found).remarks(&file), ["only comments"]);
        found.settings.clear();
        assert!(Held::of(&found).remarks(&file).is_empty());
    }
}
