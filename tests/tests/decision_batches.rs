//! A batch says what a record says: `combine_customers`, `summarise_stages` and `list_warned` over the decisions in Arrow,
//! `assign_attributes` and `route_leads` over customers and leads.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow_schema::ArrowError;
use lifestage_core::catalogue::Language;
use lifestage_core::operation::{Cancel, Table, Tables};
use lifestage_core::{Engine, Error};
use lifestage_tests::arrow::{self, Encoding, Row};
use lifestage_tests::vector::Case;
use lifestage_tests::{in_checkout, vector};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const OPERATIONS: [&str; 5] =
    ["combine_customers", "summarise_stages", "list_warned", "assign_attributes", "route_leads"];

/// The rows of each table answered.
type Answer = BTreeMap<String, Vec<Row>>;

/// Tables of Arrow by name.
type Batches = BTreeMap<String, RecordBatch>;

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn error_inside(error: ArrowError) -> Error {
    match error {
        ArrowError::ExternalError(inner) => *inner.downcast::<Error>().unwrap(),
        other => panic!("{other}"),
    }
}

/// The answer to tables that come in batches of so many rows.
fn call(engine: &Engine, name: &str, tables: Tables, params: &Value) -> Result<Answer, Error> {
    read(engine.call_batch(name, tables, &params.to_string(), Cancel::default())?)
}

fn read(tables: Tables) -> Result<Answer, Error> {
    let rows = |name: &str, table: Table| -> Result<Vec<Row>, Error> {
        let misspelt = table.schema().metadata().get("lifestage.misspelt_columns").cloned();
        let batches: Result<Vec<_>, _> = table.collect();
        let mut rows: Vec<_> = arrow::rows(&batches.map_err(error_inside)?).into_iter().map(as_record).collect();
        // What a record's report says of misspelt columns stands in the metadata.
        let misspelt = misspelt.filter(|misspelt| name == "report" && misspelt != "{}");
        if let Some((report, misspelt)) = rows.first_mut().zip(misspelt) {
            report.insert("misspelt_columns".into(), serde_json::from_str(&misspelt).unwrap());
        }
        Ok(rows)
    };
    tables.into_iter().map(|(name, table)| Ok((name.clone(), rows(&name, table)?))).collect()
}

/// A row as a record shows it: no suggestion where there is none, an ARPU with no more places than it needs.
fn as_record(mut row: Row) -> Row {
    row.retain(|name, cell| name != "suggestion" || !cell.is_null());
    if let Some(Value::Object(fault)) = row.get_mut("error") {
        fault.retain(|_, text| !text.is_null());
    }
    if let Some(Value::String(arpu)) = row.get_mut("arpu")
        && arpu.ends_with('0')
    {
        arpu.pop();
    }
    row
}

/// The answer to a record: its tables, and its report as a table of one row.
fn answer_of(response: &str, name: &str) -> Answer {
    let response: Value = serde_json::from_str(response).unwrap();
    let row = |row: &Value| row.as_object().cloned().unwrap();
    let tables = response["tables"].as_object().unwrap().iter();
    let rows = |rows: &Value| rows.as_array().unwrap().iter().map(row).collect();
    let mut answer: Answer = tables.map(|(name, table)| (name.clone(), rows(table))).collect();
    if name != "list_warned" {
        let mut report = row(&response["report"]);
        report.remove("digest");
        answer.insert("report".into(), vec![report]);
    }
    answer
}

/// A case, and the answer to it as a record.
struct Replay {
    id: String,
    name: String,
    engine: Engine,
    tables: BTreeMap<String, Vec<Row>>,
    params: Value,
    answer: Result<Answer, Error>,
}

impl Replay {
    /// `None` of other cases, and where the request has no tables to speak of.
    fn of(case: &Case) -> Option<Self> {
        let is_told = OPERATIONS.contains(&case.operation.as_str());
        let engine = Engine::open(&case.policy).ok().filter(|_| is_told)?;
        let request: Value = serde_json::from_str(&case.request).unwrap();
        let rows =
            |rows: &Value| rows.as_array()?.iter().map(|row| row.as_object().cloned()).collect::<Option<Vec<_>>>();
        let tables = request["tables"].as_object()?.iter();
        let tables = tables.map(|(name, table)| Some((name.clone(), rows(table)?))).collect::<Option<_>>()?;
        let answer = engine.call(&case.operation, &case.request).map(|response| answer_of(&response, &case.operation));
        let (id, name) = (case.id.clone(), case.operation.clone());
        Some(Self { id, name, engine, tables, params: request["params"].clone(), answer })
    }

