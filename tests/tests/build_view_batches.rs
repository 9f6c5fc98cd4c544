//! A batch says what a record says: `build_view` over Arrow, whatever the encoding, the batches, the threads and the order.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow_select::concat::concat_batches;
use arrow_select::take::take_record_batch;
use lifestage_core::operation::{Cancel, Tables};
use lifestage_core::{Engine, Error};
use lifestage_tests::arrow::{self, Encoding, Row};
use lifestage_tests::vector::Case;
use lifestage_tests::{in_checkout, vector};
use serde_json::{Value, json};

/// Tables of Arrow by name.
type Batches = BTreeMap<String, RecordBatch>;

/// What a batch form answers: the view, the rows that do not count, and what became of the rows.
type Answer = BTreeMap<String, RecordBatch>;

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

/// The view of tables that come in batches of so many rows.
fn build(engine: &Engine, tables: &Batches, rows_a_batch: usize, params: &Value) -> Result<Answer, Error> {
    let tables: Tables = tables.iter().map(|(name, batch)| (name.clone(), arrow::table(batch, rows_a_batch))).collect();
    let answers = engine.call_batch("build_view", tables, &params.to_string(), Cancel::default())?;
    let joined = |(name, table): (String, lifestage_core::operation::Table)| {
        let schema = table.schema();
        let batches: Vec<_> = table.map(Result::unwrap).collect();
        (name, concat_batches(&schema, &batches).unwrap())
    };
    Ok(answers.into_iter().map(joined).collect())
}

/// The answer as the record form has it.
fn as_record(answer: &Answer) -> Value {
    let rows = |table: &str| arrow::rows(std::slice::from_ref(&answer[table]));
    let without_nothing = |mut reject: Row| {
        reject.retain(|name, text| name != "suggestion" || !text.is_null());
        reject
    };
    let counts = rows("counts").into_iter().map(|mut counts| {
        let table = counts.remove("table").unwrap();
        (table.as_str().unwrap().to_owned(), Value::Object(counts))
    });
    let schema = answer["view"].schema();
    let told = |key: &str| schema.metadata()[&format!("lifestage.{key}")].clone();
    json!({
        "tables": {"view": rows("view"), "rejects": rows("rejects").into_iter().map(without_nothing).collect::<Vec<_>>()},
        "report": {
            "as_of": told("as_of"),
            "reference_month": told("reference_month"),
            "tables": counts.collect::<serde_json::Map<_, _>>(),
            "digest": told("digest"),
        },
    })
}

/// A case of `build_view`, and the answer to it as a record.
struct Replay {
    id: String,
    engine: Engine,
    tables: BTreeMap<String, Vec<Row>>,
    params: Value,
    answer: Result<Value, Error>,
}

impl Replay {
    /// `None` of other cases, and where the request has no tables to speak of.
    fn of(case: &Case) -> Option<Self> {
        let engine = Engine::open(&case.policy).ok().filter(|_| case.operation == "build_view")?;
        let request: Value = serde_json::from_str(&case.request).unwrap();
        let tables = request["tables"].as_object()?.iter();
        let rows =
            |rows: &Value| rows.as_array()?.iter().map(|row| row.as_object().cloned()).collect::<Option<Vec<_>>>();
        let tables = tables.map(|(name, table)| Some((name.clone(), rows(table)?))).collect::<Option<_>>()?;
        let answer = engine.call("build_view", &case.request).map(|response| serde_json::from_str(&response).unwrap());
        Some(Self { id: case.id.clone(), engine, tables, params: request["params"].clone(), answer })
    }

    /// The tables; `None` where the cells of a column have no common type.
    fn batches(&self, encoding: Encoding) -> Option<Batches> {
        let tables = self.tables.iter();
        tables.map(|(name, rows)| Some((name.clone(), arrow::batch(rows, encoding)?))).collect()
    }

