//! The one place that writes to the terminal: answers to stdout, the rest to
//! stderr, colour by role and never as the only carrier of a meaning.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use terminal_size::{Width, terminal_size_of};

use super::error::reason;
use super::{Answer, CliError};
use crate::input::Problem;
use crate::report;
use crate::report::problem::{self, Roles};

/// No answer of a person is longer.
const LONGEST_LINE: u64 = 4096;

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl From<ColorWhen> for clap::ColorChoice {
    fn from(when: ColorWhen) -> Self {
        match when {
            ColorWhen::Auto => Self::Auto,
            ColorWhen::Always => Self::Always,
            ColorWhen::Never => Self::Never,
        }
    }
}

/// What a piece of text is, and so how it looks. Sixteen colours only, chosen
/// to be legible on a light and on a dark background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A heading.
    Heading,
    /// Something is wrong.
    Error,
    /// Something may be wrong.
    Warning,
    /// All is well.
    Good,
    /// Less important.
    Faint,
    /// What to do.
    Help,
}

impl Role {
    /// Its style.
    pub const fn style(self) -> Style {
        match self {
            Self::Heading => Style::new().bold(),
            Self::Error => AnsiColor::Red.on_default().bold(),
            Self::Warning => AnsiColor::Magenta.on_default(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Faint => Style::new().dimmed(),
            Self::Help => AnsiColor::Blue.on_default(),
        }
    }

    /// The text in its style; the stream takes the style away where there is no colour.
    pub fn paint(self, text: &str) -> String {
        let style = self.style();
        format!("{style}{text}{style:#}")
    }
}

/// Columns that a line takes at the most, also where a terminal has more: longer
/// lines are hard to read. And what is drawn for where a terminal has fewer.
const COLUMNS: std::ops::RangeInclusive<usize> = 40..=80;
const WARNING: &str = "warning: ";
/// Mistakes that are drawn; the rest is counted.
const MOST_DRAWN: usize = 100;

/// How mistakes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistakes {
    /// With the line that they stand in.
    Drawn,
    /// A line each.
    Lines,
    /// One document.
    Json,
}

/// The terminal, or what stands in its place.
pub struct Ui {
    out: AutoStream<io::Stdout>,
    err: AutoStream<io::Stderr>,
    quiet: bool,
    verbose: bool,
    mistakes: Mistakes,
    broken: Option<io::Error>,
    /// What was done before the answer.
    done: Option<String>,
}

impl Ui {
    /// Looks at the streams and the environment once.
    pub fn new(color: ColorWhen, quiet: bool, verbose: bool) -> Self {
        let choice = match color {
            ColorWhen::Auto => ColorChoice::Auto,
            ColorWhen::Always => ColorChoice::AlwaysAnsi,
            ColorWhen::Never => ColorChoice::Never,
        };
        Self {
            out: AutoStream::new(io::stdout(), choice),
            err: AutoStream::new(io::stderr(), choice),
            quiet,
            verbose,
            mistakes: if quiet {
                Mistakes::Lines
            } else {
                Mistakes::Drawn
            },
            broken: None,
            done: None,
        }
    }

    /// With mistakes as one document, where the answer would have been one.
    pub(super) fn with_json(mut self, json: bool) -> Self {
        if json {
            self.mistakes = Mistakes::Json;
        }
        self
    }

    /// Whether more was asked for.
    pub fn verbose(&self) -> bool {
        self.verbose
    }

    /// Whether less was asked for.
    pub(super) fn quiet(&self) -> bool {
        self.quiet
    }

    /// Columns to draw an answer in: the terminal's, but 80 at most and 40 at
    /// least; 80 where there is no terminal.
    pub fn width(&self) -> usize {
        terminal_columns()
    }

    /// Part of the answer, to stdout, as it stands.
    pub fn print(&mut self, text: &str) {
        let written = self.out.write_all(text.as_bytes());
        self.note(written);
    }

    /// A document, to stdout, as it stands: it holds no styles to take away.
    pub fn document(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// The same, of any bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        let flushed = self.out.flush();
        self.note(flushed);
        let written = io::stdout().write_all(bytes);
        self.note(written);
    }

    /// Part of the answer with a path in it: broken on a terminal, whole in a
    /// pipe, where a program reads it.
    pub fn path(&mut self, label: &str, path: &str) {
        let text = fitted(label, path, terminal_size_of(io::stdout()));
        self.print(&format!("{text}\n"));
    }

    /// Whether the answer is looked at, not read by a program: on a terminal, or
    /// where colour was asked for.
    pub(super) fn is_looked_at(&self) -> bool {
        io::stdout().is_terminal() || self.out.current_choice() != ColorChoice::Never
    }

    /// A line about what was done, to stderr; silent with `-q`.
    pub fn status(&mut self, text: &str) {
        if !self.quiet {
            let text = fitted("", text, terminal_size_of(io::stderr()));
            let written = writeln!(self.err, "{text}");
            self.note(written);
        }
    }

