//! What `tune explain --format json` says: the same as the text, as documents.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::{SettingView, ShareView, limited};
use crate::plan::explain::Origin;
use crate::plan::whatif::Change;
use crate::plan::{Plan, RaisingPin};
use crate::setting::{Bound, Choice, Input, Value};
use crate::units::{Bytes, Cpus};

/// One of the three, by what was asked for.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Document<'a> {
    /// A setting.
    Setting(SettingDocument<'a>),
    /// A share.
    Share(ShareDocument<'a>),
    /// What is not divided.
    Reserve(ReserveDocument<'a>),
}

/// Their schema.
pub fn schema() -> Json {
    crate::report::schema::of::<Document<'static>>("tune explain --format json")
}

fn printed(document: &Document<'_>) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(document).map(|text| text + "\n")
}

impl SettingView<'_> {
    /// As one JSON document.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let document = Document::Setting(SettingDocument {
            service: self.owner.map(|planned| planned.name.as_str()),
            kind: self.owner.map(|planned| planned.kind),
            host: &self.plan.host.name,
            stack: &self.plan.stack,
            key: &self.setting.key,
            value: &self.setting.value,
            text: &self.setting.text,
            formula: self.setting.formula(),
            why: self.setting.why(),
            because: self.setting.because(),
            inputs: self.explained.inputs.iter().map(InputPart::of).collect(),
            bounds: self.explained.choices.iter().map(ChoicePart::of).collect(),
            source: self.setting.source,
            activation: self.setting.activation,
            file: &self.explained.file,
            docs: self.docs(),
            pinned_at: self.setting.pinned.as_ref().map(ToString::to_string),
            changes: self.explained.changes.iter().map(ChangePart::of).collect(),
        });
        printed(&document)
    }
}

impl ShareView<'_> {
    /// As one JSON document.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let planned = self.planned;
        let raise = planned.raise.as_ref();
        let pins = raise.map_or(&[][..], |raise| &raise.pins);
        let document = Document::Share(ShareDocument {
            service: &planned.name,
            kind: planned.kind,
            host: &self.plan.host.name,
            stack: &self.plan.stack,
            replicas: planned.replicas,
            floor_bytes: planned.stake.floor,
            floor_because: self.floor(),
            floor_stated: self.explained.floor == Origin::Stated,
            want_bytes: planned.stake.want,
            floor_raised_by: raise.map(|raise| raise.by),
            floor_pins: pins.iter().map(PinPart::of).collect(),
            want_stated: self.explained.want == Origin::Stated,
            max_bytes: planned.stake.max,
            weight: Cpus(planned.stake.weight),
            reserve_bytes: planned.reserve(),
            limit_bytes: planned.limit,
            limited_by: limited(self),
            worst_case_bytes: planned.limit.and(planned.worst()),
            cpus: planned.cpus,
            processes: planned.limit.map(|_| planned.processes),
            processes_why: planned.limit.map(|_| planned.crew.numbers()),
            connections_opened: planned.load,
            changes: self.explained.changes.iter().map(ChangePart::of).collect(),
        });
        printed(&document)
    }
}

/// What is not divided, as one JSON document.
pub fn reserve(plan: &Plan) -> Result<String, serde_json::Error> {
    let reserve = &plan.reserve;
    let document = Document::Reserve(ReserveDocument {
        host: &plan.host.name,
        unseen_bytes: reserve.unseen.ceiling(),
        unseen_why: reserve.unseen.numbers(),
        os_bytes: reserve.os.ceiling(),
        os_why: reserve.os.numbers(),
        extra_bytes: reserve.extra,
        system_bytes: reserve.total(),
        divisible_bytes: plan.divisible,
    });
    printed(&document)
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SettingDocument<'a> {
    service: Option<&'a str>,
    kind: Option<&'a str>,
    host: &'a str,
    stack: &'a str,
    key: &'a str,
    value: &'a Value,
    text: &'a str,
    formula: String,
    why: String,
    because: &'a str,
    inputs: Vec<InputPart<'a>>,
    bounds: Vec<ChoicePart<'a>>,
    source: &'a str,
    activation: crate::setting::Activation,
    file: &'a str,
    docs: String,
    pinned_at: Option<String>,
    changes: Vec<ChangePart<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ShareDocument<'a> {
    service: &'a str,
    kind: &'a str,
    host: &'a str,
    stack: &'a str,
    replicas: u64,
    floor_bytes: Bytes,
    floor_stated: bool,
    /// Where it comes from, in words.
    floor_because: String,
    /// By how much pinned settings lift it.
    floor_raised_by: Option<Bytes>,
    /// These.
    floor_pins: Vec<PinPart<'a>>,
    want_bytes: Bytes,
    want_stated: bool,
    max_bytes: Option<Bytes>,
    weight: Cpus,
    reserve_bytes: Option<Bytes>,
    limit_bytes: Option<Bytes>,
    limited_by: &'a str,
    worst_case_bytes: Option<Bytes>,
    cpus: Cpus,
    processes: Option<u64>,
    processes_why: Option<String>,
    connections_opened: u64,
    changes: Vec<ChangePart<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ReserveDocument<'a> {
    host: &'a str,
    unseen_bytes: u64,
    unseen_why: String,
    os_bytes: u64,
    os_why: String,
    extra_bytes: Bytes,
    system_bytes: Bytes,
    divisible_bytes: Bytes,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct InputPart<'a> {
    name: &'a str,
    value: &'a str,
}

impl<'a> InputPart<'a> {
    fn of(input: &'a Input) -> Self {
        let (name, value) = (&input.name, &input.value);
        Self { name, value }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct BoundPart<'a> {
    formula: &'a str,
    value: &'a str,
}

impl<'a> BoundPart<'a> {
    fn of(bound: &'a Bound) -> Self {
        let (formula, value) = (&bound.formula, &bound.value);
        Self { formula, value }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PinPart<'a> {
    key: &'a str,
    at: String,
    raises_by: Bytes,
}

impl<'a> PinPart<'a> {
    fn of(pin: &'a RaisingPin) -> Self {
        let (key, at, raises_by) = (pin.key.as_str(), pin.spot.to_string(), pin.by);
        Self { key, at, raises_by }
    }
}

/// `min` or `max`, what decided, and what did not.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ChoicePart<'a> {
    function: &'a str,
    chosen: BoundPart<'a>,
    others: Vec<BoundPart<'a>>,
}

impl<'a> ChoicePart<'a> {
    fn of(choice: &'a Choice) -> Self {
        Self {
            function: choice.function,
            chosen: BoundPart::of(&choice.chosen),
            others: choice.others.iter().map(BoundPart::of).collect(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ChangePart<'a> {
    with: &'a str,
    value: &'a str,
}

impl<'a> ChangePart<'a> {
    fn of(change: &'a Change) -> Self {
        let (with, value) = (&change.with, &change.value);
        Self { with, value }
    }
}
