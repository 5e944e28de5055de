//! Differences made by hand, for the tests of the faces.

use super::Review;
use crate::diff::runtime::{Unasked, Value};
use crate::diff::{
    Differences, FileDifference, Kept, Old, SettingDifference, Shadow, ShadowKind, Validation,
    Verdict, Was,
};
use crate::formats::{Format, Malformed, Missing, Refused, Trouble, TroubleKind};
use crate::plan::{Finding, Severity};
use crate::services::Meets;
use crate::setting::Activation;

pub(super) fn review(differences: &Differences) -> Review<'_> {
    Review {
        title: "web on t3.small, against /".to_owned(),
        differences,
        plan: None,
        before: None,
    }
}

/// What runs of a setting.
pub(super) fn running(text: &str) -> Value {
    Value {
        text: text.to_owned(),
        holds: false,
        from: "/proc/sys/vm/swappiness".to_owned(),
        since: None,
        pending: false,
        by: None,
        in_sessions: false,
    }
}

pub(super) fn setting(service: &str, path: &str) -> SettingDifference {
    SettingDifference {
        service: service.to_owned(),
        path: path.to_owned(),
        within: Vec::new(),
        key: "key".to_owned(),
        old: Old::Unset,
        new: Some("1".to_owned()),
        delta: None,
        same: false,
        shadows: Vec::new(),
        running: Vec::new(),
        secret: false,
        why: "one because it is".to_owned(),
        source: "https://example.org/key".to_owned(),
        needs: None,
        planned: true,
    }
}

pub(super) fn file(path: &str, was: Was, becomes: &[u8]) -> FileDifference {
    FileDifference {
        service: "system".to_owned(),
        path: path.to_owned(),
        format: Format::Sysctl,
        meets: Meets::Own,
        was,
        becomes: Some(becomes.to_vec()),
        mode: (None, None),
        owner: (None, None),
        foreign: false,
        kept: Vec::new(),
        other_lines: 0,
        code: false,
        link: None,
    }
}

/// A file for each thing that can stand in its place.
pub(super) fn in_the_way() -> Vec<FileDifference> {
    let all = [
        Missing::Vanished,
        Missing::Masked,
        Missing::Dangling("/gone".to_owned()),
        Missing::Link("too many levels".to_owned()),
        Missing::Directory,
        Missing::Special("pipe"),
        Missing::TooLarge(17 << 20),
        Missing::Unreadable("permission denied".to_owned()),
    ];
    let named = all.into_iter().zip(1..);
    named
        .map(|(missing, n)| file(&format!("/etc/way-{n}"), Was::Missing(missing), b"a = 1\n"))
        .collect()
}

pub(super) fn kept() -> Vec<Kept> {
    vec![Kept {
        key: "vm.swappiness".to_owned(),
        refused: Refused {
            reason: "it stands twice".to_owned(),
            help: "take one away".to_owned(),
        },
    }]
}

fn old(value: &str, line: u32) -> Old {
    Old::File {
        value: value.to_owned(),
        file: "/etc/postgresql/15/main/postgresql.conf".to_owned(),
        line,
    }
}

fn shadow(by: &str, line: u32, value: &str, kind: ShadowKind) -> Shadow {
    Shadow {
        by: by.to_owned(),
        line,
        value: value.to_owned(),
        kind,
    }
}

/// One of all that there is.
pub(super) fn differences() -> Differences {
    let mut files = in_the_way();
    let own = "/etc/postgresql/15/main/conf.d/90-tune.conf";
    let mut server = file(own, Was::Nothing, b"a = 1\n");
    server.format = Format::Postgresql;
    files.push(server);
    let mut merged = file("/etc/fstab", Was::File(b"a = 0\n".to_vec()), b"a = 1\n");
    merged.meets = Meets::Merge;
    merged.mode = (Some(0o600), Some(0o644));
    merged.owner = (Some("app:app".to_owned()), Some("root:root".to_owned()));
    merged.foreign = true;
    merged.other_lines = 3;
    merged.kept = kept();
    files.push(merged);
    let wrong = TroubleKind::Malformed(Malformed {
        line: 3,
        column: 7,
        message: "a quote is not closed".to_owned(),
    });
    let deep = TroubleKind::TooDeep {
        by: "/etc/a".to_owned(),
        line: 2,
    };
    let trouble = |file: &str, what| Trouble {
        file: file.to_owned(),
        what,
    };
    Differences {
        files,
        settings: settings(own),
        troubles: vec![
            trouble("/etc/redis/redis.conf", wrong),
            trouble("/etc/b", deep),
            trouble("/etc/way-5", TroubleKind::Missing(Missing::Directory)),
        ],
        validations: validations(),
        unasked: vec![Unasked {
            what: "cache".to_owned(),
            why: "redis-cli gave no answer in time".to_owned(),
        }],
        findings: findings(),
    }
}

