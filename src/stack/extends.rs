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

/// The tree of a stack with everything that it extends below it.
pub fn load(source: &Arc<Source>, loader: &Loader<'_>) -> Result<Tree, Problems> {
    let mut chain = vec![Arc::clone(source)];
    let mut trees = vec![Node::parse(source)?];
    while let Some((name, spot)) = trees.last().map(extended).transpose()?.flatten() {
        let next = match bundled(&name) {
            Some(source) => source,
            None => loader(&name, &spot)?,
        };
        let again = plain(&next.name);
        let mut names: Vec<String> = chain.iter().map(|seen| plain(&seen.name)).collect();
        if names.contains(&again) {
            names.push(again);
            let message = format!(
                "stacks extend each other in a circle: {}",
                names.join(" -> ")
            );
            return Err(Problem::at(&spot, message).into());
        }
        if chain.len() >= LONGEST_CHAIN {
            return Err(Problem::at(
                &spot,
                format!("more than {LONGEST_CHAIN} stacks extend each other"),
            )
            .into());
        }
        trees.push(Node::parse(&next)?);
        chain.push(next);
    }
    let mut merged = Tree::new();
    for tree in trees.into_iter().rev() {
        lay_over(&mut merged, tree);
    }
    Ok(merged)
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

fn extended(tree: &Tree) -> Result<Option<(String, Spot)>, Problems> {
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
            Err(Problem::at(&node.spot, message).into())
        }
    }
}
