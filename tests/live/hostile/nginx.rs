//! nginx: the directory that it serves is the one that was meant.

use nix::sys::signal::Signal;

use super::{rendered, taken, toml};
use crate::support::http::get;
use crate::support::place::{Scratch, free_port};
use crate::support::server::Server;

#[test]
fn nginx_serves_the_directory_of_that_name() {
    let scratch = Scratch::new();
    let port = free_port();
    let site = scratch.path().join("site");
    let stack = |literal: &str| {
        let root = format!("\"{}/{}", site.display(), &literal[1..]);
        format!("[services.nginx]\nkind = \"nginx\"\nport = {port}\nroot = {root}\n")
    };
    for value in taken(8, stack) {
        let tree = rendered(&scratch, &stack(&toml(value))).unwrap();
        let directory = site.join(value);
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(directory.join("told.txt"), value).unwrap();
        let stage = crate::nginx::staged(&tree, tree.only("nginx/nginx.conf"));
        let mut nginx = stage.command_on_this_network("nginx");
        nginx.args(["-g", "daemon off;"]);
        let server = Server::start("nginx", &nginx, None, Signal::SIGTERM, scratch.path());
        let _server = server.ready(|| get(port, "/told.txt").is_some_and(|told| told == value));
    }
}

#[test]
fn nginx_takes_every_server_name_that_is_not_refused() {
    let scratch = Scratch::new();
    let stack =
        |value: &str| format!("[services.nginx]\nkind = \"nginx\"\nserver_name = {value}\n");
    for value in taken(1, stack) {
        let tree = rendered(&scratch, &stack(&toml(value))).unwrap();
        let stage = crate::nginx::staged(&tree, tree.only("nginx/nginx.conf"));
        let outcome = crate::support::command::run(stage.command("nginx").arg("-t"));
        assert!(outcome.succeeded(), "{value:?}: {}", outcome.said());
    }
}
