//! The pooler's settings, each with its formula, in the order of the file.

use super::sizing::{Inputs, POOL, TRANSACTION, pinned_servers};
use crate::services::Given;
use crate::setting::{Activation, Formula, Pins, Rule, Setting, Sheet, Spelling};

/// The short name of tune's file.
pub(super) const OWN: &str = "90-tune.ini";
/// The short name of the file that includes it.
pub(super) const MAIN: &str = "pgbouncer.ini";

/// A request that waits longer for a server than this has been given up.
/// Source: docs/formulas.md, "timeouts" (gunicorn's and celery's own 30 s).
const PATIENCE_SECONDS: u64 = 30;
/// Nobody waits for a server longer than this.
/// Source: pgbouncer.ini, `query_wait_timeout`.
const LONGEST_WAIT_SECONDS: u64 = 120;
/// Source: pgbouncer.ini, `server_idle_timeout`.
const IDLE_SECONDS: u64 = 600;
/// Source: pgbouncer.ini, `server_lifetime`.
const LIFETIME_SECONDS: u64 = 3600;

const CONFIG: &str = "https://www.pgbouncer.org/config.html";
const FEATURES: &str = "https://www.pgbouncer.org/features.html";
const LOAD: &str = "docs/measurements.md#load";
const BACKEND: &str = "docs/measurements.md#postgresql-backend";
const CLIENT: &str = "docs/measurements.md#pgbouncer";

/// What one act of making settings needs.
struct Maker<'a, 'b> {
    given: &'a Given<'a>,
    inputs: &'a Inputs,
    pins: &'a Pins<'b>,
    sheet: Sheet<'b>,
}

/// What was made, and what follows from it.
pub(super) struct Made {
    pub(super) settings: Vec<Setting>,
    pub(super) clients: u64,
    pub(super) patience: u64,
    pub(super) mode: String,
}

/// All settings of tune's own file.
pub(super) fn make<'b>(given: &Given<'_>, inputs: &Inputs, pins: &'b Pins<'b>) -> Made {
    let sheet = Sheet::new(OWN, Spelling::Plain, pins);
    let mut maker = Maker {
        given,
        inputs,
        pins,
        sheet,
    };
    maker.network();
    let mode = maker.mode();
    maker.pool();
    let clients = maker.clients();
    let patience = maker.timeouts();
    Made {
        settings: maker.sheet.finish(),
        clients,
        patience,
        mode,
    }
}

/// The one line of the file that is a person's.
pub(super) fn include<'b>(path: &str, pins: &'b Pins<'b>) -> Vec<Setting> {
    let mut sheet = Sheet::new(MAIN, Spelling::Plain, pins);
    let because =
        "the last line of [pgbouncer]: the last value wins, and the file belongs to that section";
    sheet.word(
        "%include",
        path,
        Rule {
            source: CONFIG,
            activation: Activation::Reload,
            because,
        },
    );
    sheet.finish()
}

impl Maker<'_, '_> {
    fn reload(&self, source: &'static str, because: &'static str) -> Rule {
        let activation = Activation::Reload.in_container(self.given.scene.in_compose());
        Rule {
            source,
            activation,
            because,
        }
    }

    fn restart(&self, because: &'static str) -> Rule {
        let activation = Activation::Restart.in_container(self.given.scene.in_compose());
        Rule {
            source: CONFIG,
            activation,
            because,
        }
    }

    fn network(&mut self) {
        let compose = self.given.scene.in_compose();
        if compose {
            let rule = self.restart("other containers reach it over the project's network");
            self.sheet.word("listen_addr", "*", rule);
        }
        let port = self.given.scene.spec.port;
        if let Some(port) = port.filter(|_| compose || self.given.instances.len() == 1) {
            let rule = self.restart("the stack says so");
            self.sheet
                .count("listen_port", &Formula::count("port", port), rule);
        }
    }

