//! Number segments (号码段): ranges and prefixes of service numbers, each with the community or contracted area that it is
//! in (DIV-03). Of the segments that match a number, the one that covers the fewest numbers wins.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::key::{MOST_DIGITS, digits, power_of_ten};

/// A service number: its digits, leading zeros included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number {
    digits: usize,
    value: u64,
}

impl Number {
    /// Reads a number as people write it, with blanks and hyphens.
    pub(super) fn read(text: &str) -> Option<Self> {
        if let Some(value) = digits(text.as_bytes()) {
            return Some(Self { digits: text.len(), value });
        }
        let (mut digits, mut value) = (0, 0_u64);
        for letter in text.chars().filter(|letter| *letter != '-' && !letter.is_whitespace()) {
            digits += 1;
            value = value.checked_mul(10)?.checked_add(letter.to_digit(10)?.into())?;
        }
        (1..=MOST_DIGITS).contains(&digits).then_some(Self { digits, value })
    }

    /// How many digits it has.
    pub(super) const fn digits(self) -> usize {
        self.digits
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:0digits$}", self.value, digits = self.digits)
    }
}

/// The numbers that a segment covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Extent {
    /// Those that begin with these digits, of any length.
    Prefix(Number),
    /// Those from one to another, both included, of as many digits as these.
    Range(Number, Number),
}

impl Extent {
    /// The range of two numbers; none where they have not as many digits or the first is the larger.
    pub(super) fn range(from: Number, to: Number) -> Option<Self> {
        (from.digits == to.digits && from.value <= to.value).then_some(Self::Range(from, to))
    }

    /// The first and the last of the numbers of so many digits that it covers.
    fn among(self, digits: usize) -> Option<(u64, u64)> {
        match self {
            Self::Prefix(prefix) => {
                let width = power_of_ten(digits.checked_sub(prefix.digits)?);
                Some((prefix.value * width, prefix.value * width + (width - 1)))
            }
            Self::Range(from, to) => (from.digits == digits).then_some((from.value, to.value)),
        }
    }

    /// The column of a table that says it, or where it begins.
    pub(super) const fn column(self) -> &'static str {
        match self {
            Self::Prefix(_) => "prefix",
            Self::Range(..) => "from",
        }
    }

    /// How many digits a number has at least that it covers.
    fn digits(self) -> usize {
        match self {
            Self::Prefix(number) | Self::Range(number, _) => number.digits,
        }
    }

    fn is_range(self) -> bool {
        matches!(self, Self::Range(..))
    }
}

impl fmt::Display for Extent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix(prefix) => write!(formatter, "{prefix}"),
            Self::Range(from, to) => write!(formatter, "{from}-{to}"),
        }
    }
}

/// Two segments, by place, of which neither lies within the other although they share numbers, or that cover the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overlap {
    /// The earlier one.
    pub(super) first: usize,
    /// The later one.
    pub(super) second: usize,
}

/// The overlaps among segments: of each that overlaps earlier ones, that with the earliest. Ordered by the later one.
pub(super) fn overlaps(extents: &[Extent]) -> Vec<Overlap> {
    let mut earliest: BTreeMap<usize, usize> = BTreeMap::new();
    let longest = extents.iter().map(|extent| extent.digits()).max();
    let ranges = extents.iter().filter(|extent| extent.is_range()).map(|extent| extent.digits());
    // Prefixes alone overlap only where they are equal, which shows at any length.
    for digits in ranges.chain(longest).collect::<BTreeSet<_>>() {
        let mut open: BTreeSet<(u64, u64, usize)> = BTreeSet::new();
        for (from, to, segment) in sorted(extents.iter().enumerate(), digits) {
            while open.first().is_some_and(|(end, ..)| *end < from) {
                open.pop_first();
            }
            let ends_within = open.range(..(to, 0, 0)).copied();
            let same = open.range((to, from, 0)..=(to, from, usize::MAX)).copied();
            // Of those that cover the same, the first that came is the earliest.
            for (_, _, other) in ends_within.chain(same.take(1)) {
                let (first, second) = (segment.min(other), segment.max(other));
                let known = earliest.entry(second).or_insert(first);
                *known = first.min(*known);
            }
            open.insert((to, from, segment));
        }
    }
    earliest.into_iter().map(|(second, first)| Overlap { first, second }).collect()
}

/// The segments that cover numbers of so many digits: the first number, the last one, the segment; the wider before what lies
/// within it.
fn sorted<'e>(extents: impl Iterator<Item = (usize, &'e Extent)>, digits: usize) -> Vec<(u64, u64, usize)> {
    let covered = |(segment, extent): (usize, &Extent)| extent.among(digits).map(|(from, to)| (from, to, segment));
    let mut covered: Vec<_> = extents.filter_map(covered).collect();
    covered.sort_unstable_by_key(|(from, to, segment)| (*from, std::cmp::Reverse(*to), *segment));
    covered
}

