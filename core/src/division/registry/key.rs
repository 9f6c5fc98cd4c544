//! Account numbers, customer codes, box codes: texts in 64 bits, so that millions of them lie in little memory and one
//! comparison tells two apart.

use std::fmt;

use super::index::{AT_A_TIME, Index};
use crate::table::directory::hash;

/// A text in 64 bits. Keys of one [`Keys`] are equal where their texts are; none is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(pub(super) u64);

/// Most digits of a number: with a 1 before them they lie below 2^61, and leading zeros count.
pub(super) const MOST_DIGITS: usize = 18;
/// Most letters of a word: written to their base they lie below 2^61.
const MOST_LETTERS: usize = 10;
/// Letters are numbered from 1.
const BASE: u64 = 65;
/// Marks the key of a word.
const WORD: u64 = 1 << 62;
/// Marks the key of any other text; the text's number stands below.
const LONG: u64 = 1 << 63;

/// The texts whose keys are neither numbers nor words.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    /// Of such a text by its hash; of one whose hash another text has, by the hash after it.
    numbers: Index,
    texts: Vec<Box<str>>,
}

impl Keys {
    /// The key of a text, if it has one.
    pub(super) fn find(&self, text: &str) -> Option<Key> {
        packed(text).or_else(|| self.search(text).ok())
    }

    /// The keys of texts, as far as they have one. Of many texts that do not fit, the hashes are touched before any text is
    /// compared, so that the waits for memory overlap.
    pub(super) fn find_all<'t>(&self, texts: impl Iterator<Item = Option<&'t str>>) -> Vec<Option<Key>> {
        let mut long = Vec::new();
        let key = |(place, text): (usize, Option<&'t str>)| {
            let key = packed(text?);
            if key.is_none() && !self.texts.is_empty() {
                long.extend(text.map(|text| (place, text)));
            }
            key
        };
        let mut keys: Vec<_> = texts.enumerate().map(key).collect();
        for long in long.chunks(AT_A_TIME) {
            let hashes: Vec<_> = long.iter().map(|(_, text)| hash_key(text)).collect();
            self.numbers.touch(hashes.iter());
            let letters = hashes.iter().filter_map(|hash| self.long(self.numbers.get(*hash)?)?.as_bytes().first());
            std::hint::black_box(letters.fold(0, |all, letter| all ^ letter));
            for (place, text) in long {
                keys.get_mut(*place).into_iter().for_each(|key| *key = self.search(text).ok());
            }
        }
        keys
    }

    /// The key of a text, which has one from now on.
    pub(super) fn key(&mut self, text: &str) -> Key {
        packed(text).unwrap_or_else(|| {
            self.search(text).unwrap_or_else(|free| {
                let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
                self.texts.push(text.into());
                self.numbers.insert(free, number);
                long_key(number)
            })
        })
    }

    /// The key of a text that does not fit, or the hash under which it may stand.
    fn search(&self, text: &str) -> Result<Key, Key> {
        let mut hash = hash_key(text);
        while let Some(number) = self.numbers.get(hash) {
            if self.long(number) == Some(text) {
                return Ok(long_key(number));
            }
            hash = Key(hash.0.wrapping_add(2));
        }
        Err(hash)
    }

    fn long(&self, number: u32) -> Option<&str> {
        self.texts.get(usize::try_from(number).ok()?).map(AsRef::as_ref)
    }

    /// The text of a key.
    pub(super) fn text(&self, key: Key) -> KeyText<'_> {
        let Key(bits) = key;
        if bits & LONG == 0 {
            return if bits & WORD == 0 { digits_of(bits) } else { letters_of(bits & !WORD) };
        }
        KeyText::Long(u32::try_from(bits & !LONG).ok().and_then(|number| self.long(number)).unwrap_or_default())
    }
}

/// The text of a key: written out here, or where the keys hold it.
#[derive(Debug, Clone, Copy)]
pub(super) enum KeyText<'a> {
    /// Bytes from a place on.
    Short([u8; MOST_DIGITS], usize),
    Long(&'a str),
}

