//! Files that are compared as text: scripts, SQL. Nothing is read out of them.

use super::{Document, Edit, Files, Format, Language, Malformed, Reading, Refused, Statement};

pub(super) struct Verbatim;

impl Language for Verbatim {
    fn statements(&self, _: &[u8]) -> Result<Vec<Statement>, Malformed> {
        Ok(Vec::new())
    }

    fn is_opaque(&self, _: &[u8]) -> bool {
        true
    }

    fn insertion(&self, _: &Document, _: &[String], _: &str, _: &[u8]) -> Result<Edit, Refused> {
        Err(Refused::new("it is compared as text", "change it by hand"))
    }

    fn read(&self, files: &dyn Files, main: &str) -> Vec<Reading> {
        vec![Reading::of_one(Format::Text, files, main)]
    }
}
