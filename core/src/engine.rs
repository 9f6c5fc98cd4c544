//! The engine: a compiled policy and every operation on it. Immutable, `Send + Sync`: share it between threads.

use std::num::NonZeroUsize;
use std::sync::Arc;

use arrow_schema::Metadata;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Text};
use crate::division::{Adjustments, AssignAttributes, DivisionWindow, Registry, RouteLeads, VerifyLog};
use crate::document::Schema;
use crate::error::{Error, Fault};
use crate::feed::CheckFeeds;
use crate::group::Groups;
use crate::handle::{BatchVerb, Handle, HandleKind};
use crate::lifecycle::{
    Classify, ClassifyRecord, CombineCustomers, Customers, DescribeStage, DescribeWarning, Explain, ListProgrammes,
    ListWarned, Machines, Stages, SummariseStages,
};
use crate::operation::{Cancel, Form, Operation, RecordOperation, Tables, UNKNOWN_OPERATION};
use crate::organisation::{AssignTask, JudgeChannelConflict, Organisation};
use crate::policy::{CheckPolicy, Policy, ShowPolicy};
use crate::view::BuildView;

/// Version of this library, as every result carries it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Every operation, in the order of the documentation.
pub const OPERATIONS: &[Operation] = &[
    Operation::record::<Version>(),
    Operation::record::<ListOperations>(),
    Operation::record::<ListHandles>(),
    Operation::record::<ListCodes>(),
    Operation::record::<CheckPolicy>(),
    Operation::record::<ShowPolicy>(),
    Operation::batch::<BuildView>(),
    Operation::batch::<Classify>(),
    Operation::record::<ClassifyRecord>(),
    Operation::record::<Explain>(),
    Operation::batch::<CombineCustomers>(),
    Operation::batch::<SummariseStages>(),
    Operation::batch::<ListWarned>(),
    Operation::record::<DescribeWarning>(),
    Operation::record::<DescribeStage>(),
    Operation::record::<ListProgrammes>(),
    Operation::batch::<AssignAttributes>(),
    Operation::batch::<RouteLeads>(),
    Operation::record::<DivisionWindow>(),
    Operation::batch::<VerifyLog>(),
    Operation::record::<AssignTask>(),
    Operation::record::<JudgeChannelConflict>(),
    Operation::record::<CheckFeeds>(),
];

/// Every code of the library, by number.
pub fn codes() -> Vec<&'static Code> {
    let rooms: &[&[&'static Code]] = &[
        crate::error::CODES,
        crate::document::CODES,
        crate::operation::CODES,
        crate::handle::CODES,
        crate::policy::CODES,
        crate::condition::CODES,
        crate::decision_table::CODES,
        crate::division::CRITERIA_CODES,
        crate::division::REGISTRY_CODES,
        crate::division::CYCLE_CODES,
        crate::table::CODES,
        crate::view::CODES,
        crate::value::CODES,
        crate::warning::CODES,
        crate::lifecycle::CODES,
        crate::organisation::CODES,
        crate::feed::CODES,
        crate::group::CODES,
        crate::batch::CODES,
    ];
    let mut codes = rooms.concat();
    codes.sort_by_key(|code| code.number);
    codes
}

/// Every kind of handle, in the order of the documentation.
pub const HANDLES: &[HandleKind] = &[
    HandleKind::of::<Registry>(),
    HandleKind::of::<Organisation>(),
    HandleKind::of::<Adjustments>(),
    HandleKind::of::<Customers>(),
    HandleKind::of::<Stages>(),
    HandleKind::of::<Groups>(),
];

/// A policy made ready to decide. A clone shares the policy.
#[derive(Debug, Clone)]
pub struct Engine {
    policy: Arc<Policy>,
    threads: NonZeroUsize,
    machines: Arc<Machines>,
}

impl Engine {
    /// The engine of a policy; batches run on as many threads as the process may use at a time.
    pub fn new(policy: Policy) -> Self {
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { policy: Arc::new(policy), threads, machines: Arc::default() }
    }

    /// The engine with so many threads for batches, the calling one included; results do not depend on it.
    #[must_use]
    pub fn with_threads(self, threads: NonZeroUsize) -> Self {
        Self { threads, ..self }
    }

    /// How many threads a batch runs on, the calling one included.
    pub fn threads(&self) -> NonZeroUsize {
        self.threads
    }

    pub(crate) fn machines(&self) -> &Machines {
        &self.machines
    }

    /// The engine of a shipped policy's name, such as `china-telecom`, or of a policy document (TOML or JSON).
    ///
    /// # Errors
    /// Every fault of the policy, in one pass.
    pub fn open(policy: &str) -> Result<Self, Error> {
        Ok(Self::new(Policy::open(policy)?))
    }

    /// Who answers: what rides in the schema of every table that is answered.
    pub(crate) fn signature(&self) -> Metadata {
        let mut metadata = Metadata::default();
        let digest = self.policy().digest().to_owned();
        metadata.extend([("lifestage.digest", digest), ("lifestage.version", VERSION.to_owned())]);
        metadata
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
        let registered = registered
            .ok_or_else(|| unknown_operation(operation, OPERATIONS.iter().map(|operation| operation.name).collect()))?;
        (registered.call)(self, request)
    }

