//! Where redis and valkey keep what, by distribution.

use std::collections::BTreeMap;

use crate::host::Layout;
use crate::services::{Exec, Judged, Scene, Unit, Validator};

/// The port that clients expect.
/// Source: redis.conf, `port`.
pub(super) const PORT: u64 = 6379;

/// How a distribution packages the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Package {
    /// The name in `/etc`, `/var/lib`, `/var/log` and of the account.
    name: &'static str,
    /// The unit, the rule for logs and the names of logs.
    unit: &'static str,
    /// The server.
    pub(super) program: &'static str,
    /// Whether it brings a unit for further instances.
    has_instances: bool,
    /// Who owns the files below `/etc`.
    pub(super) owner: &'static str,
    /// The command that says whether a file is valid.
    validator: &'static str,
}

/// One running server.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) conf: String,
    pub(super) unit: Unit,
    pub(super) port: u64,
    pub(super) pidfile: Option<String>,
    pub(super) logfile: String,
    /// What its files in the data directory end with.
    pub(super) suffix: String,
}

/// Opens nothing: without a port and a socket the server reads its file, says
/// so and ends.
macro_rules! validator {
    ($program:literal) => {
        concat!(
            $program,
            " MAIN --port 0 --unixsocket '' --daemonize no --logfile '' --pidfile '' --dir SCRATCH"
        )
    };
}

impl Package {
    /// Source: the packages of Debian 12 and 13, RHEL 9 and 10, Amazon Linux 2023.
    pub(super) fn of(layout: Layout, valkey: bool) -> Self {
        let redis = Self {
            name: "redis",
            unit: "redis-server",
            program: "redis-server",
            has_instances: true,
            owner: "redis:redis",
            validator: validator!("redis-server"),
        };
        let valkey_server = Self {
            name: "valkey",
            unit: "valkey-server",
            program: "valkey-server",
            has_instances: true,
            owner: "valkey:valkey",
            validator: validator!("valkey-server"),
        };
        match (layout, valkey) {
            (Layout::Debian, false) => redis,
            (Layout::Debian, true) => valkey_server,
            (Layout::Rhel, false) => Self {
                unit: "redis",
                has_instances: false,
                owner: "redis:root",
                ..redis
            },
            (Layout::Amazon, false) => Self {
                name: "redis6",
                unit: "redis6",
                program: "redis6-server",
                has_instances: false,
                owner: "redis6:root",
                validator: validator!("redis6-server"),
            },
            (Layout::Rhel | Layout::Amazon, true) => Self {
                unit: "valkey",
                has_instances: false,
                owner: "valkey:root",
                ..valkey_server
            },
        }
    }

    /// What says whether a file is valid: it ends with 1 either way.
    pub(super) fn validator(self) -> Validator {
        Validator {
            judged: Judged::Says("not listen anywhere"),
            ..Validator::of(self.validator)
        }
    }

    /// The file that holds the settings.
    pub(super) fn own_conf(&self, service: &str) -> String {
        format!("/etc/{}/90-tune-{service}.conf", self.name)
    }

    /// Where the data is.
    pub(super) fn data(&self) -> String {
        format!("/var/lib/{}", self.name)
    }

    /// The logs of the server that the package sets up.
    pub(super) fn logs(&self) -> String {
        format!("/var/log/{}/{}*.log", self.name, self.unit)
    }

    /// The package's own rule for logs.
    pub(super) fn log_rule(&self) -> &'static str {
        self.unit
    }

    /// The account and group that rotate the logs.
    pub(super) fn log_account(&self, layout: Layout) -> String {
        let group = if layout == Layout::Debian {
            "adm"
        } else {
            self.name
        };
        format!("{} {group}", self.name)
    }

    /// The servers of a service.
    pub(super) fn instances(&self, scene: &Scene<'_>, names: &[String]) -> Vec<Instance> {
        let first = scene.spec.port.unwrap_or(PORT);
        if scene.alone {
            return vec![self.only(scene, first)];
        }
        (first..)
            .zip(names)
            .map(|(port, name)| self.one_of_several(scene, name, port))
            .collect()
    }

    /// The server that the package sets up.
    fn only(&self, scene: &Scene<'_>, port: u64) -> Instance {
        let unit = format!("{}.service", self.unit);
        let pidfile = format!("/run/{}/{}.pid", self.name, self.unit);
        Instance {
            conf: format!("/etc/{0}/{0}.conf", self.name),
            unit: Unit {
                name: scene.spec.unit.clone().unwrap_or(unit),
                exec: None,
            },
            port,
            pidfile: self.has_instances.then_some(pidfile),
            logfile: format!("/var/log/{}/{}.log", self.name, self.unit),
            suffix: String::new(),
        }
    }

    /// One of several: the package's unit for instances, or a whole unit.
    fn one_of_several(&self, scene: &Scene<'_>, name: &str, port: u64) -> Instance {
        let conf = format!("/etc/{0}/{0}-{name}.conf", self.name);
        let unit = if self.has_instances {
            format!("{}@{name}.service", self.unit)
        } else {
            format!("{}-{name}.service", self.unit)
        };
        let exec = (!self.has_instances).then(|| self.exec(name, &conf));
        let pidfile = format!("/run/{}-{name}/{}.pid", self.name, self.unit);
        let stated = scene.spec.unit.clone().filter(|_| scene.spec.replicas == 1);
        Instance {
            unit: Unit {
                exec: exec.filter(|_| stated.is_none()),
                name: stated.unwrap_or(unit),
            },
            conf,
            port,
            pidfile: self.has_instances.then_some(pidfile),
            logfile: format!("/var/log/{}/{}-{name}.log", self.name, self.unit),
            suffix: format!("-{name}"),
        }
    }

    fn exec(&self, name: &str, conf: &str) -> Exec {
        let words = [
            &format!("/usr/bin/{}", self.program),
            conf,
            "--daemonize",
            "no",
            "--supervised",
            "systemd",
        ];
        Exec {
            description: format!("{} {name}", self.name),
            command: words.iter().map(|word| (*word).to_owned()).collect(),
            cwd: self.data(),
            user: self.name.to_owned(),
            reload: None,
            notifies: true,
            environment: BTreeMap::new(),
        }
    }
}
