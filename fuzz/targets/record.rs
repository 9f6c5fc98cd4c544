//! Whatever a record says, it is decided or has faults: as a request, and as the record of a request.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lifestage_core::Engine;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::open("china-telecom").unwrap());

fuzz_target!(|text: &str| {
    for request in [text.to_owned(), format!(r#"{{"record": {text}, "as_of": "2024-05-31", "evidence": true}}"#)] {
        match ENGINE.call("classify_record", &request) {
            Err(error) => assert!(!error.faults.is_empty(), "an error that says nothing"),
            Ok(response) => assert!(serde_json::from_str::<serde_json::Value>(&response).unwrap().is_object()),
        }
    }
});
