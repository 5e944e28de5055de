//! What a change needs beside its file being written: what is done with the
//! setting's service, and what is done once for the host. How often is not
//! known here.

use crate::formats::Format;
use crate::setting::Activation;

/// Something to do, the most disruptive first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// A container made anew.
    Recreate,
    /// A restart.
    Restart,
    /// A reload.
    Reload,
    /// A command to what runs.
    Command,
    /// systemd reads its units again, all at once.
    /// Source: `systemctl(1)`, `daemon-reload`.
    DaemonReload,
    /// The kernel is told the values of the file.
    /// Source: `sysctl(8)`, `--system` and `-p`.
    Sysctl,
}

impl Need {
    /// All that a change needs that has this activation and stands in a file of
    /// this format, where it stands in one.
    pub(super) const fn of(needs: Activation, format: Option<Format>) -> &'static [Self] {
        match (needs, format) {
            (Activation::Restart, Some(Format::Systemd)) => &[Self::Restart, Self::DaemonReload],
            (_, Some(Format::Systemd)) => &[Self::DaemonReload],
            (_, Some(Format::Sysctl)) => &[Self::Sysctl],
            // A new session has what the server read last.
            (Activation::NewSession, Some(format)) if !matches!(format, Format::Text) => {
                &[Self::Reload]
            }
            (Activation::Reload, _) => &[Self::Reload],
            (Activation::Live, _) => &[Self::Command],
            (Activation::Restart, _) => &[Self::Restart],
            (Activation::Recreate, _) => &[Self::Recreate],
            (Activation::Immediate | Activation::NewSession | Activation::NextRun, _) => &[],
        }
    }

    /// In a word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Recreate => "recreate",
            Self::Restart => "restart",
            Self::Reload => "reload",
            Self::Command => "command",
            Self::DaemonReload => "daemon-reload",
            Self::Sysctl => "sysctl",
        }
    }

    /// Whether it is done once, for the host and no service.
    pub(super) const fn is_once(self) -> bool {
        matches!(self, Self::DaemonReload | Self::Sysctl)
    }
}

/// Behind "needs"; nothing where the file is enough.
pub(super) const fn text(needs: Activation, format: Option<Format>) -> Option<&'static str> {
    match (Need::of(needs, format), needs) {
        ([Need::Restart, Need::DaemonReload], _) => {
            Some("'systemctl daemon-reload', then a restart")
        }
        ([Need::DaemonReload], _) => Some("'systemctl daemon-reload'"),
        ([Need::Sysctl], _) => Some("'sysctl --system'"),
        ([Need::Reload], Activation::NewSession) => Some("a reload, then a new session"),
        (_, Activation::Immediate | Activation::NextRun) => None,
        _ => Some(needs.text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_session_has_what_the_server_read_last() {
        let needs = Activation::NewSession;
        assert_eq!(Need::of(needs, Some(Format::Postgresql)), [Need::Reload]);
        let said = text(needs, Some(Format::Postgresql));
        assert_eq!(said, Some("a reload, then a new session"));
        // ALTER ROLE is read with no file.
        assert!(Need::of(needs, None).is_empty());
        assert_eq!(text(needs, None), Some("a new session"));
    }

    #[test]
    fn units_and_the_kernel_are_told_once() {
        let (systemd, sysctl) = (Some(Format::Systemd), Some(Format::Sysctl));
        let now = Activation::Immediate;
        assert_eq!(Need::of(now, systemd), [Need::DaemonReload]);
        assert_eq!(Need::of(now, sysctl), [Need::Sysctl]);
        let both = [Need::Restart, Need::DaemonReload];
        assert_eq!(Need::of(Activation::Restart, systemd), both);
        assert_eq!(text(now, sysctl), Some("'sysctl --system'"));
    }

    #[test]
    fn the_next_run_of_a_timer_needs_nothing() {
        let needs = Activation::NextRun;
        assert!(Need::of(needs, Some(Format::Logrotate)).is_empty());
        assert_eq!(text(needs, Some(Format::Logrotate)), None);
    }
}
