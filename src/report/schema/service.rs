//! The schema of a service: every key that any kind has, so that editors can
//! offer them; once it states its kind, the keys of that kind only.

use serde_json::{Map, Value, json};

use super::key;
use crate::input::{KeySpec, KeyType};
use crate::stack::{KindSchema, SERVICE};

pub(super) fn service(kinds: &[&'static KindSchema]) -> Value {
    let mut schema = key::object_with(SERVICE, |spec| common(spec, kinds));
    let shared = shared(kinds);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, mut variants) in shared.clone() {
            let only = (variants.len() == 1).then(|| variants.pop()).flatten();
            properties.insert(name, only.unwrap_or_else(|| json!({"anyOf": variants})));
        }
    }
    if let Some(Value::Object(choice)) = by_kind(kinds, &shared) {
        schema.extend(choice);
    }
    Value::Object(schema)
}

fn common(spec: &KeySpec, kinds: &[&'static KindSchema]) -> Value {
    let mut schema = key::described(spec);
    if let (KeyType::Kind, Value::Object(schema)) = (&spec.takes, &mut schema) {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.kind).collect();
        schema.insert("enum".into(), json!(names));
    }
    schema
}

/// What each key of any kind takes: several where kinds mean different things.
fn shared(kinds: &[&'static KindSchema]) -> Vec<(String, Vec<Value>)> {
    let mut found: Vec<(String, Vec<Value>)> = Vec::new();
    for spec in kinds.iter().flat_map(|kind| kind.keys) {
        let schema = key::described(spec);
        match found.iter_mut().find(|(name, _)| *name == spec.name) {
            Some((_, variants)) if variants.contains(&schema) => {}
            Some((_, variants)) => variants.push(schema),
            None => found.push((spec.name.to_owned(), vec![schema])),
        }
    }
    found
}

/// A chain of choices: `allOf` would keep language servers from the keys. The
/// keys of other kinds are refused one by one, so that each is told at its place.
fn by_kind(kinds: &[&'static KindSchema], shared: &[(String, Vec<Value>)]) -> Option<Value> {
    let mut chain: Option<Value> = None;
    for kind in kinds.iter().rev() {
        let own = |name: &String| kind.keys.iter().find(|spec| spec.name == name);
        let narrowed = shared
            .iter()
            .filter_map(|(name, variants)| match own(name) {
                None => Some((name.clone(), Value::Bool(false))),
                Some(_) if variants.len() == 1 => None,
                Some(spec) => Some((name.clone(), key::described(spec))),
            });
        let narrowed: Map<String, Value> = narrowed.collect();
        let mut choice = json!({
            "if": {"required": ["kind"], "properties": {"kind": {"const": kind.kind}}},
            "then": {"properties": narrowed},
        });
        if let (Some(rest), Value::Object(choice)) = (chain, &mut choice) {
            choice.insert("else".into(), rest);
        }
        chain = Some(choice);
    }
    chain
}
