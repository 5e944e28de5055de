//! Which keys gather what several lines say, and what an empty value does to
//! them. A key that is not named here is set by its last line.
//!
//! Source: systemd.unit(5), systemd.service(5), systemd.exec(5),
//! systemd.resource-control(5), systemd.socket(5), systemd.timer(5),
//! systemd.path(5), of systemd 252.

/// How several lines of one key go together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gathers {
    /// The last one counts.
    Not,
    /// All count, from the last empty one on.
    List,
    /// All count, from the last empty one of any key of the family on.
    Family(&'static str),
    /// All count; an empty one does nothing.
    /// Source: systemd.unit(5): dependencies "cannot be reset to an empty list".
    Dependency,
}

const DEPENDENCIES: &[&str] = &[
    "After",
    "Before",
    "BindsTo",
    "Conflicts",
    "JoinsNamespaceOf",
    "OnFailure",
    "OnSuccess",
    "PartOf",
    "PropagatesReloadTo",
    "PropagatesStopTo",
    "ReloadPropagatedFrom",
    "Requires",
    "RequiresMountsFor",
    "Requisite",
    "StopPropagatedFrom",
    "Upholds",
    "Wants",
    "WantsMountsFor",
];

/// Keys that begin so share one list.
const FAMILIES: &[&str] = &["Assert", "Condition", "Listen"];

const TIMERS: &[&str] = &[
    "OnActiveSec",
    "OnBootSec",
    "OnCalendar",
    "OnStartupSec",
    "OnUnitActiveSec",
    "OnUnitInactiveSec",
];

const PATHS: &[&str] = &[
    "DirectoryNotEmpty",
    "PathChanged",
    "PathExists",
    "PathExistsGlob",
    "PathModified",
];

const LISTS: &[&str] = &[
    "Alias",
    "Also",
    "AmbientCapabilities",
    "BPFProgram",
    "BindPaths",
    "BindReadOnlyPaths",
    "CPUAffinity",
    "CacheDirectory",
    "CapabilityBoundingSet",
    "ConfigurationDirectory",
    "DeviceAllow",
    "DisableControllers",
    "Documentation",
    "Environment",
    "EnvironmentFile",
    "ExecCondition",
    "ExecPaths",
    "ExecReload",
    "ExecStart",
    "ExecStartPost",
    "ExecStartPre",
    "ExecStop",
    "ExecStopPost",
    "ExtensionDirectories",
    "ExtensionImages",
    "IODeviceLatencyTargetSec",
    "IODeviceWeight",
    "IOReadBandwidthMax",
    "IOReadIOPSMax",
    "IOWriteBandwidthMax",
    "IOWriteIOPSMax",
    "IPAddressAllow",
    "IPAddressDeny",
    "IPEgressFilterPath",
    "IPIngressFilterPath",
    "ImportCredential",
    "InaccessiblePaths",
    "LoadCredential",
    "LoadCredentialEncrypted",
    "LogExtraFields",
    "LogFilterPatterns",
    "LogsDirectory",
    "MountImages",
    "NFTSet",
    "NUMAMask",
    "NoExecPaths",
    "OpenFile",
    "PassEnvironment",
    "ReadOnlyPaths",
    "ReadWritePaths",
    "RequiredBy",
    "RestartForceExitStatus",
    "RestartPreventExitStatus",
    "RestrictAddressFamilies",
    "RestrictFileSystems",
    "RestrictNamespaces",
    "RestrictNetworkInterfaces",
    "RuntimeDirectory",
    "SetCredential",
    "SetCredentialEncrypted",
    "SocketBindAllow",
    "SocketBindDeny",
    "StateDirectory",
    "SuccessExitStatus",
    "SupplementaryGroups",
    "SystemCallArchitectures",
    "SystemCallFilter",
    "SystemCallLog",
    "TemporaryFileSystem",
    "UnsetEnvironment",
    "UpheldBy",
    "WantedBy",
];

/// How several lines of a key go together.
pub(super) fn gathers(name: &str) -> Gathers {
    if LISTS.contains(&name) {
        return Gathers::List;
    }
    if DEPENDENCIES.contains(&name) {
        return Gathers::Dependency;
    }
    if TIMERS.contains(&name) {
        return Gathers::Family("On");
    }
    if PATHS.contains(&name) {
        return Gathers::Family("Path");
    }
    let family = FAMILIES.iter().find(|family| name.starts_with(**family));
    family.map_or(Gathers::Not, |family| Gathers::Family(family))
}
