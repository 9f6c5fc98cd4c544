//! Gives the shared library its soname; the header is made by `tests/header.rs`, never by a build.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,liblifestage.so.0");
    }
}
