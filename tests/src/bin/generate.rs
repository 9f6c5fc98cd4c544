//! Writes everything that is generated from the registry; with `--check` it only names what is stale.

use std::env;
use std::io;
use std::process::ExitCode;

use lifestage_tests::generated;

fn main() -> io::Result<ExitCode> {
    let only_checks = match env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => {
            eprintln!("unknown argument {other}; expected nothing or --check");
            return Ok(ExitCode::FAILURE);
        }
    };
    let stale: Vec<_> = generated::files()?.into_iter().filter(|file| !file.is_fresh()).collect();
    for file in &stale {
        println!("{}: {}", file.path.display(), if file.text.is_some() { "stale" } else { "no longer generated" });
        if !only_checks {
            file.write()?;
        }
    }
    if only_checks && !stale.is_empty() {
        println!("refresh with: make generate");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
