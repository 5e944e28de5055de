//! The running processes of one service: which they are, how many workers they
//! have, what the server answers.

use super::processes::Process;
use super::{Ask, Runtime, Value, units};
use crate::formats::{Files, Format, Reading};
use crate::plan::Planned;
use crate::services::{Live, Settled, Workers, find};

/// One service and all that is needed to look at it.
pub(super) struct Look<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) table: &'a [Process],
    pub(super) planned: &'a Planned,
    pub(super) settled: &'a Settled,
    /// Whether no other service is of its kind.
    pub(super) alone: bool,
    /// What its program reads, and in which format.
    pub(super) reading: Option<&'a (Format, Reading)>,
}

impl Look<'_> {
    pub(super) fn fill(&self, ask: &dyn Ask, runtime: &mut Runtime) {
        let live = find(self.planned.kind).and_then(|kind| kind.live());
        let mains = self.mains(live.as_ref());
        let name = &self.planned.name;
        if mains.is_empty() {
            runtime.unasked(name, "no process of it was found");
            return;
        }
        if let Some(started) = mains.iter().filter_map(|main| main.started).max() {
            runtime.started.insert(name.clone(), started);
        }
        let lines = mains.iter().map(|main| main.argv.clone()).collect();
        runtime.command_lines.insert(name.clone(), lines);
        self.held(&mains, runtime);
        let Some(live) = live else { return };
        if let Some(workers) = live.workers {
            self.count(workers, &mains, runtime);
        }
        self.ask(&live, &mains, ask, runtime);
    }

    /// Its main processes: of its units where systemd runs them, else those that
    /// name one of its files, else all of its kind where it is the only one.
    fn mains(&self, live: Option<&Live>) -> Vec<&Process> {
        let units: Vec<&str> = self
            .settled
            .units
            .iter()
            .map(|unit| unit.name.as_str())
            .collect();
        let in_unit = |process: &&Process| {
            process
                .unit
                .as_deref()
                .is_some_and(|unit| units.contains(&unit))
        };
        let of_unit: Vec<&Process> = self.table.iter().filter(in_unit).collect();
        if !of_unit.is_empty() {
            return self.roots(&of_unit);
        }
        let Some(live) = live else { return Vec::new() };
        let of_kind: Vec<&Process> = self
            .table
            .iter()
            .filter(|one| one.runs(live.programs))
            .collect();
        let named = |process: &&&Process| {
            self.settled
                .files
                .iter()
                .any(|file| process.says(&file.path))
        };
        let named: Vec<&Process> = of_kind.iter().filter(named).copied().collect();
        if !named.is_empty() {
            return self.roots(&named);
        }
        if self.alone {
            self.roots(&of_kind)
        } else {
            Vec::new()
        }
    }

    /// Those whose parent is not among them.
    fn roots<'t>(&self, found: &[&'t Process]) -> Vec<&'t Process> {
        let inside = |pid: u32| found.iter().any(|process| process.pid == pid);
        let roots = found.iter().filter(|process| !inside(process.parent));
        roots.copied().collect()
    }

    /// What systemd made of its units.
    fn held(&self, mains: &[&Process], runtime: &mut Runtime) {
        let sheets = self.settled.files.iter();
        let sheets: Vec<&str> = sheets
            .filter(|file| file.format == Format::Systemd)
            .map(|file| file.sheet)
            .collect();
        let settings = self.settled.settings.iter();
        for setting in settings.filter(|setting| sheets.contains(&setting.file)) {
            for main in mains.iter().filter(|main| main.unit.is_some()) {
                units::property(self.files, &self.planned.name, &setting.key, main, runtime);
            }
        }
    }

    fn count(&self, workers: Workers, mains: &[&Process], runtime: &mut Runtime) {
        for main in mains {
            let children = self.table.iter().filter(|process| match workers.of {
                Some(manager) => {
                    let parent = self.table.iter().find(|one| one.pid == process.parent);
                    parent.is_some_and(|parent| parent.runs(&[manager]))
                        && process.unit == main.unit
                        && self.is_ours(process)
                }
                None => process.parent == main.pid,
            });
            let counted = children.filter(|process| {
                workers.title.is_none_or(|title| process.says(title))
                    && workers.leaving.is_none_or(|leaving| !process.says(leaving))
            });
            let text = counted.count().to_string();
            let format = self.reading.map_or(Format::Text, |(format, _)| *format);
            let normal = format.normal(workers.key, text.as_bytes());
            let value = Value::new(text, normal, format!("processes of {}", main.pid));
            runtime.add(&self.planned.name, workers.key, value.since(main.started));
            if workers.of.is_some() {
                break;
            }
        }
    }

    /// A manager may run others' programs too: ours lie beside one of our files.
    fn is_ours(&self, process: &Process) -> bool {
        let mut places = self.settled.files.iter();
        places.any(|file| {
            let directory = file.path.rsplit_once('/').map(|(directory, _)| directory);
            directory.is_some_and(|directory| process.says(&format!("{directory}/")))
        })
    }

    fn ask(&self, live: &Live, mains: &[&Process], ask: &dyn Ask, runtime: &mut Runtime) {
        let Some(question) = live.question else {
            return;
        };
        let Some((format, reading)) = self.reading else {
            return;
        };
        let in_effect = |key: &str| {
            let mut found = reading.occurrences.iter();
            let found = found
                .rfind(|one| one.key == key && one.standing == crate::formats::Standing::Holds);
            found.map(|one| one.value.to_string())
        };
        let user = mains
            .first()
            .and_then(|main| main.user)
            .filter(|_| question.as_owner);
        let arguments = (question.arguments)(&in_effect);
        let asked = ask.ask(question.program, &arguments, user);
        let answers = match asked.and_then(|answer| (question.answers)(&answer)) {
            Ok(answers) => answers,
            Err(why) => return runtime.unasked(&self.planned.name, &why),
        };
        for answer in answers {
            let normal = format.normal(&answer.key, answer.value.as_bytes());
            let text = format.spell(&answer.key, &normal);
            let value = Value::new(text, normal, question.program.to_owned());
            let value = Value {
                pending: answer.pending,
                by: answer.by,
                ..value.since(mains.first().and_then(|main| main.started))
            };
            runtime.add(&self.planned.name, &answer.key, value);
        }
    }
}