    /// The tables; `None` where the cells of a column have no common type.
    fn batches(&self, encoding: Encoding) -> Option<Batches> {
        let tables = self.tables.iter();
        tables.map(|(name, rows)| Some((name.clone(), arrow::batch(rows, encoding)?))).collect()
    }

    /// Whether the batch form said what the record form says, rather than refuse a column that is none or of no fit type.
    fn agrees(&self, batches: &Batches, count: usize, rows_a_batch: usize, case: &str) -> bool {
        let engine = self.engine.clone().with_threads(threads(count));
        let tables = batches.iter().map(|(name, batch)| (name.clone(), arrow::table(batch, rows_a_batch))).collect();
        let codes = |error: &Error| error.faults.iter().map(|fault| fault.code.name).collect::<Vec<_>>();
        match (&self.answer, call(&engine, &self.name, tables, &self.params)) {
            (Ok(expected), Ok(found)) => assert_eq!(&found, expected, "{case}"),
            // What no column of one type holds, and a column that is not there, is refused as a whole: the record form says it
            // row by row.
            (_, Err(found)) if codes(&found).iter().all(|code| ["COLUMN_TYPE", "MISSING_COLUMN"].contains(code)) => {
                return false;
            }
            // The batch in hand ends the stream: later ones are not looked at.
            (Err(expected), Err(found)) => assert_eq!(codes(expected)[..found.faults.len()], codes(&found), "{case}"),
            (expected, found) => panic!("{case}: {expected:?} and {found:?}"),
        }
        true
    }
}

#[test]
fn every_vector_gets_the_same_answer_as_a_batch_in_every_encoding() {
    let cases = vector::load(&in_checkout("tests/vectors")).unwrap_or_else(|faults| panic!("{}", faults.join("\n")));
    let replays: Vec<_> = cases.iter().filter_map(Replay::of).collect();
    let (mut replayed, mut refused) = (BTreeMap::new(), 0);
    for (replay, encoding) in replays.iter().flat_map(|replay| Encoding::ALL.map(|encoding| (replay, encoding))) {
        let Some(batches) = replay.batches(encoding) else { continue };
        *replayed.entry(replay.name.as_str()).or_insert(0) += 1;
        for (count, rows_a_batch) in [(1, usize::MAX), (2, usize::MAX), (2, 1)] {
            let case = format!("{} as {encoding:?}, {rows_a_batch} rows a batch", replay.id);
            refused += usize::from(!replay.agrees(&batches, count, rows_a_batch, &case));
        }
    }
    for operation in OPERATIONS {
        assert!(replayed[operation] >= 4 * 5, "{operation}: {replayed:?}");
    }
    // One case hands over decisions without columns.
    assert_eq!(refused, Encoding::ALL.len() * 3);
}

/// Decisions about users of a few customers, and what earlier runs said of them.
fn tables(count: usize) -> BTreeMap<&'static str, Vec<Row>> {
    let stage = || select(vec![json!("A"), json!("B"), json!("C"), json!("D"), json!("E"), json!(null)]);
    let codes = || prop::collection::btree_set(select(vec!["EWS-01", "EWS-02", "EWS-17"]), 0..3);
    let status = select(vec!["prospect", "active", "suspended", "terminated"]);
    let tier = select(vec![json!("high"), json!("mid"), json!("low"), json!(null)]);
    let earlier = prop::collection::vec(stage(), 0..4);
    let user = (status, stage(), tier, codes(), codes(), prop::option::of(0..count / 3), earlier);
    let mut runner = TestRunner::deterministic();
    let users = prop::collection::vec(user, count).new_tree(&mut runner).unwrap().current();
    let (mut decisions, mut history) = (Vec::new(), Vec::new());
    for (number, (status, stage, tier, warnings, insufficient, customer, earlier)) in users.into_iter().enumerate() {
        let user_id = format!("u{number}");
        for (run, stage) in earlier.iter().enumerate().filter(|(_, stage)| !stage.is_null()) {
            history.push(json!({"user_id": user_id, "as_of": format!("2024-0{}-28", run + 1), "stage": stage}));
        }
        decisions.push(json!({
            "user_id": user_id, "customer_id": customer.map(|customer| format!("k{customer}")), "status": status,
            "stage": stage, "tier": tier, "warnings": warnings, "insufficient": insufficient,
            "error": (number % 97 == 5).then(|| json!({"code": "INVALID", "path": "fee"})),
        }));
    }
    let rows = |rows: Vec<Value>| rows.into_iter().map(|row| row.as_object().cloned().unwrap()).collect();
    BTreeMap::from([("decisions", rows(decisions)), ("stage_history", rows(history))])
}