    fn mode(&mut self) -> String {
        let spec = self.given.scene.spec;
        let (mode, because) = match spec.text("pool_mode") {
            Some(stated) => (stated, "the stack states it"),
            None => (
                TRANSACTION,
                "clients take turns between transactions; a session would hold its server while it idles",
            ),
        };
        let rule = self.reload(FEATURES, because);
        let chosen = self.sheet.word("pool_mode", mode, rule);
        if !super::POOL_MODES.contains(&chosen.as_str()) {
            let message = "there is no such pool_mode";
            self.pins
                .reject("pool_mode", message, &super::POOL_MODES.join(", "));
        }
        chosen
    }

    fn pool(&mut self) {
        let spec = self.given.scene.spec;
        let tightest = self.given.grants.iter().min_by_key(|grant| grant.each);
        let (formula, overflow, because) = match tightest {
            Some(grant) if grant.pinned => {
                (grant.formula.clone(), grant.beyond(), "the stack states it")
            }
            Some(grant) => (
                grant.formula.clone(),
                grant.beyond(),
                "its part of what the database serves well",
            ),
            None => (
                pinned_servers(spec).map_or_else(
                    || Formula::number(POOL),
                    |stated| Formula::count("stated pool", stated),
                ),
                Formula::number(0),
                "no database of the stack is named in uses",
            ),
        };
        let rule = self.reload(LOAD, because);
        let size = self.sheet.count("default_pool_size", &formula, rule);
        self.refuse_more("default_pool_size", &size, formula.whole());
        let because = if overflow.whole() == 0 {
            "what was granted is in the pool already"
        } else {
            "the stack allows so many beyond the pool"
        };
        let rule = self.reload(CONFIG, because);
        self.sheet.count("reserve_pool_size", &overflow, rule);
        let granted = formula.whole().saturating_add(overflow.whole());
        let all = Formula::count("default_pool_size", formula.whole()) + overflow;
        let because =
            "pools are for each user of each database: all users of one together get no more";
        let rule = self.reload(CONFIG, because);
        let all = self.sheet.count("max_db_connections", &all, rule);
        self.refuse_more("max_db_connections", &all, granted);
    }

    /// A pin beyond the grant would open connections that nobody counted; 0 is
    /// no limit.
    fn refuse_more(&self, key: &str, value: &Formula, granted: u64) {
        if value.whole() > granted || value.whole() == 0 {
            let message = format!(
                "{key} = {} is more than the {granted} that were given to it",
                value.whole()
            );
            let help = "state default_pool_size beside uses instead: the plan divides by it";
            self.pins.reject(key, &message, help);
        }
    }

    fn clients(&mut self) -> u64 {
        let because = match self.inputs.stated {
            Some(_) => "the stack states it",
            None => "twice what its users open, as far as the share holds them at 8 KiB and more",
        };
        let rule = self.reload(CLIENT, because);
        let clients = self
            .sheet
            .count("max_client_conn", &self.inputs.clients(), rule);
        if self.given.scene.version.at_least(1, 21) {
            let because =
                "prepared statements survive a change of servers; each costs both sides memory";
            let rule = self.reload(CONFIG, because);
            let statements = Formula::number(self.inputs.statements);
            self.sheet
                .count("max_prepared_statements", &statements, rule);
        }
        clients.whole()
    }

    fn timeouts(&mut self) -> u64 {
        let users = self.given.load.users.iter();
        let signers = users.flat_map(|user| &user.signers);
        let patience = signers.filter_map(|signer| signer.patience).min();
        let patience = Formula::count(
            "shortest patience of its users",
            patience.unwrap_or(PATIENCE_SECONDS),
        )
        .at_most(&Formula::number(LONGEST_WAIT_SECONDS));
        let because = "who waited longer for a server has been given up by its own client";
        let rule = self.reload(CONFIG, because);
        let patience = self.sheet.count("query_wait_timeout", &patience, rule);
        let because = "a server that nobody needed for ten minutes gives its backend back";
        let rule = self.reload(CONFIG, because);
        self.sheet
            .count("server_idle_timeout", &Formula::number(IDLE_SECONDS), rule);
        let because =
            "a backend grows with every table that it touches, 1.7 to 8.6 MiB: a new one each hour";
        let rule = self.reload(BACKEND, because);
        self.sheet
            .count("server_lifetime", &Formula::number(LIFETIME_SECONDS), rule);
        patience.whole()
    }
}
