//! PLACEHOLDER: nginx, to be replaced.

use super::{Document, Edit, Files, Format, Language, Malformed, Reading, Refused, Statement};

pub(super) struct Nginx;

impl Language for Nginx {
    fn statements(&self, _: &[u8]) -> Result<Vec<Statement>, Malformed> {
        Ok(Vec::new())
    }

    fn insertion(&self, _: &Document, _: &[String], _: &str, _: &[u8]) -> Result<Edit, Refused> {
        Err(Refused::new("it is compared as text", "change it by hand"))
    }

    fn read(&self, files: &dyn Files, main: &str) -> Vec<Reading> {
        vec![Reading::of_one(Format::Nginx, files, main)]
    }
}
