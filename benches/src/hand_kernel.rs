//! The default policy written out by hand over the columns of W1b: what a policy that is data is up against.
//!
//! It knows more than the engine may: every threshold while it is compiled, and of this data which columns have nulls, that
//! no row breaks the contract and that no amount is too large for 64 bits, whatever is done with it.

use std::array;
use std::num::NonZeroUsize;
use std::thread;

use arrow_array::{Array as _, RecordBatch};
use arrow_buffer::{ArrowNativeType, NullBuffer, ScalarBuffer};
use lifestage_core::lifecycle::DecisionColumns;
use multiversion::multiversion;

use crate::Outcome;

/// Rows whose warnings stay in the first cache while one rule after the other adds its own; whole bytes of validity.
const BLOCK: usize = 2048;
/// A bit each rule in the policy's order (EWS-01 ff.): those that watch users in service of high value, of middle, of all.
const OF_HIGH: u16 = 0b111_0111_1111_1111;
const OF_MID: u16 = 0b110_0000_1000_1111;
const OF_LOW: u16 = 0b010_0000_1000_1111;
/// The one that watches those who have left, of high value (EWS-15).
const OF_LEAVERS: u16 = 1 << 11;
/// Those that move the stage.
const DECLINING: u16 = 0b1111;
const PROSPECT: u8 = 0;
const TERMINATED: u8 = 3;

#[rustfmt::skip]
const AMOUNTS: [&str; 19] = [
    "customer_fee_minor_11", "customer_fee_minor_12", "fee_minor_9", "fee_minor_10", "fee_minor_11", "fee_minor_12",
    "local_fee_minor_9", "local_fee_minor_10", "local_fee_minor_11", "local_fee_minor_12",
    "minutes_7", "minutes_8", "minutes_9", "minutes_10", "minutes_11", "minutes_12",
    "foreign_ip_fee_minor_12", "first_bill_minor", "expected_first_bill_minor",
];
#[rustfmt::skip]
const DAYS_AND_MONTHS: [&str; 5] =
    ["promotion_ends_on", "promotion_ended_on", "agreement_ends_on", "months_since_exit", "tenure_months"];
/// Of the channels, those that the policy names have a number above 0.
#[rustfmt::skip]
const CODES: [&str; 7] = [
    "status", "complaints_3m", "repeat_faults_3m", "faults_last_month", "complaints_last_month", "join_channel",
    "in_relocation_area",
];

struct Column<T: ArrowNativeType> {
    values: ScalarBuffer<T>,
    nulls: Option<NullBuffer>,
}

struct Customers {
    today: i32,
    amounts: [Column<i64>; AMOUNTS.len()],
    days_and_months: [Column<i32>; DAYS_AND_MONTHS.len()],
    codes: [Column<u8>; CODES.len()],
}

/// Decides all customers, each thread as many of them: stages, tiers and warnings.
pub fn decide(batch: &RecordBatch, today: i32, threads: NonZeroUsize, decisions: &mut DecisionColumns) -> Outcome<()> {
    let (amounts, codes) = (columns(batch, AMOUNTS)?, columns(batch, CODES)?);
    let customers = Customers { today, amounts, days_and_months: columns(batch, DAYS_AND_MONTHS)?, codes };
    let share = batch.num_rows().div_ceil(threads.get()).next_multiple_of(BLOCK);
    let stages = sized(&mut decisions.stage, batch).chunks_mut(share);
    let tiers = sized(&mut decisions.tier, batch).chunks_mut(share);
    let shares = stages.zip(tiers).zip(sized(&mut decisions.warnings, batch).chunks_mut(share));
    thread::scope(|scope| {
        for (place, ((stage, tier), warnings)) in shares.enumerate() {
            let customers = &customers;
            scope.spawn(move || decide_rows(customers, place * share, stage, tier, warnings));
        }
    });
    Ok(())
}

fn columns<T: ArrowNativeType, const N: usize>(batch: &RecordBatch, names: [&str; N]) -> Outcome<[Column<T>; N]> {
    let column = |name: &str| {
        let data = batch.column_by_name(name).ok_or_else(|| format!("no {name}"))?.to_data();
        let values = ScalarBuffer::new(data.buffers()[0].clone(), data.offset(), data.len());
        Ok(Column { values, nulls: data.nulls().cloned() })
    };
    let columns = names.into_iter().map(column).collect::<Outcome<Vec<_>>>()?;
    columns.try_into().map_err(|_| "another number of columns".into())
}

