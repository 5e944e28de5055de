//! Common keys whose values are spelled in a way of their own: an address, the
//! names of environment variables.

use std::collections::BTreeMap;

use super::PoolEnv;
use super::legal::{is_address, plain};
use crate::input::{Problem, Reader, Scalar};

/// `host:port`, for what runs elsewhere.
pub(super) fn read_address(reader: &Reader<'_>) -> Option<(String, u64)> {
    let what = "a host and a port, as in \"db.example.com:5432\"";
    let text = plain(reader, "address", what, is_address)?;
    let (host, port) = text.rsplit_once(':')?;
    Some((host.to_owned(), port.parse().ok()?))
}

pub(super) fn read_pool_env(reader: &Reader<'_>) -> PoolEnv {
    let Some(node) = reader.node("pool_env") else {
        return PoolEnv::default();
    };
    let names = match &node.value {
        Scalar::Text(name) => vec![name.clone()],
        Scalar::Array(_) => reader
            .list("pool_env")
            .unwrap_or_default()
            .into_iter()
            .map(|(name, _)| name)
            .collect(),
        _ => Vec::new(),
    };
    let mut names = names.into_iter();
    match (names.next(), names.next(), names.next()) {
        (Some(size), overflow, None)
            if is_variable(&size) && overflow.as_deref().is_none_or(is_variable) =>
        {
            PoolEnv { size, overflow }
        }
        _ => {
            let problem = Problem::at(
                &node.spot,
                "pool_env must name one or two environment variables",
            );
            let problem = problem.label("no such names");
            reader.report(problem.help("pool_env = [\"DB_POOL_SIZE\", \"DB_MAX_OVERFLOW\"]"));
            PoolEnv::default()
        }
    }
}

/// The name of a variable of the environment.
/// Source: systemd.exec(5), `Environment=`; 200 bytes are more than any has.
fn is_variable(name: &str) -> bool {
    name.len() <= 200
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A table of variables, without those that no environment can hold.
pub(super) fn variables(
    reader: &Reader<'_>,
    key: &'static str,
    mut map: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    map.retain(|name, _| {
        let is_legal = is_variable(name);
        if let (false, Some(spot)) = (is_legal, reader.spot_within(key, name)) {
            let message = format!("'{}' is no name of a variable", name.escape_default());
            let problem = Problem::at(spot, message).label("no name");
            reader.report(problem.help("letters, digits and _, not beginning with a digit"));
        }
        is_legal
    });
    map
}
