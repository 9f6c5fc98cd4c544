//! A JSON Schema as tables of fields: what people read before they call an operation.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{row, table};

/// The fields of a request or a response, then those of each type they name, by name.
pub fn section(schema: &Value) -> String {
    let mut text = body(schema);
    let types = schema.get("$defs").and_then(Value::as_object).into_iter().flatten();
    for (name, schema) in types {
        text.push_str(&format!("\n### {name}\n\n{}", body(schema)));
    }
    text
}

/// What a type is and holds.
fn body(schema: &Value) -> String {
    let description =
        schema.get("description").and_then(Value::as_str).map_or(String::new(), |text| format!("{text}\n"));
    let content = match (fields(schema), variants(schema)) {
        (Some(fields), _) => fields,
        (None, Some(variants)) => variants,
        (None, None) => format!("{}\n", sentence(&type_of(schema))),
    };
    if description.is_empty() { content } else { format!("{description}\n{content}") }
}

fn fields(schema: &Value) -> Option<String> {
    let properties = schema.get("properties")?.as_object()?;
    let required: Vec<_> = texts(schema.get("required")).collect();
    let optional = properties.keys().map(String::as_str).filter(|name| !required.contains(name));
    let rows = required.iter().copied().chain(optional).map(|name| {
        let field = properties.get(name).unwrap_or(&Value::Null);
        let meaning = field.get("description").and_then(Value::as_str).unwrap_or_default();
        let need = if required.contains(&name) { "" } else { "optional" };
        row([&format!("`{name}`"), &type_of(field), need, meaning])
    });
    Some(table(&["Field", "Type", "", "Meaning"], rows))
}

/// A choice, one form a line.
fn variants(schema: &Value) -> Option<String> {
    let forms = choices(schema)?.iter().map(|form| {
        let meaning = form.get("description").and_then(Value::as_str).unwrap_or_default();
        row([type_of(form).as_str(), meaning])
    });
    Some(table(&["One of", "Meaning"], forms))
}

fn choices(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("oneOf").or_else(|| schema.get("anyOf"))?.as_array()
}

/// A type in words, linked where the page describes it.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next()) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(constant) = schema.get("const") {
        return format!("`{constant}`");
    }
    if let Some(constants) = schema.get("enum").and_then(Value::as_array) {
        return alternatives(constants.iter().map(|constant| format!("`{constant}`")));
    }
    if let Some(choices) = choices(schema) {
        return alternatives(choices.iter().map(type_of));
    }
    match schema.get("type") {
        Some(Value::String(name)) => named(name, schema),
        Some(names) => alternatives(texts(Some(names)).map(|name| named(name, schema))),
        None => "any JSON".into(),
    }
}

/// Each alternative once, in order.
fn alternatives(forms: impl Iterator<Item = String>) -> String {
    let mut seen = BTreeSet::new();
    let forms: Vec<_> = forms.filter(|form| seen.insert(form.clone())).collect();
    forms.join(" or ")
}

fn named(name: &str, schema: &Value) -> String {
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    match name {
        "string" if format.is_empty() => "text".into(),
        "string" => format.into(),
        "integer" => "whole number".into(),
        "boolean" => "true or false".into(),
        "array" => list(schema),
        "object" => object(schema),
        other => other.into(),
    }
}

fn list(schema: &Value) -> String {
    match (schema.get("prefixItems").and_then(Value::as_array), schema.get("items")) {
        (Some(items), _) => format!("list of {}", items.iter().map(type_of).collect::<Vec<_>>().join(", ")),
        (None, Some(items)) => format!("list of {}", type_of(items)),
        (None, None) => "list".into(),
    }
}

/// An object that no field is known of by name, or one whose fields stand in a line.
fn object(schema: &Value) -> String {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        let fields: Vec<_> = properties.iter().map(|(name, field)| format!("`{name}`: {}", type_of(field))).collect();
        return format!("object with {}", fields.join(", "));
    }
    match schema.get("additionalProperties") {
        Some(Value::Bool(false)) => "object without fields".into(),
        Some(values @ Value::Object(_)) => format!("object of {} by name", type_of(values)),
        _ => "object".into(),
    }
}

fn texts(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn required_fields_come_first_and_in_their_own_order() {
        let schema = json!({
            "type": "object", "description": "A row.", "required": ["b", "a"],
            "properties": {
                "0": {"type": "integer"}, "a": {"$ref": "#/$defs/Tier"}, "b": {"type": "string", "description": "Why."},
            },
            "$defs": {"Tier": {"description": "A tier.", "enum": ["high", "low"]}},
        });
        let expected = "A row.\n\n| Field | Type |  | Meaning |\n|---|---|---|---|\n| `b` | text |  | Why. |\n\
                        | `a` | [Tier](#tier) |  |  |\n| `0` | whole number | optional |  |\n\
                        \n### Tier\n\nA tier.\n\n`\"high\"` or `\"low\"`.\n";
        assert_eq!(section(&schema), expected);
    }

    #[test]
    fn types_are_said_in_words() {
        let said = [
            (json!({"type": ["string", "null"]}), "text or null"),
            (json!({"anyOf": [{"$ref": "#/$defs/Place"}, {"type": "null"}]}), "[Place](#place) or null"),
            (json!({"type": "array", "items": {"type": "string", "format": "date"}}), "list of date"),
            (json!({"type": "object", "additionalProperties": {"type": "string"}}), "object of text by name"),
            (json!({"type": "object", "additionalProperties": false}), "object without fields"),
            (json!({"oneOf": [{"const": "en"}, {"const": "zh"}]}), "`\"en\"` or `\"zh\"`"),
            (json!({"description": "anything"}), "any JSON"),
        ];
        for (schema, words) in said {
            assert_eq!(type_of(&schema), words);
        }
    }

    #[test]
    fn a_choice_is_listed_with_the_meaning_of_each_form() {
        let schema = json!({"oneOf": [{"const": "A", "description": "Acquisition."}, {"const": "B"}]});
        let expected = "| One of | Meaning |\n|---|---|\n| `\"A\"` | Acquisition. |\n| `\"B\"` |  |\n";
        assert_eq!(section(&schema), expected);
    }
}
