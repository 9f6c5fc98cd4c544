//! Whatever tables a registry is loaded with, it refuses them whole or goes on: placing counts every user, and a state that was
//! written is read again.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lifestage_core::Engine;
use serde_json::Value;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::open("china-telecom").unwrap());

fuzz_target!(|text: &str| {
    let registry = ENGINE.open_handle("registry", "{}").unwrap();
    let before = registry.serialise().unwrap();
    if let Err(error) = registry.update(&format!(r#"{{"tables": {text}}}"#)) {
        assert!(!error.faults.is_empty(), "an error that says nothing");
        assert_eq!(registry.serialise().unwrap(), before, "a refused update leaves the state as it was");
    }
    if let Ok(answer) = registry.query(&format!(r#"{{"tables": {text}}}"#)) {
        assert_everybody_counts(&serde_json::from_str(&answer).unwrap());
    }
    let state = registry.serialise().unwrap();
    assert_eq!(ENGINE.restore_handle(&state).unwrap().serialise().unwrap(), state);
});

fn assert_everybody_counts(answer: &Value) {
    let count = |name: &str| answer["report"][name].as_u64().unwrap_or(0);
    let placed: u64 = ["merged", "community", "contracted_area", "unassigned", "errors"].into_iter().map(count).sum();
    assert_eq!(count("users"), placed, "{answer}");
}
