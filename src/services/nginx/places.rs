//! Where nginx's files, units and logs are.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::backends::Backends;
use super::sizing::Inputs;
use super::{facts, settings, site};
use crate::formats::Format;
use crate::host::Layout;
use crate::services::{Exec, FileSpec, Given, Judged, Logs, Meets, Reopen, Scene, Unit, Validator};

/// Everything that has a path.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) files: Vec<FileSpec>,
    pub(super) units: Vec<Unit>,
    pub(super) logs: Option<Logs>,
    pub(super) mounts: Vec<(String, String)>,
}

/// The paths of one server.
struct Server {
    conf: String,
    site: String,
    pid: String,
    /// What the names of its logs begin with.
    logs: String,
    /// The files of sites that it includes.
    includes: Vec<String>,
    meets: Meets,
}

const ERRORS: &str = "error.log";
const ACCESS: &str = "access.log";
const LOGS: [&str; 2] = [ACCESS, ERRORS];
/// Where the image reads them.
const CONTAINER_CONF: &str = "/etc/nginx/nginx.conf";
const CONTAINER_SITE: &str = "/etc/nginx/conf.d/default.conf";

impl Places {
    pub(super) fn of(given: &Given<'_>, inputs: &Inputs, backends: &Backends) -> Self {
        let scene = &given.scene;
        let mut places = Self::default();
        if scene.in_compose() {
            let server = Server::in_compose(scene);
            places.mounts = mounts(scene, &server);
            places.add(given, inputs, backends, (&server, 0));
            return places;
        }
        if scene.alone {
            let server = Server::of_package(scene);
            places.add(given, inputs, backends, (&server, 0));
            let unit = scene.spec.unit.clone();
            places.units = vec![Unit {
                name: unit.unwrap_or_else(|| "nginx.service".to_owned()),
                exec: None,
            }];
            places.logs = Some(logs(scene, &[server]));
            return places;
        }
        let servers: Vec<Server> = given
            .instances
            .iter()
            .map(|name| Server::named(name))
            .collect();
        for (server, number) in servers.iter().zip(0..) {
            places.add(given, inputs, backends, (server, number));
        }
        places.units = units(given, &servers);
        places.logs = Some(logs(scene, &servers));
        places
    }

    fn add(
        &mut self,
        given: &Given<'_>,
        inputs: &Inputs,
        backends: &Backends,
        (server, number): (&Server, u64),
    ) {
        let own = |template, path: &str, meets, sheet, facts| FileSpec {
            template,
            path: path.to_owned(),
            mode: 0o644,
            owner: "root:root".to_owned(),
            meets,
            format: Format::Nginx,
            main: None,
            validator: validator(&given.scene, "nginx -t -q -c {}"),
            sheet,
            facts,
        };
        let main = main_facts(&given.scene, inputs, server);
        self.files.push(own(
            "nginx/nginx.conf",
            &server.conf,
            server.meets,
            settings::FILE,
            main,
        ));
        let mut file = own(
            "nginx/site.conf",
            &server.site,
            Meets::Own,
            site::FILE,
            facts::of(given, backends, number),
        );
        // A site is no whole configuration: it is tried where it is included.
        file.validator = validator(&given.scene, "nginx -t -q -c MAIN");
        file.main = Some(server.conf.clone());
        self.files.push(file);
    }
}

/// Without the network, in which names of upstreams are looked up.
fn validator(scene: &Scene<'_>, command: &'static str) -> Validator {
    let own = Validator {
        root: true,
        judged: Judged::Words(&["[emerg]"]),
        cannot_tell: &["host not found"],
        ..Validator::of(command)
    };
    if scene.in_compose() {
        return own.in_container();
    }
    own
}

impl Server {
    /// The package's own.
    fn of_package(scene: &Scene<'_>) -> Self {
        let mut includes = vec!["/etc/nginx/conf.d/*.conf".to_owned()];
        if scene.layout == Layout::Debian {
            includes.push("/etc/nginx/sites-enabled/*".to_owned());
        }
        Self {
            conf: CONTAINER_CONF.to_owned(),
            site: format!("/etc/nginx/conf.d/90-tune-{}.conf", scene.spec.name),
            pid: "/run/nginx.pid".to_owned(),
            logs: "/var/log/nginx/".to_owned(),
            includes,
            meets: Meets::Merge,
        }
    }

    /// One of several on a host: all its files are its own.
    fn named(name: &str) -> Self {
        let site = format!("/etc/nginx/tune-{name}/site.conf");
        Self {
            conf: format!("/etc/nginx/tune-{name}/nginx.conf"),
            includes: vec![site.clone()],
            site,
            pid: format!("/run/nginx-{name}.pid"),
            logs: format!("/var/log/nginx-{name}-"),
            meets: Meets::Own,
        }
    }

