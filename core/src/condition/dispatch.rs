//! The one place where the core is unsafe: a block's evaluation compiled for the vector instructions that the processor has.
//!
//! Each version is the same code, inlined whole, so all give the same results; the portable one serves every processor.
#![allow(unsafe_code, reason = "calls of functions whose target features were detected")]

use super::columns::{Machine, Program};

/// Evaluates a block with the widest instructions there are.
pub(super) fn run(program: &Program<'_>, first: usize, machine: &mut Machine) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
        {
            // SAFETY: the features were detected.
            return unsafe { run_avx512(program, first, machine) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the feature was detected.
            return unsafe { run_avx2(program, first, machine) };
        }
    }
    program.run_block(first, machine);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2(program: &Program<'_>, first: usize, machine: &mut Machine) {
    program.run_block(first, machine);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn run_avx512(program: &Program<'_>, first: usize, machine: &mut Machine) {
    program.run_block(first, machine);
}
