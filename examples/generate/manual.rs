//! `docs/man/`: what `tune man` prints.

use crate::Made;

pub(crate) fn all() -> Made {
    let pages = hosttune::cli::pages().into_iter();
    pages
        .map(|page| (format!("docs/man/{}", page.file), page.text))
        .collect()
}
