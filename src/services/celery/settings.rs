//! celery's settings, each with its formula, in the order of the module, and
//! the options of a worker's command that say the same.

use std::collections::BTreeMap;

use super::ask::{Ask, Kind};
use crate::services::{Given, pool_env};
use crate::setting::{Activation, Formula, Pins, Rule, Setting, Sheet, Spelling};
use crate::units::{Bytes, Decimal};

/// The short name of the module.
pub(super) const FILE: &str = "tune_celery.py";
/// The short name of what has no file: the worker's environment.
const ENVIRONMENT: &str = "environment";
/// The part of its room that a child may keep after a task.
/// Source: docs/formulas.md, "celery".
const CAP_PART: Decimal = Decimal::thousandths(800);
/// A child is replaced after so many tasks, so that a slow leak ends.
/// Source: docs/formulas.md, "celery".
const MAX_TASKS: u64 = 1000;
/// Tasks from here on are long: none waits behind another.
/// Source: docs/formulas.md, "celery" (openrem#327).
const LONG_TASK_SECONDS: u64 = 60;
/// Messages that a worker takes ahead for each task at once.
/// Source: <https://docs.celeryq.dev/en/stable/userguide/configuration.html#worker-prefetch-multiplier>
const PREFETCH: u64 = 4;
/// What a task is given to end after it was told to.
/// Source: docs/formulas.md, "timeouts".
const SOFT_TO_HARD_SECONDS: u64 = 30;
/// The transports' own.
/// Source: <https://docs.celeryq.dev/en/stable/userguide/configuration.html#broker-transport-options>
const VISIBILITY_SECONDS: u64 = 3600;
/// A day.
/// Source: <https://docs.celeryq.dev/en/stable/userguide/configuration.html#result-expires>
const RESULT_SECONDS: u64 = 86_400;

const FORMULAS: &str = "docs/formulas.md#celery";
const MANUAL: &str = "https://docs.celeryq.dev/en/stable/userguide/configuration.html";
const CONCURRENCY: &str =
    "https://docs.celeryq.dev/en/stable/userguide/configuration.html#worker-concurrency";
const CHILD_CAP: &str =
    "https://docs.celeryq.dev/en/stable/userguide/configuration.html#worker-max-memory-per-child";
const VISIBILITY: &str = "https://github.com/celery/celery/issues/5935";

/// What was made, with the values that others are built from.
pub(super) struct Made {
    pub(super) settings: Vec<Setting>,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) concurrency: u64,
    /// Seconds after which a task is over, one way or the other.
    pub(super) longest: u64,
    /// The options of the worker's command.
    pub(super) options: Vec<String>,
}

struct Maker<'a, 'b> {
    given: &'a Given<'a>,
    ask: &'a Ask,
    pins: &'a Pins<'b>,
    sheet: Sheet<'a>,
    restart: Activation,
    options: Vec<String>,
}

/// All settings.
pub(super) fn make(given: &Given<'_>, ask: &Ask, pins: &Pins<'_>) -> Made {
    let mut maker = Maker {
        given,
        ask,
        pins,
        sheet: Sheet::new(FILE, Spelling::Kibibytes, pins),
        restart: Activation::Restart.in_container(given.scene.in_compose()),
        options: vec![format!("--pool={}", ask.kind.name())],
    };
    let concurrency = maker.concurrency();
    let prefetch = maker.prefetch();
    if ask.kind == Kind::Prefork {
        maker.children(concurrency);
    }
    let longest = maker.limits();
    maker.broker(prefetch, longest);
    let mut settings = maker.sheet.finish();
    let mut sheet = Sheet::new(ENVIRONMENT, Spelling::Plain, pins);
    let environment = pool_env::tell(given, &mut sheet, pins, maker.restart);
    settings.extend(sheet.finish());
    Made {
        settings,
        environment,
        concurrency,
        longest,
        options: maker.options,
    }
}

impl Maker<'_, '_> {
    const fn rule(&self, source: &'static str, because: &'static str) -> Rule {
        Rule {
            source,
            activation: self.restart,
            because,
        }
    }

    /// A number that stands in the module and in the command.
    fn option(&mut self, key: &str, option: &str, formula: &Formula, rule: Rule) -> u64 {
        let n = self.sheet.count(key, formula, rule).whole();
        if n == 0 {
            self.pins.reject(
                key,
                &format!("{key} = 0: at least 1 is needed"),
                "leave it out to have it computed",
            );
        }
        self.options.push(format!("--{option}={n}"));
        n
    }

