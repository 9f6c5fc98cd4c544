//! The C ABI of lifestage. `include/lifestage.h`, generated from this crate, states the conventions.
//!
//! The types of the arguments are the ownership rules: `Option<&T>` is a handle that is borrowed, `Option<Box<T>>` one
//! that is taken, `Option<&mut MaybeUninit<Box<T>>>` a place for one that is given away. C sees a pointer in each case,
//! and `None` is its NULL. Only what is a pointer and a length, texts and
//! columns, and Arrow's own structs need `unsafe`.
#![allow(clippy::missing_safety_doc, reason = "the parameters' contract in the C documentation is the safety contract")]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod batch;
mod cancel;
mod column;
mod engine;
mod error;
mod guard;
mod handle;
mod status;
mod tables;
mod text;
mod version;

pub use batch::{
    LifestageBatch, lifestage_batch_column, lifestage_batch_column_at, lifestage_batch_column_count,
    lifestage_batch_free, lifestage_batch_metadata, lifestage_batch_rows,
};
pub use cancel::{LifestageCancel, lifestage_cancel_free, lifestage_cancel_new, lifestage_cancel_set};
pub use column::*;
pub use engine::{
    LifestageEngine, lifestage_engine_call, lifestage_engine_call_batch, lifestage_engine_free, lifestage_engine_new,
    lifestage_engine_open, lifestage_engine_threads, lifestage_engine_with_threads,
};
pub use error::{
    LIFESTAGE_LANGUAGE_CHINESE, LIFESTAGE_LANGUAGE_ENGLISH, LifestageError, lifestage_error_free, lifestage_error_json,
    lifestage_error_message, lifestage_error_status,
};
pub use handle::{
    LifestageHandle, lifestage_handle_free, lifestage_handle_open, lifestage_handle_query, lifestage_handle_restore,
    lifestage_handle_serialise, lifestage_handle_update,
};
pub use status::LifestageStatus;
pub use tables::{
    LifestageTables, lifestage_tables_count, lifestage_tables_free, lifestage_tables_name, lifestage_tables_new,
    lifestage_tables_next, lifestage_tables_put_columns, lifestage_tables_put_stream, lifestage_tables_take_stream,
};
pub use text::{LifestageText, lifestage_text_data, lifestage_text_free, lifestage_text_len};
pub use version::{LIFESTAGE_ABI_VERSION, lifestage_abi_version, lifestage_version};
