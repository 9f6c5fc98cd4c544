//! W3: one decision after the other, JSON in and out, and typed.

use std::cell::RefCell;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::rc::Rc;

use chrono::NaiveDate;
use lifestage_core::Engine;
use lifestage_core::lifecycle::{Decision, Prepared};
use lifestage_core::table::Cell;
use serde_json::{Map, Value};

use crate::{Implementation, Outcome, Workload, classification};

/// What an implementation decided in its last run.
type Decided<T> = Rc<RefCell<Vec<T>>>;

/// The records of a file, by the small rule set; `w3_default` by the default policy.
pub fn workload(name: &str, data: &Path) -> Outcome<Workload> {
    let engine = Engine::open(classification::policy(name))?;
    let as_of = NaiveDate::from_ymd_opt(2024, 5, 31).ok_or("no such day")?;
    let text = fs::read_to_string(data)?;
    let records: Vec<&str> = text.lines().collect();
    let objects: Vec<Map<String, Value>> =
        records.iter().map(|record| serde_json::from_str(record)).collect::<Result<_, _>>()?;
    let fields: Vec<&str> = objects.first().ok_or("no records")?.keys().map(String::as_str).collect();
    let prepared = engine.prepare(&fields, as_of, None)?;
    let (answers, decisions) = (Decided::default(), Decided::default());
    let implementations = vec![
        json_to_json(engine, &records, as_of, Rc::clone(&answers)),
        typed(prepared.clone(), &objects, Rc::clone(&decisions)),
    ];
    let write = move |path: &Path| {
        let of_typed = |decision| serde_json::to_string(&prepared.record(decision));
        let mut lines = answers.borrow().clone();
        lines.extend(decisions.borrow().iter().map(of_typed).collect::<Result<Vec<_>, _>>()?);
        Ok(fs::write(path, lines.join("\n") + "\n")?)
    };
    Ok(Workload { implementations, write: Box::new(write), about: Value::Null })
}

/// The operation `classify_record`, as every language calls it.
fn json_to_json(engine: Engine, records: &[&str], as_of: NaiveDate, answers: Decided<String>) -> Implementation {
    let requests: Vec<_> =
        records.iter().map(|record| format!(r#"{{"as_of": "{as_of}", "record": {record}}}"#)).collect();
    let run = move || {
        let mut answers = answers.borrow_mut();
        answers.clear();
        for request in &requests {
            answers.push(engine.call("classify_record", request)?);
        }
        Ok(())
    };
    Implementation { name: "lifestage (Rust, JSON)", run: Box::new(run) }
}

/// A prepared record: fields fixed once, no JSON.
fn typed(mut prepared: Prepared, records: &[Map<String, Value>], decisions: Decided<Decision>) -> Implementation {
    let cells = |record: &Map<String, Value>| record.values().map(|value| Cell::from(value).into_owned()).collect();
    let rows: Vec<Vec<Cell<'static>>> = records.iter().map(cells).collect();
    let run = move || {
        let mut decisions = decisions.borrow_mut();
        decisions.clear();
        for row in &rows {
            decisions.push(prepared.decide(black_box(row)).map_err(|_| "a record is refused")?);
        }
        Ok(())
    };
    Implementation { name: "lifestage (Rust, prepared)", run: Box::new(run) }
}
