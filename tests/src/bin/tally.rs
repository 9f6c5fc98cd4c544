//! Sums what every language's tests found; run it last. Its last line is the whole result.

use std::process::ExitCode;

use lifestage_tests::in_checkout;
use lifestage_tests::tally::Tally;

fn main() -> ExitCode {
    let tally = Tally::of(&in_checkout("target"));
    println!("{:10}{:>8}{:>8}{:>9}", "", "passed", "failed", "skipped");
    for (runner, count) in &tally.runners {
        println!("{runner:10}{:>8}{:>8}{:>9}", count.passed, count.failed, count.skipped);
    }
    for complaint in &tally.complaints {
        println!("{complaint}");
    }
    let (passed, failed) = tally.sum();
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
