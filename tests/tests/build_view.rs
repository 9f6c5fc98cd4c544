//! What holds of `build_view` whatever the tables say.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::LazyLock;

use arrow_array::RecordBatch;
use arrow_select::concat::concat_batches;
use lifestage_core::Engine;
use lifestage_core::operation::Cancel;
use lifestage_tests::arrow::{self, Encoding};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Tables by name, each a list of rows.
type Tables = BTreeMap<&'static str, Vec<Value>>;

const AS_OF: &str = "2024-05-31";

/// The engine of a policy that reads missing bills so; opened once, for there are thousands of cases.
fn engine(missing_bill: &str) -> &'static Engine {
    static UNKNOWN: LazyLock<Engine> = LazyLock::new(|| open("unknown"));
    static ZERO: LazyLock<Engine> = LazyLock::new(|| open("zero"));
    if missing_bill == "zero" { &ZERO } else { &UNKNOWN }
}

fn open(missing_bill: &str) -> Engine {
    let policy = format!("extends = \"china-telecom\"\n[view]\nmissing_bill = \"{missing_bill}\"\n");
    Engine::open(&policy).unwrap()
}

fn build(engine: &Engine, tables: &Tables) -> Value {
    let request = json!({"tables": tables, "params": {"as_of": AS_OF}});
    serde_json::from_str(&engine.call("build_view", &request.to_string()).unwrap()).unwrap()
}

/// A cell of one of these texts; now and then null.
fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![29 => select(texts).prop_map(Value::from), 1 => Just(Value::Null)]
}

fn user() -> impl Strategy<Value = Value> {
    one_of(&["a", "b", "d", " a"])
}

fn date() -> impl Strategy<Value = Value> {
    one_of(&[
        "2023-05-31",
        "2024-01-15",
        "2024-03-31",
        "2024-04-10",
        "2024-04-11",
        "2024-05-01",
        "2024-05-31",
        "2024-06-01",
    ])
}

fn amount() -> impl Strategy<Value = Value> {
    prop_oneof![18 => select(&["10.00", "-3.50", "20.1", "0"][..]).prop_map(Value::from), 1 => Just(json!(1.005)), 1 => Just(json!("x"))]
}

