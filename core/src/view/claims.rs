//! Whom rows are about: each used row with its row of the view, the rows of neighbours together.

use super::ORPHAN;
use super::build::Job;
use super::groups::{Repeat, repeats};
use super::people::{People, Who};
use super::rejects::Ledger;
use super::tables::FactTable;
use crate::error::Error;
use crate::table::columns::Texts;
use crate::threads::in_parallel;

/// Rows of the view that are worked out together, and stand in one batch of it.
pub(super) const BLOCK: usize = 1 << OWNER_BITS;
const OWNER_BITS: usize = 14;
/// Rows of a table that a thread looks up at a time.
const RUN: usize = 1 << (32 - OWNER_BITS);

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
        people: &People<'_>,
        ledger: &mut Ledger,
        ids: &Texts,
        who: Who,
    ) -> Result<Self, Error> {
        let runs = in_parallel(job.threads, ledger.len().div_ceil(RUN), |run| {
            job.cancel.check()?;
            Ok(Run::of(run * RUN, people, ledger, ids, who))
        })?;
        let mut claims = Self { runs: Vec::with_capacity(runs.len()) };
        for (run, orphans) in runs {
            for row in orphans {
                ledger.reject(row, &ORPHAN, "user_id", ids.text(row).unwrap_or_default(), who.expected());
            }
            claims.runs.push(run);
        }
        Ok(claims)
    }

    /// The claims on a block of the view, in the order of the table.
    pub(super) fn of_block(&self, block: usize) -> impl Iterator<Item = Claim> {
        self.runs.iter().enumerate().flat_map(move |(run, claims)| claims.of_block(block, run * RUN))
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
    fn of(first: usize, people: &People<'_>, ledger: &Ledger, ids: &Texts, who: Who) -> (Self, Vec<usize>) {
        let (mut found, mut orphans) = (Vec::new(), Vec::new());
        let blocks = people.len().div_ceil(BLOCK);
        let mut starts = vec![0; blocks + 1];
        // The rows of one user often follow one another.
        let mut last: (Option<&str>, Option<usize>) = (None, None);
        for row in (first..ledger.len().min(first + RUN)).filter(|row| ledger.is_used(*row)) {
            let Some(id) = ids.text(row) else { continue };
            if last.0 != Some(id) {
                last = (Some(id), people.find(id, who));
            }
            match last.1 {
                Some(owner) => {
                    add(&mut starts, owner / BLOCK + 1, 1);
                    found.push((owner, row - first));
                }
                None => orphans.push(row),
            }
        }
        for block in 0..blocks {
            let before = starts.get(block).copied().unwrap_or(0);
            add(&mut starts, block + 1, before);
        }
        let mut next = starts.clone();
        let mut claims = vec![0; found.len()];
        for (owner, row) in found {
            let claim = (owner % BLOCK) * RUN + row;
            if let Some(place) = next.get_mut(owner / BLOCK) {
                if let Some(slot) = claims.get_mut(*place) {
                    *slot = u32::try_from(claim).unwrap_or(u32::MAX);
                }
                *place += 1;
            }
        }
        (Self { starts, claims }, orphans)
    }

    fn of_block(&self, block: usize, first: usize) -> impl Iterator<Item = Claim> {
        let range = self.starts.get(block).zip(self.starts.get(block + 1));
        let claims = range.and_then(|(start, end)| self.claims.get(*start..*end)).unwrap_or_default();
        claims.iter().filter_map(move |claim| {
            let claim = usize::try_from(*claim).ok()?;
            Some(Claim { owner: claim / RUN, row: first + claim % RUN })
        })
    }
}

/// The row of a claim, counted from the first of its run.
fn row_in_run(claim: u32) -> usize {
    usize::try_from(claim).map_or(0, |claim| claim % RUN)
}

fn add(counts: &mut [usize], place: usize, more: usize) {
    if let Some(count) = counts.get_mut(place) {
        *count += more;
    }
}

/// The claims on a block that are left once rows of suspects that repeat one another are judged.
pub(super) fn sift(
    table: &impl FactTable,
    claims: &mut Vec<Claim>,
    is_suspect: impl Fn(usize) -> bool,
    found: &mut Vec<Repeat>,
) {
    let mut suspects: Vec<_> = claims.iter().copied().filter(|claim| is_suspect(claim.owner)).collect();
    suspects.sort_unstable();
    let before = found.len();
    for claims in suspects.chunk_by(|one, other| one.owner == other.owner) {
        let rows: Vec<_> = claims.iter().map(|claim| claim.row).collect();
        repeats(table, &rows, found);
    }
    let mut rejected: Vec<_> = found.iter().skip(before).map(|repeat| repeat.row).collect();
    rejected.sort_unstable();
    if !rejected.is_empty() {
        claims.retain(|claim| rejected.binary_search(&claim.row).is_err());
    }
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
