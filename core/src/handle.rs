//! What a handle is: state in the one form in which every language reaches it. Five verbs: open, update, query, serialise,
//! close; to restore is to open with a state that was serialised.
//!
//! A room implements [`Stateful`] beside its rules; `engine.rs` registers it.

use std::fmt::Debug;
use std::sync::{PoisonError, RwLock};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Text, Words};
use crate::document::Schema;
use crate::engine::Engine;
use crate::error::{CLOSED, Error, Fault};
use crate::operation::{Cancel, Tables, read_batch_request, read_request};

/// The version of the form in which states are serialised; another one is refused.
const STATE_VERSION: u32 = 1;

/// Something that remembers what it was told. Serialised, equal states are equal texts.
pub trait Stateful: Serialize + DeserializeOwned + Debug + Send + Sync + 'static {
    /// What it is called in every language (`snake_case`).
    const NAME: &'static str;
    /// What it remembers, in one sentence.
    const ABOUT: Text;
    /// Whether a state means something under the policy that made it alone: bits of its rules, say. One that holds facts of
    /// the host's is read under any policy, so that it outlives changes of thresholds and windows.
    const IS_BOUND_TO_POLICY: bool = true;
    /// What it is opened with.
    type Params: DeserializeOwned + JsonSchema;
    /// What it is told.
    type Update: DeserializeOwned + JsonSchema;
    /// What it answers when told.
    type Updated: Serialize + JsonSchema;
    /// What it is asked.
    type Query: DeserializeOwned + JsonSchema;
    /// What it answers when asked.
    type Answer: Serialize + JsonSchema;
    /// The parameters of an update in batches, beside the tables.
    type UpdateParams: DeserializeOwned + JsonSchema;
    /// The parameters of a query in batches, beside the tables.
    type QueryParams: DeserializeOwned + JsonSchema;

    /// A state that was told nothing yet.
    ///
    /// # Errors
    /// Whatever is wrong with the parameters.
    fn open(engine: &Engine, params: Self::Params) -> Result<Self, Error>;

    /// Tells it something.
    ///
    /// # Errors
    /// Whatever is wrong with the update, all of it; the state is then as before.
    fn update(&mut self, engine: &Engine, update: Self::Update) -> Result<Self::Updated, Error>;

    /// Asks what it knows.
    ///
    /// # Errors
    /// Whatever is wrong with the query.
    fn query(&self, engine: &Engine, query: Self::Query) -> Result<Self::Answer, Error>;

    /// The tables of an update in batches.
    const UPDATE: BatchVerb;
    /// The tables of a query in batches.
    const QUERY: BatchVerb;

    /// Tells it tables of Arrow, which are those of [`Self::UPDATE`].
    ///
    /// # Errors
    /// Whatever is wrong with the tables, or that the call is cancelled; the state is then as before.
    fn update_batch(
        &mut self,
        engine: &Engine,
        tables: Tables,
        params: Self::UpdateParams,
        cancel: &Cancel,
    ) -> Result<Tables, Error>;

    /// Asks what it knows, in tables of Arrow; those given are those of [`Self::QUERY`].
    ///
    /// # Errors
    /// Whatever is wrong with the tables, or that the call is cancelled.
    fn query_batch(
        &self,
        engine: &Engine,
        tables: Tables,
        params: Self::QueryParams,
        cancel: &Cancel,
    ) -> Result<Tables, Error>;
}

/// The tables of a verb that is called in batches.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct BatchVerb {
    /// The tables that it takes.
    pub tables: &'static [&'static str],
    /// The tables that it takes where they are given; absent where there are none.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub optional_tables: &'static [&'static str],
    /// The tables that it answers with.
    pub answered_tables: &'static [&'static str],
}

impl BatchVerb {
    /// The parameters of a call whose tables are those asked for.
    fn read<P: DeserializeOwned + JsonSchema>(&self, tables: &Tables, params: &str) -> Result<P, Error> {
        read_batch_request(tables, self.tables, self.optional_tables, params)
    }
}

/// A kind of handle as the registry holds it.
#[derive(Debug, Clone, Copy)]
pub struct HandleKind {
    /// What it is called.
    pub name: &'static str,
    /// What it remembers.
    pub about: Text,
    /// JSON Schema of the parameters it is opened with.
    pub params: fn() -> Schema,
    /// JSON Schemas of an update and of its answer.
    pub update: [fn() -> Schema; 2],
    /// JSON Schemas of a query and of its answer.
    pub query: [fn() -> Schema; 2],
    /// The tables of an update in batches.
    pub update_batch: BatchVerb,
    /// The tables of a query in batches.
    pub query_batch: BatchVerb,
    /// JSON Schemas of the parameters of an update and of a query in batches.
    pub batch_params: [fn() -> Schema; 2],
    open: Opening,
    restore: Opening,
}