/// Rows with these cells, each now and then missing.
fn rows(cells: Vec<(&'static str, BoxedStrategy<Value>)>) -> impl Strategy<Value = Vec<Value>> {
    let cell = |(name, value): (&'static str, BoxedStrategy<Value>)| prop_oneof![39 => value.prop_map(move |value| Some((name, value))), 1 => Just(None)];
    let cells: Vec<_> = cells.into_iter().map(cell).collect();
    let row = |cells: Vec<Option<(&'static str, Value)>>| {
        cells.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
    };
    vec(cells.prop_map(row), 0..16)
}

fn tables() -> impl Strategy<Value = Tables> {
    let ends = || one_of(&["2024-04-01", "2024-05-30", "2024-05-31", "2024-08-31"]).boxed();
    let recorded = || prop_oneof![9 => Just(Value::Null), 1 => date()].boxed();
    let users = rows(vec![
        ("user_id", user().boxed()),
        ("activated_on", date().boxed()),
        ("terminated_on", prop_oneof![Just(Value::Null), date()].boxed()),
        ("suspended_on", prop_oneof![Just(Value::Null), date()].boxed()),
        ("customer_id", one_of(&["K1", "K2"]).boxed()),
        ("recorded_on", recorded()),
    ]);
    let bills = rows(vec![
        ("user_id", user().boxed()),
        ("month", one_of(&["2024-02", "2024-03", "2024-04", "2024-04-30", "2024-05", "2024-06", "2024-13"]).boxed()),
        ("fee", amount().boxed()),
        ("minutes", amount().boxed()),
        ("expected_fee", amount().boxed()),
        ("recorded_on", recorded()),
    ]);
    let events = rows(vec![
        ("event_id", one_of(&["e1", "e2", "e3", "e4", "e5", "e6"]).boxed()),
        ("user_id", user().boxed()),
        ("on", date().boxed()),
        ("kind", one_of(&["complaint", "fault", "praise"]).boxed()),
        ("cause", one_of(&["tariff", "coverage"]).boxed()),
        ("is_repeat", one_of(&["true", "false"]).boxed()),
    ]);
    let agreements = rows(vec![
        ("agreement_id", one_of(&["g1", "g2", "g3", "g4"]).boxed()),
        ("user_id", user().boxed()),
        ("starts_on", date().boxed()),
        ("ends_on", ends()),
    ]);
    let promotions = rows(vec![
        ("user_id", user().boxed()),
        ("promotion", one_of(&["P1", "P2"]).boxed()),
        ("starts_on", date().boxed()),
        ("ends_on", ends()),
    ]);
    let holdings = rows(vec![
        ("user_id", user().boxed()),
        ("product", one_of(&["IP", "ADSL"]).boxed()),
        ("starts_on", date().boxed()),
        ("ends_on", ends()),
    ]);
    let prospects = rows(vec![
        ("prospect_id", one_of(&["d", "p", "q"]).boxed()),
        ("uses_competitor", one_of(&["true", "false"]).boxed()),
    ]);
    let history = rows(vec![
        ("user_id", one_of(&["a", "b", "p"]).boxed()),
        ("as_of", date().boxed()),
        ("stage", one_of(&["A", "C", "D", "F"]).boxed()),
        ("stage_since", date().boxed()),
    ]);
    (users, bills, events, agreements, promotions, holdings, prospects, history).prop_map(
        |(users, bills, events, agreements, promotions, holdings, prospects, history)| {
            BTreeMap::from([
                ("users", users),
                ("bills", bills),
                ("events", events),
                ("agreements", agreements),
                ("promotions", promotions),
                ("holdings", holdings),
                ("prospects", prospects),
                ("stage_history", history),
            ])
        },
    )
}

/// Tables, and the same rows in another order.
fn shuffled() -> impl Strategy<Value = (Tables, Tables)> {
    tables().prop_flat_map(|tables| {
        let names: Vec<_> = tables.keys().copied().collect();
        let orders: Vec<_> = tables.values().map(|rows| Just(rows.clone()).prop_shuffle()).collect();
        (Just(tables), orders.prop_map(move |orders| names.iter().copied().zip(orders).collect()))
    })
}

fn missing_bill() -> impl Strategy<Value = &'static str> {
    select(&["unknown", "zero"][..])
}

fn counts<'a>(built: &'a Value, table: &str) -> &'a Map<String, Value> {
    built["report"]["tables"][table].as_object().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn the_order_of_rows_changes_neither_the_view_nor_the_counts((tables, other) in shuffled(), missing in missing_bill()) {
        let engine = engine(missing);
        let (built, again) = (build(engine, &tables), build(engine, &other));
        prop_assert_eq!(built["tables"]["view"].to_string(), again["tables"]["view"].to_string());
        prop_assert_eq!(built["report"].to_string(), again["report"].to_string());
    }

    #[test]
    fn every_row_is_used_or_returned_once_for_a_reason(tables in tables()) {
        let built = build(engine("unknown"), &tables);
        let rejects = built["tables"]["rejects"].as_array().unwrap();
        for (table, rows) in &tables {
            let counts = counts(&built, table);
            let count = |name: &str| usize::try_from(counts[name].as_u64().unwrap()).unwrap();
            let mut returned: Vec<_> =
                rejects.iter().filter(|reject| reject["table"] == **table).map(|reject| reject["row"].as_u64()).collect();
            prop_assert_eq!(count("rows"), rows.len());
            prop_assert_eq!(count("rows"), count("used") + returned.len());
            let reasons = ["late", "invalid", "orphan", "duplicate", "conflict"];
            prop_assert_eq!(returned.len(), reasons.iter().map(|reason| count(reason)).sum::<usize>());
            for reason in reasons {
                let code = reason.to_uppercase();
                let of_reason = |reject: &&Value| reject["table"] == **table && reject["code"] == code.as_str();
                prop_assert_eq!(rejects.iter().filter(of_reason).count(), count(reason));
            }
            prop_assert!(returned.is_sorted());
            returned.dedup();
            prop_assert_eq!(returned.len(), count("rows") - count("used"));
        }
    }

    #[test]
    fn what_is_recorded_later_changes_nothing(tables in tables(), later in tables()) {
        let engine = engine("unknown");
        let mut both = tables.clone();
        for (table, rows) in later {
            let rows = rows.into_iter().map(|mut row| {
                row["recorded_on"] = json!("2024-06-01");
                // A column that was not there before would be one now.
                let known = |name: &String| name == "recorded_on" || tables[table].iter().any(|row| row.get(name).is_some());
                row.as_object_mut().unwrap().retain(|name, _| known(name));
                row
            });
            both.get_mut(table).unwrap().extend(rows);
        }
        let (before, after) = (build(engine, &tables), build(engine, &both));
        prop_assert_eq!(before["tables"]["view"].to_string(), after["tables"]["view"].to_string());
    }

    #[test]
    fn rows_that_do_not_count_can_be_left_out(tables in tables(), missing in missing_bill()) {
        let engine = engine(missing);
        let built = build(engine, &tables);
        let mut used = tables.clone();
        let mut of_used: Tables = BTreeMap::new();
        for (table, rows) in &mut used {
            let is_rejected = |row: usize| {
                built["tables"]["rejects"].as_array().unwrap().iter().any(|reject| reject["table"] == **table && reject["row"] == row)
            };
            let kept = rows.iter().enumerate().filter(|(row, _)| !is_rejected(*row)).map(|(_, row)| row.clone());
            of_used.insert(table, kept.collect());
        }
        let again = build(engine, &of_used);
        prop_assert_eq!(again["tables"]["rejects"].as_array().unwrap().len(), 0);
        let rows = |built: &Value| built["tables"]["view"].as_array().unwrap().len();
        prop_assert_eq!(rows(&again), rows(&built));
        for (row, kept) in built["tables"]["view"].as_array().unwrap().iter().zip(again["tables"]["view"].as_array().unwrap()) {
            for (name, value) in row.as_object().unwrap() {
                // A column that no used row has is not given any more.
                prop_assert!(kept[name] == *value || kept[name].is_null(), "{name}: {value} and {}", kept[name]);
            }
        }
    }

    #[test]
    fn every_row_of_a_view_can_be_classified(tables in tables(), missing in missing_bill()) {
        let engine = engine(missing);
        let view = build(engine, &tables)["tables"]["view"].clone();
        let request = json!({"tables": {"view": view}, "params": {"as_of": AS_OF}});
        let classified: Value = serde_json::from_str(&engine.call("classify", &request.to_string()).unwrap()).unwrap();
        let decisions = classified["tables"]["decisions"].as_array().unwrap();
        prop_assert_eq!(decisions.len(), view.as_array().unwrap().len());
        for (row, decision) in view.as_array().unwrap().iter().zip(decisions) {
            prop_assert_eq!(&decision["error"], &Value::Null);
            prop_assert_eq!(&decision["user_id"], &row["user_id"]);
            prop_assert_eq!(&decision["status"], &row["status"]);
        }
        prop_assert_eq!(&classified["report"]["unread_columns"], &json!([]));
    }

    #[test]
    fn a_period_cut_in_two_that_touch_leaves_the_series_as_they_are(tables in tables(), day in 11_u32..29) {
        let engine = engine("unknown");
        let cut = format!("2024-04-{day}");
        let user = |from: &str, to: Option<&str>| json!({"user_id": "z", "customer_id": "K1", "activated_on": from, "terminated_on": to});
        let (mut whole, mut halves) = (tables.clone(), tables);
        whole.get_mut("users").unwrap().push(user("2023-01-01", None));
        halves.get_mut("users").unwrap().extend([user("2023-01-01", Some(&cut)), user(&cut, None)]);
        for tables in [&mut whole, &mut halves] {
            let bill = |month: &str| json!({"user_id": "z", "month": month, "fee": "7.00"});
            tables.get_mut("bills").unwrap().extend([bill("2024-03"), bill("2024-05")]);
        }
        let (whole, halves) = (build(engine, &whole), build(engine, &halves));
        let series = |built: &Value| -> Vec<_> {
            let rows = built["tables"]["view"].as_array().unwrap();
            rows.iter().map(|row| (row["fee"].clone(), row["customer_fee"].clone())).collect()
        };
        prop_assert_eq!(series(&whole), series(&halves));
    }
}

