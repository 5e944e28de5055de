//! What a program takes where nothing is set, asked of the program itself.

use std::collections::BTreeMap;

use hosttune::services;
use hosttune::units::Version;
use serde_json::Value;

use crate::postgresql::cluster::Cluster;
use crate::postgresql::values::Parameters;
use crate::support::command::{command, run};

/// What tune takes for a default.
fn known(kind: &str, key: &str, version: (u32, u32)) -> Option<&'static str> {
    let kind = services::find(kind).unwrap();
    kind.default_of(key, Version::new(version.0, version.1, 0))
}

#[test]
fn defaults_of_postgresql_are_the_boot_values() {
    let cluster = Cluster::with("");
    let parameters = Parameters::of(&cluster);
    let rows = cluster.rows("select name, boot_val from pg_settings where boot_val is not null");
    let mut seen = 0;
    for row in rows {
        if let Some(default) = known("postgresql", &row[0], (15, 0)) {
            assert!(
                default == row[1] || parameters.same(&row[0], default, &row[1]),
                "{row:?}: {default}"
            );
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen}");
}

/// What a Python program says, as JSON.
fn python(script: &str) -> BTreeMap<String, Value> {
    let said = run(command("python").args(["-c", script])).expect("python");
    serde_json::from_str(&said).unwrap()
}

/// As Python prints it.
fn spelled(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}

fn all_are(kind: &str, version: (u32, u32), program: &BTreeMap<String, Value>, at_least: usize) {
    let found = program.iter().filter_map(|(key, value)| {
        let default = known(kind, key, version)?;
        Some((key, default, spelled(value)))
    });
    let found: Vec<_> = found.collect();
    for (key, default, value) in &found {
        assert_eq!(default, value, "{kind}: {key}");
    }
    assert!(found.len() >= at_least, "{kind}: only {found:?}");
}

#[test]
fn defaults_of_gunicorn_are_its_own() {
    let program = python(
        "import json, os\n\
         os.environ.pop('WEB_CONCURRENCY', None)\n\
         from gunicorn.config import Config\n\
         settings = Config().settings.values()\n\
         values = {s.name: s.get() for s in settings}\n\
         values['bind'] = values['bind'][0]\n\
         print(json.dumps(values, default=str))",
    );
    all_are("gunicorn", (23, 0), &program, 12);
}

#[test]
fn defaults_of_celery_are_its_own() {
    let program = python(
        "import json\n\
         from celery import Celery\n\
         from kombu.transport.redis import Channel\n\
         conf = {k: v for k, v in dict(Celery().conf).items() \
         if k == 'result_expires' or isinstance(v, (int, str, type(None)))}\n\
         conf['result_expires'] = int(conf['result_expires'].total_seconds())\n\
         conf['visibility_timeout'] = Channel.visibility_timeout\n\
         print(json.dumps(conf, default=str))",
    );
    all_are("celery", (5, 0), &program, 7);
}
