//! The settings of one file, in its order: the only place where a setting is made.

use super::{Activation, Formula, Pins, Setting, Spelling, Value};
use crate::units::{Bytes, Decimal};

/// Where a rule comes from and what a change of its setting needs.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// A URL, or a row of the project's documents.
    pub source: &'static str,
    /// What a change needs.
    pub activation: Activation,
    /// The reason, in a few words.
    pub because: &'static str,
}

/// The settings of one file of one service.
#[derive(Debug)]
pub struct Sheet<'a> {
    file: &'static str,
    spelling: Spelling,
    pins: &'a Pins<'a>,
    settings: Vec<Setting>,
}

impl<'a> Sheet<'a> {
    /// An empty sheet for a file.
    pub fn new(file: &'static str, spelling: Spelling, pins: &'a Pins<'a>) -> Self {
        Self {
            file,
            spelling,
            pins,
            settings: Vec::new(),
        }
    }

    /// A size: the pin where there is one, else what the formula gives.
    pub fn size(&mut self, key: &str, formula: &Formula, rule: Rule) -> Formula {
        let pinned = self.pins.size(key);
        let bytes = pinned.unwrap_or_else(|| formula.bytes());
        self.make(
            key,
            Value::Size(bytes),
            self.spelling,
            texts(formula),
            rule,
            pinned.is_some(),
        );
        Formula::size(key, bytes)
    }

    /// A size in a spelling of its own.
    pub fn size_as(
        &mut self,
        key: &str,
        formula: &Formula,
        spelling: Spelling,
        rule: Rule,
    ) -> Formula {
        let pinned = self.pins.size(key);
        let bytes = pinned.unwrap_or_else(|| formula.bytes());
        self.make(
            key,
            Value::Size(bytes),
            spelling,
            texts(formula),
            rule,
            pinned.is_some(),
        );
        Formula::size(key, bytes)
    }

    /// A whole number.
    pub fn count(&mut self, key: &str, formula: &Formula, rule: Rule) -> Formula {
        let pinned = self.pins.count(key);
        let n = pinned.unwrap_or_else(|| formula.whole());
        self.make(
            key,
            Value::Count(n),
            self.spelling,
            texts(formula),
            rule,
            pinned.is_some(),
        );
        Formula::count(key, n)
    }

    /// A number with a point.
    pub fn decimal(&mut self, key: &str, number: Decimal, rule: Rule) -> Decimal {
        let pinned = self.pins.decimal(key);
        let n = pinned.unwrap_or(number);
        let text = number.to_string();
        self.make(
            key,
            Value::Decimal(n),
            self.spelling,
            (text.clone(), text),
            rule,
            pinned.is_some(),
        );
        n
    }

    /// A switch.
    pub fn flag(&mut self, key: &str, yes: bool, rule: Rule) -> bool {
        let pinned = self.pins.flag(key);
        let value = Value::Flag(pinned.unwrap_or(yes));
        let text = self.spelling.spell(&Value::Flag(yes));
        self.make(
            key,
            value,
            self.spelling,
            (text.clone(), text),
            rule,
            pinned.is_some(),
        );
        pinned.unwrap_or(yes)
    }

    /// A word.
    pub fn word(&mut self, key: &str, word: &str, rule: Rule) -> String {
        let pinned = self.pins.word(key);
        let is_pinned = pinned.is_some();
        let chosen = pinned.unwrap_or_else(|| word.to_owned());
        let texts = (word.to_owned(), word.to_owned());
        self.make(
            key,
            Value::Word(chosen.clone()),
            self.spelling,
            texts,
            rule,
            is_pinned,
        );
        chosen
    }

    /// Several words that follow from one formula.
    pub fn words(&mut self, key: &str, words: &str, formula: &Formula, rule: Rule) -> String {
        let pinned = self.pins.word(key);
        let is_pinned = pinned.is_some();
        let chosen = pinned.unwrap_or_else(|| words.to_owned());
        self.make(
            key,
            Value::Word(chosen.clone()),
            self.spelling,
            texts(formula),
            rule,
            is_pinned,
        );
        chosen
    }

    fn make(
        &mut self,
        key: &str,
        value: Value,
        spelling: Spelling,
        texts: (String, String),
        rule: Rule,
        pinned: bool,
    ) {
        let text = spelling.spell(&value);
        let (formula, numbers) = if pinned {
            (text.clone(), text.clone())
        } else {
            texts
        };
        let because = if pinned {
            "pinned in the stack"
        } else {
            rule.because
        };
        let why = match (numbers.is_empty(), because.is_empty()) {
            (false, false) => format!("{numbers} because {because}"),
            (true, false) => because.to_owned(),
            (_, true) => numbers,
        };
        self.settings.push(Setting {
            key: key.to_owned(),
            value,
            text,
            why,
            formula,
            source: rule.source,
            activation: rule.activation,
            file: self.file,
            pinned: if pinned {
                self.pins.node(key).map(|node| node.spot.clone())
            } else {
                None
            },
        });
    }

    /// The settings that were made.
    pub fn finish(self) -> Vec<Setting> {
        self.settings
    }

    /// A pinned size of another key, for formulas that must know it first.
    pub fn pinned_size(&self, key: &str) -> Option<Bytes> {
        self.pins.size(key)
    }
}

fn texts(formula: &Formula) -> (String, String) {
    (formula.names().to_owned(), formula.numbers().to_owned())
}
