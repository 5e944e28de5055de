//! Who opens the most connections to a server, and the key by which a person
//! made it so. What is too many is not known here.

use crate::plan::{Plan, Planned, Written};

/// The user of a server that opens the most, those first that a person told to.
pub(super) struct LargestUser<'a> {
    name: &'a str,
    opens: u64,
    /// What a person wrote of its connections.
    pub(super) written: Option<Written<'a>>,
}

impl<'a> LargestUser<'a> {
    /// Of this server; nothing where the stack names none.
    pub(super) fn of(plan: &'a Plan, server: &'a Planned) -> Option<Self> {
        let users = server.opened.iter().filter_map(|opened| {
            let user = plan.service(&opened.by)?;
            Some(Self {
                name: &user.name,
                opens: opened.total,
                written: written(user),
            })
        });
        users.max_by_key(|user| (user.written.is_some(), user.opens))
    }

    /// What to do where all together may open `most` and open `all`.
    pub(super) fn remedy(&self, all: u64, most: u64) -> String {
        let (name, opens) = (self.name, self.opens);
        let Some(written) = self.written else {
            return format!("'{name}' opens the most, {opens}: start fewer processes of it");
        };
        let key = written.key;
        match most.saturating_sub(all.saturating_sub(opens)) {
            0 => format!("'{name}' opens the most, {opens}: leave its {key} out"),
            left => format!(
                "'{name}' opens the most, {opens}: lower its {key} so that it opens {left}, or leave it out, so that the plan divides what there is"
            ),
        }
    }
}

/// The size of its pools, what they may open beyond, or its processes.
fn written(user: &Planned) -> Option<Written<'_>> {
    let traits = user.settled.as_ref().map(|settled| &settled.traits);
    let pooler = traits.and_then(|traits| traits.pooler.as_ref());
    let pool = pooler.and_then(|pooler| user.written(&pooler.size));
    let crew = || {
        let workers = traits?.workers.as_ref()?;
        user.written(&workers.count)
    };
    pool.or_else(|| user.written_key("pool_size"))
        .or_else(|| user.written_key("max_overflow"))
        .or_else(crew)
}
