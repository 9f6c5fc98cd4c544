//! Every vector, in Rust.

use lifestage_core::catalogue::Language;
use lifestage_core::{Engine, Error, Fault};
use lifestage_tests::vector::Case;
use lifestage_tests::{in_checkout, run, vector};
use serde_json::Value;

fn cases() -> Vec<Case> {
    vector::load(&in_checkout("tests/vectors")).unwrap_or_else(|faults| panic!("{}", faults.join("\n")))
}

#[test]
fn every_vector_gets_the_answer_it_expects() {
    let mut session = run::Session::default();
    let differences: Vec<_> = cases().iter().flat_map(|case| session.ask(case).differences(case)).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What is wrong with a case's policy, or with its request.
fn error_of(case: &Case) -> Option<Error> {
    let engine = match Engine::open(&case.policy) {
        Ok(engine) => engine,
        Err(error) => return Some(error),
    };
    let asked: Value = serde_json::from_str(&case.request).unwrap_or_default();
    match asked["policy"].as_str().filter(|_| case.operation == "check_policy") {
        Some(policy) => Engine::open(policy).err(),
        None => engine.call(&case.operation, &case.request).err(),
    }
}

#[test]
fn what_is_expected_instead_is_said_in_chinese_too() {
    // Names, numbers and operators are the same in both; a phrase has words beside one another.
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(char::is_alphabetic);
    let is_phrase = |text: &str| text.split(", ").any(|part| part.split(' ').filter(is_word).count() > 1);
    let is_english_only = |fault: &Fault| {
        let (en, zh) = (fault.expected.of(Language::En), fault.expected.of(Language::Zh));
        en == zh && is_phrase(en)
    };
    let faults: Vec<_> = cases().iter().filter_map(error_of).flat_map(|error| error.faults).collect();
    assert!(faults.len() > 200, "{}", faults.len());
    let english: Vec<_> = faults.iter().filter(|fault| is_english_only(fault)).map(|fault| &fault.expected).collect();
    assert!(english.is_empty(), "{english:?}");
}
