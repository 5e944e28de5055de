//! Where a gunicorn's files are, where each replica listens, and what others
//! learn of that.

use std::collections::BTreeMap;

use serde_json::json;

use super::ask::{Ask, Class};
use super::settings::{FILE, Made, PORT};
use crate::formats::Format;
use crate::services::{
    Exec, FileSpec, Given, Http, KernelWant, Meets, Offers, Reload, Scene, Settled, Validator,
    application, pool_env,
};

/// Requests that one event loop works on where nothing bounds them.
/// Source: docs/formulas.md, "concurrency".
const LOOP_CONCURRENCY: u64 = 100;
/// The kernel's own, from 5.4 on: nobody asks for less.
/// Source: <https://docs.kernel.org/admin-guide/sysctl/net.html>
const SOMAXCONN: u64 = 4096;
const KERNEL: &str = "https://docs.kernel.org/admin-guide/sysctl/net.html";

/// Whether several of it share one host's ports and one directory; containers
/// have their own.
pub(super) fn side_by_side(given: &Given<'_>) -> bool {
    given.instances.len() > 1 && !given.scene.in_compose()
}

/// One that runs on another host: only where it is and how patient.
pub(super) fn elsewhere(scene: &Scene<'_>, ask: &Ask) -> Settled {
    let port = scene.spec.port.unwrap_or(PORT);
    let http = Http {
        servers: vec![format!("{}:{port}", scene.spec.name)],
        concurrency: LOOP_CONCURRENCY,
        timeout: Some(ask.timeout),
        keepalive: 0,
    };
    Settled {
        offers: Offers {
            http: Some(http),
            ..Offers::default()
        },
        ..Settled::default()
    }
}

/// In its working directory; by its name where several may share one.
pub(super) fn path(given: &Given<'_>, instance: &str) -> String {
    let scene = &given.scene;
    if scene.in_compose() {
        return format!("{}/{}/{FILE}", scene.directory, scene.spec.name);
    }
    let shared = scene.spec.cwd.is_some() && !scene.alone;
    if shared || side_by_side(given) {
        format!("{}/{instance}.{FILE}", scene.cwd())
    } else {
        format!("{}/{FILE}", scene.cwd())
    }
}

pub(super) fn command(scene: &Scene<'_>, file: &str) -> Vec<String> {
    let program = application::program(scene, "gunicorn");
    vec![program, "-c".to_owned(), file.to_owned()]
}

pub(super) fn exec(given: &Given<'_>, instance: &str, made: &Made) -> Exec {
    let scene = &given.scene;
    Exec {
        description: format!("{instance}, a gunicorn"),
        command: command(scene, &path(given, instance)),
        cwd: scene.cwd(),
        user: scene.user(),
        reload: (made.reload == Reload::Reload).then(|| "/bin/kill -HUP $MAINPID".to_owned()),
        notifies: true,
        environment: BTreeMap::new(),
    }
}

/// Where each replica listens.
fn binds(given: &Given<'_>, made: &Made) -> Vec<String> {
    let port = given.scene.spec.port.unwrap_or(PORT);
    if !side_by_side(given) {
        return vec![made.bind.clone()];
    }
    let ports = given.instances.iter().zip(port..);
    ports.map(|(_, port)| format!("127.0.0.1:{port}")).collect()
}

pub(super) fn offers(given: &Given<'_>, ask: &Ask, made: &Made) -> Offers {
    let scene = &given.scene;
    let servers = if scene.in_compose() {
        let port = made
            .bind
            .rsplit_once(':')
            .map_or(made.bind.as_str(), |(_, port)| port);
        vec![format!("{}:{port}", scene.spec.name)]
    } else {
        binds(given, made)
    };
    let each = match (ask.class, pool_env::tightest(given)) {
        (Class::Sync | Class::Gthread, _) => made.threads,
        (Class::Uvicorn, Some(grant)) => pool_env::total(grant),
        (Class::Uvicorn, None) => LOOP_CONCURRENCY,
    };
    let accept_queue = KernelWant {
        key: "net.core.somaxconn",
        value: made.backlog.max(SOMAXCONN),
        because: "gunicorn's backlog is cut to it without a word",
        source: KERNEL,
    };
    Offers {
        http: Some(Http {
            servers,
            concurrency: made.workers.saturating_mul(each),
            timeout: Some(made.timeout),
            keepalive: made.keepalive,
        }),
        kernel: if scene.in_compose() {
            Vec::new()
        } else {
            vec![accept_queue]
        },
        ..Offers::default()
    }
}

pub(super) fn files(given: &Given<'_>, made: &Made) -> Vec<FileSpec> {
    let pool: Vec<_> = made
        .environment
        .iter()
        .map(|(name, value)| json!({ "name": name, "assignment": format!("{name}={value}") }))
        .collect();
    let replicas = given.instances.iter().zip(binds(given, made));
    replicas
        .map(|(instance, bind)| FileSpec {
            template: "gunicorn/gunicorn.conf.py",
            path: path(given, instance),
            mode: 0o644,
            owner: "root:root".to_owned(),
            meets: Meets::Own,
            format: Format::Python,
            main: None,
            validator: validator(&given.scene),
            sheet: FILE,
            facts: json!({
                "bind": bind,
                "pool": pool,
                "threaded": has(made, "threads"),
                "keeps_alive": has(made, "keepalive"),
                "no_control_socket": has(made, "control_socket_disable"),
            }),
        })
        .collect()
}

/// Asked with an application that does nothing: what is asked is whether the
/// file is right. Under the account of the user's, since it is code.
fn validator(scene: &Scene<'_>) -> Validator {
    let program = application::program(scene, "gunicorn");
    let directory = program.rsplit_once('/').map(|(directory, _)| directory);
    let own = Validator {
        account: Some(scene.user()),
        directories: directory.map(str::to_owned).into_iter().collect(),
        ..Validator::of("gunicorn --check-config -c {} wsgiref.simple_server:demo_app")
    };
    if scene.in_compose() {
        return own.in_container();
    }
    own
}

fn has(made: &Made, key: &str) -> bool {
    made.settings.iter().any(|setting| setting.key == key)
}
