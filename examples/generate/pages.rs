//! The pages of keys: `docs/stack.md` and `docs/profile.md`.

use std::fmt::Write as _;

use hosttune::host::{PROFILE, STORAGE};
use hosttune::input::{KeySpec, KeyType};
use hosttune::services;
use hosttune::stack::{SERVICE, STACK, SYSTEM};
use hosttune::units::Decimal;

use crate::Made;

const MADE: &str = "<!-- Made by `cargo run --example generate`. -->\n\n";

pub(crate) fn stack() -> Made {
    let mut page = format!(
        "# The keys of a stack\n\n{MADE}\
         A stack is TOML: `tune.toml`, or a file named by `--stack`. Later wins: built-in, profile, stack,\n\
         `--set`. A key that is not in these tables is an error with its line and the nearest right word.\n\
         [`schema/stack.schema.json`](schema/stack.schema.json) says the same to editors: `tune schema stack`\n\
         prints it, and a first line `#:schema PATH` names it.\n"
    );
    section(&mut page, "Of the stack", "", STACK);
    section(&mut page, "Of `[system]`", "", SYSTEM);
    let about = "Sizes are those of one replica.\n\n";
    section(&mut page, "Of every service", about, SERVICE);
    page.push_str("\n## Of a kind\n");
    for schema in services::schemas() {
        let _ = write!(page, "\n### {}\n\n{}\n\n", schema.kind, schema.about);
        table(&mut page, schema.keys);
    }
    vec![("docs/stack.md".to_owned(), page)]
}

pub(crate) fn profile() -> Made {
    let mut page = format!(
        "# The keys of a host profile\n\n{MADE}\
         A host profile is TOML, named by `--profile`. `tune detect --format toml` writes one of this machine,\n\
         `tune profiles NAME` shows that of a name. `[host]` of a stack takes the same keys and overrules them.\n\
         [`schema/profile.schema.json`](schema/profile.schema.json) says the same to editors.\n"
    );
    section(&mut page, "Of the host", "", PROFILE);
    section(&mut page, "Of `[storage]`", "", STORAGE);
    vec![("docs/profile.md".to_owned(), page)]
}

fn section(page: &mut String, heading: &str, about: &str, keys: &[KeySpec]) {
    let _ = write!(page, "\n## {heading}\n\n{about}");
    table(page, keys);
}

fn table(page: &mut String, keys: &[KeySpec]) {
    page.push_str("| key | what it is | takes | default |\n|---|---|---|---|\n");
    for spec in keys {
        let default = spec.default.map(default).unwrap_or_default();
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {default} |",
            spec.name,
            spec.about,
            takes(&spec.takes)
        );
    }
}

/// A value as code, words as they are.
fn default(text: &str) -> String {
    let is_value = format!("it = {text}").parse::<toml::Table>().is_ok();
    if is_value {
        format!("`{text}`")
    } else {
        text.to_owned()
    }
}

fn takes(kind: &KeyType) -> String {
    match kind {
        KeyType::Text => "a string".into(),
        KeyType::Path => "an absolute path".into(),
        KeyType::Account => "an account's name".into(),
        KeyType::Unit => "a unit's name".into(),
        KeyType::Address => "`\"host:port\"`".into(),
        KeyType::Count(least, most) => format!("{least} to {most}"),
        KeyType::Number(least, most) => format!(
            "{} to {}, three decimal places",
            Decimal::thousandths(*least),
            Decimal::thousandths(*most)
        ),
        KeyType::Money => "dollars".into(),
        KeyType::Size => "a size".into(),
        KeyType::Flag => "`true`, `false`".into(),
        KeyType::Choice(words) => {
            let words = words.iter().map(|word| format!("`\"{word}\"`"));
            words.collect::<Vec<_>>().join(", ")
        }
        KeyType::Version => "a version".into(),
        KeyType::List => "strings".into(),
        KeyType::References => "names of services".into(),
        KeyType::Map | KeyType::ReferenceMap => "a table of strings".into(),
        KeyType::Silences => "a table of reasons".into(),
        KeyType::Variables => "one or two names".into(),
        KeyType::Settings => "a table of settings".into(),
        KeyType::Versions => "a table of versions".into(),
        KeyType::Table(_) => "a table".into(),
        KeyType::Kind => "a kind, below".into(),
        KeyType::Services => "a table of services".into(),
    }
}

/// `docs/checks.md`.
pub(crate) fn checks() -> Made {
    vec![("docs/checks.md".to_owned(), hosttune::report::checks_page())]
}