    /// Whether the batch form said what the record form says, rather than refuse a column that is none or of no fit type.
    fn agrees(&self, batches: &Batches, count: usize, rows_a_batch: usize, case: &str) -> bool {
        let engine = self.engine.clone().with_threads(threads(count));
        match (&self.answer, build(&engine, batches, rows_a_batch, &self.params)) {
            (Ok(expected), Ok(found)) => {
                let found = as_record(&found);
                assert_eq!(&found["tables"]["view"], &expected["tables"]["view"], "{case}: view");
                assert_eq!(&found["tables"]["rejects"], &expected["tables"]["rejects"], "{case}: rejects");
                assert_eq!(&found["report"], &expected["report"], "{case}: report");
                true
            }
            (Err(expected), Err(found)) => {
                let codes = |error: &Error| error.faults.iter().map(|fault| fault.code.name).collect::<Vec<_>>();
                assert_eq!(codes(expected), codes(&found), "{case}");
                true
            }
            (Ok(expected), Err(found)) => {
                // The record form says it row by row.
                let rejects = expected["tables"]["rejects"].as_array().unwrap();
                for fault in &found.faults {
                    assert!(["COLUMN_TYPE", "MISSING_COLUMN"].contains(&fault.code.name), "{case}: {found:?}");
                    let (table, column) = fault.path.strip_prefix("tables.").unwrap().split_once('.').unwrap();
                    let says = |reject: &Value| {
                        let path = reject["path"].as_str().unwrap();
                        reject["table"] == table && path.rsplit('.').next().unwrap().starts_with(column)
                    };
                    assert!(rejects.iter().any(says), "{case}: {fault:?} and {rejects:?}");
                }
                false
            }
            (Err(expected), Ok(_)) => panic!("{case}: the record gets {expected:?}, the batch builds a view"),
        }
    }
}

#[test]
fn every_vector_of_build_view_gets_the_same_view_as_batches_in_every_encoding_on_one_thread_and_two() {
    let cases = vector::load(&in_checkout("tests/vectors")).unwrap_or_else(|faults| panic!("{}", faults.join("\n")));
    let replays: Vec<_> = cases.iter().filter_map(Replay::of).collect();
    assert!(replays.len() > 90, "{}", replays.len());
    let (mut agreed, mut refused, mut mixed) = (0, Vec::new(), Vec::new());
    for replay in &replays {
        for encoding in Encoding::ALL {
            let Some(batches) = replay.batches(encoding) else {
                mixed.push(replay.id.as_str());
                continue;
            };
            let one_thread = replay.agrees(&batches, 1, usize::MAX, &format!("{} as {encoding:?}", replay.id));
            let two = replay.agrees(&batches, 2, 1, &format!("{} as {encoding:?}, two threads", replay.id));
            assert_eq!(one_thread, two, "{}", replay.id);
            if one_thread { agreed += 1 } else { refused.push(replay.id.as_str()) }
        }
    }
    mixed.dedup();
    refused.dedup();
    assert!(agreed > 400, "{agreed}");
    assert_eq!(mixed, MIXED);
    assert_eq!(refused, REFUSED);
}

/// Cases with cells of several types in a column, which Arrow does not have.
const MIXED: &[&str] = &[
    "build_view_money/amounts_are_decimal_text_or_floats_in_yuan",
    "build_view_money/an_integer_in_fen_where_the_call_says_so_text_stays_yuan",
    "build_view_money/minutes_are_kept_as_hundredths",
    "build_view_money/every_column_that_lacks_its_unit_is_named_once",
    "build_view_own_facts/a_declared_column_comes_with_the_user_or_prospect",
    "build_view_own_facts/rows_that_differ_in_a_declared_column_conflict",
    "build_view_rejects/equal_rows_count_once_whenever_they_were_recorded_and_however_written",
];

/// Cases with a column of no type that holds its fact, or without a column that is required: in Arrow the whole is refused.
const REFUSED: &[&str] = &["build_view_rejects/a_personal_value_is_not_shown"];

/// Users, and bills of each for 16 months, so that the view has two blocks and the look-up of bills two runs.
const USERS: usize = 17_000;
const MONTHS: usize = 16;

/// Pseudo-random numbers below a bound, the same in every run.
fn dice(place: usize, bound: usize) -> usize {
    let mixed = (place as u64 ^ 0x5DEE_CE66).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 33) as usize % bound
}

fn user_id(user: usize) -> String {
    format!("user-{user:06}")
}

/// A month, counted back from May 2024.
fn month(back: usize) -> String {
    let months = 2024 * 12 + 4 - back;
    format!("{:04}-{:02}", months / 12, months % 12 + 1)
}

fn fee(user: usize, back: usize) -> i64 {
    i64::try_from(dice(user * MONTHS + back, 30_000)).unwrap()
}

