//! Reading below a root: what is told apart, and that nothing outside is opened.

#![expect(clippy::disallowed_methods, reason = "it makes trees to read")]

#[cfg(test)]
mod astray;

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use nix::sys::stat::{Mode, SFlag, makedev, mknod};
use nix::unistd::mkfifo;

use super::{HostFiles, MOST_BYTES, MOST_ENTRIES};
use crate::diff::Host as _;
use crate::formats::{Files as _, Missing, Moved, TroubleKind};

/// What stands outside of every root, and must never be read.
const SECRET: &str = "outside";

/// A root with a file outside of it, beside it.
fn root() -> tempfile::TempDir {
    // In memory where there is such a place: it makes many files.
    let memory = tempfile::tempdir_in("/dev/shm");
    let dir = memory.or_else(|_| tempfile::tempdir()).unwrap();
    fs::write(dir.path().join("secret"), SECRET).unwrap();
    fs::create_dir_all(dir.path().join("root/etc")).unwrap();
    fs::write(dir.path().join("root/etc/plain"), "inside").unwrap();
    dir
}

/// Resolved by the kernel, and part by part: both must say the same.
fn both(dir: &tempfile::TempDir) -> [HostFiles; 2] {
    let root = dir.path().join("root");
    let kernel = HostFiles::below(&root).unwrap();
    assert!(kernel.has_openat2, "a kernel since 5.6");
    [kernel, HostFiles::walking(&root).unwrap()]
}

fn reads(dir: &tempfile::TempDir, path: &str, expected: &Result<&str, Missing>) {
    for host in both(dir) {
        let found = host.read(path);
        let found = found
            .as_ref()
            .map(|bytes| std::str::from_utf8(bytes).unwrap());
        let by = if host.has_openat2 { "kernel" } else { "walk" };
        assert_eq!(found, expected.as_ref().map(|text| *text), "{path}, {by}");
    }
}

fn links(dir: &tempfile::TempDir, links: &[(&str, &str)]) {
    for (path, to) in links {
        symlink(to, dir.path().join("root").join(path)).unwrap();
    }
}

#[test]
fn a_link_leads_nowhere_but_inside() {
    let dir = root();
    let outside = dir.path().join("secret");
    links(
        &dir,
        &[
            ("etc/absolute", "/etc/plain"),
            ("etc/relative", "plain"),
            ("etc/up", "../../../../../../etc/plain"),
            ("etc/out", "../../secret"),
            ("etc/out-absolute", outside.to_str().unwrap()),
            ("etc/here", "."),
            ("etc/top", "/"),
            ("etc/chain", "absolute"),
        ],
    );
    for path in ["/etc/absolute", "/etc/relative", "/etc/up", "/etc/chain"] {
        reads(&dir, path, &Ok("inside"));
    }
    for path in [
        "/etc/here/here/plain",
        "/etc/top/etc/top/etc/plain",
        "/../../etc/plain",
    ] {
        reads(&dir, path, &Ok("inside"));
    }
    reads(
        &dir,
        "/etc/out",
        &Err(Missing::Dangling("../../secret".to_owned())),
    );
    let to = outside.to_str().unwrap().to_owned();
    reads(&dir, "/etc/out-absolute", &Err(Missing::Dangling(to)));
    for path in [
        "/../secret",
        "/etc/../../secret",
        "/etc/top/../secret",
        "/secret",
    ] {
        reads(&dir, path, &Err(Missing::Absent));
    }
}

#[test]
fn the_links_of_the_system_itself_lead_nowhere() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("root")).unwrap();
    // Below "/" the kernel's own links in /proc lead to any file at all.
    let own = HostFiles::below(Path::new("/")).unwrap();
    let open = fs::File::open(root.path()).unwrap();
    let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&open));
    assert!(matches!(own.read(&path), Err(Missing::Link(_))), "{path}");
}

#[test]
fn links_in_circles_end() {
    let dir = root();
    links(
        &dir,
        &[("etc/a", "b"), ("etc/b", "a"), ("etc/self", "self/x")],
    );
    for path in ["/etc/a", "/etc/b", "/etc/self", "/etc/a/below"] {
        for host in both(&dir) {
            assert!(matches!(host.read(path), Err(Missing::Link(_))), "{path}");
        }
    }
}

