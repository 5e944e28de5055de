//! The schema of one key, by what it takes.

use serde_json::{Map, Value, json};

use crate::input::{KeySpec, KeyType, MOST_ITEMS};
use crate::stack::{MOST_SERVICES, RESERVED};
use crate::units::{Bytes, Decimal};

/// A string of one line: no control characters.
/// A line with something in it.
const REASON: &str =
    "^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\x00-\\x20\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f]*$";
const ONE_LINE: &str = "^[^\\x00-\\x1f\\x7f-\\x9f]*$";
/// A service's name.
pub(super) const NAME: &str = "^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$";
const PATH: &str = "^(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$";
const ACCOUNT: &str = "^[A-Za-z_][A-Za-z0-9._-]{0,31}$";
const UNIT: &str = "^[A-Za-z0-9:_@-][A-Za-z0-9:_.@-]*\\.service$";
/// The longest name of a unit.
const LONGEST_UNIT: usize = 200;
const ADDRESS: &str = "^[A-Za-z0-9._-]+:[0-9]{1,5}$";
const VERSION: &str = "^[0-9]+(\\.[0-9]+){0,2}";
const VARIABLE: &str = "^[A-Za-z_][A-Za-z0-9_]*$";

/// A table with these keys and no other.
pub(super) fn object(keys: &[KeySpec]) -> Map<String, Value> {
    object_with(keys, described)
}

/// The same, with a say in what becomes of a key.
pub(super) fn object_with(
    keys: &[KeySpec],
    schema: impl Fn(&KeySpec) -> Value,
) -> Map<String, Value> {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|spec| (spec.name.to_owned(), schema(spec)))
        .collect();
    let mut object = Map::new();
    object.insert("type".into(), "object".into());
    object.insert("additionalProperties".into(), false.into());
    object.insert("properties".into(), properties.into());
    object
}

/// What a key takes, with what it is, its default and its example.
pub(super) fn described(spec: &KeySpec) -> Value {
    let mut schema = takes(&spec.takes);
    let default = spec.default.map(|text| (text, value(text)));
    let about = match default {
        Some((words, None)) => format!("{} Default: {words}.", spec.about),
        _ => spec.about.to_owned(),
    };
    schema.insert("description".into(), about.into());
    if let Some((_, Some(default))) = default {
        schema.insert("default".into(), default);
    }
    if let Some(example) = value(spec.example) {
        schema.insert("examples".into(), json!([example]));
    }
    Value::Object(schema)
}

/// A TOML value as JSON; nothing where the text is none.
fn value(text: &str) -> Option<Value> {
    let table: toml::Table = format!("it = {text}").parse().ok()?;
    serde_json::to_value(table.get("it")?).ok()
}

fn takes(kind: &KeyType) -> Map<String, Value> {
    let schema = match kind {
        KeyType::Text => word(ONE_LINE),
        KeyType::Path => word(PATH),
        KeyType::Account => word(ACCOUNT),
        KeyType::Unit => json!({"type": "string", "pattern": UNIT, "maxLength": LONGEST_UNIT}),
        KeyType::Address => word(ADDRESS),
        KeyType::Count(least, most) => {
            json!({"type": "integer", "minimum": least, "maximum": most})
        }
        KeyType::Number(least, most) => {
            let (least, most) = (Decimal::thousandths(*least), Decimal::thousandths(*most));
            json!({"type": "number", "minimum": least, "maximum": most})
        }
        KeyType::Money => json!({"type": "number", "minimum": 0}),
        KeyType::Size => word(&size()),
        KeyType::Flag => json!({"type": "boolean"}),
        KeyType::Choice(words) => json!({"type": "string", "enum": words}),
        KeyType::Version => json!({
            "type": ["string", "number"], "pattern": VERSION, "minimum": 0, "maximum": u32::MAX
        }),
        _ => structure(kind),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// What holds other values.
fn structure(kind: &KeyType) -> Value {
    match kind {
        KeyType::List => {
            json!({"type": "array", "items": {"type": "string", "pattern": ONE_LINE, "minLength": 1}, "maxItems": MOST_ITEMS})
        }
        KeyType::References => {
            json!({"type": "array", "items": {"type": "string"}, "maxItems": MOST_ITEMS})
        }
        KeyType::Silences => {
            json!({"type": "object", "additionalProperties": {"type": "string", "pattern": REASON}})
        }
        KeyType::Map => json!({
            "type": "object", "propertyNames": {"pattern": VARIABLE},
            "additionalProperties": {"type": ["string", "number"], "pattern": ONE_LINE},
        }),
        KeyType::ReferenceMap => json!({
            "type": "object",
            "additionalProperties": {"type": ["string", "number"], "pattern": ONE_LINE},
        }),
        KeyType::Variables => json!({
            "type": ["string", "array"], "pattern": VARIABLE,
            "items": {"type": "string", "pattern": VARIABLE}, "minItems": 1, "maxItems": 2,
        }),
        KeyType::Settings => json!({
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean"]},
        }),
        KeyType::Versions => json!({
            "type": "object", "additionalProperties": {
                "type": ["string", "number"], "pattern": format!("{VERSION}|^$|^unknown$"),
                "minimum": 0, "maximum": u32::MAX,
            },
        }),
        KeyType::Table(keys) => Value::Object(object(keys)),
        KeyType::Kind => json!({"type": "string"}),
        KeyType::Services => json!({
            "type": "object", "propertyNames": {"pattern": NAME, "not": {"enum": RESERVED.map(|(name, _)| name)}}, "maxProperties": MOST_SERVICES,
        }),
        _ => json!({}),
    }
}

fn word(pattern: &str) -> Value {
    json!({"type": "string", "pattern": pattern})
}

/// A number and a unit.
fn size() -> String {
    format!(
        "^\\s*[0-9]+(\\.[0-9]{{1,6}})?\\s*({})\\s*$",
        Bytes::units().collect::<Vec<_>>().join("|")
    )
}
