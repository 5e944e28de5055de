//! The JSON Schemas: of what a person writes, made from the tables of keys that
//! the readers know; of what the program prints, made from its types. What no schema can say (a pin above its floor, a service
//! that uses itself round a corner) only the readers refuse.
//!
//! The former keep to what editors' TOML language servers understand: draft-07, no
//! references, no `allOf` beside properties.

mod key;
mod service;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::host::PROFILE;
use crate::input::{KeySpec, KeyType};
use crate::stack::{KindSchema, STACK};

/// The draft that they are written in.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// The schema of a host profile.
pub fn profile() -> Value {
    let mut schema = document(
        "tune host profile",
        "The facts of one machine: memory, processors, disk.",
        key::object(PROFILE),
    );
    schema.insert("required".into(), json!(["memory", "cpus"]));
    Value::Object(schema)
}

/// The schema of a stack, with these kinds of service.
pub fn stack(kinds: &[&'static KindSchema]) -> Value {
    let mut schema = document(
        "tune stack",
        "The services that share a host: what each is, what it must have, what it may give up.",
        key::object_with(STACK, |spec| match spec.takes {
            KeyType::Services => services(spec, kinds),
            _ => key::described(spec),
        }),
    );
    // Under a stack that it extends, a service needs no kind of its own.
    let whole = json!({
        "required": ["services"],
        "properties": {"services": {
            "minProperties": 1,
            "additionalProperties": {"required": ["kind"]},
        }},
    });
    schema.insert("if".into(), json!({"required": ["extends"]}));
    schema.insert("then".into(), json!(true));
    schema.insert("else".into(), whole);
    Value::Object(schema)
}

fn services(spec: &KeySpec, kinds: &[&'static KindSchema]) -> Value {
    let Value::Object(mut schema) = key::described(spec) else {
        return Value::Bool(true);
    };
    schema.insert("additionalProperties".into(), service::service(kinds));
    Value::Object(schema)
}

fn document(title: &str, about: &str, object: Map<String, Value>) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("$schema".into(), DRAFT.into());
    schema.insert("title".into(), title.into());
    schema.insert("description".into(), about.into());
    schema.extend(object);
    schema
}

/// The schema of a document that the program prints, under the command that does.
pub(crate) fn of<T: JsonSchema>(command: &str) -> Value {
    let settings = SchemaSettings::draft07().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), command.into());
    schema.to_value()
}

/// As it stands in a file.
pub fn text(schema: &Value) -> String {
    format!("{schema:#}\n")
}
