//! What makes the pools true: a limit and timeouts for the role of every user.

use std::collections::BTreeMap;

use super::settings::{CONNECTION, rule};
use crate::services::{Given, traits};
use crate::setting::{Activation, Formula, Key, Pins, Setting, Sheet, Spelling, Value};

/// The short name of the roles' file.
pub(super) const ROLES: &str = "roles.sql";
/// A database that a request has left alone this long is a leak.
/// Source: docs/formulas.md, "timeouts".
const IDLE_IN_TRANSACTION_SECONDS: u64 = 60;
/// A statement may run this long where nobody says how patient a request is.
/// Source: gunicorn's and celery's own default of 30 s; docs/formulas.md, "timeouts".
const PATIENCE_SECONDS: u64 = 30;
const CLIENT: &str = "https://www.postgresql.org/docs/current/runtime-config-client.html";

/// The roles' limits. Behind a pooler any role may use all of the pool.
pub(super) fn settings(given: &Given<'_>, pins: &Pins<'_>) -> Vec<Setting> {
    let mut sheet = Sheet::new(ROLES, Spelling::Postgresql, pins);
    for role in roles(given) {
        let limit = role.limit.clone();
        let because = "so that the pools can open no more than the plan counts";
        let admitted = rule(CONNECTION, Activation::NewSession, because);
        sheet.count(
            role.under("connection_limit.SERVICE", "connection_limit"),
            &limit,
            admitted,
        );
        let seconds = role.patience.unwrap_or(PATIENCE_SECONDS);
        let patience = Formula::count("timeout", seconds.max(1));
        let (milliseconds, because) = if seconds > 1 {
            let because = "a second before the application gives the request up, in ms";
            ((&patience - &Formula::number(1)) * 1000, because)
        } else {
            let because = "half the time that the application gives the request, in ms";
            (&patience * 1000 / 2, because)
        };
        let timeout = rule(CLIENT, Activation::NewSession, because);
        sheet.count(
            role.under("statement_timeout.SERVICE", "statement_timeout"),
            &milliseconds,
            timeout,
        );
        let idle = Formula::number(IDLE_IN_TRANSACTION_SECONDS) * 1000;
        let because = "a forgotten transaction holds locks and keeps vacuum from its work, in ms";
        let forgotten = rule(CLIENT, Activation::NewSession, because);
        let key = role.under(
            "idle_in_transaction_session_timeout.SERVICE",
            "idle_in_transaction_session_timeout",
        );
        sheet.count(key, &idle, forgotten);
    }
    sheet.finish()
}

/// What checks may know of the accounts.
pub(super) fn traits(given: &Given<'_>, settings: &[Setting]) -> Vec<traits::Role> {
    let role = |role: Role| {
        let key = role.key("statement_timeout");
        let setting = settings.iter().find(|setting| setting.key == key)?;
        let Value::Count(milliseconds) = setting.value else {
            return None;
        };
        Some(traits::Role {
            name: role.name,
            statement: (milliseconds, key),
            patience: role.patience,
        })
    };
    roles(given).into_iter().filter_map(role).collect()
}

/// One account that signs in.
pub(super) struct Role {
    /// Its name: that of its service.
    pub(super) name: String,
    limit: Formula,
    patience: Option<u64>,
}

impl Role {
    /// The key of one of its settings.
    pub(super) fn key(&self, setting: &str) -> String {
        format!("{setting}.{}", self.name)
    }

    fn under(&self, row: &'static str, setting: &str) -> Key {
        Key::under(row, self.key(setting))
    }
}

/// Every account once, with all that it may open, directly and through poolers.
pub(super) fn roles(given: &Given<'_>) -> Vec<Role> {
    let mut roles: BTreeMap<&str, (Vec<Formula>, Option<u64>)> = BTreeMap::new();
    for user in &given.load.users {
        for signer in &user.signers {
            let (limit, patience) = roles.entry(&signer.role).or_default();
            limit.push(user.formula());
            *patience = (*patience).max(signer.patience);
        }
    }
    let role = |(name, (parts, patience)): (&str, (Vec<Formula>, Option<u64>))| Role {
        name: name.to_owned(),
        limit: parts
            .into_iter()
            .reduce(|sum, part| sum + part)
            .unwrap_or_else(|| Formula::number(0)),
        patience,
    };
    roles.into_iter().map(role).collect()
}
