//! The engine: a compiled policy and every operation on it. Immutable, `Send + Sync`: share it between threads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{self, Code, Text};
use crate::error::{Error, Fault};
use crate::lifecycle::{Classify, ClassifyRecord, Explain};
use crate::operation::{Operation, RecordOperation, UNKNOWN_OPERATION};
use crate::policy::{CheckPolicy, Policy, ShowPolicy};
use crate::view::BuildView;

/// Version of this library, as every result carries it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Every operation, in the order of the documentation.
pub const OPERATIONS: &[Operation] = &[
    Operation::record::<Version>(),
    Operation::record::<ListOperations>(),
    Operation::record::<ListCodes>(),
    Operation::record::<CheckPolicy>(),
    Operation::record::<ShowPolicy>(),
    Operation::record::<BuildView>(),
    Operation::record::<Classify>(),
    Operation::record::<ClassifyRecord>(),
    Operation::record::<Explain>(),
];

/// A policy made ready to decide.
#[derive(Debug)]
pub struct Engine {
    policy: Policy,
}

impl Engine {
    /// The engine of a policy.
    pub fn new(policy: Policy) -> Self {
        Self { policy }
    }

    /// The engine of a shipped policy's name, such as `china-telecom`, or of a policy document (TOML or JSON).
    ///
    /// # Errors
    /// Every fault of the policy, in one pass.
    pub fn open(policy: &str) -> Result<Self, Error> {
        Ok(Self::new(Policy::open(policy)?))
    }

    /// The policy this engine decides by.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Calls an operation by name: one JSON text in, one out.
    ///
    /// # Errors
    /// [`UNKNOWN_OPERATION`], or what the operation finds wrong with the request.
    pub fn call(&self, operation: &str, request: &str) -> Result<String, Error> {
        let registered = OPERATIONS.iter().find(|registered| registered.name == operation);
        let registered = registered.ok_or_else(|| unknown_operation(operation))?;
        (registered.call)(self, request)
    }
}

fn unknown_operation(name: &str) -> Error {
    let names: Vec<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
    let fault = Fault::new(&UNKNOWN_OPERATION, "operation").found(name).expected(names.join(", "));
    Error::request(vec![fault.suggest(name, names)])
}

/// The operation `version`.
#[derive(Debug)]
pub struct Version;

/// A request without parameters.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoParameters {}

/// Which engine and which policy answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VersionResponse {
    /// Version of the library.
    pub version: &'static str,
    /// Name of the policy.
    pub policy: String,
    /// Version of the policy.
    pub policy_version: String,
    /// SHA-256 of the effective policy in canonical form.
    pub digest: String,
}

impl RecordOperation for Version {
    const NAME: &'static str = "version";
    const ABOUT: Text =
        Text { en: "Says which engine and which policy answer.", zh: "说明作答的引擎与策略版本。" };
    type Request = NoParameters;
    type Response = VersionResponse;

    fn run(engine: &Engine, _: NoParameters) -> Result<VersionResponse, Error> {
        let policy = engine.policy();
        Ok(VersionResponse {
            version: VERSION,
            policy: policy.document().name.clone(),
            policy_version: policy.document().version.clone(),
            digest: policy.digest().to_owned(),
        })
    }
}

/// The operation `list_operations`.
#[derive(Debug)]
pub struct ListOperations;

/// One operation, described.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OperationDescription {
    /// What it is called; `snake_case`.
    pub name: &'static str,
    /// What it does.
    pub about: Text,
    /// JSON Schema of the request.
    pub request: serde_json::Value,
    /// JSON Schema of the response.
    pub response: serde_json::Value,
}

impl RecordOperation for ListOperations {
    const NAME: &'static str = "list_operations";
    const ABOUT: Text = Text {
        en: "Lists every operation with the JSON Schemas of its request and response.",
        zh: "列出全部操作及其请求与响应的 JSON Schema。",
    };
    type Request = NoParameters;
    type Response = Vec<OperationDescription>;

    fn run(_: &Engine, _: NoParameters) -> Result<Self::Response, Error> {
        let describe = |operation: &Operation| OperationDescription {
            name: operation.name,
            about: operation.about,
            request: (operation.request)().as_json().clone(),
            response: (operation.response)().as_json().clone(),
        };
        Ok(OPERATIONS.iter().map(describe).collect())
    }
}

/// The operation `list_codes`.
#[derive(Debug)]
pub struct ListCodes;

impl RecordOperation for ListCodes {
    const NAME: &'static str = "list_codes";
    const ABOUT: Text = Text {
        en: "Lists every code of faults and reasons with its texts in English and Chinese.",
        zh: "列出全部错误码与原因码及其中英文说明。",
    };
    type Request = NoParameters;
    type Response = Vec<&'static Code>;

    fn run(_: &Engine, _: NoParameters) -> Result<Self::Response, Error> {
        Ok(catalogue::all())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_operation_names_the_nearest_one() {
        let engine = Engine::open("china-telecom").unwrap();
        let error = engine.call("check_polcy", "{}").unwrap_err();
        assert_eq!(error.faults[0].suggestion.as_deref(), Some("check_policy"));
    }

    #[test]
    fn every_fault_of_a_request_is_reported_with_its_path() {
        let engine = Engine::open("china-telecom").unwrap();
        let error = engine.call("check_policy", r#"{"polcy": 1, "file": 2}"#).unwrap_err();
        let found: Vec<_> = error.faults.iter().map(|fault| (fault.code.name, fault.path.as_str())).collect();
        assert_eq!(found, [("WRONG_TYPE", "file"), ("UNKNOWN_KEY", "polcy"), ("MISSING_KEY", "policy")]);
    }
}
