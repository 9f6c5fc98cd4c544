//! Customers, communities, boxes, billing areas: codes of the operator's, each with a small number of its own.

use std::num::NonZeroU32;

use super::index::{AT_A_TIME, Index};
use super::key::{Key, KeyText, Keys};

/// The number of a code among its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Code(NonZeroU32);

impl Code {
    /// Its place among those of its kind, from 0.
    pub(super) fn place(self) -> usize {
        usize::try_from(self.0.get() - 1).unwrap_or(usize::MAX)
    }

    /// As an index holds it.
    pub(super) fn number(self) -> u32 {
        self.0.get()
    }

    /// From what an index holds.
    pub(super) fn of_number(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }
}

/// Codes of one kind, numbered in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Codes {
    keys: Keys,
    index: Index,
    texts: Vec<Key>,
}

impl Codes {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, more: usize) {
        self.index.reserve(more);
        self.texts.reserve(more);
    }

    /// The number of a code, if it is there.
    pub(super) fn find(&self, text: &str) -> Option<Code> {
        self.index.get(self.keys.find(text)?).and_then(Code::of_number)
    }

    /// The numbers of codes, as far as they are there.
    pub(super) fn find_all<'t>(&self, texts: impl Iterator<Item = Option<&'t str>>) -> Vec<Option<Code>> {
        self.index.find_all(&self.keys.find_all(texts), Code::of_number)
    }

    /// The number of a code, which is there from now on.
    pub(super) fn number(&mut self, text: &str) -> Code {
        let key = self.keys.key(text);
        self.number_of(key)
    }

    /// The numbers of codes, which are there from now on.
    pub(super) fn number_all<'t>(&mut self, texts: impl Iterator<Item = &'t str>) -> Vec<Code> {
        let keys: Vec<_> = texts.map(|text| self.keys.key(text)).collect();
        let mut codes = Vec::with_capacity(keys.len());
        for keys in keys.chunks(AT_A_TIME) {
            self.index.touch(keys.iter());
            codes.extend(keys.iter().map(|key| self.number_of(*key)));
        }
        codes
    }

    fn number_of(&mut self, key: Key) -> Code {
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX).saturating_add(1);
        let known = self.index.insert(key, next);
        if known.is_none() {
            self.texts.push(key);
        }
        Code::of_number(known.unwrap_or(next)).unwrap_or(Code(NonZeroU32::MAX))
    }

    /// A code in the operator's letters.
    pub(super) fn text(&self, code: Code) -> KeyText<'_> {
        self.texts.get(code.place()).map_or(KeyText::Long("".into()), |key| self.keys.text(*key))
    }

    /// Codes in the operator's letters. All are looked up before the first is written, so that the waits for memory overlap.
    pub(super) fn texts(&self, codes: impl Iterator<Item = Option<Code>>) -> impl Iterator<Item = Option<KeyText<'_>>> {
        let keys: Vec<_> = codes.map(|code| self.texts.get(code?.place()).copied()).collect();
        keys.into_iter().map(|key| Some(self.keys.text(key?)))
    }

    /// Every code, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = Code> {
        (1..).map_while(Code::of_number).take(self.texts.len())
    }
}
