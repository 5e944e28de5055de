//! The running processes of one service: which they are, and what is looked at
//! of them.

use super::processes::Process;
use super::{Ask, Runtime, answers, rules, units, workers};
use crate::formats::{Files, Format, Reading};
use crate::plan::{Plan, Planned};
use crate::services::{Live, Settled, find};
use crate::setting::Setting;

/// One service and all that is needed to look at it.
pub(super) struct Look<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) table: &'a [Process],
    pub(super) planned: &'a Planned,
    pub(super) settled: &'a Settled,
    /// Whether no other service is of its kind.
    pub(super) alone: bool,
    pub(super) live: Option<Live>,
}

/// The main processes of a service.
pub(super) enum Mains<'t> {
    /// These.
    Found(Vec<&'t Process>),
    /// None runs.
    None,
    /// Which they are cannot be told: why.
    Unclear(String),
}

impl<'a> Look<'a> {
    /// Nothing where the service is not on this host.
    pub(super) fn of(
        files: &'a dyn Files,
        plan: &'a Plan,
        name: &str,
        table: &'a [Process],
    ) -> Option<Self> {
        let planned = plan.service(name).filter(|planned| !planned.external)?;
        let mut others = plan.services.iter();
        Some(Self {
            files,
            table,
            planned,
            settled: planned.settled.as_ref()?,
            alone: others.all(|other| other.kind != planned.kind || other.name == planned.name),
            live: find(planned.kind).and_then(crate::services::Service::live),
        })
    }

    pub(super) fn fill(
        &self,
        reading: Option<&(Format, Reading)>,
        ask: Option<&dyn Ask>,
        runtime: &mut Runtime,
    ) {
        let name = &self.planned.name;
        let mains = match self.mains() {
            Mains::Found(mains) => mains,
            Mains::None => {
                runtime.stopped.insert(name.clone());
                return;
            }
            Mains::Unclear(why) => return runtime.unasked(name, &why),
        };
        let started = mains.iter().filter_map(|main| main.started).max();
        runtime.started.insert(name.clone(), started);
        let lines = mains.iter().map(|main| main.argv.clone()).collect();
        runtime.command_lines.insert(name.clone(), lines);
        self.held(&mains, runtime);
        let traits = &self.settled.traits;
        if traits.store.as_ref().is_some_and(|store| store.saves) {
            rules::thp_always(self.files, name, &mains, runtime);
        }
        let Some(live) = &self.live else { return };
        if let Some(counted) = live.workers {
            let format = reading.map_or(Format::Text, |(format, _)| *format);
            workers::count(self, counted, &mains, format, runtime);
        }
        if let (Some(question), Some(reading), Some(ask)) = (live.question, reading, ask) {
            answers::put(self, question, reading, &mains, ask, runtime);
        }
    }

    /// Its main processes: of its units where systemd runs them, else those that
    /// name one of its files, else all of its kind where it is the only one.
    pub(super) fn mains(&self) -> Mains<'a> {
        let units: Vec<&str> = self
            .settled
            .units
            .iter()
            .map(|unit| unit.name.as_str())
            .collect();
        let in_unit = |process: &&Process| {
            let unit = process.unit.as_deref();
            unit.is_some_and(|unit| units.contains(&unit))
        };
        let of_unit: Vec<&Process> = self.table.iter().filter(in_unit).collect();
        if !of_unit.is_empty() {
            return Mains::Found(roots(&of_unit));
        }
        let Some(live) = &self.live else {
            let is_systemd = self.files.list("/run/systemd/system").is_ok();
            return if is_systemd && !units.is_empty() {
                Mains::None
            } else {
                let why = "no unit of systemd runs it, and nothing else tells which process it is";
                Mains::Unclear(why.to_owned())
            };
        };
        if let Some((manager, workers)) = live.workers.and_then(|w| Some((w.of?, w))) {
            let managed = workers::of_manager(self, manager, workers.key);
            if !managed.is_empty() {
                return Mains::Found(managed);
            }
        }
        let of_kind = |process: &&Process| process.runs(live.programs, live.through);
        let of_kind: Vec<&Process> = self.table.iter().filter(of_kind).collect();
        let mut named = of_kind.clone();
        named.retain(|process| self.names_a_file(process));
        if !named.is_empty() {
            return Mains::Found(roots(&named));
        }
        // What belongs to another unit is another's.
        let mut free = of_kind;
        free.retain(|process| process.unit.is_none() || units.is_empty() || self.alone);
        match (free.is_empty(), self.alone) {
            (true, _) => Mains::None,
            (false, true) => Mains::Found(roots(&free)),
            (false, false) => Mains::Unclear(
                "several services could be these processes: none is in its unit or names its files"
                    .to_owned(),
            ),
        }
    }

    fn names_a_file(&self, process: &Process) -> bool {
        let mut files = self.settled.files.iter();
        files.any(|file| {
            let main = file.main.as_deref().filter(|main| main.starts_with('/'));
            process.says(&file.path) || main.is_some_and(|main| process.says(main))
        })
    }

    /// What stands in its files of one format.
    pub(super) fn settings_in(&self, format: Format) -> impl Iterator<Item = &Setting> {
        let is_in = move |setting: &&Setting| {
            let mut files = self.settled.files.iter();
            files.any(|file| file.format == format && file.sheet == setting.file)
        };
        self.settled.settings.iter().filter(is_in)
    }

    /// What systemd made of its units.
    fn held(&self, mains: &[&Process], runtime: &mut Runtime) {
        for setting in self.settings_in(Format::Systemd) {
            for main in mains.iter().filter(|main| main.unit.is_some()) {
                if let Some(value) = units::property(self.files, setting, main) {
                    runtime.value(&self.planned.name, &setting.key, value);
                }
            }
        }
    }
}

/// Those whose parent is not among them.
fn roots<'t>(found: &[&'t Process]) -> Vec<&'t Process> {
    let inside = |pid: u32| found.iter().any(|process| process.pid == pid);
    let roots = found.iter().filter(|process| !inside(process.parent));
    roots.copied().collect()
}