/// Segments, made ready to be searched: where each leads.
#[derive(Debug, Clone)]
pub(super) struct Segments<T> {
    /// By number of digits; none where only a number's first digits count.
    lines: Vec<Option<Line<T>>>,
    /// What first digits a number has, as many as the longest prefix.
    prefixes: Line<T>,
    longest_prefix: usize,
}

impl<T> Default for Segments<T> {
    fn default() -> Self {
        Self { lines: Vec::new(), prefixes: Line::default(), longest_prefix: 0 }
    }
}

impl<T: Copy> Segments<T> {
    /// Of segments that do not overlap; `target_of` says where the one of a place leads.
    pub(super) fn of(extents: &[Extent], target_of: impl Fn(usize) -> Option<T>) -> Self {
        let prefixes = || extents.iter().enumerate().filter(|(_, extent)| !extent.is_range());
        let longest_prefix = prefixes().map(|(_, extent)| extent.digits()).max().unwrap_or(0);
        let has_range = |digits| extents.iter().any(|extent| extent.is_range() && extent.digits() == digits);
        let line = |segments| Line::of(segments, &target_of);
        let of_all = |digits| line(sorted(extents.iter().enumerate(), digits));
        let lines =
            (0..=MOST_DIGITS).map(|digits| (digits < longest_prefix || has_range(digits)).then(|| of_all(digits)));
        Self { lines: lines.collect(), prefixes: line(sorted(prefixes(), longest_prefix)), longest_prefix }
    }

    /// Where the segment leads that a number belongs to.
    pub(super) fn find(&self, number: Number) -> Option<T> {
        match self.lines.get(number.digits)? {
            Some(line) => line.find(number.value),
            None => {
                let more = number.digits.checked_sub(self.longest_prefix)?;
                self.prefixes.find(number.value / power_of_ten(more))
            }
        }
    }
}

/// The numbers of so many digits, cut into pieces where another segment wins.
#[derive(Debug, Clone)]
struct Line<T> {
    pieces: Vec<Piece<T>>,
    /// Numbers come in runs of equal length: how many pieces begin up to the first number of each.
    top: Vec<u32>,
    /// A number's run is its distance from the first start without so many bits.
    shift: u32,
}

/// Where a piece begins and where the segment leads that wins in it: side by side, so that a look-up waits for memory once.
#[derive(Debug, Clone, Copy)]
struct Piece<T> {
    start: u64,
    target: Option<T>,
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Self { pieces: Vec::new(), top: Vec::new(), shift: 0 }
    }
}

/// Most runs, as a power of two.
const MOST_RUNS: u32 = 16;

impl<T: Copy> Line<T> {
    /// Of segments in the order of [`sorted`].
    fn of(segments: Vec<(u64, u64, usize)>, target_of: impl Fn(usize) -> Option<T>) -> Self {
        let mut line = Self::default();
        let mut open = Vec::new();
        for (from, to, segment) in segments {
            let target = target_of(segment);
            line.close(&mut open, |end| end < from);
            line.cut(from, target);
            open.push((to, target));
        }
        line.close(&mut open, |_| true);
        line.make_runs();
        line
    }

    /// Ends the innermost segments that end so; what they lie in wins again.
    fn close(&mut self, open: &mut Vec<(u64, Option<T>)>, is_over: impl Fn(u64) -> bool) {
        while let Some((end, _)) = open.pop_if(|(end, _)| is_over(*end)) {
            self.cut(end + 1, open.last().and_then(|(_, outer)| *outer));
        }
    }

    fn cut(&mut self, start: u64, target: Option<T>) {
        self.pieces.pop_if(|last| last.start == start);
        self.pieces.push(Piece { start, target });
    }

    fn make_runs(&mut self) {
        let (Some(first), Some(last)) = (self.pieces.first(), self.pieces.last()) else { return };
        let (least, most) = (first.start, last.start);
        let runs = self.pieces.len().next_power_of_two().ilog2().min(MOST_RUNS);
        self.shift = (u64::BITS - (most - least).leading_zeros()).saturating_sub(runs);
        let started = |number: u64| self.pieces.partition_point(|piece| piece.start <= number);
        let last = (most - least) >> self.shift;
        let tops = (0..=last).map(|run| started(least + (run << self.shift))).chain([self.pieces.len()]);
        self.top = tops.map(|pieces| u32::try_from(pieces).unwrap_or(u32::MAX)).collect();
    }

    /// Where the segment leads that wins at a number.
    fn find(&self, number: u64) -> Option<T> {
        let run = usize::try_from(number.checked_sub(self.pieces.first()?.start)? >> self.shift).ok()?;
        // Behind the last run nothing is covered.
        let (before, after) = (*self.top.get(run)?, *self.top.get(run + 1)?);
        let (before, after) = (usize::try_from(before).ok()?, usize::try_from(after).ok()?);
        let within = self.pieces.get(before..after)?.partition_point(|piece| piece.start <= number);
        self.pieces.get((before + within).checked_sub(1)?)?.target
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        Number::read(text).unwrap()
    }

