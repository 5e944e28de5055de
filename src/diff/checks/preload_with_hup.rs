//! `preload-with-hup`: a unit reloads by SIGHUP what loads the application
//! before it forks.

use super::{Breach, Check, Local, Seen, main_of};
use crate::formats::{Format, Normal, Occurrence, Standing};

pub(super) const CHECK: Check = Check {
    id: "preload-with-hup",
    run,
};

fn run(seen: &Seen<'_>, breaches: &mut Vec<Breach>) {
    for local in seen.services_with(Format::Systemd) {
        breaches.extend(of_service(seen, local));
    }
}

fn of_service(seen: &Seen<'_>, local: Local<'_>) -> Option<Breach> {
    let preload = local.live()?.preload?;
    let unit = local.settled.units.first()?;
    let reading = seen.reading(Format::Systemd, &unit.name)?;
    let said = |key: &str| {
        let mut all = reading.occurrences.iter();
        all.rfind(|one| one.key == key && one.standing == Standing::Holds)
    };
    let has_word = |one: &Occurrence, word: &str| {
        let text = one.value.to_string();
        let mut words = text.split(|c: char| c.is_whitespace() || c == '\'' || c == '"');
        words.any(|one| one.trim_start_matches("-SIG") == word || one == word)
    };
    let reload = said("ExecReload")?;
    if !["HUP", "-HUP", "-1"]
        .iter()
        .any(|word| has_word(reload, word))
    {
        return None;
    }
    let in_command = said("ExecStart").is_some_and(|start| has_word(start, preload.option));
    let says = if in_command {
        format!("{} of its command line", preload.option)
    } else {
        let file = local.holder(preload.key)?;
        let config = seen.reading(file.format, main_of(file))?;
        let one = config.effective(&[], preload.key)?;
        let is_on = file.format.normal(&one.key, &one.value) == Normal::Flag(true);
        let (path, line) = (&one.file, one.line);
        is_on.then(|| format!("{} of {path}:{line}", preload.key))?
    };
    let message = format!(
        "{} reloads by SIGHUP, which keeps the code of {says}",
        unit.name
    );
    Some(Breach::new(local.name(), message).at(&reload.file, reload.line))
}
