//! The pure domain of lifestage: facts about telecom customers in, decisions and reasons out.
//!
//! No I/O, no clock, no locale: `as_of` is always an argument and a policy always a document. Start at [`Engine`].
#![deny(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)]

pub mod batch;
pub mod catalogue;
pub mod condition;
pub mod decision_table;
pub mod division;
pub mod document;
pub mod engine;
pub mod error;
pub mod fact;
pub mod feed;
pub mod group;
pub mod handle;
pub mod lifecycle;
pub mod money;
pub mod month;
pub mod operation;
pub mod organisation;
pub mod policy;
pub mod ratio;
pub mod table;
mod threads;
pub mod value;
pub mod view;
pub mod warning;

pub use engine::{Engine, VERSION};
pub use error::{Error, ErrorKind, Fault};
pub use handle::Handle;
pub use policy::Policy;
