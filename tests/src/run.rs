//! Vectors, run in Rust: what the engine answers, and how that differs from what a case expects.

use std::collections::BTreeMap;

use lifestage_core::{Engine, Error, Handle};
use serde_json::Value;

use crate::vector::{Case, Expected};

/// What the engine, or a handle, answers to a case.
#[derive(Debug)]
pub struct Answer {
    /// The response or the error, byte for byte as every language has to give it.
    pub text: Result<String, String>,
    /// What was asked, with the texts of states in place of their names.
    request: String,
    /// Digest of the case's policy; empty where there is no engine of it.
    digest: String,
    /// The state that bore the name before which a `serialise` gives to its own.
    known_state: Option<String>,
}

/// Answers cases in their order: the steps of a handle's case follow one another.
#[derive(Debug, Default)]
pub struct Session {
    handle: Option<Handle>,
    /// The case whose steps have come last, and the states that they have named.
    case: String,
    states: BTreeMap<String, String>,
}

/// Asks the engine.
pub fn ask(case: &Case) -> Answer {
    Session::default().ask(case)
}

impl Session {
    /// Asks the engine, or the open handle.
    pub fn ask(&mut self, case: &Case) -> Answer {
        let name = case.id.rsplit_once('/').map_or("", |(name, _)| name);
        if self.case != name {
            *self = Self { case: name.to_owned(), ..Self::default() };
        }
        let request = self.filled(&case.request);
        let (text, digest) = match case.operation.split(' ').collect::<Vec<_>>()[..] {
            ["open", handle] => self.open(&case.policy, |engine| engine.open_handle(handle, &request)),
            ["restore"] => self.open(&case.policy, |engine| engine.restore_handle(&request)),
            ["update"] => self.with(|handle| handle.update(&request)),
            ["query"] => self.with(|handle| handle.query(&request)),
            ["serialise"] => self.with(Handle::serialise),
            ["close"] => self.with(|handle| {
                handle.close();
                Ok(String::new())
            }),
            _ => called(case),
        };
        let text = text.map_err(|error| error.to_json());
        let known_state = match (&case.expected, &text) {
            (Expected::State(name, _), Ok(state)) => self.states.insert(name.clone(), state.clone()),
            _ => None,
        };
        Answer { text, request, digest, known_state }
    }

    fn open(
        &mut self,
        policy: &str,
        open: impl FnOnce(&Engine) -> Result<Handle, Error>,
    ) -> (Result<String, Error>, String) {
        self.handle = None;
        let engine = match Engine::open(policy) {
            Ok(engine) => engine,
            Err(error) => return (Err(error), String::new()),
        };
        let opened = open(&engine).map(|handle| self.handle = Some(handle));
        (opened.map(|()| String::new()), engine.policy().digest().to_owned())
    }

    fn with(&self, verb: impl FnOnce(&Handle) -> Result<String, Error>) -> (Result<String, Error>, String) {
        match &self.handle {
            Some(handle) => (verb(handle), handle.engine().policy().digest().to_owned()),
            None => (Err(Error::internal("no handle is open")), String::new()),
        }
    }

    /// A request, with the states' texts in place of their names: the name alone, or as a text within JSON.
    fn filled(&self, request: &str) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        match self.states.get(request) {
            Some(state) => state.clone(),
            None => self
                .states
                .iter()
                .fold(request.to_owned(), |request, (name, state)| request.replace(&quoted(name), &quoted(state))),
        }
    }
}

/// Calls an operation.
fn called(case: &Case) -> (Result<String, Error>, String) {
    match Engine::open(&case.policy) {
        Ok(engine) => (engine.call(&case.operation, &case.request), engine.policy().digest().to_owned()),
        Err(error) => (Err(error), String::new()),
    }
}

impl Answer {
    /// Where the answer differs from what the case expects: a line a place, beginning with the case's id.
    pub fn differences(&self, case: &Case) -> Vec<String> {
        self.places(case).into_iter().map(|place| format!("{}: {place}", case.id)).collect()
    }

