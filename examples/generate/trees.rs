//! The golden trees of `out/`: what the bundled stacks render to, so that a
//! change of a formula shows in review as a change there. A tree is named after
//! its host, and after its stack where that is not the default.

use std::path::Path;
use std::process::ExitCode;

/// A golden tree: its name, and what is put on the command line for it.
type Golden = (&'static str, &'static [&'static str]);

/// From the smallest host to 24 TiB, every bundled stack, every layout and
/// runtime, old and new PostgreSQL, every kind of disk.
const TREES: &[Golden] = &[
    ("t3.small", &["--profile", "t3.small"]),
    (
        "t3.nano-node-stream",
        &["--profile", "t3.nano", "--stack", "node-stream"],
    ),
    (
        "t3.micro-node-web",
        &[
            "--profile",
            "t3.micro",
            "--stack",
            "node-web",
            "--set",
            "services.db.connections=25",
            "--set",
            "services.api.pool_size=10",
        ],
    ),
    (
        "t3.small-node-web",
        &["--profile", "t3.small", "--stack", "node-web"],
    ),
    (
        "t3.medium-microservices",
        &["--profile", "t3.medium", "--stack", "microservices"],
    ),
    (
        "t3.medium-django-celery",
        &["--profile", "t3.medium", "--stack", "django-celery"],
    ),
    ("t3.large-web", &["--profile", "t3.large", "--stack", "web"]),
    (
        "t3.xlarge-fastapi",
        &["--profile", "t3.xlarge", "--stack", "fastapi"],
    ),
    (
        "fargate-512-1024-node-stream",
        &["--profile", "fargate-512-1024", "--stack", "node-stream"],
    ),
    (
        "m6i.large-web-systemd-rhel",
        &[
            "--profile",
            "m6i.large",
            "--stack",
            "web",
            "--set",
            "runtime=systemd",
            "--set",
            "services.worker.cpus=0.5",
            "--set",
            "layout=rhel",
        ],
    ),
    (
        "m5.4xlarge-web-amazon",
        &[
            "--profile",
            "m5.4xlarge",
            "--stack",
            "web",
            "--set",
            "layout=amazon",
        ],
    ),
    (
        "e2-standard-4-web-postgresql-18",
        &[
            "--profile",
            "e2-standard-4",
            "--stack",
            "web",
            "--set",
            "services.db.version=18",
        ],
    ),
    (
        "r6i.8xlarge-web-postgresql-12-hdd",
        &[
            "--profile",
            "r6i.8xlarge",
            "--stack",
            "web",
            "--set",
            "services.db.version=12",
            "--set",
            "host.storage.kind=hdd",
            "--set",
            "host.storage.size=4TiB",
        ],
    ),
    (
        "u7in-24tb.224xlarge-web",
        &["--profile", "u7in-24tb.224xlarge", "--stack", "web"],
    ),
];

/// Writes every tree, or looks whether each is as it would be written; gives
/// the names of those that are stale or could not be written.
pub(crate) fn made(root: &Path, check: bool) -> Vec<String> {
    let failed = |(name, arguments): &&Golden| {
        let output = root.join("out").join(name).display().to_string();
        let mut line = vec!["tune", "-q", "render", "--output", &output];
        line.extend(*arguments);
        if check {
            line.push("--check");
        }
        hosttune::cli::run(line) != ExitCode::SUCCESS
    };
    let failed = TREES.iter().filter(failed);
    failed.map(|(name, _)| format!("out/{name}")).collect()
}
