//! A document held against the JSON Schema of the type it is read into: all faults at once.
//!
//! serde stops at the first fault and knows neither path nor place, and the general validators weigh more than the
//! whole core; the schemas that our own types generate need just the few keywords read here.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::{Map, Value as Json};

use super::{INVALID_VALUE, MISSING_KEY, Node, UNKNOWN_KEY, Value, WRONG_TYPE};
use crate::catalogue::{NOTHING, Words, one_of};
use crate::error::Fault;

/// The JSON Schema of a type.
#[derive(Debug, Clone)]
pub struct Schema(Json);

impl Schema {
    /// Generates the schema of `T`.
    pub fn of<T: JsonSchema>() -> Self {
        Self(schemars::schema_for!(T).to_value())
    }

    /// The schema as JSON.
    pub fn as_json(&self) -> &Json {
        &self.0
    }

    /// Follows `$ref`s to the schema they mean.
    fn resolved<'a>(&'a self, mut schema: &'a Json) -> &'a Json {
        while let Some(target) = schema
            .get("$ref")
            .and_then(Json::as_str)
            .and_then(|reference| self.0.pointer(reference.trim_start_matches('#')))
        {
            schema = target;
        }
        schema
    }
}

impl Schema {
    /// The schema of a key of a table, as far as it is declared.
    pub(crate) fn property<'a>(&'a self, schema: &'a Json, key: &str) -> &'a Json {
        let schema = self.plain(schema);
        let declared = schema.get("properties").and_then(|properties| properties.get(key));
        declared.or_else(|| schema.get("additionalProperties")).unwrap_or(&Json::Null)
    }

    /// The schema of a list's items.
    pub(crate) fn items<'a>(&'a self, schema: &'a Json) -> &'a Json {
        self.plain(schema).get("items").unwrap_or(&Json::Null)
    }

    /// The unit of a value: amounts are in yuan, other units stand in the schema; empty where there is none.
    pub(crate) fn unit<'a>(&'a self, schema: &'a Json) -> &'a str {
        let plain = self.plain(schema);
        let unit = schema.get("x-unit").or_else(|| plain.get("x-unit")).and_then(Json::as_str);
        let is_amount = plain.get("format").and_then(Json::as_str) == Some("amount");
        unit.unwrap_or(if is_amount { "yuan" } else { "" })
    }

    /// The schema behind references and, of one that may be null, that of the value.
    fn plain<'a>(&'a self, schema: &'a Json) -> &'a Json {
        let schema = self.resolved(schema);
        match alternatives(schema).and_then(<[Json]>::first) {
            Some(value) => self.plain(value),
            None => schema,
        }
    }
}

/// Every way in which `node` breaks `schema`, in the order of the document's keys.
pub fn check(node: &Node, schema: &Schema) -> Vec<Fault> {
    let mut check = Check { schema, faults: Vec::new() };
    check.node(node, &schema.0, "");
    node.locate(&mut check.faults);
    check.faults
}

/// The path of `step` below `path`.
fn below(path: &str, step: &str) -> String {
    if path.is_empty() { step.to_owned() } else { format!("{path}.{step}") }
}

struct Check<'a> {
    schema: &'a Schema,
    faults: Vec<Fault>,
}

impl<'a> Check<'a> {
    fn node(&mut self, node: &Node, schema: &'a Json, path: &str) {
        let schema = self.schema.resolved(schema);
        if let Some(choices) = alternatives(schema) {
            return self.choice(node, choices, path);
        }
        match expected_type(schema) {
            Some("object") => match &node.value {
                Value::Table(entries) => self.table(entries, schema, path),
                _ => self.wrong_type(node, schema, path),
            },
            Some("array") => match &node.value {
                Value::List(items) => self.list(items, schema, path),
                _ => self.wrong_type(node, schema, path),
            },
            Some(_) => self.scalar(node, schema, path),
            None => {}
        }
    }

