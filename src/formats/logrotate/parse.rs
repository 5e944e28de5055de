//! What one file of logrotate says. Which of it counts is not known here.
//!
//! Source: logrotate 3.21 config.c, `readConfigFile`, `parseGlobString`.

use std::ops::Range;

use super::super::line::{self, is_blank, is_space};
use super::super::{Malformed, Statement};
use super::directives::{self, Directive, FILES, INCLUDE, Takes};
use super::values;

pub(super) fn statements(bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
    let mut parser = Parser {
        bytes,
        at: 0,
        within: Vec::new(),
        statements: Vec::new(),
    };
    match bytes.iter().position(|byte| *byte == 0) {
        Some(nul) => Err(parser.fault_at(nul, "a NUL byte")),
        None => parser.all().map(|()| parser.statements),
    }
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    within: Vec<String>,
    statements: Vec<Statement>,
}

impl Parser<'_> {
    fn all(&mut self) -> Result<(), Malformed> {
        loop {
            self.skip(is_blank);
            match self.rest().first() {
                None if self.within.is_empty() => return Ok(()),
                None => return Err(self.fault("no '}' behind the last block")),
                Some(b'\n') => self.at += 1,
                Some(b'#') => self.skip(|byte| byte != b'\n'),
                Some(b'/' | b'"' | b'\'' | b'~') => self.open()?,
                Some(b'}') => self.close()?,
                Some(byte) if byte.is_ascii_alphabetic() => self.directive()?,
                Some(_) => return Err(self.fault("neither a directive nor a log file")),
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn text(&self, at: Range<usize>) -> &[u8] {
        self.bytes.get(at).unwrap_or_default()
    }

    fn skip(&mut self, while_: impl Fn(u8) -> bool) {
        let rest = self.rest();
        self.at += rest.iter().take_while(|byte| while_(**byte)).count();
    }

    fn fault(&self, why: &str) -> Malformed {
        self.fault_at(self.at, why)
    }

    fn fault_at(&self, at: usize, why: &str) -> Malformed {
        Malformed::at(self.bytes, at, why)
    }

    /// The log files of a block, on any number of lines, with comments between.
    fn open(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        if !self.within.is_empty() {
            return Err(self.fault("a log file inside of a block"));
        }
        let mut written = Vec::new();
        let mut end = start;
        let mut is_line_start = false;
        loop {
            match self.rest().first() {
                Some(b'{') => break,
                Some(b'#') if is_line_start => {
                    self.skip(|byte| byte != b'\n');
                    continue;
                }
                None | Some(b'}') => return Err(self.fault("no '{' behind the log files")),
                Some(byte) => {
                    is_line_start = *byte == b'\n' || (is_line_start && is_space(*byte));
                    if !is_space(*byte) {
                        end = self.at + 1;
                    }
                    written.push(*byte);
                }
            }
            self.at += 1;
        }
        self.at += 1;
        let patterns = values::shell_words(&written)
            .and_then(|words| {
                words
                    .into_iter()
                    .map(|word| String::from_utf8(word).ok())
                    .collect()
            })
            .filter(|words: &Vec<String>| !words.is_empty())
            .ok_or_else(|| self.fault_at(start, "a quote without an end, or no UTF-8"))?;
        let patterns = patterns.join(" ");
        self.statements.push(Statement {
            within: Vec::new(),
            key: format!("{FILES} {patterns}"),
            value: written.trim_ascii().into(),
            at: start..self.at,
            value_at: start..end,
        });
        self.within = vec![patterns];
        Ok(())
    }

    fn close(&mut self) -> Result<(), Malformed> {
        if self.within.is_empty() {
            return Err(self.fault("a '}' outside of a block"));
        }
        self.within.clear();
        self.at += 1;
        self.skip(is_blank);
        match self.rest().first() {
            None | Some(b'\n') => Ok(()),
            Some(_) => Err(self.fault("text behind the '}'")),
        }
    }

    fn directive(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        self.skip(|byte| byte.is_ascii_alphabetic());
        let word = start..self.at;
        let found = directives::find(self.text(word.clone()));
        let found = found.ok_or_else(|| self.fault_at(start, "no directive of logrotate"))?;
        let takes_value = matches!(
            found.takes,
            Takes::Number | Takes::Size | Takes::Word | Takes::Text
        );
        match self.rest().first() {
            None => {}
            Some(byte) if is_space(*byte) => {}
            Some(b'=') if takes_value => {}
            Some(_) => return Err(self.fault("no blank behind the directive")),
        }
        let value_at = match found.takes {
            Takes::Nothing => {
                self.step();
                word.end..word.end
            }
            Takes::Rest | Takes::Day => self.line()?,
            Takes::Script => self.script()?,
            _ => self.value(found.word)?,
        };
        self.check(&found, &value_at)?;
        let end = if found.takes == Takes::Script {
            // Behind the word that ends it.
            self.at
        } else {
            value_at.end.max(word.end)
        };
        if found.takes == Takes::Script {
            self.step();
        }
        self.push(&found, start..end, value_at);
        Ok(())
    }

    fn push(&mut self, found: &Directive, at: Range<usize>, value_at: Range<usize>) {
        let value_at = if directives::is_choice(found.key) {
            at.clone()
        } else {
            value_at
        };
        let value = self.text(value_at.clone()).to_vec();
        let is_one_of_many = found.word == INCLUDE || value.starts_with(b"+");
        let key = if is_one_of_many {
            format!("{} {}", found.word, String::from_utf8_lossy(&value))
        } else {
            found.key.to_owned()
        };
        self.statements.push(Statement {
            within: self.within.clone(),
            key,
            value: value.into(),
            at,
            value_at,
        });
    }

    /// The byte behind a word is never looked at, but for the end of the line.
    fn step(&mut self) {
        if self.rest().first().is_some_and(|byte| *byte != b'\n') {
            self.at += 1;
        }
    }

    fn value(&mut self, word: &str) -> Result<Range<usize>, Malformed> {
        self.skip(is_blank);
        if self.rest().first() == Some(&b'=') {
            self.at += 1;
        }
        let value_at = self.line()?;
        if value_at.is_empty() {
            return Err(self.fault_at(value_at.start, &format!("nothing behind {word}")));
        }
        Ok(value_at)
    }

    /// What is left of the line, without the blanks around it.
    fn line(&mut self) -> Result<Range<usize>, Malformed> {
        self.skip(is_blank);
        let start = self.at;
        self.skip(|byte| byte != b'\n');
        let text = self.text(start..self.at);
        let after = text
            .iter()
            .rev()
            .take_while(|byte| is_space(**byte))
            .count();
        // Only a line's end takes the blanks before it away.
        if after > 0 && self.rest().is_empty() {
            return Err(self.fault("blanks at the end of the file"));
        }
        Ok(start..self.at - after)
    }

    /// All lines to the one that begins with `endscript`.
    fn script(&mut self) -> Result<Range<usize>, Malformed> {
        let start = self.at;
        let mut is_first = true;
        loop {
            let line = self.at;
            self.skip(is_blank);
            let word = self.at;
            self.skip(|byte| byte.is_ascii_alphabetic());
            if self.text(word..self.at) == b"endscript" {
                let is_apart = self.rest().first().is_none_or(|byte| is_space(*byte));
                if is_first || !is_apart {
                    return Err(self.fault_at(word, "endscript is not alone on its line"));
                }
                return Ok(self.trimmed(start..line));
            }
            self.skip(|byte| byte != b'\n');
            if self.rest().is_empty() {
                return Err(self.fault_at(start, "a script without endscript"));
            }
            self.at += 1;
            is_first = false;
        }
    }

    fn trimmed(&self, at: Range<usize>) -> Range<usize> {
        let found = line::trimmed(self.text(at.clone()), is_space);
        at.start + found.start..at.start + found.end
    }

    /// Whether the value is of the kind that logrotate takes.
    fn check(&self, found: &Directive, value_at: &Range<usize>) -> Result<(), Malformed> {
        let value = self.text(value_at.clone());
        let why = match found.takes {
            Takes::Number if values::number(found.word, value).is_none() => "no number",
            Takes::Size if values::size(value).is_none() => "no size, such as 10M",
            Takes::Word if value.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) => {
                "more than one word"
            }
            Takes::Day if !matches!(value, [] | [b'0'..=b'7']) => "no day, from 0 to 7",
            Takes::Rest if found.word == "su" && words(value).len() != 2 => "no user and group",
            Takes::Rest if found.word.starts_with("create") && !is_creation(value) => {
                "not a mode, a user and a group"
            }
            Takes::Text if found.word == INCLUDE && std::str::from_utf8(value).is_err() => {
                "a path that is not UTF-8"
            }
            _ => return Ok(()),
        };
        Err(self.fault_at(value_at.start, why))
    }
}

fn words(value: &[u8]) -> Vec<&[u8]> {
    let words = value.split(|byte| is_space(*byte));
    words.filter(|word| !word.is_empty()).collect()
}

/// A mode, a user and a group; any from the end, or the mode, may be left out.
/// Source: logrotate 3.21 config.c, `readModeUidGid`.
fn is_creation(value: &[u8]) -> bool {
    let words = words(value);
    let is_octal = |byte: &u8| matches!(byte, b'0'..=b'7');
    match words.first() {
        None => true,
        Some(mode) if mode.iter().all(is_octal) => words.len() <= 3,
        // A number and text in one word would be two to it.
        Some(mode) if mode.first().is_some_and(is_octal) => false,
        Some(_) => words.len() <= 2,
    }
}
