//! The README shows the examples as they are, and they run.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use lifestage_core::Policy;
use lifestage_tests::generated::examples_of;
use lifestage_tests::in_checkout;

/// The example of each language; the other languages' own tests run theirs.
const EXAMPLES: [&str; 5] = [
    "examples/c/classify_record.c",
    "examples/java/ClassifyRecord.java",
    "examples/node/classify_record.mjs",
    "examples/python/classify_record.py",
    "examples/rust/classify_record.rs",
];

#[test]
fn the_readme_shows_an_example_in_every_language() {
    let readme = fs::read_to_string(in_checkout("README.md")).unwrap();
    let shown: BTreeSet<_> = examples_of(&readme).into_iter().filter(|path| path.starts_with("examples/")).collect();
    assert_eq!(shown, BTreeSet::from(EXAMPLES));
}

#[test]
fn the_readme_shows_each_example_as_it_is() {
    let readme = fs::read_to_string(in_checkout("README.md")).unwrap();
    for path in EXAMPLES {
        let text = fs::read_to_string(in_checkout(path)).unwrap();
        assert!(readme.contains(&format!("\n{text}```\n")), "README.md has another {path}; refresh: make generate");
    }
}

#[test]
fn the_overlay_in_the_readme_is_a_valid_policy() {
    let readme = fs::read_to_string(in_checkout("README.md")).unwrap();
    let (_, block) = readme.split_once("```toml\n").unwrap();
    let (overlay, _) = block.split_once("```").unwrap();
    assert_eq!(Policy::open(overlay).unwrap().document().name, "guangxi");
}

#[test]
fn every_link_of_the_readme_and_of_contributing_leads_somewhere() {
    for page in ["README.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(in_checkout(page)).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
        for link in links.filter(|link| !link.starts_with("https:") && !link.starts_with('#')) {
            assert!(in_checkout(Path::new(link)).exists(), "{page}: there is no {link}");
        }
    }
}

#[test]
fn the_rust_example_runs() {
    let arguments = ["run", "-q", "-p", "lifestage-tests", "--example", "classify_record"];
    let output = Command::new(env!("CARGO")).args(arguments).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(printed, "Some(D) Some(Mid) [\"EWS-02\"]\n", "{:?}", output.status);
}
