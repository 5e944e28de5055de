//! What the programs themselves say of the files as they would be: which are
//! asked, and what their answers mean. They are run in a room of their own
//! (`room.rs`), so that none touches the host.
//!
//! *Invariant:* what was not asked, or could not tell, is never valid.

mod room;

use std::path::Path;

use nix::unistd::Uid;

use super::candidate::Candidate;
use super::model::{Differences, FileDifference, Validation, Verdict, Was};
use crate::services::{Judged, Validator};
use room::{Answer, Question, SECONDS, StagedFile};

/// Lines of an answer that are kept.
const LINES: usize = 8;
/// Characters of one.
const LONGEST: usize = 300;
/// The permissions of a file of which none are known.
const USUAL_MODE: u32 = 0o644;
/// The program did not run at all.
/// Source: POSIX.1-2017, Shell Command Language, 2.8.2.
const NOT_RUN: [i32; 2] = [126, 127];
/// It was ended for being late.
/// Source: timeout(1).
const LATE: [i32; 2] = [124, 137];
/// The script says itself why it could not ask.
const CANNOT: (i32, &str) = (125, "cannot: ");
/// What tells of the room, and not of the file.
const OF_THE_ROOM: &[&str] = &["Read-only file system", "No space left on device"];
/// The same, where it is not root who asks.
const OF_THE_ACCOUNT: &[&str] = &["Permission denied", "Operation not permitted"];

/// One run of a validator, and the files that it is asked about.
struct Asked<'a> {
    validator: &'a Validator,
    /// The first of them.
    file: &'a FileDifference,
    main: &'a str,
    validation: Validation,
}

/// Asks the program of every file that would change. Below another root than
/// the machine's only those that read nothing but the file.
pub fn validate(found: &Differences, candidates: &[Candidate], root: &Path) -> Vec<Validation> {
    let is_machine = root == Path::new("/");
    let mut all = asked(found, candidates, is_machine);
    let open = |one: &&mut Asked<'_>| one.validation.verdict == Verdict::Valid;
    let mut run: Vec<&mut Asked<'_>> = all.iter_mut().filter(open).collect();
    let questions: Vec<Question> = run.iter().map(|one| one.question(is_machine)).collect();
    let staged = if is_machine {
        staged(found)
    } else {
        Vec::new()
    };
    if !questions.is_empty() {
        let answers = room::ask(&staged, &questions);
        for (n, one) in run.iter_mut().enumerate() {
            one.validation.verdict = match &answers {
                Ok(answers) => answers.get(n).map_or_else(
                    || Verdict::NotValidated("it gave no answer".to_owned()),
                    |answer| one.judge(answer, is_machine),
                ),
                Err(why) => Verdict::NotValidated(why.clone()),
            };
        }
        if is_machine {
            compare_with_now(&mut run, &questions);
        }
    }
    all.into_iter().map(|one| one.validation).collect()
}

/// Whether a program refuses what is there now as well: then the plan is not at
/// fault. Of several mistakes those that are new are told.
fn compare_with_now(run: &mut [&mut Asked<'_>], questions: &[Question]) {
    let refused = |one: &Asked<'_>| matches!(one.validation.verdict, Verdict::Refused { .. });
    let (mut those, mut again) = (Vec::new(), Vec::new());
    for (one, question) in run.iter_mut().zip(questions) {
        if refused(one) {
            those.push(one);
            again.push(question.clone());
        }
    }
    if those.is_empty() {
        return;
    }
    let answers = room::ask(&[], &again).unwrap_or_default();
    for (one, answer) in those.iter_mut().zip(&answers) {
        let now = one.judge(answer, true);
        if let (Verdict::Refused { said, already }, Verdict::Refused { said: before, .. }) =
            (&mut one.validation.verdict, now)
        {
            let before: Vec<String> = before.iter().map(|line| without_numbers(line)).collect();
            let new = |line: &&String| !before.contains(&without_numbers(line));
            let new: Vec<String> = said.iter().filter(new).cloned().collect();
            *already = new.is_empty();
            if !*already && matches!(one.validator.judged, Judged::Words(_)) {
                *said = new;
            }
        }
    }
}

/// Moments and numbers of processes differ from run to run.
fn without_numbers(line: &str) -> String {
    line.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// All that is to be asked; what will not be has its verdict.
fn asked<'a>(
    found: &'a Differences,
    candidates: &'a [Candidate],
    is_machine: bool,
) -> Vec<Asked<'a>> {
    let mut all: Vec<Asked<'a>> = Vec::new();
    for (file, candidate) in found.files.iter().zip(candidates) {
        let validator = &candidate.validator;
        if !is_staged(file) || validator.command.is_empty() {
            continue;
        }
        let command = validator.shown(&file.path, &candidate.main);
        if let Some(same) = all.iter_mut().find(|one| one.validation.command == command) {
            same.validation.files.push(file.path.clone());
            continue;
        }
        let why = validator.never.map(str::to_owned).or_else(|| {
            let other = !is_machine && !validator.alone;
            other.then(|| "it would read this machine's files, not those below the root".to_owned())
        });
        let why = why.or_else(|| {
            let refused = validator.root && !Uid::effective().is_root();
            refused.then(|| "only root can ask it".to_owned())
        });
        all.push(Asked {
            validator,
            file,
            main: &candidate.main,
            validation: Validation {
                command,
                files: vec![file.path.clone()],
                verdict: why.map_or(Verdict::Valid, Verdict::NotValidated),
            },
        });
    }
    all
}

