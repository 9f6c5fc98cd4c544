//! The Node binding of lifestage: the native half, thin. What a program sees is the TypeScript in `lib`.
//!
//! Nothing here throws: a call gives its answer or a [`Failure`], which `lib` throws as a `LifestageError`.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod cancellation;
mod engine;
mod failure;
mod guard;
mod handle;
mod ipc;
mod off_loop;

pub use cancellation::Cancellation;
pub use engine::{NativeEngine, load_engine, open_engine};
pub use failure::{Failure, ill_formed_text, wrong_type};
pub use handle::NativeHandle;
pub use off_loop::OffLoop;

use napi_derive::napi;

/// Version of the library.
#[napi]
pub fn version() -> &'static str {
    lifestage_core::VERSION
}
