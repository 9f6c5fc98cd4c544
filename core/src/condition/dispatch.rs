//! The one place where the core is unsafe: work compiled for the vector instructions that the processor has.
//!
//! Each version is the same code, inlined whole, so all give the same results; the portable one serves every processor.
#![allow(unsafe_code, reason = "calls of functions whose target features were detected")]

use super::LANES;

/// What the compiler does not make of loops by itself.
pub(crate) trait Instructions {
    /// The sign bits of 64 numbers, the first one lowest.
    fn signs(numbers: &[i32; LANES]) -> u64;
}

/// Work worth compiling for each processor; everything that it calls has to be inlined into it.
pub(crate) trait Work {
    /// Does the work.
    fn run<I: Instructions>(self);
}

/// Does work with the widest instructions there are.
pub(crate) fn run(work: impl Work) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
        {
            // SAFETY: the features were detected.
            return unsafe { x86::run_avx512(work) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the feature was detected.
            return unsafe { x86::run_avx2(work) };
        }
    }
    work.run::<Portable>();
}

/// Lines of memory that are asked for ahead.
const LINES_AHEAD: usize = 4;
/// Bytes in a line of memory.
const LINE: usize = 64;

/// Asks the memory for the first of these numbers, which will soon be read.
#[inline(always)]
pub(super) fn prefetch<T>(soon: &[T]) {
    #[cfg(target_arch = "x86_64")]
    for line in soon.chunks(LINE / size_of::<T>().max(1)).take(LINES_AHEAD) {
        // SAFETY: a prefetch reads nothing, and every processor of this kind has it.
        unsafe { core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(line.as_ptr().cast()) };
    }
}

/// Each number as its halves, in the order in which the processor holds them.
#[inline(always)]
pub(super) fn halves<const N: usize>(numbers: &[i64; N]) -> &[[i32; 2]; N] {
    // SAFETY: two numbers of 32 bits have the size of one of 64 bits, need no more alignment, and any bits are numbers.
    unsafe { &*core::ptr::from_ref(numbers).cast() }
}

/// Any processor.
pub(crate) struct Portable;

impl Instructions for Portable {
    /// Bytes of 0 or 1, eight of which a multiplication gathers into one byte.
    #[inline(always)]
    fn signs(numbers: &[i32; LANES]) -> u64 {
        let bytes = numbers.map(|number| u8::from(number < 0));
        let mut word = 0;
        for (place, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
            let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            word |= gathered << (8 * place);
        }
        word
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::{_mm256_loadu_ps, _mm256_movemask_ps, _mm512_loadu_si512, _mm512_movepi32_mask};

    use super::{Instructions, LANES, Work};

    struct Avx512;
    struct Avx2;

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    pub fn run_avx512(work: impl Work) {
        work.run::<Avx512>();
    }

    #[target_feature(enable = "avx2")]
    pub fn run_avx2(work: impl Work) {
        work.run::<Avx2>();
    }

    impl Instructions for Avx512 {
        #[inline(always)]
        fn signs(numbers: &[i32; LANES]) -> u64 {
            // SAFETY: only `run_avx512` knows this type, and its features are more than these.
            unsafe { signs_avx512(numbers) }
        }
    }

    impl Instructions for Avx2 {
        #[inline(always)]
        fn signs(numbers: &[i32; LANES]) -> u64 {
            // SAFETY: only `run_avx2` knows this type.
            unsafe { signs_avx2(numbers) }
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512dq")]
    fn signs_avx512(numbers: &[i32; LANES]) -> u64 {
        let mut word = 0;
        for (place, sixteen) in numbers.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: sixteen numbers are what is loaded, from any address.
            let lanes = unsafe { _mm512_loadu_si512(sixteen.as_ptr().cast()) };
            word |= u64::from(_mm512_movepi32_mask(lanes)) << (16 * place);
        }
        word
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn signs_avx2(numbers: &[i32; LANES]) -> u64 {
        let mut word = 0;
        for (place, eight) in numbers.as_chunks::<8>().0.iter().enumerate() {
            // SAFETY: eight numbers are what is loaded, from any address; their bits serve as those of floats.
            let lanes = unsafe { _mm256_loadu_ps(eight.as_ptr().cast()) };
            word |= u64::from(_mm256_movemask_ps(lanes).cast_unsigned()) << (8 * place);
        }
        word
    }
}
