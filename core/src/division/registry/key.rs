//! Account numbers, customer codes, box codes: texts in 64 bits, so that millions of them lie in little memory and one
//! comparison tells two apart.

use std::borrow::Cow;
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
/// Marks the key of any other text: the number of its head, then its tail.
const LONG: u64 = 1 << 63;
/// Most digits of a tail: with a 1 before them they lie below 2^28.
const MOST_OF_TAIL: usize = 8;
const TAIL_BITS: u32 = 28;
/// So few heads lie near: nobody waits for them.
const FEW_HEADS: usize = 1 << 12;

/// The heads of texts that are neither numbers nor words. An operator's codes have few heads, such as `南宁J` of `南宁J000120`.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    /// Of a head by its hash; of one whose hash another head has, by the hash after it.
    numbers: Index,
    heads: Vec<Box<str>>,
}

impl Keys {
    /// The key of a text, if it has one.
    pub(super) fn find(&self, text: &str) -> Option<Key> {
        packed(text).or_else(|| self.find_long(text))
    }

    /// The keys of texts, as far as they have one. Where there are many heads, their hashes are touched before any head is
    /// compared, so that the waits for memory overlap.
    pub(super) fn find_all<'t>(&self, texts: impl Iterator<Item = Option<&'t str>>) -> Vec<Option<Key>> {
        let mut long = Vec::new();
        let key = |(place, text): (usize, Option<&'t str>)| {
            let text = text?;
            if self.heads.len() > FEW_HEADS && packed(text).is_none() {
                long.push((place, text));
                return None;
            }
            self.find(text)
        };
        let mut keys: Vec<_> = texts.enumerate().map(key).collect();
        for long in long.chunks(AT_A_TIME) {
            let hashes: Vec<_> = long.iter().map(|(_, text)| hash_key(split(text).0)).collect();
            self.numbers.touch(hashes.iter());
            let letters = hashes.iter().filter_map(|hash| self.head(self.numbers.get(*hash)?)?.as_bytes().first());
            std::hint::black_box(letters.fold(0, |all, letter| all ^ letter));
            for (place, text) in long {
                keys.get_mut(*place).into_iter().for_each(|key| *key = self.find_long(text));
            }
        }
        keys
    }

    /// The key of a text, which has one from now on.
    pub(super) fn key(&mut self, text: &str) -> Key {
        packed(text).unwrap_or_else(|| {
            let (head, tail) = split(text);
            let number = self.search(head).unwrap_or_else(|free| {
                let number = u32::try_from(self.heads.len()).unwrap_or(u32::MAX);
                self.heads.push(head.into());
                self.numbers.insert(free, number);
                number
            });
            long_key(number, tail)
        })
    }

    fn find_long(&self, text: &str) -> Option<Key> {
        let (head, tail) = split(text);
        Some(long_key(self.search(head).ok()?, tail))
    }

    /// The number of a head, or the hash under which it may stand.
    fn search(&self, head: &str) -> Result<u32, Key> {
        let mut hash = hash_key(head);
        while let Some(number) = self.numbers.get(hash) {
            if self.head(number) == Some(head) {
                return Ok(number);
            }
            hash = Key(hash.0.wrapping_add(2));
        }
        Err(hash)
    }

    fn head(&self, number: u32) -> Option<&str> {
        self.heads.get(usize::try_from(number).ok()?).map(AsRef::as_ref)
    }

    /// The text of a key.
    pub(super) fn text(&self, key: Key) -> KeyText<'_> {
        let Key(bits) = key;
        if bits & LONG == 0 {
            return if bits & WORD == 0 { digits_of(bits) } else { letters_of(bits & !WORD) };
        }
        let head = u32::try_from((bits & !LONG) >> TAIL_BITS).ok().and_then(|number| self.head(number));
        let (head, tail) = (head.unwrap_or_default(), digits_of(bits & ((1 << TAIL_BITS) - 1)));
        KeyText::Long(if tail.as_ref().is_empty() { head.into() } else { format!("{head}{tail}").into() })
    }
}

