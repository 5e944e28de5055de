//! The list of a rendered tree: what tune wrote, and how each file is meant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::formats::Format;
use crate::render::Artefact;
use crate::services::Meets;

/// What every list begins with, whatever wrote it says.
const MAKER: &str = "tune ";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct Manifest {
    pub(in crate::cli) made_by: String,
    pub(in crate::cli) host: String,
    pub(in crate::cli) stack: String,
    pub(in crate::cli) files: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct Entry {
    pub(in crate::cli) path: String,
    pub(in crate::cli) service: String,
    pub(in crate::cli) mode: String,
    pub(in crate::cli) owner: String,
    pub(in crate::cli) meets: String,
    /// What it is written in; lists of tune 0.1.0 do not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) format: Option<Format>,
    /// Where its program begins to read, or the unit that it is a part of; the
    /// file itself where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) main: Option<String>,
    pub(in crate::cli) validator: String,
}

impl Entry {
    pub(super) fn of(file: &Artefact) -> Self {
        Self {
            path: file.path.clone(),
            service: file.service.clone(),
            mode: format!("{:04o}", file.mode),
            owner: file.owner.clone(),
            meets: file.meets.name().to_owned(),
            format: Some(file.format),
            main: Some(file.main.clone()).filter(|main| *main != file.path),
            validator: file.validator.command.clone().into_owned(),
        }
    }

    /// How it meets a live file.
    pub(in crate::cli) fn meets(&self) -> Meets {
        if self.meets == Meets::Merge.name() {
            Meets::Merge
        } else {
            Meets::Own
        }
    }
}

impl Manifest {
    /// Reads a list; nothing where the file is another's of that name.
    pub(in crate::cli) fn read(bytes: &[u8]) -> Result<Option<Self>, serde_json::Error> {
        match serde_json::from_slice(bytes) {
            Ok(manifest) => Ok(Some(manifest)),
            Err(error) => {
                let found = serde_json::from_slice::<serde_json::Value>(bytes).ok();
                let maker = found
                    .as_ref()
                    .and_then(|found| found.get("made_by")?.as_str());
                if maker.is_some_and(|maker| maker.starts_with(MAKER)) {
                    return Err(error);
                }
                Ok(None)
            }
        }
    }
}

/// The schema of the list.
pub(in crate::cli) fn manifest_schema() -> serde_json::Value {
    crate::report::schema::of::<Manifest>("manifest.json of tune render")
}
