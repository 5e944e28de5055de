//! The families of distributions, as far as they differ in where things are.

/// Where a distribution keeps configuration, data and units. The paths of a
/// program belong to its service; this only says which family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layout {
    /// Debian and Ubuntu.
    Debian,
    /// RHEL, Rocky, Alma, CentOS Stream, Fedora.
    Rhel,
    /// Amazon Linux.
    Amazon,
}

impl Layout {
    /// The names in a file.
    pub const NAMES: &[&'static str] = &["debian", "rhel", "amazon"];

    /// By its name in a file.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "debian" => Some(Self::Debian),
            "rhel" => Some(Self::Rhel),
            "amazon" => Some(Self::Amazon),
            _ => None,
        }
    }

    /// Its name in a file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Debian => "debian",
            Self::Rhel => "rhel",
            Self::Amazon => "amazon",
        }
    }
}
