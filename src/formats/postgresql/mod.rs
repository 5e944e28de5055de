//! `postgresql.conf`: its language. What the parts are is in the modules below;
//! what a server does with a value is not known here.
//!
//! Source: <https://www.postgresql.org/docs/15/config-setting.html>, and
//! guc-file.l, guc.c, conffiles.c of PostgreSQL 12 to 18; tried against 15.

mod arguments;
mod lexer;
mod number;
mod read;
mod settings;
mod statement;
mod value;

#[cfg(test)]
mod tests;

use arguments::Data;
use bstr::BString;

use super::{Document, Edit, Files, Language, Malformed, Normal, Reading, Refused, Statement};

pub(super) struct Postgresql;

impl Language for Postgresql {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        statement::all(bytes)
    }

    fn insertion(
        &self,
        document: &Document,
        _: &[String],
        key: &str,
        written: &[u8],
    ) -> Result<Edit, Refused> {
        Ok(statement::insertion(document, key, written))
    }

    /// ALTER SYSTEM does.
    fn is_servers_own(&self, path: &str) -> bool {
        path.rsplit('/').next() == Some(read::AUTO)
    }

    fn read(&self, files: &dyn Files, main: &str) -> Vec<Reading> {
        vec![read::all(files, main, &Data::default())]
    }

    fn read_as_started(&self, files: &dyn Files, main: &str, argv: &[String]) -> Vec<Reading> {
        let data = arguments::data_directory(argv);
        let reading = read::all(files, main, &data);
        vec![reading.with_arguments(self.arguments(argv))]
    }

    fn arguments(&self, argv: &[String]) -> Vec<(String, BString)> {
        arguments::settings(argv)
    }

    fn normal(&self, key: &str, value: &[u8]) -> Normal {
        value::normal(key, value)
    }

    fn spell(&self, key: &str, value: &Normal) -> String {
        value::spell(key, value)
    }

    /// What is on disk, and what is only an estimate, takes none.
    fn is_memory(&self, key: &str) -> bool {
        let other = [
            "effective_cache_size",
            "max_slot_wal_keep_size",
            "max_wal_size",
            "min_wal_size",
            "temp_file_limit",
            "wal_keep_size",
        ];
        !other.contains(&key)
    }

    fn is_secret(&self, key: &str, _: &[u8]) -> bool {
        value::is_secret(key)
    }
}
