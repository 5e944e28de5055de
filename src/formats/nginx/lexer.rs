//! The words of `nginx.conf`, as `ngx_conf_read_token` finds them. What the
//! words mean is not known here.
//!
//! - Blanks are space, tab, CR and LF; a comment begins where a word may begin.
//! - A word may be in double or single quotes; quotes inside a word are part of
//!   it. After a closing quote comes a blank, ';', '{' or ')'.
//! - A backslash keeps the next byte from ending a word, in quotes and outside.
//! - '}' ends a block only where a word may begin; '{' does not end a word
//!   behind '$', as in `${name}`.
//! - A word, or a comment, has to fit the buffer of 4096 bytes.
//!
//! Source: <https://github.com/nginx/nginx/blob/master/src/core/ngx_conf_file.c>;
//! the answers of 1.22.1 are asked for in tests/formats/nginx.rs.

use std::ops::Range;

use bstr::BString;

use super::super::Malformed;

/// What a word or a comment has to fit, together with the byte that ends it.
/// Source: `NGX_CONF_BUFFER` in nginx's `ngx_conf_file.c`.
const BUFFER: usize = 4096;

/// One word.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// Its bytes, quotes included.
    pub(super) at: Range<usize>,
    /// Its bytes between the quotes.
    pub(super) inner: Range<usize>,
}

impl Word {
    /// What it stands for.
    pub(super) fn text(&self, bytes: &[u8]) -> BString {
        let raw = bytes.get(self.inner.clone()).unwrap_or_default();
        if raw.contains(&b'\\') {
            unescaped(raw)
        } else {
            raw.into()
        }
    }

    /// Whether it stands for this.
    pub(super) fn is(&self, bytes: &[u8], text: &str) -> bool {
        bytes.get(self.inner.clone()) == Some(text.as_bytes())
    }
}

/// The backslash goes before a quote, a backslash, 't', 'r' and 'n', and stays
/// before all else.
fn unescaped(raw: &[u8]) -> BString {
    let mut text = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let [byte, after @ ..] = rest {
        rest = after;
        let stands_for = match (byte, after.first()) {
            (b'\\', Some(b't')) => b'\t',
            (b'\\', Some(b'r')) => b'\r',
            (b'\\', Some(b'n')) => b'\n',
            (b'\\', Some(quoted @ (b'"' | b'\'' | b'\\'))) => *quoted,
            _ => {
                text.push(*byte);
                continue;
            }
        };
        text.push(stands_for);
        rest = after.get(1..).unwrap_or_default();
    }
    text.into()
}

/// What ends a run of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// ';'.
    Leaf,
    /// '{'.
    Opens,
    /// '}', before any word.
    Closes,
    /// The file, before any word.
    File,
}

/// Reads a file from its first byte to its last.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    /// How far it is.
    pub(super) at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The words up to what ends them, added to `words`; comments that stand
    /// before the first of them are added to `comments`.
    pub(super) fn run(
        &mut self,
        words: &mut Vec<Word>,
        comments: &mut Vec<Range<usize>>,
    ) -> Result<End, Malformed> {
        let before = words.len();
        loop {
            let first = words.len() == before;
            let Some(byte) = self.peek() else {
                return if first {
                    Ok(End::File)
                } else {
                    Err(self.unexpected_end())
                };
            };
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'#' => {
                    let comment = self.comment()?;
                    if first {
                        comments.push(comment);
                    }
                }
                b';' | b'{' if first => return Err(self.unexpected()),
                b'}' if !first => return Err(self.unexpected()),
                b';' | b'{' | b'}' => {
                    self.at += 1;
                    return Ok(match byte {
                        b';' => End::Leaf,
                        b'{' => End::Opens,
                        _ => End::Closes,
                    });
                }
                b'"' | b'\'' => words.push(self.quoted(byte)?),
                _ => words.push(self.bare()?),
            }
        }
    }

    /// Up to the end of its line.
    fn comment(&mut self) -> Result<Range<usize>, Malformed> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'\n');
        let length = length.unwrap_or(rest.len());
        self.at += length;
        if length >= BUFFER && rest.len() > BUFFER {
            return Err(self.too_long(start));
        }
        Ok(start..self.at)
    }

    fn quoted(&mut self, quote: u8) -> Result<Word, Malformed> {
        let opening = self.at;
        self.at += 1;
        loop {
            let byte = self.peek().ok_or_else(|| self.unexpected_end())?;
            self.at += match byte {
                b'\\' => 2,
                _ => 1,
            };
            if byte == quote {
                break;
            }
        }
        let inner = opening + 1..self.at - 1;
        let blank = match self.peek() {
            Some(b' ' | b'\t' | b'\r' | b'\n') => 1,
            Some(b';' | b'{' | b')') | None => 0,
            Some(_) => return Err(self.unexpected()),
        };
        if inner.len() + 1 + blank >= BUFFER {
            return Err(self.too_long(opening));
        }
        Ok(Word {
            at: opening..self.at,
            inner,
        })
    }

    fn bare(&mut self) -> Result<Word, Malformed> {
        let start = self.at;
        // Directly behind '$'.
        let mut variable = false;
        let blank = loop {
            match self.peek().ok_or_else(|| self.unexpected_end())? {
                b'{' if variable => self.at += 1,
                b' ' | b'\t' | b'\r' | b'\n' => break 1,
                b';' | b'{' => break 0,
                b'\\' => {
                    variable = false;
                    self.at += 2;
                }
                byte => {
                    variable = byte == b'$';
                    self.at += 1;
                }
            }
        };
        let at = start..self.at;
        if at.len() + blank >= BUFFER {
            return Err(self.too_long(start));
        }
        Ok(Word {
            inner: at.clone(),
            at,
        })
    }

    fn unexpected(&self) -> Malformed {
        let byte = self.bytes.get(self.at..=self.at).unwrap_or_default();
        let message = format!("unexpected '{}'", byte.escape_ascii());
        Malformed::at(self.bytes, self.at, message)
    }

    fn unexpected_end(&self) -> Malformed {
        let message = "the file ends inside a directive: a ';' or a quote is missing";
        Malformed::at(self.bytes, self.bytes.len(), message)
    }

    fn too_long(&self, start: usize) -> Malformed {
        let message = format!("longer than the {BUFFER} bytes that nginx reads of one word");
        Malformed::at(self.bytes, start, message)
    }
}