    fn table(&mut self, entries: &BTreeMap<String, Node>, schema: &'a Json, path: &str) {
        let properties = schema.get("properties").and_then(Json::as_object);
        let property_of = |key: &str| properties.and_then(|properties| properties.get(key));
        let others = schema.get("additionalProperties");
        for (key, node) in entries {
            let path = below(path, key);
            match (property_of(key), others) {
                (Some(property), _) => self.node(node, property, &path),
                (None, Some(Json::Bool(false))) => {
                    let names: Vec<_> = properties.into_iter().flat_map(Map::keys).map(String::as_str).collect();
                    let expected = if names.is_empty() {
                        Words::new("no key", "无此类键")
                    } else {
                        one_of(names.iter().copied())
                    };
                    let fault = Fault::new(&UNKNOWN_KEY, path).found(key).expecting(expected).suggest(key, names);
                    self.faults.push(fault);
                }
                (None, Some(other)) => self.node(node, other, &path),
                (None, None) => {}
            }
        }
        let required = schema.get("required").and_then(Json::as_array).into_iter().flatten();
        for key in required.filter_map(Json::as_str).filter(|key| !entries.contains_key(*key)) {
            let expected = property_of(key).map_or(Words::default(), |property| self.describe(property));
            let fault = Fault::new(&MISSING_KEY, below(path, key)).finding(NOTHING);
            self.faults.push(fault.expecting(expected));
        }
    }

    fn list(&mut self, items: &[Node], schema: &'a Json, path: &str) {
        if let Some(least) = schema.get("minItems").and_then(Json::as_u64)
            && (items.len() as u64) < least
        {
            let fault = Fault::new(&INVALID_VALUE, path).finding(items_of(items.len()));
            let expected = Words::new(format!("at least {least} items"), format!("至少 {least} 项"));
            self.faults.push(fault.expecting(expected));
        }
        let Some(item_schema) = schema.get("items") else { return };
        for (index, item) in items.iter().enumerate() {
            self.node(item, item_schema, &format!("{path}[{index}]"));
        }
    }

    fn scalar(&mut self, node: &Node, schema: &'a Json, path: &str) {
        let fits = match (expected_type(schema), &node.value) {
            (Some("string"), Value::Text(text)) => return self.text(node, text, schema, path),
            (Some("integer"), Value::Integer(number)) => return self.integer(*number, schema, path),
            (Some("boolean"), Value::Boolean(_)) | (Some("null"), Value::Null) => true,
            (Some("number"), Value::Integer(_) | Value::Decimal(_)) => true,
            _ => false,
        };
        if !fits {
            self.wrong_type(node, schema, path);
        }
    }

    fn text(&mut self, node: &Node, text: &str, schema: &'a Json, path: &str) {
        let names = constants(schema);
        let well_formed = match schema.get("format").and_then(Json::as_str) {
            Some("amount") => crate::money::Money::from_policy_text(text).is_some(),
            Some("ratio") => text.parse::<crate::ratio::Ratio>().is_ok(),
            Some("date") => text.parse::<chrono::NaiveDate>().is_ok(),
            _ => names.is_empty() || names.contains(&text),
        };
        if !well_formed {
            let fault = Fault::new(&INVALID_VALUE, path).found(node.shown()).expecting(self.describe(schema));
            self.faults.push(fault.suggest(text, names));
        }
    }

    fn integer(&mut self, number: i64, schema: &'a Json, path: &str) {
        let least = schema.get("minimum").and_then(Json::as_i64).unwrap_or(i64::MIN);
        let most = schema.get("maximum").and_then(Json::as_i64).unwrap_or(i64::MAX);
        if !(least..=most).contains(&number) {
            self.faults.push(Fault::new(&INVALID_VALUE, path).found(number).expecting(self.describe(schema)));
        }
    }

    /// One of several schemas: null where allowed, else the one whose type fits, else the constants they name.
    fn choice(&mut self, node: &Node, choices: &'a [Json], path: &str) {
        let choices = self.flattened(choices);
        let fitting = choices.iter().copied().find(|choice| {
            let constants = constants(choice);
            match &node.value {
                Value::Text(text) if !constants.is_empty() => constants.contains(&text.as_str()),
                value => expected_type(choice).is_some_and(|expected| fits_type(value, expected)),
            }
        });
        match fitting {
            Some(choice) => self.node(node, choice, path),
            None => {
                let names: Vec<_> = choices.iter().flat_map(|choice| constants(choice)).collect();
                let expected = self.any_of(choices.iter().copied());
                let code = if names.is_empty() { &WRONG_TYPE } else { &INVALID_VALUE };
                let mut fault = Fault::new(code, path).found(node.shown()).expecting(expected);
                if let Value::Text(text) = &node.value {
                    fault = fault.suggest(text, names);
                }
                self.faults.push(fault);
            }
        }
    }