    fn in_compose(scene: &Scene<'_>) -> Self {
        let directory = format!("{}/{}", scene.directory, scene.spec.name);
        Self {
            conf: format!("{directory}/nginx.conf"),
            site: format!("{directory}/default.conf"),
            pid: "/run/nginx.pid".to_owned(),
            logs: "/var/log/nginx/".to_owned(),
            includes: vec!["/etc/nginx/conf.d/*.conf".to_owned()],
            meets: Meets::Own,
        }
    }
}

/// The account of the workers.
fn account(scene: &Scene<'_>) -> String {
    let packaged = match scene.layout {
        Layout::Debian if !scene.in_compose() => "www-data",
        _ => "nginx",
    };
    scene
        .spec
        .user
        .clone()
        .unwrap_or_else(|| packaged.to_owned())
}

fn main_facts(scene: &Scene<'_>, inputs: &Inputs, server: &Server) -> Value {
    let modules = match scene.layout {
        _ if scene.in_compose() => None,
        Layout::Debian => Some("/etc/nginx/modules-enabled/*.conf"),
        Layout::Rhel | Layout::Amazon => Some("/usr/share/nginx/modules/*.conf"),
    };
    let buffers = inputs.buffers;
    let pair = |buffers: super::buffers::Buffers| json!({ "count": buffers.count, "each": buffers.each_text() });
    json!({
        "user": account(scene),
        "pid": server.pid,
        "modules": modules,
        "error_log": format!("{}{ERRORS}", server.logs),
        "access_log": format!("{}{ACCESS}", server.logs),
        "includes": server.includes,
        "files": inputs.files,
        "gzip": buffers.gzip,
        "large_client_header_buffers": pair(buffers.large_header),
        "proxy_buffers": pair(buffers.proxy),
        "output_buffers": pair(buffers.output),
        "gzip_buffers": pair(buffers.gzip_out),
    })
}

fn mounts(scene: &Scene<'_>, server: &Server) -> Vec<(String, String)> {
    let mut mounts = vec![
        (server.conf.clone(), CONTAINER_CONF.to_owned()),
        (server.site.clone(), CONTAINER_SITE.to_owned()),
    ];
    // certbot's certificates are links that leave their directory.
    let certificates = facts::certificate(scene).map(|directory| {
        if directory.starts_with("/etc/letsencrypt/") {
            "/etc/letsencrypt".to_owned()
        } else {
            directory
        }
    });
    let root = scene.spec.text("root").map(str::to_owned);
    mounts.extend(
        certificates
            .into_iter()
            .chain(root)
            .map(|path| (path.clone(), path)),
    );
    mounts
}

fn units(given: &Given<'_>, servers: &[Server]) -> Vec<Unit> {
    let stated = given
        .scene
        .spec
        .unit
        .as_ref()
        .filter(|_| servers.len() == 1);
    let unit = |(name, server): (&String, &Server)| {
        let nginx = "/usr/sbin/nginx";
        let command = [nginx, "-c", &server.conf, "-g", "daemon off;"];
        Unit {
            name: stated
                .cloned()
                .unwrap_or_else(|| format!("nginx-{name}.service")),
            exec: stated.is_none().then(|| Exec {
                description: format!("{name}, a web server"),
                command: command.iter().map(|word| (*word).to_owned()).collect(),
                cwd: "/".to_owned(),
                user: "root".to_owned(),
                reload: Some(format!("{nginx} -c {} -s reload", server.conf)),
                notifies: false,
                environment: BTreeMap::new(),
            }),
        }
    };
    given.instances.iter().zip(servers).map(unit).collect()
}

fn logs(scene: &Scene<'_>, servers: &[Server]) -> Logs {
    let stated = &scene.spec.log_files;
    let paths = if !stated.is_empty() {
        stated.clone()
    } else if scene.alone {
        vec!["/var/log/nginx/*.log".to_owned()]
    } else {
        // Each by its name: a star would match those of `web-2` for `web` too.
        let of_server = |server: &Server| LOGS.map(|log| format!("{}{log}", server.logs));
        servers.iter().flat_map(of_server).collect()
    };
    let reopen: Vec<String> = servers
        .iter()
        .map(|server| format!("[ ! -f {0} ] || kill -USR1 $(cat {0})", server.pid))
        .collect();
    // Who may write to the directory of its logs: 0755 root:adm, 0711 root:root.
    let account = match scene.layout {
        Layout::Debian => "root adm",
        Layout::Rhel | Layout::Amazon => "root root",
    };
    Logs {
        paths,
        reopen: Reopen::Command(reopen.join("; ")),
        account: account.to_owned(),
        // Every package brings one for its own logs.
        distribution_rule: (scene.alone && stated.is_empty()).then_some("nginx"),
    }
}
