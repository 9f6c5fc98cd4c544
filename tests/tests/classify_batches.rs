//! A batch says what a record says: `classify` over Arrow, whatever the encoding, the batches, the threads and the order.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use arrow_array::{RecordBatch, UInt64Array};
use arrow_select::concat::concat_batches;
use arrow_select::take::take_record_batch;
use lifestage_core::operation::{Cancel, Tables};
use lifestage_core::{Engine, Error};
use lifestage_tests::arrow::{self, Encoding, Row};
use lifestage_tests::vector::Case;
use lifestage_tests::{in_checkout, vector};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// What a record says, and what a batch has under the same names.
const COLUMNS: [&str; 12] = [
    "user_id",
    "customer_id",
    "status",
    "months_since_exit",
    "stage",
    "tier",
    "reasons",
    "warnings",
    "insufficient",
    "shadow",
    "stage_since",
    "error",
];

/// Rows enough for a batch to be divided between two threads.
const ROWS_OF_TWO_THREADS: usize = 33_000;

/// The columns that say who the customer is.
const CUSTOMERS: [&str; 2] = ["customer_id", "customer_fee"];

/// The facts of which a null says that there is none, and an absent column that nobody knows; and what says the customer.
const NULL_IS_NONE: [&str; 9] = [
    "customer_id",
    "customer_fee",
    "months_since_exit",
    "promotion_ends_on",
    "promotion_ended_on",
    "agreement_ends_on",
    "first_bill",
    "previous_stage",
    "previous_since",
];

fn object(value: &Value) -> Row {
    value.as_object().cloned().unwrap_or_default()
}

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

/// The parameters of the batch form that stand for those of the record form.
fn batch_params(params: &Value) -> Value {
    let mut params = object(params);
    let asks_evidence = params.remove("evidence") == Some(true.into());
    let columns: Vec<_> = COLUMNS.into_iter().chain(asks_evidence.then_some("evidence")).collect();
    params.insert("columns".into(), json!(columns));
    Value::Object(params)
}

/// The decisions of a table.
fn decide(engine: &Engine, table: lifestage_core::operation::Table, params: &Value) -> Result<Vec<RecordBatch>, Error> {
    let tables = Tables::from([("view".to_owned(), table)]);
    let mut decided = engine.call_batch("classify", tables, &params.to_string(), Cancel::default())?;
    decided.remove("decisions").unwrap().map(|batch| batch.map_err(error_inside)).collect()
}

fn error_inside(error: arrow_schema::ArrowError) -> Error {
    match error {
        arrow_schema::ArrowError::ExternalError(inner) => *inner.downcast::<Error>().unwrap(),
        other => panic!("{other}"),
    }
}

fn codes(error: &Error) -> BTreeSet<&'static str> {
    error.faults.iter().map(|fault| fault.code.name).collect()
}

/// A decision as a record shows it: ids, which are handed through as they are, as text without blanks around it, and no
/// suggestion where there is none.
fn as_record(mut decision: Row) -> Row {
    if let Some(fault) = decision["error"].as_object_mut() {
        fault.retain(|_, text| !text.is_null());
    }
    for id in ["user_id", "customer_id"] {
        let text = match &decision[id] {
            Value::Number(number) => number.to_string(),
            other => other.as_str().unwrap_or_default().trim().to_owned(),
        };
        decision[id] = if text.is_empty() { Value::Null } else { text.into() };
    }
    decision
}

/// What a record of `classify` says of each row.
fn expected(response: &str) -> Vec<Row> {
    let response: Value = serde_json::from_str(response).unwrap();
    response["tables"]["decisions"].as_array().unwrap().iter().map(object).collect()
}

/// A case of `classify`: its rows, its parameters, and the answer to it as a record.
#[derive(Clone)]
struct Replay {
    id: String,
    engine: Engine,
    rows: Vec<Row>,
    params: Value,
    answer: Result<Vec<Row>, Error>,
}

impl Replay {
    /// `None` of other cases, and where the case has no engine or no rows to speak of.
    fn of(case: &Case, engines: &mut BTreeMap<String, Option<Engine>>) -> Option<Self> {
        if case.operation != "classify" {
            return None;
        }
        let open = || Engine::open(&case.policy).ok();
        let engine = engines.entry(case.policy.clone()).or_insert_with(open).clone()?;
        let request: Value = serde_json::from_str(&case.request).unwrap();
        let rows = request["tables"]["view"].as_array()?.iter().map(object).collect();
        let answer = engine.call("classify", &case.request).map(|response| expected(&response));
        Some(Self { id: case.id.clone(), engine, rows, params: batch_params(&request["params"]), answer })
    }

