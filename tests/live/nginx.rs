//! nginx: the whole configuration of every golden tree, as it would stand in
//! /etc/nginx.

use crate::support::command::run;
use crate::support::containers::mount;
use crate::support::stage::Stage;
use crate::support::tree::{Entry, Tree, every_golden_file};

/// The machine with the tree's files in /etc/nginx, beside the package's own.
pub(crate) fn staged(tree: &Tree, entry: &Entry) -> Stage {
    let stage = Stage::of(tree);
    if entry.path.starts_with("/opt/") {
        let service = entry.path.rsplit('/').nth(1).unwrap();
        mount(&stage, tree, service);
    }
    // Debian's welcome page would take the requests that name no site; the image has none.
    stage.write("/etc/nginx/sites-enabled/default", "");
    let texts: Vec<String> = tree
        .files
        .iter()
        .filter(|entry| entry.program() == "nginx")
        .map(|entry| tree.read(&entry.path))
        .collect();
    let words = |name: &'static str| {
        let lines = texts.iter().flat_map(|text| text.lines());
        lines.filter_map(move |line| line.trim().strip_prefix(name)?.strip_suffix(';'))
    };
    stage.accounts(words("user "));
    // Names of containers: their network knows them.
    let hosts = words("server ").filter_map(|server| server.split(':').next());
    let hosts: Vec<String> = hosts.map(|host| format!("127.0.0.1 {host}\n")).collect();
    stage.write(
        "/etc/hosts",
        &format!("127.0.0.1 localhost\n{}", hosts.concat()),
    );
    stage
}

#[test]
fn nginx_accepts_every_golden_configuration() {
    every_golden_file(
        |entry| entry.path.ends_with("nginx/nginx.conf"),
        |tree, entry| {
            let outcome = run(staged(tree, entry).command("nginx").arg("-t"));
            let fine = outcome.succeeded() && !outcome.stderr.contains("[warn]");
            (!fine).then(|| outcome.said())
        },
    );
}

#[test]
fn every_golden_site_is_part_of_the_configuration() {
    every_golden_file(
        |entry| entry.program() == "nginx" && !entry.path.ends_with("nginx/nginx.conf"),
        |tree, entry| {
            let whole = run(staged(tree, entry).command("nginx").arg("-T"));
            let text = tree.read(&entry.path);
            (!whole.stdout.contains(text.trim_end()))
                .then(|| format!("{} is not included", entry.path))
        },
    );
}
