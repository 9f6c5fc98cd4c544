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
pub(super) const AT_A_TIME: usize = 128;

impl Bucket {
    /// The number of a key. All are compared: where a key stands nobody can guess, and a wrong guess takes longer.
    fn find(&self, key: Key) -> Option<u32> {
        let entries = self.keys.iter().zip(&self.numbers);
        entries.fold(None, |found, (other, number)| if *other == key.0 { Some(*number) } else { found })
    }

    fn is_full(&self) -> bool {
        self.keys.last().is_some_and(|key| *key != 0)
    }

    /// Adds an entry; there is room.
    fn add(&mut self, key: Key, number: u32) {
        if let Some((slot, own)) = self.keys.iter_mut().zip(&mut self.numbers).find(|(key, _)| **key == 0) {
            (*slot, *own) = (key.0, number);
        }
    }

    fn entries(&self) -> impl Iterator<Item = (Key, u32)> {
        let entries = self.keys.iter().zip(&self.numbers);
        entries.filter(|(key, _)| **key != 0).map(|(key, number)| (Key(*key), *number))
    }
}

impl Index {
    /// Whether there is no entry.
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
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

    /// What the numbers of keys stand for. The buckets of many keys are touched before any is searched, so that the waits for
    /// memory overlap.
    pub(super) fn find_all<T>(&self, keys: &[Option<Key>], of: impl Fn(u32) -> Option<T>) -> Vec<Option<T>> {
        let mut found = Vec::with_capacity(keys.len());
        for keys in keys.chunks(AT_A_TIME) {
            self.touch(keys.iter().flatten());
            found.extend(keys.iter().map(|key| self.get((*key)?).and_then(&of)));
        }
        found
    }

    /// Makes room for so many more entries: 18 bytes each.
    pub(super) fn reserve(&mut self, more: usize) {
        if !self.has_room_for(more) {
            self.resize(self.len + more);
        }
    }

    /// Adds an entry, unless the key has one: then the number that it has.
    pub(super) fn insert(&mut self, key: Key, number: u32) -> Option<u32> {
        if !self.has_room_for(1) {
            self.resize(self.len + self.len / 4 + AT_A_TIME);
        }
        let mut place = self.home(key);
        loop {
            let bucket = self.buckets.get_mut(place)?;
            match bucket.find(key) {
                None if bucket.is_full() => place = self.after(place),
                None => {
                    bucket.add(key, number);
                    self.len += 1;
                    return None;
                }
                found => return found,
            }
        }
    }

    /// Brings the buckets of some keys near: the waits for memory overlap.
    pub(super) fn touch<'k>(&self, keys: impl Iterator<Item = &'k Key>) {
        let first_key = |key: &Key| self.buckets.get(self.home(*key))?.keys.first().copied();
        std::hint::black_box(keys.filter_map(first_key).fold(0, |all, key| all ^ key));
    }

    /// Adds an entry whose key is not there; there is room.
    fn add(&mut self, key: Key, number: u32) {
        let mut place = self.home(key);
        while self.buckets.get(place).is_some_and(Bucket::is_full) {
            place = self.after(place);
        }
        self.buckets.get_mut(place).into_iter().for_each(|bucket| bucket.add(key, number));
        self.len += 1;
    }

    /// Whether nine slots in ten hold so many more.
    fn has_room_for(&self, more: usize) -> bool {
        (self.len + more) * 10 <= self.buckets.len() * SLOTS * 9
    }

    /// Moves all into as many buckets as this count takes. Hashes keep their order, so memory is passed over once.
    fn resize(&mut self, count: usize) {
        let buckets = vec![Bucket::default(); buckets_for(count)];
        let before = std::mem::replace(self, Self { buckets, len: 0 });
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

    fn key(number: u32) -> Key {
        Key(u64::from(number) * 1_000 + 1)
    }

    fn index(count: u32) -> Index {
        let mut index = Index::default();
        for number in 0..count {
            assert_eq!(index.insert(key(number), number), None);
        }
        index
    }

    #[test]
    fn every_key_is_found_under_its_number_and_no_other_is() {
        assert_eq!(Index::default().get(key(1)), None);
        let index = index(5_000);
        let asked: Vec<_> = (0..6_000).map(|number| Some(key(number))).chain([None]).collect();
        let found = index.find_all(&asked, Some);
        let expected: Vec<_> = (0..5_000).map(Some).chain([None; 1_001]).collect();
        assert_eq!(found, expected);
        assert_eq!((index.len, index.entries().count()), (5_000, 5_000));
    }

    #[test]
    fn a_key_keeps_the_number_that_it_has() {
        let mut index = index(3);
        assert_eq!(index.insert(key(2), 9), Some(2));
        assert_eq!(index.get(key(2)), Some(2));
        assert_eq!(index.len, 3);
    }

    #[test]
    fn an_entry_takes_at_most_twenty_bytes() {
        let mut index = Index::default();
        index.reserve(1_000_000);
        assert!(index.buckets.len() * size_of::<Bucket>() <= 20 * 1_000_000);
    }
}
