//! The patch of a whole host, put on it: then nothing of its text differs.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::host::{diff, host};

#[test]
fn a_patched_host_has_what_the_plan_says() {
    let programs: [(&str, &[&str]); 2] = [("git", &["apply"]), ("patch", &["-p1", "--quiet"])];
    for (program, arguments) in programs {
        let root = host();
        let patch = diff(root.path(), &["--format", "unified"]).stdout;
        let text = String::from_utf8_lossy(&patch);
        let swap = "/usr/local/lib/tune/swap.sh is a directory";
        assert!(
            text.contains(swap)
                && text.contains("/etc/logrotate.d/redis-server is a link to /dev/null")
        );
        assert!(text.contains("\\ No newline at end of file\n"), "{text}");
        assert!(
            text.lines()
                .any(|line| line.starts_with("diff --git a/etc/sysctl.d/99-zz-tune.conf"))
        );
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(root.path())
            .env("GIT_CEILING_DIRECTORIES", root.path().parent().unwrap())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&patch).unwrap();
        assert!(child.wait().unwrap().success(), "{program}");
        let left = diff(root.path(), &["--format", "unified"]).stdout;
        let left = String::from_utf8(left).unwrap();
        let hunks = left.lines().filter(|line| line.starts_with("@@"));
        assert_eq!(hunks.count(), 0, "{program}: {left}");
    }
}
