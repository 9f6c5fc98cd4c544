//! The operation `assign_attributes`: the marketing and the statistics attribute of customers (DIV-17 to DIV-19).

use std::ops::Range;

use arrow_array::RecordBatch;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Criteria;
use super::rows::{Judged, Keyed, RowsReport, owned, why};
use crate::catalogue::Text;
use crate::decision_table::{DecisionTables, Judgement};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::fact::Need;
use crate::operation::{BatchOperation, Cancel, RecordOperation, Tables};
use crate::table::Row;
use crate::table::cell::MoneyUnit;
use crate::table::source::{FromSource, Given, Source};
use crate::table::writer::{Writer, errors, tables};
use crate::threads::in_parallel;

/// The places of the tables in [`Criteria`].
const MARKETING: usize = 0;
const STATISTICS: usize = 1;

impl Criteria {
    /// What the attributes need.
    pub fn needs(&self) -> [Need<'_>; 2] {
        let need = |result, table| Need { result, code: None, facts: self.attributes.asked_by(table) };
        [need("marketing_attribute", MARKETING), need("statistics_attribute", STATISTICS)]
    }
}

/// The operation `assign_attributes`.
#[derive(Debug)]
pub struct AssignAttributes;

/// Customers whose attributes are asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignAttributesRequest {
    /// The tables.
    pub tables: AssignAttributesTables,
    /// The parameters.
    pub params: AssignAttributesParams,
}

/// The table of customers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignAttributesTables {
    /// A row a customer, in any order. Key: `customer_id`. Also, as far as the policy's tables ask for them: the facts of the view
    /// that have one value, said of the customer, and the host's own. A column that is not there is unknown.
    pub customers: Vec<Row>,
}

/// How to read them.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignAttributesParams {
    /// What integer amounts count; without it they are refused.
    pub money_unit: Option<MoneyUnit>,
}

/// The attributes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AssignAttributesResponse {
    /// The tables.
    pub tables: AttributeTables,
    /// What was read.
    pub report: RowsReport,
}

/// The attributes of every customer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AttributeTables {
    /// A row a row of `customers`, in the same order; each depends on that row alone.
    pub attributes: Vec<AttributesRow>,
}

/// The attributes of a customer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AttributesRow {
    /// The customer; null where it cannot be read.
    pub customer_id: Option<String>,
    /// The department that is responsible for the customer; null where no row of the policy decides: then it is the department of
    /// the customer's community, which the handle `organisation` knows.
    pub marketing_attribute: Option<String>,
    /// Where in the policy the row stands that decided, or that nobody could judge.
    pub marketing_row: Option<String>,
    /// Why there is no marketing attribute: `NO_ROWS`, `NO_ROW_MATCHES` or `ROW_UNKNOWN`; null where there is one.
    pub marketing_reason: Option<&'static str>,
    /// The facts that would have to be known, of a row that nobody could judge.
    pub marketing_unknown: Vec<String>,
    /// The attribute that is reported to the group company, by code: the policy's `[division.statistics.codes]`.
    pub statistics_attribute: Option<String>,
    /// Where in the policy the row stands that decided, or that nobody could judge.
    pub statistics_row: Option<String>,
    /// Why there is no statistics attribute: `NO_ROWS`, `NO_ROW_MATCHES` or `ROW_UNKNOWN`; null where there is one.
    pub statistics_reason: Option<&'static str>,
    /// The facts that would have to be known, of a row that nobody could judge.
    pub statistics_unknown: Vec<String>,
    /// What is wrong with the row, which then has no attributes; null where nothing is.
    pub error: Option<Fault>,
}

struct Customers(Keyed);

impl FromSource for Customers {
    const NAME: &'static str = "customers";
    type With = DecisionTables;

    fn read(source: &mut impl Source, tables: &DecisionTables) -> Self {
        Self(Keyed::read(source, "customer_id", tables))
    }
}

/// What is said of a customer.
#[derive(Default)]
struct Attributes<'a> {
    customer_id: Option<&'a str>,
    marketing: Judgement<'a>,
    statistics: Judgement<'a>,
}

