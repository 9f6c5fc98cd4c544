//! A handle that is told and asked in batches of Arrow says what one of records says, and is in the same state: every vector
//! of the handles, replayed so.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use lifestage_core::operation::{Cancel, Table, Tables};
use lifestage_core::{Engine, Error, Handle};
use lifestage_tests::arrow::{self, Encoding, Row};
use lifestage_tests::vector::Case;
use lifestage_tests::{in_checkout, vector};
use serde_json::{Value, json};

const HANDLES: [&str; 3] = ["registry", "organisation", "groups"];

/// The rows of each table answered.
type Answer = BTreeMap<String, Vec<Row>>;

/// How a case is replayed.
#[derive(Debug, Clone, Copy)]
struct Manner {
    encoding: Encoding,
    threads: usize,
    rows_a_batch: usize,
}

/// Engines by policy, each made once; none of a policy that is none.
type Engines = BTreeMap<String, Option<Engine>>;

/// The two handles of a case, in step.
struct Pair {
    in_records: Handle,
    in_batches: Handle,
}

/// What became of the steps.
#[derive(Debug, Default)]
struct Tally {
    replayed: usize,
    /// Steps whose tables no columns of one type hold, or whose missing columns refuse them as a whole: the record form says it
    /// row by row. Then the case ends: the two handles know different things.
    ended: usize,
}

impl Pair {
    fn open(case: &Case, handle: &str, manner: Manner, engines: &mut Engines) -> Option<Self> {
        let threads = NonZeroUsize::new(manner.threads).unwrap();
        let engine = engines.entry(case.policy.clone()).or_insert_with_key(|policy| Engine::open(policy).ok());
        let engine = engine.clone()?.with_threads(threads);
        let opened = || engine.open_handle(handle, &case.request).ok();
        Some(Self { in_records: opened()?, in_batches: opened()? })
    }

    /// Takes a step with both handles; whether they go on in step.
    fn step(&self, case: &Case, manner: Manner) -> bool {
        let id = format!("{} {manner:?}", case.id);
        let verb = case.operation.as_str();
        if verb == "serialise" {
            assert_eq!(self.in_batches.serialise().unwrap(), self.in_records.serialise().unwrap(), "{id}");
            return true;
        }
        let request: Value = serde_json::from_str(&case.request).unwrap();
        let Some(tables) = tables(&request["tables"], manner) else { return false };
        let params = if request["params"].is_null() { json!({}) } else { request["params"].clone() }.to_string();
        let never = Cancel::default();
        let (in_records, in_batches) = match verb {
            "update" => (self.in_records.update(&case.request), self.in_batches.update_batch(tables, &params, &never)),
            _ => (self.in_records.query(&case.request), self.in_batches.query_batch(tables, &params, &never)),
        };
        match (in_records, in_batches) {
            (Err(_), Err(found)) if is_of_a_column(&found) => true,
            (Ok(_), Err(found)) if is_of_a_column(&found) => false,
            (Err(expected), Err(found)) => {
                assert_eq!(codes(&found), codes(&expected), "{id}");
                true
            }
            (Ok(expected), Ok(found)) => {
                same(&serde_json::from_str(&expected).unwrap(), &read(found), &id);
                true
            }
            (expected, found) => panic!("{id}: {expected:?} and {:?}", found.err()),
        }
    }
}

fn codes(error: &Error) -> Vec<&'static str> {
    error.faults.iter().map(|fault| fault.code.name).collect()
}

/// Whether a column is refused that is not there, or holds what no column of the kind holds: of it a record has faulty rows.
fn is_of_a_column(error: &Error) -> bool {
    codes(error).iter().any(|code| ["COLUMN_TYPE", "MISSING_COLUMN"].contains(code))
}

/// The tables of a request; `None` where the cells of a column have no common type.
fn tables(tables: &Value, manner: Manner) -> Option<Tables> {
    let rows = |rows: &Value| rows.as_array()?.iter().map(|row| row.as_object().cloned()).collect::<Option<Vec<_>>>();
    let table = |given: &Value| Some(arrow::table(&arrow::batch(&rows(given)?, manner.encoding)?, manner.rows_a_batch));
    let given = tables.as_object().into_iter().flatten();
    given.map(|(name, rows)| Some((name.clone(), table(rows)?))).collect()
}

fn read(tables: Tables) -> Answer {
    let rows = |table: Table| {
        let batches: Vec<_> = table.map(Result::unwrap).collect();
        arrow::rows(&batches).into_iter().map(as_record).collect()
    };
    tables.into_iter().map(|(name, table)| (name, rows(table))).collect()
}

/// A row as a record shows it: no suggestion where there is none.
fn as_record(mut row: Row) -> Row {
    row.retain(|name, cell| name != "suggestion" || !cell.is_null());
    if let Some(Value::Object(error)) = row.get_mut("error") {
        error.retain(|name, cell| name != "suggestion" || !cell.is_null());
    }
    row
}

/// Whether the tables are those of the record, in which one that was not asked for is absent, and the report has its figures.
fn same(expected: &Value, found: &Answer, id: &str) {
    for (name, rows) in found.iter().filter(|(name, _)| *name != "report") {
        let expected = expected["tables"].get(name).cloned().unwrap_or_else(|| json!([]));
        assert_eq!(json!(rows), expected, "{id}: {name}");
    }
    let figures = if expected["report"].is_null() { expected } else { &expected["report"] };
    for (name, figure) in found["report"].iter().flatten() {
        let expected = figures.get(name).cloned().unwrap_or_else(|| nothing(figure));
        assert_eq!(*figure, expected, "{id}: report.{name}");
    }
}

/// What a report of nothing has for a figure.
fn nothing(figure: &Value) -> Value {
    if figure.is_array() { json!([]) } else { json!(0) }
}

/// Replays the steps of a case, up to one that only records can take.
fn replay(handle: &str, steps: &[Case], manner: Manner, engines: &mut Engines, tally: &mut Tally) {
    let mut pair = None;
    for step in steps {
        match step.operation.split_once(' ') {
            Some(("open", _)) => pair = Pair::open(step, handle, manner, engines),
            // What a state is worth elsewhere, the vectors themselves say.
            _ if ["restore", "close"].contains(&step.operation.as_str()) => pair = None,
            _ => {
                let Some(pair) = &pair else { continue };
                if !pair.step(step, manner) {
                    tally.ended += 1;
                    return;
                }
                tally.replayed += 1;
            }
        }
    }
}

#[test]
fn every_step_of_a_handle_gets_the_same_answer_in_batches_in_every_encoding() {
    let cases = vector::load(&in_checkout("tests/vectors")).unwrap_or_else(|faults| panic!("{}", faults.join("\n")));
    let case_of = |case: &Case| case.id.rsplit_once('/').map(|(case, _)| case.to_owned());
    let mut engines = Engines::new();
    for handle in HANDLES {
        let opens = format!("open {handle}");
        let cases = cases.chunk_by(|one, other| case_of(one) == case_of(other));
        let cases: Vec<_> = cases.filter(|steps| steps[0].operation == opens).collect();
        assert!(cases.len() > 20, "{handle}: {} cases", cases.len());
        let mut tally = Tally::default();
        for encoding in Encoding::ALL {
            for (threads, rows_a_batch) in [(1, usize::MAX), (2, usize::MAX), (2, 1)] {
                let manner = Manner { encoding, threads, rows_a_batch };
                cases.iter().for_each(|steps| replay(handle, steps, manner, &mut engines, &mut tally));
            }
        }
        assert!(tally.replayed > 10 * tally.ended, "{handle}: {tally:?}");
    }
}
