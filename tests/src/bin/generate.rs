//! Writes everything that is generated from the registry; with `--check` it only names what is stale.

use std::env;
use std::io;
use std::process::ExitCode;

use lifestage_tests::generated::{self, File};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => write(),
        ["--check"] => check(),
        _ => Err(io::Error::other("expected no argument, or --check")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write() -> io::Result<()> {
    for file in stale()? {
        println!("{}", file.path.display());
        file.write()?;
    }
    Ok(())
}

fn check() -> io::Result<()> {
    let stale = stale()?;
    for file in &stale {
        println!("{}: {}", file.path.display(), if file.text.is_some() { "stale" } else { "no longer generated" });
    }
    if stale.is_empty() { Ok(()) } else { Err(io::Error::other("refresh with: make generate")) }
}

fn stale() -> io::Result<Vec<File>> {
    Ok(generated::files()?.into_iter().filter(|file| !file.is_fresh()).collect())
}
