//! Whatever a policy document says, it is a policy or has faults; and a policy opens again as its own effective document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifestage_core::Policy;

fuzz_target!(|document: &str| {
    match Policy::open(document) {
        Err(error) => assert!(!error.faults.is_empty(), "an error that says nothing"),
        Ok(policy) => {
            let effective = serde_json::to_string(policy.document()).unwrap();
            assert_eq!(Policy::open(&effective).unwrap().document(), policy.document());
        }
    }
});
