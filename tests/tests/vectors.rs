//! Every vector, in Rust.

use lifestage_tests::{in_checkout, run, vector};

#[test]
fn every_vector_gets_the_answer_it_expects() {
    let cases = vector::load(&in_checkout("tests/vectors")).unwrap_or_else(|faults| panic!("{}", faults.join("\n")));
    let mut session = run::Session::default();
    let differences: Vec<_> = cases.iter().flat_map(|case| session.ask(case).differences(case)).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
