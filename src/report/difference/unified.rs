//! A patch in git's format, which `git apply` and `patch -p1` take. What a patch
//! cannot say, and what must not be shown, stands in comments before it, which
//! both skip.

use super::files::is_in_the_way;
use super::patch::{headed, hunks, in_quotes, quoted};
use super::secrets::{hidden, unknown};
use super::validations::{refusals, sentence, untold};
use super::words::visible;
use super::{Look, Review, Tone};
use super::{checks, running};
use crate::diff::{FileDifference, Was};

/// The permissions of a new file where none are known.
const USUAL_MODE: u32 = 0o644;
/// The bits that say that it is a file.
const REGULAR: u32 = 0o100_000;

/// The whole patch, in bytes as the files have them; nothing where no file
/// changes.
pub fn unified(review: &Review<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let files = review.differences.files.iter();
    for file in files.filter(|file| file.is_change() || !file.kept.is_empty()) {
        for remark in remarks(file) {
            comment(&remark, &mut out);
        }
        if is_in_the_way(file) {
            continue;
        }
        match text(file) {
            Ok(hunks) => one(file, &hunks, &mut out),
            Err(reason) => comment(&format!("{}: no patch: {reason}", file.path), &mut out),
        }
    }
    for (one, already, lines) in refusals(review.differences) {
        let text = sentence(&one.command, already);
        comment(&format!("{text}: {}", lines.join(" | ")), &mut out);
    }
    for (why, commands) in untold(review.differences) {
        comment(
            &format!("not validated: {}: {why}", commands.join(", ")),
            &mut out,
        );
    }
    for (setting, value) in running::all(review.differences) {
        comment(&running::sentence(setting, value), &mut out);
    }
    for finding in checks::heard(review.differences) {
        let (severity, id) = (finding.severity.name(), finding.id);
        let what = checks::sentence(finding);
        comment(&format!("{severity} {id}: {what}"), &mut out);
    }
    for trouble in &review.differences.troubles {
        comment(&trouble.to_string(), &mut out);
    }
    if !out.is_empty() {
        let mut head = Vec::new();
        comment(&review.title, &mut head);
        out.splice(..0, head);
    }
    out
}

fn comment(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("# {}\n", visible(text)).as_bytes());
}

/// What a patch cannot say.
fn remarks(file: &FileDifference) -> Vec<String> {
    let path = &file.path;
    let mut said = Vec::new();
    if file.foreign && !is_in_the_way(file) {
        said.push(format!(
            "{path} is not made by tune: it is not taken over unasked"
        ));
    }
    if file.code {
        said.push(format!(
            "{path} is code and was not read: --evaluate runs it"
        ));
    }
    if let (Some(was), Some(is)) = &file.owner
        && was != is
    {
        said.push(format!("{path}: owner {was} -> {is}"));
    }
    for kept in &file.kept {
        let (reason, help) = (&kept.refused.reason, &kept.refused.help);
        said.push(format!("{path}: {} stays: {reason}; {help}", kept.key));
    }
    said
}

/// The hunks of a file, or why they are not shown.
fn text(file: &FileDifference) -> Result<Vec<u8>, String> {
    // Git takes a link for its own text, and patch follows none.
    if let Some(to) = &file.link
        && (file.is_text_change() || file.is_mode_change())
    {
        return Err(format!("it is a link to {to}: change that file"));
    }
    let old: &[u8] = match &file.was {
        Was::File(bytes) => bytes,
        Was::Nothing | Was::Missing(_) => &[],
    };
    let new = file.becomes.as_deref().unwrap_or_default();
    if old == new {
        return Ok(Vec::new());
    }
    if file.is_private() {
        return Err("what such a file holds is not shown".to_owned());
    }
    let hidden = |bytes| hidden(file.format, bytes).map_err(|wrong| unknown(file, &wrong));
    let sides = (hidden(old)?, hidden(new)?);
    hunks(old, new, (&sides.0, &sides.1)).ok_or_else(|| "a line of it holds a secret".to_owned())
}

fn one(file: &FileDifference, hunks: &[u8], out: &mut Vec<u8>) {
    let below = file.path.trim_start_matches('/');
    let (a, b) = (format!("a/{below}"), format!("b/{below}"));
    let is_new = !matches!(file.was, Was::File(_));
    let is_gone = file.becomes.is_none();
    let mut head = Vec::new();
    if is_new {
        let mode = REGULAR | file.mode.1.unwrap_or(USUAL_MODE);
        head.push(format!("new file mode {mode:o}"));
    } else if is_gone {
        let mode = REGULAR | file.mode.0.unwrap_or(USUAL_MODE);
        head.push(format!("deleted file mode {mode:o}"));
    } else if let (Some(was), Some(is)) = file.mode
        && was != is
    {
        head.push(format!("old mode {:o}", REGULAR | was));
        head.push(format!("new mode {:o}", REGULAR | is));
    }
    if !hunks.is_empty() {
        head.push(if is_new {
            "--- /dev/null".to_owned()
        } else {
            format!("--- {}", headed(&a))
        });
        head.push(if is_gone {
            "+++ /dev/null".to_owned()
        } else {
            format!("+++ {}", headed(&b))
        });
    }
    if head.is_empty() {
        return;
    }
    let name = if hunks.is_empty() && below.contains(' ') {
        in_quotes
    } else {
        quoted
    };
    head.insert(0, format!("diff --git {} {}", name(&a), name(&b)));
    out.extend_from_slice(head.join("\n").as_bytes());
    out.push(b'\n');
    out.extend_from_slice(hunks);
}

