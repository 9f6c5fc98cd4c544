//! Ids and other texts as numbers: which rows have the same one, and who is called by which.

use std::cmp::Ordering;
use std::num::NonZeroUsize;

use crate::threads::shared_out;

/// Texts that a thread looks at at a time.
const RUN: usize = 1 << 16;

/// Finds a number by its text: hashing over keys of 96 bits, four to a line of memory, so that a look-up waits for one line.
#[derive(Debug)]
pub(crate) struct Directory {
    /// Whether every text is short, so that its key says all of it; otherwise texts are compared, too.
    is_short: bool,
    /// Half of the slots are free; a text whose line is full stands in one after it.
    lines: Vec<Line>,
}

/// Slots that lie in one line of memory, filled one after the other: a key above a number counted from 1; 0 where nobody is.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Line([u128; 4]);

impl Line {
    /// The number of this key; `is_it` has the last word.
    fn find(&self, key: u128, is_it: impl Fn(&usize) -> bool) -> Option<usize> {
        self.0.iter().filter_map(|slot| number_in(*slot, key)).find(is_it)
    }

    fn is_full(&self) -> bool {
        !self.0.contains(&0)
    }
}

/// Bits of a slot that hold the number.
const NUMBER_BITS: u32 = 32;
/// Bytes of the longest short text: with its length it makes a key.
const SHORT: usize = 11;

impl Directory {
    /// Numbers the texts in their order; each has to be there once, and there are fewer than 2^32.
    pub(crate) fn of<'t>(count: usize, texts: impl Iterator<Item = &'t str> + Clone) -> Self {
        let is_short = texts.clone().all(|text| text.len() <= SHORT);
        let mut directory = Self { is_short, lines: vec![Line::default(); count / 2 + 1] };
        for (number, text) in (1_u128..).zip(texts) {
            let key = directory.key(text).unwrap_or_default();
            let mut place = directory.home(key);
            while directory.lines.get(place).is_some_and(Line::is_full) {
                place = directory.after(place);
            }
            let free = directory.lines.get_mut(place).and_then(|line| line.0.iter_mut().find(|slot| **slot == 0));
            free.into_iter().for_each(|slot| *slot = key << NUMBER_BITS | number);
        }
        directory
    }

    /// The number of each text, none for the text of nobody; `text_of` says the text of a number.
    ///
    /// Many texts are looked up at a time, step by step: the waits for memory of one step then overlap.
    pub(crate) fn find_all<'t>(
        &self,
        texts: &[&str],
        text_of: impl Fn(usize) -> Option<&'t str>,
        numbers: &mut Vec<Option<usize>>,
    ) {
        // Nobody has the key 0, which is no text's.
        let keys: Vec<_> = texts.iter().map(|text| self.key(text).unwrap_or_default()).collect();
        let line = |key: &u128| self.lines.get(self.home(*key)).copied().unwrap_or_default();
        let lines: Vec<_> = keys.iter().map(line).collect();
        for ((text, key), line) in texts.iter().zip(keys).zip(lines) {
            let is_it = |number: &usize| self.is_short || text_of(*number) == Some(*text);
            let at_home = line.find(key, is_it);
            numbers.push(if at_home.is_none() && line.is_full() { self.find_away(key, is_it) } else { at_home });
        }
    }

    /// The number of a key that does not stand in its home, which is full.
    fn find_away(&self, key: u128, is_it: impl Fn(&usize) -> bool) -> Option<usize> {
        let mut place = self.home(key);
        loop {
            place = self.after(place);
            let line = self.lines.get(place)?;
            let found = line.find(key, &is_it);
            if found.is_some() || !line.is_full() {
                return found;
            }
        }
    }

    /// The key of a text, of 96 bits and not 0; none of a text that is longer than all.
    fn key(&self, text: &str) -> Option<u128> {
        if self.is_short { short_key(text) } else { Some(u128::from(hash(text)) << 1 | 1) }
    }

    fn home(&self, key: u128) -> usize {
        let mixed = fold(fold(SEED, low_half(key)), low_half(key >> 64));
        place_among(mixed, self.lines.len())
    }

    fn after(&self, place: usize) -> usize {
        if place + 1 == self.lines.len() { 0 } else { place + 1 }
    }
}

