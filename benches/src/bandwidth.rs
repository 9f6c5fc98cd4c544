//! The floor of every columnar workload: the time it takes to add up the bytes of its columns, and nothing else.

use std::num::NonZeroUsize;
use std::thread;

use arrow_array::{Array as _, RecordBatch};
use arrow_buffer::Buffer;
use arrow_data::ArrayData;

/// Columns that the strict floor reads at once: more loads are in flight than with one.
const STREAMS: usize = 6;
/// Bytes of a column that are added up before the next column's turn.
const STRIDE: usize = 512;

/// What is read of a batch: its values, bitmaps, and the items of its lists.
pub fn buffers(batch: &RecordBatch) -> Vec<Buffer> {
    fn of(data: &ArrayData) -> Vec<Buffer> {
        let bitmap = data.nulls().map(|nulls| nulls.buffer().clone());
        let items = data.child_data().iter().flat_map(of);
        bitmap.into_iter().chain(data.buffers().iter().cloned()).chain(items).collect()
    }
    batch.columns().iter().flat_map(|column| of(&column.to_data())).collect()
}

/// Adds up each column, one after the other.
pub fn one_at_a_time(columns: &[Buffer], threads: NonZeroUsize) -> u64 {
    on_threads(columns, threads, |parts| parts.iter().map(|part| sum(part)).fold(0, u64::wrapping_add))
}

/// Adds up six columns at a time.
pub fn strict(columns: &[Buffer], threads: NonZeroUsize) -> u64 {
    on_threads(columns, threads, |parts| parts.chunks(STREAMS).map(sum_of_group).fold(0, u64::wrapping_add))
}

fn sum_of_group(columns: &[&[u8]]) -> u64 {
    let longest = columns.iter().map(|column| column.len()).max().unwrap_or(0);
    let mut total = 0_u64;
    for start in (0..longest).step_by(STRIDE) {
        for column in columns {
            let end = column.len().min(start + STRIDE);
            total = total.wrapping_add(sum(column.get(start..end).unwrap_or_default()));
        }
    }
    total
}

/// Gives each thread the same share of every column.
fn on_threads(columns: &[Buffer], threads: NonZeroUsize, add: impl Fn(&[&[u8]]) -> u64 + Sync) -> u64 {
    let share = |place: usize| -> Vec<&[u8]> {
        let bound = |column: &Buffer, place: usize| column.len() / 8 * place / threads.get() * 8;
        columns.iter().map(|column| &column[bound(column, place)..bound(column, place + 1)]).collect()
    };
    thread::scope(|scope| {
        let (add, share) = (&add, &share);
        let others: Vec<_> = (1..threads.get()).map(|place| scope.spawn(move || add(&share(place)))).collect();
        let own = add(&share(0));
        others.into_iter().filter_map(|other| other.join().ok()).fold(own, u64::wrapping_add)
    })
}

/// Eight bytes at a time: the same loads as adding up the column's numbers, whatever their type.
fn sum(bytes: &[u8]) -> u64 {
    bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word)).fold(0, u64::wrapping_add)
}
