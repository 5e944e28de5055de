//! A mistake drawn like a compiler's: file, line and column, the line quoted
//! with a mark under the spot, and what to do.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::Style;

use super::excerpt::Excerpt;
use super::safe::safe;
use crate::input::{Problem, Spot};
use crate::report::wrap::{columns, wide, wrapped};

/// How the parts of a mistake look; the stream takes styles away where there is
/// no colour.
#[derive(Clone, Copy, Debug)]
pub struct Roles {
    /// `error`, and the mark.
    pub error: Style,
    /// `help`, and the mark of another spot.
    pub help: Style,
    /// The frame and the line numbers.
    pub faint: Style,
    /// What is wrong.
    pub message: Style,
}

/// The widest that `error: ` and `help: ` with its frame are beside the number
/// of a line.
const ERROR: usize = "error: ".len();
const HELP: usize = " = help: ".len();
/// The frame beside the number of a line.
const FRAME: usize = " | ".len();
/// The arrow before a place.
const ARROW: usize = " --> ".len();

/// The whole of it, ending with a line break; no line is wider than `width`.
pub fn draw(problem: &Problem, roles: &Roles, width: usize) -> String {
    let spots: Vec<Quote<'_>> = quotes(problem);
    let digits = spots.iter().map(|quote| quote.line.to_string().len()).max();
    let digits = digits.unwrap_or(0);
    let message = wrapped(&safe(&problem.message), width.saturating_sub(ERROR)).join("\n");
    let mut group = Group::with_title(Level::ERROR.primary_title(message));
    let mut places = Vec::new();
    for (at, quote) in spots.iter().enumerate() {
        let (snippet, drawn, place) = quote.snippet(at, digits, width);
        group = group.element(snippet);
        places.push((drawn, place));
    }
    let help = problem.help.as_deref().map(safe);
    if let (Some(help), false) = (&help, spots.is_empty()) {
        let lines = wrapped(help, width.saturating_sub(digits + HELP));
        group = group.element(Level::HELP.message(lines.join("\n")));
    }
    let renderer = Renderer::styled()
        .decor_style(DecorStyle::Ascii)
        .term_width(usize::from(u16::MAX))
        .error(roles.error)
        .help(roles.help)
        .line_num(roles.faint)
        .context(roles.help)
        .emphasis(roles.message);
    let mut out = renderer.render(&[group]);
    for (drawn, place) in places {
        out = out.replacen(&drawn, &place, 1);
    }
    out.push('\n');
    if let (Some(help), true) = (help, spots.is_empty()) {
        out.push_str(&beneath(&help, roles, width));
    }
    out
}

/// The help of a mistake that stands nowhere.
fn beneath(help: &str, roles: &Roles, width: usize) -> String {
    let style = roles.help;
    let lines = wrapped(help, width.saturating_sub("  help: ".len()));
    format!("  {style}help{style:#}: {}\n", lines.join("\n        "))
}

/// All of it in one line, for `-q`: `file:line:column: message`.
pub fn line(problem: &Problem) -> String {
    match &problem.spot {
        Some(spot) => {
            let (line, column) = spot.line_and_column();
            format!(
                "{}:{line}:{column}: {}\n",
                safe(&spot.source.name),
                safe(&problem.message)
            )
        }
        None => format!("error: {}\n", safe(&problem.message)),
    }
}

type Marked = Snippet<'static, Annotation<'static>>;

/// One line of a file with a mark.
struct Quote<'a> {
    spot: &'a Spot,
    label: &'a str,
    kind: AnnotationKind,
    line: usize,
    column: usize,
}

fn quotes(problem: &Problem) -> Vec<Quote<'_>> {
    let own = problem.spot.iter();
    let own = own.map(|spot| {
        (
            spot,
            problem.label.as_deref().unwrap_or_default(),
            AnnotationKind::Primary,
        )
    });
    let others = problem.others.iter();
    let others = others.map(|(spot, label)| (spot, label.as_str(), AnnotationKind::Context));
    own.chain(others)
        .map(|(spot, label, kind)| {
            let (line, column) = spot.line_and_column();
            Quote {
                spot,
                label,
                kind,
                line,
                column,
            }
        })
        .collect()
}