    fn places(&self, case: &Case) -> Vec<String> {
        let (expected, found) = match (&case.expected, &self.text) {
            (Expected::Response(expected), Ok(found)) | (Expected::Error(expected), Err(found)) => (expected, found),
            (Expected::State(name, spelt), Ok(found)) => match (self.other_state(name, found), spelt) {
                (None, Some(expected)) => (expected, found),
                (other, _) => return other.into_iter().collect(),
            },
            (Expected::Done, Ok(_)) => return Vec::new(),
            (_, Err(found)) => return vec![format!("expected a response, found the error {found}")],
            (Expected::Error(_), Ok(found)) => return vec![format!("expected an error, found the response {found}")],
        };
        match serde_json::from_str(found) {
            Ok(found) => differences(&self.filled(expected), &found),
            Err(error) => vec![format!("the answer is not JSON ({error}): {found}")],
        }
    }

    /// How a state differs from the one of the same name.
    fn other_state(&self, name: &str, found: &str) -> Option<String> {
        let known = self.known_state.as_ref().filter(|known| *known != found)?;
        Some(format!("{name} was {known}, found {found}"))
    }

    /// What is expected, with `$digest` and `$version` filled in.
    fn filled(&self, expected: &Value) -> Value {
        match expected {
            Value::String(text) if text == "$digest" => Value::from(self.digest.as_str()),
            Value::String(text) if text == "$version" => Value::from(lifestage_core::VERSION),
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), self.filled(value))).collect(),
            other => other.clone(),
        }
    }

    /// The case as a line of `cases.tsv`: id, policy, operation, `ok` or `error`, request, answer.
    ///
    /// Compact JSON holds neither tabs nor line breaks, so nothing needs escaping. What a handle's verb is done with, without
    /// words, is an empty answer.
    pub fn line(&self, case: &Case) -> String {
        let (outcome, answer) = match &self.text {
            Ok(response) => ("ok", response),
            Err(error) => ("error", error),
        };
        [&case.id, &case.policy, &case.operation, outcome, &self.request, answer].join("\t")
    }
}

/// Each place at which two JSON values differ: 1 is not 1.0, and what is absent is not null.
fn differences(expected: &Value, found: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare("", Some(expected), Some(found), &mut lines);
    lines
}

fn compare(path: &str, expected: Option<&Value>, found: Option<&Value>, lines: &mut Vec<String>) {
    match (expected, found) {
        (Some(Value::Object(expected)), Some(Value::Object(found))) => {
            let new = found.keys().filter(|key| !expected.contains_key(*key));
            for key in expected.keys().chain(new) {
                compare(&format!("{path}.{key}"), expected.get(key), found.get(key), lines);
            }
        }
        (Some(Value::Array(expected)), Some(Value::Array(found))) => {
            for index in 0..expected.len().max(found.len()) {
                compare(&format!("{path}[{index}]"), expected.get(index), found.get(index), lines);
            }
        }
        _ if expected == found => {}
        _ => lines.push(format!("{path}: expected {}, found {}", shown(expected), shown(found))),
    }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or("nothing".into(), Value::to_string)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn version_case(expected: Expected) -> Case {
        Case {
            id: "file/case".into(),
            policy: "china-telecom".into(),
            operation: "version".into(),
            request: "{}".into(),
            expected,
        }
    }

    #[test]
    fn every_difference_is_named_with_its_place() {
        let expected = json!({"a": [1, 2], "b": {"c": null}, "d": 1});
        let found = json!({"a": [1, 3, 4], "b": {}, "d": 1.0, "e": "x"});
        let lines = [
            ".a[1]: expected 2, found 3",
            ".a[2]: expected nothing, found 4",
            ".b.c: expected null, found nothing",
            ".d: expected 1, found 1.0",
            ".e: expected nothing, found \"x\"",
        ];
        assert_eq!(differences(&expected, &found), lines);
    }

    #[test]
    fn a_response_in_place_of_an_error_is_a_difference() {
        let case = version_case(Expected::Error(json!({})));
        let lines = ask(&case).differences(&case);
        assert!(lines[0].starts_with("file/case: expected an error, found the response {"), "{lines:?}");
    }

    #[test]
    fn an_error_in_place_of_a_response_is_a_difference() {
        let case = Case { operation: "vers".into(), ..version_case(Expected::Response(json!({}))) };
        let lines = ask(&case).differences(&case);
        assert!(lines[0].starts_with("file/case: expected a response, found the error {"), "{lines:?}");
    }
}