/// A patch to be looked at: coloured, and with what a terminal would obey
/// spelled out. It is not to be applied.
pub fn painted(patch: &[u8], look: &Look<'_>) -> String {
    let mut out = String::with_capacity(patch.len());
    let mut in_hunk = false;
    for line in patch.split_inclusive(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches('\n');
        let (end, text) = match line.strip_suffix('\r') {
            Some(text) => ("\\r", text),
            None => ("", line),
        };
        let text = text.split('\t').map(visible).collect::<Vec<_>>().join("\t") + end;
        in_hunk = match line {
            line if line.starts_with("@@ ") => true,
            line if line.starts_with("diff ") || line.starts_with("# ") => false,
            _ => in_hunk,
        };
        let tone = match (in_hunk, line.as_bytes().first()) {
            (true, Some(b'+')) => Some(Tone::Good),
            (true, Some(b'-')) => Some(Tone::Wrong),
            (true, Some(b'@' | b'\\')) => Some(Tone::Faint),
            (false, Some(b'#')) => Some(Tone::Doubtful),
            (false, _) => Some(Tone::Heading),
            (true, _) => None,
        };
        out.push_str(&tone.map_or_else(|| text.clone(), |tone| (look.paint)(tone, &text)));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Differences;
    use crate::report::difference::made;

    fn patch(files: Vec<FileDifference>) -> String {
        let differences = Differences {
            files,
            ..Differences::default()
        };
        let bytes = unified(&made::review(&differences));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[test]
    fn nothing_changed_is_no_patch() {
        let same = made::file("/etc/x", Was::File(b"a\n".to_vec()), b"a\n");
        assert_eq!(patch(vec![same]), "");
    }

    #[test]
    fn a_new_file_and_a_mode_alone() {
        let mut new = made::file("/etc/new", Was::Nothing, b"vm.swappiness = 1\n");
        new.mode = (None, Some(0o640));
        let mut mode = made::file("/etc/run me", Was::File(Vec::new()), b"");
        mode.mode = (Some(0o644), Some(0o755));
        assert_eq!(
            patch(vec![new, mode]),
            "# web on t3.small, against /\n\
             diff --git a/etc/new b/etc/new\nnew file mode 100640\n--- /dev/null\n+++ b/etc/new\n\
             @@ -0,0 +1 @@\n+vm.swappiness = 1\n\
             diff --git \"a/etc/run me\" \"b/etc/run me\"\nold mode 100644\nnew mode 100755\n"
        );
    }

    #[test]
    fn what_a_patch_cannot_say_is_a_comment() {
        let said = patch(made::in_the_way());
        assert!(!said.contains("diff --git"), "{said}");
        assert!(said.lines().all(|line| line.starts_with("# ")), "{said}");
        let mut file = made::file("/etc/x", Was::File(b"a = 1\n".to_vec()), b"a = 1\n");
        file.owner = (Some("a:a".into()), Some("b:b".into()));
        file.kept = made::kept();
        file.foreign = true;
        let said = patch(vec![file]);
        assert!(said.contains("# /etc/x: owner a:a -> b:b\n"), "{said}");
        assert!(said.contains("# /etc/x: vm.swappiness stays: it stands twice; take one away\n"));
        assert!(said.contains("# /etc/x is not made by tune"));
    }

    #[test]
    fn a_link_is_named_and_left_out() {
        let mut file = made::file("/etc/x", Was::File(b"a = 1\n".to_vec()), b"a = 2\n");
        file.link = Some("../real".into());
        let said = patch(vec![file]);
        assert!(
            said.ends_with("# /etc/x: no patch: it is a link to ../real: change that file\n"),
            "{said}"
        );
        assert!(!said.contains("diff --git"), "{said}");
    }

    #[test]
    fn a_secret_keeps_its_file_out() {
        let with = |secret: &str| format!("a = 1\n# password = {secret}\n").into_bytes();
        let file = made::file("/etc/x", Was::File(with("old")), &with("new"));
        let said = patch(vec![file]);
        assert!(
            said.ends_with("# /etc/x: no patch: a line of it holds a secret\n"),
            "{said}"
        );
        let torn = made::file("/etc/x", Was::File(b"- a = 1\n".to_vec()), b"a = 1\n");
        let said = patch(vec![torn]);
        assert!(said.contains("/etc/x:1:"), "{said}");
        assert!(said.contains("is not understood"), "{said}");
    }

    #[test]
    fn a_terminal_obeys_nothing_of_it() {
        let look = Look {
            width: 80,
            verbose: false,
            paint: &|tone, text| format!("<{tone:?}>{text}"),
        };
        let shown = painted(
            b"# x\ndiff --git a/x b/x\n@@ -1 +1 @@\n-\x1b[31m\r\n+\xff\tb\n",
            &look,
        );
        assert_eq!(
            shown,
            "<Doubtful># x\n<Heading>diff --git a/x b/x\n<Faint>@@ -1 +1 @@\n<Wrong>-\\u{1b}[31m\\r\n<Good>+\u{fffd}\tb\n"
        );
    }
}
