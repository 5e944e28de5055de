//! That the document has all there is, and no secret.

use super::*;
use crate::report::difference::made;

fn document(found: &Differences) -> Value {
    serde_json::from_str(&json(&made::review(found)).unwrap()).unwrap()
}

#[test]
fn every_setting_and_every_file_is_there() {
    let found = made::differences();
    let said = document(&found);
    assert_eq!(
        said["settings"].as_array().unwrap().len(),
        found.settings.len()
    );
    assert_eq!(said["files"].as_array().unwrap().len(), found.files.len());
    assert_eq!(said["troubles"][0]["line"], 3);
    assert_eq!(said["summary"]["settings_changed"], 6);
    assert_eq!(said["summary"]["needs"][0]["need"], "restart");
    let memory = &said["settings"][0];
    assert_eq!(memory["delta_bytes"], 384 << 20);
    assert_eq!(
        memory["old"]["file"],
        "/etc/postgresql/15/main/postgresql.conf"
    );
    assert_eq!(memory["needs"], "restart");
    assert_eq!(said["settings"][1]["shadowed_by"][0]["kind"], "wins");
    assert_eq!(said["settings"][1]["without_effect"], true);
    assert_eq!(said["files"][2]["state"], "dangling_link");
    assert_eq!(said["files"][9]["old_mode"], "0600");
}

#[test]
fn no_secret_is_in_it() {
    let text = json(&made::review(&made::differences())).unwrap();
    assert!(!text.contains("hunter"), "{text}");
}

#[test]
fn nothing_is_a_document_too() {
    let said = document(&Differences::default());
    assert_eq!(said["differs"], false);
    assert_eq!(said["plan"], Value::Null);
}
