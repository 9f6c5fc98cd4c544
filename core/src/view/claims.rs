//! Whom rows are about: each used row with its row of the view, the rows of neighbours together.

use std::num::NonZeroUsize;

use super::ORPHAN;
use super::build::Job;
use super::groups::{Repeat, repeats};
use super::people::{People, Who};
use super::rejects::Ledger;
use super::tables::FactTable;
use crate::catalogue::Words;
use crate::error::Error;
use crate::table::columns::{Number, Numbers, Texts};
use crate::table::directory::Directory;
use crate::threads::{handed_out, in_parallel};

/// Rows of the view that are worked out together, and stand in one batch of it.
pub(super) const BLOCK: usize = 1 << OWNER_BITS;
const OWNER_BITS: usize = 14;
/// Rows of a table that a thread looks up at a time.
const RUN: usize = 1 << ROW_BITS;
const ROW_BITS: usize = 32 - OWNER_BITS;

/// A row of a table, and the row of the view that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Claim {
    /// The row of the view, counted from the first of its block.
    pub(super) owner: usize,
    /// The row of the table.
    pub(super) row: usize,
}

/// Every used row of a table that is about somebody.
#[derive(Debug)]
pub(super) struct Claims {
    runs: Vec<Run>,
}

/// Stands for a number that is null: below all that columns hold.
pub(super) const UNKNOWN: i64 = i64::MIN;

/// Claims of [`RUN`] rows, block by block. In each the owner's place in the block stands above the row's in the run: four
/// bytes a row, for there are many.
#[derive(Debug)]
struct Run {
    /// Where each block begins, and the end of the last.
    starts: Vec<usize>,
    claims: Vec<u32>,
}

impl Claims {
    /// Looks up whom each used row is about; `ids` says it. The rows that are about nobody are rejected as orphans.
    ///
    /// # Errors
    /// That the call is cancelled.
    pub(super) fn of(
        job: &Job<'_>,
        (people, directory): (&People<'_>, &Directory),
        ledger: &mut Ledger,
        ids: &Texts,
        who: Who,
    ) -> Result<Self, Error> {
        let runs = in_parallel(job.threads, ledger.len().div_ceil(RUN), |run| {
            job.cancel.check()?;
            Ok(Run::of(run * RUN, (people, directory), ledger, ids, who))
        })?;
        let mut claims = Self { runs: Vec::with_capacity(runs.len()) };
        for (run, orphans) in runs {
            for row in orphans {
                ledger.reject(row, &ORPHAN, "user_id", Words::value(ids.text(row).unwrap_or_default()), who.expected());
            }
            claims.runs.push(run);
        }
        Ok(claims)
    }

    /// The claims on a block of the view, in the order of the table.
    pub(super) fn of_block(&self, block: usize) -> impl Iterator<Item = Claim> {
        self.runs.iter().enumerate().flat_map(move |(run, claims)| claims.of_block(block, run * RUN))
    }

    /// A number of each claim, for each of so many blocks in the order of its claims; [`UNKNOWN`] where it is null.
    ///
    /// They are copied run by run, so that what is read lies close together: whoever fetches them block by block waits for
    /// memory nearly each time.
    pub(super) fn numbers<T: Number>(
        &self,
        threads: NonZeroUsize,
        blocks: usize,
        column: &Numbers<T>,
    ) -> Vec<Vec<i64>> {
        let count = |block: usize| self.runs.iter().map(|run| run.on_block(block).len()).sum();
        let mut numbers: Vec<_> = (0..blocks).map(|block| vec![0; count(block)]).collect();
        let mut places: Vec<Vec<&mut [i64]>> = self.runs.iter().map(|_| Vec::with_capacity(blocks)).collect();
        for (block, numbers) in numbers.iter_mut().enumerate() {
            let mut rest = numbers.as_mut_slice();
            for (run, places) in self.runs.iter().zip(&mut places) {
                let (of_run, others) = rest.split_at_mut(run.on_block(block).len());
                places.push(of_run);
                rest = others;
            }
        }
        handed_out(threads, places, |run, blocks| {
            let Some(claims) = self.runs.get(run) else { return };
            for (block, numbers) in blocks.into_iter().enumerate() {
                let mut places = numbers.iter_mut();
                let copy = |_, number: Option<i64>| {
                    places.next().into_iter().for_each(|place| *place = number.unwrap_or(UNKNOWN));
                };
                column.of_each(claims.on_block(block), |claim| run * RUN + row_in_run(claim), copy);
            }
        });
        numbers
    }

    /// Keeps the claims of rows that still count.
    pub(super) fn keep(&mut self, ledger: &Ledger) {
        for (place, run) in self.runs.iter_mut().enumerate() {
            let is_used = |claim: u32| ledger.is_used(place * RUN + row_in_run(claim));
            let mut kept = Vec::with_capacity(run.claims.len());
            let mut starts = vec![0];
            for block in run.starts.windows(2) {
                let claims = if let [start, end] = block { run.claims.get(*start..*end) } else { None };
                kept.extend(claims.into_iter().flatten().copied().filter(|claim| is_used(*claim)));
                starts.push(kept.len());
            }
            *run = Run { starts, claims: kept };
        }
    }

    /// The rows of all claims.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> {
        let runs = self.runs.iter().enumerate();
        runs.flat_map(move |(place, run)| run.claims.iter().map(move |claim| place * RUN + row_in_run(*claim)))
    }
}

