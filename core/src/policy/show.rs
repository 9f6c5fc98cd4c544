//! The operation `show_policy`: every value of a policy with its unit, where it comes from, and the file that sets it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{CheckPolicyRequest, Policy, Sources, is_covered_by, opened};
use crate::catalogue::Text;
use crate::document::{INVALID_VALUE, Node, Schema, Value};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::operation::RecordOperation;

/// The source of a value that no `[sources]` entry covers.
const OURS: &str = "ours";

/// One value of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PolicyValue {
    /// Where it stands: `warning.fee_drop.drop_over`, `value.tiers[0].when`.
    pub path: String,
    /// The value as the policy has it; amounts and ratios as decimal text, a list of codes or texts as a whole.
    pub value: Json,
    /// Its unit: `yuan`, `months`, `days`, `times`; empty for a bare number, a ratio, a code or a text.
    pub unit: String,
    /// The requirement it comes from, or `ours`.
    pub source: String,
    /// The document that sets it; null where it is a default that no document writes.
    pub file: Option<String>,
}

/// The operation `show_policy`.
#[derive(Debug)]
pub struct ShowPolicy;

/// Which policy to show, the engine's own unless given, and which part of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowPolicyRequest {
    /// A shipped policy's name, or a document's text (TOML or JSON).
    pub policy: Option<String>,
    /// The document's name in the answer and in faults; `policy` unless given.
    pub file: Option<String>,
    /// Texts of the documents it may extend, by name, beside the shipped ones.
    #[serde(default)]
    pub library: BTreeMap<String, String>,
    /// Show only what stands at this path or below it: `warning.fee_drop`.
    pub under: Option<String>,
}

/// A policy, value by value.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShowPolicyResponse {
    /// The policy's name.
    pub name: String,
    /// The policy's version.
    pub version: String,
    /// The day from which it applies.
    pub effective_from: chrono::NaiveDate,
    /// The digest that its results carry.
    pub digest: String,
    /// Every value of the effective policy that is asked for, in the order of the paths.
    pub values: Vec<PolicyValue>,
}

impl RecordOperation for ShowPolicy {
    const NAME: &'static str = "show_policy";
    const ABOUT: Text = Text {
        en: "Shows every value of a policy with its unit, its source and the file that sets it.",
        zh: "列出策略的全部取值及其单位、出处与所在文件。",
    };
    type Request = ShowPolicyRequest;
    type Response = ShowPolicyResponse;

    fn run(engine: &Engine, request: ShowPolicyRequest) -> Result<ShowPolicyResponse, Error> {
        let ShowPolicyRequest { policy, file, library, under } = request;
        match policy {
            Some(policy) => shown(&opened(&CheckPolicyRequest { policy, file, library })?, under.as_deref()),
            None => shown(engine.policy(), under.as_deref()),
        }
    }
}

fn shown(policy: &Policy, under: Option<&str>) -> Result<ShowPolicyResponse, Error> {
    let is_asked = |value: &&PolicyValue| under.is_none_or(|under| is_covered_by(&value.path, under));
    let values: Vec<_> = policy.values.iter().filter(is_asked).cloned().collect();
    if let (Some(under), true) = (under, values.is_empty()) {
        let fault = Fault::new(&INVALID_VALUE, "under")
            .found(under)
            .expecting(Text { en: "a path of the policy", zh: "策略中的路径" });
        let sections = policy.values.iter().map(|value| value.path.rsplit_once('.').map_or("", |(above, _)| above));
        return Err(Error::request(vec![fault.suggest(under, sections)]));
    }
    Ok(ShowPolicyResponse {
        name: policy.document.name.clone(),
        version: policy.document.version.clone(),
        effective_from: policy.document.effective_from,
        digest: policy.digest.clone(),
        values,
    })
}

/// Every value of an effective policy, read along its schema and the documents it was laid together from.
pub(super) fn values(effective: &Json, node: &Node, schema: &Schema, sources: &Sources) -> Vec<PolicyValue> {
    let mut values = Values { schema, sources, values: Vec::new() };
    values.walk("", effective, Place { above: node, is_written: true }, schema.as_json());
    values.values
}

struct Values<'a> {
    schema: &'a Schema,
    sources: &'a Sources,
    values: Vec<PolicyValue>,
}

/// Where a value stands in the documents: a default stands nowhere, and counts as of the document above it.
#[derive(Clone, Copy)]
struct Place<'a> {
    above: &'a Node,
    is_written: bool,
}

impl<'a> Place<'a> {
    fn key(self, key: &str) -> Self {
        match &self.above.value {
            Value::Table(entries) if self.is_written => self.below(entries.get(key)),
            _ => self.below(None),
        }
    }

    fn item(self, index: usize) -> Self {
        match &self.above.value {
            Value::List(items) if self.is_written => self.below(items.get(index)),
            _ => self.below(None),
        }
    }

    fn below(self, node: Option<&'a Node>) -> Self {
        node.map_or(Self { is_written: false, ..self }, |above| Self { above, is_written: true })
    }
}

impl Values<'_> {
    fn walk(&mut self, path: &str, value: &Json, place: Place<'_>, schema: &Json) {
        match value {
            Json::Object(entries) => {
                for (key, value) in entries {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    self.walk(&path, value, place.key(key), self.schema.property(schema, key));
                }
            }
            Json::Array(items) if items.iter().any(Json::is_object) => {
                for (index, value) in items.iter().enumerate() {
                    self.walk(&format!("{path}[{index}]"), value, place.item(index), self.schema.items(schema));
                }
            }
            value => {
                let file = &place.above.origin.file;
                self.values.push(PolicyValue {
                    path: path.to_owned(),
                    value: value.clone(),
                    unit: self.schema.unit(schema).to_owned(),
                    source: self.sources.of(path, file).unwrap_or(OURS).to_owned(),
                    file: place.is_written.then(|| file.to_string()),
                });
            }
        }
    }
}
