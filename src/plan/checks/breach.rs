//! One breach of a rule, before it is known which rule found it.

use super::{Check, Finding, Severity};
use crate::input::Spot;
use crate::plan::Planned;
use crate::setting::Setting;

/// What is so, with the numbers, and what to do about it.
#[derive(Debug)]
pub(super) struct Breach {
    services: Vec<String>,
    message: String,
    help: String,
    at: Option<String>,
    severity: Option<Severity>,
}

impl Breach {
    /// Of the host, or of all together.
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            services: Vec::new(),
            message: message.into(),
            help: help.into(),
            at: None,
            severity: None,
        }
    }

    /// Of one service.
    pub(super) fn of(
        planned: &Planned,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self::new(message, help).and(&planned.name)
    }

    /// Which concerns another service too.
    pub(super) fn and(mut self, service: &str) -> Self {
        self.services.push(service.to_owned());
        self
    }

    /// Which comes from this setting: where it is pinned is shown.
    pub(super) fn at(mut self, setting: Option<&Setting>) -> Self {
        let pinned = setting.and_then(|setting| setting.pinned.as_ref());
        self.at = pinned.map(ToString::to_string);
        self
    }

    /// Which comes from what stands here.
    pub(super) fn placed(mut self, spot: Option<&Spot>) -> Self {
        self.at = spot.map(ToString::to_string);
        self
    }

    /// Which is better or worse than breaches of its rule usually are.
    pub(super) const fn severe(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// As a finding of its rule.
    pub(super) fn found_by(self, check: &Check) -> Finding {
        Finding {
            id: check.id,
            severity: self.severity.unwrap_or(check.severity),
            message: self.message,
            help: self.help,
            services: self.services,
            at: self.at,
            silenced: None,
        }
    }
}
