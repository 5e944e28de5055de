//! A host and a stack in a line each, for the tests of a kind.

use crate::catalog;
use crate::input::{Node, Source, Spot};
use crate::plan::{Plan, Planned, Unfit, plan};
use crate::setting::Setting;
use crate::stack::{self, Stack};

/// A stack from its text.
pub(super) fn stack(text: &str) -> Stack {
    let source = Source::new("trial.toml", text);
    let tree = Node::parse(&source).unwrap();
    let at = Spot::new(&source, 0..0);
    stack::from_tree("trial", &at, &tree, &super::schemas()).unwrap()
}

/// What becomes of it on a host of the catalogue.
pub(super) fn planned(host: &str, text: &str) -> Plan {
    plan(&catalog::find(host).unwrap(), &stack(text), Unfit::Refuse).unwrap()
}

/// Why it is refused.
pub(super) fn refused(host: &str, text: &str) -> String {
    plan(&catalog::find(host).unwrap(), &stack(text), Unfit::Refuse)
        .unwrap_err()
        .to_string()
}

/// The checks that fail.
pub(super) fn failing(host: &str, text: &str) -> Vec<&'static str> {
    let plan = planned(host, text);
    plan.findings.iter().map(|finding| finding.id).collect()
}

/// One service of a plan.
pub(super) fn service<'a>(plan: &'a Plan, name: &str) -> &'a Planned {
    plan.services
        .iter()
        .find(|planned| planned.name == name)
        .unwrap()
}

/// One setting of a service.
pub(super) fn setting<'a>(planned: &'a Planned, key: &str) -> &'a Setting {
    let settings = &planned.settled.as_ref().unwrap().settings;
    settings
        .iter()
        .find(|setting| setting.key == key)
        .unwrap_or_else(|| panic!("no setting {key}"))
}

/// What a setting is spelt as.
pub(super) fn text(planned: &Planned, key: &str) -> String {
    setting(planned, key).text.clone()
}
