//! The C ABI of lifestage. `include/lifestage.h`, generated from this crate, states the conventions.
//!
//! The types of the arguments are the ownership rules: `Option<&T>` is a handle that is borrowed, `Option<Box<T>>` one
//! that is taken, `Option<&mut MaybeUninit<Box<T>>>` a place for one that is given away. C sees a pointer in each case,
//! and `None` is its NULL. Only texts, a pointer and a length, need `unsafe`.
#![allow(clippy::missing_safety_doc, reason = "the parameters' contract in the C documentation is the safety contract")]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod engine;
mod error;
mod guard;
mod handle;
mod status;
mod text;
mod version;

pub use engine::{
    LifestageEngine, lifestage_engine_call, lifestage_engine_free, lifestage_engine_new, lifestage_engine_open,
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
pub use text::{LifestageText, lifestage_text_data, lifestage_text_free, lifestage_text_len};
pub use version::{LIFESTAGE_ABI_VERSION, lifestage_abi_version, lifestage_version};
