//! What makes the pools true: a limit and timeouts for the role of every user.

use super::settings::{CONNECTION, rule};
use crate::services::Given;
use crate::setting::{Activation, Formula, Pins, Setting, Sheet, Spelling};

/// The short name of the roles' file.
pub(super) const ROLES: &str = "roles.sql";
/// A database that a request has left alone this long is a leak.
/// Source: docs/formulas.md, "timeouts".
const IDLE_IN_TRANSACTION_SECONDS: u64 = 60;
/// A statement may run this long where nobody says how patient a request is.
/// Source: gunicorn's and celery's own default of 30 s; docs/formulas.md, "timeouts".
const PATIENCE_SECONDS: u64 = 30;
const CLIENT: &str = "https://www.postgresql.org/docs/current/runtime-config-client.html";

/// The roles' limits.
pub(super) fn settings(given: &Given<'_>, pins: &Pins<'_>) -> Vec<Setting> {
    let mut sheet = Sheet::new(ROLES, Spelling::Postgresql, pins);
    for user in &given.load.users {
        let limit = Formula::count("pool", user.total);
        let because = "so that the pools can open no more than the plan counts";
        let role = rule(CONNECTION, Activation::NewSession, because);
        sheet.count(&format!("connection_limit.{}", user.role), &limit, role);
        let patience = Formula::count("timeout", user.patience.unwrap_or(PATIENCE_SECONDS));
        let milliseconds = (&patience - &Formula::number(1)) * 1000;
        let because = "a second before the application gives the request up, in ms";
        let timeout = rule(CLIENT, Activation::NewSession, because);
        sheet.count(
            &format!("statement_timeout.{}", user.role),
            &milliseconds,
            timeout,
        );
        let idle = Formula::number(IDLE_IN_TRANSACTION_SECONDS) * 1000;
        let because = "a forgotten transaction holds locks and keeps vacuum from its work, in ms";
        let idle_rule = rule(CLIENT, Activation::NewSession, because);
        sheet.count(
            &format!("idle_in_transaction_session_timeout.{}", user.role),
            &idle,
            idle_rule,
        );
    }
    sheet.finish()
}
