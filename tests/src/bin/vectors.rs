//! Runs every vector in Rust and renders them for the other languages.
//!
//! Writes `target/vectors/cases.tsv`: a first line `cases`, tab, their number; then a case a line, separated by tabs: id,
//! policy, operation, `ok` or `error`, request, and the bytes that have to be answered. The steps of a handle's case are lines
//! that follow one another; the operation is then a verb:
//!
//! | Operation | Request | Answer |
//! |---|---|---|
//! | `open <name>` | the parameters | empty; the handle is the one of the lines that follow, until the next `open` or `restore` |
//! | `restore` | a serialised state | empty; likewise |
//! | `update`, `query` | JSON | JSON |
//! | `serialise` | empty | the state |
//! | `close` | empty | empty |
//!
//! A state stands in the lines as its text, so nothing has to be passed on. Each language writes the ids that
//! it has run, one a line, to `ran-<language>.txt` beside it. The folder is made anew, so that no earlier run counts.

use std::fs;
use std::io;
use std::process::ExitCode;

use lifestage_tests::{in_checkout, run, vector};

fn main() -> io::Result<ExitCode> {
    let target = in_checkout("target/vectors");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    fs::create_dir_all(&target)?;
    let cases = match vector::load(&in_checkout("tests/vectors")) {
        Ok(cases) => cases,
        Err(faults) => {
            println!("{}\n0 passed, {} failed", faults.join("\n"), faults.len());
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut session = run::Session::default();
    let answers: Vec<_> = cases.iter().map(|case| session.ask(case)).collect();
    let lines: String = cases.iter().zip(&answers).map(|(case, answer)| answer.line(case) + "\n").collect();
    fs::write(target.join("cases.tsv"), format!("cases\t{}\n{lines}", cases.len()))?;
    fs::write(target.join("ran-rust.txt"), cases.iter().map(|case| case.id.clone() + "\n").collect::<String>())?;
    let differing: Vec<_> = cases.iter().zip(&answers).map(|(case, answer)| answer.differences(case)).collect();
    let failed = differing.iter().filter(|differences| !differences.is_empty()).count();
    for difference in differing.iter().flatten() {
        println!("{difference}");
    }
    println!("{} passed, {failed} failed", cases.len() - failed);
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
