//! Present only so that `syn`'s features are the same for every tool that builds this crate.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