    fn range(from: &str, to: &str) -> Extent {
        Extent::range(number(from), number(to)).unwrap()
    }

    fn prefix(digits: &str) -> Extent {
        Extent::Prefix(number(digits))
    }

    fn does_cover(extent: Extent, number: Number) -> bool {
        extent.among(number.digits).is_some_and(|(from, to)| (from..=to).contains(&number.value))
    }

    #[test]
    fn numbers_are_digits_without_blanks_and_hyphens() {
        assert_eq!(number("0771-33 000\u{3000}01").to_string(), "07713300001");
        assert_ne!(number("07"), number("7"));
        for text in ["", "-", "+86771", "07a1", "１２", "1234567890123456789"] {
            assert_eq!(Number::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_covers_numbers_of_its_length_and_a_prefix_longer_ones_too() {
        let segments = Segments::of(&[prefix("0771"), range("07713300", "07713398"), prefix("077133")], Some);
        for (text, segment) in [
            ("0771", Some(0)),
            ("07713350", Some(1)),
            ("077133501", Some(2)),
            ("077133", Some(2)),
            ("07713", Some(0)),
            ("077", None),
            ("0772000", None),
        ] {
            assert_eq!(segments.find(number(text)), segment, "{text}");
        }
    }

    #[test]
    fn nesting_is_legal_and_crossing_or_equal_extents_are_overlaps() {
        let nested = [prefix("0771"), range("07710000", "07719998"), range("07710000", "07710000"), prefix("0771")];
        assert_eq!(overlaps(&nested), [Overlap { first: 0, second: 3 }]);
        let crossing =
            [range("10", "20"), range("15", "25"), range("24", "30"), range("10", "20"), range("010", "020")];
        let expected = [(0, 1), (1, 2), (0, 3)].map(|(first, second)| Overlap { first, second });
        assert_eq!(overlaps(&crossing), expected);
        // At eight digits the prefix covers just the range.
        assert_eq!(overlaps(&[prefix("0771"), range("07710000", "07719999")]), [Overlap { first: 0, second: 1 }]);
    }

    fn extents() -> impl Strategy<Value = Vec<Extent>> {
        let prefix = (0..1_000_u64, 1..4_usize)
            .prop_map(|(value, digits)| Extent::Prefix(Number { digits, value: value % power_of_ten(digits) }));
        let range = (0..10_000_u64, 0..10_000_u64, 3..5_usize).prop_map(|(one, other, digits)| {
            let end = |value: u64| Number { digits, value: value % power_of_ten(digits) };
            Extent::Range(end(one).min(end(other)), end(one).max(end(other)))
        });
        proptest::collection::vec(prop_oneof![prefix, range], 0..12)
    }

    proptest! {
        #[test]
        fn the_overlaps_are_those_of_every_pair(extents in extents()) {
            let does_overlap = |one: Extent, other: Extent| (1..6).any(|digits| {
                let (Some(one), Some(other)) = (one.among(digits), other.among(digits)) else { return false };
                let is_within = |(from, to): (u64, u64), (least, most): (u64, u64)| least <= from && to <= most;
                let is_apart = one.1 < other.0 || other.1 < one.0;
                one == other || !(is_apart || is_within(one, other) || is_within(other, one))
            });
            let earliest = |second: usize| {
                let first = (0..second).find(|first| does_overlap(extents[*first], extents[second]))?;
                Some(Overlap { first, second })
            };
            let expected: Vec<_> = (0..extents.len()).filter_map(earliest).collect();
            prop_assert_eq!(overlaps(&extents), expected);
        }

        #[test]
        fn the_segment_that_covers_the_fewest_numbers_wins(extents in extents(), numbers in proptest::collection::vec((1..7_usize, 0..1_000_000_u64), 40)) {
            let faulty: BTreeSet<_> = overlaps(&extents).iter().map(|overlap| overlap.second).collect();
            let legal: Vec<_> = extents.iter().enumerate().filter(|(place, _)| !faulty.contains(place)).map(|(_, extent)| *extent).collect();
            let segments = Segments::of(&legal, Some);
            for (digits, value) in numbers {
                let number = Number { digits, value: value % power_of_ten(digits) };
                let covering = legal.iter().enumerate().filter(|(_, extent)| does_cover(**extent, number));
                let size = |extent: &Extent| extent.among(digits).map(|(from, to)| to - from);
                let expected = covering.min_by_key(|(_, extent)| size(extent)).map(|(place, _)| place);
                prop_assert_eq!(segments.find(number), expected, "{}", number);
            }
        }
    }
}
