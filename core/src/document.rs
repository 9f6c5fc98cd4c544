//! Documents people write, TOML or JSON, as one tree that remembers where each value stands.

mod parse;
mod schema;

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value as Json};

use crate::catalogue::{Code, Text};
use crate::error::{Fault, Place};

pub use parse::{parse, parse_json};
pub(crate) use schema::text_of_form;
pub use schema::{Schema, check};

/// A value of a document, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub origin: Origin,
}

/// Where a value stands: the document, and the place in it if the parser says so (TOML's does).
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// Name of the document, as the host gave it.
    pub file: Rc<str>,
    /// Line and column, 1-based, the column in characters.
    pub position: Option<(usize, usize)>,
}

/// What a document can say.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing (JSON only).
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or an exponent, as written.
    Decimal(String),
    /// Text; also TOML's dates, as written.
    Text(String),
    /// Values in order.
    List(Vec<Node>),
    /// Values by name.
    Table(BTreeMap<String, Node>),
}

impl Node {
    /// The value at a path such as `warning.fee_drop` or `tiers[0].when`, or the nearest one above it.
    pub fn nearest(&self, path: &str) -> &Node {
        let mut node = self;
        for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
            let next = match &node.value {
                Value::Table(entries) => entries.get(step),
                Value::List(items) => {
                    step.trim_end_matches(']').parse::<usize>().ok().and_then(|index| items.get(index))
                }
                _ => None,
            };
            let Some(next) = next else { break };
            node = next;
        }
        node
    }

    /// Lays `over` upon this node: tables merge key by key, everything else is replaced.
    #[must_use]
    pub fn overlaid(self, over: Node) -> Node {
        match (self.value, over.value) {
            (Value::Table(mut below), Value::Table(above)) => {
                for (key, node) in above {
                    let merged = match below.remove(&key) {
                        Some(old) => old.overlaid(node),
                        None => node,
                    };
                    below.insert(key, merged);
                }
                Node { value: Value::Table(below), origin: over.origin }
            }
            (_, value) => Node { value, origin: over.origin },
        }
    }

    /// The same value without places.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Boolean(value) => Json::Bool(*value),
            Value::Integer(value) => Json::from(*value),
            Value::Decimal(text) => text.parse().map_or_else(|_| Json::from(text.as_str()), Json::Number),
            Value::Text(text) => Json::from(text.as_str()),
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Table(entries) => {
                Json::Object(entries.iter().map(|(key, node)| (key.clone(), node.to_json())).collect::<Map<_, _>>())
            }
        }
    }

    /// The value as a fault shows it, cut where it would be long.
    pub fn shown(&self) -> String {
        const LONGEST: usize = 80;
        let text = self.to_json().to_string();
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }

    /// Gives each fault the place of its path, unless it has one.
    pub fn locate(&self, faults: &mut [Fault]) {
        for fault in faults.iter_mut().filter(|fault| fault.place.is_none()) {
            fault.place = self.nearest(&fault.path).origin.place();
        }
    }
}

impl Origin {
    /// The place as a fault carries it.
    pub fn place(&self) -> Option<Place> {
        let (line, column) = self.position?;
        Some(Place { file: self.file.to_string(), line, column })
    }
}

/// The document is not TOML or JSON.
pub static SYNTAX: Code = Code {
    number: 101,
    name: "SYNTAX",
    text: Text { en: "this is not valid TOML or JSON", zh: "不是合法的 TOML 或 JSON" },
    fix: Text { en: "correct the text at the place named", zh: "请修正所示位置的文本" },
};
/// A key nobody reads.
pub static UNKNOWN_KEY: Code = Code {
    number: 102,
    name: "UNKNOWN_KEY",
    text: Text { en: "no such key here", zh: "此处没有这个键" },
    fix: Text { en: "use one of the expected keys or remove it", zh: "请改用所列的键，或删除它" },
};
/// A key that has to be there.
pub static MISSING_KEY: Code = Code {
    number: 103,
    name: "MISSING_KEY",
    text: Text { en: "a required key is missing", zh: "缺少必需的键" },
    fix: Text { en: "add the key", zh: "请补上该键" },
};
/// A value of the wrong type.
pub static WRONG_TYPE: Code = Code {
    number: 104,
    name: "WRONG_TYPE",
    text: Text { en: "the value has the wrong type", zh: "值的类型不对" },
    fix: Text { en: "write a value of the expected type", zh: "请写成所要求的类型" },
};
/// A value outside what is allowed.
pub static INVALID_VALUE: Code = Code {
    number: 105,
    name: "INVALID_VALUE",
    text: Text { en: "the value is not allowed here", zh: "此处不允许这个值" },
    fix: Text { en: "write one of the expected values", zh: "请写成所要求的值之一" },
};

/// This room's codes.
pub const CODES: &[&Code] = &[&SYNTAX, &UNKNOWN_KEY, &MISSING_KEY, &WRONG_TYPE, &INVALID_VALUE];
