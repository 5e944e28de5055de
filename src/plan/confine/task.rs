//! What a task of a container service is told: its environment as a file, where
//! there is neither systemd nor compose.

use serde_json::json;

use crate::formats::Format;
use crate::services::{FileSpec, Given, Meets, Settled, Validator};

/// Adds the environment of a service, where it has any.
pub(super) fn environment(given: &Given<'_>, settled: &mut Settled) {
    if settled.environment.is_empty() {
        return;
    }
    let name = &given.scene.spec.name;
    settled.files.push(FileSpec {
        template: "common/task.env",
        path: format!("{}/{name}/tune.env", given.scene.directory),
        mode: 0o644,
        owner: "root:root".to_owned(),
        meets: Meets::Own,
        format: Format::Environment,
        main: None,
        validator: Validator::default(),
        sheet: "",
        facts: json!({
            "environment": settled.environment,
            "memory_mib": given.share.stated().whole_mib(),
            "reserve_mib": given.share.reserve.whole_mib(),
        }),
    });
}
