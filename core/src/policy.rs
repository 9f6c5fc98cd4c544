//! The policy: one versioned document composed of the rooms' sections.
//!
//! A document may lay a few lines over another one (`extends = "china-telecom"`); what counts is the effective policy,
//! which alone is validated and digested.

mod show;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::catalogue::{Code, Text, Words};
use crate::division::{Criteria, DivisionPolicy};
use crate::document::{self, Node, Schema, Value};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::feed::{self, Feed};
use crate::group::GroupsPolicy;
use crate::lifecycle::{Classifier, LifecyclePolicy, ProgrammesPolicy};
use crate::operation::RecordOperation;
use crate::organisation::OrganisationPolicy;
use crate::value::ValuePolicy;
use crate::view::{HostFact, ViewPolicy};
use crate::warning::WarningPolicy;

pub use show::{PolicyValue, ShowPolicy, ShowPolicyRequest, ShowPolicyResponse};

/// The policies that lifestage carries, by name.
const SHIPPED: &[(&str, &str)] = &[("china-telecom", include_str!("../../policies/china-telecom.toml"))];

/// A policy's content, as the TOML or JSON document has it after overlays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyDocument {
    /// The policy's name.
    pub name: String,
    /// The policy's version; the author's own numbering.
    pub version: String,
    /// The day from which the operator applies it.
    pub effective_from: NaiveDate,
    /// How customers are divided.
    pub division: DivisionPolicy,
    /// How the customer view is built.
    pub view: ViewPolicy,
    /// What a customer is worth.
    pub value: ValuePolicy,
    /// Who is about to leave.
    pub warning: WarningPolicy,
    /// The stages of the lifecycle.
    pub lifecycle: LifecyclePolicy,
    /// What to do in each stage.
    pub programmes: ProgrammesPolicy,
    /// Units, roles, and who may do what.
    pub organisation: OrganisationPolicy,
    /// The data feeds, by name (DAT-05).
    pub feeds: BTreeMap<String, Feed>,
    /// Customer groups.
    pub groups: GroupsPolicy,
    /// Facts of the host's own, by name.
    #[serde(default)]
    pub facts: BTreeMap<String, HostFact>,
}

/// A valid policy.
#[derive(Debug, Clone)]
pub struct Policy {
    document: PolicyDocument,
    classifier: Classifier,
    criteria: Criteria,
    values: Vec<PolicyValue>,
    digest: String,
}

impl Policy {
    /// A shipped policy by name, or a document's text; a document may extend shipped policies only.
    ///
    /// # Errors
    /// Every fault of the policy, in one pass.
    pub fn open(policy: &str) -> Result<Self, Error> {
        if is_name(policy) {
            let text = shipped(policy).ok_or_else(|| Error::policy(vec![unknown_policy("", policy)]))?;
            Self::load(policy, text, &|_| None)
        } else {
            Self::load("policy", policy, &|_| None)
        }
    }

    /// A document's text; `file` is its name in faults, `find` gives the text of a policy it extends that is not shipped.
    ///
    /// # Errors
    /// Every fault of the policy, in one pass.
    pub fn load(file: &str, text: &str, find: &dyn Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let (mut node, files) = effective(file, text, find).map_err(Error::policy)?;
        let sources = Sources { entries: take_sources(&mut node).map_err(Error::policy)?, files };
        let schema = Schema::of::<PolicyDocument>();
        let faults = document::check(&node, &schema);
        if !faults.is_empty() {
            return Err(Error::policy(faults));
        }
        let document: PolicyDocument = serde_json::from_value(node.to_json())
            .map_err(|error| Error::policy(vec![Fault::new(&document::INVALID_VALUE, "").found(error)]))?;
        let (classifier, criteria) = compile(&document).map_err(|mut faults| {
            node.locate(&mut faults);
            Error::policy(faults)
        })?;
        // Tables of `Value` are sorted: the order of the fields must not count.
        let effective = serde_json::to_value(&document).map_err(Error::internal)?;
        let digest = digest_of(&effective)?;
        let values = show::values(&effective, &node, &schema, &sources);
        Ok(Self { document, classifier, criteria, values, digest })
    }

    /// The tiers, warnings and stages, compiled.
    pub fn classifier(&self) -> &Classifier {
        &self.classifier
    }

    /// The decision tables of customer division, compiled.
    pub fn criteria(&self) -> &Criteria {
        &self.criteria
    }

