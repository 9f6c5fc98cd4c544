//! What an operation is: the one form in which every language reaches every capability.
//!
//! A room implements [`RecordOperation`] beside its rules; `engine.rs` registers it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_array::RecordBatchReader;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::catalogue::{Code, NOTHING, Text, Words};
use crate::document::{self, MISSING_KEY, Schema, UNKNOWN_KEY};
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

    /// Answers one request as texts. Only an operation that hosts call for every customer knows a shorter way.
    ///
    /// # Errors
    /// As [`RecordOperation::run`], and where the request cannot be read.
    fn answer(engine: &Engine, request: &str) -> Result<String, Error>
    where
        Self: Sized,
    {
        answer::<Self>(engine, request)
    }
}

/// Answers one request as texts.
pub(crate) fn answer<O: RecordOperation>(engine: &Engine, request: &str) -> Result<String, Error> {
    let response = O::run(engine, read_request::<O::Request>(request)?)?;
    serde_json::to_string(&response).map_err(Error::internal)
}

/// A table of Arrow: batches of one schema, one after the other.
pub type Table = Box<dyn RecordBatchReader + Send>;
/// Tables by name.
pub type Tables = BTreeMap<String, Table>;

/// An operation that answers tables with tables. Its record form takes the same tables as rows:
/// `{"tables": {"view": [{…}]}, "params": {…}}`.
pub trait BatchOperation: RecordOperation {
    /// Its parameters, beside the tables.
    type Params: DeserializeOwned + JsonSchema;
    /// The tables that it takes, by name.
    const TABLES: &'static [&'static str];
    /// The tables that it takes where they are given.
    const OPTIONAL_TABLES: &'static [&'static str] = &[];
    /// The tables that it answers with, by name.
    const ANSWERED_TABLES: &'static [&'static str];

    /// Answers tables; the answer is computed as it is read. The tables are those of [`Self::TABLES`], all of them, and any of
    /// [`Self::OPTIONAL_TABLES`].
    ///
    /// # Errors
    /// Whatever is wrong with the parameters and the tables' columns, all of it.
    fn open(engine: &Engine, tables: Tables, params: Self::Params, cancel: Cancel) -> Result<Tables, Error>;
}

/// A host's way to stop a call; clones stop the same calls.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Stops the calls that were given this: each ends with [`CANCELLED`] as soon as it has finished the rows in hand.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Goes on unless the call is cancelled.
    ///
    /// # Errors
    /// [`CANCELLED`].
    pub fn check(&self) -> Result<(), Error> {
        if self.0.load(Ordering::Relaxed) {
            return Err(Error::request(vec![
                Fault::new(&CANCELLED, "")
                    .finding(Words::new("cancelled", "已取消"))
                    .expecting(Words::new("the result", "结果")),
            ]));
        }
        Ok(())
    }
}

/// In which forms an operation is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// One JSON text in, one out.
    Record,
    /// Tables in, tables out; and as a record, for small data.
    Batch,
}

/// An operation's batch form as the registry holds it.
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    /// The tables that it takes.
    pub tables: &'static [&'static str],
    /// The tables that it takes where they are given.
    pub optional_tables: &'static [&'static str],
    /// The tables that it answers with.
    pub answered_tables: &'static [&'static str],
    /// JSON Schema of the parameters.
    pub params: fn() -> Schema,
    pub(crate) open: fn(&Engine, Tables, &str, Cancel) -> Result<Tables, Error>,
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
    /// Its batch form, if it has one.
    pub batch: Option<Batch>,
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
            batch: None,
            call: O::answer,
        }
    }

    /// Registers a batch operation, in both its forms.
    pub(crate) const fn batch<O: BatchOperation>() -> Self {
        let batch = Batch {
            tables: O::TABLES,
            optional_tables: O::OPTIONAL_TABLES,
            answered_tables: O::ANSWERED_TABLES,
            params: Schema::of::<O::Params>,
            open: |engine, tables, params, cancel| {
                let params = read_batch_request(&tables, O::TABLES, O::OPTIONAL_TABLES, params)?;
                O::open(engine, tables, params, cancel)
            },
        };
        Self { batch: Some(batch), ..Self::record::<O>() }
    }

    /// In which forms it is called.
    pub const fn form(&self) -> Form {
        if self.batch.is_some() { Form::Batch } else { Form::Record }
    }
}

/// The parameters of a call in batches, whose tables are those asked for.
///
/// # Errors
/// Everything that is wrong with the parameters and with which tables are given.
pub(crate) fn read_batch_request<P: DeserializeOwned + JsonSchema>(
    tables: &Tables,
    required: &[&str],
    optional: &[&str],
    params: &str,
) -> Result<P, Error> {
    let faults = table_faults(tables, required, optional);
    match read_request(params) {
        Ok(params) if faults.is_empty() => Ok(params),
        Ok(_) => Err(Error::request(faults)),
        Err(error) => Err(Error::request([faults, error.faults].concat())),
    }
}

/// Tables that are missing, and those that nobody asked for.
fn table_faults(tables: &Tables, required: &[&str], optional: &[&str]) -> Vec<Fault> {
    let path = |name: &str| format!("tables.{name}");
    let missing = required.iter().filter(|name| !tables.contains_key(**name));
    let missing = missing
        .map(|name| Fault::new(&MISSING_KEY, path(name)).finding(NOTHING).expecting(Words::new("a table", "一个表")));
    let asked = [required, optional].concat();
    let unknown = tables.keys().filter(|name| !asked.contains(&name.as_str()));
    let unknown = unknown.map(|name| {
        let fault = Fault::new(&UNKNOWN_KEY, path(name)).found(name).expected(asked.join(", "));
        fault.suggest(name, asked.iter().copied())
    });
    missing.chain(unknown).collect()
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
            vec![
                Fault::new(&INVALID_REQUEST, "")
                    .found(error)
                    .expecting(Words::new("see the operation's schema", "见该操作的 schema")),
            ]
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

/// The host cancelled the call.
pub static CANCELLED: Code = Code {
    number: 206,
    name: "CANCELLED",
    text: Text { en: "the call was cancelled", zh: "调用已被取消" },
    fix: Text { en: "call again if the result is needed after all", zh: "如仍需要结果，请重新调用" },
};

/// This room's codes.
pub const CODES: &[&Code] = &[&UNKNOWN_OPERATION, &INVALID_REQUEST, &CANCELLED];
