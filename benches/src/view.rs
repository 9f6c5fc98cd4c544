//! W7: the customer view from dated, keyed tables.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Decimal128Type, UInt32Type};
use arrow_array::{Array as _, ArrayRef, Int64Array, RecordBatch, RecordBatchIterator};
use arrow_select::concat::concat_batches;
use lifestage_core::Engine;
use lifestage_core::fact::SERIES_MONTHS;
use lifestage_core::operation::{Cancel, Table, Tables};
use serde_json::Value;

use crate::{Implementation, Outcome, Workload, tables};

const TABLES: [&str; 4] = ["users", "bills", "events", "agreements"];
const PARAMS: &str = r#"{"as_of": "2024-05-31"}"#;

/// The view of the tables in a folder.
pub fn workload(data: &Path, threads: NonZeroUsize) -> Outcome<Workload> {
    let engine = Engine::open("china-telecom")?.with_threads(threads);
    let given = TABLES.map(|name| Ok((name, tables::read(&data.join(name).with_extension("arrow"))?)));
    let given = given.into_iter().collect::<Outcome<Vec<_>>>()?;
    let view = Rc::new(RefCell::new(Vec::new()));
    let built = Rc::clone(&view);
    let run = move || {
        built.borrow_mut().clear();
        let given = given.iter().map(|(name, batch)| ((*name).to_owned(), table(batch.clone())));
        let mut answer = engine.call_batch("build_view", given.collect::<Tables>(), PARAMS, Cancel::default())?;
        let view = answer.remove("view").ok_or("no view")?;
        for batch in view {
            built.borrow_mut().push(batch?);
        }
        Ok(())
    };
    let write = move |path: &Path| {
        let view = view.borrow();
        let first = view.first().ok_or("an empty view")?;
        tables::write(&as_peers_have_it(&concat_batches(first.schema_ref(), view.iter())?)?, path)
    };
    let implementations = vec![Implementation { name: "lifestage", run: Box::new(run) }];
    Ok(Workload { implementations, write: Box::new(write), about: Value::Null })
}

fn table(batch: RecordBatch) -> Table {
    let schema = batch.schema();
    Box::new(RecordBatchIterator::new([Ok(batch)], schema))
}

/// What the peers compute of the view: months in columns of their own, amounts in fen.
fn as_peers_have_it(view: &RecordBatch) -> Outcome<RecordBatch> {
    let column = |name: &str| view.column_by_name(name).ok_or_else(|| format!("no {name}"));
    let mut columns: Vec<(String, ArrayRef)> = vec![("user_id".into(), Arc::clone(column("user_id")?))];
    for series in ["fee", "local_fee"] {
        let months = column(series)?.as_list::<i32>().values().as_primitive::<Decimal128Type>().clone();
        for month in 0..SERIES_MONTHS {
            let of_row = |row: usize| {
                let place = row * SERIES_MONTHS + month;
                months.is_valid(place).then(|| i64::try_from(months.value(place)).ok()).flatten()
            };
            let fen: Int64Array = (0..view.num_rows()).map(of_row).collect();
            columns.push((format!("{series}_{}", month + 1), Arc::new(fen)));
        }
    }
    for count in ["complaints_3m", "repeat_faults_3m"] {
        let counts: Int64Array = column(count)?.as_primitive::<UInt32Type>().iter().map(|n| n.map(i64::from)).collect();
        columns.push((count.into(), Arc::new(counts)));
    }
    columns.push(("agreement_ends_on".into(), Arc::clone(column("agreement_ends_on")?)));
    Ok(RecordBatch::try_from_iter(columns)?)
}
