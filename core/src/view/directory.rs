//! Ids and other texts as numbers: which rows have the same one, and who is called by which.

use std::num::NonZeroUsize;

use crate::error::Error;
use crate::threads::in_parallel;

/// Texts that a thread hashes at a time.
const RUN: usize = 1 << 18;

/// Finds a number by its text: open addressing over halves of hashes, so that a look-up touches one line of memory, and the
/// text itself once.
#[derive(Debug)]
pub(super) struct Directory {
    /// Half a hash, and the number above it; 0 where nobody is.
    slots: Vec<u64>,
}

impl Directory {
    /// Numbers the texts in their order; each has to be there once, and there are fewer than 2^32.
    pub(super) fn of<'t>(count: usize, texts: impl Iterator<Item = &'t str>) -> Self {
        let mut directory = Self { slots: vec![0; (count * 2).next_power_of_two()] };
        for (number, text) in (1_u64..).zip(texts) {
            let hash = hash(text);
            let mut place = directory.home(hash);
            while directory.slots.get(place).is_some_and(|slot| *slot != 0) {
                place = directory.after(place);
            }
            if let Some(slot) = directory.slots.get_mut(place) {
                *slot = number << 32 | hash >> 32;
            }
        }
        directory
    }

    /// The number of a text; `text_of` says the text of a number.
    pub(super) fn find<'t>(&self, text: &str, text_of: impl Fn(usize) -> Option<&'t str>) -> Option<usize> {
        let hash = hash(text);
        let mut place = self.home(hash);
        loop {
            let slot = *self.slots.get(place).filter(|slot| **slot != 0)?;
            if slot & 0xFFFF_FFFF == hash >> 32 {
                let number = usize::try_from((slot >> 32) - 1).ok()?;
                if text_of(number) == Some(text) {
                    return Some(number);
                }
            }
            place = self.after(place);
        }
    }

    fn home(&self, hash: u64) -> usize {
        usize::try_from(hash).unwrap_or(0) & (self.slots.len() - 1)
    }

    fn after(&self, place: usize) -> usize {
        (place + 1) & (self.slots.len() - 1)
    }
}

/// The items that have a text in common with another one, by text; `text_of` gives each of the `count` items its text. The
/// groups are in no order that matters, their items in theirs.
///
/// # Errors
/// Only where a thread fails.
pub(super) fn alike<'t>(
    threads: NonZeroUsize,
    count: usize,
    text_of: impl Fn(usize) -> Option<&'t str> + Sync,
) -> Result<Vec<Vec<usize>>, Error> {
    let hashes = in_parallel(threads, count.div_ceil(RUN), |run| {
        let items = run * RUN..count.min((run + 1) * RUN);
        Ok(items.filter_map(|item| Some((hash(text_of(item)?), item))).collect::<Vec<_>>())
    })?;
    // Texts that are alike have hashes that are: each share of the hashes is looked at by itself.
    let shares = threads.get();
    let share_of = |hash: u64| usize::try_from(hash >> 32).unwrap_or(0) % shares;
    let groups = in_parallel(threads, shares, |share| {
        let mut hashes: Vec<_> = hashes.iter().flatten().filter(|(hash, _)| share_of(*hash) == share).collect();
        hashes.sort_unstable();
        let suspects = hashes.chunk_by(|(one, _), (other, _)| one == other).filter(|suspects| suspects.len() > 1);
        let mut groups = Vec::new();
        for suspects in suspects {
            let mut items: Vec<_> = suspects.iter().map(|(_, item)| *item).collect();
            items.sort_by_key(|item| text_of(*item));
            let alike = items.chunk_by(|one, other| text_of(*one) == text_of(*other));
            groups.extend(alike.filter(|items| items.len() > 1).map(<[usize]>::to_vec));
        }
        Ok(groups)
    })?;
    Ok(groups.into_iter().flatten().collect())
}

/// Items in the order of their texts, those of one text in theirs.
pub(super) fn by_text<'t>(
    items: impl Iterator<Item = usize>,
    text_of: impl Fn(usize) -> Option<&'t str>,
) -> Vec<usize> {
    let mut items: Vec<_> = items.collect();
    if items.is_sorted_by_key(|item| text_of(*item)) {
        return items;
    }
    let shared = shared_prefix(items.iter().filter_map(|item| text_of(*item)));
    // The eight bytes behind what all have in common tell most of them apart, without a look at the texts.
    let key = |item: usize| {
        let mut key = [0; 8];
        let rest = text_of(item).and_then(|text| text.as_bytes().get(shared..)).unwrap_or_default();
        key.iter_mut().zip(rest).for_each(|(slot, byte)| *slot = *byte);
        u64::from_be_bytes(key)
    };
    let mut keyed: Vec<_> = items.iter().map(|item| (key(*item), *item)).collect();
    keyed.sort_unstable_by(|(one_key, one), (other_key, other)| {
        one_key.cmp(other_key).then_with(|| text_of(*one).cmp(&text_of(*other))).then(one.cmp(other))
    });
    items.iter_mut().zip(keyed).for_each(|(slot, (_, item))| *slot = item);
    items
}

/// How many bytes all texts begin with.
fn shared_prefix<'t>(mut texts: impl Iterator<Item = &'t str>) -> usize {
    let Some(first) = texts.next() else { return 0 };
    texts.fold(first.len(), |shared, text| {
        first.bytes().zip(text.bytes()).take(shared).take_while(|(one, other)| one == other).count()
    })
}

/// A hash of a text, the same on every machine: eight bytes at a time, each multiplied into both halves of 128 bits that are
/// folded.
fn hash(text: &str) -> u64 {
    const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
    const FACTOR: u64 = 0xD6E8_FEB8_6659_FD93;
    let fold = |hash: u64, word: u64| {
        let product = u128::from(hash ^ word) * u128::from(FACTOR);
        let (low, high) = (product & u128::from(u64::MAX), product >> 64);
        u64::try_from(low ^ high).unwrap_or(0)
    };
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let hash = words.iter().fold(SEED ^ word_of_length(text), |hash, word| fold(hash, u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(slot, byte)| *slot = *byte);
    fold(fold(hash, u64::from_le_bytes(last)), SEED)
}

fn word_of_length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_under_its_number_and_no_other_is() {
        let texts: Vec<_> = (0..5_000).map(|number| format!("user-{number}")).collect();
        let directory = Directory::of(texts.len(), texts.iter().map(String::as_str));
        let text_of = |number: usize| texts.get(number).map(String::as_str);
        for (number, text) in texts.iter().enumerate() {
            assert_eq!(directory.find(text, text_of), Some(number));
        }
        assert_eq!(directory.find("user-5000", text_of), None);
        assert_eq!(Directory::of(0, std::iter::empty()).find("", text_of), None);
    }

    #[test]
    fn items_of_one_text_are_found_on_any_number_of_threads() {
        let texts = ["a", "b", "a", "c", "b", "a"];
        for threads in 1..4 {
            let mut groups = alike(NonZeroUsize::new(threads).unwrap(), 6, |item| Some(texts[item])).unwrap();
            groups.sort_unstable();
            assert_eq!(groups, [vec![0, 2, 5], vec![1, 4]]);
        }
    }

    #[test]
    fn items_are_ordered_by_their_texts_behind_what_all_have_in_common() {
        let texts = ["用户-2", "用户-10000000000", "用户-1", "用户-10000000001", "用户-1"];
        assert_eq!(by_text(0..5, |item| Some(texts[item])), [2, 4, 1, 3, 0]);
        assert_eq!(by_text(0..3, |item| Some(["a", "ab", ""][item])), [2, 0, 1]);
    }
}
