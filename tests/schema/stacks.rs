//! Whole files: what is right and what is wrong with a stack.

use hosttune::cli::Document;
use hosttune::stack::BUNDLED;

use crate::validator::{mistakes, toml};

#[test]
fn bundled_stacks_are_right() {
    let instances: Vec<_> = BUNDLED.iter().map(|(_, text)| toml(text)).collect();
    for ((name, _), said) in BUNDLED.iter().zip(mistakes(Document::Stack, &instances)) {
        assert!(said.is_empty(), "{name}: {said:?}");
    }
}

/// Relative to the file, so that an editor finds it without a network.
#[test]
fn bundled_stacks_name_their_schema() {
    let line = "#:schema ../../docs/schema/stack.schema.json";
    for (name, text) in BUNDLED {
        assert_eq!(text.lines().next(), Some(line), "{name}");
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = root.join("profiles/stacks/../../docs/schema/stack.schema.json");
    assert!(named.is_file());
}

#[test]
fn a_service_needs_no_kind_under_a_stack_that_is_extended() {
    let service = "[services.db]\nwant = \"1GiB\"\nworkload = \"olap\"\n";
    let texts = [
        service.to_owned(),
        format!("extends = \"web\"\n{service}"),
        "extends = \"web\"\n".to_owned(),
        "runtime = \"pm2\"\n".to_owned(),
    ];
    let instances: Vec<_> = texts.iter().map(|text| toml(text)).collect();
    let said = mistakes(Document::Stack, &instances);
    let right: Vec<bool> = said.iter().map(Vec::is_empty).collect();
    assert_eq!(right, [false, true, true, false], "{said:?}");
}

/// A mistake is told at its place, in words that name it.
#[test]
fn a_mistake_is_told_where_it_is() {
    let wrong = [
        ("nonesuch = 1\nextends = \"web\"", "$", "nonesuch"),
        (
            "extends = \"web\"\n[services.db]\nwnat = \"1GiB\"",
            "$.services.db",
            "wnat",
        ),
        (
            "[services.db]\nkind = \"postgresql\"\nscript = \"a.js\"",
            "$.services.db",
            "does not allow",
        ),
        (
            "[services.db]\nkind = \"postgresql\"\nwant = 512",
            "$.services.db.want",
            "string",
        ),
        ("extends = \"web\"\n[host]\ncpu = 2", "$.host", "cpu"),
        (
            "extends = \"web\"\n[system]\nswapp = 2",
            "$.system",
            "swapp",
        ),
    ];
    let instances: Vec<_> = wrong.iter().map(|(text, ..)| toml(text)).collect();
    let said = mistakes(Document::Stack, &instances);
    for ((text, place, word), said) in wrong.iter().zip(said) {
        let told = said.iter().any(|said| {
            said.split_once(": ")
                .is_some_and(|(at, what)| at == *place && what.contains(word))
        });
        assert!(told, "{text}: {said:?}");
    }
}