/// The tables in Arrow, every cell as text; each in batches of so many rows.
fn build_batches(
    engine: &Engine,
    tables: &Tables,
    encoding: Encoding,
    rows_a_batch: usize,
) -> BTreeMap<String, RecordBatch> {
    let table = |(name, rows): (&&str, &Vec<Value>)| {
        let rows: Vec<_> = rows.iter().map(|row| row.as_object().unwrap().clone()).collect();
        ((*name).to_owned(), arrow::table(&arrow::batch(&rows, encoding).unwrap(), rows_a_batch))
    };
    let params = json!({"as_of": AS_OF}).to_string();
    // A table without rows has no columns; one with rows that lacks a required column is refused.
    let tables = tables.iter().map(table).collect();
    let answer = engine.call_batch("build_view", tables, &params, Cancel::default()).unwrap();
    let joined = |(name, table): (String, lifestage_core::operation::Table)| {
        let schema = table.schema();
        (name, concat_batches(&schema, &table.map(Result::unwrap).collect::<Vec<_>>()).unwrap())
    };
    answer.into_iter().map(joined).collect()
}

/// The same tables with every column of the contract that any row has in every row, and with text for floats.
fn all_text(mut tables: Tables) -> Tables {
    let required = |table: &str| -> &[&str] {
        match table {
            "users" => &["user_id", "activated_on"],
            "bills" => &["user_id", "month", "fee"],
            "events" => &["event_id", "user_id", "on", "kind"],
            "agreements" => &["agreement_id", "user_id", "starts_on"],
            "promotions" => &["user_id", "promotion", "starts_on"],
            "holdings" => &["user_id", "product", "starts_on"],
            "prospects" => &["prospect_id"],
            _ => &["user_id", "as_of", "stage", "stage_since"],
        }
    };
    for (table, rows) in &mut tables {
        for row in rows {
            for cell in row.as_object_mut().unwrap().values_mut().filter(|cell| cell.is_number()) {
                *cell = cell.to_string().into();
            }
            for name in required(table) {
                row.as_object_mut().unwrap().entry(*name).or_insert(Value::Null);
            }
        }
    }
    tables
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn batches_say_what_records_say_whatever_their_rows_encoding_and_threads(
        (tables, other) in shuffled(),
        encoding in select(&Encoding::ALL[..]),
        rows_a_batch in 1_usize..20,
        count in 1_usize..4,
        missing in missing_bill(),
    ) {
        let engine = engine(missing).clone().with_threads(NonZeroUsize::new(count).unwrap());
        let (tables, other) = (all_text(tables), all_text(other));
        let built = build_batches(&engine, &tables, encoding, rows_a_batch);
        let record = build(&engine, &tables);
        let rows = |table: &str| Value::from(arrow::rows(&[built[table].clone()]).into_iter().map(Value::Object).collect::<Vec<_>>());
        prop_assert_eq!(rows("view").to_string(), record["tables"]["view"].to_string());
        let rejects: Vec<_> = arrow::rows(&[built["rejects"].clone()]).into_iter().map(|mut reject| {
            reject.retain(|name, text| name != "suggestion" || !text.is_null());
            Value::Object(reject)
        }).collect();
        prop_assert_eq!(&Value::from(rejects), &record["tables"]["rejects"]);
        let again = build_batches(&engine, &other, encoding, 7);
        prop_assert_eq!(&built["view"], &again["view"]);
        prop_assert_eq!(&built["counts"], &again["counts"]);
    }
}

