//! Common keys whose values are spelled in a way of their own: an address, the
//! names of environment variables.

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
    let legal = |name: &String| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let mut names = names.into_iter();
    match (names.next(), names.next(), names.next()) {
        (Some(size), overflow, None) if legal(&size) && overflow.as_ref().is_none_or(legal) => {
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
