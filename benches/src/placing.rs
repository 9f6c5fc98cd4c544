//! W6: new users placed against a registry that is loaded.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_select::concat::concat_batches;
use lifestage_core::operation::{Cancel, Table, Tables};
use lifestage_core::{Engine, Handle};
use serde_json::{Value, json};

use crate::{Implementation, Outcome, Workload, memory, tables};

const BESIDE_CONTRACTS: [&str; 4] = ["customers", "boxes", "segments", "billing_areas"];
/// What the peers compute of a placement.
const COMPARED: [&str; 5] = ["customer_id", "placement", "community", "new_customer", "conflicts_with"];

/// The users of a folder, placed against its registry.
pub fn workload(data: &Path, threads: NonZeroUsize) -> Outcome<Workload> {
    let engine = Engine::open("china-telecom")?.with_threads(threads);
    let registry = engine.open_handle("registry", "{}")?;
    let about = load(&registry, data)?;
    let users = read(data, "users")?;
    let placements = Rc::new(RefCell::new(Vec::new()));
    let placed = Rc::clone(&placements);
    let run = move || {
        placed.borrow_mut().clear();
        let mut answer = registry.query_batch(given(&[("users", users.clone())]), "{}", &Cancel::default())?;
        *placed.borrow_mut() = batches(&mut answer, "placements")?;
        batches(&mut answer, "commands")?;
        Ok(())
    };
    let write = move |path: &Path| {
        let placements = placements.borrow();
        let first = placements.first().ok_or("no placements")?;
        let placements = concat_batches(first.schema_ref(), placements.iter())?;
        let compared = COMPARED.map(|name| placements.schema().index_of(name));
        let compared = compared.into_iter().collect::<Result<Vec<_>, _>>()?;
        tables::write(&placements.project(&compared)?, path)
    };
    let implementations = vec![Implementation { name: "lifestage", run: Box::new(run) }];
    Ok(Workload { implementations, write: Box::new(write), about })
}

/// Loads the registry, the contracts last; says how long that took and how much memory is held, beside what it was read from.
fn load(registry: &Handle, data: &Path) -> Outcome<Value> {
    let contracts = read(data, "contracts")?;
    let rows = contracts.num_rows();
    let others = BESIDE_CONTRACTS.map(|name| Ok((name, read(data, name)?)));
    let others = others.into_iter().collect::<Outcome<Vec<_>>>()?;
    let mut held = vec![memory::forget_the_peak()?];
    let start = Instant::now();
    for part in [&others[..], &[("contracts", contracts)]] {
        let mut answer = registry.update_batch(given(part), "{}", &Cancel::default())?;
        batches(&mut answer, "rejects")?;
        held.push(memory::forget_the_peak()?);
    }
    let load_ms = start.elapsed().as_secs_f64() * 1e3;
    let [before, without_contracts, whole] = held[..] else { return Err("two parts are loaded".into()) };
    let bytes_a_contract = (whole - without_contracts) * 1024.0 * 1024.0 / rows as f64;
    Ok(json!({"load_ms": load_ms, "bytes_a_contract": bytes_a_contract, "registry_mb": whole - before}))
}

fn read(data: &Path, name: &str) -> Outcome<RecordBatch> {
    tables::read(&data.join(name).with_extension("arrow"))
}

fn given(batches: &[(&str, RecordBatch)]) -> Tables {
    let table =
        |batch: &RecordBatch| -> Table { Box::new(RecordBatchIterator::new([Ok(batch.clone())], batch.schema())) };
    batches.iter().map(|(name, batch)| ((*name).to_owned(), table(batch))).collect()
}

/// Reads a table that was answered.
fn batches(answer: &mut Tables, name: &str) -> Outcome<Vec<RecordBatch>> {
    let table = answer.remove(name).ok_or_else(|| format!("no {name}"))?;
    Ok(table.collect::<Result<_, _>>()?)
}
