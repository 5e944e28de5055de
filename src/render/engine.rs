//! The template engine: every template of every kind, and an escape function
//! that lets no unquoted string through.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, LazyLock};

use tera::{Context, ErrorKind, Tera};

use super::{quote, tags};
use crate::input::{Problem, Problems, Source, Spot};
use crate::plan;
use crate::services;

/// Why a file could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct RenderError {
    /// The file.
    pub path: String,
    /// The engine's words, with the value that was refused.
    pub reason: String,
    /// Where a template of the person's own fails.
    pub spot: Option<Spot>,
    /// Whether one of the person's own templates was at work.
    pub own: bool,
}

static ENGINE: LazyLock<Result<Tera, String>> =
    LazyLock::new(|| build().map_err(|error| chain(&error)));

/// Characters of a refused value that are shown: it may be all that is known.
const SHOWN: usize = 40;

fn build() -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    quote::register(&mut tera);
    tera.register_filter("safe", quote::refuse_safe);
    tera.autoescape_on(vec![".tera"]);
    tera.set_escape_fn(|text, _| {
        let begin: String = text.chars().take(SHOWN).collect();
        let more = if begin.len() < text.len() { "..." } else { "" };
        Err(io::Error::other(format!(
            "a value passed no quoting filter: {begin:?}{more}"
        )))
    });
    tera.add_raw_templates(templates().map(|(name, text)| (format!("{name}.tera"), text)))?;
    Ok(tera)
}

/// Every template, with its name in `templates/`.
fn templates() -> impl Iterator<Item = (&'static str, &'static str)> {
    let kinds = services::ALL.iter().flat_map(|service| service.templates());
    kinds
        .chain(services::system::TEMPLATES)
        .chain(plan::COMMON_TEMPLATES)
        .copied()
}

/// The templates that files are made with: tune's, and some of a person's own
/// in the place of theirs. All go through the same filters and the same guard.
#[derive(Default)]
pub struct Templates {
    /// Nothing where all are tune's.
    tera: Option<Box<Tera>>,
    own: BTreeMap<String, Arc<Source>>,
}

impl Templates {
    /// The name of every template: `KIND/NAME.tera`.
    pub fn names() -> impl Iterator<Item = String> {
        templates().map(|(name, _)| format!("{name}.tera"))
    }

    /// Lays a person's own over them, by name; a name that is none is told as
    /// unknown by whoever read it.
    pub fn with(own: BTreeMap<String, Arc<Source>>) -> Result<Self, Problems> {
        if own.is_empty() {
            return Ok(Self::default());
        }
        let engine = ENGINE.as_ref();
        let mut tera = engine
            .map_err(|reason| Problem::new(reason).help(REPORT))?
            .clone();
        let mut problems = Problems::default();
        for (name, source) in &own {
            if let Err(error) = tera.add_raw_template(name, &source.text) {
                let spot = spot(&error, &own).unwrap_or_else(|| Spot::new(source, 0..0));
                let problem = Problem::at(&spot, reason(&error)).label("in this template");
                problems.push(problem.help(LANGUAGE));
            }
            if let Some(range) = tags::not_last(&source.text) {
                let message = "a filter behind the quoting one would change what is quoted";
                let problem = Problem::at(&Spot::new(source, range), message).label("not the last");
                problems.push(problem.help("quote last"));
            }
        }
        let tera = Some(Box::new(tera));
        problems.or(Self { tera, own })
    }

    /// Renders one template for the file at `path`.
    pub(super) fn render(
        &self,
        template: &str,
        path: &str,
        context: &Context,
    ) -> Result<String, RenderError> {
        let name = format!("{template}.tera");
        let refused = |reason: String, spot: Option<Spot>| RenderError {
            path: path.to_owned(),
            reason,
            own: spot.is_some() || self.own.contains_key(&name),
            spot,
        };
        let engine = match &self.tera {
            Some(tera) => tera,
            None => ENGINE
                .as_ref()
                .map_err(|reason| refused(reason.clone(), None))?,
        };
        engine.render(&name, context).map_err(|error| {
            let spot = spot(&error, &self.own);
            let reason = match (&spot, self.own.get(&name)) {
                (None, Some(own)) => format!("{}: {}", own.name, reason(&error)),
                _ => reason(&error),
            };
            refused(reason, spot)
        })
    }
}

