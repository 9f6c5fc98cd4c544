//! Numbers found by key: which customer owns a contract number, out of millions, in one look at memory.

use super::key::Key;
use crate::table::directory::{SEED, fold, place_among};

/// Numbers by key.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    buckets: Vec<Bucket>,
    len: usize,
}

/// Entries that lie in one line of memory, filled from the first; a key of 0 where there is none. One whose bucket is full
/// stands in a bucket after it.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Bucket {
    keys: [u64; SLOTS],
    numbers: [u32; SLOTS],
}

const SLOTS: usize = 5;
/// Look-ups whose waits for memory overlap.
const AT_A_TIME: usize = 128;

impl Bucket {
    fn find(&self, key: Key) -> Option<u32> {
        self.keys.iter().zip(&self.numbers).find(|(other, _)| **other == key.0).map(|(_, number)| *number)
    }

    fn is_full(&self) -> bool {
        self.keys.last().is_some_and(|key| *key != 0)
    }

    fn entries(&self) -> impl Iterator<Item = (Key, u32)> {
        let entries = self.keys.iter().zip(&self.numbers);
        entries.filter(|(key, _)| **key != 0).map(|(key, number)| (Key(*key), *number))
    }
}

impl Index {
    /// An empty index with room for so many entries: 18 bytes each.
    pub(super) fn with_room_for(count: usize) -> Self {
        Self { buckets: vec![Bucket::default(); buckets_for(count)], len: 0 }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Every entry, in no order that matters.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Key, u32)> {
        self.buckets.iter().flat_map(Bucket::entries)
    }

    /// The number of a key.
    pub(super) fn get(&self, key: Key) -> Option<u32> {
        let mut place = self.home(key);
        loop {
            let bucket = self.buckets.get(place)?;
            let found = bucket.find(key);
            if found.is_some() || !bucket.is_full() {
                return found;
            }
            place = self.after(place);
        }
    }

    /// Tells `each` of the keys in their order, with its number. The buckets of many keys are touched before any is searched, so
    /// that the waits for memory overlap.
    pub(super) fn find_all(&self, keys: &[Option<Key>], mut each: impl FnMut(Option<u32>)) {
        for keys in keys.chunks(AT_A_TIME) {
            self.touch(keys.iter().flatten());
            keys.iter().for_each(|key| each(key.and_then(|key| self.get(key))));
        }
    }

    /// Brings the buckets of some keys near.
    fn touch<'k>(&self, keys: impl Iterator<Item = &'k Key>) {
        let first_key = |key: &Key| self.buckets.get(self.home(*key))?.keys.first().copied();
        std::hint::black_box(keys.filter_map(first_key).fold(0, |all, key| all ^ key));
    }

    /// Adds an entry, unless the key has one: then the number that it has.
    pub(super) fn insert(&mut self, key: Key, number: u32) -> Option<u32> {
        if let Some(number) = self.get(key) {
            return Some(number);
        }
        if !self.has_room_for(1) {
            self.resize(self.len + self.len / 4 + AT_A_TIME);
        }
        self.add(key, number);
        None
    }

    /// Numbers the keys from 0; the places of those that an earlier one repeats.
    pub(super) fn number_all(&mut self, keys: &[Key]) -> Vec<usize> {
        let mut repeats = Vec::new();
        let mut numbered = (0_u32..).zip(keys);
        for chunk in keys.chunks(AT_A_TIME) {
            self.touch(chunk.iter());
            for (number, key) in numbered.by_ref().take(chunk.len()) {
                if self.insert(*key, number).is_some() {
                    repeats.extend(usize::try_from(number));
                }
            }
        }
        repeats
    }

    /// Adds entries whose keys are not there yet.
    pub(super) fn extend(&mut self, entries: Self) {
        if self.len == 0 {
            *self = entries;
            return;
        }
        if !self.has_room_for(entries.len) {
            self.resize(self.len + entries.len);
        }
        entries.entries().for_each(|(key, number)| self.add(key, number));
    }

    /// Puts another number for each.
    pub(super) fn renumber(&mut self, number_of: impl Fn(u32) -> u32) {
        for bucket in &mut self.buckets {
            for (key, number) in bucket.keys.iter().zip(&mut bucket.numbers) {
                if *key != 0 {
                    *number = number_of(*number);
                }
            }
        }
    }

    /// Adds an entry whose key is not there; there is room.
    fn add(&mut self, key: Key, number: u32) {
        let mut place = self.home(key);
        while self.buckets.get(place).is_some_and(Bucket::is_full) {
            place = self.after(place);
        }
        let Some(bucket) = self.buckets.get_mut(place) else { return };
        let free = bucket.keys.iter_mut().zip(&mut bucket.numbers).find(|(key, _)| **key == 0);
        if let Some((slot, own)) = free {
            (*slot, *own) = (key.0, number);
            self.len += 1;
        }
    }

    /// Whether nine slots in ten hold so many more.
    fn has_room_for(&self, more: usize) -> bool {
        (self.len + more) * 10 <= self.buckets.len() * SLOTS * 9
    }

    /// Moves all into as many buckets as this count takes. Hashes keep their order, so memory is passed over once.
    fn resize(&mut self, count: usize) {
        let before = std::mem::replace(self, Self::with_room_for(count));
        before.entries().for_each(|(key, number)| self.add(key, number));
    }

    fn home(&self, key: Key) -> usize {
        place_among(fold(SEED, key.0), self.buckets.len())
    }

    fn after(&self, place: usize) -> usize {
        if place + 1 == self.buckets.len() { 0 } else { place + 1 }
    }
}

/// Buckets that are full for 71 in 100.
fn buckets_for(count: usize) -> usize {
    count.saturating_mul(18).div_ceil(64) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(numbers: std::ops::Range<u64>) -> Vec<Key> {
        numbers.map(|number| Key(number * 1_000 + 1)).collect()
    }

    #[test]
    fn every_key_is_found_under_its_number_and_no_other_is() {
        let (mut index, known) = (Index::default(), keys(0..5_000));
        assert_eq!(index.get(Key(1)), None);
        assert!(index.number_all(&known).is_empty());
        assert_eq!(index.len(), 5_000);
        let asked: Vec<_> = keys(0..6_000).into_iter().map(Some).chain([None]).collect();
        let mut found = Vec::new();
        index.find_all(&asked, |number| found.push(number));
        let expected: Vec<_> = (0..5_000).map(Some).chain([None; 1_001]).collect();
        assert_eq!(found, expected);
        assert_eq!(index.entries().count(), 5_000);
    }

    #[test]
    fn repeats_are_told_and_the_first_stays() {
        let mut index = Index::with_room_for(3);
        assert_eq!(index.number_all(&[Key(5), Key(6), Key(5), Key(5)]), [2, 3]);
        assert_eq!(index.get(Key(5)), Some(0));
        assert_eq!(index.insert(Key(6), 9), Some(1));
    }

    #[test]
    fn an_index_takes_in_another_and_other_numbers() {
        let (mut index, mut other) = (Index::default(), Index::default());
        index.number_all(&keys(0..700));
        other.number_all(&keys(700..2_000));
        other.renumber(|number| number + 700);
        index.extend(other);
        for (number, key) in (0..2_000).zip(keys(0..2_000)) {
            assert_eq!(index.get(key), Some(number));
        }
        assert_eq!(index.len(), 2_000);
    }

    #[test]
    fn an_entry_takes_at_most_twenty_bytes() {
        let index = Index::with_room_for(1_000_000);
        assert!(index.buckets.len() * size_of::<Bucket>() <= 20 * 1_000_000);
    }
}
