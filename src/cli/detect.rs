//! `tune detect`: the host's facts, each with where it came from.

use super::{Answer, CliError, Globals, Session, Ui};
use crate::host::Host;

/// Show what this host is, and where each fact came from
#[derive(Debug, clap::Args)]
pub(super) struct DetectArgs {}

pub(super) fn run(_args: &DetectArgs, session: &Session, _ui: &mut Ui) -> Result<Answer, CliError> {
    host(&session.globals).map(|_| Answer::Yes)
}

pub(super) fn host(_globals: &Globals) -> Result<Host, CliError> {
    Err(CliError::refused(
        "detection is being built",
        "name a profile",
    ))
}
