//! Checks that a stack does not want to hear, each with its reason: for all
//! services under `[silence]`, for one under `[services.NAME.silence]`.

use super::{ALL, ELSEWHERE, Finding};
use crate::input::{Problem, Problems};
use crate::stack::{Silences, Stack};

/// The silences of checks that there are not.
pub(in crate::plan) fn unknown(stack: &Stack) -> Problems {
    let mut problems = Problems::default();
    let own = stack.services.values().map(|spec| &spec.silence);
    for (id, (_, spot)) in own.chain([&stack.silence]).flatten() {
        if known().any(|known| known == id) {
            continue;
        }
        let message = format!("there is no check '{}' to silence", id.escape_default());
        let problem = Problem::at(spot, message).label("no such check");
        problems.push(problem.nearest(id, known(), || "'tune checks' lists them".to_owned()));
    }
    problems
}

/// What can be silenced: what something looks at.
fn known() -> impl Iterator<Item = &'static str> {
    let checks = ALL.iter().map(|check| check.id);
    checks.chain(ELSEWHERE.iter().map(|rule| rule.id))
}

/// Why a finding is not to be heard: the stack says so, or the service that it
/// is about, which is the first that it names.
pub(super) fn reason(stack: &Stack, finding: &Finding) -> Option<String> {
    let said = |silences: &Silences| silences.get(finding.id).map(|(reason, _)| reason.clone());
    let about = || stack.services.get(finding.services.first()?);
    said(&stack.silence).or_else(|| about().and_then(|spec| said(&spec.silence)))
}

/// The silences that silence nothing of what a plan is looked at with.
pub(super) fn without_effect(stack: &Stack, found: &[Finding]) -> Vec<String> {
    let fails = |id: &str, service: Option<&String>| {
        found.iter().any(|finding| {
            let about = service.is_none_or(|name| finding.services.first() == Some(name));
            finding.id == id && about
        }) || ELSEWHERE.iter().any(|rule| rule.id == id)
    };
    let whole = stack.silence.keys().filter(|id| !fails(id, None));
    let mut idle: Vec<String> = whole.cloned().collect();
    for spec in stack.services.values() {
        let own = spec
            .silence
            .keys()
            .filter(|id| !fails(id, Some(&spec.name)));
        idle.extend(own.map(|id| format!("{id} of '{}'", spec.name)));
    }
    idle
}
