//! The examples of policies: each is valid, and does what its comments say.

use std::fs;

use lifestage_core::{Engine, Policy};
use lifestage_tests::in_checkout;
use serde_json::{Value, json};

fn example(name: &str) -> String {
    fs::read_to_string(in_checkout("policies/examples").join(name)).unwrap()
}

#[test]
fn every_example_is_valid() {
    let mut names = Vec::new();
    for entry in fs::read_dir(in_checkout("policies/examples")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        Policy::load(&name, &example(&name), &|_| None).unwrap_or_else(|error| panic!("{error}"));
        names.push(name);
    }
    names.sort_unstable();
    assert_eq!(names, ["criteria.toml", "guangxi.toml"]);
}

/// A customer, and its statistics and marketing attribute by the example.
type Expected = (Value, Option<&'static str>, Option<&'static str>);

#[test]
fn the_example_of_criteria_gives_every_statistics_attribute() {
    let engine = Engine::open(&example("criteria.toml")).unwrap();
    let customer = |more: Value| {
        let mut customer = json!({
            "customer_id": "k", "community": "城东社区", "registered_as": "household", "monthly_spend": "80.00",
            "is_served_by_contractor": false, "permit_until": null, "tenure_months": 30,
        });
        customer.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        customer
    };
    let cases: [Expected; 9] = [
        (customer(json!({"community": "师大社区", "registered_as": "none"})), Some("campus"), None),
        (customer(json!({"registered_as": "government"})), Some("key_account"), Some("key_account_department")),
        (
            customer(json!({"registered_as": "company", "monthly_spend": "5000.00"})),
            Some("key_account"),
            Some("key_account_department"),
        ),
        (
            customer(json!({"registered_as": "company", "monthly_spend": "4999.99"})),
            Some("business"),
            Some("business_department"),
        ),
        (customer(json!({"registered_as": "company", "monthly_spend": "499.99"})), Some("business"), None),
        (customer(json!({"is_served_by_contractor": true})), Some("contracted"), None),
        (customer(json!({"permit_until": "2025-01-01", "tenure_months": 11})), Some("transient"), None),
        (customer(json!({})), Some("public"), None),
        (customer(json!({"is_served_by_contractor": null})), None, None),
    ];
    let rows: Vec<_> = cases.iter().map(|(row, ..)| row).collect();
    let request = json!({"tables": {"customers": rows}, "params": {}}).to_string();
    let response: Value = serde_json::from_str(&engine.call("assign_attributes", &request).unwrap()).unwrap();
    for ((row, statistics, marketing), found) in cases.iter().zip(response["tables"]["attributes"].as_array().unwrap())
    {
        assert_eq!(found["statistics_attribute"].as_str(), *statistics, "{row}: {found}");
        assert_eq!(found["marketing_attribute"].as_str(), *marketing, "{row}: {found}");
        assert!(found["error"].is_null(), "{found}");
    }
}
