//! A TOML document as a tree whose every key and value knows its place, and
//! the merging of one tree over another.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Problem, Problems, Source, Spot};

/// A table: each key with the place of the key and its value.
pub type Tree = BTreeMap<String, (Spot, Node)>;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where.
    pub spot: Spot,
    /// What.
    pub value: Scalar,
}

/// A TOML value; numbers as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A string.
    Text(String),
    /// An integer, in decimal.
    Integer(String),
    /// A number with a point or an exponent, as written.
    Float(String),
    /// True or false.
    Bool(bool),
    /// An array.
    Array(Vec<Node>),
    /// A table.
    Table(Tree),
    /// A date or a time, which no key of ours takes.
    Datetime(String),
}

impl Scalar {
    /// The name of its type, for messages.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a number",
            Self::Bool(_) => "a boolean",
            Self::Array(_) => "an array",
            Self::Table(_) => "a table",
            Self::Datetime(_) => "a date",
        }
    }
}

/// What TOML is, in a line. Source: <https://toml.io/en/v1.0.0>
const TOML: &str = "TOML has a line `key = value` for each key, with strings in quotes, and tables as [services.db]; each key once";

/// Nothing that a person writes is nested deeper; a hostile file may be.
const DEEPEST: usize = 32;

impl Node {
    /// Reads a whole document. All syntax errors are found at once.
    pub fn parse(source: &Arc<Source>) -> Result<Tree, Problems> {
        let (table, errors) = DeTable::parse_recoverable(&source.text);
        let mut problems = Problems::default();
        for error in errors {
            let range = error.span().unwrap_or(0..0);
            let problem = Problem::at(&Spot::new(source, range), error.message().trim());
            problems.push(problem.label("not TOML").help(TOML));
        }
        let mut tree = Tree::new();
        if problems.0.is_empty() {
            tree = convert_table(table.get_ref(), source, 0, &mut problems);
        }
        problems.or(tree)
    }
}

fn convert_table(
    table: &DeTable<'_>,
    source: &Arc<Source>,
    depth: usize,
    problems: &mut Problems,
) -> Tree {
    let mut tree = Tree::new();
    for (key, value) in table {
        let at = Spot::new(source, key.span());
        tree.insert(
            key.get_ref().to_string(),
            (at, convert(value, source, depth + 1, problems)),
        );
    }
    tree
}

fn convert(
    value: &Spanned<DeValue<'_>>,
    source: &Arc<Source>,
    depth: usize,
    problems: &mut Problems,
) -> Node {
    let spot = Spot::new(source, value.span());
    if depth > DEEPEST {
        let message = format!("nested deeper than {DEEPEST} levels");
        let problem = Problem::at(&spot, message).label("too deep");
        problems.push(problem.help("no key of a stack or a profile is nested so deep"));
        return Node {
            spot,
            value: Scalar::Bool(false),
        };
    }
    let value = match value.get_ref() {
        DeValue::String(text) => Scalar::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(integer) => Scalar::Integer(integer.to_string()),
            Err(_) => Scalar::Integer(number.as_str().to_owned()),
        },
        DeValue::Float(number) => Scalar::Float(number.as_str().to_owned()),
        DeValue::Boolean(yes) => Scalar::Bool(*yes),
        DeValue::Datetime(time) => Scalar::Datetime(time.to_string()),
        DeValue::Array(items) => Scalar::Array(
            items
                .iter()
                .map(|item| convert(item, source, depth + 1, problems))
                .collect(),
        ),
        DeValue::Table(table) => Scalar::Table(convert_table(table, source, depth, problems)),
    };
    Node { spot, value }
}

/// Lays `over` on `under`: tables are merged key by key, anything else is replaced.
pub fn merge(under: &mut Tree, over: Tree) {
    for (key, (spot, node)) in over {
        match (under.get_mut(&key), node) {
            (
                Some((
                    _,
                    Node {
                        value: Scalar::Table(below),
                        ..
                    },
                )),
                Node {
                    value: Scalar::Table(above),
                    ..
                },
            ) => {
                merge(below, above);
            }
            (_, node) => {
                under.insert(key, (spot, node));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_place() {
        let source = Source::new("a.toml", "x = 1\n[t]\ny = \"z\"\n");
        let tree = Node::parse(&source).unwrap();
        let Some((
            key,
            Node {
                value: Scalar::Table(t),
                ..
            },
        )) = tree.get("t")
        else {
            panic!("no table")
        };
        assert_eq!(key.to_string(), "a.toml:2:2");
        assert_eq!(t.get("y").unwrap().1.spot.to_string(), "a.toml:3:5");
    }

    #[test]
    fn the_upper_tree_wins_key_by_key() {
        let parse = |text| Node::parse(&Source::new("t", text)).unwrap();
        let mut tree = parse("[s.db]\nkind = \"x\"\nwant = \"1MiB\"");
        merge(
            &mut tree,
            parse("[s.db]\nwant = \"2MiB\"\n[s.api]\nkind = \"y\""),
        );
        assert_eq!(
            format!("{:?}", tree.get("s").map(|(_, n)| &n.value))
                .matches("2MiB")
                .count(),
            1
        );
    }

    #[test]
    fn a_deep_document_is_refused_and_not_a_crash() {
        let text = format!("x = {}1{}", "[".repeat(60), "]".repeat(60));
        assert!(Node::parse(&Source::new("t", text)).is_err());
    }
}
