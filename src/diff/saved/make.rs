//! A difference becomes what is saved of it.

use super::super::model::{Differences, FileDifference, Old, SettingDifference, Was};
use super::super::{Facts, Host};
use super::content::{Content, sha256};
use super::{SavedAfter, SavedBefore, SavedFile, SavedHost, SavedPlan, SavedSetting, VERSION};
use crate::formats::{Trouble, TroubleKind};
use crate::plan::Plan;

/// Why a difference cannot be saved.
#[derive(Debug, thiserror::Error)]
pub enum UnsavedError {
    /// What a file of the plan would replace is not known.
    #[error("{0}")]
    Unread(Trouble),
    /// It cannot be written as JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl SavedPlan {
    /// Of a difference with a host. `link` says where a link at a path points to.
    pub fn of(
        plan: &Plan,
        root: &str,
        host: &dyn Host,
        link: &dyn Fn(&str) -> Option<String>,
        found: &Differences,
    ) -> Result<Self, UnsavedError> {
        let mut files = Vec::new();
        for file in found.files.iter().filter(|file| file.is_change()) {
            files.push(saved_file(file, host, link(&file.path))?);
        }
        let mut saved = Self {
            version: VERSION,
            made_by: format!("tune {}", env!("CARGO_PKG_VERSION")),
            stack: plan.stack.clone(),
            host: SavedHost {
                name: plan.host.name.clone(),
                memory_bytes: plan.host.memory.0,
                visible_memory_bytes: plan.host.visible_memory.map(|bytes| bytes.0),
                cpus_thousandths: plan.host.cpus.0,
                arch: plan.host.arch.name().to_owned(),
            },
            root: root.to_owned(),
            files,
            settings: found.changes().map(saved_setting).collect(),
            troubles: found.troubles.iter().map(Trouble::to_string).collect(),
            sha256: String::new(),
        };
        saved.sha256 = saved.digest()?;
        Ok(saved)
    }
}

fn saved_file(
    file: &FileDifference,
    host: &dyn Host,
    link: Option<String>,
) -> Result<SavedFile, UnsavedError> {
    let before = match &file.was {
        Was::Nothing => None,
        Was::File(bytes) => {
            let owner = file.owner.0.clone().unwrap_or_default();
            host.facts(&file.path)
                .map(|facts| before(bytes, &facts, owner))
        }
        Was::Missing(missing) => {
            return Err(UnsavedError::Unread(Trouble {
                file: file.path.clone(),
                what: TroubleKind::Missing(missing.clone()),
            }));
        }
    };
    let after = file.becomes.as_ref().map(|bytes| SavedAfter {
        sha256: sha256(bytes),
        mode: file.mode.1.map(octal),
        owner: file.owner.1.clone(),
        content: Content::of(bytes),
    });
    Ok(SavedFile {
        path: file.path.clone(),
        service: file.service.clone(),
        meets: file.meets.name().to_owned(),
        foreign: file.foreign,
        link,
        before,
        after,
    })
}

fn before(bytes: &[u8], facts: &Facts, owner: String) -> SavedBefore {
    SavedBefore {
        sha256: sha256(bytes),
        size: facts.size,
        device: facts.inode.0,
        inode: facts.inode.1,
        modified_seconds: facts.modified.0,
        modified_nanoseconds: facts.modified.1,
        mode: octal(facts.mode),
        owner,
        user: facts.user,
        group: facts.group,
    }
}

fn octal(mode: u32) -> String {
    format!("{mode:04o}")
}

fn saved_setting(setting: &SettingDifference) -> SavedSetting {
    let shown = |value: Option<&str>| {
        let value = value.filter(|_| !setting.secret);
        value.map(str::to_owned)
    };
    let (old_file, old_line) = match &setting.old {
        Old::File { file, line, .. } => (Some(file.clone()), Some(*line)),
        Old::Default(_) | Old::Unset | Old::Unknown => (None, None),
    };
    SavedSetting {
        service: setting.service.clone(),
        path: setting.path.clone(),
        key: setting.key.clone(),
        old: shown(setting.old.value()),
        old_file,
        old_line,
        new: shown(setting.new.as_deref()),
        needs: setting.needs,
        secret: setting.secret,
    }
}
