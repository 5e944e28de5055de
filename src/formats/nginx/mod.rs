//! `nginx.conf`: directives and blocks, with all that they include. The words
//! of a file are found by [`lexer`], its blocks by [`tree`]; what each is called
//! is known to [`names`].
//!
//! A directive is a statement, and so is a block: its arguments are the value,
//! with one blank between them. Of the code of a `*_by_lua_block` the value is
//! the code.
//!
//! Source: <https://nginx.org/en/docs/beginners_guide.html#conf_structure>

mod include;
mod kinds;
mod lexer;
mod lua;
mod names;
mod place;
mod repeated;
mod tree;
mod values;

#[cfg(test)]
mod tests;

use super::{
    Document, Edit, Files, Language, Malformed, Normal, Reading, Refused, Repeated, Statement,
};
use names::{Named, Numbers, OUTSIDE, Walk};
use tree::{Body, Tree};

pub(super) struct Nginx;

impl Language for Nginx {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        let tree = Tree::parse(bytes)?;
        let mut numbers = Numbers::default();
        let mut walk = Walk::new(bytes, &tree, OUTSIDE);
        let mut statements = Vec::with_capacity(tree.directives.len());
        while let Some(named) = walk.next(&mut numbers) {
            let within = walk.within().map(str::to_owned).collect();
            statements.push(statement(bytes, &tree, named, within));
        }
        Ok(statements)
    }

    fn insertion(
        &self,
        document: &Document,
        within: &[String],
        key: &str,
        written: &[u8],
    ) -> Result<Edit, Refused> {
        place::insertion(document.bytes(), within, key, written)
    }

    fn repeated(&self) -> Repeated {
        repeated::REPEATED
    }

    fn read(&self, files: &dyn Files, main: &str) -> Vec<Reading> {
        vec![include::read(files, main)]
    }

    fn normal(&self, key: &str, value: &[u8]) -> Normal {
        values::normal(key, value)
    }

    fn spell(&self, key: &str, value: &Normal) -> String {
        values::spell(key, value)
    }

    fn is_memory(&self, key: &str) -> bool {
        let other = [
            "client_max_body_size",
            "gzip_min_length",
            "proxy_max_temp_file_size",
        ];
        !other.contains(&key)
    }

    fn is_secret(&self, key: &str, _: &[u8]) -> bool {
        values::is_secret(key)
    }

    fn inherits(&self) -> bool {
        true
    }

    /// Source: <https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout>:
    /// what has a name of http's there is another directive.
    fn takes_over(&self, block: &str) -> bool {
        let name = block.split(' ').next().unwrap_or_default();
        name != "upstream" && !tree::has_entries(name)
    }
}

/// What a directive says.
fn statement(bytes: &[u8], tree: &Tree, named: Named<'_>, within: Vec<String>) -> Statement {
    let at = named.directive.at.clone();
    let (name, arguments) = tree.words(named.directive);
    let (value, value_at) = match (&named.directive.body, arguments) {
        (Body::Code(code), _) => (
            bytes.get(code.clone()).unwrap_or_default().into(),
            code.clone(),
        ),
        (_, [first, .., last]) => {
            let texts: Vec<_> = arguments.iter().map(|word| word.text(bytes)).collect();
            (bstr::join(" ", texts).into(), first.at.start..last.at.end)
        }
        (_, [only]) => (only.text(bytes), only.at.clone()),
        (_, []) => {
            let end = name.map_or(at.start, |name| name.at.end);
            (bstr::BString::default(), end..end)
        }
    };
    Statement {
        within,
        key: named.key,
        value,
        at,
        value_at,
    }
}
