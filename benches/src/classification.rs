//! W1: tiers, warnings and stages of customers.

use std::cell::RefCell;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int8Type, Int64Type, UInt8Type};
use arrow_array::{Array, ArrayRef, RecordBatch, UInt8Array, UInt64Array};
use arrow_buffer::Buffer;
use arrow_schema::DataType;
use chrono::NaiveDate;
use lifestage_core::Engine;
use lifestage_core::batch::ClassifyBatchParams;
use lifestage_core::lifecycle::{Classifier, DecisionBuffers, DecisionColumns, NO_CODE};
use lifestage_core::operation::Cancel;
use serde_json::json;

use crate::{Implementation, Outcome, Workload, bandwidth, hand_kernel, tables};

/// The policy of a workload: the small rule set, or the default policy.
pub fn policy(workload: &str) -> &'static str {
    match workload {
        "w1b" | "w3_default" => "china-telecom",
        _ => include_str!("../policies/w1a.toml"),
    }
}

/// The rules of a workload over the customers of a file.
pub fn workload(name: &str, data: &Path, threads: NonZeroUsize) -> Outcome<Workload> {
    let engine = Engine::open(policy(name))?.with_threads(threads);
    let as_of = NaiveDate::from_ymd_opt(2024, 5, 31).ok_or("no such day")?;
    let customers = tables::read(data)?;
    let rows = customers.num_rows();
    let coded = coded(&customers, engine.policy().classifier())?;
    let read: Rc<[Buffer]> = bandwidth::buffers(&coded).into();
    let bytes: usize = read.iter().map(|buffer| buffer.len()).sum();
    let columns: Vec<_> = coded.schema().fields().iter().map(|field| field.name().clone()).collect();
    let about = json!({"bytes_a_row": bytes / coded.num_rows(), "columns": columns});
    let decisions = Rc::new(RefCell::new(DecisionColumns {
        stage: Some(vec![NO_CODE; rows]),
        tier: Some(vec![NO_CODE; rows]),
        warnings: Some(vec![0; rows]),
        ..DecisionColumns::default()
    }));
    let fresh = Rc::new(RefCell::new(None));
    let by_hand = Rc::new(RefCell::new(DecisionColumns::default()));
    let kernel = (name == "w1b").then(|| hand_kernel(coded, as_of, threads, Rc::clone(&by_hand)));
    let mut implementations = vec![
        in_place(engine.clone(), customers.clone(), as_of, Rc::clone(&decisions))?,
        floor("bandwidth (one column at a time)", bandwidth::one_at_a_time, Rc::clone(&read), threads),
        floor("bandwidth (six columns at a time)", bandwidth::strict, read, threads),
        through_arrow(engine, customers, as_of, Rc::clone(&fresh))?,
    ];
    implementations.extend(kernel);
    let write = move |path: &Path| {
        let decisions = table(&decisions.borrow())?;
        if fresh.borrow().as_ref().map(table_of_arrow).transpose()?.is_some_and(|fresh| fresh != decisions) {
            return Err("Arrow batches are decided otherwise".into());
        }
        if by_hand.borrow().stage.is_some() && table(&by_hand.borrow())? != decisions {
            return Err("the kernel by hand decides otherwise".into());
        }
        tables::write(&decisions, path)
    };
    Ok(Workload { implementations, write: Box::new(write), about })
}

/// A batch of Arrow in, decisions into arrays of the host's own, which it keeps.
fn in_place(
    engine: Engine,
    customers: RecordBatch,
    as_of: NaiveDate,
    decisions: Rc<RefCell<DecisionColumns>>,
) -> Outcome<Implementation> {
    let params: ClassifyBatchParams = serde_json::from_value(json!({"as_of": as_of}))?;
    let run = move || {
        let DecisionColumns { stage, tier, warnings, .. } = &mut *decisions.borrow_mut();
        let buffers = DecisionBuffers {
            stage: stage.as_deref_mut(),
            tier: tier.as_deref_mut(),
            warnings: warnings.as_deref_mut(),
            ..DecisionBuffers::default()
        };
        let broken = engine.classify_into(&customers, &params, buffers, &Cancel::default())?;
        if broken == 0 { Ok(()) } else { Err(format!("{broken} rows break the contract").into()) }
    };
    Ok(Implementation { name: "lifestage", run: Box::new(run) })
}

