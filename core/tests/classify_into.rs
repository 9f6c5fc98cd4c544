//! Decisions into a host's own arrays are those of a result.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{UInt8Type, UInt64Type};
use arrow_array::{Array, ArrayRef, Int32Array, RecordBatch, UInt8Array};
use lifestage_core::Engine;
use lifestage_core::batch::ClassifyBatchParams;
use lifestage_core::catalogue::Language;
use lifestage_core::lifecycle::{DecisionBuffers, NO_CODE};
use lifestage_core::operation::Cancel;

const ROWS: i32 = 40_000;

/// Rows of which each hundredth breaks the contract.
fn view() -> RecordBatch {
    let tenure = Int32Array::from_iter(
        (0..ROWS).map(|row| if row % 100 == 7 { Some(-1) } else { (row % 9 != 0).then_some(row % 50) }),
    );
    let complaints = UInt8Array::from_iter_values((0..ROWS).map(|row| (row % 5) as u8));
    let status = UInt8Array::from_iter_values((0..ROWS).map(|row| (row % 4) as u8));
    let columns: [(&str, ArrayRef); 3] =
        [("tenure_months", Arc::new(tenure)), ("complaints_3m", Arc::new(complaints)), ("status", Arc::new(status))];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn params(text: &str) -> ClassifyBatchParams {
    ClassifyBatchParams::read(text).unwrap()
}

#[test]
fn decisions_into_arrays_are_those_of_a_result_on_any_number_of_threads() {
    let (view, params) = (view(), params(r#"{"as_of": "2024-05-31"}"#));
    for threads in 1..=3 {
        let engine = Engine::open("china-telecom").unwrap().with_threads(threads.try_into().unwrap());
        let result = engine.classify_batch(&view, &params).unwrap();
        let (mut stage, mut warnings) = (vec![7; view.num_rows()], vec![7; view.num_rows()]);
        let buffers =
            DecisionBuffers { stage: Some(&mut stage), warnings: Some(&mut warnings), ..DecisionBuffers::default() };
        let errors = engine.classify_into(&view, &params, buffers, &Cancel::default()).unwrap();
        assert_eq!(errors, view.num_rows() / 100);
        let stages = result["stage"].as_dictionary::<UInt8Type>().keys();
        let expected: Vec<_> = stages.iter().map(|stage| stage.unwrap_or(NO_CODE)).collect();
        assert!(stage == expected && stages.null_count() > 0);
        assert_eq!(warnings, result["warnings_mask"].as_primitive::<UInt64Type>().values().to_vec());
    }
}

#[test]
fn arrays_of_another_length_and_chosen_columns_are_refused() {
    let engine = Engine::open("china-telecom").unwrap();
    let buffers = DecisionBuffers { tier: Some(&mut [0; 3]), ..DecisionBuffers::default() };
    let params = params(r#"{"as_of": "2024-05-31", "columns": ["tier"]}"#);
    let error = engine.classify_into(&view(), &params, buffers, &Cancel::default()).unwrap_err();
    let found: Vec<_> = error.faults.iter().map(|fault| (fault.path.as_str(), fault.found.of(Language::En))).collect();
    assert_eq!(found, [("tier", "3 entries"), ("columns", "given")]);
}

#[test]
fn a_cancelled_call_ends() {
    let engine = Engine::open("china-telecom").unwrap();
    let cancel = Cancel::default();
    cancel.cancel();
    let params = params(r#"{"as_of": "2024-05-31"}"#);
    let error = engine.classify_into(&view(), &params, DecisionBuffers::default(), &cancel).unwrap_err();
    assert_eq!(error.faults[0].code.name, "CANCELLED");
}