impl AsRef<str> for KeyText<'_> {
    fn as_ref(&self) -> &str {
        match self {
            Self::Short(bytes, first) => {
                bytes.get(*first..).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
            }
            Self::Long(text) => text,
        }
    }
}

impl fmt::Display for KeyText<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_ref())
    }
}

/// The hash of a text that does not fit; it is odd, and so are those after it, as no key may be 0.
fn hash_key(text: &str) -> Key {
    Key(hash(text) | 1)
}

fn long_key(number: u32) -> Key {
    Key(LONG | u64::from(number))
}

/// The key of a number or a word.
fn packed(text: &str) -> Option<Key> {
    let bytes = text.as_bytes();
    number(bytes).map(Key).or_else(|| word(bytes).map(|word| Key(WORD | word)))
}

/// Digits with a 1 before them, as one number.
fn number(bytes: &[u8]) -> Option<u64> {
    if bytes.is_empty() || bytes.len() > MOST_DIGITS {
        return None;
    }
    // Whether all are digits is asked once, behind the loop.
    let (mut number, mut worst) = (1_u64, 0_u8);
    for byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        worst = worst.max(digit);
        number = number.wrapping_mul(10).wrapping_add(digit.into());
    }
    (worst < 10).then_some(number)
}

/// Letters, each by its number, to the base of 65.
fn word(bytes: &[u8]) -> Option<u64> {
    if bytes.is_empty() || bytes.len() > MOST_LETTERS {
        return None;
    }
    bytes.iter().try_fold(0_u64, |word, byte| Some(word * BASE + u64::from(letter(*byte)?)))
}

/// A letter's number, from 1 to 64.
const fn letter(byte: u8) -> Option<u8> {
    Some(match byte {
        b'0'..=b'9' => byte - b'0' + 1,
        b'A'..=b'Z' => byte - b'A' + 11,
        b'a'..=b'z' => byte - b'a' + 37,
        b'-' => 63,
        b'_' => 64,
        _ => return None,
    })
}

/// The letter of this number.
const fn letter_of(number: u8) -> u8 {
    match number {
        1..=10 => b'0' + number - 1,
        11..=36 => b'A' + number - 11,
        37..=62 => b'a' + number - 37,
        63 => b'-',
        _ => b'_',
    }
}

fn digits_of(number: u64) -> KeyText<'static> {
    // The 1 before the digits ends them.
    written(number, 1, 10, |digit| b'0' + digit)
}

fn letters_of(word: u64) -> KeyText<'static> {
    written(word, 0, BASE, letter_of)
}

/// The digits of a number to a base, down to what stands before the first.
fn written(number: u64, end: u64, base: u64, byte_of: impl Fn(u8) -> u8) -> KeyText<'static> {
    let (mut bytes, mut first, mut rest) = ([0; MOST_DIGITS], MOST_DIGITS, number);
    for byte in bytes.iter_mut().rev() {
        if rest <= end {
            break;
        }
        *byte = u8::try_from(rest % base).map_or(0, &byte_of);
        rest /= base;
        first -= 1;
    }
    KeyText::Short(bytes, first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_is_its_text_and_no_other(one in "[0-9]{1,20}|[A-Za-z0-9_-]{1,12}|.{1,12}", other in "[0-9]{1,3}|[a-b0]{1,3}|.{1,3}") {
            let mut keys = Keys::default();
            let (one_key, other_key) = (keys.key(&one), keys.key(&other));
            prop_assert_eq!(one_key == other_key, one == other);
            prop_assert!(one_key.0 != 0 && other_key.0 != 0);
            for (text, key) in [(&one, one_key), (&other, other_key)] {
                prop_assert_eq!(keys.text(key).to_string(), text.clone());
                prop_assert_eq!(keys.find(text), Some(key));
            }
        }
    }

    #[test]
    fn leading_zeros_count_and_texts_that_do_not_fit_are_known_once_they_were_told() {
        let mut keys = Keys::default();
        assert_ne!(keys.key("7"), keys.key("007"));
        assert_eq!(keys.find("城东J12"), None);
        let key = keys.key("城东J12");
        assert_eq!(keys.find("城东J12"), Some(key));
        assert_eq!(keys.text(key).as_ref(), "城东J12");
    }
}
