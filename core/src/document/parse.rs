//! Text → tree. JSON begins with `{`; everything else is TOML.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Node, Origin, SYNTAX, Value};
use crate::catalogue::Words;
use crate::error::{Fault, Place};

/// Reads a document; `file` is the name by which faults mention it.
///
/// # Errors
/// Every [`SYNTAX`] fault of a TOML text, the first one of a JSON text.
pub fn parse(file: &str, text: &str) -> Result<Node, Vec<Fault>> {
    if text.trim_start().starts_with('{') { parse_json(file, text) } else { parse_toml(file, text) }
}

fn syntax_fault(file: &str, (line, column): (usize, usize), message: &str) -> Fault {
    let mut fault = Fault::new(&SYNTAX, "").found(message).expecting(Words::new("TOML or JSON", "TOML 或 JSON"));
    fault.place = Some(Place { file: file.to_owned(), line, column });
    fault
}

/// Reads a JSON document, whatever it begins with; `file` is the name by which faults mention it.
///
/// # Errors
/// The first [`SYNTAX`] fault.
pub fn parse_json(file: &str, text: &str) -> Result<Node, Vec<Fault>> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    JsonNode(&file.into())
        .deserialize(&mut deserializer)
        .and_then(|node| deserializer.end().map(|()| node))
        .map_err(|error| vec![syntax_fault(file, (error.line(), error.column()), &error.to_string())])
}

/// Reads JSON into nodes; a name that stands twice is refused, not silently overwritten.
struct JsonNode<'a>(&'a Rc<str>);

impl JsonNode<'_> {
    fn node(&self, value: Value) -> Node {
        Node { value, origin: Origin { file: Rc::clone(self.0), position: None } }
    }
}

impl<'de> DeserializeSeed<'de> for JsonNode<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonNode<'_> {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(self.node(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(self.node(Value::Boolean(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(self.node(Value::Integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        let value = i64::try_from(value).map_or_else(|_| Value::Decimal(value.to_string()), Value::Integer);
        Ok(self.node(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(self.node(Value::Decimal(value.to_string())))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(self.node(Value::Text(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(JsonNode(self.0))? {
            list.push(item);
        }
        Ok(self.node(Value::List(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut table = BTreeMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            let node = entries.next_value_seed(JsonNode(self.0))?;
            if table.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key `{key}` stands twice")));
            }
            table.insert(key, node);
        }
        Ok(self.node(Value::Table(table)))
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        JsonNode(&"".into()).deserialize(deserializer)
    }
}

fn parse_toml(file: &str, text: &str) -> Result<Node, Vec<Fault>> {
    let reader = TomlReader { file: file.into(), lines: line_starts(text), text };
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let position = Some((1, 1));
        let value = reader.table(table.get_ref());
        return Ok(Node { value, origin: Origin { file: reader.file, position } });
    }
    let fault = |error: &toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        syntax_fault(file, reader.position(start), error.message())
    };
    let mut faults: Vec<_> = errors.iter().map(fault).collect();
    faults.sort_by_key(|fault| fault.place.as_ref().map(|place| (place.line, place.column)));
    Err(faults)
}

fn line_starts(text: &str) -> Vec<usize> {
    let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(after_breaks).collect()
}

struct TomlReader<'a> {
    file: Rc<str>,
    text: &'a str,
    /// Byte offset of the beginning of each line.
    lines: Vec<usize>,
}

impl TomlReader<'_> {
    /// Line and column of a byte offset, 1-based, the column in characters.
    fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|index| self.lines.get(index)).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        (line, column + 1)
    }

    fn table(&self, table: &DeTable<'_>) -> Value {
        let entries = table.iter().map(|(key, value)| (key.get_ref().to_string(), self.node(value)));
        Value::Table(entries.collect())
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let origin = Origin { file: Rc::clone(&self.file), position: Some(self.position(value.span().start)) };
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| Value::Decimal(number.to_string()), Value::Integer),
            DeValue::Float(number) => Value::Decimal(number.as_str().to_owned()),
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Datetime(moment) => Value::Text(moment.to_string()),
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => self.table(table),
        };
        Node { value, origin }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Language;

    #[test]
    fn toml_values_know_their_line_and_their_column_in_characters() {
        let node = parse("p.toml", "['价值']\n'高端' = \"150.00\"\n").unwrap();
        let value = node.nearest("价值.高端");
        assert_eq!(value.value, Value::Text("150.00".into()));
        assert_eq!(value.origin.position, Some((2, 8)));
    }

    #[test]
    fn every_syntax_fault_of_a_toml_text_is_reported_with_its_place() {
        let faults = parse("p.toml", "a = \nb = 1\nc = ]\n").unwrap_err();
        let lines: Vec<_> = faults.iter().map(|fault| fault.place.as_ref().unwrap().line).collect();
        assert_eq!(lines, [1, 3]);
    }

    #[test]
    fn a_json_name_that_stands_twice_is_refused() {
        let faults = parse("p.json", r#"{"a": 1, "a": 2}"#).unwrap_err();
        assert!(faults[0].found.of(Language::En).contains("`a` stands twice"), "{faults:?}");
    }

    #[test]
    fn toml_and_json_of_the_same_content_are_equal_but_for_places() {
        let toml = parse("p.toml", "a = [1, 2.50, 'x', true]\nb.on = 2024-05-31").unwrap();
        let json = parse("p.json", r#"{"a": [1, 2.50, "x", true], "b": {"on": "2024-05-31"}}"#).unwrap();
        assert_eq!(toml.to_json(), json.to_json());
    }
}
