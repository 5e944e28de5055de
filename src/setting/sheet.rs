//! The settings of one file, in its order: the only place where a setting is made.

use super::{Activation, Formula, Key, Pins, Setting, Spelling, Value};
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

/// Most files hold fewer settings.
const ROOM: usize = 48;

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
            settings: Vec::with_capacity(ROOM),
        }
    }

    /// A size: the pin where there is one, else what the formula gives.
    pub fn size(&mut self, key: impl Into<Key>, formula: &Formula, rule: Rule) -> Formula {
        self.size_as(key, formula, self.spelling, rule)
    }

    /// A size in a spelling of its own.
    pub fn size_as(
        &mut self,
        key: impl Into<Key>,
        formula: &Formula,
        spelling: Spelling,
        rule: Rule,
    ) -> Formula {
        let key = key.into();
        let pinned = self.pins.size(&key.name);
        let bytes = pinned.unwrap_or_else(|| formula.bytes());
        let made = Formula::size(key.name.clone(), bytes);
        let value = Value::Size(bytes);
        self.make(key, value, spelling, Some(formula), rule, pinned.is_some());
        made
    }

    /// A whole number.
    pub fn count(&mut self, key: impl Into<Key>, formula: &Formula, rule: Rule) -> Formula {
        let key = key.into();
        let pinned = self.pins.count(&key.name);
        let n = pinned.unwrap_or_else(|| formula.whole());
        let made = Formula::count(key.name.clone(), n);
        let (value, spelling) = (Value::Count(n), self.spelling);
        self.make(key, value, spelling, Some(formula), rule, pinned.is_some());
        made
    }

    /// A number with a point.
    pub fn decimal(&mut self, key: &'static str, formula: &Formula, rule: Rule) -> Decimal {
        let pinned = self.pins.decimal(key);
        let n = pinned.unwrap_or_else(|| formula.thousandths());
        let (key, value, spelling) = (key.into(), Value::Decimal(n), self.spelling);
        self.make(key, value, spelling, Some(formula), rule, pinned.is_some());
        n
    }

    /// A switch.
    pub fn flag(&mut self, key: &'static str, yes: bool, rule: Rule) -> bool {
        let pinned = self.pins.flag(key);
        let chosen = pinned.unwrap_or(yes);
        let (value, spelling) = (Value::Flag(chosen), self.spelling);
        self.make(key.into(), value, spelling, None, rule, pinned.is_some());
        chosen
    }

    /// A word.
    pub fn word(&mut self, key: impl Into<Key>, word: &str, rule: Rule) -> String {
        self.text(key.into(), word, None, rule)
    }

    /// Several words that follow from one formula.
    pub fn words(
        &mut self,
        key: &'static str,
        words: &str,
        formula: &Formula,
        rule: Rule,
    ) -> String {
        self.text(key.into(), words, Some(formula), rule)
    }

    fn text(&mut self, key: Key, text: &str, formula: Option<&Formula>, rule: Rule) -> String {
        let pinned = self.pins.word(&key.name);
        let is_pinned = pinned.is_some();
        let chosen = pinned.unwrap_or_else(|| text.to_owned());
        let value = Value::Word(chosen.clone());
        self.make(key, value, self.spelling, formula, rule, is_pinned);
        chosen
    }

    /// A pinned value stands for itself, whatever the formula gave.
    fn make(
        &mut self,
        key: Key,
        value: Value,
        spelling: Spelling,
        formula: Option<&Formula>,
        rule: Rule,
        pinned: bool,
    ) {
        let node = self.pins.node(&key.name).filter(|_| pinned);
        self.settings.push(Setting {
            text: spelling.spell(&value),
            value,
            formula: formula.filter(|_| !pinned).cloned(),
            because: if pinned {
                "pinned in the stack"
            } else {
                rule.because
            },
            source: rule.source,
            activation: rule.activation,
            file: self.file,
            pinned: node.map(|node| node.spot.clone()),
            key: key.name,
            row: key.row,
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
