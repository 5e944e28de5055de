//! The facts as three columns: what, its value, why.

use crate::host::detect::Fact;
use crate::report::{beside, wrapped};

/// Space between two columns.
const GAP: usize = 2;

/// The value's column is no wider; a longer value is wrapped.
const WIDEST_VALUE: usize = 24;

/// Where the reason's column would be narrower, it stands beneath.
const NARROWEST_WHY: usize = 20;

/// Draws the facts within `width` columns.
pub(super) fn draw(facts: &[Fact], width: usize) -> String {
    let longest = |text: fn(&Fact) -> &str| {
        facts
            .iter()
            .map(|fact| text(fact).chars().count())
            .max()
            .unwrap_or(0)
    };
    let name_width = longest(|fact| fact.name);
    let value_width = longest(|fact| &fact.value).min(WIDEST_VALUE);
    let why_width = width.saturating_sub(name_width + value_width + 2 * GAP);
    if why_width < NARROWEST_WHY {
        return beneath(facts, name_width, width);
    }
    let gap = " ".repeat(GAP);
    let mut out = String::new();
    for fact in facts {
        let values = wrapped(&fact.value, value_width);
        let whys = wrapped(&why(fact), why_width);
        for row in 0..values.len().max(whys.len()) {
            let name = if row == 0 { fact.name } else { "" };
            let cell = |lines: &[String]| lines.get(row).cloned().unwrap_or_default();
            let (value, why) = (cell(&values), cell(&whys));
            let line = format!("{name:name_width$}{gap}{value:value_width$}{gap}{why}");
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

/// The facts in two columns, each reason beneath.
fn beneath(facts: &[Fact], name_width: usize, width: usize) -> String {
    let mut out = String::new();
    for fact in facts {
        let label = format!("{:name_width$}{}", fact.name, " ".repeat(GAP));
        out.push_str(&beside(&label, &fact.value, width));
        out.push('\n');
        out.push_str(&beside("    ", &why(fact), width));
        out.push('\n');
    }
    out
}

fn why(fact: &Fact) -> String {
    let mut parts = vec![fact.from.as_str()];
    parts.extend(fact.overruled.iter().map(String::as_str));
    parts.join("; ")
}