/// The number in a slot, if it is one of a text of this key.
fn number_in(slot: u128, key: u128) -> Option<usize> {
    let is_alike = slot >> NUMBER_BITS == key && slot != 0;
    let number = usize::try_from(slot & u128::from(u32::MAX)).ok().filter(|_| is_alike)?;
    number.checked_sub(1)
}

/// A short text's bytes with its length below them, in 96 bits: no two texts have the same.
fn short_key(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    let (length, word) = match bytes {
        // Two halves that overlap: quicker than byte by byte.
        [_, _, _, _, _, _, _, _, ..] if bytes.len() <= SHORT => {
            let (first, last) = (bytes.first_chunk()?, bytes.last_chunk()?);
            let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
            (bytes.len(), u128::from(first) | u128::from(last) << ((bytes.len() - 8) * 8))
        }
        _ if bytes.len() < 8 => (bytes.len(), padded(bytes).into()),
        _ => return None,
    };
    Some(word << 8 | u128::try_from(length + 1).ok()?)
}

/// The items that have a text in common with another one, by text; `text_of` gives each of the `count` items its text. The
/// groups are in no order that matters, their items in theirs.
pub(crate) fn alike<'t>(
    threads: NonZeroUsize,
    count: usize,
    text_of: impl Fn(usize) -> Option<&'t str> + Sync,
) -> Vec<Vec<usize>> {
    if is_rising(threads, count, &text_of) {
        return Vec::new();
    }
    // An item without a text has the hash 0. A text that has it goes by another one.
    let hashes = shared_out(threads, count.div_ceil(RUN), |run| {
        let items = run * RUN..count.min((run + 1) * RUN);
        items.map(|item| text_of(item).map_or(0, |text| hash(text).max(1))).collect::<Vec<_>>()
    });
    // Texts that are alike have hashes that are: each share of the hashes is looked at by itself.
    let shares = threads.get();
    let groups = shared_out(threads, shares, |share| {
        let is_of_share = |hash: u64| hash != 0 && place_among(hash, shares) == share;
        let of_share = || hashes.iter().flatten().copied().zip(0..).filter(|(hash, _)| is_of_share(*hash));
        let sieve = Sieve::of(count / shares, of_share().map(|(hash, _)| hash));
        let mut hashes: Vec<(_, usize)> = of_share().filter(|(hash, _)| sieve.has_twice(*hash)).collect();
        hashes.sort_unstable();
        let suspects = hashes.chunk_by(|(one, _), (other, _)| one == other).filter(|suspects| suspects.len() > 1);
        let mut groups = Vec::new();
        for suspects in suspects {
            let mut items: Vec<_> = suspects.iter().map(|(_, item)| *item).collect();
            items.sort_by_key(|item| text_of(*item));
            let alike = items.chunk_by(|one, other| text_of(*one) == text_of(*other));
            groups.extend(alike.filter(|items| items.len() > 1).map(<[usize]>::to_vec));
        }
        groups
    });
    groups.into_iter().flatten().collect()
}

/// Whether every item has a text above that of the one before, as in tables sorted by an id: then no two are alike.
fn is_rising<'t>(threads: NonZeroUsize, count: usize, text_of: &(impl Fn(usize) -> Option<&'t str> + Sync)) -> bool {
    let is_run_rising = |run: usize| {
        let mut texts = (run * RUN..count.min((run + 1) * RUN + 1)).map(text_of);
        let mut before = texts.next().flatten();
        before.is_some() && texts.all(|text| std::mem::replace(&mut before, text) < text && text.is_some())
    };
    shared_out(threads, count.div_ceil(RUN), is_run_rising).into_iter().all(|is_rising| is_rising)
}

