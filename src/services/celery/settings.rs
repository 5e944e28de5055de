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

pub(super) const PREFETCH_KEY: &str = "worker_prefetch_multiplier";
pub(super) const CHILD_CAP_KEY: &str = "worker_max_memory_per_child";
pub(super) const CHILD_TASKS_KEY: &str = "worker_max_tasks_per_child";
pub(super) const VISIBILITY_KEY: &str = "visibility_timeout";
pub(super) const RESULTS_KEY: &str = "result_expires";

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
    /// Messages taken ahead for each task at once; 0 for any number.
    pub(super) prefetch: u64,
    /// What a child may keep after a task, nothing where it is not capped;
    /// `None` where there are no children.
    pub(super) child_cap: Option<Bytes>,
    /// Tasks after which a child is replaced; `None` where there are none.
    pub(super) child_tasks: Option<u64>,
    /// Limits of a child that are pinned although there are none.
    pub(super) idle_limits: Vec<&'static str>,
    /// Seconds after which a task is over, one way or the other.
    pub(super) longest: u64,
    pub(super) visibility: u64,
    /// Seconds that results are kept; 0 for ever.
    pub(super) results_kept: u64,
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
    let (mut child_cap, mut child_tasks, mut idle_limits) = (None, None, Vec::new());
    if ask.kind == Kind::Prefork {
        child_cap = Some(maker.child_cap(concurrency));
        child_tasks = Some(maker.child_tasks());
    } else {
        idle_limits = maker.idle_limits();
    }
    let longest = maker.limits();
    let visibility = maker.visibility(prefetch, longest);
    let results_kept = maker.results();
    let mut settings = maker.sheet.finish();
    let mut sheet = Sheet::new(ENVIRONMENT, Spelling::Plain, pins);
    let environment = pool_env::tell(given, &mut sheet, pins, maker.restart);
    settings.extend(sheet.finish());
    Made {
        settings,
        environment,
        concurrency,
        prefetch,
        child_cap,
        child_tasks,
        idle_limits,
        longest,
        visibility,
        results_kept,
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
    fn option(&mut self, key: &'static str, option: &str, formula: &Formula, rule: Rule) -> u64 {
        let n = self.count(key, option, formula, rule);
        if n == 0 {
            self.pins.reject(
                key,
                &format!("{key} = 0: at least 1 is needed"),
                "leave it out to have it computed",
            );
        }
        n
    }

    /// The same where 0 has a meaning.
    fn count(&mut self, key: &'static str, option: &str, formula: &Formula, rule: Rule) -> u64 {
        let n = self.sheet.count(key, formula, rule).whole();
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
        self.count(
            PREFETCH_KEY,
            "prefetch-multiplier",
            &Formula::number(n),
            rule,
        )
    }

    /// Only the prefork pool has children to replace. In whole KiB, and none
    /// at all is no cap.
    fn child_cap(&mut self, concurrency: u64) -> Bytes {
        let pool = &self.ask.pool;
        let share = self.given.share.stated();
        let rest = Formula::size("share", share) - pool.main_in(share, concurrency);
        let room = rest / Formula::count("children", concurrency);
        let floor = Formula::size("least of a child", pool.worker.floor);
        let cap = (&room * CAP_PART).at_least(&floor).floor_to(Bytes::KIB);
        let because = "in KiB; looked at after a task: a child that kept more is replaced";
        let rule = self.rule(CHILD_CAP, because);
        let cap = self.sheet.size(CHILD_CAP_KEY, &cap, rule).bytes();
        let cap = cap.floor_to(Bytes::KIB);
        self.options
            .push(format!("--max-memory-per-child={}", cap.over(1024).0));
        cap
    }

    fn child_tasks(&mut self) -> u64 {
        let because = "a child is replaced after so many tasks: a slow leak ends there";
        let rule = self.rule(FORMULAS, because);
        let most = Formula::number(MAX_TASKS);
        self.option(CHILD_TASKS_KEY, "max-tasks-per-child", &most, rule)
    }

    /// A pool without children has nothing that these could limit: they are
    /// written only where somebody pins them.
    fn idle_limits(&mut self) -> Vec<&'static str> {
        let mut idle = Vec::new();
        let rule = self.rule(MANUAL, "");
        if self.pins.node(CHILD_CAP_KEY).is_some() {
            self.sheet.size(CHILD_CAP_KEY, &Formula::number(0), rule);
            idle.push(CHILD_CAP_KEY);
        }
        if self.pins.node(CHILD_TASKS_KEY).is_some() {
            self.sheet.count(CHILD_TASKS_KEY, &Formula::number(0), rule);
            idle.push(CHILD_TASKS_KEY);
        }
        idle
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

    fn visibility(&mut self, prefetch: u64, longest: u64) -> u64 {
        let longest = Formula::count("longest task", longest);
        // Of any number of messages ahead one is counted.
        let waiting = (Formula::count("prefetch", prefetch.max(1)) + 1) * longest;
        let seconds = waiting.at_least(&Formula::number(VISIBILITY_SECONDS));
        let because = "a message taken and not acknowledged by then is run a second time: longer than the longest task, and those it waits behind";
        let rule = self.rule(VISIBILITY, because);
        self.sheet.count(VISIBILITY_KEY, &seconds, rule).whole()
    }

    fn results(&mut self) -> u64 {
        let because =
            "results are forgotten after a day: what nobody asked for would fill the backend";
        let rule = self.rule(MANUAL, because);
        let kept = Formula::number(RESULT_SECONDS);
        self.sheet.count(RESULTS_KEY, &kept, rule).whole()
    }
}
