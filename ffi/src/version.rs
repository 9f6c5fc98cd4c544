//! Which library is loaded.

use std::ffi::c_char;

/// Version of the ABI that this header describes: major * 1000 + minor. A program runs with any library of the same
/// major and the same or a later minor.
pub const LIFESTAGE_ABI_VERSION: u32 = 1000;

/// Version of the loaded library's ABI; compare it with LIFESTAGE_ABI_VERSION.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_abi_version() -> u32 {
    LIFESTAGE_ABI_VERSION
}

/// Version of the loaded library, such as "0.1.0".
/// Returns: a static text; never NULL.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
