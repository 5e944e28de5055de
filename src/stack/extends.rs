//! A stack and what it extends, laid one over the other.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::bundled;
use crate::input::{Node, Problem, Problems, Scalar, Source, Spot, Tree, merge};

/// Reads a stack file that another extends: path as written, the source that
/// wrote it. The caller knows where files are.
pub type Loader<'a> = dyn Fn(&str, &Spot) -> Result<Arc<Source>, Problem> + 'a;

/// Longer chains are a mistake.
const LONGEST_CHAIN: usize = 16;

/// A stack with everything that it extends below it, as far as that could be read.
#[derive(Debug)]
pub struct Gathered {
    /// The keys, each with its place.
    pub tree: Tree,
    /// What is wrong.
    pub problems: Problems,
    /// Whether nothing is missing. Where something is, what cannot be found may
    /// have been in it, and is no mistake.
    pub whole: bool,
}

/// The tree of a stack with everything that it extends below it.
pub fn load(source: &Arc<Source>, loader: &Loader<'_>) -> Result<Tree, Problems> {
    let gathered = gather(source, loader);
    gathered.problems.or(gathered.tree)
}

/// One stack of a chain.
struct Link {
    source: Arc<Source>,
    tree: Tree,
    /// Where it names the next.
    extends: Option<Spot>,
}

/// A stack and those below it, past mistakes.
pub fn gather(source: &Arc<Source>, loader: &Loader<'_>) -> Gathered {
    let mut chain: Vec<Link> = Vec::new();
    let mut problems = Problems::default();
    let mut next = Some(Arc::clone(source));
    while let Some(source) = next.take() {
        let tree = Node::parse(&source).unwrap_or_else(|found| {
            problems.extend(found);
            Tree::new()
        });
        let extends = extended(&tree).unwrap_or_else(|found| {
            problems.push(found);
            None
        });
        let spot = extends.as_ref().map(|(_, spot)| spot.clone());
        chain.push(Link {
            source,
            tree,
            extends: spot,
        });
        if let Some((name, spot)) = extends {
            match below(&chain, &name, &spot, loader) {
                Ok(source) => next = Some(source),
                Err(problem) => problems.push(problem),
            }
        }
    }
    let mut tree = Tree::new();
    for link in chain.into_iter().rev() {
        lay_over(&mut tree, link.tree);
    }
    let whole = problems.0.is_empty();
    Gathered {
        tree,
        problems,
        whole,
    }
}

/// The stack that the last of a chain extends.
fn below(
    chain: &[Link],
    name: &str,
    spot: &Spot,
    loader: &Loader<'_>,
) -> Result<Arc<Source>, Problem> {
    let next = match bundled(name) {
        Some(source) => source,
        None => loader(name, spot)?,
    };
    let again = plain(&next.name);
    if let Some(first) = chain
        .iter()
        .position(|link| plain(&link.source.name) == again)
    {
        return Err(circle(chain.get(first..).unwrap_or_default(), chain, again));
    }
    if chain.len() >= LONGEST_CHAIN {
        let message = format!("more than {LONGEST_CHAIN} stacks extend each other");
        let problem = Problem::at(spot, message).label("one too many");
        return Err(problem.help("lay fewer stacks over each other"));
    }
    Ok(next)
}

/// The circle, told where its first stack closes it.
fn circle(links: &[Link], chain: &[Link], again: String) -> Problem {
    let mut names: Vec<String> = chain.iter().map(|link| plain(&link.source.name)).collect();
    names.push(again);
    let message = format!(
        "stacks extend each other in a circle: {}",
        names.join(" -> ")
    );
    let mut spots = links.iter().filter_map(|link| link.extends.as_ref());
    let problem = match spots.next() {
        Some(spot) => Problem::at(spot, message).label("leads back to this file"),
        None => Problem::new(message),
    };
    let problem = problem.help("take one of these 'extends' out, or name a bundled stack");
    spots.fold(problem, |problem, spot| problem.also(spot, "through this"))
}

/// A path under one name, however it was reached: `./a`, `b/../a` and `a`. No
/// file is looked at.
fn plain(name: &str) -> String {
    let mut path = PathBuf::new();
    for part in Path::new(name).components() {
        match (part, path.components().next_back()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                path.pop();
            }
            _ => path.push(part),
        }
    }
    path.display().to_string()
}

/// Lays one stack over another, key by key. A service whose kind changes begins
/// anew: the keys of its old kind would mean nothing.
pub fn lay_over(under: &mut Tree, over: Tree) {
    if let (Some(below), Some(above)) = (services_mut(under), services(&over)) {
        below.retain(|name, (_, node)| match above.get(name) {
            Some((_, new)) => kind(new).is_none_or(|new| kind(node) == Some(new)),
            None => true,
        });
    }
    merge(under, over);
}

fn services(tree: &Tree) -> Option<&Tree> {
    match tree.get("services") {
        Some((
            _,
            Node {
                value: Scalar::Table(services),
                ..
            },
        )) => Some(services),
        _ => None,
    }
}

fn services_mut(tree: &mut Tree) -> Option<&mut Tree> {
    match tree.get_mut("services") {
        Some((
            _,
            Node {
                value: Scalar::Table(services),
                ..
            },
        )) => Some(services),
        _ => None,
    }
}

fn kind(service: &Node) -> Option<&str> {
    let Scalar::Table(keys) = &service.value else {
        return None;
    };
    match keys.get("kind") {
        Some((
            _,
            Node {
                value: Scalar::Text(kind),
                ..
            },
        )) => Some(kind),
        _ => None,
    }
}

fn extended(tree: &Tree) -> Result<Option<(String, Spot)>, Problem> {
    match tree.get("extends") {
        None => Ok(None),
        Some((
            _,
            Node {
                spot,
                value: Scalar::Text(name),
            },
        )) => Ok(Some((name.clone(), spot.clone()))),
        Some((_, node)) => {
            let message = format!(
                "extends must name a stack, not be {}",
                node.value.type_name()
            );
            let problem = Problem::at(&node.spot, message).label(node.value.type_name());
            Err(problem.help("as in extends = \"web\", or a path"))
        }
    }
}