const REPORT: &str = "this is a mistake of tune: please report it";
/// Source: <https://keats.github.io/tera/>
const LANGUAGE: &str = "templates are written in Tera: {{ value | filter }}, {% for %}, {% if %}";

/// Where a template of the person's own fails, if the engine says so.
fn spot(error: &tera::Error, own: &BTreeMap<String, Arc<Source>>) -> Option<Spot> {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let source = own.get(report.filename())?;
            Some(Spot::new(source, report.span().range.clone()))
        }
        ErrorKind::Msg(text) => {
            let (_, place) = drawn(text)?;
            let mut parts = place.rsplitn(3, ':');
            let column: usize = parts.next()?.parse().ok()?;
            let line: usize = parts.next()?.parse().ok()?;
            let source = own.get(parts.next()?)?;
            let begin: usize = source
                .text
                .split_inclusive('\n')
                .take(line.checked_sub(1)?)
                .map(str::len)
                .sum();
            let before = source
                .text
                .get(begin..)?
                .chars()
                .take(column.checked_sub(1)?);
            let start = begin + before.map(char::len_utf8).sum::<usize>();
            Some(Spot::new(source, start..start + 1))
        }
        _ => None,
    }
}

/// Message and place of an error that the engine has drawn already.
fn drawn(text: &str) -> Option<(&str, &str)> {
    let mut lines = text.strip_prefix("error: ")?.lines();
    let message = lines.next()?;
    let place = lines.next()?.trim_start().strip_prefix("--> ")?;
    Some((message, place))
}

/// The engine's words without its drawing, and all their causes.
fn reason(error: &tera::Error) -> String {
    let message = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => report.message(),
        ErrorKind::Msg(text) => drawn(text).map_or(text.as_str(), |(message, _)| message),
        // The engine wraps what the guard says in words of its own.
        ErrorKind::Io(_) => return last(error),
        _ => return chain(error),
    };
    with_causes(message.to_owned(), error)
}

/// The first cause of an error, alone.
fn last(error: &tera::Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

/// An error with all its causes: the engine keeps the refused value in the last.
fn chain(error: &tera::Error) -> String {
    with_causes(error.to_string(), error)
}

fn with_causes(mut text: String, error: &tera::Error) -> String {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_compiles() {
        if let Err(reason) = ENGINE.as_ref() {
            panic!("{reason}");
        }
    }

    #[test]
    fn an_unquoted_string_does_not_render() {
        let mut tera = ENGINE.as_ref().unwrap().clone();
        let mut context = Context::new();
        context.insert("x", "evil\nline");
        context.insert("list", &["a"]);
        for template in [
            "{{ x }}",
            "{{ x ~ 1 }}",
            "{{ list }}",
            "{{ x | upper }}",
            "{{ x | safe }}",
            "{{ x | js | safe }}",
        ] {
            tera.add_raw_template("t.tera", template).unwrap();
            assert!(tera.render("t.tera", &context).is_err(), "{template}");
        }
        tera.add_raw_template("t.tera", "{{ x | js }} {{ 3 }}")
            .unwrap();
        assert_eq!(
            tera.render("t.tera", &context).unwrap(),
            "\"evil\\nline\" 3"
        );
    }

    /// What the escape function cannot see: `safe`, a filter behind the quoting
    /// one, and arithmetic.
    #[test]
    fn templates_quote_last_and_do_not_compute() {
        for (name, text) in templates() {
            for tag in text
                .split("{{")
                .skip(1)
                .filter_map(|rest| rest.split("}}").next())
            {
                let mut filters = tag
                    .split('|')
                    .skip(1)
                    .map(|filter| filter.trim().trim_end_matches('-').trim());
                let first = filters.next();
                assert_eq!(
                    filters.next(),
                    None,
                    "{name}: more than one filter in {{{{{tag}}}}}"
                );
                assert!(
                    first.is_none_or(|filter| quote::NAMES.contains(&filter)),
                    "{name}: {{{{{tag}}}}}"
                );
                assert!(
                    !tag.contains(['+', '*', '/', '~']),
                    "{name} computes: {{{{{tag}}}}}"
                );
            }
        }
    }
}