#[test]
fn as_many_links_as_the_kernel_follows_are_followed() {
    let dir = root();
    links(&dir, &[("etc/0", "plain")]);
    for n in 1..=40 {
        let (from, to) = (format!("etc/{n}"), (n - 1).to_string());
        links(&dir, &[(&from, &to)]);
    }
    reads(&dir, "/etc/39", &Ok("inside"));
    for host in both(&dir) {
        assert!(matches!(host.read("/etc/40"), Err(Missing::Link(_))));
    }
}

#[test]
fn what_is_no_file_is_told_apart() {
    let dir = root();
    links(
        &dir,
        &[
            ("etc/dangling", "nowhere"),
            ("etc/masked", "/dev/null"),
            ("etc/masked-too", "../dev/null"),
        ],
    );
    let etc = dir.path().join("root/etc");
    fs::create_dir(etc.join("directory")).unwrap();
    mkfifo(&etc.join("pipe"), Mode::S_IRWXU).unwrap();
    let _socket = UnixListener::bind(etc.join("socket")).unwrap();
    reads(&dir, "/etc/nothing", &Err(Missing::Absent));
    for path in [
        "/etc/plain/below",
        "/etc/plain/.",
        "/etc/plain/",
        "/etc/plain/..",
    ] {
        reads(&dir, path, &Err(Missing::Absent));
    }
    reads(
        &dir,
        "/etc/dangling",
        &Err(Missing::Dangling("nowhere".to_owned())),
    );
    reads(&dir, "/etc/masked", &Err(Missing::Masked));
    reads(&dir, "/etc/directory", &Err(Missing::Directory));
    // Neither waits for one who writes.
    reads(&dir, "/etc/pipe", &Err(Missing::Special("pipe")));
    reads(&dir, "/etc/socket", &Err(Missing::Special("socket")));
    reads(
        &dir,
        "/etc/masked-too",
        &Err(Missing::Dangling("../dev/null".to_owned())),
    );
    assert!(Missing::Masked.is_absent() && !Missing::Directory.is_absent());
}

#[test]
fn a_device_is_not_opened() {
    let dir = root();
    fs::create_dir(dir.path().join("root/dev")).unwrap();
    let device = |name: &str, major, minor| {
        let at = dir.path().join("root/dev").join(name);
        mknod(&at, SFlag::S_IFCHR, Mode::S_IRWXU, makedev(major, minor))
    };
    if device("null", 1, 3).and(device("zero", 1, 5)).is_err() {
        eprintln!("no right to make devices: not tried");
        return;
    }
    links(
        &dir,
        &[("etc/masked", "../dev/null"), ("etc/endless", "/dev/zero")],
    );
    reads(&dir, "/dev/zero", &Err(Missing::Special("device")));
    reads(&dir, "/etc/endless", &Err(Missing::Special("device")));
    // Not a link: nobody masked anything.
    reads(&dir, "/dev/null", &Err(Missing::Special("device")));
    reads(&dir, "/etc/masked", &Err(Missing::Masked));
}

#[test]
fn what_is_too_large_is_not_read() {
    let dir = root();
    let at = |name: &str, size| {
        let file = fs::File::create(dir.path().join("root/etc").join(name)).unwrap();
        file.set_len(size).unwrap();
    };
    at("most", MOST_BYTES);
    at("more", MOST_BYTES + 1);
    at("sparse", 1 << 40);
    for host in both(&dir) {
        let most = host.read("/etc/most").unwrap();
        assert_eq!(most.len(), usize::try_from(MOST_BYTES).unwrap());
    }
    reads(&dir, "/etc/more", &Err(Missing::TooLarge(MOST_BYTES + 1)));
    reads(&dir, "/etc/sparse", &Err(Missing::TooLarge(1 << 40)));
}

#[test]
fn names_that_are_not_utf8_are_told() {
    use std::os::unix::ffi::OsStrExt as _;
    let dir = root();
    let name = std::ffi::OsStr::from_bytes(b"a\xff.conf");
    fs::write(dir.path().join("root/etc").join(name), "").unwrap();
    for host in both(&dir) {
        let why = "a name in it is not UTF-8: a\\xff.conf".to_owned();
        assert_eq!(host.list("/etc"), Err(Missing::Unreadable(why)));
        let below = host.all(&[]);
        assert_eq!(below.troubles.len(), 1, "{below:?}");
    }
}

#[test]
fn a_link_whose_text_is_not_utf8_is_not_followed_out() {
    use std::os::unix::ffi::OsStrExt as _;
    let dir = root();
    let to = std::ffi::OsStr::from_bytes(b"\xff");
    symlink(to, dir.path().join("root/etc/odd")).unwrap();
    for host in both(&dir) {
        assert!(host.read("/etc/odd").is_err());
    }
}