    /// The schemas of a choice, and of the choices among them.
    fn flattened(&self, choices: &'a [Json]) -> Vec<&'a Json> {
        choices
            .iter()
            .map(|choice| self.schema.resolved(choice))
            .flat_map(|choice| alternatives(choice).map_or_else(|| vec![choice], |inner| self.flattened(inner)))
            .collect()
    }

    fn wrong_type(&mut self, node: &Node, schema: &'a Json, path: &str) {
        self.faults.push(Fault::new(&WRONG_TYPE, path).found(node.shown()).expecting(self.describe(schema)));
    }

    /// What a schema asks for, in words.
    fn describe(&self, schema: &Json) -> Words {
        let schema = self.schema.resolved(schema);
        if let Some(choices) = alternatives(schema) {
            return self.any_of(choices);
        }
        let constants = constants(schema);
        if !constants.is_empty() {
            return constants.iter().map(Words::value).reduce(|one, other| one.or(&other)).unwrap_or_default();
        }
        match (schema.get("format").and_then(Json::as_str), expected_type(schema)) {
            (Some("amount"), _) => Words::new(
                "an amount in yuan as text with two decimals, such as \"150.00\"",
                "以元为单位、两位小数的金额文本，如 \"150.00\"",
            ),
            (Some("ratio"), _) => {
                Words::new("a ratio as decimal text, such as \"0.20\"", "小数文本表示的比率，如 \"0.20\"")
            }
            (Some("date"), _) => Words::new("a date, such as \"2024-05-31\"", "日期，如 \"2024-05-31\""),
            (_, Some("object")) => Words::new("a table", "一个表"),
            (_, Some("array")) => Words::new("a list", "一个列表"),
            (_, Some("string")) => Words::new("text", "文本"),
            (_, Some("boolean")) => Words::new("true or false", "true 或 false"),
            (_, Some("integer")) => describe_integer(schema),
            (_, Some(other)) => Words::value(other),
            (_, None) => Words::new("a value", "一个值"),
        }
    }

    /// What any of some schemas asks for, in words.
    fn any_of<'s>(&self, schemas: impl IntoIterator<Item = &'s Json>) -> Words {
        let words = schemas.into_iter().map(|schema| self.describe(schema));
        words.reduce(|one, other| one.or(&other)).unwrap_or_default()
    }
}

fn describe_integer(schema: &Json) -> Words {
    match (schema.get("minimum"), schema.get("maximum")) {
        (Some(least), Some(most)) => {
            Words::new(format!("a whole number from {least} to {most}"), format!("{least} 至 {most} 的整数"))
        }
        (Some(least), None) => {
            Words::new(format!("a whole number of at least {least}"), format!("不小于 {least} 的整数"))
        }
        (None, Some(most)) => Words::new(format!("a whole number of at most {most}"), format!("不大于 {most} 的整数")),
        (None, None) => Words::new("a whole number", "整数"),
    }
}

fn items_of(count: usize) -> Words {
    Words::new(format!("{count} items"), format!("{count} 项"))
}

/// The alternatives of a choice; a nullable type counts as the type alone where the value is not null.
fn alternatives(schema: &Json) -> Option<&[Json]> {
    let choices = schema.get("anyOf").or_else(|| schema.get("oneOf"))?;
    choices.as_array().map(Vec::as_slice)
}

/// The type a schema asks for; of `[T, "null"]` it is T.
fn expected_type(schema: &Json) -> Option<&str> {
    match schema.get("type")? {
        Json::String(name) => Some(name),
        Json::Array(names) => names.iter().filter_map(Json::as_str).find(|name| *name != "null"),
        _ => None,
    }
}

fn fits_type(value: &Value, expected: &str) -> bool {
    match value {
        Value::Null => expected == "null",
        Value::Boolean(_) => expected == "boolean",
        Value::Integer(_) => expected == "integer" || expected == "number",
        Value::Decimal(_) => expected == "number",
        Value::Text(_) => expected == "string",
        Value::List(_) => expected == "array",
        Value::Table(_) => expected == "object",
    }
}

/// The texts a schema allows, where it names them, itself or in its alternatives.
fn constants(schema: &Json) -> Vec<&str> {
    let names = schema.get("enum").and_then(Json::as_array).into_iter().flatten();
    let own = names.chain(schema.get("const")).filter_map(Json::as_str);
    own.chain(alternatives(schema).into_iter().flatten().flat_map(constants)).collect()
}

/// A schema for a text of a well-known form (`amount`, `ratio`), used by the types that are written so.
pub(crate) fn text_of_form(form: &'static str, description: &'static str) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "format": form, "description": description })
}
