//! Errors at the edge: what went wrong, where, and what to do, drawn in one
//! place. Every error of the library becomes one of these.

use std::path::PathBuf;

use super::Ui;
use crate::catalog::CatalogError;
use crate::input::Problems;
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
    #[error("cannot {what} {}: {source}", path.display())]
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
            Self::Input(_) | Self::Render(_) | Self::Json(_) | Self::File { .. } => None,
        }
    }

    /// Prints it.
    pub fn show(&self, ui: &mut Ui) {
        match self {
            Self::Input(problems) => {
                for problem in &problems.0 {
                    let message = match &problem.spot {
                        Some(spot) => format!("{spot}: {}", problem.message),
                        None => problem.message.clone(),
                    };
                    ui.error(&message, problem.help.as_deref());
                }
            }
            Self::Catalog(error) => ui.error(&error.to_string(), Some(&catalog_help(error))),
            Self::Refused { message, help } => ui.error(message, help.as_deref()),
            Self::File { .. } | Self::Render(_) | Self::Json(_) => {
                ui.error(&self.to_string(), None);
            }
        }
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