/// A file that would be written, and can be.
fn is_staged(file: &FileDifference) -> bool {
    file.is_change() && file.becomes.is_some() && !matches!(file.was, Was::Missing(_))
}

fn staged(found: &Differences) -> Vec<StagedFile<'_>> {
    let files = found.files.iter().filter(|file| is_staged(file));
    let files = files.filter_map(|file| {
        Some(StagedFile {
            path: &file.path,
            bytes: file.becomes.as_deref()?,
            mode: file.mode.1.unwrap_or(USUAL_MODE),
            owner: file.owner.1.as_deref(),
        })
    });
    files.collect()
}

impl Asked<'_> {
    fn question(&self, is_machine: bool) -> Question {
        let validator = self.validator;
        // As variables, so that no path is read as a part of the command.
        let command = validator
            .command
            .replace("{}", "\"$FILE\"")
            .replace("MAIN", "\"$MAIN\"")
            .replace("SCRATCH", "\"$SCRATCH\"");
        let program = validator.command.split(' ').next().unwrap_or_default();
        let there = "case $MAIN in /*) [ -r \"$MAIN\" ] || cannot \"$MAIN is not there or cannot be read\" ;; esac";
        let there = if is_machine { there } else { "" };
        let prepare = validator.prepare;
        let script = format!(
            "cannot() {{ echo \"cannot: $1\"; exit 125; }}\n\
             command -v {program} >/dev/null || cannot '{program} is not installed'\n\
             {there}\n{prepare}\n{command}"
        );
        let directories = validator.directories.iter();
        Question {
            script,
            file: self.file.path.clone(),
            main: self.main.to_owned(),
            account: validator.account.clone().unwrap_or_default(),
            directories: directories.flat_map(|one| [one.as_ref(), ":"]).collect(),
            network: validator.network,
            content: self.file.becomes.clone().filter(|_| !is_machine),
        }
    }

    fn judge(&self, answer: &Answer, is_machine: bool) -> Verdict {
        let said = if is_machine {
            answer.said.clone()
        } else {
            let name = self.file.path.rsplit('/').next().unwrap_or_default();
            answer.said.replace(name, &self.file.path)
        };
        judge(
            self.validator,
            &[&self.file.path, self.main],
            (answer.status, &said),
            Uid::effective().is_root(),
        )
    }
}

/// What an answer means, of files that go by these names.
fn judge(
    validator: &Validator,
    names: &[&str],
    (status, said): (i32, &str),
    is_root: bool,
) -> Verdict {
    let lines = said.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<&str> = lines.collect();
    let last = lines.last().map_or("it said nothing", |line| untimed(line));
    if let Some(why) = not_asked(status, last) {
        return Verdict::NotValidated(why);
    }
    let (words, taken) = match validator.judged {
        Judged::Status => (&[][..], status == 0),
        Judged::Words(words) | Judged::Own(words) => (words, status == 0),
        Judged::Says(text) => (&[][..], said.contains(text)),
    };
    let account: &[&str] = if is_root { &[] } else { OF_THE_ACCOUNT };
    let beside = [validator.cannot_tell, OF_THE_ROOM, account].concat();
    let has = |line: &str, words: &[&str]| words.iter().any(|word| line.contains(word));
    let every = !matches!(validator.judged, Judged::Own(_));
    let own = lines.iter().filter(|line| every || has(line, names));
    let own: Vec<&str> = own.copied().collect();
    let against = own.iter().filter(|line| has(line, words));
    let against: Vec<&str> = against.copied().collect();
    let sure = against.iter().filter(|line| !has(line, &beside));
    let sure: Vec<&str> = sure.copied().collect();
    if !sure.is_empty() {
        return refused(&sure);
    }
    // A warning that it could not do this or that is no refusal by itself.
    if taken && against.is_empty() {
        return Verdict::Valid;
    }
    let cannot = |line: &str| Verdict::NotValidated(format!("it cannot tell: {}", untimed(line)));
    match lines.iter().find(|line| has(line, &beside)) {
        Some(line) => cannot(line),
        None if own.is_empty() && !lines.is_empty() => cannot(last),
        None => refused(&own),
    }
}

/// Why there is no answer, where it did not run to its end.
fn not_asked(status: i32, last: &str) -> Option<String> {
    let cannot = last.strip_prefix(CANNOT.1);
    match status {
        late if LATE.contains(&late) => Some(format!("it gave no answer in {SECONDS} s")),
        no if NOT_RUN.contains(&no) => Some(format!("it cannot be run: {last}")),
        no if no == CANNOT.0 => cannot.map(str::to_owned),
        _ => None,
    }
}

fn refused(lines: &[&str]) -> Verdict {
    let lines = lines.iter().map(|line| untimed(line)).take(LINES);
    let cut = |line: &str| line.chars().take(LONGEST).collect();
    let said: Vec<String> = lines.map(cut).collect();
    Verdict::Refused {
        said: if said.is_empty() {
            vec!["it said nothing".to_owned()]
        } else {
            said
        },
        already: false,
    }
}

/// Without the moment and the process that a line of a log begins with.
fn untimed(line: &str) -> &str {
    let line = line.trim_end();
    let is_timed = line.starts_with(|c: char| c.is_ascii_digit());
    match line.split_once("] ") {
        Some((head, rest)) if is_timed && head.contains('[') && head.len() < 60 => rest,
        _ => line,
    }
}

#[cfg(test)]
mod tests;
