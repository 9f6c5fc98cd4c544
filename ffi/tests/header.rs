//! The committed header is what cbindgen makes of the sources.

use std::path::Path;

#[test]
fn the_header_is_in_sync_with_the_sources() {
    let ffi = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut made = Vec::new();
    cbindgen::generate(ffi).unwrap().write(&mut made);
    let made = String::from_utf8(made).unwrap();

    let path = ffi.join("../include/lifestage.h");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(made == committed, "stale header; refresh: BLESS=1 cargo test -p lifestage-ffi --test header");
}
