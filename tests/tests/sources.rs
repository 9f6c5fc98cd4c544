//! Every value of the default policy says where it comes from.

use std::collections::BTreeSet;
use std::fs;

use lifestage_core::Policy;
use lifestage_core::document::{self, Node, Value};
use lifestage_tests::{in_checkout, requirements};

/// The default policy's values, and what `[sources]` says of them.
struct Written {
    /// The path of every value and of every table and list above it.
    paths: BTreeSet<String>,
    /// The paths of the values that hold no others.
    leaves: Vec<String>,
    sources: Vec<(String, String)>,
}

fn written() -> Written {
    let text = fs::read_to_string(in_checkout("policies/china-telecom.toml")).unwrap();
    let Value::Table(mut entries) = document::parse("china-telecom", &text).unwrap().value else { unreachable!() };
    let Value::Table(sources) = entries.remove("sources").unwrap().value else { unreachable!() };
    let sources = sources.into_iter().map(|(path, source)| match source.value {
        Value::Text(source) => (path, source),
        other => panic!("{path}: {other:?} is no source"),
    });
    let mut written = Written { paths: BTreeSet::new(), leaves: Vec::new(), sources: sources.collect() };
    for (key, node) in &entries {
        walk(key, node, &mut written);
    }
    written
}

fn walk(path: &str, node: &Node, written: &mut Written) {
    written.paths.insert(path.to_owned());
    match &node.value {
        Value::Table(entries) => entries.iter().for_each(|(key, node)| walk(&format!("{path}.{key}"), node, written)),
        Value::List(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(index, node)| walk(&format!("{path}[{index}]"), node, written));
        }
        _ => written.leaves.push(path.to_owned()),
    }
}

/// Whether `path` is `above` or lies below it.
fn is_covered_by(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[test]
fn every_value_of_the_default_policy_has_a_source() {
    let Written { leaves, sources, .. } = written();
    let has_source = |leaf: &String| sources.iter().any(|(path, _)| is_covered_by(leaf, path));
    let without: Vec<_> = leaves.iter().filter(|leaf| !has_source(leaf)).collect();
    assert!(without.is_empty(), "no source for {without:?}");
}

#[test]
fn every_source_is_a_requirement_or_ours_and_names_a_value() {
    let Written { paths, sources, .. } = written();
    let requirements = requirements::ids();
    for (path, source) in sources {
        assert!(source == "ours" || requirements.contains(source.as_str()), "{path}: there is no {source}");
        assert!(paths.contains(&path), "{path}: the policy has no such value");
    }
}

#[test]
fn every_value_is_shown_with_the_source_of_the_longest_path_that_covers_it() {
    let Written { leaves, sources, .. } = written();
    let policy = Policy::open("china-telecom").unwrap();
    for value in policy.values() {
        let covering = sources.iter().filter(|(path, _)| is_covered_by(&value.path, path));
        let covering = covering.max_by_key(|(path, _)| path.len());
        let (_, source) = covering.unwrap_or_else(|| panic!("{} has no source", value.path));
        assert_eq!((&value.source, value.file.as_deref()), (source, Some("china-telecom")), "{}", value.path);
    }
    let is_shown = |leaf: &String| policy.values().iter().any(|value| is_covered_by(leaf, &value.path));
    let hidden: Vec<_> = leaves.iter().filter(|leaf| !is_shown(leaf)).collect();
    assert!(hidden.is_empty(), "{hidden:?}");
}

#[test]
fn every_example_of_a_policy_is_valid() {
    let files = fs::read_dir(in_checkout("policies/examples")).unwrap();
    let texts: Vec<_> = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    assert!(!texts.is_empty());
    for text in texts {
        Policy::open(&text).unwrap();
    }
}

#[test]
fn a_source_covers_what_lies_below_it_and_nothing_beside_it() {
    assert!(is_covered_by("value.tiers[0].when", "value.tiers"));
    assert!(is_covered_by("name", "name"));
    assert!(!is_covered_by("warning.fee_drop_2.months", "warning.fee_drop"));
}
