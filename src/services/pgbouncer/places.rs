//! Where the pooler keeps what, by distribution.

use std::collections::BTreeMap;

use crate::host::Layout;
use crate::services::{Exec, Scene, Unit};

/// The port that clients expect.
/// Source: pgbouncer.ini, `listen_port`.
const PORT: u64 = 6432;

/// The users and their passwords.
pub(super) const AUTH_FILE: &str = "/etc/pgbouncer/userlist.txt";

/// The file that holds the settings.
pub(super) fn own_conf(service: &str) -> String {
    format!("/etc/pgbouncer/90-tune-{service}.ini")
}

/// How a distribution packages the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Package {
    program: &'static str,
    user: &'static str,
    logs: &'static str,
    run: &'static str,
    layout: Layout,
}

/// One running pooler.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) conf: String,
    pub(super) unit: Unit,
    pub(super) port: u64,
    pub(super) logfile: String,
    pub(super) pidfile: String,
}

impl Package {
    /// Source: the packages of Debian 12, and of PostgreSQL's own repository for RHEL 9.
    pub(super) fn of(layout: Layout) -> Self {
        match layout {
            Layout::Debian => Self {
                program: "/usr/sbin/pgbouncer",
                user: "postgres",
                logs: "/var/log/postgresql",
                run: "/var/run/postgresql",
                layout,
            },
            Layout::Rhel | Layout::Amazon => Self {
                program: "/usr/bin/pgbouncer",
                user: "pgbouncer",
                logs: "/var/log/pgbouncer",
                run: "/var/run/pgbouncer",
                layout,
            },
        }
    }

    pub(super) fn owner(&self) -> String {
        format!("{0}:{0}", self.user)
    }

    /// Where its sockets are, where that is not its own default.
    pub(super) fn sockets(&self) -> Option<&'static str> {
        (self.layout == Layout::Debian).then_some(self.run)
    }

    /// Logs that no other package's rule covers.
    pub(super) fn logs(&self) -> Option<String> {
        (self.layout != Layout::Debian).then(|| format!("{}/*.log", self.logs))
    }

    /// Its own package's rule for logs.
    pub(super) fn log_rule(&self) -> Option<&'static str> {
        (self.layout != Layout::Debian).then_some("pgbouncer")
    }

    /// The account and group that rotate the logs.
    pub(super) fn log_account(&self) -> String {
        format!("{0} {0}", self.user)
    }

    /// The poolers of a service.
    pub(super) fn instances(&self, scene: &Scene<'_>, names: &[String]) -> Vec<Instance> {
        let first = scene.spec.port.unwrap_or(PORT);
        if scene.alone {
            let unit = "pgbouncer.service".to_owned();
            let unit = Unit {
                name: scene.spec.unit.clone().unwrap_or(unit),
                exec: None,
            };
            return vec![self.instance("pgbouncer", unit, first)];
        }
        let stated = scene
            .spec
            .unit
            .as_ref()
            .filter(|_| scene.spec.replicas == 1);
        (first..)
            .zip(names)
            .map(|(port, name)| {
                let unit = match stated {
                    Some(stated) => Unit {
                        name: stated.clone(),
                        exec: None,
                    },
                    None => Unit {
                        name: format!("pgbouncer-{name}.service"),
                        exec: Some(self.exec(name)),
                    },
                };
                self.instance(&format!("pgbouncer-{name}"), unit, port)
            })
            .collect()
    }

    fn instance(&self, name: &str, unit: Unit, port: u64) -> Instance {
        Instance {
            conf: format!("/etc/pgbouncer/{name}.ini"),
            unit,
            port,
            logfile: format!("{}/{name}.log", self.logs),
            pidfile: format!("{}/{name}.pid", self.run),
        }
    }

    fn exec(&self, name: &str) -> Exec {
        Exec {
            description: format!("pgbouncer {name}"),
            command: vec![
                self.program.to_owned(),
                format!("/etc/pgbouncer/pgbouncer-{name}.ini"),
            ],
            cwd: "/".to_owned(),
            user: self.user.to_owned(),
            reload: Some("/bin/kill -HUP $MAINPID".to_owned()),
            notifies: true,
            environment: BTreeMap::new(),
        }
    }
}
