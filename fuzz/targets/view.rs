//! Whatever fact tables say, every row of them is used or returned.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lifestage_core::Engine;
use serde_json::Value;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::open("china-telecom").unwrap());

fuzz_target!(|text: &str| {
    for request in [text.to_owned(), format!(r#"{{"tables": {text}, "params": {{"as_of": "2024-05-31"}}}}"#)] {
        match ENGINE.call("build_view", &request) {
            Err(error) => assert!(!error.faults.is_empty(), "an error that says nothing"),
            Ok(response) => assert_every_row_counts(&serde_json::from_str(&response).unwrap()),
        }
    }
});

fn assert_every_row_counts(response: &Value) {
    let tables = response["report"]["tables"].as_object().unwrap();
    let count = |table: &Value, name: &str| table[name].as_u64().unwrap_or(0);
    let returned: u64 = tables.values().map(|table| count(table, "rows") - count(table, "used")).sum();
    let rejects = response["tables"]["rejects"].as_array().map_or(0, Vec::len);
    assert_eq!(returned, rejects as u64, "{response}");
}