/// Any JSON at all.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        select(&["a", "2024-05-31", "-262143-01-01", "+262142-12-31", "99999999999999999999.99", "fault"][..])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(".{0,6}", inner, 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect()))
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_request_is_too_strange(
        cells in vec((select(COLUMNS), any_json()), 0..40),
        as_of in select(&["2024-05-31", "-262143-01-01", "+262142-12-31", "2024-02-29"][..]),
        whole in any_json(),
    ) {
        let engine = engine("zero");
        let row: Map<_, _> = cells.chunks(13).next().into_iter().flatten().cloned().map(|(name, cell)| (name.to_owned(), cell)).collect();
        let rows: Vec<_> = cells.chunks(5).map(|cells| {
            let mut row = row.clone();
            row.extend(cells.iter().cloned().map(|(name, cell)| (name.to_owned(), cell)));
            row
        }).collect();
        let names = ["users", "bills", "events", "agreements", "promotions", "holdings", "prospects", "stage_history"];
        let tables: BTreeMap<_, _> = names.into_iter().map(|name| (name, &rows)).collect();
        let requests = [
            json!({"tables": tables, "params": {"as_of": as_of, "money_unit": "fen"}}).to_string(),
            json!({"tables": {"users": whole}, "params": {"as_of": as_of}}).to_string(),
            whole.to_string(),
        ];
        for request in requests {
            if let Err(error) = engine.call("build_view", &request) {
                prop_assert_eq!(error.kind, lifestage_core::ErrorKind::Request);
                prop_assert!(!error.faults.is_empty());
            }
        }
    }
}

/// Columns of all tables.
const COLUMNS: &[&str] = &[
    "user_id",
    "activated_on",
    "customer_id",
    "terminated_on",
    "suspended_on",
    "plan",
    "in_relocation_area",
    "name",
    "month",
    "fee",
    "fee_minor",
    "local_fee",
    "minutes",
    "expected_fee",
    "event_id",
    "on",
    "kind",
    "cause",
    "is_repeat",
    "agreement_id",
    "starts_on",
    "ends_on",
    "promotion",
    "product",
    "prospect_id",
    "uses_competitor",
    "as_of",
    "stage",
    "stage_since",
    "recorded_on",
];
