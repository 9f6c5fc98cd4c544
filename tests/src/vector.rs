//! The vector files: requests and the answers that every language has to give to them.
//!
//! A file of `tests/vectors` is a business subject and is written by hand:
//!
//! ```json
//! {
//!   "about": "What the cases show, in a sentence.",
//!   "ids": ["EWS-01"],
//!   "policy": "china-telecom",
//!   "cases": [
//!     {"name": "what_is_shown", "operation": "version", "request": {}, "response": {"version": "$version"}}
//!   ]
//! }
//! ```
//!
//! `ids` are the requirements that the cases prove. `policy` is a shipped policy's name or a document, usually an overlay
//! (`{"extends": …}`); a case may name one of its own. A case expects a `response` or an `error`, always the whole of it;
//! an error may come from the policy or from the request, and says which. In what is expected, the text `$digest` stands
//! for the digest of the case's policy, `$version` for the library's version.
//!
//! A handle's case is a list of steps, each with one verb and what it has to answer:
//!
//! ```json
//! {
//!   "name": "two_parts_merge",
//!   "handle": "customers",
//!   "steps": [
//!     {"open": {}},
//!     {"update": {"tables": {"decisions": []}}, "response": {"rows": 0}},
//!     {"serialise": "$north"},
//!     {"close": {}},
//!     {"restore": "$north"},
//!     {"update": {"states": ["$north"]}, "response": {"rows": 0}},
//!     {"query": {}, "response": {"tables": {"customers": []}}},
//!     {"serialise": "$north"}
//!   ]
//! }
//! ```
//!
//! One handle is open at a time: `open` and `restore` begin with another one. `serialise` names a state; where the name stands
//! again, there in `serialise`, the state has to be the same, byte for byte, and anywhere else it stands for the state's text.
//! A `response` of `serialise` spells the state out. Any step may expect an `error`; `open` and `restore` may have a `policy`
//! of their own, and `open` a `handle`: that of a state which the case's own handle is given. Steps with which every handle's
//! case of a file begins stand once, before the cases, as `before`; a case may restore the states that they name.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::requirements;

/// A request, and the answer it has to get; each step of a handle's case is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Unique: the file's name and the case's, `check_policy/the_default_policy_is_valid`; of a step also its number, from 1.
    pub id: String,
    /// A shipped policy's name, or a document on one line.
    pub policy: String,
    /// The operation that is called; of a step its verb: `open customers`, `restore`, `update`, `query`, `serialise`, `close`.
    pub operation: String,
    /// What it is asked: JSON on one line; of `restore` a state, or the name of one; of `serialise` and `close` nothing.
    pub request: String,
    /// What it has to answer.
    pub expected: Expected,
}

/// The answer a case has to get.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// This response.
    Response(Value),
    /// This error.
    Error(Value),
    /// No words: the verb is done.
    Done,
    /// The state of this name; spelt out, or whatever it is.
    State(String, Option<Value>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    about: String,
    ids: Vec<String>,
    policy: Value,
    #[serde(default)]
    before: Vec<WrittenStep>,
    cases: Vec<WrittenCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCase {
    name: String,
    policy: Option<Value>,
    operation: Option<String>,
    request: Option<Value>,
    response: Option<Value>,
    error: Option<Value>,
    handle: Option<String>,
    steps: Option<Vec<WrittenStep>>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    handle: Option<String>,
    open: Option<Value>,
    restore: Option<String>,
    update: Option<Value>,
    query: Option<Value>,
    serialise: Option<String>,
    close: Option<Value>,
    policy: Option<Value>,
    response: Option<Value>,
    error: Option<Value>,
}

/// Every case of the vector files of a folder, in the order of the files' names.
///
/// # Errors
/// Everything that is wrong with the files, each fault with its file and case.
pub fn load(folder: &Path) -> Result<Vec<Case>, Vec<String>> {
    let files = texts(folder).map_err(|error| vec![format!("{}: {error}", folder.display())])?;
    let (mut cases, mut faults) = (Vec::new(), Vec::new());
    for (stem, text) in &files {
        match read(stem, text) {
            Ok(read) => cases.extend(read),
            Err(found) => faults.extend(found.into_iter().map(|fault| format!("{stem}.json: {fault}"))),
        }
    }
    if cases.is_empty() && faults.is_empty() {
        faults.push(format!("{}: no vectors", folder.display()));
    }
    if faults.is_empty() { Ok(cases) } else { Err(faults) }
}

/// The files of a folder, each with the requirements that it proves.
///
/// # Errors
/// A file cannot be read.
pub fn ids(folder: &Path) -> io::Result<Vec<(String, Vec<String>)>> {
    let ids = |(stem, text): (String, String)| Ok((stem, serde_json::from_str::<WrittenFile>(&text)?.ids));
    texts(folder)?.into_iter().map(ids).collect()
}

/// The name (without its ending) and the text of each file of a folder.
fn texts(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != "json") {
            return Err(io::Error::other(format!("{} is not a vector file", path.display())));
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        files.push((stem, fs::read_to_string(&path)?));
    }
    files.sort();
    Ok(files)
}

