//! A tree of YAML, made of what the parser meets one after the other, with the
//! bytes that the parser does not tell: of dashes, of the heads of blocks.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, ScalarStyle, Span, StructureStyle};

use super::super::Malformed;
use super::tree::{Kind, Node, Tag, Tree};

/// Nodes that are not closed yet, and what is known on the way.
pub(super) struct Builder<'a> {
    text: &'a str,
    pub(super) tree: Tree,
    open: Vec<Open>,
    anchors: BTreeMap<usize, usize>,
    /// Where the last thing that has bytes ended.
    end: usize,
    documents: usize,
}

/// A block that is not closed: its node, and the key that waits for its value.
struct Open {
    node: usize,
    key: Option<usize>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            tree: Tree::default(),
            open: Vec::new(),
            anchors: BTreeMap::new(),
            end: 0,
            documents: 0,
        }
    }

    pub(super) fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Malformed> {
        let at = span.byte_range().unwrap_or(0..0);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(self.malformed(at.start, "a second document begins"));
                }
                if self.tag_of_marker(&at) {
                    self.end = at.end;
                }
            }
            Event::Alias(anchor) => {
                let to = self.anchors.get(&anchor).copied();
                let inside = |to: &usize| self.open.iter().any(|open| open.node == *to);
                let to = to.filter(|to| !inside(to)).ok_or_else(|| {
                    self.malformed(at.start, "it stands for a block that it stands in")
                })?;
                self.add(Kind::Alias(to), at, 0, Tag::None)?;
            }
            Event::Scalar(text, style, anchor, tag) => {
                let tag = self.tag(tag.as_deref(), at.start)?;
                self.scalar(&text, style, anchor, tag, at)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                let tag = self.tag(tag.as_deref(), at.start)?;
                let flow = style == StructureStyle::Flow;
                let items = Vec::new();
                self.start(Kind::Sequence { items, flow }, at, anchor, tag)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let tag = self.tag(tag.as_deref(), at.start)?;
                let flow = style == StructureStyle::Flow;
                let entries = Vec::new();
                self.start(Kind::Mapping { entries, flow }, at, anchor, tag)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&at),
            _ => {}
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Tag,
        at: Range<usize>,
    ) -> Result<(), Malformed> {
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let text = match (style, tag) {
            (ScalarStyle::Plain, Tag::Core) if at.is_empty() => "",
            (ScalarStyle::Plain, Tag::Core) => text,
            (ScalarStyle::Plain, _) if is_null(text) => "null",
            _ if block && self.is_last(&at) => text.strip_suffix('\n').unwrap_or(text),
            _ => text,
        };
        let text = text.to_owned();
        let at = match at.is_empty() {
            _ if block => self.block_scalar(&at),
            true => self.bare(at.start),
            false => at,
        };
        self.add(Kind::Scalar { text, style }, at, anchor, tag)?;
        Ok(())
    }

    fn malformed(&self, at: usize, message: &str) -> Malformed {
        Malformed::at(self.text.as_bytes(), at, message)
    }

    /// Whether a document's beginning has bytes: `---`.
    fn tag_of_marker(&self, at: &Range<usize>) -> bool {
        self.text.get(at.clone()) == Some("---")
    }

    fn tag(&self, tag: Option<&granit_parser::Tag>, at: usize) -> Result<Tag, Malformed> {
        let Some(tag) = tag else {
            return Ok(Tag::None);
        };
        match (tag.core_suffix(), tag.parts()) {
            (Some(_), _) => Ok(Tag::Core),
            (_, ("!", "reset")) => Ok(Tag::Reset),
            (_, ("!", "override")) => Ok(Tag::Override),
            _ => Err(self.malformed(at, "a tag that compose does not have")),
        }
    }

    /// Where what comes after the last thing begins: its dash, and itself.
    fn introduced(&self, until: usize) -> (usize, usize) {
        let bytes = self.text.as_bytes();
        let (mut n, mut dash) = (self.end, until);
        let mut word = true;
        while let Some(byte) = bytes.get(n).filter(|_| n < until) {
            match byte {
                b'#' if word => n = line_end(bytes, n),
                b'&' | b'!' if word => n = word_end(bytes, n),
                b'|' | b'>' => break,
                b'-' if dash == until => dash = n,
                _ => {}
            }
            word = bytes.get(n).is_some_and(u8::is_ascii_whitespace) || matches!(byte, b'-' | b':');
            n += 1;
        }
        (dash, n.min(until))
    }

    /// A block scalar with its head, without the lines that end it.
    fn block_scalar(&self, at: &Range<usize>) -> Range<usize> {
        let (_, start) = self.introduced(at.start);
        let text = self.text.get(start..at.end).unwrap_or_default();
        start..start + text.trim_end_matches(['\n', '\r', ' ', '\t']).len()
    }

    /// Whether a block scalar ends with the file, which has no last line end:
    /// then the scalar has none either, as libyaml reads it.
    fn is_last(&self, at: &Range<usize>) -> bool {
        at.end >= self.text.len() && !self.text.ends_with(['\n', '\r'])
    }

    /// Where the value of a key that has none would stand: behind its colon.
    fn bare(&self, at: usize) -> Range<usize> {
        let waits = self.open.last().is_some_and(|open| open.key.is_some());
        if !waits {
            return at..at;
        }
        let bytes = self.text.as_bytes();
        let (mut n, mut behind) = (self.end, self.end);
        loop {
            match bytes.get(n) {
                Some(b' ' | b'\t' | b':') => n += 1,
                Some(b'&' | b'!') => n = word_end(bytes, n),
                _ => return behind..behind,
            }
            if bytes
                .get(n.saturating_sub(1))
                .is_some_and(|byte| !byte.is_ascii_whitespace())
            {
                behind = n;
            }
        }
    }

    fn add(
        &mut self,
        kind: Kind,
        at: Range<usize>,
        anchor: usize,
        tag: Tag,
    ) -> Result<usize, Malformed> {
        let id = self.tree.nodes.len();
        let (lead, _) = self.introduced(at.start);
        let block = matches!(
            kind,
            Kind::Sequence { flow: false, .. } | Kind::Mapping { flow: false, .. }
        );
        if !block {
            self.end = self.end.max(at.end);
        }
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        let node = Node {
            kind,
            at,
            lead,
            tag,
        };
        self.hang(id, &node)?;
        self.tree.nodes.push(node);
        Ok(id)
    }

    /// Gives the block that is open one more child.
    fn hang(&mut self, id: usize, child: &Node) -> Result<(), Malformed> {
        let Some(open) = self.open.last_mut() else {
            self.tree.root = Some(id);
            return Ok(());
        };
        match self
            .tree
            .nodes
            .get_mut(open.node)
            .map(|node| &mut node.kind)
        {
            Some(Kind::Sequence { items, .. }) => items.push(id),
            Some(Kind::Mapping { entries, .. }) => match open.key.take() {
                Some(key) => entries.push((key, id)),
                None if matches!(child.kind, Kind::Scalar { .. }) => open.key = Some(id),
                None => {
                    let at = child.at.start;
                    return Err(self.malformed(at, "a key that is not a name"));
                }
            },
            _ => {}
        }
        Ok(())
    }

    fn start(
        &mut self,
        kind: Kind,
        at: Range<usize>,
        anchor: usize,
        tag: Tag,
    ) -> Result<(), Malformed> {
        let node = self.add(kind, at, anchor, tag)?;
        self.open.push(Open { node, key: None });
        Ok(())
    }

    fn close(&mut self, at: &Range<usize>) {
        // Of a block the end is that of the last node in it.
        self.end = if at.is_empty() { self.end } else { at.end };
        let Some(open) = self.open.pop() else {
            return;
        };
        let first = match self.tree.node(open.node).map(|node| &node.kind) {
            Some(Kind::Sequence { items, flow: false }) => items.first().copied(),
            _ => None,
        };
        let lead = first.and_then(|id| Some(self.tree.node(id)?.lead));
        if let Some(node) = self.tree.nodes.get_mut(open.node) {
            node.at.start = lead.unwrap_or(node.at.start);
            node.at.end = self.end.max(node.at.start);
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n');
    at + end.unwrap_or(rest.len())
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(rest.len())
}
