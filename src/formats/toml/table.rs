//! The tables of a TOML file and where they stand, as the toml crate
//! reads them.

use std::ops::Range;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::super::line::is_blank;
use super::super::{Malformed, Statement};

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `[a.b]`
    Header,
    /// `{ ... }`
    Inline,
    /// By keys with dots, or by the tables in it.
    Implied,
}

#[derive(Debug)]
pub(super) struct Table {
    pub(super) path: Vec<String>,
    pub(super) shape: Shape,
    pub(super) at: Range<usize>,
}

/// What a file says, and its tables.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) statements: Vec<Statement>,
    pub(super) tables: Vec<Table>,
}

impl Found {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| Malformed::at(bytes, error.valid_up_to(), "it is not UTF-8"))?;
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            Malformed::at(bytes, at, error.message())
        })?;
        let mut found = Self::default();
        found.table(bytes, &mut Vec::new(), table.get_ref());
        found.statements.sort_by_key(|one| one.at.start);
        found.tables.sort_by_key(|one| one.at.start);
        Ok(found)
    }

    /// As deep as the reader goes, which has a bound of its own.
    fn table(&mut self, bytes: &[u8], path: &mut Vec<String>, table: &DeTable<'_>) {
        for (key, value) in table {
            path.push(key.get_ref().to_string());
            self.value(bytes, path, key.span(), value);
            path.pop();
        }
    }

    fn value(
        &mut self,
        bytes: &[u8],
        path: &mut Vec<String>,
        key: Range<usize>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let at = value.span();
        let first = bytes.get(at.start);
        match value.get_ref() {
            DeValue::Table(table) => {
                let shape = match first {
                    Some(b'{') => Shape::Inline,
                    Some(b'[') => Shape::Header,
                    _ => Shape::Implied,
                };
                if shape == Shape::Inline && table.is_empty() {
                    self.leaf(bytes, path, key, &at, "{}");
                }
                self.open(path, shape, &at);
                self.table(bytes, path, table);
            }
            DeValue::Array(items)
                if bytes
                    .get(at.clone())
                    .is_some_and(|raw| raw.starts_with(b"[["))
                    && tables(items) =>
            {
                for (n, item) in items.iter().enumerate() {
                    let DeValue::Table(table) = item.get_ref() else {
                        continue;
                    };
                    let name = path.pop().unwrap_or_default();
                    path.push(format!("{name}[{n}]"));
                    self.open(path, Shape::Header, &item.span());
                    self.table(bytes, path, table);
                    path.pop();
                    path.push(name);
                }
            }
            DeValue::String(text) => self.leaf(bytes, path, key, &at, text),
            _ => {
                let raw = bytes.get(at.clone()).unwrap_or_default();
                let raw = String::from_utf8_lossy(raw).into_owned();
                self.leaf(bytes, path, key, &at, &raw);
            }
        }
    }

    fn open(&mut self, path: &[String], shape: Shape, at: &Range<usize>) {
        self.tables.push(Table {
            path: path.to_vec(),
            shape,
            at: at.clone(),
        });
    }

    fn leaf(
        &mut self,
        bytes: &[u8],
        path: &[String],
        key: Range<usize>,
        value_at: &Range<usize>,
        value: &str,
    ) {
        let Some((name, within)) = path.split_last() else {
            return;
        };
        // With the dots before it.
        let before = bytes.get(..key.start).unwrap_or_default();
        let start = before
            .iter()
            .rposition(|byte| matches!(byte, b'\n' | b'{' | b','))
            .map_or(0, |n| n + 1);
        let lead = bytes.get(start..key.start).unwrap_or_default();
        let lead = lead.strip_prefix(b"\xef\xbb\xbf").map_or(0, |_| 3) + blanks(lead);
        self.statements.push(Statement {
            within: within.to_vec(),
            key: name.clone(),
            value: value.into(),
            at: start + lead..value_at.end,
            value_at: value_at.clone(),
        });
    }

    pub(super) fn is_inline(&self, at: usize) -> bool {
        let mut tables = self.tables.iter();
        tables.any(|table| table.shape == Shape::Inline && table.at.contains(&at))
    }

    /// The last header before an offset.
    pub(super) fn section(&self, at: usize) -> Option<&Table> {
        let headers = self
            .tables
            .iter()
            .filter(|table| table.shape == Shape::Header);
        headers.take_while(|table| table.at.start < at).last()
    }

    /// Where the section ends that begins at an offset.
    pub(super) fn section_end(&self, bytes: &[u8], start: usize) -> usize {
        let mut headers = self
            .tables
            .iter()
            .filter(|table| table.shape == Shape::Header);
        let next = headers.find(|table| table.at.start > start);
        next.map_or(bytes.len(), |table| table.at.start)
    }
}

fn tables(items: &[Spanned<DeValue<'_>>]) -> bool {
    let table = |item: &Spanned<DeValue<'_>>| matches!(item.get_ref(), DeValue::Table(_));
    items.iter().all(table)
}

pub(super) fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_blank(**byte)).count()
}