#[test]
fn thousands_of_users_are_combined_and_counted_alike_in_batches_of_any_size_on_any_threads() {
    let tables = tables(2_000);
    for (operation, given, params) in [
        ("combine_customers", &["decisions"][..], json!({})),
        ("summarise_stages", &["decisions", "stage_history"], json!({"as_of": "2024-06-30"})),
    ] {
        let engine = Engine::open("china-telecom").unwrap();
        let rows: BTreeMap<_, _> = given.iter().map(|name| (*name, &tables[name])).collect();
        let response = engine.call(operation, &json!({"tables": rows, "params": params}).to_string()).unwrap();
        let expected = answer_of(&response, operation);
        assert!(!expected["rejects"].is_empty());
        for (count, rows_a_batch) in [(1, 2_000), (2, 999), (3, 17)] {
            let table =
                |name: &&str| arrow::table(&arrow::batch(&tables[name], Encoding::Native).unwrap(), rows_a_batch);
            let given = given.iter().map(|name| ((*name).to_owned(), table(name))).collect();
            let engine = engine.clone().with_threads(threads(count));
            assert_eq!(
                call(&engine, operation, given, &params).unwrap(),
                expected,
                "{operation}, {rows_a_batch} a batch"
            );
        }
    }
}

/// An engine whose tables ask of facts of every type.
fn dividing() -> Engine {
    let fact = |kind: &str, none: &str| json!({"type": kind, "null": none, "en": "of the host", "zh": "宿主事实"});
    let policy = json!({
        "extends": "china-telecom",
        "facts": {
            "spend": fact("amount", "unknown"), "is_member": fact("yes_no", "none"), "score": fact("number", "unknown"),
            "until": fact("date", "none"),
        },
        "division": {
            "statistics": {"rows": [
                {"when": {"spend": ">= 100.00", "is_member": true}, "then": "key_account"},
                {"when": {"status": ["suspended", "active"], "tenure_months": "[3..9)"}, "then": "business"},
                {"when": {"until": "< 2024-06-01"}, "then": "transient"},
                {"when": {"score": "(-2..2)"}, "then": "public"},
            ]},
            "marketing": {"rows": [
                {"when": {"community": ["c1", "c2"], "plan": "e9"}, "then": "north"},
                {"when": {"spend": "< 50.00"}, "then": "south"},
                {"when": {"is_member": false}, "then": "centre"},
            ]},
        },
    });
    Engine::open(&policy.to_string()).unwrap()
}

/// Customers of which some facts are unknown, and a few that break the contract.
fn customers(count: usize) -> Vec<Row> {
    let spend =
        select(vec![json!("99.99"), json!("100.00"), json!("49.99"), json!("50.00"), json!(null), json!("1.001")]);
    let status = select(vec![json!("active"), json!("suspended"), json!("terminated"), json!(null)]);
    let until = select(vec![json!("2024-05-31"), json!("2024-06-01"), json!(null)]);
    let community = select(vec![json!("c1"), json!("c2"), json!("c3"), json!(null)]);
    let plan = select(vec![json!("e9"), json!("e6"), json!(null)]);
    let numbers = (prop::option::of(0..12), prop::option::of(-3..4));
    let customer = (spend, status, until, community, plan, prop::option::of(any::<bool>()), numbers);
    let mut runner = TestRunner::deterministic();
    let customers = prop::collection::vec(customer, count).new_tree(&mut runner).unwrap().current();
    let row = |(number, customer)| {
        let (spend, status, until, community, plan, is_member, (tenure_months, score)) = customer;
        let row = json!({
            "customer_id": format!("k{number}"), "spend": spend, "status": status, "until": until, "community": community,
            "plan": plan, "is_member": is_member, "tenure_months": tenure_months, "score": score,
        });
        row.as_object().cloned().unwrap()
    };
    customers.into_iter().enumerate().map(row).collect()
}