/// Makes a state of a text: of parameters, or of what was serialised.
type Opening = fn(&Engine, &str) -> Result<Box<dyn Opened>, Error>;

impl HandleKind {
    /// Registers a kind of handle.
    pub(crate) const fn of<H: Stateful>() -> Self {
        Self {
            name: H::NAME,
            about: H::ABOUT,
            params: Schema::of::<H::Params>,
            update: [Schema::of::<H::Update>, Schema::of::<H::Updated>],
            query: [Schema::of::<H::Query>, Schema::of::<H::Answer>],
            update_batch: H::UPDATE,
            query_batch: H::QUERY,
            batch_params: [Schema::of::<H::UpdateParams>, Schema::of::<H::QueryParams>],
            open: |engine, params| Ok(Box::new(H::open(engine, read_request(params)?)?)),
            restore: |engine, state| Ok(Box::new(restored::<H>(engine, state, "state").map_err(refused)?)),
        }
    }
}

/// A state behind its verbs.
trait Opened: Debug + Send + Sync {
    fn told(&mut self, engine: &Engine, update: &str) -> Result<String, Error>;
    fn asked(&self, engine: &Engine, query: &str) -> Result<String, Error>;
    fn told_tables(&mut self, engine: &Engine, tables: Tables, params: &str, cancel: &Cancel) -> Result<Tables, Error>;
    fn asked_tables(&self, engine: &Engine, tables: Tables, params: &str, cancel: &Cancel) -> Result<Tables, Error>;
    fn written(&self, engine: &Engine) -> Result<String, Error>;
}

impl<H: Stateful> Opened for H {
    fn told(&mut self, engine: &Engine, update: &str) -> Result<String, Error> {
        let answer = self.update(engine, read_request(update)?)?;
        serde_json::to_string(&answer).map_err(Error::internal)
    }

    fn asked(&self, engine: &Engine, query: &str) -> Result<String, Error> {
        let answer = self.query(engine, read_request(query)?)?;
        serde_json::to_string(&answer).map_err(Error::internal)
    }

    fn told_tables(&mut self, engine: &Engine, tables: Tables, params: &str, cancel: &Cancel) -> Result<Tables, Error> {
        let params = H::UPDATE.read(&tables, params)?;
        self.update_batch(engine, tables, params, cancel)
    }

    fn asked_tables(&self, engine: &Engine, tables: Tables, params: &str, cancel: &Cancel) -> Result<Tables, Error> {
        let params = H::QUERY.read(&tables, params)?;
        self.query_batch(engine, tables, params, cancel)
    }

    fn written(&self, engine: &Engine) -> Result<String, Error> {
        let digest = engine.policy().digest();
        let written = Written { handle: H::NAME, version: STATE_VERSION, digest, state: self };
        serde_json::to_string(&written).map_err(Error::internal)
    }
}

/// An open handle. It may be shared between threads: those that ask do so side by side, an update waits for its turn.
#[derive(Debug)]
pub struct Handle {
    engine: Engine,
    name: &'static str,
    state: RwLock<Option<Box<dyn Opened>>>,
}

impl Handle {
    pub(crate) fn open(engine: Engine, kinds: &[HandleKind], name: &str, params: &str) -> Result<Self, Error> {
        let kind = kind_of(kinds, name, "handle")?;
        let state = (kind.open)(&engine, params)?;
        Ok(Self { engine, name: kind.name, state: RwLock::new(Some(state)) })
    }

    pub(crate) fn restore(engine: Engine, kinds: &[HandleKind], state: &str) -> Result<Self, Error> {
        let header = Header::of(state, "state").map_err(refused)?;
        let kind = kind_of(kinds, &header.handle, "state.handle")?;
        let state = (kind.restore)(&engine, state)?;
        Ok(Self { engine, name: kind.name, state: RwLock::new(Some(state)) })
    }

    /// What kind of handle it is.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The engine that opened it; it lives on until the handle is dropped.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Tells it something: one JSON text in, one out.
    ///
    /// # Errors
    /// Whatever is wrong with the update, all of it, and the state is as before; [`CLOSED`].
    pub fn update(&self, update: &str) -> Result<String, Error> {
        self.change(|state| state.told(&self.engine, update))
    }