impl Run {
    /// The claims of the rows from this one on, and the rows that are about nobody.
    fn of(
        first: usize,
        (people, directory): (&People<'_>, &Directory),
        ledger: &Ledger,
        ids: &Texts,
        who: Who,
    ) -> (Self, Vec<usize>) {
        let rows = first..ledger.len().min(first + RUN);
        let mut found = Owners { first, found: Vec::with_capacity(rows.len()), orphans: Vec::new() };
        let mut waiting = Waiting::default();
        ids.each(rows, |row, id| {
            if ledger.is_used(row) {
                waiting.rows.push(row);
                waiting.ids.push(id.unwrap_or_default());
            }
            if waiting.rows.len() == LOOKED_UP {
                waiting.settle(people, directory, who, &mut found);
            }
        });
        waiting.settle(people, directory, who, &mut found);
        (Self::sorted(&found.found, people.len().div_ceil(BLOCK)), found.orphans)
    }

    /// The claims block by block, in each in the order of the rows.
    fn sorted(found: &[(u32, u32)], blocks: usize) -> Self {
        let block_of = |owner: u32| usize::try_from(owner >> OWNER_BITS).unwrap_or(0);
        let mut starts = vec![0; blocks + 1];
        for (owner, _) in found {
            add(&mut starts, block_of(*owner) + 1, 1);
        }
        for block in 0..blocks {
            let before = starts.get(block).copied().unwrap_or(0);
            add(&mut starts, block + 1, before);
        }
        let mut next = starts.clone();
        let mut claims = vec![0; found.len()];
        for (owner, row) in found {
            let Some(place) = next.get_mut(block_of(*owner)) else { continue };
            if let Some(slot) = claims.get_mut(*place) {
                // The bits of the block fall off.
                *slot = owner << ROW_BITS | row;
            }
            *place += 1;
        }
        Self { starts, claims }
    }

    /// The claims on a block.
    fn on_block(&self, block: usize) -> &[u32] {
        let range = self.starts.get(block).zip(self.starts.get(block + 1));
        range.and_then(|(start, end)| self.claims.get(*start..*end)).unwrap_or_default()
    }

    fn of_block(&self, block: usize, first: usize) -> impl Iterator<Item = Claim> {
        self.on_block(block).iter().filter_map(move |claim| {
            let claim = usize::try_from(*claim).ok()?;
            Some(Claim { owner: claim / RUN, row: first + claim % RUN })
        })
    }
}

/// The row of a claim, counted from the first of its run.
fn row_in_run(claim: u32) -> usize {
    usize::try_from(claim).map_or(0, |claim| claim % RUN)
}

/// What is found of the rows of a run.
struct Owners {
    /// The run's first row.
    first: usize,
    /// Rows of the view, each with a row that is about it, counted from the first.
    found: Vec<(u32, u32)>,
    /// Rows that are about nobody.
    orphans: Vec<usize>,
}

impl Owners {
    fn add(&mut self, row: usize, owner: Option<usize>) {
        // Nobody has more than 2^32 people, and a run has fewer rows.
        match owner.and_then(|owner| Some((u32::try_from(owner).ok()?, u32::try_from(row - self.first).ok()?))) {
            Some(found) => self.found.push(found),
            None => self.orphans.push(row),
        }
    }
}

/// Ids that are looked up together.
const LOOKED_UP: usize = 256;

/// Rows with their ids, which wait until enough are there to be looked up together.
#[derive(Default)]
struct Waiting<'t> {
    rows: Vec<usize>,
    ids: Vec<&'t str>,
    owners: Vec<Option<usize>>,
}

impl Waiting<'_> {
    /// Finds the owners of the rows that wait.
    fn settle(&mut self, people: &People<'_>, directory: &Directory, who: Who, found: &mut Owners) {
        people.find_all(directory, &self.ids, who, &mut self.owners);
        for (row, owner) in self.rows.drain(..).zip(self.owners.drain(..)) {
            found.add(row, owner);
        }
        self.ids.clear();
    }
}

fn add(counts: &mut [usize], place: usize, more: usize) {
    if let Some(count) = counts.get_mut(place) {
        *count += more;
    }
}

/// Judges the rows of suspects that repeat one another, and returns those that are rejected, in order.
pub(super) fn sift(
    table: &impl FactTable,
    claims: &[Claim],
    is_suspect: impl Fn(usize) -> bool,
    found: &mut Vec<Repeat>,
) -> Vec<usize> {
    let mut suspects: Vec<_> = claims.iter().copied().filter(|claim| is_suspect(claim.owner)).collect();
    suspects.sort_unstable();
    let before = found.len();
    for claims in suspects.chunk_by(|one, other| one.owner == other.owner) {
        let rows: Vec<_> = claims.iter().map(|claim| claim.row).collect();
        repeats(table, &rows, found);
    }
    let mut rejected: Vec<_> = found.iter().skip(before).map(|repeat| repeat.row).collect();
    rejected.sort_unstable();
    rejected
}

/// Which owners of a block have more than one claim.
pub(super) fn several(claims: &[Claim]) -> impl Fn(usize) -> bool + use<> {
    let mut counts = vec![0_u8; BLOCK];
    for claim in claims {
        if let Some(count) = counts.get_mut(claim.owner) {
            *count = count.saturating_add(1);
        }
    }
    move |owner| counts.get(owner).is_some_and(|count| *count > 1)
}