    /// The columns that a row has, for it makes a difference: a null says what an absent column does not.
    fn telling_columns(&self, row: &Row) -> Vec<&'static str> {
        let has = |name: &str| row.contains_key(name);
        // The columns of all rows say whether the fee of a user stands for its customer's.
        let says_the_customer = self.rows.iter().any(|row| CUSTOMERS.iter().any(|name| row.contains_key(*name)));
        let mut telling: Vec<_> = NULL_IS_NONE.into_iter().filter(|name| has(name)).collect();
        if says_the_customer && !has("customer_id") && !has("customer_fee") {
            telling.push("customer_id");
        }
        telling
    }

    /// The rows in as few tables as may be, each with the places of its rows, and the places of those that have a cell of no
    /// type of Arrow.
    fn parts(&self, encoding: Encoding) -> (Vec<Part>, Vec<usize>) {
        let mut by_columns = BTreeMap::<Vec<&str>, Vec<usize>>::new();
        for (place, row) in self.rows.iter().enumerate() {
            let mut names: Vec<_> = row.keys().map(String::as_str).chain(self.telling_columns(row)).collect();
            names.sort_unstable();
            names.dedup();
            by_columns.entry(names).or_default().push(place);
        }
        if by_columns.is_empty() {
            by_columns.insert(Vec::new(), Vec::new());
        }
        let (mut parts, mut left_out) = (Vec::new(), Vec::new());
        for (names, places) in by_columns {
            let rows: Vec<_> = places.iter().map(|place| self.rows[*place].clone()).collect();
            if let Some(batch) = arrow::batch_of(&rows, &names, encoding) {
                parts.push(Part { batch, places });
                continue;
            }
            for (row, place) in rows.into_iter().zip(places) {
                match arrow::batch_of(&[row], &names, encoding) {
                    Some(batch) => parts.push(Part { batch, places: vec![place] }),
                    None => left_out.push(place),
                }
            }
        }
        (parts, left_out)
    }

    fn check(&self, encoding: Encoding) {
        for part in self.parts(encoding).0 {
            self.check_part(&part, encoding);
        }
    }

    fn check_part(&self, Part { batch, places }: &Part, encoding: Encoding) {
        let case = format!("{} as {encoding:?}, rows {places:?}", self.id);
        let whole = decide(&self.engine, arrow::table(batch, batch.num_rows()), &self.params);
        match (&self.answer, whole) {
            (Err(expected), Err(found)) => assert_eq!(codes(expected), codes(&found), "{case}"),
            (Ok(expected), Ok(found)) => {
                let found: Vec<_> = arrow::rows(&found).into_iter().map(as_record).collect();
                let expected: Vec<_> = places.iter().map(|place| expected[*place].clone()).collect();
                assert_eq!(found, expected, "{case}");
                let one_by_one = decide(&self.engine, arrow::table(batch, 1), &self.params).unwrap();
                assert_eq!(arrow::rows(&one_by_one).into_iter().map(as_record).collect::<Vec<_>>(), found, "{case}");
            }
            // No column holds what the row says: the record has the row's error, the batch is refused as a whole.
            (Ok(expected), Err(found)) => {
                let [place] = places[..] else { panic!("{case}: {found:?}") };
                let path = expected[place]["error"]["path"].as_str().unwrap_or_default();
                let column = format!("view.{}", path.split('[').next().unwrap_or_default());
                assert_eq!(codes(&found), BTreeSet::from(["COLUMN_TYPE"]), "{case}");
                assert!(found.faults.iter().any(|fault| fault.path == column), "{case}: {path} and {found:?}");
            }
            // Another row of the record has the fault.
            (Err(expected), Ok(found)) if places.len() < self.rows.len() => {
                assert_eq!(joined(&found).num_rows(), places.len(), "{case}: {expected:?}");
            }
            (Err(expected), Ok(_)) => panic!("{case}: the record gets {expected:?}, the batch decides"),
        }
    }
}

/// Some rows of a case as a batch, and their places among its rows.
struct Part {
    batch: RecordBatch,
    places: Vec<usize>,
}

fn replays() -> Vec<Replay> {
    let cases = vector::load(&in_checkout("tests/vectors")).unwrap_or_else(|faults| panic!("{}", faults.join("\n")));
    let mut engines = BTreeMap::new();
    cases.iter().filter_map(|case| Replay::of(case, &mut engines)).collect()
}