    /// Asks what it knows: one JSON text in, one out.
    ///
    /// # Errors
    /// Whatever is wrong with the query; [`CLOSED`].
    pub fn query(&self, query: &str) -> Result<String, Error> {
        self.read(|state| state.asked(&self.engine, query))
    }

    /// Tells it named tables of Arrow; what became of them comes back as tables. Other calls wait until these are read.
    ///
    /// # Errors
    /// Whatever is wrong with tables and parameters, or that the call is cancelled, and the state is as before; [`CLOSED`].
    pub fn update_batch(&self, tables: Tables, params: &str, cancel: &Cancel) -> Result<Tables, Error> {
        self.change(|state| state.told_tables(&self.engine, tables, params, cancel))
    }

    /// Asks what it knows, which comes back as named tables of Arrow.
    ///
    /// # Errors
    /// Whatever is wrong with tables and parameters, or that the call is cancelled; [`CLOSED`].
    pub fn query_batch(&self, tables: Tables, params: &str, cancel: &Cancel) -> Result<Tables, Error> {
        self.read(|state| state.asked_tables(&self.engine, tables, params, cancel))
    }

    /// The state as a text that [`Engine::restore_handle`] reads; equal states are equal texts. It holds what it was told,
    /// ids of customers among it.
    ///
    /// # Errors
    /// [`CLOSED`].
    pub fn serialise(&self) -> Result<String, Error> {
        self.read(|state| state.written(&self.engine))
    }

    /// Lets go of the state; again does nothing.
    pub fn close(&self) {
        // A state that a panic left half updated is let go of, too.
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        *state = None;
    }

    fn change<T>(&self, verb: impl FnOnce(&mut dyn Opened) -> Result<T, Error>) -> Result<T, Error> {
        let mut state = self.state.write().map_err(poisoned)?;
        verb(state.as_deref_mut().ok_or_else(closed)?)
    }

    fn read<T>(&self, verb: impl FnOnce(&dyn Opened) -> Result<T, Error>) -> Result<T, Error> {
        let state = self.state.read().map_err(poisoned)?;
        verb(state.as_deref().ok_or_else(closed)?)
    }
}

fn poisoned<T>(_: PoisonError<T>) -> Error {
    Error::internal("an earlier call on the handle panicked")
}

fn closed() -> Error {
    refused(
        Fault::new(&CLOSED, "handle")
            .finding(Words::new("a closed handle", "已关闭的句柄"))
            .expecting(Words::new("an open handle", "打开的句柄")),
    )
}

/// A state as it is written.
#[derive(Serialize)]
struct Written<'a, T> {
    handle: &'a str,
    version: u32,
    digest: &'a str,
    state: &'a T,
}

/// What a written state says of itself.
#[derive(Deserialize)]
struct Header {
    handle: String,
    version: u32,
    digest: String,
}

/// What a written state holds.
#[derive(Deserialize)]
struct Body<T> {
    state: T,
}

impl Header {
    fn of(text: &str, path: &str) -> Result<Self, Fault> {
        let header: Self = serde_json::from_str(text).map_err(|error| invalid_state(path, &error))?;
        if header.version != STATE_VERSION {
            let fault = Fault::new(&INVALID_STATE, format!("{path}.version")).found(header.version);
            return Err(fault.expected(STATE_VERSION));
        }
        Ok(header)
    }
}

/// The state that was serialised as `text`, which stands at `path`.
///
/// # Errors
/// [`INVALID_STATE`], or [`OTHER_POLICY`] where the engine's policy did not make it.
pub(crate) fn restored<H: Stateful>(engine: &Engine, text: &str, path: &str) -> Result<H, Fault> {
    let header = Header::of(text, path)?;
    if header.handle != H::NAME {
        let fault = Fault::new(&INVALID_STATE, format!("{path}.handle")).found(header.handle);
        return Err(fault.expected(H::NAME));
    }
    let digest = engine.policy().digest();
    if H::IS_BOUND_TO_POLICY && header.digest != digest {
        return Err(Fault::new(&OTHER_POLICY, format!("{path}.digest")).found(header.digest).expected(digest));
    }
    let body: Body<H> = serde_json::from_str(text).map_err(|error| invalid_state(path, &error))?;
    Ok(body.state)
}

