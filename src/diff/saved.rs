//! A saved difference: what `apply` is to make, with all that it must find as
//! it was. Here it is made, written as JSON and read back; who opens the file is
//! not known here.
//!
//! *Invariant:* what is read is what was written, byte for byte: a plan that was
//! cut short, edited or damaged is refused, never made in part.

mod content;
mod make;

pub use content::Content;
pub use make::UnsavedError;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::setting::Activation;

/// The version that is written, and the one that is read.
const VERSION: u32 = 1;

/// A difference, saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    /// Of this document: 1.
    pub version: u32,
    /// What wrote it: `tune 0.1.0`.
    pub made_by: String,
    /// The stack's name.
    pub stack: String,
    /// The host that was planned for.
    pub host: SavedHost,
    /// The directory that the files were read below; `/` is the machine itself.
    pub root: String,
    /// The files that would change, by path.
    pub files: Vec<SavedFile>,
    /// The settings that would change.
    pub settings: Vec<SavedSetting>,
    /// What could not be read beside them, so that nothing is known of it.
    pub troubles: Vec<String>,
    /// SHA-256 of all of the above, in hexadecimal digits.
    pub sha256: String,
}

/// The facts of a host that decide what its plan is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedHost {
    /// Its profile's name, or `detected`.
    pub name: String,
    /// What it is sold or detected as having.
    pub memory_bytes: u64,
    /// What the kernel sees of it, where that is known.
    pub visible_memory_bytes: Option<u64>,
    /// Processors that may be busy at once, in thousandths.
    pub cpus_thousandths: u64,
    /// `x86_64`, `arm64`, `other`.
    pub arch: String,
}

/// One file that would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedFile {
    /// Where it is on the host.
    pub path: String,
    /// Whose it is.
    pub service: String,
    /// `own`, or `merge` where only settings change in a person's file.
    pub meets: String,
    /// Whether somebody else's file stands where tune's own would go.
    pub foreign: bool,
    /// Where the link at the path points to; nothing where there is no link.
    pub link: Option<String>,
    /// What is there; nothing where there is no file.
    pub before: Option<SavedBefore>,
    /// What would be there; nothing where the file would go.
    pub after: Option<SavedAfter>,
}

/// A file as it was found: what must still hold when it is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedBefore {
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// The number of its device.
    pub device: u64,
    /// Its inode.
    pub inode: u64,
    /// When it was last written to: seconds since 1970.
    pub modified_seconds: i64,
    /// And nanoseconds.
    pub modified_nanoseconds: i64,
    /// Its permissions, in octal digits.
    pub mode: String,
    /// `user:group`.
    pub owner: String,
    /// The number of its user.
    pub user: u32,
    /// The number of its group.
    pub group: u32,
}

/// A file as it would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedAfter {
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Its permissions, in octal digits; nothing where they are not known.
    pub mode: Option<String>,
    /// `user:group`; nothing where it is not known.
    pub owner: Option<String>,
    /// All of it.
    pub content: Content,
}

/// One setting that would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedSetting {
    /// Whose it is.
    pub service: String,
    /// The file that holds it.
    pub path: String,
    /// Its key.
    pub key: String,
    /// What was in effect; nothing where it is not known, or a secret.
    pub old: Option<String>,
    /// Where that stands: the file.
    pub old_file: Option<String>,
    /// And the line, from 1.
    pub old_line: Option<u32>,
    /// What would be; nothing where the file would say nothing any more, or it is
    /// a secret.
    pub new: Option<String>,
    /// What the change needs, where that is known.
    pub needs: Option<Activation>,
    /// Whether its values are secret: they are not repeated here.
    pub secret: bool,
}

/// Why a saved plan is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SavedError {
    /// It is no JSON, or not that of a saved plan.
    #[error("it is no saved plan: {0}")]
    Malformed(String),
    /// Another version of tune wrote it.
    #[error("it is of version {0}, and this tune reads version {VERSION}")]
    Version(u64),
    /// A file's new content is not the one that was saved.
    #[error("the content of {0} is not the one that was saved")]
    Content(String),
    /// Something else of it is not as it was saved.
    #[error("it is not as it was saved: it was edited or damaged")]
    Damaged,
}

impl SavedPlan {
    /// As it stands in a file.
    pub fn document(&self) -> Result<String, serde_json::Error> {
        Ok(format!("{}\n", serde_json::to_string_pretty(self)?))
    }

    /// Reads a saved plan, and sees that it is whole.
    pub fn read(json: &[u8]) -> Result<Self, SavedError> {
        let malformed = |error: serde_json::Error| SavedError::Malformed(error.to_string());
        let loose: serde_json::Value = serde_json::from_slice(json).map_err(malformed)?;
        let version = loose.get("version").and_then(serde_json::Value::as_u64);
        let version = version
            .ok_or_else(|| SavedError::Malformed("it does not state its version".to_owned()))?;
        if version != u64::from(VERSION) {
            return Err(SavedError::Version(version));
        }
        let saved: Self = serde_json::from_slice(json).map_err(malformed)?;
        for file in &saved.files {
            let Some(after) = &file.after else { continue };
            let bytes = after.content.bytes();
            if bytes.is_none_or(|bytes| content::sha256(&bytes) != after.sha256) {
                return Err(SavedError::Content(file.path.clone()));
            }
        }
        if saved.digest().map_err(malformed)? != saved.sha256 {
            return Err(SavedError::Damaged);
        }
        // Whatever reads alike and is spelled otherwise is not what was written.
        if saved.document().map_err(malformed)?.as_bytes() != json {
            return Err(SavedError::Damaged);
        }
        Ok(saved)
    }

    /// Whether a file is a saved plan, of any version and in any state.
    pub fn is_one(json: &[u8]) -> bool {
        let found = serde_json::from_slice::<serde_json::Value>(json);
        found.is_ok_and(|found| {
            let maker = found.get("made_by").and_then(serde_json::Value::as_str);
            let is_tunes = maker.is_some_and(|maker| maker.starts_with("tune "));
            is_tunes && found.get("version").is_some() && found.get("sha256").is_some()
        })
    }

    /// Over everything but itself.
    fn digest(&self) -> Result<String, serde_json::Error> {
        let rest = Self {
            sha256: String::new(),
            ..self.clone()
        };
        Ok(content::sha256(&serde_json::to_vec(&rest)?))
    }
}

#[cfg(test)]
mod tests;