fn sized<'a, T: Default + Clone>(column: &'a mut Option<Vec<T>>, batch: &RecordBatch) -> &'a mut [T] {
    let column = column.get_or_insert_default();
    column.resize(batch.num_rows(), T::default());
    column
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn decide_rows(customers: &Customers, first: usize, stage: &mut [u8], tier: &mut [u8], warnings: &mut [u64]) {
    let [older, newer, ..] = &customers.amounts;
    let ([.., tenure], [status, ..]) = (&customers.days_and_months, &customers.codes);
    let blocks = stage.chunks_mut(BLOCK).zip(tier.chunks_mut(BLOCK)).zip(warnings.chunks_mut(BLOCK));
    for (place, ((stage, tier), warnings)) in blocks.enumerate() {
        let (start, mut fired) = (first + place * BLOCK, [0; BLOCK]);
        let rows = start..start + stage.len();
        let fired = &mut fired[..stage.len()];
        customers.fire(start, fired);
        for ((tier, older), newer) in tier.iter_mut().zip(&older.values[rows.clone()]).zip(&newer.values[rows.clone()])
        {
            *tier = 2 - u8::from(older + newer >= 2 * 8_000) - u8::from(older + newer >= 2 * 15_000);
        }
        let (status, tenure) = (&status.values[rows.clone()], &tenure.values[rows]);
        for ((fired, tier), status) in fired.iter_mut().zip(&*tier).zip(status) {
            let of_tier = if *tier == 1 { OF_MID } else { OF_LOW };
            let (of_tier, of_leaver) = if *tier == 0 { (OF_HIGH, OF_LEAVERS) } else { (of_tier, 0) };
            let watched = if *status == TERMINATED { of_leaver } else { of_tier };
            *fired &= if *status == PROSPECT { 0 } else { watched };
        }
        let known = fired.iter().zip(status).zip(tenure);
        for ((stage, warnings), ((fired, status), tenure)) in stage.iter_mut().zip(warnings).zip(known) {
            let settled = 1 + u8::from(*tenure >= 12);
            let in_service = if fired & DECLINING != 0 { 3 } else { settled };
            let joined = if *status == PROSPECT { 0 } else { in_service };
            *stage = if *status == TERMINATED { 4 } else { joined };
            *warnings = u64::from(*fired);
        }
    }
}

impl Customers {
    /// Every rule over the rows from the first one on, whomever it watches.
    #[inline(always)]
    fn fire(&self, first: usize, fired: &mut [u16]) {
        let [_, _, f9, f10, f11, f12, l9, l10, l11, l12, m7, m8, m9, m10, m11, m12, foreign_ip, bill, expected] =
            &self.amounts;
        let [promotion_ends, promotion_ended, agreement_ends, since_exit, tenure] = &self.days_and_months;
        let [_, complaints_3m, repeat_faults_3m, faults, complaints, channel, relocation] = &self.codes;
        let today = self.today;
        let is_soon = |[day]: [i32; 1]| (0..=30).contains(&(day - today));
        let has_just_ended = |[day, months]: [i32; 2]| (months >= 12) & (1..=7).contains(&(today - day));
        fire(fired, first, 0, [l9, l10, l11, l12], falls);
        fire(fired, first, 1, [complaints_3m, repeat_faults_3m], |[complaints, faults]| {
            (complaints >= 2) | (faults >= 3)
        });
        fire(fired, first, 2, [f9, f10, f11, f12], falls);
        fire(fired, first, 3, [foreign_ip], |[fee]| fee > 5_000);
        fire(fired, first, 4, [m7, m8, m9, m10, m11, m12], swings);
        fire(fired, first, 5, [promotion_ends], is_soon);
        fire(fired, first, 6, [agreement_ends], is_soon);
        fire(fired, first, 7, [bill, expected], |[bill, expected]| (expected > 0) & (bill >= 2 * expected));
        fire(fired, first, 8, [faults], |[faults]| faults >= 2);
        fire(fired, first, 9, [complaints], |[complaints]| complaints >= 1);
        fire(fired, first, 10, [channel], |[channel]| channel > 0);
        fire(fired, first, 11, [since_exit], |[months]| months < 12);
        fire(fired, first, 12, [tenure], |[months]| months >= 3);
        fire(fired, first, 13, [relocation], |[yes]| yes > 0);
        fire(fired, first, 14, [promotion_ended, tenure], has_just_ended);
    }
}

/// Each of three months lies more than 20 % below the one before it.
#[inline(always)]
fn falls([a, b, c, d]: [i64; 4]) -> bool {
    (a > 0) & (b > 0) & (c > 0) & (5 * b < 4 * a) & (5 * c < 4 * b) & (5 * d < 4 * c)
}

/// The newest month lies below half of the mean of three before it; or the deviation of six exceeds half of their mean.
#[inline(always)]
fn swings([a, b, c, d, e, f]: [i64; 6]) -> bool {
    let (before, sum) = (c + d + e, a + b + c + d + e + f);
    let squares = a * a + b * b + c * c + d * d + e * e + f * f;
    ((before > 0) & (6 * f < before)) | ((sum > 0) & (24 * squares > 5 * sum * sum))
}

/// Adds a rule, where the first of its columns is not null, to what fired of the rows from the first one on.
#[inline(always)]
fn fire<T: ArrowNativeType, const N: usize>(
    fired: &mut [u16],
    first: usize,
    bit: u32,
    columns: [&Column<T>; N],
    holds: impl Fn([T; N]) -> bool,
) {
    let values = columns.map(|column| &column.values[first..first + fired.len()]);
    let holds = |row: usize| u16::from(holds(array::from_fn(|place| values[place][row]))) << bit;
    let Some(nulls) = &columns[0].nulls else {
        for (row, fired) in fired.iter_mut().enumerate() {
            *fired |= holds(row);
        }
        return;
    };
    let mut known = [0_u8; BLOCK];
    for (eight, bits) in known.as_chunks_mut::<8>().0.iter_mut().zip(&nulls.validity()[first / 8..]) {
        *eight = array::from_fn(|bit| bits & 1 << bit);
    }
    for (row, (fired, known)) in fired.iter_mut().zip(&known).enumerate() {
        *fired |= holds(row) * u16::from(*known != 0);
    }
}
