//! Compose files: YAML edited in place, and what compose makes of a file and
//! the override beside it. Variables (`${NAME}`) stay as they are written:
//! their values are not in the file.
//!
//! Source: compose-spec 00-overview to 13-merge.

mod build;
mod edit;
mod lists;
mod merge;
mod place;
mod say;
mod scalar;
mod tree;
mod value;

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::{
    Document, Edit, Files, Language, Malformed, Normal, Reading, Refused, Statement, secret,
};
use say::{All, Form, Said};

pub(super) struct Compose;

impl Language for Compose {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        let said = all(bytes)?.said.into_iter();
        Ok(said.map(|said| said.statement).collect())
    }

    fn insertion(
        &self,
        document: &Document,
        within: &[String],
        key: &str,
        written: &[u8],
    ) -> Result<Edit, Refused> {
        edit::insertion(document, within, key, written)
    }

    fn change(
        &self,
        document: &Document,
        found: &Statement,
        written: &[u8],
    ) -> Result<Edit, Refused> {
        let form = said(document, found).map_or(Form::Plain, |said| said.form);
        edit::change(document, found, &form, written)
    }

    fn says(&self, document: &Document, found: &Statement, written: &[u8]) -> bool {
        said(document, found).is_some_and(|said| edit::says(document, &said, written))
    }

    fn makes_way(&self, statement: &Statement) -> bool {
        statement.value == "null" && statement.value_at.is_empty()
    }

    fn removal(&self, document: &Document, found: &Statement) -> Range<usize> {
        edit::removal(document, found)
    }

    fn read(&self, files: &dyn Files, main: &str) -> Vec<Reading> {
        vec![merge::read(files, main)]
    }

    fn normal(&self, key: &str, value: &[u8]) -> Normal {
        value::normal(key, value)
    }

    fn spell(&self, _: &str, value: &Normal) -> String {
        value::spell(value)
    }

    fn is_secret(&self, key: &str, _: &[u8]) -> bool {
        secret::is_secret_name(key)
    }
}

fn all(bytes: &[u8]) -> Result<All, Malformed> {
    say::all(bytes, &tree::Tree::parse(bytes)?)
}

/// How a statement of a document is written.
fn said(document: &Document, found: &Statement) -> Option<Said> {
    let said = all(document.bytes()).ok()?.said.into_iter();
    said.into_iter().find(|said| said.statement == *found)
}
