//! Rows that can never match: all that they ask for is taken by rows before them, by one or by several together.
//!
//! A row takes, of each column, some spans of whole numbers: together a box of as many sides as there are columns. A row is
//! hidden where the boxes before it cover its own. What an earlier box leaves of one is at most a box a side, so the question is
//! answered exactly, by cutting until nothing is left or a piece meets no box. Unknown facts hide nothing more: a row whose
//! cells do not ask for a fact matches for all its values or for none.

/// Whole numbers from the first to the last.
pub(super) type Span = (i64, i64);

/// What a row takes of each column: spans in order and apart, at least one.
pub(super) type Sides = Vec<Vec<Span>>;

/// Spans that are looked at before a table counts as too large: a second's work at most, two thousand rows
/// of two columns.
const MOST_SPANS: usize = 1 << 24;

/// More spans would have to be looked at than a table may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// Each row that can never match, with the rows that hide it: no fewer of them do. A row that is `None` is no row.
pub(super) fn hidden_rows(rows: &[Option<Sides>]) -> Result<Vec<(usize, Vec<usize>)>, TooLarge> {
    let mut work = Work { left: MOST_SPANS };
    let (mut hidden, mut open) = (Vec::new(), Vec::new());
    for (place, sides) in rows.iter().enumerate() {
        let Some(sides) = sides else { continue };
        match hiders(sides, &open, &mut work)? {
            Some(hiders) => hidden.push((place, hiders)),
            None => open.push((place, sides)),
        }
    }
    Ok(hidden)
}

/// A row that can match, and its place.
type Placed<'a> = (usize, &'a Sides);