/// The cases of one file, or everything that is wrong with it.
fn read(stem: &str, text: &str) -> Result<Vec<Case>, Vec<String>> {
    let file: WrittenFile = serde_json::from_str(text).map_err(|error| vec![error.to_string()])?;
    let mut faults = faults_of(&file);
    let mut cases = Vec::new();
    for written in file.cases {
        let name = written.name.clone();
        match cases_of(stem, written, &file.policy, &file.before) {
            Ok(read) => cases.extend(read),
            Err(fault) => faults.push(format!("{name}: {fault}")),
        }
    }
    if faults.is_empty() { Ok(cases) } else { Err(faults) }
}

/// What is wrong with a file apart from its single cases.
fn faults_of(file: &WrittenFile) -> Vec<String> {
    let mut faults = Vec::new();
    if file.about.is_empty() {
        faults.push("`about` says nothing".into());
    }
    if file.cases.is_empty() {
        faults.push("there are no cases".into());
    }
    let known = requirements::ids();
    let unknown = file.ids.iter().filter(|id| !known.contains(id.as_str()));
    faults.extend(unknown.map(|id| format!("there is no requirement {id}")));
    let mut names = BTreeSet::new();
    let repeated = file.cases.iter().filter(|case| !names.insert(case.name.as_str()));
    faults.extend(repeated.map(|case| format!("{}: the name stands twice", case.name)));
    faults
}

/// The one case, or the steps.
fn cases_of(stem: &str, written: WrittenCase, policy: &Value, before: &[WrittenStep]) -> Result<Vec<Case>, String> {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    if written.name.is_empty() || !written.name.chars().all(is_letter) {
        return Err("a name is written in snake_case".into());
    }
    let id = format!("{stem}/{}", written.name);
    let policy = policy_text(written.policy.as_ref().unwrap_or(policy))?;
    match (written.operation, written.request, written.handle, written.steps) {
        (Some(operation), Some(request), None, None) => {
            let expected = match (written.response, written.error) {
                (Some(response), None) => Expected::Response(response),
                (None, Some(error)) => Expected::Error(error),
                _ => return Err("a case expects either a `response` or an `error`".into()),
            };
            Ok(vec![Case { id, policy, operation, request: request.to_string(), expected }])
        }
        (None, None, Some(handle), Some(steps)) if written.response.is_none() && written.error.is_none() => {
            steps_of(&id, &policy, &handle, [before, &steps].concat())
        }
        _ => Err("a case has either an `operation` and a `request`, or a `handle` and `steps`".into()),
    }
}