#[test]
fn every_vector_of_classify_gets_the_same_decisions_as_a_batch_in_every_encoding() {
    let replays = replays();
    assert!(replays.len() > 250, "{}", replays.len());
    for encoding in Encoding::ALL {
        replays.iter().for_each(|replay| replay.check(encoding));
    }
    // A list of numbers and texts is no list of Arrow.
    let left_out: usize = replays.iter().map(|replay| replay.parts(Encoding::Text).1.len()).sum();
    assert_eq!(left_out, 11);
}

#[test]
fn vectors_stacked_until_two_threads_share_them_are_decided_as_alone() {
    let shipped = Engine::open("china-telecom").unwrap();
    let mut stacks = BTreeMap::<String, Vec<(Row, Row)>>::new();
    let mut one_of_each = BTreeMap::new();
    for replay in replays() {
        let Ok(answer) = &replay.answer else { continue };
        for (row, decision) in replay.rows.iter().zip(answer).filter(|(_, decision)| decision["error"].is_null()) {
            let types = arrow::batch(std::slice::from_ref(row), Encoding::Text).map(|batch| batch.schema());
            let telling = replay.telling_columns(row);
            // What no rule reads beside what it reads, and facts of the host's own: as they are.
            let own: Vec<_> =
                row.keys().filter(|name| replay.engine.policy().document().facts.contains_key(*name)).collect();
            let key = format!("{} {} {telling:?} {own:?}", replay.engine.policy().digest(), replay.params);
            if types.is_some() {
                stacks.entry(key.clone()).or_default().push((row.clone(), decision.clone()));
                one_of_each.entry(key).or_insert_with(|| replay.clone());
            }
        }
    }
    let mut stacked_rows = 0;
    for (key, stack) in stacks {
        let (rows, expected): (Vec<_>, Vec<_>) = stack.into_iter().unzip();
        // Columns of several types stand in no one batch; the test above has them one by one.
        let Some(batch) = arrow::batch(&rows, Encoding::Text) else { continue };
        let replay = &one_of_each[&key];
        // How rows are divided does not depend on the policy: those of the shipped one are enough to show it.
        let is_shipped = key.starts_with(shipped.policy().digest());
        let times = if is_shipped { ROWS_OF_TWO_THREADS.div_ceil(rows.len()) } else { 1 };
        let stacked = concat_batches(batch.schema_ref(), std::iter::repeat_n(&batch, times)).unwrap();
        let engine = replay.engine.clone().with_threads(threads(2));
        let decided = joined(&decide(&engine, arrow::table(&stacked, stacked.num_rows()), &replay.params).unwrap());
        let alone = decided.slice(0, rows.len());
        let found: Vec<_> = arrow::rows(std::slice::from_ref(&alone)).into_iter().map(as_record).collect();
        assert_eq!(found, expected, "{} and others", replay.id);
        for copy in 1..times {
            assert_eq!(decided.slice(copy * rows.len(), rows.len()), alone, "{}, copy {copy}", replay.id);
        }
        stacked_rows += rows.len();
    }
    assert!(stacked_rows > 500, "{stacked_rows}");
}

fn joined(batches: &[RecordBatch]) -> RecordBatch {
    concat_batches(batches[0].schema_ref(), batches).unwrap()
}

fn amounts() -> impl Strategy<Value = Value> {
    let amount = prop_oneof![
        8 => (0..40_000_i64).prop_map(|fen| json!(format!("{}.{:02}", fen / 100, fen % 100))),
        2 => Just(Value::Null),
    ];
    vec(amount, 10..=12).prop_map(Value::from)
}

fn day() -> impl Strategy<Value = Value> {
    (2024..2026, 1..=12_u32, 1..=28_u32).prop_map(|(year, month, day)| json!(format!("{year}-{month:02}-{day:02}")))
}

fn count(range: std::ops::Range<i64>) -> impl Strategy<Value = Value> {
    range.prop_map(Value::from)
}

fn text(texts: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(texts).prop_map(Value::from)
}