/// Every fifth user says something else of April, every seventh says March twice.
fn many_tables() -> Batches {
    let users: Vec<_> = (0..USERS).collect();
    let customers = users.iter().map(|user| (user % 3 == 0).then(|| format!("customer-{}", user / 6)));
    let activated = users.iter().map(|_| Some(15_000)).collect::<Date32Array>();
    let mut bills: Vec<(usize, usize, i64)> =
        users.iter().flat_map(|user| (0..MONTHS).map(|back| (*user, back, fee(*user, back)))).collect();
    bills.extend(users.iter().filter(|user| *user % 5 == 0).map(|user| (*user, 1, fee(*user, 1) + 1)));
    bills.extend(users.iter().filter(|user| *user % 7 == 0).map(|user| (*user, 2, fee(*user, 2))));
    let batch = |columns: Vec<(&str, ArrayRef)>| RecordBatch::try_from_iter(columns).unwrap();
    let ids = |users: &mut dyn Iterator<Item = usize>| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(users.map(user_id)))
    };
    let users = batch(vec![
        ("user_id", ids(&mut users.iter().copied())),
        ("activated_on", Arc::new(activated)),
        ("customer_id", Arc::new(customers.collect::<StringArray>())),
    ]);
    let bills = batch(vec![
        ("user_id", ids(&mut bills.iter().map(|(user, ..)| *user))),
        ("month", Arc::new(StringArray::from_iter_values(bills.iter().map(|(_, back, _)| month(*back))))),
        ("fee_minor", Arc::new(Int64Array::from_iter_values(bills.iter().map(|(.., fee)| *fee)))),
    ]);
    BTreeMap::from([("users".to_owned(), users), ("bills".to_owned(), bills)])
}

/// What the bills of a user say of a month; April of every fifth is contradicted.
fn known_fee(user: usize, back: usize) -> Option<i64> {
    (!user.is_multiple_of(5) || back != 1).then(|| fee(user, back))
}

/// The series of a column, the oldest month first.
fn series(view: &RecordBatch, column: &str) -> Vec<Vec<Option<i64>>> {
    let lists = view.column_by_name(column).unwrap().as_list::<i32>().iter();
    let fen = |months: ArrayRef| {
        months.as_primitive::<Decimal128Type>().iter().map(|fen| fen.map(|fen| fen as i64)).collect()
    };
    lists.map(|months| fen(months.unwrap())).collect()
}

#[test]
fn many_users_have_the_fees_of_their_bills_and_their_customers_the_sum() {
    let engine = Engine::open("china-telecom").unwrap().with_threads(threads(2));
    let built = build(&engine, &many_tables(), 100_000, &json!({"as_of": "2024-05-31"})).unwrap();
    let (own, of_customers) = (series(&built["view"], "fee"), series(&built["view"], "customer_fee"));
    for user in 0..USERS {
        // Users 6n and 6n + 3 share customer 2n; the others are customers of their own.
        let members = if user % 3 == 0 { vec![user / 6 * 6, user / 6 * 6 + 3] } else { vec![user] };
        let members: Vec<_> = members.into_iter().filter(|member| *member < USERS).collect();
        for place in 0..12 {
            let back = 11 - place;
            assert_eq!(own[user][place], known_fee(user, back), "user {user}, {}", month(back));
            let sum = members.iter().map(|member| known_fee(*member, back)).sum::<Option<i64>>();
            assert_eq!(of_customers[user][place], sum, "customer of user {user}, {}", month(back));
        }
    }
    let counts = &as_record(&built)["report"]["tables"]["bills"];
    let (conflicts, duplicates) = (USERS.div_ceil(5) * 2, USERS.div_ceil(7));
    assert_eq!(counts["rows"], USERS * MONTHS + USERS.div_ceil(5) + USERS.div_ceil(7));
    assert_eq!((&counts["conflict"], &counts["duplicate"]), (&json!(conflicts), &json!(duplicates)));
}

#[test]
fn neither_batches_nor_threads_nor_the_order_of_rows_change_the_view_of_many() {
    let tables = many_tables();
    let params = json!({"as_of": "2024-05-31"});
    let engine = |count| Engine::open("china-telecom").unwrap().with_threads(threads(count));
    let whole = build(&engine(1), &tables, usize::MAX, &params).unwrap();
    let cut = build(&engine(3), &tables, 4_099, &params).unwrap();
    assert_eq!(cut, whole);
    let shuffled = |batch: &RecordBatch| {
        let mut order: Vec<_> = (0..batch.num_rows()).collect();
        order.sort_by_key(|row| dice(*row, usize::MAX >> 33));
        let order = UInt64Array::from_iter_values(order.into_iter().map(|row| row as u64));
        take_record_batch(batch, &order).unwrap()
    };
    let other = tables.iter().map(|(name, batch)| (name.clone(), shuffled(batch))).collect();
    let reordered = build(&engine(2), &other, 50_000, &params).unwrap();
    assert_eq!(reordered["view"], whole["view"]);
    assert_eq!(reordered["counts"], whole["counts"]);
}
