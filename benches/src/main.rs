//! lifestage's side of the benchmarks: `lifestage-bench <workload> <data> <threads> <result>`.
//!
//! A contestant, as `contestant.py` says: it loads, runs once to warm up, writes its result, and answers one line of JSON;
//! then it runs once more for every line `run` that it reads, and answers the milliseconds of each implementation.

mod bandwidth;
mod classification;
mod hand_kernel;
mod memory;
mod placing;
mod record;
mod tables;
mod view;

use std::error::Error;
use std::io::{BufRead as _, Write as _};
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;

use serde_json::{Map, Value, json};

/// What the workloads return: whatever fails ends the process with its message.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// One way to do a workload, ready to be done again and again.
struct Implementation {
    name: &'static str,
    run: Box<dyn FnMut() -> Outcome<()>>,
}

/// Writes what was computed.
type Write = dyn Fn(&Path) -> Outcome<()>;

/// The implementations of a workload.
struct Workload {
    implementations: Vec<Implementation>,
    write: Box<Write>,
    /// What else is known of it: the bytes a row that are read, what a registry takes to load and to hold.
    about: Value,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [workload, data, threads, result] = arguments.as_slice() else {
        return Err("usage: lifestage-bench <workload> <data> <threads> <result>".into());
    };
    let threads: NonZeroUsize = threads.parse()?;
    let mut workload = match workload.as_str() {
        name if name.starts_with("w1") => classification::workload(name, Path::new(data), threads)?,
        name if name.starts_with("w3") => record::workload(name, Path::new(data))?,
        "w6" => placing::workload(Path::new(data), threads)?,
        "w7" => view::workload(Path::new(data), threads)?,
        name => return Err(format!("there is no workload {name}").into()),
    };
    warm_up(&mut workload, Path::new(result))?;
    for line in std::io::stdin().lock().lines() {
        if line? == "run" {
            run(&mut workload)?;
        }
    }
    Ok(())
}

/// Runs each implementation once and says how much memory that took beyond what was there before.
fn warm_up(workload: &mut Workload, result: &Path) -> Outcome<()> {
    let mut peaks = Map::new();
    for implementation in &mut workload.implementations {
        let before = memory::forget_the_peak()?;
        (implementation.run)()?;
        let extra = memory::peak_mb()? - before;
        peaks.insert(implementation.name.to_owned(), json!(extra));
    }
    (workload.write)(result)?;
    answer(&json!({"version": lifestage_core::VERSION, "peak_extra_mb": peaks, "about": workload.about}))
}

fn run(workload: &mut Workload) -> Outcome<()> {
    let mut times = Map::new();
    for implementation in &mut workload.implementations {
        let start = Instant::now();
        (implementation.run)()?;
        times.insert(implementation.name.to_owned(), json!(start.elapsed().as_secs_f64() * 1e3));
    }
    answer(&Value::Object(times))
}

fn answer(line: &Value) -> Outcome<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