impl Quote<'_> {
    /// The line as it is to be drawn, the place that will stand above it, and
    /// what is to stand there: columns are counted in the file, not in the part
    /// of the line that is shown. No file holds the mark's name: it begins with a
    /// control character.
    fn snippet(&self, at: usize, digits: usize, width: usize) -> (Marked, String, String) {
        let (text, mark) = self.spot.quoted();
        let label = safe(self.label);
        let excerpt = Excerpt::of(text, &mark, &label, width.saturating_sub(digits + FRAME));
        let name = format!("\u{1}{at}");
        let before = excerpt.text.get(..excerpt.mark.start).unwrap_or_default();
        let drawn = format!("{name}:{}:{}", self.line, before.chars().count() + 1);
        let place = format!(":{}:{}", self.line, self.column);
        let room = width.saturating_sub(digits + ARROW + place.len());
        let path = shortened(&safe(&self.spot.source.name), room);
        let mut annotation = self.kind.span(excerpt.mark);
        if excerpt.has_label {
            annotation = annotation.label(label);
        }
        let snippet = Snippet::source(excerpt.text)
            .line_start(self.line)
            .path(name)
            .annotation(annotation);
        (snippet, drawn, format!("{path}{place}"))
    }
}

/// The end of a path says more than its beginning.
fn shortened(path: &str, room: usize) -> String {
    if columns(path) <= room {
        return path.to_owned();
    }
    let mut left = room.saturating_sub("...".len());
    let mut kept: Vec<char> = Vec::new();
    for c in path.chars().rev() {
        let Some(rest) = left.checked_sub(wide(c)) else {
            break;
        };
        left = rest;
        kept.push(c);
    }
    kept.reverse();
    format!("...{}", kept.into_iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Source;

    const PLAIN: Roles = Roles {
        error: Style::new(),
        help: Style::new(),
        faint: Style::new(),
        message: Style::new(),
    };

    fn text() -> std::sync::Arc<Source> {
        Source::new(
            "stack.toml",
            "[services.a]\nport = 80\n\n[services.b]\nport = 80\n",
        )
    }

    #[test]
    fn it_looks_like_a_compilers() {
        let source = text();
        let problem = Problem::at(
            &Spot::new(&source, 44..46),
            "services 'a' and 'b' both listen on port 80",
        )
        .label("taken twice")
        .also(&Spot::new(&source, 20..22), "taken first here")
        .help("give one of them a port of its own");
        let drawn = draw(&problem, &PLAIN, 80);
        assert_eq!(
            drawn,
            "\
error: services 'a' and 'b' both listen on port 80
 --> stack.toml:5:8
  |
5 | port = 80
  |        ^^ taken twice
  |
 ::: stack.toml:2:8
  |
2 | port = 80
  |        -- taken first here
  |
  = help: give one of them a port of its own
"
        );
    }

    #[test]
    fn a_column_is_the_files_whatever_is_shown() {
        let source = Source::new(
            "a\u{1b}/b.toml",
            format!("x = \"{}\u{7}\" # port", "y".repeat(10_000)),
        );
        let end = source.text.len();
        for width in [40, 80] {
            let problem = Problem::at(&Spot::new(&source, end - 4..end), "a\u{1b}b".repeat(40));
            let drawn = draw(
                &problem.label("no port").help("none ".repeat(40)),
                &PLAIN,
                width,
            );
            assert!(drawn.contains("a\\u{1b}/b.toml:1:10011\n"), "{drawn}");
            assert!(drawn.contains("^^^^ no port\n"), "{drawn}");
            for line in drawn.lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
                assert!(!line.chars().any(char::is_control), "{line}");
            }
        }
    }

    #[test]
    fn without_a_place_it_is_message_and_help() {
        let problem = Problem::new("no such thing").help("name another");
        assert_eq!(
            draw(&problem, &PLAIN, 80),
            "error: no such thing\n  help: name another\n"
        );
        assert_eq!(line(&problem), "error: no such thing\n");
    }
}
