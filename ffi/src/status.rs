//! How a call ended.

use lifestage_core::ErrorKind;

/// How a call ended. Values are never reused.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifestageStatus {
    /// Done; the outputs are written.
    Ok = 0,
    /// A pointer that has to point to something is NULL: the calling program's mistake.
    NullArgument = 1,
    /// A length that no text can have, such as (size_t)-1: the calling program's mistake.
    InvalidLength = 2,
    /// A text is not UTF-8: the calling program's mistake.
    InvalidUtf8 = 3,
    /// A file cannot be read.
    File = 4,
    /// The policy has faults: its author has to correct it.
    Policy = 5,
    /// The request has faults: the calling program has to correct it.
    Request = 6,
    /// lifestage failed in a way that it noticed: a bug of ours.
    Internal = 7,
    /// lifestage panicked; the engine stays usable: a bug of ours.
    Panic = 8,
}

impl From<ErrorKind> for LifestageStatus {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Policy => Self::Policy,
            ErrorKind::Request => Self::Request,
            ErrorKind::Internal => Self::Internal,
        }
    }
}