/// The rows that hide this one, if any do.
fn hiders(row: &Sides, earlier: &[Placed<'_>], work: &mut Work) -> Result<Option<Vec<usize>>, TooLarge> {
    let mut meeting = Vec::new();
    for (place, sides) in earlier {
        work.look_at(&[row, sides])?;
        if !meet(row, sides) {
            continue;
        }
        if remainders(row, sides).is_empty() {
            return Ok(Some(vec![*place]));
        }
        meeting.push((*place, *sides));
    }
    if !is_covered(row, &meeting, work)? {
        return Ok(None);
    }
    // Of several, the later ones go first: whoever reads the table meets the earlier ones first.
    for place in (0..meeting.len()).rev() {
        let without = [meeting.get(..place), meeting.get(place + 1..)].map(Option::unwrap_or_default).concat();
        if is_covered(row, &without, work)? {
            meeting = without;
        }
    }
    Ok(Some(meeting.into_iter().map(|(place, _)| place).collect()))
}

/// Whether the rows together take all that one does.
fn is_covered(row: &Sides, rows: &[Placed<'_>], work: &mut Work) -> Result<bool, TooLarge> {
    let mut pieces = vec![(row.clone(), 0)];
    while let Some((piece, first)) = pieces.pop() {
        let mut cut = None;
        for (index, (_, sides)) in rows.iter().enumerate().skip(first) {
            work.look_at(&[&piece, sides])?;
            if meet(&piece, sides) {
                cut = Some((index, *sides));
                break;
            }
        }
        let Some((index, sides)) = cut else { return Ok(false) };
        pieces.extend(remainders(&piece, sides).into_iter().map(|rest| (rest, index + 1)));
    }
    Ok(true)
}

/// Whether two boxes have anything in common.
fn meet(one: &Sides, other: &Sides) -> bool {
    one.iter().zip(other).all(|(one, other)| common(one, other).next().is_some())
}

/// What is left of a box outside of another that it meets: boxes that are apart.
fn remainders(sides: &Sides, other: &Sides) -> Vec<Sides> {
    let (mut inside, mut left) = (sides.clone(), Vec::new());
    for (column, taken) in other.iter().enumerate() {
        let Some(side) = inside.get(column) else { break };
        let (outside, shared): (_, Vec<_>) = (without(side, taken), common(side, taken).collect());
        if !outside.is_empty() {
            let mut piece = inside.clone();
            piece.iter_mut().skip(column).take(1).for_each(|side| side.clone_from(&outside));
            left.push(piece);
        }
        inside.iter_mut().skip(column).take(1).for_each(|side| side.clone_from(&shared));
    }
    left
}

/// What two lists of spans have in common, in order.
fn common<'a>(one: &'a [Span], other: &'a [Span]) -> impl Iterator<Item = Span> + 'a {
    let (mut ones, mut others) = (one.iter().peekable(), other.iter().peekable());
    std::iter::from_fn(move || {
        loop {
            let (&&(first, last), &&(other_first, other_last)) = (ones.peek()?, others.peek()?);
            if last < other_last {
                ones.next()
            } else {
                others.next()
            };
            let span = (first.max(other_first), last.min(other_last));
            if span.0 <= span.1 {
                return Some(span);
            }
        }
    })
}

/// What the one has and the other has not.
fn without(one: &[Span], other: &[Span]) -> Vec<Span> {
    let mut gaps = Vec::with_capacity(other.len() + 1);
    let mut next = Some(i64::MIN);
    for (first, last) in other {
        gaps.extend(next.zip(first.checked_sub(1)).filter(|(from, to)| from <= to));
        next = last.checked_add(1);
    }
    gaps.extend(next.map(|from| (from, i64::MAX)));
    common(one, &gaps).collect()
}

/// What may still be looked at.
struct Work {
    left: usize,
}

impl Work {
    fn look_at(&mut self, boxes: &[&Sides]) -> Result<(), TooLarge> {
        let spans = boxes.iter().flat_map(|sides| sides.iter()).map(Vec::len).sum();
        self.left = self.left.checked_sub(spans).ok_or(TooLarge)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Columns have the values from 0 to this one.
    const LAST: i64 = 4;

    fn spans(values: &BTreeSet<i64>) -> Vec<Span> {
        values.iter().map(|value| (*value, *value)).collect()
    }

    fn sides(columns: usize) -> impl Strategy<Value = Sides> {
        let span = (0..=LAST, 0..=LAST).prop_map(|(one, other)| vec![(one.min(other), one.max(other))]);
        let set = prop::collection::btree_set(0..=LAST, 1..4).prop_map(|values| spans(&values));
        let side = prop_oneof![2 => span, 2 => set, 1 => Just(vec![(0, LAST)])];
        prop::collection::vec(side, columns)
    }

    fn table() -> impl Strategy<Value = Vec<Sides>> {
        (1..4_usize).prop_flat_map(|columns| prop::collection::vec(sides(columns), 1..9))
    }

    /// Every point of the columns.
    fn points(columns: usize) -> Vec<Vec<i64>> {
        (0..columns).fold(vec![Vec::new()], |points, _| {
            let longer = |point: Vec<i64>| (0..=LAST).map(move |value| [point.clone(), vec![value]].concat());
            points.into_iter().flat_map(longer).collect()
        })
    }

    fn takes(row: &Sides, point: &[i64]) -> bool {
        let has = |(side, value): (&Vec<Span>, &i64)| side.iter().any(|(first, last)| (first..=last).contains(&value));
        row.iter().zip(point).all(has)
    }

    /// Whether each point that the row takes is taken by one of the others.
    fn hides(rows: &[Sides], hiders: &[usize], row: usize) -> bool {
        let taken = points(rows[row].len()).into_iter().filter(|point| takes(&rows[row], point));
        let mut taken = taken.peekable();
        assert!(taken.peek().is_some());
        taken.all(|point| hiders.iter().any(|hider| takes(&rows[*hider], &point)))
    }

    proptest! {
        #[test]
        fn a_row_is_hidden_where_rows_before_it_take_all_its_points_and_by_no_more_than_it_needs(rows in table()) {
            let asked: Vec<_> = rows.iter().cloned().map(Some).collect();
            let hidden = hidden_rows(&asked).unwrap();
            let brute: Vec<_> = (0..rows.len()).filter(|row| hides(&rows, &(0..*row).collect::<Vec<_>>(), *row)).collect();
            prop_assert_eq!(hidden.iter().map(|(row, _)| *row).collect::<Vec<_>>(), brute);
            for (row, hiders) in hidden {
                prop_assert!(hides(&rows, &hiders, row));
                for spared in &hiders {
                    let fewer: Vec<_> = hiders.iter().copied().filter(|hider| hider != spared).collect();
                    prop_assert!(!hides(&rows, &fewer, row), "{} needs {:?} but not {}", row, hiders, spared);
                }
            }
        }
    }

    #[test]
    fn one_row_that_hides_another_alone_is_named_alone() {
        let rows = [vec![vec![(0, 2)]], vec![vec![(3, 4)]], vec![vec![(1, 4)]], vec![vec![(0, 1)]]];
        let hidden = hidden_rows(&rows.map(Some)).unwrap();
        assert_eq!(hidden, [(2, vec![0, 1]), (3, vec![0])]);
    }

    #[test]
    fn a_row_that_is_none_hides_nothing() {
        assert_eq!(hidden_rows(&[None, Some(vec![vec![(0, 1)]])]).unwrap(), []);
    }

    #[test]
    fn two_thousand_rows_are_told_and_a_table_that_takes_too_long_is_refused() {
        let rows = |count: i64| (0..count).map(|row| Some(vec![vec![(row, row)], vec![(0, 9)]])).collect::<Vec<_>>();
        assert_eq!(hidden_rows(&rows(2_000)).unwrap(), []);
        assert_eq!(hidden_rows(&rows(9_000)).unwrap_err(), TooLarge);
    }

    /// Each row takes an eighth, of three columns among many that have two values: whether all is taken is then a question that
    /// nobody is known to answer fast.
    #[test]
    fn a_table_whose_pieces_grow_without_end_is_refused() {
        const COLUMNS: usize = 80;
        let mut seed: usize = 1;
        let mut random = |below: usize| {
            seed = (seed * 1_103_515_245 + 12_345) % (1 << 31);
            (seed >> 8) % below
        };
        let mut rows = vec![Some(vec![vec![(0, 1)]; COLUMNS]); 8 * COLUMNS];
        let last = rows.len() - 1;
        for row in rows.iter_mut().take(last).flatten() {
            for _ in 0..3 {
                let value = i64::from(random(2) == 0);
                row[random(COLUMNS)] = vec![(value, value)];
            }
        }
        assert_eq!(hidden_rows(&rows).unwrap_err(), TooLarge);
    }
}