/// The text of a key: written out here, or where the keys hold all of it.
#[derive(Debug, Clone)]
pub(super) enum KeyText<'a> {
    /// Bytes from a place on.
    Short([u8; MOST_DIGITS], usize),
    Long(Cow<'a, str>),
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

/// The hash of a head; it is odd, and so are those after it, as no key may be 0.
fn hash_key(head: &str) -> Key {
    Key(hash(head) | 1)
}

fn long_key(head: u32, tail: u64) -> Key {
    Key(LONG | u64::from(head) << TAIL_BITS | tail)
}

/// What stands before the digits that a text ends with, and these with a 1 before them.
fn split(text: &str) -> (&str, u64) {
    let digits = text.bytes().rev().take(MOST_OF_TAIL).take_while(u8::is_ascii_digit).count();
    let (head, tail) = text.split_at_checked(text.len() - digits).unwrap_or((text, ""));
    (head, number(tail.as_bytes()).unwrap_or(1))
}

/// The key of a number or a word.
fn packed(text: &str) -> Option<Key> {
    let bytes = text.as_bytes();
    number(bytes).map(Key).or_else(|| word(bytes).map(|word| Key(WORD | word)))
}

/// Digits with a 1 before them, as one number.
fn number(bytes: &[u8]) -> Option<u64> {
    digits(bytes).map(|number| power_of_ten(bytes.len()) + number)
}

/// Ten to a power below 19.
pub(super) fn power_of_ten(power: usize) -> u64 {
    POWERS_OF_TEN.get(power).copied().unwrap_or(u64::MAX)
}

#[allow(clippy::indexing_slicing, reason = "the compiler evaluates it")]
const POWERS_OF_TEN: [u64; MOST_DIGITS + 1] = {
    let (mut powers, mut power) = ([1; MOST_DIGITS + 1], 1);
    while power <= MOST_DIGITS {
        powers[power] = powers[power - 1] * 10;
        power += 1;
    }
    powers
};

/// The number that some digits are, at most 18 of them.
pub(super) fn digits(bytes: &[u8]) -> Option<u64> {
    const TWICE_EIGHT: usize = 16;
    if let (Some(first), Some(last), Some(shared)) =
        (bytes.first_chunk(), bytes.last_chunk(), TWICE_EIGHT.checked_sub(bytes.len()))
    {
        // The first eight without those that are among the last eight: zeros come in from the left instead.
        let first = eight_digits(*first)?.checked_shl(u32::try_from(shared * 8).ok()?).unwrap_or(0);
        return Some(value_of_eight(first) * 100_000_000 + value_of_eight(eight_digits(*last)?));
    }
    if bytes.is_empty() || bytes.len() > MOST_DIGITS {
        return None;
    }
    // Whether all are digits is asked once, behind the loop.
    let (mut number, mut worst) = (0_u64, 0_u8);
    for byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        worst = worst.max(digit);
        number = number.wrapping_mul(10).wrapping_add(digit.into());
    }
    (worst < 10).then_some(number)
}

/// Eight digits as eight bytes from 0 to 9, the first digit lowest.
fn eight_digits(bytes: [u8; 8]) -> Option<u64> {
    const HIGH_HALVES: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    let digits = u64::from_le_bytes(bytes) ^ 0x3030_3030_3030_3030;
    // A byte above 9 has a bit in its high half, or gets one when 6 is added; what one carries over is found all the same.
    let is_digits = (digits | digits.wrapping_add(0x0606_0606_0606_0606)) & HIGH_HALVES == 0;
    is_digits.then_some(digits)
}

/// The number of eight digits: neighbours make two digits, these four, these eight.
const fn value_of_eight(digits: u64) -> u64 {
    let twos = ((digits * 10) + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = ((twos * 100) + (twos >> 16)) & 0x0000_FFFF_0000_FFFF;
    ((fours * 10_000) + (fours >> 32)) & 0xFFFF_FFFF
}

/// Letters, each by its number, to the base of 65.
fn word(bytes: &[u8]) -> Option<u64> {
    if bytes.is_empty() || bytes.len() > MOST_LETTERS {
        return None;
    }
    let letter = |byte: &u8| LETTERS.get(usize::from(*byte)).copied().filter(|letter| *letter != 0);
    bytes.iter().try_fold(0_u64, |word, byte| Some(word * BASE + u64::from(letter(byte)?)))
}

/// A letter's number, from 1 to 64; 0 of any other byte.
#[allow(clippy::indexing_slicing, reason = "the compiler evaluates it")]
const LETTERS: [u8; 256] = {
    let (mut letters, mut number) = ([0; 256], 1);
    while number <= 64 {
        letters[letter_of(number) as usize] = number;
        number += 1;
    }
    letters
};

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
        let heads = keys.heads.len();
        assert_ne!(keys.key("城东J012"), key);
        assert_eq!(keys.heads.len(), heads);
    }

    #[test]
    fn digits_are_read_eight_at_a_time_and_nothing_else_is_a_digit() {
        let all = "123456789012345678";
        for length in 1..=all.len() {
            let text = &all[..length];
            assert_eq!(digits(text.as_bytes()), text.parse().ok());
            for (place, other) in (0..length).flat_map(|place| "/:a\u{1f} ~".chars().map(move |other| (place, other))) {
                let mut text = text.to_owned();
                text.replace_range(place..=place, &other.to_string());
                assert_eq!(digits(text.as_bytes()), None, "{text}");
            }
        }
        assert_eq!((digits(b""), digits(b"1234567890123456789")), (None, None));
    }
}