    fn concurrency(&mut self) -> u64 {
        let share = self.given.share.stated();
        let grant = pool_env::tightest(self.given);
        let (formula, because) = match self.ask.kind {
            Kind::Prefork => (
                self.given.processes.clone(),
                "a child for each task at once: processors, memory and connections allow no more",
            ),
            Kind::Threads => (
                self.ask.concurrency(share, grant),
                "tasks in threads wait for others more than they compute",
            ),
            Kind::Gevent => (
                self.ask.concurrency(share, grant),
                "tasks that only wait: memory and connections bound them, not processors",
            ),
        };
        let rule = self.rule(CONCURRENCY, because);
        let n = self.option("worker_concurrency", "concurrency", &formula, rule);
        let allowed = self.given.processes.whole();
        if self.ask.kind == Kind::Prefork && n > allowed {
            let message = format!(
                "worker_concurrency = {n} is pinned, and their connections are enough for {allowed}"
            );
            let help = "pin fewer, lower pool_size, or raise the connections of what they use";
            self.pins.reject("worker_concurrency", &message, help);
        }
        n.max(1)
    }

    fn prefetch(&mut self) -> u64 {
        let (n, because) = match self.ask.task_seconds {
            Some(seconds) if seconds > LONG_TASK_SECONDS => (
                1,
                "tasks are long: none waits behind another while a child is free",
            ),
            _ => (
                PREFETCH,
                "tasks are short: the next ones are there when one ends",
            ),
        };
        let rule = self.rule(MANUAL, because);
        let key = "worker_prefetch_multiplier";
        self.option(key, "prefetch-multiplier", &Formula::number(n), rule)
    }

    /// Only the prefork pool has children to replace.
    fn children(&mut self, concurrency: u64) {
        let pool = &self.ask.pool;
        let share = self.given.share.stated();
        let rest = Formula::size("share", share) - pool.main_in(share, concurrency);
        let room = rest / Formula::count("children", concurrency);
        let floor = Formula::size("least of a child", pool.worker.floor);
        let cap = (&room * CAP_PART).at_least(&floor).floor_to(Bytes::KIB);
        let because = "in KiB; looked at after a task: a child that kept more is replaced";
        let rule = self.rule(CHILD_CAP, because);
        let cap = self.sheet.size("worker_max_memory_per_child", &cap, rule);
        self.options.push(format!(
            "--max-memory-per-child={}",
            (cap / Bytes::KIB).whole()
        ));
        let because = "a child is replaced after so many tasks: a slow leak ends there";
        let rule = self.rule(FORMULAS, because);
        let key = "worker_max_tasks_per_child";
        self.option(
            key,
            "max-tasks-per-child",
            &Formula::number(MAX_TASKS),
            rule,
        );
    }

    /// What each pool can hold a task to: children are told and then killed,
    /// greenlets are ended, threads cannot be.
    fn limits(&mut self) -> u64 {
        let task = Formula::count("task_seconds", self.ask.seconds());
        let hard = &task + &Formula::number(SOFT_TO_HARD_SECONDS);
        if self.ask.kind == Kind::Threads {
            return hard.whole();
        }
        let mut soft = task;
        if self.ask.kind == Kind::Prefork {
            let because = "the task is told to end, by an exception that it can catch";
            let rule = self.rule(MANUAL, because);
            let seconds = self.option("task_soft_time_limit", "soft-time-limit", &soft, rule);
            soft = Formula::count("task_soft_time_limit", seconds);
        }
        let because = if self.ask.kind == Kind::Prefork {
            "what did not end by then is killed with its child"
        } else {
            "what did not end by then is ended; greenlets know no softer limit"
        };
        let rule = self.rule(MANUAL, because);
        let hard = soft + SOFT_TO_HARD_SECONDS;
        self.option("task_time_limit", "time-limit", &hard, rule)
    }

    fn broker(&mut self, prefetch: u64, longest: u64) {
        let longest = Formula::count("longest task", longest);
        let waiting = (Formula::count("prefetch", prefetch) + 1) * &longest;
        let seconds = waiting.at_least(&Formula::number(VISIBILITY_SECONDS));
        let because = "a message taken and not acknowledged by then is run a second time: longer than the longest task, and those it waits behind";
        let rule = self.rule(VISIBILITY, because);
        let seconds = self.sheet.count("visibility_timeout", &seconds, rule);
        if seconds.whole() <= longest.whole() {
            let message = format!(
                "visibility_timeout = {} is not longer than the longest task, {} s: it would be run twice",
                seconds.whole(),
                longest.whole()
            );
            self.pins.reject(
                "visibility_timeout",
                &message,
                "pin more, or lower task_seconds",
            );
        }
        let because =
            "results are forgotten after a day: what nobody asked for would fill the backend";
        let rule = self.rule(MANUAL, because);
        self.sheet
            .count("result_expires", &Formula::number(RESULT_SECONDS), rule);
    }
}