#[test]
fn attributes_are_the_same_in_batches_of_any_size_on_any_threads_and_of_each_customer_alone() {
    let (engine, customers) = (dividing(), customers(1_500));
    let ask = |rows: &[Row]| {
        let request = json!({"tables": {"customers": rows}, "params": {}}).to_string();
        answer_of(&engine.call("assign_attributes", &request).unwrap(), "assign_attributes")
    };
    let expected = ask(&customers);
    let found =
        |column: &str| expected["attributes"].iter().filter_map(|row| row[column].as_str()).collect::<BTreeSet<_>>();
    assert_eq!(
        found("statistics_attribute").into_iter().collect::<Vec<_>>(),
        ["business", "key_account", "public", "transient"]
    );
    assert_eq!(found("marketing_attribute").into_iter().collect::<Vec<_>>(), ["centre", "north", "south"]);
    for reason in ["statistics_reason", "marketing_reason"] {
        assert_eq!(found(reason).into_iter().collect::<Vec<_>>(), ["NO_ROW_MATCHES", "ROW_UNKNOWN"]);
    }
    assert!(expected["report"][0]["errors"].as_u64().unwrap() > 100);
    for (encoding, count, rows_a_batch) in
        [(Encoding::Native, 1, 1_500), (Encoding::Dictionary, 2, 999), (Encoding::Text, 3, 17)]
    {
        let table = arrow::table(&arrow::batch(&customers, encoding).unwrap(), rows_a_batch);
        let given = Tables::from([("customers".to_owned(), table)]);
        let engine = engine.clone().with_threads(threads(count));
        assert_eq!(call(&engine, "assign_attributes", given, &json!({})).unwrap(), expected, "{encoding:?}");
    }
    for (place, customer) in customers.iter().enumerate().step_by(7) {
        let alone = ask(std::slice::from_ref(customer)).remove("attributes").unwrap();
        let mut together = expected["attributes"][place].clone();
        if let Some(fault) = together["error"].as_object_mut() {
            let path = fault["path"].as_str().unwrap().replace(&format!("[{place}]"), "[0]");
            fault.insert("path".into(), path.into());
        }
        assert_eq!(alone, [together]);
    }
}

#[test]
fn a_list_flows_by_in_batches_of_different_sizes_and_ends_where_rows_are_missing() {
    let engine = Engine::open("china-telecom").unwrap();
    let users: Vec<_> = (0..100).map(|number| format!("u{number}")).collect();
    let row = |value: Value| value.as_object().cloned().unwrap();
    let view: Vec<_> = users.iter().map(|user| row(json!({"user_id": user, "name": "王芳"}))).collect();
    let warnings = |number: usize| if number.is_multiple_of(7) { vec!["EWS-01"] } else { vec![] };
    let decisions: Vec<_> = users
        .iter()
        .enumerate()
        .map(|(number, user)| row(json!({"user_id": user, "warnings": warnings(number)})))
        .collect();
    let params = json!({"list": "fee_drop"});
    let ask = |view: &[Row], decisions: &[Row]| {
        let table = |rows: &[Row], size| arrow::table(&arrow::batch(rows, Encoding::Text).unwrap(), size);
        let given = [("view".to_owned(), table(view, 9)), ("decisions".to_owned(), table(decisions, 31))];
        call(&engine, "list_warned", Tables::from(given), &params)
    };
    let listed = ask(&view, &decisions).unwrap().remove("warned").unwrap();
    assert_eq!(listed.len(), users.len().div_ceil(7));
    assert!(listed.iter().all(|row| row["name"] == "***"));
    let error = ask(&view, &decisions[..60]).unwrap_err();
    assert_eq!((error.faults[0].code.name, error.faults[0].found.of(Language::En)), ("OTHER_DECISIONS", "60 rows"));
    let error = ask(&view, &[&decisions[1..], &decisions[..1]].concat()).unwrap_err();
    assert_eq!(error.faults[0].path, "tables.decisions[0].user_id");
}

