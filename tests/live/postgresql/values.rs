//! Whether two spellings of a parameter's value are the same: the file's
//! (`128MB`), the plan's (bytes), the server's (pages of 8 KiB).

use std::collections::BTreeMap;

use super::cluster::Cluster;

/// What the server knows about its parameters.
pub(crate) struct Parameters(BTreeMap<String, Parameter>);

struct Parameter {
    kind: String,
    /// Bytes in one unit of a size, milliseconds in one of a time.
    unit: u64,
}

impl Parameters {
    pub(crate) fn of(cluster: &Cluster) -> Self {
        let rows = cluster.rows("select name, vartype, coalesce(unit, '') from pg_settings");
        let parameter = |row: Vec<String>| {
            let unit = if row[2].is_empty() {
                1
            } else {
                amount(&row[2]).unwrap()
            };
            let parameter = Parameter {
                kind: row[1].clone(),
                unit,
            };
            (row[0].clone(), parameter)
        };
        Self(rows.into_iter().map(parameter).collect())
    }

    pub(crate) fn knows(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether a value of the file or the plan is what the server holds.
    pub(crate) fn same(&self, name: &str, meant: &str, held: &str) -> bool {
        let Some(parameter) = self.0.get(name) else {
            return false;
        };
        let meant = meant.trim_matches('\'');
        match parameter.kind.as_str() {
            "integer" => {
                // A bare number in the file counts the server's units, a size in bytes does not.
                let amounts = [
                    meant.parse().ok().map(|n: u64| n * parameter.unit),
                    amount(meant),
                ];
                let held: u64 = held.parse::<u64>().unwrap_or(u64::MAX);
                held.checked_mul(parameter.unit)
                    .is_some_and(|held| amounts.contains(&Some(held)))
            }
            "real" => meant.parse::<f64>().ok() == held.parse::<f64>().ok(),
            "bool" => flag(meant) == flag(held),
            // An older switch that became a choice of methods.
            "enum" if name == "wal_compression" && flag(meant) => held == "pglz",
            _ => meant == held,
        }
    }
}

fn flag(text: &str) -> bool {
    matches!(text, "on" | "true" | "1")
}

/// Bytes of a size, milliseconds of a time.
fn amount(text: &str) -> Option<u64> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = if number.is_empty() {
        1
    } else {
        number.parse().ok()?
    };
    let factor = match unit {
        "" | "B" | "ms" => 1,
        "kB" => 1 << 10,
        "MB" => 1 << 20,
        "GB" => 1 << 30,
        "TB" => 1 << 40,
        "s" => 1000,
        "min" => 60_000,
        _ => return None,
    };
    number.checked_mul(factor)
}

#[test]
fn spellings_of_one_value_are_the_same() {
    let parameter = |kind: &str, unit: &str| Parameter {
        kind: kind.to_owned(),
        unit: if unit.is_empty() {
            1
        } else {
            amount(unit).unwrap()
        },
    };
    let known = Parameters(BTreeMap::from([
        ("buffers".to_owned(), parameter("integer", "8kB")),
        ("count".to_owned(), parameter("integer", "")),
        ("cost".to_owned(), parameter("real", "")),
        ("jit".to_owned(), parameter("bool", "")),
    ]));
    assert!(known.same("buffers", "128MB", "16384"));
    assert!(known.same("buffers", "134217728", "16384"));
    assert!(known.same("buffers", "16384", "16384"));
    assert!(!known.same("buffers", "127MB", "16384"));
    assert!(known.same("count", "50", "50"));
    assert!(known.same("cost", "1.1", "1.1"));
    assert!(known.same("jit", "off", "off"));
    assert!(!known.same("jit", "on", "off"));
    assert!(!known.same("other", "1", "1"));
}
