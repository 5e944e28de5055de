//! The services of a stack in the order in which they can be settled: each
//! after those that it refers to, with everything that is known beforehand.

use crate::host::Host;
use crate::services::{self, Scene, Service};
use crate::stack::{ServiceSpec, Stack, order};

/// One service with its kind.
pub(super) struct Member<'a> {
    pub(super) service: &'static dyn Service,
    pub(super) scene: Scene<'a>,
}

/// All services.
pub(super) struct Cast<'a> {
    members: Vec<Member<'a>>,
}

impl<'a> Member<'a> {
    pub(super) fn spec(&self) -> &'a ServiceSpec {
        self.scene.spec
    }

    /// The names of its replicas.
    pub(super) fn instances(&self) -> Vec<String> {
        let spec = self.spec();
        if spec.replicas == 1 {
            return vec![spec.name.clone()];
        }
        (1..=spec.replicas)
            .map(|n| format!("{}-{n}", spec.name))
            .collect()
    }
}

impl<'a> Cast<'a> {
    /// The services of a stack that was read: kinds are known, nobody uses
    /// itself.
    pub(super) fn of(host: &'a Host, stack: &'a Stack) -> Self {
        let names =
            order(stack).unwrap_or_else(|_| stack.services.keys().map(String::as_str).collect());
        let specs = names.iter().filter_map(|name| stack.services.get(*name));
        let layout = stack.layout.unwrap_or(host.layout);
        let members = specs.filter_map(|spec| {
            let service = services::find(&spec.kind)?;
            let of_kind = stack
                .services
                .values()
                .filter(|other| other.kind == spec.kind && !other.external);
            let detected = host.installed.get(&spec.kind).copied().flatten();
            let version = detected
                .or(spec.version)
                .unwrap_or_else(|| service.default_version(layout));
            let scene = Scene {
                spec,
                host,
                runtime: stack.runtime,
                layout,
                version,
                version_seen: detected.is_some(),
                alone: of_kind.count() == 1 && spec.replicas == 1,
                directory: &stack.directory,
            };
            Some(Member { service, scene })
        });
        Self {
            members: members.collect(),
        }
    }

    /// All of them, each after those that it refers to.
    pub(super) fn members(&self) -> impl Iterator<Item = &Member<'a>> {
        self.members.iter()
    }

    /// Those that open connections to a server, by name.
    pub(super) fn users_of(&self, server: &str) -> impl Iterator<Item = &Member<'a>> {
        let mut users: Vec<&Member<'a>> = self
            .members
            .iter()
            .filter(|member| member.spec().uses.iter().any(|(name, _)| name == server))
            .collect();
        users.sort_by(|a, b| a.spec().name.cmp(&b.spec().name));
        users.into_iter()
    }
}