/// A customer of whom anything may be unknown; one in a few hundred breaks the contract.
fn customer() -> impl Strategy<Value = Row> {
    let cell = |name: &'static str, value: BoxedStrategy<Value>| {
        weighted(0.85, value).prop_map(move |value| (name.to_owned(), value.unwrap_or_default()))
    };
    let numbers = vec![
        cell("tenure_months", count(0..200).boxed()),
        cell("months_since_exit", prop_oneof![4 => Just(Value::Null), 1 => count(0..30).boxed()].boxed()),
        cell("complaints_3m", prop_oneof![200 => count(0..5).boxed(), 1 => count(-3..0).boxed()].boxed()),
        cell("repeat_faults_3m", count(0..6).boxed()),
        cell("complaints_last_month", count(0..4).boxed()),
        cell("faults_last_month", count(0..4).boxed()),
    ];
    let series = ["fee", "local_fee", "foreign_ip_fee", "customer_fee", "minutes"];
    let series: Vec<_> = series.into_iter().map(|name| cell(name, amounts().boxed())).collect();
    let days = ["promotion_ends_on", "promotion_ended_on", "agreement_ends_on", "previous_since"];
    let days: Vec<_> = days.into_iter().map(|name| cell(name, day().boxed())).collect();
    let codes = vec![
        cell("status", text(&["prospect", "active", "active", "active", "suspended", "terminated", "gone"]).boxed()),
        cell("previous_stage", text(&["A", "B", "C", "D", "E"]).boxed()),
        cell("plan", text(&["flat", "基本", " flat ", ""]).boxed()),
        cell("join_channel", text(&["shop", "agent-7", "web"]).boxed()),
        cell("products", vec(text(&["IP", "ADSL", "SMS"]), 0..3).prop_map(Value::from).boxed()),
        cell("complaint_causes_3m", vec(text(&["tariff", "coverage"]), 0..3).prop_map(Value::from).boxed()),
        cell("uses_competitor", any::<bool>().prop_map(Value::from).boxed()),
        cell("in_relocation_area", any::<bool>().prop_map(Value::from).boxed()),
    ];
    (numbers, series, days, codes)
        .prop_map(|(numbers, series, days, codes)| numbers.into_iter().chain(series).chain(days).chain(codes).collect())
}

fn customers(count: usize) -> Vec<Row> {
    let mut runner = TestRunner::deterministic();
    let rows = vec(customer(), count).new_tree(&mut runner).unwrap().current();
    let with_id = |(place, mut row): (usize, Row)| {
        row.insert("user_id".into(), json!(format!("u{place:05}")));
        row
    };
    rows.into_iter().enumerate().map(with_id).collect()
}

const AS_OF: &str = "2024-10-31";

#[test]
fn ten_thousand_random_customers_are_decided_as_records_and_as_batches_alike() {
    let rows = customers(10_000);
    let engine = Engine::open("china-telecom").unwrap();
    let params = json!({"as_of": AS_OF, "evidence": true});
    let record = engine.call("classify", &json!({"tables": {"view": rows}, "params": params}).to_string()).unwrap();
    let expected = expected(&record);
    assert!(expected.iter().any(|decision| !decision["error"].is_null()));
    for encoding in [Encoding::Text, Encoding::Native] {
        let batch = arrow::batch(&rows, encoding).unwrap();
        let found = decide(&engine, arrow::table(&batch, batch.num_rows()), &batch_params(&params)).unwrap();
        let found: Vec<_> = arrow::rows(&found).into_iter().map(as_record).collect();
        assert_eq!(found.len(), expected.len());
        for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert_eq!(found, expected, "row {row} as {encoding:?}");
        }
    }
}

#[test]
fn neither_batches_nor_threads_nor_the_order_of_rows_change_a_decision() {
    let few = arrow::batch(&customers(ROWS_OF_TWO_THREADS / 8), Encoding::Native).unwrap();
    let batch = concat_batches(few.schema_ref(), std::iter::repeat_n(&few, 9)).unwrap();
    let params = batch_params(&json!({"as_of": AS_OF}));
    let engine = |count| Engine::open("china-telecom").unwrap().with_threads(threads(count));
    let whole = joined(&decide(&engine(1), arrow::table(&batch, batch.num_rows()), &params).unwrap());
    let mut runner = TestRunner::deterministic();
    for round in 0..3_usize {
        let cuts = vec(any::<Index>(), 1..9).new_tree(&mut runner).unwrap().current();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(batch.num_rows())).collect();
        cuts.extend([0, batch.num_rows()]);
        cuts.sort_unstable();
        let parts = cuts.windows(2).map(|cut| batch.slice(cut[0], cut[1] - cut[0])).collect();
        let decided = decide(&engine(1 + round % 3), arrow::table_of(&batch, parts), &params).unwrap();
        assert_eq!(joined(&decided), whole, "cut at {cuts:?}");
        let order = Just((0..u64::try_from(batch.num_rows()).unwrap()).collect::<Vec<_>>()).prop_shuffle();
        let order = UInt64Array::from(order.new_tree(&mut runner).unwrap().current());
        let other = take_record_batch(&batch, &order).unwrap();
        let decided = decide(&engine(1 + round % 3), arrow::table(&other, 9_000), &params).unwrap();
        assert_eq!(joined(&decided), take_record_batch(&whole, &order).unwrap(), "in another order, round {round}");
    }
}