/// The states that an update hands over to be merged.
///
/// # Errors
/// The fault of each that cannot be read.
pub(crate) fn restored_all<H: Stateful>(engine: &Engine, texts: &[String]) -> Result<Vec<H>, Error> {
    let (mut states, mut faults) = (Vec::new(), Vec::new());
    for (index, text) in texts.iter().enumerate() {
        match restored(engine, text, &format!("states[{index}]")) {
            Ok(state) => states.push(state),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(states) } else { Err(Error::request(faults)) }
}

fn kind_of<'a>(kinds: &'a [HandleKind], name: &str, path: &str) -> Result<&'a HandleKind, Error> {
    kinds.iter().find(|kind| kind.name == name).ok_or_else(|| {
        let names: Vec<_> = kinds.iter().map(|kind| kind.name).collect();
        let fault = Fault::new(&UNKNOWN_HANDLE, path).found(name).expected(names.join(", "));
        refused(fault.suggest(name, names))
    })
}

fn invalid_state(path: &str, error: &serde_json::Error) -> Fault {
    Fault::new(&INVALID_STATE, path).found(error).expecting(Words::new("what `serialise` gave", "serialise 给出的文本"))
}

fn refused(fault: Fault) -> Error {
    Error::request(vec![fault])
}

/// There is no such kind of handle.
pub static UNKNOWN_HANDLE: Code = Code {
    number: 203,
    name: "UNKNOWN_HANDLE",
    text: Text { en: "there is no handle of this name", zh: "没有这个名称的句柄" },
    fix: Text { en: "open one of the expected handles", zh: "请打开所列的句柄之一" },
};
/// The text is not a serialised state of the handle.
pub static INVALID_STATE: Code = Code {
    number: 204,
    name: "INVALID_STATE",
    text: Text { en: "this is not a state of the handle", zh: "不是该句柄的状态" },
    fix: Text {
        en: "pass the text that `serialise` gave, unchanged and of this version of lifestage",
        zh: "请原样传入本版本 serialise 给出的文本",
    },
};
/// A state belongs to another policy.
pub static OTHER_POLICY: Code = Code {
    number: 205,
    name: "OTHER_POLICY",
    text: Text { en: "the state was made under another policy", zh: "该状态由另一策略产生" },
    fix: Text { en: "use an engine of the policy that made it", zh: "请使用产生它的策略所对应的引擎" },
};

/// This room's codes.
pub const CODES: &[&Code] = &[&UNKNOWN_HANDLE, &INVALID_STATE, &OTHER_POLICY];

#[cfg(test)]
mod tests {
    use super::*;

    fn codes<T: Debug>(outcome: Result<T, Error>) -> Vec<&'static str> {
        outcome.unwrap_err().faults.iter().map(|fault| fault.code.name).collect()
    }

    #[test]
    fn a_closed_handle_refuses_every_call() {
        let handle = Engine::open("china-telecom").unwrap().open_handle("customers", "{}").unwrap();
        handle.close();
        handle.close();
        assert_eq!(codes(handle.update("{}")), ["CLOSED"]);
        assert_eq!(codes(handle.query("{}")), ["CLOSED"]);
        assert_eq!(codes(handle.serialise()), ["CLOSED"]);
    }

    #[test]
    fn a_handle_whose_call_panicked_refuses_what_follows_until_it_is_closed() {
        let handle = Engine::open("china-telecom").unwrap().open_handle("customers", "{}").unwrap();
        let panicking = || handle.change::<()>(|_| std::panic::resume_unwind(Box::new("half way")));
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(panicking)).unwrap_err();
        assert_eq!(codes(handle.query("{}")), ["BUG"]);
        handle.close();
        assert_eq!(codes(handle.query("{}")), ["BUG"]);
    }

    #[test]
    fn a_state_goes_back_to_an_engine_of_its_policy_alone() {
        let engine = Engine::open("china-telecom").unwrap();
        let state = engine.open_handle("customers", "{}").unwrap().serialise().unwrap();
        assert_eq!(engine.restore_handle(&state).unwrap().name(), "customers");
        let other = Engine::open("extends = \"china-telecom\"\nname = \"guangxi\"").unwrap();
        assert_eq!(codes(other.restore_handle(&state)), ["OTHER_POLICY"]);
        for text in ["", "{}", "[]", r#"{"handle":"customers","version":1,"digest":7,"state":{}}"#] {
            assert_eq!(codes(engine.restore_handle(text)), ["INVALID_STATE"], "{text}");
        }
        let cut = state.replace(r#""rows":0,"#, "");
        assert_eq!(codes(engine.restore_handle(&cut)), ["INVALID_STATE"]);
    }

    #[test]
    fn a_handle_is_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Handle>();
    }
}
