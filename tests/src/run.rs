//! Vectors, run in Rust: what the engine answers, and how that differs from what a case expects.

use lifestage_core::{Engine, Error};
use serde_json::Value;

use crate::vector::{Case, Expected};

/// What the engine answers to a case.
#[derive(Debug)]
pub struct Answer {
    /// The response or the error, byte for byte as every language has to give it.
    pub text: Result<String, String>,
    /// Digest of the case's policy; empty where there is no engine of it.
    digest: String,
}

/// Asks the engine.
pub fn ask(case: &Case) -> Answer {
    let as_json = |error: Error| error.to_json();
    match Engine::open(&case.policy) {
        Ok(engine) => Answer {
            text: engine.call(&case.operation, &case.request).map_err(as_json),
            digest: engine.policy().digest().to_owned(),
        },
        Err(error) => Answer { text: Err(error.to_json()), digest: String::new() },
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
            (Expected::Response(_), Err(found)) => {
                return vec![format!("expected a response, found the error {found}")];
            }
            (Expected::Error(_), Ok(found)) => return vec![format!("expected an error, found the response {found}")],
        };
        match serde_json::from_str(found) {
            Ok(found) => differences(&self.filled(expected), &found),
            Err(error) => vec![format!("the answer is not JSON ({error}): {found}")],
        }
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
    /// Compact JSON holds neither tabs nor line breaks, so nothing needs escaping.
    pub fn line(&self, case: &Case) -> String {
        let (outcome, answer) = match &self.text {
            Ok(response) => ("ok", response),
            Err(error) => ("error", error),
        };
        [&case.id, &case.policy, &case.operation, outcome, &case.request, answer].join("\t")
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
