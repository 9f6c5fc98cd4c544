//! Whatever a condition says, it is a test or has faults that point into it; and a test can be evaluated.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lifestage_core::Policy;
use lifestage_core::condition::{Outcomes, PlanBuilder, read};
use lifestage_core::fact::Floor;

static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::open("china-telecom").unwrap());

fuzz_target!(|condition: &str| {
    let facts = POLICY.classifier().facts();
    match read(condition, facts, Floor::Stage) {
        Err(faults) => {
            assert!(!faults.is_empty(), "a refusal that says nothing");
            let length = condition.chars().count();
            for (begin, end) in faults.iter().filter_map(|fault| fault.span) {
                assert!(begin <= end && end <= length, "{begin}..{end} of {length}");
            }
        }
        Ok(test) => {
            let mut builder = PlanBuilder::new(facts);
            if let Ok(node) = builder.test(&test)
                && let Ok(plan) = builder.build(&[node])
            {
                plan.evaluate(&mut plan.row(), 19_874, &mut Outcomes::default());
            }
        }
    }
});