/// Hashes that came twice, and a few others: two bits for each of the places that hashes are spread over.
struct Sieve(Vec<Places>);

/// Places that a hash came to once at least, and twice at least.
#[derive(Debug, Clone, Copy, Default)]
struct Places {
    once: u64,
    twice: u64,
}

impl Sieve {
    /// Places for each hash: of those that came once, one in so many stays in the sieve.
    const PLACES: usize = 16;

    /// Of about so many hashes.
    fn of(count: usize, hashes: impl Iterator<Item = u64>) -> Self {
        let words = (count * Self::PLACES / 64).next_power_of_two();
        let mut sieve = Self(vec![Places::default(); words]);
        for hash in hashes {
            let (word, bit) = sieve.place(hash);
            if let Some(places) = sieve.0.get_mut(word) {
                places.twice |= places.once & bit;
                places.once |= bit;
            }
        }
        sieve
    }

    fn has_twice(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.0.get(word).is_some_and(|places| places.twice & bit != 0)
    }

    /// The word that a hash belongs to, and its bit in there.
    fn place(&self, hash: u64) -> (usize, u64) {
        (usize::try_from(hash >> 6).unwrap_or(0) & (self.0.len() - 1), 1 << (hash & 63))
    }
}

/// Items in the order of their texts, those of one text in theirs.
#[derive(Debug, Default)]
pub(crate) struct ByText {
    items: Vec<usize>,
    /// The places in the order whose item has the text of the one before.
    repeats: Vec<usize>,
}

impl ByText {
    /// Orders some items; `text_of` gives each its text.
    pub(crate) fn of<'t>(
        threads: NonZeroUsize,
        mut items: Vec<usize>,
        text_of: impl Fn(usize) -> Option<&'t str> + Sync,
    ) -> Self {
        if let Some(repeats) = repeats_in_order(threads, &items, &text_of) {
            return Self { items, repeats };
        }
        order(threads, &mut items, &text_of);
        let repeats = repeats_in_order(threads, &items, &text_of).unwrap_or_default();
        Self { items, repeats }
    }

    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The items of each text.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &[usize]> {
        let (mut repeats, mut next) = (self.repeats.iter().peekable(), 0);
        std::iter::from_fn(move || {
            let start = next;
            next += 1;
            while repeats.next_if(|place| **place == next).is_some() {
                next += 1;
            }
            self.items.get(start..next)
        })
    }

    /// The items of each text that several have.
    pub(crate) fn shared(&self) -> impl Iterator<Item = &[usize]> {
        let runs = self.repeats.chunk_by(|one, other| one + 1 == *other);
        runs.filter_map(|run| self.items.get(run.first()? - 1..=*run.last()?))
    }
}

/// The places whose item has the text of the one before; none where the items are out of order.
fn repeats_in_order<'t>(
    threads: NonZeroUsize,
    items: &[usize],
    text_of: &(impl Fn(usize) -> Option<&'t str> + Sync),
) -> Option<Vec<usize>> {
    let of_run = |run: usize| {
        let first = run * RUN;
        let mut items = items.get(first..items.len().min(first + RUN + 1))?.iter().map(|item| text_of(*item));
        let mut before = items.next()?;
        let mut repeats = Vec::new();
        for (place, text) in (first + 1..).zip(items) {
            match before.cmp(&text) {
                Ordering::Less => {}
                Ordering::Equal => repeats.push(place),
                Ordering::Greater => return None,
            }
            before = text;
        }
        Some(repeats)
    };
    shared_out(threads, items.len().div_ceil(RUN), of_run).into_iter().try_fold(Vec::new(), |mut repeats, of_run| {
        repeats.extend(of_run?);
        Some(repeats)
    })
}