/// Each verdict once.
fn validations() -> Vec<Validation> {
    let one = |command: &str, verdict| Validation {
        command: command.to_owned(),
        files: vec!["/etc/fstab".to_owned()],
        verdict,
    };
    let refused = |line: &str, already| Verdict::Refused {
        said: vec![line.to_owned()],
        already,
    };
    let line = "nginx: [emerg] \"user\" directive is duplicate in /etc/nginx/conf.d/x.conf:1";
    vec![
        one("sh -n /etc/tune/sysctl.sh", Verdict::Valid),
        one("nginx -t -q -c /etc/nginx/nginx.conf", refused(line, false)),
        one(
            "logrotate -d /etc/logrotate.conf",
            refused("error: x:3 bad rotation count", true),
        ),
        one(
            "redis-server x",
            Verdict::NotValidated("redis-server is not installed".to_owned()),
        ),
        one(
            "redis-server y",
            Verdict::NotValidated("redis-server is not installed".to_owned()),
        ),
    ]
}

/// One that is heard, and one that the stack silences.
fn findings() -> Vec<Finding> {
    let finding = Finding {
        id: "duplicate-key",
        severity: Severity::Warning,
        message: "work_mem stands here and in line 9, which counts".to_owned(),
        help: "take one of the two lines away".to_owned(),
        services: vec!["db".to_owned()],
        at: Some("/etc/postgresql/15/main/postgresql.conf:7".to_owned()),
        silenced: None,
    };
    let silenced = Finding {
        id: "copytruncate-loses",
        severity: Severity::Info,
        silenced: Some("few lines are lost".to_owned()),
        ..finding.clone()
    };
    vec![finding, silenced]
}

fn named(path: &str, key: &str, old: Old, new: &str, needs: Activation) -> SettingDifference {
    SettingDifference {
        key: key.to_owned(),
        old,
        new: Some(new.to_owned()),
        needs: Some(needs),
        ..setting("db", path)
    }
}

fn settings(own: &str) -> Vec<SettingDifference> {
    let mut memory = named(
        own,
        "shared_buffers",
        old("128MB", 127),
        "512MB",
        Activation::Restart,
    );
    memory.delta = Some(384 << 20);
    let mut less = named(
        own,
        "work_mem",
        Old::Default("4MB".to_owned()),
        "2MB",
        Activation::Reload,
    );
    less.delta = Some(-(2 << 20));
    less.shadows = vec![shadow("/etc/auto.conf", 3, "64MB", ShadowKind::Wins)];
    let mut same = named(own, "jit", old("off", 9), "off", Activation::Reload);
    same.same = true;
    same.shadows = vec![shadow(
        "/etc/nginx/site",
        4,
        "on",
        ShadowKind::Inside("server a".into()),
    )];
    let unknown = named(
        own,
        "wal_level",
        Old::Unknown,
        "replica",
        Activation::Reload,
    );
    let mut all = vec![memory, less, same, unknown];
    all.extend(others(own));
    all
}

fn others(own: &str) -> Vec<SettingDifference> {
    let mut kernel = named(own, "vm.swappiness", Old::Unset, "10", Activation::Live);
    kernel.service = "system".to_owned();
    kernel.path = "/etc/sysctl.d/99-zz-tune.conf".to_owned();
    kernel.shadows = vec![
        shadow(
            "/etc/sysctl.conf",
            2,
            "60",
            ShadowKind::WinsFor("sysctl --system"),
        ),
        shadow(
            "/etc/sysctl.conf",
            2,
            "10",
            ShadowKind::WinsFor("systemd-sysctl"),
        ),
    ];
    let mut secret = named(
        own,
        "requirepass",
        old("hunter2", 5),
        "hunter3",
        Activation::Immediate,
    );
    secret.service = "cache".to_owned();
    secret.secret = true;
    secret.why = "hunter3".to_owned();
    secret.shadows = vec![
        shadow(
            "redis-server --requirepass hunter4",
            0,
            "hunter4",
            ShadowKind::Wins,
        ),
        shadow("/etc/redis/redis.conf", 0, "", ShadowKind::NotRead),
    ];
    let mut gone = setting("cache", "/etc/redis/90-tune.conf");
    gone.key = "maxmemory-policy".to_owned();
    gone.old = old("allkeys-lru", 8);
    gone.new = None;
    gone.why = "no setting of the plan any more".to_owned();
    gone.planned = false;
    vec![kernel, secret, gone]
}
