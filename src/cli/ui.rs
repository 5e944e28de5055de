//! The one place that writes to the terminal: answers to stdout, the rest to
//! stderr, colour by role and never as the only carrier of a meaning.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use super::{Answer, CliError};

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

/// The terminal, or what stands in its place.
pub struct Ui {
    out: AutoStream<io::Stdout>,
    err: AutoStream<io::Stderr>,
    quiet: bool,
    verbose: bool,
    broken: Option<io::Error>,
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
            broken: None,
        }
    }

    /// Whether more was asked for.
    pub fn verbose(&self) -> bool {
        self.verbose
    }

    /// Columns to draw in: 80, also where the terminal is wider.
    pub fn width(&self) -> usize {
        80
    }

    /// Part of the answer, to stdout, as it stands.
    pub fn print(&mut self, text: &str) {
        let written = self.out.write_all(text.as_bytes());
        self.note(written);
    }

    /// A document, to stdout, as it stands: it holds no styles to take away.
    pub fn document(&mut self, text: &str) {
        let flushed = self.out.flush();
        self.note(flushed);
        let written = io::stdout().write_all(text.as_bytes());
        self.note(written);
    }

    /// A line about what was done, to stderr; silent with `-q`.
    pub fn status(&mut self, text: &str) {
        if !self.quiet {
            let written = writeln!(self.err, "{text}");
            self.note(written);
        }
    }

    /// A warning, to stderr.
    pub fn warn(&mut self, text: &str) {
        let label = Role::Warning.paint("warning");
        let written = writeln!(self.err, "{label}: {text}");
        self.note(written);
    }

    /// An error, to stderr, with what to do.
    pub fn error(&mut self, message: &str, help: Option<&str>) {
        let label = Role::Error.paint("error");
        let mut written = writeln!(self.err, "{label}: {message}");
        if let Some(help) = help {
            let label = Role::Help.paint("help");
            let help = wrapped(help, "  help: ", self.width());
            let help = help.strip_prefix("  help: ").unwrap_or(&help);
            written = written.and_then(|()| writeln!(self.err, "  {label}: {help}"));
        }
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
            Err(error) => {
                error.show(&mut self);
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
                let text = error.to_string();
                let reason = text.split(" (os error").next().unwrap_or_default();
                self.error(&format!("cannot write the output: {reason}"), None);
                ExitCode::from(2)
            }
            _ => ExitCode::from(code),
        }
    }
}

/// A text behind a label, broken at blanks; its other lines are indented as far.
pub(super) fn wrapped(text: &str, label: &str, width: usize) -> String {
    let indent = label.chars().count();
    let mut out = label.to_owned();
    let mut at = indent;
    for word in text.split(' ') {
        let long = word.chars().count();
        if at > indent && at + 1 + long > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            at = indent;
        } else if at > indent {
            out.push(' ');
            at += 1;
        }
        out.push_str(word);
        at += long;
    }
    out
}
