//! Mistakes as one JSON document. Its fields are a stable interface.

use schemars::JsonSchema;
use serde::Serialize;

use crate::input::{Problem, Spot};

/// All that is wrong, in the order of the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ErrorDocument {
    /// One for each mistake; never empty.
    pub errors: Vec<ErrorEntry>,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ErrorEntry {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where it stands: a path, `<NAME>` for a bundled stack, `--set`; null
    /// where it stands nowhere, as all the fields of a place are then.
    pub file: Option<String>,
    /// Its line, from 1.
    pub line: Option<usize>,
    /// Its column, from 1, in characters.
    pub column: Option<usize>,
    /// The line in which it ends.
    pub end_line: Option<usize>,
    /// The column after its last character.
    pub end_column: Option<usize>,
    /// A few words that belong to the place.
    pub label: Option<String>,
    /// Other places that have to do with it.
    pub related: Vec<Place>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Place {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// Its column, from 1, in characters.
    pub column: usize,
    /// The line in which it ends.
    pub end_line: usize,
    /// The column after its last character.
    pub end_column: usize,
    /// A few words that belong to it.
    pub label: Option<String>,
}

impl Place {
    fn of(spot: &Spot, label: Option<&str>) -> Self {
        let (line, column) = spot.line_and_column();
        let (end_line, end_column) = spot.end_line_and_column();
        Self {
            file: spot.source.name.clone(),
            line,
            column,
            end_line,
            end_column,
            label: label.map(str::to_owned),
        }
    }
}

impl From<&Problem> for ErrorEntry {
    fn from(problem: &Problem) -> Self {
        let place = problem
            .spot
            .as_ref()
            .map(|spot| Place::of(spot, problem.label.as_deref()));
        let related = problem
            .others
            .iter()
            .map(|(spot, label)| Place::of(spot, Some(label)));
        Self {
            message: problem.message.clone(),
            help: problem.help.clone(),
            line: place.as_ref().map(|place| place.line),
            column: place.as_ref().map(|place| place.column),
            end_line: place.as_ref().map(|place| place.end_line),
            end_column: place.as_ref().map(|place| place.end_column),
            label: place.as_ref().and_then(|place| place.label.clone()),
            file: place.map(|place| place.file),
            related: related.collect(),
        }
    }
}

/// Its schema.
pub fn schema() -> serde_json::Value {
    crate::report::schema::of::<ErrorDocument>("the errors of tune with --format json")
}

/// The document.
pub fn json(problems: &[Problem]) -> Result<String, serde_json::Error> {
    let errors = problems.iter().map(ErrorEntry::from).collect();
    Ok(serde_json::to_string_pretty(&ErrorDocument { errors })? + "\n")
}
