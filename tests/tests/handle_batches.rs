//! A handle that is told and asked in batches of Arrow says what one of records says, and is in the same state: every vector
//! of the handles, replayed so.

use std::collections::BTreeMap;
use std::iter::repeat;
use std::num::NonZeroUsize;

use arrow_array::RecordBatch;
use lifestage_core::operation::{Cancel, Table, Tables};
use lifestage_core::{Engine, Error, Handle};
use lifestage_tests::arrow::{self, Encoding, Row};
use lifestage_tests::vector::{Case, Expected};
use lifestage_tests::{in_checkout, vector};
use serde_json::{Value, json};

const HANDLES: [&str; 4] = ["registry", "organisation", "adjustments", "groups"];

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
    fn of(opened: impl Fn() -> Result<Handle, Error>) -> Option<Self> {
        Some(Self { in_records: opened().ok()?, in_batches: opened().ok()? })
    }

    /// Takes a step with both handles; whether they go on in step.
    fn step(&self, case: &Case, text: &str, manner: Manner) -> bool {
        let id = format!("{} {manner:?}", case.id);
        let verb = case.operation.as_str();
        let request: Value = serde_json::from_str(text).unwrap();
        let Some(tables) = tables(&request["tables"], manner) else { return false };
        let params = if request["params"].is_null() { json!({}) } else { request["params"].clone() }.to_string();
        let never = Cancel::default();
        let (in_records, in_batches) = match verb {
            "update" => (self.in_records.update(text), self.in_batches.update_batch(tables, &params, &never)),
            _ => (self.in_records.query(text), self.in_batches.query_batch(tables, &params, &never)),
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
    let batch = |given: &Value| match given.is_array() {
        true => arrow::batch(&rows(given)?, manner.encoding),
        false => sheet(given, manner.encoding),
    };
    let given = tables.as_object().into_iter().flatten();
    given.map(|(name, rows)| Some((name.clone(), arrow::table(&batch(rows)?, manner.rows_a_batch)))).collect()
}

/// A sheet, whose columns are its header; `None` where these repeat or a row is longer.
fn sheet(sheet: &Value, encoding: Encoding) -> Option<RecordBatch> {
    let header: Vec<_> = sheet["header"].as_array()?.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    let row = |cells: &Value| {
        let cells = cells.as_array()?;
        let named: Row = header.iter().cloned().zip(cells.iter().cloned().chain(repeat(Value::Null))).collect();
        (cells.len() <= header.len() && named.len() == header.len()).then_some(named)
    };
    let rows: Vec<_> = sheet["rows"].as_array()?.iter().map(row).collect::<Option<_>>()?;
    let names: Vec<_> = header.iter().map(String::as_str).collect();
    arrow::batch_of(&rows, &names, encoding)
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
    without_suggestion(&mut row);
    let lists = row.get_mut("denials").and_then(Value::as_array_mut).map(|denials| denials.iter_mut());
    let faults = lists.into_iter().flatten().filter_map(Value::as_object_mut);
    faults.for_each(without_suggestion);
    if let Some(Value::Object(error)) = row.get_mut("error") {
        without_suggestion(error);
    }
    row
}

fn without_suggestion(fault: &mut Row) {
    fault.retain(|name, cell| name != "suggestion" || !cell.is_null());
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

/// A case in the course of its replay.
struct Replay<'e> {
    engines: &'e mut Engines,
    manner: Manner,
    /// States by the names that the case gives them.
    states: BTreeMap<String, String>,
    pair: Option<Pair>,
}

impl Replay<'_> {
    /// A request, with the states' texts in place of their names.
    fn filled(&self, request: &str) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        let fill = |request: String, (name, state): (&String, &String)| request.replace(&quoted(name), &quoted(state));
        self.states.get(request).cloned().unwrap_or_else(|| self.states.iter().fold(request.to_owned(), fill))
    }

    fn engine(&mut self, policy: &str) -> Option<Engine> {
        let engine = self.engines.entry(policy.to_owned()).or_insert_with_key(|policy| Engine::open(policy).ok());
        Some(engine.clone()?.with_threads(NonZeroUsize::new(self.manner.threads).unwrap()))
    }

    /// Takes a step; whether the two handles go on in step, and whether both took it.
    fn step(&mut self, case: &Case) -> (bool, bool) {
        let request = self.filled(&case.request);
        let engine = self.engine(&case.policy);
        match (case.operation.split_once(' '), case.operation.as_str()) {
            (Some(("open", handle)), _) => {
                self.pair = engine.and_then(|engine| Pair::of(|| engine.open_handle(handle, &request)));
            }
            (_, "restore") => self.pair = engine.and_then(|engine| Pair::of(|| engine.restore_handle(&request))),
            (_, "close") => self.pair = None,
            (_, "serialise") => {
                let (Some(pair), Expected::State(name, _)) = (&self.pair, &case.expected) else { return (true, false) };
                let state = pair.in_records.serialise().unwrap();
                assert_eq!(pair.in_batches.serialise().unwrap(), state, "{} {:?}", case.id, self.manner);
                self.states.insert(name.clone(), state);
                return (true, true);
            }
            _ => {
                let Some(pair) = &self.pair else { return (true, false) };
                let goes_on = pair.step(case, &request, self.manner);
                return (goes_on, goes_on);
            }
        }
        (true, false)
    }
}

/// Replays the steps of a case, up to one that only records can take.
fn replay(steps: &[Case], manner: Manner, engines: &mut Engines, tally: &mut Tally) {
    let mut replay = Replay { engines, manner, states: BTreeMap::new(), pair: None };
    for step in steps {
        let (goes_on, is_replayed) = replay.step(step);
        tally.replayed += usize::from(is_replayed);
        if !goes_on {
            tally.ended += 1;
            return;
        }
    }
}

/// Texts row by row; and whole tables in the encodings that are read in other ways. Other tests show that every encoding of a
/// column reads the same.
const MANNERS: [Manner; 3] = [
    Manner { encoding: Encoding::Text, threads: 1, rows_a_batch: 1 },
    Manner { encoding: Encoding::Dictionary, threads: 2, rows_a_batch: usize::MAX },
    Manner { encoding: Encoding::Native, threads: 2, rows_a_batch: usize::MAX },
];

#[test]
fn every_step_of_a_handle_gets_the_same_answer_in_batches() {
    let cases = vector::load(&in_checkout("tests/vectors")).unwrap_or_else(|faults| panic!("{}", faults.join("\n")));
    let case_of = |case: &Case| case.id.rsplit_once('/').map(|(case, _)| case.to_owned());
    let mut engines = Engines::new();
    for handle in HANDLES {
        let opens = format!("open {handle}");
        let cases = cases.chunk_by(|one, other| case_of(one) == case_of(other));
        let cases: Vec<_> = cases.filter(|steps| steps.iter().any(|step| step.operation == opens)).collect();
        assert!(cases.len() > 20, "{handle}: {} cases", cases.len());
        let mut tally = Tally::default();
        for manner in MANNERS {
            cases.iter().for_each(|steps| replay(steps, manner, &mut engines, &mut tally));
        }
        assert!(tally.replayed > 10 * tally.ended, "{handle}: {tally:?}");
    }
}
