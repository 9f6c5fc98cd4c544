//! An operation's batch form in words: the tables that it takes, and the columns of those that it gives.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema};
use lifestage_core::Engine;
use lifestage_core::operation::{Batch, Cancel, Operation, Table, Tables};
use serde_json::Value;

use super::{fields, row, table};
use crate::arrow;

/// Columns that have no record form, and what they say.
const MASKS: [(&str, &str); 3] = [
    ("warnings_mask", "`warnings` as bits: bit i is rule i of `lifestage.rules` in the schema's metadata."),
    ("insufficient_mask", "`insufficient` as bits."),
    ("shadow_mask", "`shadow` as bits."),
];

/// How columns may be encoded.
const COLUMNS_IN: &str = "A number is an integer, decimal, float or text; a date is date32, date64 or text; yes and no are \
    boolean or text; a code is text, a dictionary of text, or its place as uint8; twelve months are a list or the columns \
    `<name>_1` to `<name>_12`, the newest last. Integer amounts are in columns `<name>_minor` (fen), or `money_unit` says what \
    they count. Native types are read where they lie; others, dictionaries, views and large types among them, are converted.";

/// The batch form of an operation, or nothing where it has none.
pub fn section(operation: &Operation) -> String {
    let Some(batch) = operation.batch else { return String::new() };
    let given = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let taken = match (batch.tables, batch.optional_tables) {
        (required, []) => given(required),
        ([], optional) => format!("any of {}", given(optional)),
        (required, optional) => format!("{}; where there are such, {}", given(required), given(optional)),
    };
    let response = (operation.response)();
    let answers: String = answered(operation.name, &batch)
        .into_iter()
        .map(|(name, schema)| format!("\n### Table `{name}`\n\n{}", columns(&name, &schema, response.as_json())))
        .collect();
    format!(
        "\n## As a batch\n\nArrow tables in: {taken}, with the columns of the record form. {COLUMNS_IN}\n\n\
         The tables out follow below. Their schemas' metadata carry `lifestage.digest`, `lifestage.version` and, \
         where it is a parameter, `lifestage.as_of`.\n\n{}{answers}",
        fields::section((batch.params)().as_json())
    )
}

/// The schemas of the tables that come of empty ones.
fn answered(name: &str, batch: &Batch) -> Vec<(String, Arc<Schema>)> {
    let engine = Engine::open("china-telecom").expect("the shipped policy is valid");
    let names = batch.tables.iter().chain(batch.optional_tables);
    let tables: Tables = names.map(|name| ((*name).to_owned(), empty())).collect();
    let answers = engine.call_batch(name, tables, &params(batch).to_string(), Cancel::default());
    answers.expect("empty tables are right").into_iter().map(|(name, table)| (name, table.schema())).collect()
}

/// What is asked of empty tables.
fn params(batch: &Batch) -> Value {
    let asked = (batch.params)();
    let known = [("as_of", "2024-05-31"), ("list", "fee_drop")];
    known.into_iter().filter(|(name, _)| asked.as_json()["properties"].get(name).is_some()).collect()
}

/// A table without rows, with the columns that an answer repeats or depends on.
fn empty() -> Table {
    let columns = [
        ("user_id", DataType::Utf8),
        ("customer_id", DataType::Utf8),
        ("previous_stage", DataType::Utf8),
        ("previous_since", DataType::Date32),
    ];
    let fields: Vec<_> = columns.into_iter().map(|(name, kind)| Field::new(name, kind, true)).collect();
    arrow::table_of(&RecordBatch::new_empty(Arc::new(Schema::new(fields))), Vec::new())
}

fn columns(name: &str, schema: &Schema, response: &Value) -> String {
    let rows = schema.fields().iter().map(|field| {
        let nulls = if field.is_nullable() { "" } else { "never null" };
        let column = format!("`{}`", field.name());
        row([&column, &in_words(field.data_type()), nulls, meaning(name, field.name(), response)])
    });
    table(&["Column", "Arrow type", "", "Meaning"], rows)
}

/// What the record form says of a column.
fn meaning<'a>(name: &str, column: &str, response: &'a Value) -> &'a str {
    let described = |record: &'a Value| record.get("properties")?.get(column)?.get("description")?.as_str();
    let types = || response.get("$defs").and_then(Value::as_object).into_iter().flat_map(|types| types.values());
    let of_table = types().find_map(|tables| {
        let target = tables.get("properties")?.get(name)?.get("items")?.get("$ref")?.as_str()?;
        described(response.pointer(target.trim_start_matches('#'))?)
    });
    let mask = MASKS.iter().find(|(mask, _)| *mask == column).map(|(_, meaning)| *meaning);
    of_table.or(mask).or_else(|| types().find_map(described)).unwrap_or_default()
}

/// A type as people write it.
fn in_words(kind: &DataType) -> String {
    match kind {
        DataType::List(item) => format!("list of {}", in_words(item.data_type())),
        DataType::Dictionary(_, values) => format!("dictionary of {}", in_words(values)),
        DataType::Struct(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|field| format!("{} {}", field.name(), in_words(field.data_type()))).collect();
            format!("struct ({})", fields.join(", "))
        }
        DataType::Decimal128(precision, scale) => format!("decimal128({precision}, {scale})"),
        other => other.to_string().to_lowercase(),
    }
}
