//! What the tests share: programs with a time limit, servers that end with
//! their test, private directories, rendered trees.

pub(crate) mod command;
pub(crate) mod containers;
pub(crate) mod http;
pub(crate) mod lines;
pub(crate) mod memory_group;
pub(crate) mod place;
pub(crate) mod server;
pub(crate) mod stage;
pub(crate) mod tree;
pub(crate) mod tune;
