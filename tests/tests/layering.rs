//! The floors of the core: a module imports only from floors below its own, and a room from another only where the
//! domain says so.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lifestage_tests::in_checkout;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Item;

/// The floors, lowest first. A module is a file or a folder at the top of `core/src`.
const FLOORS: [&[&str]; 3] = [
    &[
        "catalogue",
        "condition",
        "decision_table",
        "document",
        "error",
        "fact",
        "handle",
        "money",
        "month",
        "operation",
        "ratio",
        "table",
        "threads",
    ],
    &["division", "feed", "group", "lifecycle", "organisation", "value", "view", "warning"],
    &["batch", "policy", "engine"],
];

/// The floor whose modules stand beside one another: rooms.
const ROOMS: usize = 1;

/// What a room may read of another: who is about to leave depends on what he is worth, and so on. Every room reads the view.
const SIDEWAYS: [(&str, &[&str]); 4] = [
    ("division", &["organisation"]),
    ("warning", &["value"]),
    ("lifecycle", &["value", "warning"]),
    ("group", &["lifecycle", "value"]),
];

/// The one import that runs up on purpose: an operation is what an engine answers, so whoever declares one names the engine.
const ANSWERS: &str = "engine";
const MAY_NAME_THE_ENGINE: [&str; 8] =
    ["division", "feed", "group", "handle", "lifecycle", "operation", "organisation", "view"];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// What speaks against an import, if anything.
fn objection(module: &str, imported: &str) -> Option<String> {
    let may_read = |room: &str| SIDEWAYS.iter().any(|(reader, rooms)| *reader == module && rooms.contains(&room));
    match (floor(module), floor(imported)) {
        (None, _) => Some(format!("{module} stands on no floor: give it one in tests/tests/layering.rs")),
        (_, None) => Some(format!("{module} imports crate::{imported}, which is no module: name where it stands")),
        _ if imported == ANSWERS && MAY_NAME_THE_ENGINE.contains(&module) => None,
        (Some(own), Some(other)) if other > own => Some(format!("{module} imports {imported}: that runs up")),
        (Some(ROOMS), Some(ROOMS)) if imported != "view" && !may_read(imported) => {
            Some(format!("{module} imports {imported}: that runs sideways"))
        }
        _ => None,
    }
}

/// Every module that a source text names by `crate::…`, or by a `super::…` that leaves the modules it lies in.
fn imports(text: &str, modules_above: usize) -> BTreeSet<String> {
    let items = syn::parse_file(text).unwrap().items;
    let mut tokens = Vec::new();
    for item in items.iter().filter(|item| !is_test(item)) {
        flatten(item.to_token_stream(), &mut tokens);
    }
    let mut imports = BTreeSet::new();
    for start in 0..tokens.len() {
        let crate_path = path_of(&tokens[start..], "crate", 1);
        let super_path = path_of(&tokens[start..], "super", modules_above);
        for path in [crate_path, super_path].into_iter().flatten() {
            imports.extend(first_names(path));
        }
    }
    imports
}

/// Tests may read whatever they test with.
fn is_test(item: &Item) -> bool {
    let Item::Mod(module) = item else { return false };
    module.attrs.iter().any(|attribute| attribute.meta.to_token_stream().to_string() == "cfg (test)")
}

fn flatten(stream: TokenStream, tokens: &mut Vec<String>) {
    for tree in stream {
        match tree {
            TokenTree::Group(group) => {
                tokens.push("{".into());
                flatten(group.stream(), tokens);
                tokens.push("}".into());
            }
            other => tokens.push(other.to_string()),
        }
    }
}

/// The tokens behind `keyword::`, `times` times.
fn path_of<'a>(mut tokens: &'a [String], keyword: &str, times: usize) -> Option<&'a [String]> {
    for _ in 0..times {
        let [first, colon, second, rest @ ..] = tokens else { return None };
        if first != keyword || colon != ":" || second != ":" {
            return None;
        }
        tokens = rest;
    }
    Some(tokens)
}

