//! The file to be: what it begins from, what was answered, and its text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::cli::session;
use crate::host::Host;
use crate::services;
use crate::stack::Runtime;
use crate::units::Bytes;

/// A file to be.
pub(super) struct Draft {
    /// The host that it names; this one where it names none.
    pub(super) profile: Option<String>,
    pub(super) basis: Basis,
    pub(super) runtime: Runtime,
    /// Memory for what runs beside the services.
    pub(super) extra: Bytes,
}

/// What it begins from.
pub(super) enum Basis {
    /// A bundled stack, by its name, and its text.
    Bundled(String, String),
    /// What was found installed, by its kind.
    Installed(BTreeMap<String, Found>),
}

/// A service that was found.
pub(super) struct Found {
    version: Option<String>,
    /// What it opens connections to.
    pub(super) uses: Vec<String>,
}

const RUNTIME: &str = "runtime = ";

impl Basis {
    pub(super) fn bundled(name: &str, text: &str) -> Self {
        Self::Bundled(name.to_owned(), text.to_owned())
    }

    /// Nothing where nothing is installed that tune knows.
    pub(super) fn installed(host: &Host) -> Option<Self> {
        let found = session::installed(host).map(|kind| {
            let version = host.installed.get(kind).copied().flatten();
            let found = Found {
                version: version.map(|version| version.to_string()),
                uses: Vec::new(),
            };
            (kind.to_owned(), found)
        });
        let found: BTreeMap<_, _> = found.collect();
        (!found.is_empty()).then_some(Self::Installed(found))
    }

    /// What starts its services, unless that is said.
    pub(super) fn runtime(&self) -> Runtime {
        let Self::Bundled(_, text) = self else {
            return Runtime::default();
        };
        let stated = text.lines().find_map(|line| line.strip_prefix(RUNTIME));
        stated
            .and_then(|word| Runtime::named(word.trim().trim_matches('"')))
            .unwrap_or_default()
    }
}

impl Draft {
    pub(super) fn new(profile: Option<String>, basis: Basis) -> Self {
        Self {
            profile,
            runtime: basis.runtime(),
            basis,
            extra: Bytes::ZERO,
        }
    }

    /// The whole file, its schema named where there is one beside it.
    pub(super) fn text(&self, schema: Option<&String>) -> String {
        let mut text = schema.map_or_else(String::new, |schema| format!("#:schema {schema}\n"));
        text.push_str(
            "# What shares this host. 'tune plan' shows who gets what, 'tune render' writes the\n\
             # files. A line that is commented out shows a default.\n\n",
        );
        match &self.profile {
            Some(name) => {
                let name = toml::Value::from(name.as_str());
                let _ = writeln!(text, "# The host.\nprofile = {name}");
            }
            None => text.push_str(
                "# The host: this machine is looked at each time. For another, name it as in\n\
                 # 'tune profiles', or give the path of a profile.\n\
                 #profile = \"detect\"\n",
            ),
        }
        let _ = writeln!(
            text,
            "\n# What starts the services: {}.\n{RUNTIME}\"{}\"",
            Runtime::NAMES.join(", "),
            self.runtime.name()
        );
        match &self.basis {
            Basis::Bundled(name, stack) => self.bundled(name, stack, &mut text),
            Basis::Installed(found) => self.installed(found, &mut text),
        }
        text
    }

    fn bundled(&self, name: &str, stack: &str, text: &mut String) {
        if self.runtime == Runtime::Compose {
            let _ = writeln!(
                text,
                "\n# Where the compose project lives.\ndirectory = \"/opt/{name}\""
            );
        }
        let _ = writeln!(text, "\n# From here on the bundled stack '{name}'.\n#");
        let mut lines: Vec<&str> = stack.lines().collect();
        lines.retain(|line| !line.starts_with(RUNTIME));
        // One blank line where the runtime stood between two.
        lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
        text.extend(lines.into_iter().flat_map(|line| [line, "\n"]));
        text.push_str(&self.system());
    }

    fn installed(&self, found: &BTreeMap<String, Found>, text: &mut String) {
        text.push_str(&self.system());
        for (kind, found) in found {
            found.tell(kind, text);
        }
    }

    fn system(&self) -> String {
        let extra = if self.extra == Bytes::ZERO {
            "[system]\n#extra = \"0MiB\"\n".to_owned()
        } else {
            format!("[system]\nextra = \"{}\"\n", self.extra.exact())
        };
        format!("\n# Memory for agents and jobs beside the services.\n{extra}")
    }
}

impl Found {
    fn tell(&self, kind: &str, text: &mut String) {
        let Some(service) = services::find(kind) else {
            return;
        };
        let schema = service.schema();
        let version = self.version.as_deref().unwrap_or("of unknown version");
        let _ = writeln!(
            text,
            "\n# {} Found: {version}.\n[services.{kind}]\nkind = \"{kind}\"",
            schema.about
        );
        if !self.uses.is_empty() {
            let names: Vec<String> = self.uses.iter().map(|name| format!("\"{name}\"")).collect();
            let _ = writeln!(text, "uses = [{}]", names.join(", "));
        }
        let mut others = Vec::new();
        for spec in schema.keys {
            let line = format!("{} = {}", spec.name, spec.default.unwrap_or_default());
            if line.parse::<toml::Table>().is_ok() {
                let _ = writeln!(text, "# {}\n#{line}", spec.about);
            } else {
                others.push(spec.name);
            }
        }
        if !others.is_empty() {
            let _ = writeln!(text, "# It also has: {}.", others.join(", "));
        }
    }
}
