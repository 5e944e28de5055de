//! Whether this is a machine or a container.

use super::mounts::{self, Mount};
use super::{Fact, Found, HostReader};
use crate::host::Place;

/// Files that a container runtime leaves.
const MARKERS: &[&str] = &["/run/.containerenv", "/run/systemd/container"];

/// Docker's marker lies on the disk: a machine that was made from an image has
/// it too.
const DOCKER_MARKER: &str = "/.dockerenv";

/// What Docker mounts over in every container.
const DOCKER_BINDS: &[&str] = &["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];

/// Variables of process 1 or of this process that only a container has.
const VARIABLES: &[&str] = &["container=", "KUBERNETES_SERVICE_HOST="];

/// What a group's path holds inside a container, where its namespace shows it.
const GROUPS: &[&str] = &[
    "/docker/",
    "docker-",
    "kubepods",
    "/lxc/",
    "/lxc.payload",
    "libpod-",
    "cri-containerd-",
];

/// Where runtimes keep the layers that a container's `/` is made of.
const LAYERS: &[&str] = &[
    "containerd",
    "/docker/",
    "/containers/storage/",
    "/containers/overlay",
];

/// Decides what kind of place this is.
pub(super) fn place(reader: &dyn HostReader, mounts: &[Mount]) -> Found<Place> {
    let fargate = variable(reader, &["AWS_EXECUTION_ENV=AWS_ECS_FARGATE"]);
    let (place, from) = match (fargate, container(reader, mounts)) {
        (Some(from), _) => (Place::Fargate, from),
        (None, Some(from)) => (Place::Container, from),
        (None, None) => (Place::Machine, "no sign of a container".to_owned()),
    };
    let mut fact = Fact::new("place", place.name(), from);
    if place == Place::Machine && reader.exists(DOCKER_MARKER) {
        fact = fact.overruling(format!(
            "{DOCKER_MARKER} is of the image that / was made from"
        ));
    }
    Found {
        value: place,
        facts: vec![fact],
    }
}

fn container(reader: &dyn HostReader, mounts: &[Mount]) -> Option<String> {
    let marker = MARKERS
        .iter()
        .find(|path| reader.exists(path))
        .map(|path| (*path).to_owned());
    marker
        .or_else(|| docker(reader, mounts))
        .or_else(|| variable(reader, VARIABLES))
        .or_else(|| group(reader))
        .or_else(|| layer(mounts))
}

fn docker(reader: &dyn HostReader, mounts: &[Mount]) -> Option<String> {
    let is_bound = DOCKER_BINDS
        .iter()
        .any(|file| mounts::at(mounts, file).is_some());
    let is_layered = mounts::at(mounts, "/").is_some_and(|root| root.kind == "overlay");
    let holds = mounts.is_empty() || is_bound || is_layered;
    (reader.exists(DOCKER_MARKER) && holds).then(|| DOCKER_MARKER.to_owned())
}

fn variable(reader: &dyn HostReader, wanted: &[&str]) -> Option<String> {
    ["/proc/1/environ", "/proc/self/environ"]
        .iter()
        .find_map(|path| {
            let environ = reader.text(path)?;
            let found = environ
                .split('\0')
                .find(|entry| wanted.iter().any(|variable| entry.starts_with(variable)))?;
            Some(format!(
                "{} in {path}",
                found.split('=').next().unwrap_or_default()
            ))
        })
}

fn group(reader: &dyn HostReader) -> Option<String> {
    ["/proc/self/cgroup", "/proc/1/cgroup"]
        .iter()
        .find_map(|path| {
            let text = reader.text(path)?;
            let found = GROUPS.iter().find(|part| text.contains(**part))?;
            Some(format!("'{found}' in {path}"))
        })
}

fn layer(mounts: &[Mount]) -> Option<String> {
    let root = mounts::at(mounts, "/").filter(|root| root.kind == "overlay")?;
    let found = LAYERS.iter().find(|part| root.options.contains(**part))?;
    Some(format!("/ is an overlay of '{found}'"))
}
