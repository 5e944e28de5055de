//! `docs/schema/`: what `tune schema` prints.

use clap::ValueEnum as _;
use hosttune::cli::{Document, schema};
use hosttune::report::schema::text;

use crate::Made;

pub(crate) fn all() -> Made {
    let documents = Document::value_variants().iter();
    documents
        .map(|document| {
            let name = document.to_possible_value();
            let name = name.map(|value| value.get_name().to_owned());
            let path = format!("docs/schema/{}.schema.json", name.unwrap_or_default());
            (path, text(&schema(*document)))
        })
        .collect()
}
