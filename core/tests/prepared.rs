//! A prepared record decides as `classify_record` does: on every row, the same stage, tier, reasons, warnings and fault.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::borrow::Cow;
use std::sync::LazyLock;

use chrono::NaiveDate;
use lifestage_core::catalogue::Language;
use lifestage_core::lifecycle::{DecisionRecord, Prepared, Refused};
use lifestage_core::table::{Cell, MoneyUnit};
use lifestage_core::{Engine, Error};
use proptest::prelude::*;
use serde_json::{Value, json};

const POLICY: &str = r#"
extends = "china-telecom"
name = "prepared"

[facts]
churn_score = { type = "number", places = 3, unit = "", null = "unknown", en = "Score", zh = "评分", personal = false }
packs = { type = "texts", places = 0, unit = "", null = "none", en = "Packs", zh = "套餐", personal = false }
segment = { type = "text", places = 0, unit = "", null = "none", en = "Segment", zh = "客群", personal = true }
stage_age = { type = "number", places = 0, unit = "months", null = "none", en = "Age", zh = "月数", personal = false }

[warning.conditions.HOST-01]
when = 'churn_score >= 0.625 || "tv" in packs && segment == "home" || stage_age > 2 && mean(customer_fee, 2) > 10.00'
state = "active"
moves_stage = false
tiers = []
en = "May leave"
zh = "可能离网"
"#;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::open(POLICY).unwrap());

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn text(text: &'static str) -> Cell<'static> {
    Cell::Text(Cow::Borrowed(text))
}

fn texts(choices: &'static [&'static str]) -> BoxedStrategy<Cell<'static>> {
    prop::sample::select(choices).prop_map(text).boxed()
}

/// What any field may hold, sense or nonsense.
fn anything() -> BoxedStrategy<Cell<'static>> {
    let one = prop_oneof![
        Just(Cell::Null),
        any::<bool>().prop_map(Cell::YesNo),
        (-3..40_i128).prop_map(Cell::Integer),
        any::<i64>().prop_map(|number| Cell::Integer(number.into())),
        (-1000..100_000_i32).prop_map(|hundredths| Cell::Float(f64::from(hundredths) / 100.0)),
        any::<f64>().prop_filter("JSON has no other", |float| float.is_finite()).prop_map(Cell::Float),
        texts(&["", " active ", "tv", "C", "2024-04-30", "2024-4-30", "120.50", "7", "true", "home", "120.505"]),
    ];
    let many = prop::collection::vec(one.clone(), 0..14).prop_map(Cell::List);
    prop_oneof![4 => one, 1 => many].boxed()
}

fn amount() -> BoxedStrategy<Cell<'static>> {
    prop_oneof![
        6 => (0..30_000_i32).prop_map(|fen| Cell::Text(format!("{}.{:02}", fen / 100, fen % 100).into())),
        2 => (0..30_000_i32).prop_map(|fen| Cell::Float(f64::from(fen) / 100.0)),
        1 => Just(Cell::Null),
    ]
    .boxed()
}

fn count() -> BoxedStrategy<Cell<'static>> {
    prop_oneof![5 => (0..30_i128).prop_map(Cell::Integer), 1 => Just(Cell::Null)].boxed()
}

fn date() -> BoxedStrategy<Cell<'static>> {
    texts(&["2024-04-30", "2024-05-31", "2024-06-15", "2023-01-01", "2024-12-31", ""])
}

