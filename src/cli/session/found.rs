//! The stack of a host for which nobody wrote one: what is installed there.

use std::sync::Arc;

use super::super::CliError;
use crate::host::Host;
use crate::input::{Layer, Source};
use crate::services;

/// The kinds of service that were found installed.
pub(in crate::cli) fn installed(host: &Host) -> impl Iterator<Item = &str> {
    let kinds = host.installed.keys().map(String::as_str);
    kinds.filter(|kind| services::find(kind).is_some())
}

pub(in crate::cli) fn nothing_found() -> CliError {
    CliError::refused(
        "no service that tune knows was found on this host",
        "name a stack: --stack web, or write a tune.toml",
    )
}

/// The stack of what was found installed.
pub(super) fn installed_stack(host: &Host) -> Result<Arc<Source>, CliError> {
    use std::fmt::Write as _;
    let mut text = String::new();
    for kind in installed(host) {
        let _ = writeln!(text, "[services.{kind}]\nkind = \"{kind}\"");
    }
    if text.is_empty() {
        return Err(nothing_found());
    }
    Ok(Source::of(Layer::Bundled, "<installed>", text))
}