/// Brings items into the order of their texts.
fn order<'t>(threads: NonZeroUsize, items: &mut [usize], text_of: &(impl Fn(usize) -> Option<&'t str> + Sync)) {
    let shared = shared_prefix(items.iter().filter_map(|item| text_of(*item)));
    // The eight bytes behind what all have in common tell most of them apart, without a look at the texts.
    let key = |item: usize| {
        let mut key = [0; 8];
        let rest = text_of(item).and_then(|text| text.as_bytes().get(shared..)).unwrap_or_default();
        key.iter_mut().zip(rest).for_each(|(slot, byte)| *slot = *byte);
        u64::from_be_bytes(key)
    };
    let compare = |(one_key, one): &(u64, usize), (other_key, other): &(u64, usize)| {
        one_key.cmp(other_key).then_with(|| text_of(*one).cmp(&text_of(*other))).then(one.cmp(other))
    };
    let runs: Vec<_> = items.chunks(RUN).collect();
    let sorted = shared_out(threads, runs.len(), |run| {
        let items = runs.get(run).copied().unwrap_or_default().iter();
        let mut keyed: Vec<_> = items.map(|item| (key(*item), *item)).collect();
        keyed.sort_unstable_by(compare);
        keyed
    });
    let mut keyed: Vec<_> = sorted.into_iter().flatten().collect();
    // This sort finds the runs that are sorted, and merges them.
    keyed.sort_by(compare);
    items.iter_mut().zip(keyed).for_each(|(slot, (_, item))| *slot = item);
}

/// How many bytes all texts begin with.
fn shared_prefix<'t>(mut texts: impl Iterator<Item = &'t str>) -> usize {
    let Some(first) = texts.next() else { return 0 };
    texts.fold(first.len(), |shared, text| {
        first.bytes().zip(text.bytes()).take(shared).take_while(|(one, other)| one == other).count()
    })
}

pub(crate) const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// A hash of a text, the same on every machine.
pub(crate) fn hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (words, rest) = bytes.as_chunks::<8>();
    let hash = words.iter().fold(SEED ^ word_of_length(text), |hash, word| fold(hash, u64::from_le_bytes(*word)));
    // The last eight bytes overlap those before: quicker than byte by byte.
    let last = bytes.last_chunk().copied().map_or_else(|| padded(rest), u64::from_le_bytes);
    fold(fold(hash, last), SEED)
}

