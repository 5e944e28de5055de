//! Errors at the edge: what went wrong, where, and what to do. Every error of
//! the library becomes one of these, and each of these a list of problems.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use crate::catalog::CatalogError;
use crate::input::{Problem, Problems};
use crate::render::RenderError;

/// Trouble: exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Mistakes in what a person wrote.
    #[error("{0}")]
    Input(#[from] Problems),
    /// A profile that cannot be named.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A file that cannot be rendered: a value that its format cannot express.
    #[error("cannot render {0}")]
    Render(#[from] RenderError),
    /// An answer that cannot be written as JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A file that cannot be read or written.
    #[error("cannot {what} {}: {}", path.display(), reason(source))]
    File {
        /// "read", "write", ...
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// Something that is refused.
    #[error("{message}")]
    Refused {
        /// What and why.
        message: String,
        /// What to do.
        help: Option<String>,
    },
}

impl CliError {
    /// Mistakes that were found, in the order of the files.
    pub fn found(problems: Problems) -> Self {
        Self::Input(problems.or(()).err().unwrap_or_default())
    }

    /// A file that cannot be read, written, ...
    pub fn file(what: &'static str, path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::File {
            what,
            path: path.into(),
            source,
        }
    }

    /// A refusal with what to do.
    pub fn refused(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Refused {
            message: message.into(),
            help: Some(help.into()),
        }
    }

    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Catalog(error) => Some(catalog_help(error)),
            Self::Refused { help, .. } => help.clone(),
            Self::File { what, source, .. } => Some(file_help(what, source).to_owned()),
            Self::Render(error) => Some(if error.own { OWN_HELP } else { RENDER_HELP }.to_owned()),
            Self::Json(_) => Some("this is a mistake of tune: please report it".to_owned()),
            Self::Input(_) => None,
        }
    }

    /// Each mistake by itself, in the order of the files.
    pub fn problems(&self) -> Vec<Problem> {
        if let Self::Input(problems) = self {
            return problems.0.clone();
        }
        let problem = match self {
            Self::Render(error) => Problem {
                spot: error.spot.clone(),
                ..Problem::new(self.to_string()).label("fails here")
            },
            _ => Problem::new(self.to_string()),
        };
        vec![match self.help() {
            Some(help) => problem.help(help),
            None => problem,
        }]
    }
}

const OWN_HELP: &str = "it is your template: every value passes the quoting filter of its format, as in {{ s.text | pg_value }}";
const RENDER_HELP: &str = "change the value in the stack: this file has no way to write it";

/// The system's word without its number.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let word = text.split(" (os error").next();
    word.unwrap_or_default().to_owned()
}

/// What to do about a file that cannot be read or written.
fn file_help(what: &str, error: &io::Error) -> &'static str {
    match (error.kind(), what) {
        (ErrorKind::NotFound, "read") => {
            "is the path right? It is taken from the working directory, or from the file that names it"
        }
        (ErrorKind::PermissionDenied, "read") => {
            "let this account read it, or run tune as one that may"
        }
        (ErrorKind::PermissionDenied, _) => {
            "let this account write there, or name another directory with -o"
        }
        (ErrorKind::ReadOnlyFilesystem, _) => "name a directory that can be written with -o",
        (ErrorKind::StorageFull | ErrorKind::QuotaExceeded, _) => {
            "make room, or name a directory on another file system with -o; what was there is as it was"
        }
        (ErrorKind::NotADirectory | ErrorKind::AlreadyExists, _) => {
            "name a directory with -o: a file stands there"
        }
        (ErrorKind::IsADirectory, "read") => "name the file in it",
        _ => "see that the path can be reached, or name another",
    }
}

fn catalog_help(error: &CatalogError) -> String {
    match error {
        CatalogError::Unknown { nearest, .. } if !nearest.is_empty() => {
            format!("did you mean {}?", nearest.join(" or "))
        }
        CatalogError::Unknown { .. } => {
            "'tune profiles' lists the names; --profile also takes a TOML file, or 'detect'"
                .to_owned()
        }
        CatalogError::Incomplete { .. } => {
            "write a profile of your own (memory, cpus) and give its path to --profile".to_owned()
        }
    }
}
