//! W1: tiers, warnings and stages of customers.

use std::cell::RefCell;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Int8Type, Int32Type, Int64Type, UInt8Type};
use arrow_array::{Array, ArrayRef, RecordBatch, UInt8Array, UInt64Array};
use arrow_buffer::Buffer;
use arrow_schema::DataType;
use chrono::NaiveDate;
use lifestage_core::Engine;
use lifestage_core::batch::ClassifyBatchParams;
use lifestage_core::condition::{Column, Numbers, Validity, Values};
use lifestage_core::fact::{Kind, SERIES_MONTHS};
use lifestage_core::lifecycle::{Classifier, DecisionColumns, Machines, NO_CODE, ViewColumns};
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
    let coded = coded(&customers, engine.policy().classifier())?;
    let read: Rc<[Buffer]> = bandwidth::buffers(&coded).into();
    let bytes: usize = read.iter().map(|buffer| buffer.len()).sum();
    let columns: Vec<_> = coded.schema().fields().iter().map(|field| field.name().clone()).collect();
    let about = json!({"bytes_a_row": bytes / coded.num_rows(), "columns": columns});
    let decisions = Rc::new(RefCell::new(DecisionColumns {
        stage: Some(Vec::new()),
        tier: Some(Vec::new()),
        warnings: Some(Vec::new()),
        ..DecisionColumns::default()
    }));
    let fresh = Rc::new(RefCell::new(None));
    let by_hand = Rc::new(RefCell::new(DecisionColumns::default()));
    let kernel = (name == "w1b").then(|| hand_kernel(coded.clone(), as_of, threads, Rc::clone(&by_hand)));
    let mut implementations = vec![
        in_place(engine.clone(), coded, as_of, threads, Rc::clone(&decisions)),
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

/// The core over columns as they lie in memory, its buffers reused.
fn in_place(
    engine: Engine,
    customers: RecordBatch,
    as_of: NaiveDate,
    threads: NonZeroUsize,
    decisions: Rc<RefCell<DecisionColumns>>,
) -> Implementation {
    let machines = Machines::default();
    let run = move || {
        let classifier = engine.policy().classifier();
        let view = view(&customers, classifier)?;
        classifier.decide_columns(&view, as_of, threads, &machines, &mut decisions.borrow_mut());
        Ok(())
    };
    Implementation { name: "lifestage", run: Box::new(run) }
}

/// The same as languages call it: a batch of Arrow in, a new one out.
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

/// The customers as the core takes them: texts as their places in the plan, yes and no as 1 and 0, minutes as
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

/// A batch's columns as the core reads them, by the names of the data contract.
fn view<'a>(batch: &'a RecordBatch, classifier: &Classifier) -> Outcome<ViewColumns<'a>> {
    let mut view = ViewColumns::new(batch.num_rows());
    for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        let (name, month) = match field.name().rsplit_once('_') {
            Some((name, month)) if month.parse::<usize>().is_ok() => (name, month.parse::<usize>()? - 1),
            _ => (field.name().as_str(), 0),
        };
        let fact = classifier.facts().find(name.trim_end_matches("_minor"));
        let (fact, described) = fact.ok_or_else(|| format!("no fact {name}"))?;
        let column = match described.kind {
            Kind::Series { .. } => {
                let mut months = match view.get(fact) {
                    Some(Column::Months(months)) => months.clone(),
                    _ => Box::new([None; SERIES_MONTHS]),
                };
                match array.as_fixed_size_list_opt() {
                    Some(lists) => months.iter_mut().enumerate().for_each(|(month, slot)| {
                        let values = Values::ListI64(lists.values().as_primitive::<Int64Type>().values(), month);
                        *slot = Some(Numbers { values, validity: validity(array) });
                    }),
                    None => months[month] = Some(numbers(array)?),
                }
                Column::Months(months)
            }
            _ => Column::One(numbers(array)?),
        };
        view.set(fact, column);
    }
    Ok(view)
}

fn numbers(array: &ArrayRef) -> Outcome<Numbers<'_>> {
    let values = match array.data_type() {
        DataType::Int64 => Values::I64(array.as_primitive::<Int64Type>().values()),
        DataType::Int32 => Values::I32(array.as_primitive::<Int32Type>().values()),
        DataType::Date32 => Values::I32(array.as_primitive::<Date32Type>().values()),
        DataType::UInt8 => Values::U8(array.as_primitive::<UInt8Type>().values()),
        DataType::Int8 => Values::I8(array.as_primitive::<Int8Type>().values()),
        other => return Err(format!("no column of {other}").into()),
    };
    Ok(Numbers { values, validity: validity(array) })
}

fn validity(array: &ArrayRef) -> Option<Validity<'_>> {
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0)?;
    Some(Validity { bytes: nulls.validity(), offset: nulls.offset() })
}