/// Less than eight bytes, and zeros above them.
fn padded(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// A hash and eight bytes more: multiplied into both halves of 128 bits, which are folded.
pub(crate) fn fold(hash: u64, word: u64) -> u64 {
    const FACTOR: u64 = 0xD6E8_FEB8_6659_FD93;
    let product = u128::from(hash ^ word) * u128::from(FACTOR);
    low_half(product) ^ low_half(product >> 64)
}

/// The place of a hash among so many, by its upper bits.
pub(crate) fn place_among(hash: u64, count: usize) -> usize {
    let place = (u128::from(hash) * u128::try_from(count).unwrap_or(0)) >> 64;
    usize::try_from(place).unwrap_or(0)
}

fn low_half(number: u128) -> u64 {
    u64::try_from(number & u128::from(u64::MAX)).unwrap_or(0)
}

fn word_of_length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_under_its_number_and_no_other_is() {
        for prefix in ["", "user-", "a longer one-"] {
            let texts: Vec<_> = (0..5_000).map(|number| format!("{prefix}{number}")).collect();
            let directory = Directory::of(texts.len(), texts.iter().map(String::as_str));
            let text_of = |number: usize| texts.get(number).map(String::as_str);
            let others = [format!("{prefix}5000"), format!("{prefix}0\0"), String::new(), "longer than all".repeat(9)];
            let asked: Vec<_> = texts.iter().chain(&others).map(String::as_str).collect();
            let mut found = Vec::new();
            directory.find_all(&asked, text_of, &mut found);
            let expected: Vec<_> = (0..5_000).map(Some).chain([None; 4]).collect();
            assert_eq!(found, expected, "{prefix}");
        }
        let mut found = Vec::new();
        Directory::of(0, std::iter::empty()).find_all(&["", "a"], |_| None, &mut found);
        assert_eq!(found, [None, None]);
    }

    #[test]
    fn short_texts_have_keys_of_their_own() {
        let texts = ["", "\0", "a", "a\0", "ab", "abcdefg", "abcdefgh", "abcdefgh\0", "abcdefghijk", "bcdefghijk"];
        let mut keys: Vec<_> = texts.iter().map(|text| short_key(text).unwrap()).collect();
        assert!(keys.iter().all(|key| *key != 0 && *key >> 96 == 0));
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), texts.len());
        assert_eq!(short_key("abcdefghijkl"), None);
    }

    #[test]
    fn items_of_one_text_are_found_on_any_number_of_threads() {
        let texts = ["a", "b", "a", "c", "b", "a"];
        for threads in 1..4 {
            let mut groups = alike(NonZeroUsize::new(threads).unwrap(), 6, |item| Some(texts[item]));
            groups.sort_unstable();
            assert_eq!(groups, [vec![0, 2, 5], vec![1, 4]]);
        }
    }

    #[test]
    fn items_of_one_text_are_found_in_sorted_tables_and_beside_items_without_one() {
        for (texts, expected) in [
            ([Some("a"), Some("b"), Some("c")], vec![]),
            ([Some("a"), Some("b"), Some("b")], vec![vec![1, 2]]),
            ([None, Some("a"), Some("b")], vec![]),
            ([None, None, Some("a")], vec![]),
            ([Some("a"), None, Some("a")], vec![vec![0, 2]]),
        ] {
            assert_eq!(alike(NonZeroUsize::MIN, 3, |item| texts[item]), expected, "{texts:?}");
        }
    }

    #[test]
    fn texts_of_any_length_have_hashes_of_their_own() {
        let texts: Vec<_> =
            (0..40).flat_map(|length| [0, 1].map(|last| format!("{}{last}", "0".repeat(length)))).collect();
        let mut hashes: Vec<_> = texts.iter().map(|text| hash(text)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), texts.len());
    }

    fn ordered(texts: &[&'static str]) -> ByText {
        ByText::of(NonZeroUsize::MIN, (0..texts.len()).collect(), |item| Some(texts[item]))
    }

    #[test]
    fn items_are_ordered_by_their_texts_behind_what_all_have_in_common() {
        let order = ordered(&["用户-2", "用户-10000000000", "用户-1", "用户-10000000001", "用户-1"]);
        assert_eq!(order.items, [2, 4, 1, 3, 0]);
        assert_eq!(ordered(&["a", "ab", ""]).items, [2, 0, 1]);
    }

    #[test]
    fn items_of_one_text_stand_together_whether_they_came_in_order_or_not() {
        for texts in [["a", "b", "b", "c", "d", "d"], ["d", "b", "a", "b", "d", "c"]] {
            let order = ordered(&texts);
            let lengths: Vec<_> = order.groups().map(<[_]>::len).collect();
            assert_eq!(lengths, [1, 2, 1, 2]);
            let texts_of = |items: &[usize]| items.iter().map(|item| texts[*item]).collect::<Vec<_>>();
            let shared: Vec<_> = order.shared().map(texts_of).collect();
            assert_eq!(shared, [vec!["b"; 2], vec!["d"; 2]]);
        }
        assert_eq!(ordered(&[]).groups().count(), 0);
    }

    #[test]
    fn many_items_are_ordered_alike_on_any_number_of_threads() {
        let texts: Vec<_> = (0..RUN + RUN / 2).map(|item| format!("{}", item * 7_919 % (RUN + 1))).collect();
        let order = |threads| {
            let order = ByText::of(NonZeroUsize::new(threads).unwrap(), (0..texts.len()).collect(), |item| {
                texts.get(item).map(String::as_str)
            });
            (order.items, order.repeats)
        };
        let (items, repeats) = order(1);
        assert!(items.is_sorted_by_key(|item| (&texts[*item], *item)));
        assert_eq!(repeats.len(), texts.len() - (RUN + 1));
        assert_eq!(order(3), (items, repeats));
    }
}