fn months(item: BoxedStrategy<Cell<'static>>) -> BoxedStrategy<Cell<'static>> {
    prop::collection::vec(item, 0..=12).prop_map(Cell::List).boxed()
}

/// The fields of a view, each with values that mostly make sense.
fn fields() -> Vec<(&'static str, BoxedStrategy<Cell<'static>>)> {
    vec![
        ("user_id", prop_oneof![texts(&["u1", " u2 "]), (1..9_i128).prop_map(Cell::Integer)].boxed()),
        ("customer_id", texts(&["k1", ""])),
        ("status", texts(&["prospect", "active", "active", "suspended", "terminated", ""])),
        ("tenure_months", count()),
        ("months_since_exit", count()),
        ("fee", months(amount())),
        ("fee_minor_12", count()),
        ("local_fee_11", amount()),
        ("local_fee_12", amount()),
        ("customer_fee", months(amount())),
        ("foreign_ip_fee_12", amount()),
        ("minutes", months(amount())),
        ("complaints_3m", count()),
        ("repeat_faults_3m", count()),
        ("agreement_ends_on", date()),
        ("previous_stage", texts(&["A", "B", "C", "D", "E", ""])),
        ("previous_since", date()),
        ("in_relocation_area", any::<bool>().prop_map(Cell::YesNo).boxed()),
        ("join_channel", texts(&["agent", "own", ""])),
        ("churn_score", (0..1000_i32).prop_map(|score| Cell::Float(f64::from(score) / 1000.0)).boxed()),
        ("packs", prop::collection::vec(texts(&["tv", "net", " tv"]), 0..3).prop_map(Cell::List).boxed()),
        ("segment", texts(&["home", "office", ""])),
        ("stage_age", count()),
        ("note", anything()),
    ]
}

/// Some fields in some order, and a value for each, now and then one that makes no sense.
fn row() -> impl Strategy<Value = Vec<(&'static str, Cell<'static>)>> {
    let names: Vec<usize> = (0..fields().len()).collect();
    let chosen = prop::sample::subsequence(names, 0..=fields().len()).prop_shuffle();
    chosen.prop_flat_map(|chosen| {
        let mut all = fields();
        let cells: Vec<_> = chosen
            .into_iter()
            .map(|place| {
                let (name, sensible) = std::mem::replace(&mut all[place], ("", Just(Cell::Null).boxed()));
                prop_oneof![30 => sensible, 1 => anything()].prop_map(move |cell| (name, cell)).boxed()
            })
            .collect();
        cells
    })
}

fn prepared(fields: &[&str], money_unit: Option<MoneyUnit>) -> Result<Prepared, Error> {
    ENGINE.prepare(fields, day("2024-05-31"), money_unit)
}

/// What `classify_record` says: of a row what it decides or the row's fault, of a call its faults.
fn by_record(row: &[(&str, Cell<'_>)], money_unit: Option<MoneyUnit>) -> Value {
    let cells: Vec<_> = row.iter().map(|(name, cell)| format!("{}: {}", json!(name), Value::from(cell))).collect();
    let (record, money_unit) = (cells.join(", "), json!(money_unit));
    let answer = answered(&format!(r#"{{"record": {{{record}}}, "as_of": "2024-05-31", "money_unit": {money_unit}}}"#));
    assert_eq!(
        answer,
        answered(&format!(r#"{{"money_unit": {money_unit}, "as_of": "2024-05-31", "record": {{{record}}}}}"#))
    );
    match answer {
        Ok(response) => decided(response),
        Err(error) => {
            let mut error = serde_json::to_value(error).unwrap();
            for fault in error["faults"].as_array_mut().unwrap() {
                fault["path"] = fault["path"].as_str().unwrap().strip_prefix("record.").unwrap().into();
            }
            error
        }
    }
}

/// What `classify_record` answers, which is what it answers where it gives evidence, too: it then reads the longer way.
fn answered(request: &str) -> Result<Value, Error> {
    let call = |request: &str| Ok(serde_json::from_str(&ENGINE.call("classify_record", request)?).unwrap());
    let answer: Result<Value, Error> = call(request);
    let mut the_longer_way = call(&request.replacen('{', r#"{"evidence": true, "#, 1));
    if let Ok(response) = &mut the_longer_way {
        response.as_object_mut().unwrap().remove("evidence").unwrap();
    }
    assert_eq!(answer, the_longer_way);
    answer
}

/// A decision without what it repeats of its row.
fn decided(mut response: Value) -> Value {
    let decision = response.as_object_mut().unwrap();
    for key in ["user_id", "customer_id", "status", "months_since_exit", "unread_columns", "digest"] {
        decision.remove(key);
    }
    response
}

fn by_prepared(prepared: &mut Prepared, values: &[Cell<'_>]) -> Value {
    match prepared.decide(values) {
        Ok(decision) => decided(serde_json::to_value(prepared.record(&decision)).unwrap()),
        Err(Refused::Row(fault)) => {
            let nothing = DecisionRecord { error: Some(fault), ..Default::default() };
            decided(serde_json::to_value(nothing).unwrap())
        }
        Err(Refused::Call(error)) => serde_json::to_value(error).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_prepared_record_decides_as_a_record_does(row in row(), other in prop::collection::vec(anything(), 24)) {
        let (names, values): (Vec<_>, Vec<_>) = row.iter().cloned().unzip();
        for money_unit in [None, Some(MoneyUnit::Yuan), Some(MoneyUnit::Fen)] {
            let Ok(mut prepared) = prepared(&names, money_unit) else {
                prop_assert!(names.contains(&"fee") && names.contains(&"fee_minor_12"));
                return Ok(());
            };
            let expected = by_record(&row, money_unit);
            prop_assert_eq!(by_prepared(&mut prepared, &values), expected.clone());
            // Nothing of a row stays for the next one.
            let _ = prepared.decide(&other[..names.len()]);
            prop_assert_eq!(by_prepared(&mut prepared, &values), expected);
        }
    }
}

#[test]
fn fields_that_give_the_same_fact_are_refused() {
    for (fields, path) in [
        (&["fee", "status", "fee_minor"][..], "fields[2]"),
        (&["fee_1", "fee_minor_1"][..], "fields[1]"),
        (&["fee_1", "fee"][..], "fields[1]"),
        (&["note", "note"][..], "fields[1]"),
    ] {
        let error = prepared(fields, None).unwrap_err();
        assert_eq!(error.faults.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), [path]);
    }
    assert!(prepared(&["fee_1", "fee_minor_2", "fee_3"], None).is_ok());
}

#[test]
fn as_many_values_as_fields_are_needed() {
    let mut prepared = prepared(&["status", "note"], None).unwrap();
    assert_eq!(prepared.unread_fields().collect::<Vec<_>>(), ["note"]);
    let Err(Refused::Call(error)) = prepared.decide(&[Cell::Null]) else { panic!("one value is too few") };
    assert_eq!((error.faults[0].found.of(Language::En), error.faults[0].path.as_str()), ("1 values", "values"));
}
