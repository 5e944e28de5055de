//! Every kind of service, a line each.

use super::Service;
use crate::stack::KindSchema;

/// All kinds.
pub static ALL: &[&dyn Service] = &[
    &super::celery::Celery,
    &super::gunicorn::Gunicorn,
    &super::nginx::Nginx,
    &super::node::Node,
    &super::pgbouncer::Pgbouncer,
    &super::postgresql::Postgresql,
    &super::process::Process,
    &super::redis::Redis,
];

/// The kind of that name.
pub fn find(kind: &str) -> Option<&'static dyn Service> {
    ALL.iter()
        .copied()
        .find(|service| service.schema().kind == kind)
}

/// What reading a stack needs to know of them.
pub fn schemas() -> Vec<&'static KindSchema> {
    ALL.iter().map(|service| service.schema()).collect()
}