    /// The content.
    pub fn document(&self) -> &PolicyDocument {
        &self.document
    }

    /// SHA-256 of the effective policy in canonical form (keys sorted, no spaces; sources are commentary and left out).
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Every value, with its unit, its source and the document that sets it, in the order of the paths.
    pub fn values(&self) -> &[PolicyValue] {
        &self.values
    }
}

/// By path: the requirement, and the document that says so.
type SourceEntries = BTreeMap<String, (String, Rc<str>)>;

/// Where the values of a policy come from.
struct Sources {
    entries: SourceEntries,
    /// The documents, each before the one it extends.
    files: Vec<String>,
}

impl Sources {
    /// The source of a value that a document sets: that of the longest path that covers it. What a document says of its own
    /// values, or of those that it extends, says nothing of the values that another one lays upon them.
    fn of(&self, path: &str, file: &str) -> Option<&str> {
        let layer = |file: &str| self.files.iter().position(|other| other == file);
        let speaks = |by: &str| layer(by) <= layer(file);
        let entries = self.entries.iter().filter(|(entry, (_, by))| is_covered_by(path, entry) && speaks(by));
        entries.max_by_key(|(entry, _)| entry.len()).map(|(_, (source, _))| source.as_str())
    }
}

/// Whether this is a policy's name and not a document, which has a key at least.
fn is_name(policy: &str) -> bool {
    !policy.contains(['\n', '=', '{'])
}

/// Whether a path is another one or lies below it.
fn is_covered_by(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// What a document decides by, if its sections name nothing that is not there.
fn compile(document: &PolicyDocument) -> Result<(Classifier, Criteria), Vec<Fault>> {
    let PolicyDocument { value, warning, lifecycle, programmes, organisation, division, feeds, facts, .. } = document;
    let compiled = Classifier::compile(facts, value, warning, lifecycle);
    let dangling =
        [warning.list_faults(), programmes.faults(), organisation.faults(), feed::faults(feeds, facts)].concat();
    match (compiled, Criteria::compile(division, facts)) {
        (Ok(classifier), Ok(criteria)) if dangling.is_empty() => Ok((classifier, criteria)),
        (classifier, criteria) => {
            let [classifier, criteria] = [classifier.err(), criteria.err()].map(Option::unwrap_or_default);
            Err([classifier, dangling, criteria].concat())
        }
    }
}

fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(shipped, _)| *shipped == name).map(|(_, text)| *text)
}

/// The document with everything it extends laid beneath it, and the names of all, each before the one it extends.
fn effective(file: &str, text: &str, find: &dyn Fn(&str) -> Option<String>) -> Result<(Node, Vec<String>), Vec<Fault>> {
    let mut layers = vec![document::parse(file, text)?];
    let mut seen = vec![file.to_owned()];
    while let Some((base, at)) = layers.last_mut().and_then(take_extends) {
        let repeated = seen.contains(&base);
        let found = if repeated { None } else { shipped(&base).map(str::to_owned).or_else(|| find(&base)) };
        let Some(text) = found else {
            let mut faults = [if repeated { circular(&base) } else { unknown_policy("extends", &base) }];
            at.locate(&mut faults);
            return Err(faults.into());
        };
        layers.push(document::parse(&base, &text)?);
        seen.push(base);
    }
    let merged = layers.into_iter().rev().reduce(Node::overlaid);
    merged.map(|merged| (merged, seen)).ok_or_else(Vec::new)
}

/// Removes `extends` from a document: the name, and where it stands.
fn take_extends(node: &mut Node) -> Option<(String, Node)> {
    let Value::Table(entries) = &mut node.value else { return None };
    match entries.get("extends")?.value {
        Value::Text(_) => {}
        _ => return None,
    }
    let at = entries.remove("extends")?;
    let Value::Text(name) = &at.value else { return None };
    Some((name.clone(), at))
}

/// Removes `[sources]` from a document: by path the source, and the document that says so.
fn take_sources(node: &mut Node) -> Result<SourceEntries, Vec<Fault>> {
    let Value::Table(entries) = &mut node.value else { return Ok(BTreeMap::new()) };
    let Some(sources) = entries.remove("sources") else { return Ok(BTreeMap::new()) };
    let mut faults = document::check(&sources, &Schema::of::<BTreeMap<String, String>>());
    for fault in &mut faults {
        fault.path = format!("sources.{}", fault.path);
    }
    let Value::Table(entries) = sources.value else { return Err(faults) };
    let source = |(path, node): (String, Node)| match node.value {
        Value::Text(source) => Some((path, (source, node.origin.file))),
        _ => None,
    };
    if faults.is_empty() { Ok(entries.into_iter().filter_map(source).collect()) } else { Err(faults) }
}