/// The same with a new batch of Arrow for the decisions.
fn through_arrow(
    engine: Engine,
    customers: RecordBatch,
    as_of: NaiveDate,
    fresh: Rc<RefCell<Option<RecordBatch>>>,
) -> Outcome<Implementation> {
    let params = json!({"as_of": as_of, "columns": ["stage", "tier", "warnings_mask"]});
    let params: ClassifyBatchParams = serde_json::from_value(params)?;
    let run = move || {
        fresh.take();
        *fresh.borrow_mut() = Some(engine.classify_batch(&customers, &params)?);
        Ok(())
    };
    Ok(Implementation { name: "lifestage (Arrow in, fresh Arrow out)", run: Box::new(run) })
}

/// The default policy without a policy.
fn hand_kernel(
    customers: RecordBatch,
    as_of: NaiveDate,
    threads: NonZeroUsize,
    decisions: Rc<RefCell<DecisionColumns>>,
) -> Implementation {
    let today = i32::try_from((as_of - NaiveDate::default()).num_days()).unwrap_or_default();
    let run = move || hand_kernel::decide(&customers, today, threads, &mut decisions.borrow_mut());
    Implementation { name: "hand kernel (rules compiled in)", run: Box::new(run) }
}

fn floor(
    name: &'static str,
    add: fn(&[Buffer], NonZeroUsize) -> u64,
    read: Rc<[Buffer]>,
    threads: NonZeroUsize,
) -> Implementation {
    let run = move || {
        black_box(add(&read, threads));
        Ok(())
    };
    Implementation { name, run: Box::new(run) }
}

/// Decisions as the peers give them: codes from 0 on, 255 for none.
fn table(decisions: &DecisionColumns) -> Outcome<RecordBatch> {
    let codes = |codes: &Option<Vec<u8>>| -> ArrayRef { Arc::new(UInt8Array::from(codes.clone().unwrap_or_default())) };
    let masks = UInt64Array::from(decisions.warnings.clone().unwrap_or_default());
    Ok(RecordBatch::try_from_iter([
        ("stage", codes(&decisions.stage)),
        ("tier", codes(&decisions.tier)),
        ("warnings", Arc::new(masks) as ArrayRef),
    ])?)
}

fn table_of_arrow(batch: &RecordBatch) -> Outcome<RecordBatch> {
    let codes = |column: usize| -> ArrayRef {
        let codes = batch.column(column).as_dictionary::<UInt8Type>().keys().iter();
        Arc::new(codes.map(|code| Some(code.unwrap_or(NO_CODE))).collect::<UInt8Array>())
    };
    let columns = [("stage", codes(0)), ("tier", codes(1)), ("warnings", Arc::clone(batch.column(2)))];
    Ok(RecordBatch::try_from_iter(columns)?)
}

/// The customers as rules read them: texts as their places in the plan, yes and no as 1 and 0, minutes as
/// hundredths.
fn coded(customers: &RecordBatch, classifier: &Classifier) -> Outcome<RecordBatch> {
    let columns = customers.schema_ref().fields().iter().zip(customers.columns()).map(|(field, array)| {
        let array = match (field.name(), array.as_dictionary_opt::<Int8Type>()) {
            (name, Some(texts)) => {
                let (fact, _) = classifier.facts().find(name).ok_or_else(|| format!("no fact {name}"))?;
                let known = classifier.plan().texts(fact).unwrap_or_default();
                let place = |text| {
                    (1..).zip(known).find(|(_, known)| Some(known.as_str()) == text).map_or(0, |(place, _)| place)
                };
                let places: Vec<u8> = texts.values().as_string::<i32>().iter().map(place).collect();
                let of_key =
                    |key: &i8| usize::try_from(*key).ok().and_then(|key| places.get(key)).copied().unwrap_or(0);
                Arc::new(texts.keys().values().iter().map(of_key).map(Some).collect::<UInt8Array>())
            }
            _ if *array.data_type() == DataType::Boolean => {
                Arc::new(UInt8Array::from_iter_values(array.as_boolean().values().iter().map(u8::from)))
            }
            (name, None) if name.starts_with("minutes_") => {
                Arc::new(array.as_primitive::<Int64Type>().unary::<_, Int64Type>(|minutes| minutes * 100)) as ArrayRef
            }
            _ => Arc::clone(array),
        };
        Ok((field.name().clone(), array))
    });
    Ok(RecordBatch::try_from_iter(columns.collect::<Outcome<Vec<_>>>()?)?)
}