/// A handle's steps, each as a case.
fn steps_of(id: &str, policy: &str, handle: &str, steps: Vec<WrittenStep>) -> Result<Vec<Case>, String> {
    let opens = |step: &WrittenStep| step.open.is_some() || step.restore.is_some();
    if !steps.first().is_some_and(opens) {
        return Err("the first step is `open` or `restore`".into());
    }
    if steps.windows(2).any(|pair| pair[0].close.is_some() && !opens(&pair[1])) {
        return Err(
            "after `close` comes `open` or `restore`: what else a closed handle does, each language tests".into()
        );
    }
    let numbered = steps.into_iter().enumerate();
    let read = |(index, step)| {
        let number = index + 1;
        step_of(format!("{id}/{number}"), policy, handle, step).map_err(|fault| format!("step {number}: {fault}"))
    };
    numbered.map(read).collect()
}

fn step_of(id: String, policy: &str, handle: &str, step: WrittenStep) -> Result<Case, String> {
    let handle = match step.handle.as_deref() {
        Some(_) if step.open.is_none() => return Err("only `open` has a `handle`".into()),
        other => other.unwrap_or(handle),
    };
    let open = step.open.map(|params| (format!("open {handle}"), params.to_string(), None));
    let restore = step.restore.map(|state| ("restore".into(), state, None));
    let update = step.update.map(|update| ("update".into(), update.to_string(), None));
    let query = step.query.map(|query| ("query".into(), query.to_string(), None));
    let serialise = step.serialise.map(|name| ("serialise".into(), String::new(), Some(name)));
    let close = step.close.map(|_| ("close".into(), String::new(), None));
    let mut verbs: Vec<(String, String, Option<String>)> =
        [open, restore, update, query, serialise, close].into_iter().flatten().collect();
    let (Some((operation, request, state)), true) = (verbs.pop(), verbs.is_empty()) else {
        return Err("a step has one verb".into());
    };
    let expected = match (step.response, step.error, state) {
        (None, Some(error), _) => Expected::Error(error),
        (response, None, Some(name)) if name.starts_with('$') => Expected::State(name, response),
        (_, _, Some(_)) => return Err("`serialise` names a state, such as `$north`".into()),
        (Some(response), None, None) if operation == "update" || operation == "query" => Expected::Response(response),
        (None, None, None) if operation != "update" && operation != "query" => Expected::Done,
        _ => {
            return Err(
                "`update` and `query` expect either a `response` or an `error`, the others at most an `error`".into()
            );
        }
    };
    let own = step.policy.as_ref().map(policy_text).transpose()?;
    Ok(Case { id, policy: own.unwrap_or_else(|| policy.to_owned()), operation, request, expected })
}

