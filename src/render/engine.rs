//! The template engine: every template of every kind, and an escape function
//! that lets no unquoted string through.

use std::io;
use std::sync::LazyLock;

use tera::{Context, Tera};

use super::quote;
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
}

static ENGINE: LazyLock<Result<Tera, String>> =
    LazyLock::new(|| build().map_err(|error| chain(&error)));

fn build() -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    quote::register(&mut tera);
    tera.autoescape_on(vec![".tera"]);
    tera.set_escape_fn(|text, _| {
        Err(io::Error::other(format!(
            "a value passed no quoting filter: {text:?}"
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

/// Renders one template for the file at `path`.
pub(super) fn render(template: &str, path: &str, context: &Context) -> Result<String, RenderError> {
    let refused = |reason: String| RenderError {
        path: path.to_owned(),
        reason,
    };
    let engine = ENGINE.as_ref().map_err(|reason| refused(reason.clone()))?;
    engine
        .render(&format!("{template}.tera"), context)
        .map_err(|error| refused(chain(&error)))
}

/// An error with all its causes: the engine keeps the refused value in the last.
fn chain(error: &tera::Error) -> String {
    let mut text = error.to_string();
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
        for template in ["{{ x }}", "{{ x ~ 1 }}", "{{ list }}", "{{ x | upper }}"] {
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
