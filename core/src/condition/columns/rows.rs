//! Outcomes of a block as columns of the result: a code a row, a mask a row.

use super::super::plan::Node;
use super::logic::{Words, each};
use super::{LANES, Machine, WORDS};

/// Bits in a byte.
const EIGHT: usize = 8;

/// Which outcomes make which code. At most one is true in a row; 255 where none is.
#[derive(Debug)]
pub(crate) struct Codes {
    /// For each bit of the code, one higher, the outcomes of the codes that have it.
    planes: Vec<Vec<Node>>,
}

/// Which outcomes make which bits of a mask.
#[derive(Debug)]
pub(crate) struct Masks {
    /// Eight bits each that are not all empty: where they begin, and their outcomes.
    bytes: Vec<(usize, [Option<Node>; EIGHT])>,
}

impl Codes {
    pub fn new(steps: &[(Node, u8)]) -> Self {
        let has_bit = |code: u8, bit: usize| code.wrapping_add(1) >> bit & 1 == 1;
        let planes = (0..EIGHT)
            .map(|bit| steps.iter().filter(|(_, code)| has_bit(*code, bit)).map(|(node, _)| *node).collect::<Vec<_>>());
        let mut planes: Vec<_> = planes.collect();
        planes.truncate(planes.iter().rposition(|plane| !plane.is_empty()).map_or(0, |last| last + 1));
        Self { planes }
    }

    /// Writes the codes of the block that ran last.
    #[inline(always)]
    pub fn write(&self, machine: &Machine, out: &mut [u8]) {
        let mut planes = [[0; WORDS]; EIGHT];
        for (plane, nodes) in planes.iter_mut().zip(&self.planes) {
            for node in nodes {
                if let Some(outcomes) = machine.bits.get(node.index()) {
                    each(plane, &outcomes.yes, |plane, yes| plane | yes);
                }
            }
        }
        let planes = &planes[..self.planes.len()];
        for (word, rows) in out.chunks_mut(LANES).enumerate() {
            let mut codes = bytes(planes, word);
            for lane in 0..LANES {
                codes[lane] = codes[lane].wrapping_sub(1);
            }
            put(&codes, rows);
        }
    }
}

impl Masks {
    pub fn new(nodes: &[Option<Node>]) -> Self {
        let byte = |(place, nodes): (usize, &[Option<Node>])| {
            let mut eight = [None; EIGHT];
            eight.iter_mut().zip(nodes).for_each(|(slot, node)| *slot = *node);
            (place * EIGHT, eight)
        };
        let bytes = nodes.chunks(EIGHT).enumerate().map(byte);
        Self { bytes: bytes.filter(|(_, nodes)| nodes.iter().any(Option::is_some)).collect() }
    }

    /// Writes the masks of the block that ran last: the outcomes that are true.
    #[inline(always)]
    pub fn write(&self, machine: &Machine, out: &mut [u64]) {
        self.write_planes(out, |node| machine.bits.get(node.index()).map(|bits| bits.yes));
    }

    /// Writes the masks of the block that ran last: the outcomes that are unknown.
    #[inline(always)]
    pub fn write_unknown(&self, machine: &Machine, out: &mut [u64]) {
        self.write_planes(out, |node| {
            let bits = machine.bits.get(node.index()).filter(|bits| !bits.is_exact)?;
            let mut unknown = bits.maybe;
            each(&mut unknown, &bits.yes, |maybe, yes| maybe & !yes);
            Some(unknown)
        });
    }

    #[inline(always)]
    fn write_planes(&self, out: &mut [u64], plane_of: impl Fn(Node) -> Option<Words>) {
        let mut planes = [[0; WORDS]; EIGHT];
        if self.bytes.is_empty() {
            out.fill(0);
        }
        for (place, (shift, nodes)) in self.bytes.iter().enumerate() {
            for (plane, node) in planes.iter_mut().zip(nodes) {
                *plane = node.and_then(&plane_of).unwrap_or([0; WORDS]);
            }
            let (shift, is_first) = (*shift, place == 0);
            for (word, rows) in out.chunks_mut(LANES).enumerate() {
                let byte = bytes(&planes, word);
                let mut masks = [0; LANES];
                if !is_first {
                    masks[..rows.len()].copy_from_slice(rows);
                }
                for lane in 0..LANES {
                    masks[lane] |= u64::from(byte[lane]) << shift;
                }
                put(&masks, rows);
            }
        }
    }
}

#[inline(always)]
fn put<T: Copy>(from: &[T; LANES], rows: &mut [T]) {
    match rows.first_chunk_mut() {
        Some(rows) => *rows = *from,
        None => rows.iter_mut().zip(from).for_each(|(slot, value)| *slot = *value),
    }
}

/// The bits of up to eight planes, a byte for each row of a word.
#[inline(always)]
fn bytes(planes: &[Words], word: usize) -> [u8; LANES] {
    // In each, eight bits a plane: those of eight rows.
    let mut rows = [0_u64; LANES / EIGHT];
    for (place, plane) in planes.iter().enumerate() {
        for eight in 0..LANES / EIGHT {
            rows[eight] |= (plane[word] >> (EIGHT * eight) & 0xFF) << (EIGHT * place);
        }
    }
    let mut bytes = [0; LANES];
    for (eight, out) in rows.iter().zip(bytes.as_chunks_mut::<EIGHT>().0) {
        *out = transposed(*eight).to_le_bytes();
    }
    bytes
}

/// Eight rows of eight bits, row `i` and bit `j` exchanged: ever larger squares swap their corners.
#[inline(always)]
fn transposed(mut bits: u64) -> u64 {
    for (distance, corners) in [(7, 0x00AA_00AA_00AA_00AA), (14, 0x0000_CCCC_0000_CCCC), (28, 0x0000_0000_F0F0_F0F0)] {
        let swapped = (bits ^ (bits >> distance)) & corners;
        bits ^= swapped ^ (swapped << distance);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_bits_change_places() {
        for place in 0..64 {
            let (row, bit) = (place / 8, place % 8);
            assert_eq!(transposed(1 << place), 1 << (8 * bit + row));
        }
    }
}
