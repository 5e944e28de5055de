//! Mistakes as one JSON document on stderr.

use serde_json::Value;

use crate::support::{Place, Said};

fn document(said: &Said) -> Vec<Value> {
    assert_eq!(said.code, Some(2), "{said:?}");
    assert_eq!(said.stdout, "");
    let document: Value = serde_json::from_str(&said.stderr).unwrap();
    assert_eq!(document.as_object().unwrap().len(), 1);
    document["errors"].as_array().unwrap().clone()
}

#[test]
fn mistakes_in_a_file_have_their_places() {
    let place = Place::with_stack(
        "[services.a]\nkind = \"node\"\nport = 80\n[services.b]\nkind = \"node\"\nport = 80\nwieght = 1\n",
    );
    let said = place.run(&[
        "plan",
        "--format",
        "json",
        "--stack",
        "stack.toml",
        "--profile",
        "t3.small",
    ]);
    let errors = document(&said);
    assert_eq!(errors.len(), 2);
    let port = &errors[0];
    let place = ["line", "column", "end_line", "end_column"].map(|key| port[key].as_u64().unwrap());
    assert_eq!(
        (port["file"].as_str(), place),
        (Some("stack.toml"), [6, 8, 6, 10])
    );
    assert_eq!(
        port["message"],
        "services 'a' and 'b' both listen on port 80"
    );
    assert_eq!(port["help"], "give one of them a 'port' of its own");
    assert_eq!(port["related"][0]["line"], 3);
    assert_eq!(port["related"][0]["label"], "the port is taken first here");
    assert_eq!(errors[1]["help"], "did you mean weight?");
}

#[test]
fn mistakes_that_stand_nowhere_are_a_document_too() {
    let place = Place::new();
    for arguments in [
        &["plan", "--format=json", "--profile", "t3.smal"][..],
        &["detect", "--format", "json", "--root", "/nowhere"],
        &["--format", "json"],
        &["plan", "--format", "json", "--stack", "a", "--config", "b"],
        &[
            "plan",
            "-q",
            "--format",
            "json",
            "--profile",
            "nowhere.toml",
        ],
    ] {
        for error in document(&place.run(arguments)) {
            assert!(
                !error["message"].as_str().unwrap().is_empty(),
                "{arguments:?}"
            );
            assert!(!error["help"].as_str().unwrap().is_empty(), "{arguments:?}");
            assert!(error["file"].is_null());
        }
    }
}