#[test]
fn a_handle_told_in_batches_knows_what_one_told_in_records_knows() {
    let engine = Engine::open("china-telecom").unwrap();
    let tables = tables(500);
    for (handle, given, params) in [
        ("customers", &["decisions"][..], json!({})),
        ("stages", &["decisions", "stage_history"], json!({"as_of": "2024-06-30"})),
    ] {
        let opened = || engine.open_handle(handle, &params.to_string()).unwrap();
        let (in_records, in_batches) = (opened(), opened());
        let rows: BTreeMap<_, _> = given.iter().map(|name| (*name, &tables[name])).collect();
        let told: Value =
            serde_json::from_str(&in_records.update(&json!({"tables": rows}).to_string()).unwrap()).unwrap();
        let table = |name: &&str| arrow::table(&arrow::batch(&tables[name], Encoding::Native).unwrap(), 99);
        let batches = || -> Tables { given.iter().map(|name| ((*name).to_owned(), table(name))).collect() };
        let updated = read(in_batches.update_batch(batches(), "{}", &Cancel::default()).unwrap()).unwrap();
        assert_eq!(json!(updated["rejects"]), told["tables"]["rejects"]);
        assert_eq!(updated["report"][0]["rejected"], told["rejected"]);
        assert_eq!(in_batches.serialise().unwrap(), in_records.serialise().unwrap(), "{handle}");

        let expected = answer_of(&in_records.query("{}").unwrap(), handle);
        let asked = || in_batches.query_batch(Tables::new(), "{}", &Cancel::default()).unwrap();
        assert_eq!(read(asked()).unwrap(), expected, "{handle}");

        let cancel = Cancel::default();
        cancel.cancel();
        let codes = |error: Error| error.faults.iter().map(|fault| fault.code.name).collect::<Vec<_>>();
        assert_eq!(codes(in_batches.update_batch(batches(), "{}", &cancel).err().unwrap()), ["CANCELLED"]);
        let unknown = Tables::from([("decision".to_owned(), table(&"decisions"))]);
        let error = in_batches.update_batch(unknown, r#"{"as_of": 1}"#, &Cancel::default()).err().unwrap();
        assert_eq!(codes(error), ["MISSING_KEY", "UNKNOWN_KEY", "UNKNOWN_KEY"]);
        assert_eq!(read(asked()).unwrap(), expected, "{handle}: a refused update leaves the state as it was");
    }
}

#[test]
fn masks_serve_for_lists_of_codes() {
    let engine = Engine::open("china-telecom").unwrap();
    let rules: Vec<_> = engine.policy().classifier().rules().map(|rule| rule.code.clone()).collect();
    let row = |value: Value| value.as_object().cloned().unwrap();
    let lists =
        row(json!({"user_id": "u", "stage": "D", "warnings": [rules[0], rules[3]], "insufficient": [rules[1]]}));
    let masks = [("user_id", "u"), ("stage", "D")]
        .map(|(name, text)| (name, Arc::new(StringArray::from(vec![text])) as ArrayRef));
    let masks = masks.into_iter().chain(
        [("warnings_mask", 0b1001), ("insufficient_mask", 0b10)]
            .map(|(name, mask)| (name, Arc::new(UInt64Array::from(vec![mask])) as ArrayRef)),
    );
    let masks = RecordBatch::try_from_iter(masks).unwrap();
    let ask = |table| call(&engine, "combine_customers", Tables::from([("decisions".to_owned(), table)]), &json!({}));
    let of_lists = arrow::batch(&[lists], Encoding::Text).unwrap();
    assert_eq!(ask(arrow::table(&masks, 1)).unwrap(), ask(arrow::table(&of_lists, 1)).unwrap());
    let beyond =
        masks.column_by_name("warnings_mask").unwrap().as_primitive::<UInt64Type>().unary(|_| 1 << rules.len());
    let beyond: UInt64Array = beyond;
    let beyond = RecordBatch::try_from_iter([
        ("user_id", Arc::clone(masks.column(0))),
        ("stage", Arc::clone(masks.column(1))),
        ("warnings_mask", Arc::new(beyond) as ArrayRef),
    ])
    .unwrap();
    assert_eq!(ask(arrow::table(&beyond, 1)).unwrap()["rejects"][0]["code"], "INVALID");
}
