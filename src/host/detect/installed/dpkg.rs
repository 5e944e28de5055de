//! Debian's list of packages.

use std::collections::BTreeMap;

use super::Find;
use super::files::matched;
use crate::host::detect::HostReader;
use crate::units::Version;

const STATUS: &str = "/var/lib/dpkg/status";

/// A server's list has 1 MiB or two; a desktop's may have several.
const MOST_BYTES: usize = 16 << 20;

/// Packages that are installed, with their version as Debian writes it.
pub(super) fn installed(reader: &dyn HostReader) -> BTreeMap<String, String> {
    let bytes = reader.bytes(STATUS, MOST_BYTES).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    text.split("\n\n").filter_map(package).collect()
}

fn package(paragraph: &str) -> Option<(String, String)> {
    let field = |name: &str| {
        let line = paragraph
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.map(|value| value.trim().to_owned())
    };
    // A package that was removed stays in the list as "deinstall ok config-files".
    let is_installed = field("Status")?.ends_with(" ok installed");
    is_installed.then_some((field("Package")?, field("Version").unwrap_or_default()))
}

/// Which of `wanted` are there.
pub(super) fn finds(packages: &BTreeMap<String, String>, wanted: &[&str]) -> Vec<Find> {
    let mut finds = Vec::new();
    for pattern in wanted {
        for (name, version) in packages
            .iter()
            .filter(|(name, _)| matched(pattern, name).is_some())
        {
            let from = format!("{STATUS}, package {name}");
            finds.push(Find {
                version: upstream(version),
                from,
            });
        }
    }
    finds
}

/// The program's own version: `5:7.0.15-1` is 7.0.15.
fn upstream(version: &str) -> Option<Version> {
    let version = match version.split_once(':') {
        Some((_epoch, rest)) => rest,
        None => version,
    };
    Version::parse(version).ok()
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn an_epoch_and_a_revision_are_no_part_of_the_version() {
        let told = |text| upstream(text).map(|version| version.to_string());
        assert_eq!(told("5:7.0.15-1~deb12u1").as_deref(), Some("7.0.15"));
        assert_eq!(told("18.19.0+dfsg-6").as_deref(), Some("18.19.0"));
        assert_eq!(told(""), None);
    }

    #[test]
    fn only_what_is_installed_counts() {
        let gone = "Package: nginx\nStatus: deinstall ok config-files\nVersion: 1.22.1-9";
        assert_eq!(package(gone), None);
        assert!(package(&gone.replace("deinstall ok config-files", "hold ok installed")).is_some());
    }
}
