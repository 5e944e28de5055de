//! What is mounted where, from `/proc/self/mountinfo` (proc(5)).

use super::HostReader;

/// One line of mountinfo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// `major:minor` of its device; `0:N` for a file system without one.
    pub(super) device: String,
    /// The directory of the file system that is mounted.
    pub(super) root: String,
    /// Where.
    pub(super) point: String,
    /// `ext4`, `cgroup2`.
    pub(super) kind: String,
    /// `/dev/vda1`.
    pub(super) source: String,
    /// Of the file system: for a v1 control group mount, its controllers.
    pub(super) options: String,
}

/// Every mount that this process sees, in the order in which they were made.
pub(super) fn mounts(reader: &dyn HostReader) -> Vec<Mount> {
    let text = reader.text("/proc/self/mountinfo").unwrap_or_default();
    text.lines().filter_map(parse).collect()
}

/// What is mounted at a path: the last one made, which hides the others.
pub(super) fn at<'a>(mounts: &'a [Mount], point: &str) -> Option<&'a Mount> {
    mounts.iter().rev().find(|mount| mount.point == point)
}

fn parse(line: &str) -> Option<Mount> {
    let (mount, filesystem) = line.split_once(" - ")?;
    let mut mount = mount.split(' ').skip(2);
    let mut filesystem = filesystem.split(' ');
    Some(Mount {
        device: mount.next()?.to_owned(),
        root: unescape(mount.next()?),
        point: unescape(mount.next()?),
        kind: filesystem.next()?.to_owned(),
        source: unescape(filesystem.next()?),
        options: filesystem.next().unwrap_or_default().to_owned(),
    })
}

/// The kernel writes space, tab, newline and backslash as `\ooo`.
fn unescape(text: &str) -> String {
    let escapes = [
        ("\\040", " "),
        ("\\011", "\t"),
        ("\\012", "\n"),
        ("\\134", "\\"),
    ];
    escapes
        .iter()
        .fold(text.to_owned(), |text, (escape, plain)| {
            text.replace(escape, plain)
        })
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn optional_fields_are_stepped_over() {
        let line = r"36 35 98:0 /mnt1 /a\040b rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue";
        let mount = parse(line).unwrap();
        assert_eq!(
            (mount.device.as_str(), mount.point.as_str()),
            ("98:0", "/a b")
        );
        assert_eq!(
            (mount.kind.as_str(), mount.source.as_str()),
            ("ext3", "/dev/root")
        );
        assert_eq!(parse("36 35 98:0"), None);
    }
}
