//! The difference of two files as git writes it: hunks over lines of bytes, and
//! names as git quotes them. Which files, and whether they may be shown, is not
//! known here.

use std::fmt::Write as _;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

/// Lines around a change.
/// Source: git-diff(1), `-U`: three by default.
const CONTEXT: usize = 3;

/// The lines of a file with their ends; a carriage return ends none.
pub(super) fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Which lines of a side must not be shown.
pub(super) type Hidden = Vec<bool>;

/// The hunks between two texts; nothing where one would show a hidden line. The
/// lines around a change are fewer where that keeps a hidden one out.
pub(super) fn hunks(old: &[u8], new: &[u8], hidden: (&Hidden, &Hidden)) -> Option<Vec<u8>> {
    let (old, new) = (lines(old), lines(new));
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    // With none at all a patch would hold only at the end of a file.
    let groups = (1..=CONTEXT).rev().find_map(|radius| {
        let groups = group_diff_ops(ops.clone(), radius);
        let shows = groups.iter().flatten().any(|op| {
            let part = |side: &Hidden, range: std::ops::Range<usize>| {
                side.get(range).is_some_and(|lines| lines.contains(&true))
            };
            part(hidden.0, op.old_range()) || part(hidden.1, op.new_range())
        });
        (!shows).then_some(groups)
    })?;
    let mut out = Vec::new();
    for group in groups {
        hunk(&old, &new, &group, &mut out);
    }
    Some(out)
}

fn hunk(old: &[&[u8]], new: &[&[u8]], group: &[DiffOp], out: &mut Vec<u8>) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return;
    };
    let was = first.old_range().start..last.old_range().end;
    let is = first.new_range().start..last.new_range().end;
    out.extend_from_slice(format!("@@ -{} +{} @@\n", span(&was), span(&is)).as_bytes());
    for op in group {
        let (was, is) = (op.old_range(), op.new_range());
        if op.tag() == DiffTag::Equal {
            all(b' ', old.get(was), out);
            continue;
        }
        all(b'-', old.get(was), out);
        all(b'+', new.get(is), out);
    }
}

/// `1,3`; the line before where there is none.
fn span(range: &std::ops::Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        n => format!("{},{n}", range.start + 1),
    }
}

fn all(sign: u8, lines: Option<&[&[u8]]>, out: &mut Vec<u8>) {
    for line in lines.unwrap_or_default() {
        out.push(sign);
        out.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            out.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

fn plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

/// A name as git writes it: quoted where it holds what is not plain.
/// Source: git-config(1), `core.quotePath`
pub(super) fn quoted(name: &str) -> String {
    if name.bytes().all(plain) {
        return name.to_owned();
    }
    in_quotes(name)
}

/// The same quoted in any case: where no other line of a patch has the name,
/// patch takes one with blanks only so.
pub(super) fn in_quotes(name: &str) -> String {
    let mut out = String::from('"');
    for byte in name.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            byte if plain(byte) => out.push(char::from(byte)),
            byte => {
                let _ = write!(out, "\\{byte:03o}");
            }
        }
    }
    out.push('"');
    out
}

/// The same behind `---` and `+++`, where a blank would end it.
pub(super) fn headed(name: &str) -> String {
    let end = if name.contains(' ') { "\t" } else { "" };
    quoted(name) + end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(old: &[u8], new: &[u8]) -> String {
        let found = hunks(old, new, (&Hidden::new(), &Hidden::new()));
        String::from_utf8_lossy(&found.unwrap()).into_owned()
    }

    #[test]
    fn hunks_are_as_git_writes_them() {
        assert_eq!(
            text(b"a\nb\nc\n", b"a\nx\nc\n"),
            "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"
        );
        assert_eq!(text(b"", b"a\n"), "@@ -0,0 +1 @@\n+a\n");
        assert_eq!(text(b"a\nb\n", b""), "@@ -1,2 +0,0 @@\n-a\n-b\n");
        assert_eq!(
            text(b"a", b"a\n"),
            "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"
        );
        assert_eq!(
            text(b"a\r\nb\rc\r\n", b"a\r\nb\rd\r\n"),
            "@@ -1,2 +1,2 @@\n a\r\n-b\rc\r\n+b\rd\r\n"
        );
    }

    #[test]
    fn a_hidden_line_is_kept_out() {
        let old: Vec<u8> = b"1\n2\n3\n4\n5\n".to_vec();
        let new: Vec<u8> = b"1\n2\n3\n4\nx\n".to_vec();
        let hide = |n: usize| -> Hidden { (1..=5).map(|at| at == n).collect() };
        let around = hunks(&old, &new, (&hide(3), &hide(3))).unwrap();
        assert_eq!(around, b"@@ -4,2 +4,2 @@\n 4\n-5\n+x\n");
        assert_eq!(hunks(&old, &new, (&hide(4), &hide(4))), None);
        assert_eq!(hunks(&old, &new, (&hide(0), &hide(5))), None);
    }

    #[test]
    fn names_are_quoted_as_git_does() {
        assert_eq!(quoted("a/etc/my file"), "a/etc/my file");
        assert_eq!(headed("a/etc/my file"), "a/etc/my file\t");
        assert_eq!(quoted("a/é\"\\\n"), "\"a/\\303\\251\\\"\\\\\\n\"");
        assert_eq!(headed("a/é b"), "\"a/\\303\\251 b\"\t");
    }
}