#[test]
fn a_directory_of_too_many_entries_is_told() {
    let dir = root();
    let many = dir.path().join("root/many");
    fs::create_dir(&many).unwrap();
    for n in 0..MOST_ENTRIES {
        fs::write(many.join(n.to_string()), "").unwrap();
    }
    for host in both(&dir) {
        assert_eq!(host.list("/many").unwrap().len(), MOST_ENTRIES);
    }
    fs::write(many.join("more"), "").unwrap();
    for host in both(&dir) {
        let why = format!("it has more than {MOST_ENTRIES} entries");
        assert_eq!(host.list("/many"), Err(Missing::Unreadable(why)));
    }
}

#[test]
fn a_list_is_in_order_and_follows_links_inside() {
    let dir = root();
    links(&dir, &[("etc/again", "/etc"), ("etc/out", "../..")]);
    for host in both(&dir) {
        assert_eq!(host.list("/etc/again").unwrap(), ["again", "out", "plain"]);
        assert_eq!(host.list("/etc/out").unwrap(), ["etc"]);
        assert_eq!(host.list("/etc/plain"), Err(Missing::Absent));
        let below = host.all(&["skipped"]);
        assert_eq!(below.files, ["/etc/again", "/etc/out", "/etc/plain"]);
    }
}

#[test]
fn what_was_listed_and_is_gone_has_vanished() {
    let dir = root();
    for host in both(&dir) {
        let gone = dir.path().join("root/etc/gone");
        fs::write(&gone, "").unwrap();
        host.list("/etc").unwrap();
        fs::remove_file(&gone).unwrap();
        assert_eq!(host.read("/etc/gone"), Err(Missing::Vanished));
        assert_eq!(host.read("/etc/never"), Err(Missing::Absent));
    }
}

#[test]
fn what_moves_while_files_are_read_is_told_apart() {
    let dir = root();
    let etc = dir.path().join("root/etc");
    for host in both(&dir) {
        for name in ["goes", "is-written", "is-replaced", "stays", "loses-rights"] {
            let _ = fs::remove_file(etc.join(name));
            fs::write(etc.join(name), "1").unwrap();
            host.read(&format!("/etc/{name}")).unwrap();
        }
        assert_eq!(host.read("/etc/comes"), Err(Missing::Absent));
        host.list("/etc").unwrap();
        assert_eq!(host.moved(), []);
        fs::remove_file(etc.join("goes")).unwrap();
        fs::write(etc.join("is-written"), "22").unwrap();
        fs::write(etc.join(".new"), "1").unwrap();
        fs::rename(etc.join(".new"), etc.join("is-replaced")).unwrap();
        fs::write(etc.join("comes"), "").unwrap();
        fs::write(etc.join("listed-only"), "").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(etc.join("loses-rights"), mode).unwrap();
        let moved: Vec<(String, Moved)> = host
            .moved()
            .into_iter()
            .map(|trouble| match trouble.what {
                TroubleKind::Moved(moved) => (trouble.file, moved),
                other => panic!("{other:?}"),
            })
            .collect();
        let expected = [
            ("/etc/comes", Moved::Appeared),
            ("/etc/goes", Moved::Vanished),
            ("/etc/is-replaced", Moved::Changed),
            ("/etc/is-written", Moved::Changed),
            ("/etc/listed-only", Moved::Appeared),
            ("/etc/loses-rights", Moved::Changed),
        ];
        let expected = expected.map(|(path, moved)| (path.to_owned(), moved));
        assert_eq!(moved, expected);
        // What was read once stays as it was.
        assert_eq!(host.read("/etc/goes").unwrap(), b"1");
        fs::remove_file(etc.join("comes")).unwrap();
        fs::remove_file(etc.join("listed-only")).unwrap();
    }
}

#[test]
fn facts_are_of_the_file_behind_a_link() {
    let dir = root();
    links(&dir, &[("etc/link", "plain")]);
    for host in both(&dir) {
        let facts = host.facts("/etc/plain").unwrap();
        assert_eq!(facts.size, 6);
        assert_eq!(host.facts("/etc/link"), Some(facts));
        assert_eq!(host.facts("/etc"), None);
        assert_eq!(host.link("/etc/link").as_deref(), Some("plain"));
    }
}