/// The first name of a path, or of each path in its braces.
fn first_names(path: &[String]) -> Vec<String> {
    if path.first().is_none_or(|token| token != "{") {
        return path.first().cloned().into_iter().collect();
    }
    let mut depth = 0;
    let mut names = Vec::new();
    for (before, token) in path.iter().zip(&path[1..]) {
        match before.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        match depth {
            0 => break,
            1 if before == "{" || before == "," => names.push(token.clone()),
            _ => {}
        }
    }
    names.retain(|name| name != "}");
    names
}

/// Every source file of the core with its module and the number of modules it lies in; `lib.rs` is none.
fn sources() -> Vec<(PathBuf, String, usize)> {
    let root = in_checkout("core/src");
    let mut sources = Vec::new();
    collect(&root, &mut |path: PathBuf| {
        let below = path.strip_prefix(&root).unwrap().with_extension("");
        let module = below.iter().next().unwrap().to_string_lossy().into_owned();
        let modules_above = below.iter().count();
        if module != "lib" {
            sources.push((path, module, modules_above));
        }
    });
    sources
}

fn collect(folder: &Path, found: &mut impl FnMut(PathBuf)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, found) } else { found(path) }
    }
}

/// Each module of the core with each module that it imports.
fn edges() -> BTreeSet<(String, String)> {
    let mut edges = BTreeSet::new();
    for (path, module, modules_above) in sources() {
        let imported = imports(&fs::read_to_string(path).unwrap(), modules_above);
        edges.extend(imported.into_iter().filter(|name| *name != module).map(|name| (module.clone(), name)));
        edges.insert((module.clone(), module));
    }
    edges
}

#[test]
fn no_import_of_the_core_runs_up() {
    let objections: Vec<_> = edges()
        .iter()
        .filter(|(module, imported)| module != imported)
        .filter_map(|(module, imported)| objection(module, imported))
        .collect();
    assert!(objections.is_empty(), "{}", objections.join("\n"));
}

#[test]
fn every_module_of_the_core_has_a_floor() {
    for (_, module, _) in sources() {
        assert!(floor(&module).is_some(), "{module} stands on no floor");
    }
}

#[test]
fn every_module_that_may_name_the_engine_does() {
    let edges = edges();
    for module in MAY_NAME_THE_ENGINE {
        assert!(edges.contains(&(module.into(), ANSWERS.into())), "{module} no longer names the engine");
    }
}

#[test]
fn an_import_that_runs_up_is_refused() {
    assert_eq!(objection("money", "warning").unwrap(), "money imports warning: that runs up");
    assert_eq!(objection("warning", "engine").unwrap(), "warning imports engine: that runs up");
    assert_eq!(objection("engine", "warning"), None);
    assert_eq!(objection("batch", "policy"), None);
}

#[test]
fn a_room_reads_another_only_where_the_domain_says_so() {
    assert_eq!(objection("warning", "value"), None);
    assert_eq!(objection("value", "view"), None);
    assert_eq!(objection("value", "warning").unwrap(), "value imports warning: that runs sideways");
}

#[test]
fn an_unknown_module_is_refused() {
    assert!(objection("helper", "money").unwrap().contains("helper stands on no floor"));
    assert!(objection("policy", "Engine").unwrap().contains("crate::Engine, which is no module"));
}

#[test]
fn imports_are_found_wherever_they_stand() {
    let text = "
        use crate::money::Money;
        use crate::{error::{Error, Fault}, month};
        use super::value::Tier;
        /// Not crate::batch, which stands in a comment.
        fn rule() -> bool { matches!(crate::view::find(), Some(\"crate::kpi::x\")) }
        #[cfg(test)]
        mod tests { use crate::engine::Engine; }
    ";
    let found: Vec<_> = imports(text, 1).into_iter().collect();
    assert_eq!(found, ["error", "money", "month", "value", "view"]);
}

#[test]
fn a_path_that_stays_in_its_room_is_no_import() {
    assert!(imports("use super::Rule; use self::swing::Swing;", 2).is_empty());
    assert!(imports("use super::super::engine::Engine;", 2).contains("engine"));
}
