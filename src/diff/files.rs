//! The accounts of a host, so that owners are compared by name below any root.

use std::collections::BTreeMap;

use crate::formats::Files;

/// Users and groups by their numbers.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    users: BTreeMap<u32, String>,
    groups: BTreeMap<u32, String>,
}

impl Accounts {
    /// From `/etc/passwd` and `/etc/group`.
    pub fn of(files: &dyn Files) -> Self {
        Self {
            users: names(files, "/etc/passwd"),
            groups: names(files, "/etc/group"),
        }
    }

    /// `user:group`; a number where no name is known.
    pub fn owner(&self, user: u32, group: u32) -> String {
        let name = |names: &BTreeMap<u32, String>, id: u32| {
            names.get(&id).cloned().unwrap_or_else(|| id.to_string())
        };
        format!("{}:{}", name(&self.users, user), name(&self.groups, group))
    }
}

/// The third field of each line is a number, the first its name.
fn names(files: &dyn Files, path: &str) -> BTreeMap<u32, String> {
    let bytes = files.read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    // The kernel knows this one by its number, whatever the files say or where
    // there are none.
    let mut names = BTreeMap::from([(0, "root".to_owned())]);
    for line in text.lines() {
        let mut fields = line.split(':');
        let (name, id) = (fields.next(), fields.nth(1));
        if let (Some(name), Some(Ok(id))) = (name, id.map(str::parse)) {
            names.entry(id).or_insert_with(|| name.to_owned());
        }
    }
    names
}