    /// A warning, to stderr.
    pub fn warn(&mut self, text: &str) {
        let text = fitted(WARNING, text, terminal_size_of(io::stderr()));
        let rest = text.strip_prefix(WARNING.trim_end()).unwrap_or_default();
        let label = Role::Warning.paint(WARNING.trim_end());
        let written = writeln!(self.err, "{label}{rest}");
        self.note(written);
    }

    /// An error, to stderr, with what to do.
    pub fn error(&mut self, message: &str, help: &str) {
        self.problems(&[Problem::new(message).help(help)]);
    }

    /// Mistakes, to stderr.
    pub(super) fn problems(&mut self, problems: &[Problem]) {
        let text = match self.mistakes {
            Mistakes::Json => match problem::json(problems) {
                Ok(text) => text,
                Err(error) => format!("error: {error}\n"),
            },
            Mistakes::Lines => problems.iter().map(problem::line).collect(),
            Mistakes::Drawn => drawn(problems, columns(terminal_size_of(io::stderr()))),
        };
        let written = self.err.write_all(text.as_bytes());
        self.note(written);
    }

    /// Whether a person is there to be asked.
    pub fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stdout().is_terminal()
    }

    /// A line of the person's, after a prompt; nothing at the end of the input.
    pub fn ask(&mut self, prompt: &str) -> Option<String> {
        self.print(prompt);
        let flushed = self.out.flush();
        self.note(flushed);
        let mut line = Vec::new();
        let input = io::stdin().lock();
        let read = input.take(LONGEST_LINE).read_until(b'\n', &mut line);
        if !line.ends_with(b"\n") {
            self.print("\n");
        }
        match read {
            Ok(length) if length > 0 => Some(String::from_utf8_lossy(&line).trim().to_owned()),
            _ => None,
        }
    }

    /// What was done, and stays so where the answer cannot be written.
    pub fn done(&mut self, what: &str) {
        self.done = Some(what.to_owned());
    }

    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.broken.get_or_insert(error);
        }
    }

    /// Prints what went wrong and gives the exit code.
    pub fn finish(mut self, answer: Result<Answer, CliError>) -> ExitCode {
        let flushed = self.out.flush();
        self.note(flushed);
        let code = match answer {
            Ok(Answer::Yes) => 0,
            Ok(Answer::No) => 1,
            Ok(Answer::Unknown) => 2,
            Err(error) => {
                self.problems(&error.problems());
                2
            }
        };
        self.ended(Ok(()), code)
    }

    /// The exit code, unless something could not be written: that is said. A
    /// reader that has gone away is no trouble.
    pub(super) fn ended(mut self, written: io::Result<()>, code: u8) -> ExitCode {
        self.note(written);
        match self.broken.take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let message = format!("cannot write the output: {}", reason(&error));
                let room = "see that there is room where it goes";
                match self.done.take() {
                    Some(done) => self.error(&message, &format!("{room}; {done}")),
                    None => self.error(&message, room),
                }
                ExitCode::from(2)
            }
            _ => ExitCode::from(code),
        }
    }
}

/// Columns to draw an answer in.
pub(super) fn terminal_columns() -> usize {
    columns(terminal_size_of(io::stdout()))
}

fn columns(terminal: Option<(Width, terminal_size::Height)>) -> usize {
    let most = *COLUMNS.end();
    terminal.map_or(most, |(Width(columns), _)| {
        usize::from(columns).clamp(*COLUMNS.start(), most)
    })
}

/// A text behind a label, broken where there is a terminal to break it for.
fn fitted(label: &str, text: &str, terminal: Option<(Width, terminal_size::Height)>) -> String {
    match terminal {
        Some(_) => wrapped(text, label, columns(terminal)),
        None => format!("{label}{text}"),
    }
}

/// Mistakes with the lines that they stand in, a blank line between two.
fn drawn(problems: &[Problem], width: usize) -> String {
    let roles = Roles {
        error: Role::Error.style(),
        help: Role::Help.style(),
        faint: Role::Faint.style(),
        message: Role::Heading.style(),
    };
    let shown = problems.iter().take(MOST_DRAWN);
    let mut texts: Vec<String> = shown
        .map(|problem| problem::draw(problem, &roles, width))
        .collect();
    let more = problems.len().saturating_sub(MOST_DRAWN);
    if more > 0 {
        let rest = Problem::new(format!("{more} more mistakes"));
        let rest = rest.help("-q lists all of them, a line each");
        texts.push(problem::draw(&rest, &roles, width));
    }
    texts.join("\n")
}

/// A text behind a label, broken at blanks; its other lines are indented as far.
pub(super) fn wrapped(text: &str, label: &str, width: usize) -> String {
    report::beside(label, text, width)
}
