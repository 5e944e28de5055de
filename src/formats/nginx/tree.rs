//! The directives of one file and the blocks that they stand in. What a
//! directive is called and means is not known here.
//!
//! *Invariant:* directives are in the order of the file, so that a block stands
//! before all that is in it.

use std::ops::Range;

use bstr::BString;

use super::super::Malformed;
use super::lexer::{End, Lexer, Word};
use super::lua;

/// Blocks may stand in one another this deeply. nginx has no bound of its own;
/// this one keeps what is kept for each statement, the blocks around it, small.
/// Source: three times what the deepest of nginx's contexts needs, http, server,
/// location, if, <https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#if>,
/// with a dozen locations in one another.
const DEEPEST_BLOCK: usize = 48;

/// Blocks of which each line is an entry, not a directive: `{` has no place there.
/// Source: their modules read them by a handler of their own (`cf->handler`).
const ENTRIES: &[&str] = &["types", "map", "geo", "split_clients", "charset_map"];

/// One directive, or an entry of a map.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    /// Its name and its arguments, among the tree's words.
    pub(super) words: Range<usize>,
    /// The block that it stands in, among the tree's directives.
    pub(super) parent: Option<usize>,
    /// What follows its words.
    pub(super) body: Body,
    /// Its bytes, up to its ';' or '}'.
    pub(super) at: Range<usize>,
}

/// What follows a directive's words.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// ';'.
    None,
    /// A block: the offset of its '}'.
    Block(usize),
    /// Code: its bytes between the braces.
    Code(Range<usize>),
}

/// A comment that stands between directives.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    /// Its bytes, the line end not included.
    pub(super) at: Range<usize>,
    /// The block that it stands in.
    pub(super) parent: Option<usize>,
}

/// One file.
#[derive(Debug, Default)]
pub(super) struct Tree {
    words: Vec<Word>,
    pub(super) directives: Vec<Directive>,
    pub(super) comments: Vec<Comment>,
}

impl Tree {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.starts_with(b"\xef\xbb\xbf") {
            // [measured] 1.22.1: unknown directive.
            let message = "a byte order mark: nginx takes it for a part of the first word";
            return Err(Malformed::at(bytes, 0, message));
        }
        let mut parser = Parser {
            bytes,
            lexer: Lexer::new(bytes),
            tree: Self::default(),
            open: Vec::new(),
        };
        while parser.one()? {}
        Ok(parser.tree)
    }

    /// The words of a directive: its name, and its arguments.
    pub(super) fn words(&self, directive: &Directive) -> (Option<&Word>, &[Word]) {
        let words = self.words.get(directive.words.clone()).unwrap_or_default();
        match words {
            [name, arguments @ ..] => (Some(name), arguments),
            [] => (None, &[]),
        }
    }

    /// The name of a directive.
    pub(super) fn name(&self, bytes: &[u8], directive: &Directive) -> BString {
        let (name, _) = self.words(directive);
        name.map(|name| name.text(bytes)).unwrap_or_default()
    }

    /// The block that a directive or a comment stands in.
    pub(super) fn block(&self, parent: Option<usize>) -> Option<&Directive> {
        self.directives.get(parent?)
    }

    /// The name of a block whose lines are entries; nothing of another.
    pub(super) fn entries(&self, bytes: &[u8], block: Option<usize>) -> Option<&'static str> {
        let (name, _) = self.words(self.block(block)?);
        let name = name?;
        let mut all = ENTRIES.iter().copied();
        all.find(|entries| name.is(bytes, entries))
    }
}

/// Whether the lines of a block of this name are entries.
pub(super) fn has_entries(name: &str) -> bool {
    ENTRIES.contains(&name)
}

struct Parser<'a> {
    bytes: &'a [u8],
    lexer: Lexer<'a>,
    tree: Tree,
    open: Vec<usize>,
}

impl Parser<'_> {
    /// One directive, or the end of a block: whether there is more.
    fn one(&mut self) -> Result<bool, Malformed> {
        let parent = self.open.last().copied();
        let first = self.tree.words.len();
        let mut comments = Vec::new();
        let end = self.lexer.run(&mut self.tree.words, &mut comments)?;
        let comments = comments.into_iter().map(|at| Comment { at, parent });
        self.tree.comments.extend(comments);
        let words = first..self.tree.words.len();
        match end {
            End::File if parent.is_none() => return Ok(false),
            End::File => return Err(self.unclosed()),
            End::Closes => self.close(parent)?,
            End::Leaf => self.push(words, parent, Body::None),
            End::Opens => self.opens(words, parent)?,
        }
        Ok(true)
    }

    fn push(&mut self, words: Range<usize>, parent: Option<usize>, body: Body) {
        let start = self.tree.words.get(words.start);
        let start = start.map_or(self.lexer.at, |word| word.at.start);
        self.tree.directives.push(Directive {
            words,
            parent,
            body,
            at: start..self.lexer.at,
        });
    }

    fn close(&mut self, block: Option<usize>) -> Result<(), Malformed> {
        let at = self.lexer.at;
        let closed = block.and_then(|block| self.tree.directives.get_mut(block));
        let Some(block) = closed else {
            let message = "unexpected '}': no block is open";
            return Err(Malformed::at(self.bytes, at - 1, message));
        };
        block.body = Body::Block(at - 1);
        block.at.end = at;
        self.open.pop();
        Ok(())
    }

    fn opens(&mut self, words: Range<usize>, parent: Option<usize>) -> Result<(), Malformed> {
        let brace = self.lexer.at - 1;
        let refused = |message: &str| Err(Malformed::at(self.bytes, brace, message));
        if self.tree.entries(self.bytes, parent).is_some() {
            return refused("unexpected '{': this block has no blocks inside");
        }
        let name = self.tree.words.get(words.start);
        if name.is_some_and(|name| lua::holds_code(&name.text(self.bytes))) {
            let Some(end) = lua::end(self.bytes, brace + 1) else {
                return refused("the Lua code has no closing '}'");
            };
            self.lexer.at = end + 1;
            self.push(words, parent, Body::Code(brace + 1..end));
            return Ok(());
        }
        if self.open.len() >= DEEPEST_BLOCK {
            return refused("too many blocks inside one another");
        }
        self.open.push(self.tree.directives.len());
        self.push(words, parent, Body::Block(self.bytes.len()));
        Ok(())
    }

    fn unclosed(&self) -> Malformed {
        let block = self.tree.block(self.open.last().copied());
        let name = block.map(|block| self.tree.name(self.bytes, block));
        let message = format!(
            "the file ends inside the block '{}': a '}}' is missing",
            name.unwrap_or_default().escape_ascii()
        );
        Malformed::at(self.bytes, self.bytes.len(), message)
    }
}
