//! The stacks that come with the program.

use std::sync::Arc;

use crate::input::{Layer, Source};

/// Name and text of each, in `profiles/stacks/`.
pub const BUNDLED: &[(&str, &str)] = &[
    (
        "django-celery",
        include_str!("../../profiles/stacks/django-celery.toml"),
    ),
    (
        "fastapi",
        include_str!("../../profiles/stacks/fastapi.toml"),
    ),
    (
        "microservices",
        include_str!("../../profiles/stacks/microservices.toml"),
    ),
    (
        "node-stream",
        include_str!("../../profiles/stacks/node-stream.toml"),
    ),
    (
        "node-web",
        include_str!("../../profiles/stacks/node-web.toml"),
    ),
    ("web", include_str!("../../profiles/stacks/web.toml")),
];

/// The text of a bundled stack as a person may keep it: the first line, which
/// names the schema, is a path within the repository.
pub fn portable(text: &str) -> &str {
    match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("#:schema") => rest,
        _ => text,
    }
}

/// The bundled stack of that name.
pub fn bundled(name: &str) -> Option<Arc<Source>> {
    let (name, text) = BUNDLED.iter().find(|(known, _)| *known == name)?;
    Some(Source::of(Layer::Bundled, format!("<{name}>"), *text))
}
