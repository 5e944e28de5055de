//! What lifts a floor above what the stack states or its kind needs: settings
//! that a person pinned, each with its place. That it does is decided in `budget`.

use super::budget::{self, Stake};
use super::cast::Member;
use crate::input::{Spot, Tree};
use crate::services::{Load, Scene};
use crate::stack::ServiceSpec;
use crate::units::Bytes;

/// A floor that pinned settings lift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raise {
    /// By how much, all replicas together.
    pub by: Bytes,
    /// The pins that do, the one that lifts the most first.
    pub pins: Vec<RaisingPin>,
}

/// A pinned setting that lifts a floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaisingPin {
    /// The setting.
    pub key: String,
    /// Where it is pinned.
    pub spot: Spot,
    /// By how much the floor would be lower without this one alone.
    pub by: Bytes,
}

impl Raise {
    /// By how much the floor of a service is lifted; nothing where no pin does.
    pub(super) fn of(member: &Member<'_>, load: &Load, stake: Stake) -> Option<Self> {
        let spec = member.spec();
        if spec.settings.is_empty() || spec.memory.is_some() {
            return None;
        }
        let without = |settings| {
            let floor = floor_with(member, load, settings)?;
            Some(stake.floor.less(floor)).filter(|by| *by > Bytes::ZERO)
        };
        let by = without(Tree::new())?;
        let pins = spec.settings.iter().map(|(key, (_, node))| RaisingPin {
            key: key.clone(),
            spot: node.spot.clone(),
            by: {
                let mut others = spec.settings.clone();
                others.remove(key);
                without(others).unwrap_or_default()
            },
        });
        let mut pins: Vec<RaisingPin> = pins.collect();
        // Where each alone would do, none of them alone is to blame.
        if pins.iter().any(|pin| pin.by > Bytes::ZERO) {
            pins.retain(|pin| pin.by > Bytes::ZERO);
        }
        pins.sort_by_key(|pin| std::cmp::Reverse(pin.by));
        Some(Self { by, pins })
    }

    /// The keys, with commas.
    pub fn keys(&self) -> String {
        let keys: Vec<&str> = self.pins.iter().map(|pin| pin.key.as_str()).collect();
        keys.join(", ")
    }

    /// Each key with its place.
    pub fn places(&self) -> String {
        let place = |pin: &RaisingPin| format!("{} at {}", pin.key, pin.spot);
        let places: Vec<String> = self.pins.iter().map(place).collect();
        places.join(", ")
    }
}

/// The floor of a service with these pins instead of its own.
fn floor_with(member: &Member<'_>, load: &Load, settings: Tree) -> Option<Bytes> {
    let spec = ServiceSpec {
        settings,
        ..member.spec().clone()
    };
    let scene = Scene {
        spec: &spec,
        ..member.scene
    };
    let demand = member.service.demand(&scene, load);
    let stake = budget::stake(&spec, &demand, demand.least).ok()?;
    Some(stake.floor)
}

#[cfg(test)]
mod tests {
    use crate::input::{Node, Source, Spot};
    use crate::plan::{Plan, Unfit, plan};
    use crate::{catalog, services, stack};

    fn plan_on(host: &str, text: &str) -> Plan {
        let source = Source::new("trial.toml", text);
        let tree = Node::parse(&source).unwrap();
        let at = Spot::new(&source, 0..0);
        let stack = stack::from_tree("trial", &at, &tree, &services::schemas()).unwrap();
        plan(&catalog::find(host).unwrap(), &stack, Unfit::Refuse).unwrap()
    }

    #[test]
    fn a_floor_that_pins_lift_names_them_and_only_them() {
        let text = "[services.db]\nkind = \"postgresql\"\nfloor = \"256MiB\"\nconnections = 20\n\
                    settings = { work_mem = \"64MB\", random_page_cost = 2 }\n";
        let plan = plan_on("t3.small", text);
        let planned = plan.service("db").unwrap();
        let raise = planned.raise.as_ref().unwrap();
        assert_eq!(raise.keys(), "work_mem");
        assert_eq!(planned.stake.floor.less(raise.by).whole_mib(), 256);
        let finding = plan
            .findings
            .iter()
            .find(|found| found.id == "sum-exceeds-memory");
        let finding = finding.unwrap();
        assert!(finding.message.contains("'db'"), "{}", finding.message);
        assert!(
            finding.help.starts_with("lower work_mem of 'db',"),
            "{}",
            finding.help
        );
        assert!(
            finding.at.as_ref().unwrap().ends_with(":5:25"),
            "{finding:?}"
        );
    }

    #[test]
    fn what_is_not_lifted_names_nothing() {
        let text = "[services.db]\nkind = \"postgresql\"\nsettings = { random_page_cost = 2 }\n";
        assert_eq!(plan_on("t3.small", text).service("db").unwrap().raise, None);
    }
}
