//! What could not be read, as the JSON document has it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::formats::{Trouble, TroubleKind};

/// One trouble of the document.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct TroublePart<'a> {
    file: &'a str,
    /// `missing`, `malformed` or `too_deep`.
    kind: &'static str,
    message: String,
    /// Where in the file, of `malformed`.
    line: Option<u32>,
    column: Option<u32>,
}

pub(super) fn trouble(trouble: &Trouble) -> TroublePart<'_> {
    let (kind, line, column) = match &trouble.what {
        TroubleKind::Missing(_) => ("missing", None, None),
        TroubleKind::Malformed(wrong) => ("malformed", Some(wrong.line), Some(wrong.column)),
        TroubleKind::TooDeep { .. } => ("too_deep", None, None),
        TroubleKind::Moved(_) => ("moved", None, None),
    };
    TroublePart {
        file: &trouble.file,
        kind,
        message: trouble.to_string(),
        line,
        column,
    }
}
