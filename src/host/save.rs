//! A host written as the profile that gives it back.

use std::fmt::Write as _;

use super::{Host, MemoryFrom};

/// The profile of a host: reading it back gives an equal host.
pub fn to_toml(host: &Host) -> String {
    let mut out = String::new();
    let quote = |text: &str| toml::Value::from(text).to_string();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("name = {}", quote(&host.name)));
    line(format!("memory = \"{}\"", host.memory.exact()));
    line(format!(
        "memory_from = \"{}\"",
        match host.memory_from {
            MemoryFrom::Nominal => "nominal",
            MemoryFrom::Kernel => "kernel",
        }
    ));
    if let Some(visible) = host.visible_memory {
        line(format!("visible_memory = \"{}\"", visible.exact()));
    }
    if let Some(limit) = host.memory_limit {
        line(format!("memory_limit = \"{}\"", limit.exact()));
    }
    line(format!("cpus = {}", host.cpus));
    if let Some(sustained) = host.sustained_cpus {
        line(format!("sustained_cpus = {sustained}"));
    }
    line(format!("arch = \"{}\"", host.arch.name()));
    line(format!("layout = \"{}\"", host.layout.name()));
    line(format!("place = \"{}\"", host.place.name()));
    if let Some(filesystem) = &host.root_filesystem {
        line(format!("root_filesystem = {}", quote(filesystem)));
    }
    if let Some(price) = host.price {
        line(format!("price_usd_month = {}", price.exact()));
    }
    line(String::new());
    line("[storage]".to_owned());
    line(format!("kind = \"{}\"", host.storage.kind.name()));
    line(format!("size = \"{}\"", host.storage.size.exact()));
    line(format!("network = {}", host.storage.network));
    line(String::new());
    line("[installed]".to_owned());
    for (kind, version) in &host.installed {
        let version = version.map_or_else(|| "unknown".to_owned(), |v| v.to_string());
        let _ = writeln!(out, "{kind} = {}", quote(&version));
    }
    out
}
