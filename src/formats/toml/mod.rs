//! TOML: `tune.toml`, stacks and profiles, edited in place. Tables of every
//! spelling (`[a.b]`, `a.b = 1`, `a = { b = 1 }`) are one.
//!
//! Source: TOML 1.0.0; the toml crate reads it.

mod insert;
mod table;
mod value;

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::{
    Document, Edit, Files, Format, Language, Malformed, Normal, Reading, Refused, Repeated,
    Statement, document, secret,
};
use table::Found;

pub(super) struct Toml;

impl Language for Toml {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        Ok(Found::parse(bytes)?.statements)
    }

    fn insertion(
        &self,
        document: &Document,
        within: &[String],
        key: &str,
        written: &[u8],
    ) -> Result<Edit, Refused> {
        let found = Found::parse(document.bytes())
            .map_err(|error| Refused::new(error.message, "change it by hand"))?;
        insert::insertion(document.bytes(), &found, within, key, written)
    }

    fn makes_way(&self, statement: &Statement) -> bool {
        statement.value == "{}"
    }

    fn removal(&self, document: &Document, found: &Statement) -> Range<usize> {
        let at = insert::with_comma(document.bytes(), &found.at);
        document::whole_line(document.bytes(), &at)
    }

    fn repeated(&self) -> Repeated {
        Repeated::Refused
    }

    fn read(&self, files: &dyn Files, main: &str) -> Vec<Reading> {
        vec![Reading::of_one(Format::Toml, files, main)]
    }

    fn normal(&self, _: &str, value: &[u8]) -> Normal {
        value::normal(value)
    }

    fn spell(&self, _: &str, value: &Normal) -> String {
        value::spell(value)
    }

    fn is_secret(&self, key: &str, _: &[u8]) -> bool {
        secret::is_secret_name(key)
    }
}