impl Judged<Customers> {
    fn attributes<'a>(&'a self, criteria: &'a Criteria, rows: Range<usize>) -> Vec<Attributes<'a>> {
        let Customers(Keyed { key, facts }) = &self.columns;
        let mut judge = criteria.attributes.judge(facts);
        let mut judged = |row| {
            let customer_id = key.text(row);
            if self.invalid.contains_key(&row) {
                return Attributes { customer_id, ..Attributes::default() };
            }
            judge.turn_to(row);
            let (marketing, statistics) = (judge.judgement(MARKETING), judge.judgement(STATISTICS));
            Attributes { customer_id, marketing, statistics }
        };
        rows.map(&mut judged).collect()
    }

    fn batch(&self, engine: &Engine, rows: Range<usize>) -> Result<RecordBatch, Error> {
        let attributes = self.attributes(engine.policy().criteria(), rows.clone());
        let (marketing, statistics) =
            (attributes.iter().map(|row| &row.marketing), attributes.iter().map(|row| &row.statistics));
        let mut columns = Writer::default();
        columns.texts("customer_id", attributes.iter().map(|row| row.customer_id));
        columns.texts("marketing_attribute", marketing.clone().map(|judgement| judgement.result));
        why(&mut columns, "marketing", marketing);
        columns.texts("statistics_attribute", statistics.clone().map(|judgement| judgement.result));
        why(&mut columns, "statistics", statistics);
        columns.add("error", errors(rows.len(), &self.faults(&rows)));
        columns.batch(engine.signature())
    }
}

impl AttributesRow {
    fn new(attributes: &Attributes<'_>, error: Option<&Fault>) -> Self {
        let Attributes { customer_id, marketing, statistics } = attributes;
        Self {
            customer_id: customer_id.map(str::to_owned),
            marketing_attribute: marketing.result.map(str::to_owned),
            marketing_row: marketing.row.map(str::to_owned),
            marketing_reason: marketing.reason,
            marketing_unknown: owned(&marketing.unknown),
            statistics_attribute: statistics.result.map(str::to_owned),
            statistics_row: statistics.row.map(str::to_owned),
            statistics_reason: statistics.reason,
            statistics_unknown: owned(&statistics.unknown),
            error: error.cloned(),
        }
    }
}

impl RecordOperation for AssignAttributes {
    const NAME: &'static str = "assign_attributes";
    const ABOUT: Text = Text {
        en: "Finds the marketing and the statistics attribute of customers by the policy's criteria.",
        zh: "按策略中的标准判定客户的营销属性与统计属性。",
    };
    type Request = AssignAttributesRequest;
    type Response = AssignAttributesResponse;

    fn run(engine: &Engine, request: AssignAttributesRequest) -> Result<AssignAttributesResponse, Error> {
        let criteria = engine.policy().criteria();
        let given = Given::Rows(&request.tables.customers);
        let customers = Judged::<Customers>::read(given, &criteria.attributes, request.params.money_unit, engine)?;
        let attributes = customers.attributes(criteria, 0..customers.rows);
        let record = |(row, attributes)| AttributesRow::new(attributes, customers.invalid.get(&row));
        let attributes = attributes.iter().enumerate().map(record).collect();
        Ok(AssignAttributesResponse { tables: AttributeTables { attributes }, report: customers.report(engine) })
    }
}

impl BatchOperation for AssignAttributes {
    type Params = AssignAttributesParams;
    const TABLES: &'static [&'static str] = &["customers"];
    const ANSWERED_TABLES: &'static [&'static str] = &["attributes", "report"];

    /// The table is taken in whole before the first batch.
    fn open(engine: &Engine, given: Tables, params: AssignAttributesParams, cancel: Cancel) -> Result<Tables, Error> {
        let asked = &engine.policy().criteria().attributes;
        let customers = Judged::<Customers>::collect(given, asked, params.money_unit, engine, &cancel)?;
        let write = |part| cancel.check().and_then(|()| customers.batch(engine, customers.part(part)));
        let attributes = in_parallel(engine.threads(), customers.parts(), write)?;
        Ok(tables([("attributes", attributes), ("report", vec![customers.report(engine).batch(engine)?])]))
    }
}
