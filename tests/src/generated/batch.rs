//! An operation's batch form in words: the tables that it takes, and the columns of those that it gives.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema};
use lifestage_core::handle::{BatchVerb, HandleKind};
use lifestage_core::operation::{Batch, Cancel, Operation, Table, Tables};
use lifestage_core::{Engine, document};
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
const COLUMNS_IN: &str = "A number is an integer, decimal, float or text; a date is date32, date64, a timestamp of midnight without a zone, or text; yes and no are \
    boolean or text; a code is text, a dictionary of text, or its place as uint8; twelve months are a list or the columns \
    `<name>_1` to `<name>_12`, the newest last. Integer amounts are in columns `<name>_minor` (fen), or `money_unit` says what \
    they count. Native types are read where they lie; others, dictionaries, views and large types among them, are converted.";

/// The batch form of an operation, or nothing where it has none.
pub fn section(operation: &Operation) -> String {
    let Some(batch) = operation.batch else { return String::new() };
    let taken = taken(batch.tables, batch.optional_tables);
    let answers = tables_of(answered(operation.name, &batch), &(operation.response)());
    format!(
        "\n## As a batch\n\nArrow tables in: {taken}, with the columns of the record form. {COLUMNS_IN}\n\n\
         The tables out follow below. Their schemas' metadata carry `lifestage.digest`, `lifestage.version` and, \
         where it is a parameter, `lifestage.as_of`.\n\n{}{answers}",
        fields::section((batch.params)().as_json())
    )
}

/// The batch form of a handle's verbs.
pub fn of_handle(kind: &HandleKind) -> String {
    let engine = Engine::open("china-telecom").expect("the shipped policy is valid");
    let handle =
        engine.open_handle(kind.name, &params(&engine, kind.params).to_string()).expect("the parameters are right");
    let empty_tables = |verb: &BatchVerb| -> Tables {
        // A sheet's columns are its header, which is fixed.
        let names = verb.tables.iter().chain(verb.optional_tables).filter(|name| **name != "sheet");
        names.map(|name| ((*name).to_owned(), empty())).collect()
    };
    let never = Cancel::default();
    let [update_params, query_params] = kind.batch_params;
    let told =
        handle.update_batch(empty_tables(&kind.update_batch), &params(&engine, update_params).to_string(), &never);
    let told = told.expect("empty tables are right");
    let known = handle.query_batch(empty_tables(&kind.query_batch), &params(&engine, query_params).to_string(), &never);
    let known = known.expect("empty tables are right");
    let verb = |name: &str, answered: Tables, response: fn() -> document::Schema| {
        let schemas = answered.into_iter().map(|(name, table)| (name, table.schema())).collect();
        format!("\n## What {name} in batches answers\n\n{}", tables_of(schemas, &response()).trim_start())
    };
    format!(
        "\n## In batches\n\nArrow tables, with the columns of the record form. {COLUMNS_IN} The state is the same however it \
         was told.\n\n{}\n{}{}{}",
        takes("An update", &kind.update_batch, update_params),
        takes("A query", &kind.query_batch, query_params),
        verb("an update", told, kind.update[1]),
        verb("a query", known, kind.query[1]),
    )
}

/// The tables that a verb takes in batches, and its parameters.
fn takes(verb: &str, tables: &BatchVerb, params: fn() -> document::Schema) -> String {
    let given = match (tables.tables, tables.optional_tables) {
        ([], []) => "no tables".to_owned(),
        (required, optional) => taken(required, optional),
    };
    let params = fields::section(params().as_json());
    format!("{verb} takes {given}. Parameters:\n\n{params}")
}

/// The tables that are taken, in words.
fn taken(required: &[&str], optional: &[&str]) -> String {
    let given = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match (required, optional) {
        (required, []) => given(required),
        ([], optional) => format!("any of {}", given(optional)),
        (required, optional) => format!("{}; where there are such, {}", given(required), given(optional)),
    }
}

/// Every table with its columns, which the record form of the response describes.
fn tables_of(answered: Vec<(String, Arc<Schema>)>, response: &document::Schema) -> String {
    let answers = answered.into_iter();
    answers
        .map(|(name, schema)| format!("\n### Table `{name}`\n\n{}", columns(&name, &schema, response.as_json())))
        .collect()
}

/// The schemas of the tables that come of empty ones.
fn answered(name: &str, batch: &Batch) -> Vec<(String, Arc<Schema>)> {
    let engine = Engine::open("china-telecom").expect("the shipped policy is valid");
    let names = batch.tables.iter().chain(batch.optional_tables);
    let tables: Tables = names.map(|name| ((*name).to_owned(), empty())).collect();
    let answers = engine.call_batch(name, tables, &params(&engine, batch.params).to_string(), Cancel::default());
    answers.expect("empty tables are right").into_iter().map(|(name, table)| (name, table.schema())).collect()
}

/// What is asked of empty tables: whatever is known of the parameters that are taken.
fn params(engine: &Engine, params: fn() -> document::Schema) -> Value {
    let taken = params();
    let organisation = || engine.open_handle("organisation", "{}").and_then(|handle| handle.serialise());
    let organisation = organisation().expect("an organisation may be empty");
    let known = [
        ("as_of", "2024-05-31"),
        ("list", "fee_drop"),
        ("person_id", "p1"),
        ("actor", "p1"),
        ("organisation", &organisation),
    ];
    known.into_iter().filter(|(name, _)| taken.as_json()["properties"].get(name).is_some()).collect()
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
    let target = |schema: &'a Value| response.pointer(schema.get("$ref")?.as_str()?.trim_start_matches('#'));
    let of_table = types().find_map(|tables| described(target(tables.get("properties")?.get(name)?.get("items")?)?));
    // A report is one record, or what an update answers beside its tables.
    let of_report = || {
        let report = response.pointer("/properties/report").and_then(target).unwrap_or(response);
        described(report).filter(|_| name == "report")
    };
    let mask = MASKS.iter().find(|(mask, _)| *mask == column).map(|(_, meaning)| *meaning);
    of_table.or_else(of_report).or(mask).or_else(|| types().find_map(described)).unwrap_or_default()
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
