//! W3: one decision after the other, JSON in and out, and typed.

use std::cell::RefCell;
use std::hint::black_box;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{ArrayRef, RecordBatch, UInt8Array, UInt64Array};
use chrono::NaiveDate;
use lifestage_core::Engine;
use lifestage_core::lifecycle::{Classifier, Decision, NO_CODE, Stage};
use lifestage_core::table::Cell;
use lifestage_core::value::Tier;
use serde_json::{Map, Value};

use crate::{Implementation, Outcome, Workload, classification, tables};

/// The records of a file, by the small rule set; `w3_default` by the default policy.
pub fn workload(name: &str, data: &Path) -> Outcome<Workload> {
    let engine = Engine::open(classification::policy(name))?;
    let as_of = NaiveDate::from_ymd_opt(2024, 5, 31).ok_or("no such day")?;
    let batch = tables::read(data)?;
    let records: Vec<String> = batch.column(0).as_string::<i32>().iter().flatten().map(str::to_owned).collect();
    let answers = Rc::new(RefCell::new(Vec::new()));
    let decisions = Rc::new(RefCell::new(Vec::new()));
    let implementations = vec![
        json_to_json(engine.clone(), &records, as_of, Rc::clone(&answers)),
        typed(&engine, &records, as_of, Rc::clone(&decisions))?,
    ];
    let result = move || {
        let classifier = engine.policy().classifier();
        let answers =
            answers.borrow().iter().map(|answer: &String| told(answer, classifier)).collect::<Outcome<Vec<_>>>()?;
        let decisions: Vec<_> = decisions.borrow().iter().map(decided).collect();
        if answers == decisions { table(&answers) } else { Err("typed records are decided otherwise".into()) }
    };
    Ok(Workload { implementations, result: Box::new(result), about: Value::Null })
}

/// The operation `classify_record`, as every language calls it.
fn json_to_json(
    engine: Engine,
    records: &[String],
    as_of: NaiveDate,
    answers: Rc<RefCell<Vec<String>>>,
) -> Implementation {
    let requests: Vec<_> =
        records.iter().map(|record| format!(r#"{{"record": {record}, "as_of": "{as_of}"}}"#)).collect();
    let run = move || {
        let mut answers = answers.borrow_mut();
        answers.clear();
        for request in &requests {
            answers.push(engine.call("classify_record", request)?);
        }
        Ok(())
    };
    Implementation { name: "lifestage", run: Box::new(run) }
}

/// A prepared record: fields fixed once, no JSON.
fn typed(
    engine: &Engine,
    records: &[String],
    as_of: NaiveDate,
    decisions: Rc<RefCell<Vec<Decision>>>,
) -> Outcome<Implementation> {
    let records: Vec<Map<String, Value>> =
        records.iter().map(|record| serde_json::from_str(record)).collect::<Result<_, _>>()?;
    let fields: Vec<&str> = records.first().ok_or("no records")?.keys().map(String::as_str).collect();
    let mut prepared = engine.prepare(&fields, as_of, None)?;
    let owned = |value: &Value| match Cell::from(value) {
        Cell::Text(text) => Cell::Text(text.into_owned().into()),
        Cell::List(items) => Cell::List(
            items
                .into_iter()
                .map(|item| match item {
                    Cell::Integer(number) => Cell::Integer(number),
                    _ => Cell::Null,
                })
                .collect(),
        ),
        Cell::Integer(number) => Cell::Integer(number),
        Cell::YesNo(answer) => Cell::YesNo(answer),
        Cell::Float(number) => Cell::Float(number),
        Cell::Null => Cell::Null,
    };
    let rows: Vec<Vec<Cell<'static>>> = records.iter().map(|record| record.values().map(owned).collect()).collect();
    let run = move || {
        let mut decisions = decisions.borrow_mut();
        decisions.clear();
        for row in &rows {
            decisions.push(prepared.decide(black_box(row)).map_err(|_| "a record is refused")?);
        }
        Ok(())
    };
    Ok(Implementation { name: "lifestage (Rust, prepared)", run: Box::new(run) })
}

/// Stage, tier and warnings, as the peers give them.
type Told = (u8, u8, u64);

fn decided(decision: &Decision) -> Told {
    let stage = decision.stage.map_or(NO_CODE, |stage| stage as u8);
    (stage, decision.tier.map_or(NO_CODE, |tier| tier as u8), decision.warnings)
}

fn told(answer: &str, classifier: &Classifier) -> Outcome<Told> {
    let answer: Value = serde_json::from_str(answer)?;
    let place = |name: &str, codes: &[&str]| {
        let place = codes.iter().position(|code| Some(*code) == answer[name].as_str());
        place.and_then(|place| u8::try_from(place).ok()).unwrap_or(NO_CODE)
    };
    let (stage, tier) = (place("stage", &Stage::ALL.map(Stage::code)), place("tier", Tier::CODES));
    let warnings = answer["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let bit = |code: &str| classifier.rules().position(|rule| rule.code == code).map_or(0, |bit| 1 << bit);
    Ok((stage, tier, warnings.map(bit).fold(0, |mask, bit| mask | bit)))
}

fn table(answers: &[Told]) -> Outcome<RecordBatch> {
    let stages = UInt8Array::from_iter_values(answers.iter().map(|(stage, ..)| *stage));
    let tiers = UInt8Array::from_iter_values(answers.iter().map(|(_, tier, _)| *tier));
    let warnings = UInt64Array::from_iter_values(answers.iter().map(|(.., warnings)| *warnings));
    Ok(RecordBatch::try_from_iter([
        ("stage", Arc::new(stages) as ArrayRef),
        ("tier", Arc::new(tiers)),
        ("warnings", Arc::new(warnings)),
    ])?)
}
