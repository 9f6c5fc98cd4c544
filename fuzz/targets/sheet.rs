//! Whatever an adjustment sheet or an event says, accepted and rejected rows are all of them, and what was written verifies.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lifestage_core::Engine;
use serde_json::{Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::open("china-telecom").unwrap());
/// A customer in an unassigned community, and people who may move it.
static STATE: LazyLock<String> = LazyLock::new(|| {
    let organisation = ENGINE.open_handle("organisation", "{}").unwrap();
    let units = json!([
        {"unit_id": "gx", "name": "gx", "level": "company"},
        {"unit_id": "pub", "name": "pub", "level": "channel"},
        {"unit_id": "nn", "name": "nn", "level": "local_channel"},
        {"unit_id": "0", "name": "0", "level": "community", "is_unassigned": true},
        {"unit_id": "1", "name": "1", "level": "community"},
    ]);
    let links = [("gx", None), ("pub", Some("gx")), ("nn", Some("pub")), ("0", Some("nn")), ("1", Some("nn"))];
    let links = links.map(|(unit, parent)| json!({"tree": "channel", "unit_id": unit, "parent_id": parent}));
    let persons = ["m", "n"].map(|person| json!({"person_id": person, "unit_id": "gx"}));
    let grants = ["market_admin", "channel_admin"].into_iter().flat_map(|role| {
        let unit = if role == "market_admin" { "gx" } else { "nn" };
        ["m", "n"].map(|person| json!({"person_id": person, "role": role, "unit_id": unit}))
    });
    let tables = json!({"units": units, "links": links, "persons": persons, "grants": grants.collect::<Vec<_>>()});
    organisation.update(&json!({"tables": tables}).to_string()).unwrap();
    let params = json!({"organisation": organisation.serialise().unwrap()});
    let adjustments = ENGINE.open_handle("adjustments", &params.to_string()).unwrap();
    let customers = json!([
        {"customer_id": "a", "created_on": "2024-05-01", "community": "1"},
        {"customer_id": "b", "created_on": "2024-05-01", "community": "0"},
    ]);
    adjustments.update(&json!({"tables": {"customers": customers}}).to_string()).unwrap();
    adjustments.serialise().unwrap()
});

fuzz_target!(|text: &str| {
    let adjustments = ENGINE.restore_handle(&STATE).unwrap();
    let params = r#"{"as_of": "2024-05-10", "actor": "m", "second_approver": "n"}"#;
    for table in ["sheet", "events", "customers", "lines"] {
        match adjustments.update(&format!(r#"{{"tables": {{"{table}": {text}}}, "params": {params}}}"#)) {
            Err(error) => assert!(!error.faults.is_empty(), "an error that says nothing"),
            Ok(answer) => assert_every_row_counts(&serde_json::from_str(&answer).unwrap()),
        }
    }
    let log: Value = serde_json::from_str(&adjustments.query(r#"{"params": {"log": {}}}"#).unwrap()).unwrap();
    let verified = ENGINE.call("verify_log", &json!({"tables": log["tables"], "params": {}}).to_string()).unwrap();
    assert!(verified.contains(r#""valid":true"#), "{verified}");
    let state = adjustments.serialise().unwrap();
    assert_eq!(ENGINE.restore_handle(&state).unwrap().serialise().unwrap(), state);
});

fn assert_every_row_counts(answer: &Value) {
    let report = &answer["report"];
    let count = |name: &str| report[name].as_u64().unwrap();
    assert_eq!(count("rows"), count("accepted") + count("rejected"), "{answer}");
    let results = answer["tables"]["results"].as_array().map_or(0, Vec::len);
    assert_eq!(results as u64, count("rows"), "{answer}");
}
