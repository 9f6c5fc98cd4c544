//! What an operation is: the one form in which every language reaches every capability.
//!
//! A room implements [`RecordOperation`] beside its rules; `engine.rs` registers it.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::catalogue::{Code, Text};
use crate::document::{self, Schema};
use crate::engine::Engine;
use crate::error::{Error, Fault};

/// An operation that answers one typed request with one typed response.
pub trait RecordOperation {
    /// What it is called in every language (`snake_case`; Node and Java write it in their own case).
    const NAME: &'static str;
    /// What it does, in one sentence.
    const ABOUT: Text;
    /// What it is asked.
    type Request: DeserializeOwned + JsonSchema;
    /// What it answers.
    type Response: Serialize + JsonSchema;

    /// Answers one request.
    ///
    /// # Errors
    /// Whatever is wrong with the request, all of it.
    fn run(engine: &Engine, request: Self::Request) -> Result<Self::Response, Error>;
}

/// An operation as the registry holds it.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// What it is called.
    pub name: &'static str,
    /// What it does.
    pub about: Text,
    /// JSON Schema of the request.
    pub request: fn() -> Schema,
    /// JSON Schema of the response.
    pub response: fn() -> Schema,
    pub(crate) call: fn(&Engine, &str) -> Result<String, Error>,
}

impl Operation {
    /// Registers a record operation.
    pub(crate) const fn record<O: RecordOperation>() -> Self {
        Self {
            name: O::NAME,
            about: O::ABOUT,
            request: Schema::of::<O::Request>,
            response: Schema::of::<O::Response>,
            call: |engine, request| {
                let request = read_request::<O::Request>(request)?;
                let response = O::run(engine, request)?;
                serde_json::to_string(&response).map_err(Error::internal)
            },
        }
    }
}

/// Reads a request; only where that fails, the slower second reading finds every fault and its path.
pub(crate) fn read_request<T: DeserializeOwned + JsonSchema>(text: &str) -> Result<T, Error> {
    // serde reads a struct from a list, too.
    let is_object = text.trim_start().starts_with('{');
    match serde_json::from_str(text) {
        Ok(request) if is_object => Ok(request),
        outcome => Err(Error::request(request_faults::<T>(text, outcome.err()))),
    }
}

fn request_faults<T: JsonSchema>(text: &str, error: Option<serde_json::Error>) -> Vec<Fault> {
    let faults = match document::parse_json("request", text) {
        Ok(node) => document::check(&node, &Schema::of::<T>()),
        Err(faults) => faults,
    };
    match error {
        Some(error) if faults.is_empty() => {
            vec![Fault::new(&INVALID_REQUEST, "").found(error).expected("see the operation's schema")]
        }
        _ => faults,
    }
}

/// There is no such operation.
pub static UNKNOWN_OPERATION: Code = Code {
    number: 201,
    name: "UNKNOWN_OPERATION",
    text: Text { en: "there is no operation of this name", zh: "没有这个名称的操作" },
    fix: Text { en: "call one of the expected operations", zh: "请调用所列的操作之一" },
};
/// The request contradicts itself in a way its schema cannot say.
pub static INVALID_REQUEST: Code = Code {
    number: 202,
    name: "INVALID_REQUEST",
    text: Text { en: "the request cannot be read", zh: "请求无法读取" },
    fix: Text { en: "correct the request", zh: "请修正请求" },
};

/// This room's codes.
pub const CODES: &[&Code] = &[&UNKNOWN_OPERATION, &INVALID_REQUEST];