fn policy_text(policy: &Value) -> Result<String, String> {
    match policy {
        Value::String(name) => Ok(name.clone()),
        Value::Object(_) => Ok(policy.to_string()),
        _ => Err("`policy` is a name or a document".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = r#"{"name": "a_case", "operation": "version", "request": {}, "response": {}}"#;

    fn file(ids: &str, policy: &str, cases: &str) -> Result<Vec<Case>, Vec<String>> {
        read("file", &format!(r#"{{"about": "A test.", "ids": {ids}, "policy": {policy}, "cases": [{cases}]}}"#))
    }

    fn refused(cases: &str) -> String {
        file("[]", r#""china-telecom""#, cases).unwrap_err().join("\n")
    }

    #[test]
    fn a_case_has_an_id_and_renders_policy_and_request_on_one_line() {
        let case = CASE.replace(
            "{}, \"resp",
            "{\"on\": \"2024-05-31\"},\n\"policy\": {\"extends\": \"x\",\n \"name\": \"a\"}, \"resp",
        );
        let cases = file(r#"["EWS-01"]"#, r#""china-telecom""#, &case).unwrap();
        assert_eq!(cases[0].id, "file/a_case");
        assert_eq!(cases[0].policy, r#"{"extends":"x","name":"a"}"#);
        assert_eq!(cases[0].request, r#"{"on":"2024-05-31"}"#);
    }

    #[test]
    fn a_file_without_cases_is_refused() {
        assert_eq!(refused(""), "there are no cases");
    }

    #[test]
    fn names_that_stand_twice_are_refused() {
        assert_eq!(refused(&format!("{CASE}, {CASE}")), "a_case: the name stands twice");
    }

    #[test]
    fn names_that_would_break_a_line_are_refused() {
        assert_eq!(refused(&CASE.replace("a_case", "a\\tcase")), "a\tcase: a name is written in snake_case");
    }

    #[test]
    fn a_case_without_an_expectation_or_with_two_is_refused() {
        let fault = "a_case: a case expects either a `response` or an `error`";
        assert_eq!(refused(&CASE.replace(r#", "response": {}"#, "")), fault);
        assert_eq!(refused(&CASE.replace(r#""response": {}"#, r#""response": {}, "error": {}"#)), fault);
    }

    #[test]
    fn each_step_of_a_handle_is_a_case() {
        let steps = r#"{"name": "b", "handle": "customers", "steps": [
            {"open": {"a": 1}}, {"update": {}, "response": {}}, {"serialise": "$s"}, {"restore": "$s", "policy": "p"},
            {"query": {}, "error": {}}, {"close": {}}]}"#;
        let cases = file("[]", r#""china-telecom""#, steps).unwrap();
        let lines: Vec<_> = cases
            .iter()
            .map(|case| [&case.id, &case.policy, &case.operation, &case.request].map(String::as_str).join(" "))
            .collect();
        let expected = [
            r#"file/b/1 china-telecom open customers {"a":1}"#,
            "file/b/2 china-telecom update {}",
            "file/b/3 china-telecom serialise ",
            "file/b/4 p restore $s",
            "file/b/5 china-telecom query {}",
            "file/b/6 china-telecom close ",
        ];
        assert_eq!(lines, expected);
        assert_eq!(cases[2].expected, Expected::State("$s".into(), None));
    }

    #[test]
    fn steps_that_say_too_little_or_too_much_are_refused() {
        let refused = |steps: &str| refused(&format!(r#"{{"name": "b", "handle": "customers", "steps": [{steps}]}}"#));
        assert_eq!(refused(r#"{"update": {}, "response": {}}"#), "b: the first step is `open` or `restore`");
        assert_eq!(refused(r#"{"open": {}, "close": {}}"#), "b: step 1: a step has one verb");
        assert_eq!(
            refused(r#"{"open": {}}, {"serialise": "s"}"#),
            "b: step 2: `serialise` names a state, such as `$north`"
        );
        assert!(
            refused(r#"{"open": {}}, {"close": {}}, {"query": {}, "error": {}}"#).starts_with("b: after `close` comes")
        );
        assert_eq!(
            refused(r#"{"open": {}}, {"close": {}, "handle": "registry"}"#),
            "b: step 2: only `open` has a `handle`"
        );
        assert!(refused(r#"{"open": {}}, {"query": {}}"#).starts_with("b: step 2: `update` and `query` expect"));
    }

    #[test]
    fn the_steps_before_come_first_in_every_handle_s_case_and_open_handles_of_their_own() {
        let text = r#"{"about": "A test.", "ids": [], "policy": "p",
            "before": [{"open": {}, "handle": "registry"}, {"serialise": "$r"}],
            "cases": [{"name": "a", "handle": "customers", "steps": [{"open": {"registry": "$r"}}]},
                      {"name": "b", "operation": "version", "request": {}, "response": {}},
                      {"name": "c", "handle": "customers", "steps": [{"restore": "$r"}]}]}"#;
        let cases = read("file", text).unwrap();
        let lines: Vec<_> = cases.iter().map(|case| format!("{} {}", case.id, case.operation)).collect();
        let expected = [
            "file/a/1 open registry",
            "file/a/2 serialise",
            "file/a/3 open customers",
            "file/b version",
            "file/c/1 open registry",
            "file/c/2 serialise",
            "file/c/3 restore",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn unknown_keys_are_refused() {
        assert!(refused(&CASE.replace("request", "requst")).contains("unknown field `requst`"));
    }

    #[test]
    fn unknown_requirements_and_policies_of_another_type_are_refused() {
        let faults = file(r#"["EWS-01", "EWS-99"]"#, "7", CASE).unwrap_err();
        assert_eq!(faults, ["there is no requirement EWS-99", "a_case: `policy` is a name or a document"]);
    }
}
