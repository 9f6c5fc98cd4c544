//! The Rust example runs.

include!("../../examples/rust/check_policy.rs");

#[test]
fn the_rust_example_runs() {
    main().unwrap();
}
