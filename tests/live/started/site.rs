//! The `web` stack for a t3.large, with the directories and ports of one test.

use std::path::PathBuf;

use crate::support::place::{Scratch, free_port};
use crate::support::tree::Tree;
use crate::support::tune::{Plan, render_into};

pub(super) struct Site {
    pub(super) tree: Tree,
    pub(super) plan: Plan,
    pub(super) nginx: u16,
    pub(super) api: u16,
    pub(super) app: u16,
    pub(super) scratch: Scratch,
}

impl Site {
    pub(super) fn new() -> Self {
        Self::with(&[])
    }

    /// With keys of its own beside.
    pub(super) fn with(own: &[&str]) -> Self {
        let scratch = Scratch::new();
        let [nginx, api, app] = [free_port(), free_port(), free_port()];
        let mut sets = vec![
            format!("services.nginx.port={nginx}"),
            format!("services.api.port={api}"),
            format!("services.app.port={app}"),
        ];
        for service in ["api", "app", "worker"] {
            let directory = scratch.path().join(service);
            std::fs::create_dir(&directory).unwrap();
            sets.push(format!(
                "services.{service}.cwd={:?}",
                directory.display().to_string()
            ));
        }
        let mut arguments = vec!["--profile", "t3.large", "--stack", "web"];
        for set in sets.iter().map(String::as_str).chain(own.iter().copied()) {
            arguments.extend(["--set", set]);
        }
        let tree = render_into(&scratch.path().join("tree"), &arguments);
        let plan = Plan::with(&arguments);
        Self {
            tree,
            plan,
            nginx,
            api,
            app,
            scratch,
        }
    }

    /// A rendered file, copied to where the plan wants it on the host.
    pub(super) fn install(&self, end: &str) -> PathBuf {
        let entry = self.tree.only(end);
        let path = PathBuf::from(&entry.path);
        assert!(
            path.starts_with(self.scratch.path()),
            "{end} would go to {}",
            entry.path
        );
        std::fs::copy(self.tree.place(&entry.path), &path).unwrap();
        path
    }

    /// A number of the plan.
    pub(super) fn planned(&self, service: &str, key: &str) -> u64 {
        let settings = self.plan.settings(service);
        let value = settings
            .get(key)
            .unwrap_or_else(|| panic!("no {key} in the plan of {service}"));
        value.as_u64().unwrap_or_else(|| panic!("{key} = {value}"))
    }
}