    /// Calls an operation's batch form by name: named tables of Arrow in, named tables out, the parameters as JSON. The
    /// result is computed as it is read; what goes wrong then ends the stream.
    ///
    /// # Errors
    /// [`UNKNOWN_OPERATION`], also for an operation that takes records only; what is wrong with tables and parameters.
    pub fn call_batch(&self, operation: &str, tables: Tables, params: &str, cancel: Cancel) -> Result<Tables, Error> {
        let batches = || OPERATIONS.iter().filter_map(|registered| Some((registered.name, registered.batch?)));
        let Some((_, batch)) = batches().find(|(name, _)| *name == operation) else {
            return Err(unknown_operation(operation, batches().map(|(name, _)| name).collect()));
        };
        (batch.open)(self, tables, params, cancel)
    }

    /// Opens a handle by name, with its parameters as a JSON text.
    ///
    /// # Errors
    /// [`UNKNOWN_HANDLE`](crate::handle::UNKNOWN_HANDLE), or what the handle finds wrong with the parameters.
    pub fn open_handle(&self, name: &str, params: &str) -> Result<Handle, Error> {
        Handle::open(self.clone(), HANDLES, name, params)
    }

    /// Opens a handle with a state that [`Handle::serialise`] gave; the state says what kind of handle it is.
    ///
    /// # Errors
    /// [`INVALID_STATE`](crate::handle::INVALID_STATE), or [`OTHER_POLICY`](crate::handle::OTHER_POLICY).
    pub fn restore_handle(&self, state: &str) -> Result<Handle, Error> {
        Handle::restore(self.clone(), HANDLES, state)
    }
}

fn unknown_operation(name: &str, names: Vec<&str>) -> Error {
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
    /// In which forms it is called.
    pub form: Form,
    /// The tables of its batch form, by name; absent for a record operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables: Option<&'static [&'static str]>,
    /// The tables that its batch form takes where they are given; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional_tables: Option<&'static [&'static str]>,
    /// The tables that its batch form answers with, by name; absent for a record operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_tables: Option<&'static [&'static str]>,
    /// JSON Schema of the batch form's parameters; absent for a record operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<serde_json::Value>,
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
            form: operation.form(),
            tables: operation.batch.map(|batch| batch.tables),
            optional_tables: operation.batch.map(|batch| batch.optional_tables).filter(|tables| !tables.is_empty()),
            answered_tables: operation.batch.map(|batch| batch.answered_tables),
            params: operation.batch.map(|batch| (batch.params)().as_json().clone()),
            request: (operation.request)().as_json().clone(),
            response: (operation.response)().as_json().clone(),
        };
        Ok(OPERATIONS.iter().map(describe).collect())
    }
}

/// The operation `list_handles`.
#[derive(Debug)]
pub struct ListHandles;

/// One kind of handle, described.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HandleDescription {
    /// What it is called; `snake_case`.
    pub name: &'static str,
    /// What it remembers.
    pub about: Text,
    /// JSON Schema of the parameters it is opened with.
    pub params: serde_json::Value,
    /// How it is told something.
    pub update: VerbDescription,
    /// How it is asked what it knows.
    pub query: VerbDescription,
}

/// One verb of a handle, described.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VerbDescription {
    /// JSON Schema of the request.
    pub request: serde_json::Value,
    /// JSON Schema of the response.
    pub response: serde_json::Value,
    /// Its tables where it is called in batches.
    pub batch: BatchVerb,
    /// JSON Schema of its parameters where it is called in batches.
    pub params: serde_json::Value,
}

impl RecordOperation for ListHandles {
    const NAME: &'static str = "list_handles";
    const ABOUT: Text = Text {
        en: "Lists every kind of handle with the JSON Schemas of its parameters, updates and queries.",
        zh: "列出全部句柄及其参数、更新与查询的 JSON Schema。",
    };
    type Request = NoParameters;
    type Response = Vec<HandleDescription>;

    fn run(_: &Engine, _: NoParameters) -> Result<Self::Response, Error> {
        let verb = |[request, response]: [fn() -> Schema; 2], batch, params: fn() -> Schema| VerbDescription {
            request: request().as_json().clone(),
            response: response().as_json().clone(),
            batch,
            params: params().as_json().clone(),
        };
        let describe = |kind: &HandleKind| {
            let [update, query] = kind.batch_params;
            HandleDescription {
                name: kind.name,
                about: kind.about,
                params: (kind.params)().as_json().clone(),
                update: verb(kind.update, kind.update_batch, update),
                query: verb(kind.query, kind.query_batch, query),
            }
        };
        Ok(HANDLES.iter().map(describe).collect())
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
        Ok(codes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_of_codes_are_unique_and_every_text_is_in_both_languages() {
        let codes = codes();
        for pair in codes.windows(2) {
            assert_ne!(pair[0].number, pair[1].number, "{:?}", pair[0].name);
        }
        let mut names: Vec<_> = codes.iter().map(|code| code.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), codes.len());
        for code in codes {
            assert!(!code.text.en.is_empty() && !code.text.zh.is_empty(), "{}", code.name);
            assert_eq!(code.fix.en.is_empty(), code.fix.zh.is_empty(), "{}", code.name);
        }
    }

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
