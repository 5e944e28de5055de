//! The distribution, and so where things are.

use super::{Fact, Found, HostReader};
use crate::host::Layout;

/// Source: os-release(5); the first that exists.
const FILES: &[&str] = &["/etc/os-release", "/usr/lib/os-release"];

/// The distribution's family; Debian's where nothing says.
pub(super) fn layout(reader: &dyn HostReader) -> Found<Layout> {
    let found = FILES
        .iter()
        .find_map(|path| Some((*path, reader.text(path)?)));
    let Some((path, text)) = found else {
        let facts = vec![
            Fact::unknown("distribution", "no /etc/os-release"),
            Fact::new("layout", Layout::Debian.name(), "assumed"),
        ];
        return Found {
            value: Layout::Debian,
            facts,
        };
    };
    let id = value(&text, "ID").unwrap_or_default();
    let like = value(&text, "ID_LIKE").unwrap_or_default();
    let version = value(&text, "VERSION_ID").unwrap_or_default();
    let shown = format!("{id} {version}");
    let distribution = match id.as_str() {
        "" => Fact::unknown("distribution", format!("no ID in {path}")),
        _ => Fact::new("distribution", shown, format!("ID in {path}")),
    };
    let by_id = by_name(&id).map(|layout| (layout, format!("ID in {path}")));
    let by_like = || {
        let layout = like.split_whitespace().find_map(by_name)?;
        Some((layout, format!("ID_LIKE in {path}")))
    };
    let (layout, from) = by_id.or_else(by_like).unwrap_or((
        Layout::Debian,
        "assumed: the distribution is of no known family".to_owned(),
    ));
    Found {
        value: layout,
        facts: vec![distribution, Fact::new("layout", layout.name(), from)],
    }
}

fn by_name(id: &str) -> Option<Layout> {
    match id {
        "debian" | "ubuntu" => Some(Layout::Debian),
        "rhel" | "rocky" | "almalinux" | "centos" | "fedora" | "ol" => Some(Layout::Rhel),
        "amzn" => Some(Layout::Amazon),
        _ => None,
    }
}

fn value(text: &str, key: &str) -> Option<String> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
    Some(line.trim().trim_matches(['"', '\'']).to_ascii_lowercase())
}
