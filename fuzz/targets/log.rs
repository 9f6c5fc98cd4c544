//! Whatever an adjustment log says, it verifies or names what is wrong.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lifestage_core::Engine;
use serde_json::Value;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::open("china-telecom").unwrap());

fuzz_target!(|text: &str| {
    match ENGINE.call("verify_log", &format!(r#"{{"tables": {{"log": {text}}}, "params": {{}}}}"#)) {
        Err(error) => assert!(!error.faults.is_empty(), "an error that says nothing"),
        Ok(answer) => {
            let answer: Value = serde_json::from_str(&answer).unwrap();
            let findings = answer["tables"]["findings"].as_array().unwrap().len();
            assert_eq!(answer["report"]["valid"].as_bool().unwrap(), findings == 0, "{answer}");
        }
    }
});
