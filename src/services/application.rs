//! Applications of the user's that no package starts: where their programs
//! are, what their units are called, who rotates their logs.

use super::{Exec, Given, Logs, Reopen, Scene, Unit};
use crate::setting::Formula;

/// Where a program of the application's virtual environment is: below `venv`,
/// which is `venv` in its working directory unless stated. In a container it
/// is on the image's path.
pub(super) fn program(scene: &Scene<'_>, name: &str) -> String {
    match (scene.spec.text("venv"), scene.in_compose()) {
        (None, true) => name.to_owned(),
        (Some(venv), true) => format!("{venv}/bin/{name}"),
        (Some(venv), false) if venv.starts_with('/') => format!("{venv}/bin/{name}"),
        (venv, false) => format!("{}/{}/bin/{name}", scene.cwd(), venv.unwrap_or("venv")),
    }
}

/// A unit for each replica. One that is stated exists: it is only held.
pub(super) fn units(given: &Given<'_>, exec: impl Fn(&str) -> Exec) -> Vec<Unit> {
    let scene = &given.scene;
    if scene.in_compose() {
        return Vec::new();
    }
    let instances = given.instances.iter().zip(1u64..);
    let unit = |(instance, n): (&String, u64)| match &scene.spec.unit {
        Some(stated) => Unit {
            name: numbered(stated, n, given.instances.len() > 1),
            exec: None,
        },
        None => Unit {
            name: format!("{instance}.service"),
            exec: Some(exec(instance)),
        },
    };
    instances.map(unit).collect()
}

/// That fewer processes are given than are stated, and by which rule.
pub(super) fn fewer(key: &str, stated: u64, given: &Formula) -> String {
    let (n, names, numbers) = (given.whole(), given.names(), given.numbers());
    format!("{key} = {stated} is stated, {n} is given: {names} = {numbers}")
}

/// The nth unit of those that go by one stated name: `web@.service` is a
/// template, `web.service` becomes `web-1.service`.
fn numbered(stated: &str, n: u64, several: bool) -> String {
    let stem = stated.strip_suffix(".service").unwrap_or(stated);
    match (several, stem.ends_with('@')) {
        (_, true) => format!("{stem}{n}.service"),
        (true, false) => format!("{stem}-{n}.service"),
        (false, false) => stated.to_owned(),
    }
}

/// Its log files, where the stack names them: it logs to its standard error.
pub(super) fn logs(scene: &Scene<'_>, units: &[Unit], reopen_signal: Option<&str>) -> Option<Logs> {
    if scene.spec.log_files.is_empty() {
        return None;
    }
    let names: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
    let reopen = match reopen_signal {
        Some(signal) if !names.is_empty() => Reopen::Command(format!(
            "systemctl kill --kill-who=main --signal={signal} {}",
            names.join(" ")
        )),
        _ => Reopen::Copytruncate,
    };
    let user = scene.user();
    Some(Logs {
        paths: scene.spec.log_files.clone(),
        reopen,
        account: format!("{user} {user}"),
        distribution_rule: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stated_unit_keeps_its_name_unless_there_are_several() {
        assert_eq!(numbered("web.service", 1, false), "web.service");
        assert_eq!(numbered("web.service", 2, true), "web-2.service");
        assert_eq!(numbered("web@.service", 1, false), "web@1.service");
        assert_eq!(numbered("web@.service", 2, true), "web@2.service");
    }
}