fn unknown_policy(path: &str, name: &str) -> Fault {
    let names: Vec<_> = SHIPPED.iter().map(|(name, _)| *name).collect();
    Fault::new(&UNKNOWN_POLICY, path).found(name).expected(names.join(", ")).suggest(name, names)
}

fn circular(name: &str) -> Fault {
    Fault::new(&CIRCULAR_EXTENDS, "extends")
        .found(name)
        .expecting(Words::new("a policy that does not extend this one", "未扩展本策略的策略"))
}

/// The digest of a policy: SHA-256, in hexadecimal, of its JSON with sorted keys and without spaces.
fn digest_of(effective: &serde_json::Value) -> Result<String, Error> {
    let canonical = effective.to_string();
    let mut hexadecimal = String::with_capacity(64);
    for byte in Sha256::digest(canonical.as_bytes()) {
        write!(hexadecimal, "{byte:02x}").map_err(Error::internal)?;
    }
    Ok(hexadecimal)
}

/// The operation `check_policy`.
#[derive(Debug)]
pub struct CheckPolicy;

/// A policy document to check.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckPolicyRequest {
    /// A shipped policy's name, or a document's text (TOML or JSON).
    pub policy: String,
    /// The document's name in faults; `policy` unless given.
    pub file: Option<String>,
    /// Texts of the documents it may extend, by name, beside the shipped ones.
    #[serde(default)]
    pub library: BTreeMap<String, String>,
}

/// What a policy is, or everything that is wrong with it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckPolicyResponse {
    /// Whether an engine can be made of it.
    pub valid: bool,
    /// The policy's name; absent where it is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The policy's version; absent where it is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The day from which it applies; absent where it is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<NaiveDate>,
    /// The digest that its results carry; absent where it is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Every fault, in the order of the document's keys.
    pub faults: Vec<Fault>,
}

/// The policy that a request names or contains.
fn opened(request: &CheckPolicyRequest) -> Result<Policy, Error> {
    if is_name(&request.policy) {
        return Policy::open(&request.policy);
    }
    let file = request.file.as_deref().unwrap_or("policy");
    Policy::load(file, &request.policy, &|name| request.library.get(name).cloned())
}

impl RecordOperation for CheckPolicy {
    const NAME: &'static str = "check_policy";
    const ABOUT: Text = Text {
        en: "Checks a policy document and reports all its faults at once.",
        zh: "检查策略文档，一次报告全部错误。",
    };
    type Request = CheckPolicyRequest;
    type Response = CheckPolicyResponse;

    fn run(_: &Engine, request: CheckPolicyRequest) -> Result<CheckPolicyResponse, Error> {
        Ok(match opened(&request) {
            Ok(policy) => CheckPolicyResponse {
                valid: true,
                digest: Some(policy.digest),
                name: Some(policy.document.name),
                version: Some(policy.document.version),
                effective_from: Some(policy.document.effective_from),
                faults: Vec::new(),
            },
            Err(error) => CheckPolicyResponse {
                valid: false,
                name: None,
                version: None,
                effective_from: None,
                digest: None,
                faults: error.faults,
            },
        })
    }
}

/// The policy that is asked for, or extended, is not there.
pub static UNKNOWN_POLICY: Code = Code {
    number: 301,
    name: "UNKNOWN_POLICY",
    text: Text { en: "there is no policy of this name", zh: "没有这个名称的策略" },
    fix: Text {
        en: "name a shipped policy, or hand over the document that is meant",
        zh: "请写内置策略的名称，或提供所指的文档",
    },
};
/// A policy extends itself, directly or through others.
pub static CIRCULAR_EXTENDS: Code = Code {
    number: 302,
    name: "CIRCULAR_EXTENDS",
    text: Text { en: "the policy extends itself", zh: "策略形成了循环继承" },
    fix: Text { en: "break the circle", zh: "请去掉循环" },
};

/// This room's codes.
pub const CODES: &[&Code] = &[&UNKNOWN_POLICY, &CIRCULAR_EXTENDS];
