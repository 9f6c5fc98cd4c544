//! Decisions as Arrow columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::types::UInt8Type;
use arrow_array::{
    ArrayRef, Date32Array, DictionaryArray, Int64Array, ListArray, PrimitiveArray, RecordBatch, RecordBatchOptions,
    StringArray, StructArray, UInt64Array, new_null_array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Metadata, Schema, SchemaRef};

use super::ClassifyBatchParams;
use super::schema::{Layout, Output};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::lifecycle::{Evidence, NO_CODE, Stage};
use crate::table::writer::{CodeLists, dictionary_of, dictionary_type, errors, fault_fields};
use crate::value::Tier;
use crate::view::facts::STATUSES;

/// What is decided of some rows, apart from what stands in [`crate::lifecycle::DecisionColumns`].
#[derive(Debug, Default)]
pub(super) struct Written {
    pub status: Vec<u8>,
    pub reasons: CodeLists,
    pub warnings: CodeLists,
    pub insufficient: CodeLists,
    pub shadow: CodeLists,
    pub stage_since: Vec<Option<i32>>,
    pub evidence: Vec<Vec<Evidence>>,
    /// The faults of rows that break the contract.
    pub errors: Vec<(usize, Fault)>,
}

impl Written {
    /// Adds what is decided of the rows that follow.
    pub fn append(&mut self, next: Self) {
        self.reasons.append(next.reasons);
        self.warnings.append(next.warnings);
        self.insufficient.append(next.insufficient);
        self.shadow.append(next.shadow);
        self.status.extend(next.status);
        self.stage_since.extend(next.stage_since);
        self.evidence.extend(next.evidence);
        self.errors.extend(next.errors);
    }
}

/// The dictionaries and the schema of results, made once for all batches of a stream.
#[derive(Debug)]
pub(super) struct Results {
    pub outputs: Vec<Output>,
    /// How many columns of the view stand before them: all or none.
    repeated: usize,
    pub schema: SchemaRef,
    statuses: ArrayRef,
    stages: ArrayRef,
    tiers: ArrayRef,
    reasons: ArrayRef,
    rules: ArrayRef,
}

impl Results {
    pub fn new(
        engine: &Engine,
        input: &Schema,
        layout: &Layout,
        misspelt: &BTreeMap<&str, &str>,
        outputs: Vec<Output>,
        params: &ClassifyBatchParams,
    ) -> Self {
        let classifier = engine.policy().classifier();
        let rules: Vec<_> = classifier.rules().map(|rule| rule.code.as_str()).collect();
        let quoted = |names: &[&str]| serde_json::Value::from(names.to_vec()).to_string();
        let unread: Vec<_> = layout.unread.iter().map(String::as_str).collect();
        let mut metadata = if params.append { input.metadata.clone() } else { Metadata::default() };
        metadata.extend(engine.signature());
        metadata.extend([
            ("lifestage.as_of", params.as_of.to_string()),
            ("lifestage.rules", quoted(&rules)),
            ("lifestage.unread_columns", quoted(&unread)),
            ("lifestage.misspelt_columns", serde_json::json!(misspelt).to_string()),
        ]);
        let repeated = if params.append { input.fields().len() } else { 0 };
        let given = input.fields().iter().take(repeated).cloned();
        let fields: Vec<_> = given.chain(outputs.iter().map(|output| Arc::new(field(*output, input)))).collect();
        Self {
            outputs,
            repeated,
            schema: Arc::new(Schema::new_with_metadata(fields, metadata)),
            statuses: dictionary_of(STATUSES),
            stages: dictionary_of(&Stage::ALL.map(Stage::code)),
            tiers: dictionary_of(Tier::CODES),
            reasons: dictionary_of(&classifier.reason_codes().iter().map(String::as_str).collect::<Vec<_>>()),
            rules: dictionary_of(&rules),
        }
    }

    /// The result of a batch of the view.
    pub fn batch(&self, view: &RecordBatch, mut columns: Columns) -> Result<RecordBatch, Error> {
        let rows = view.num_rows();
        let mut arrays: Vec<_> = view.columns().iter().take(self.repeated).cloned().collect();
        for (output, field) in self.outputs.iter().zip(self.schema.fields().iter().skip(self.repeated)) {
            arrays.push(self.array(*output, field.data_type(), rows, &mut columns)?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options).map_err(Error::internal)
    }

    fn array(
        &self,
        output: Output,
        data_type: &DataType,
        rows: usize,
        columns: &mut Columns,
    ) -> Result<ArrayRef, Error> {
        let written = &mut columns.written;
        let mask = |mask: &mut Option<Vec<u64>>| -> ArrayRef {
            Arc::new(UInt64Array::new(mask.take().unwrap_or_default().into(), None))
        };
        Ok(match output {
            Output::UserId => columns.user_id.take().unwrap_or_else(|| new_null_array(data_type, rows)),
            Output::CustomerId => columns.customer_id.take().unwrap_or_else(|| new_null_array(data_type, rows)),
            Output::Status => codes(std::mem::take(&mut written.status), &self.statuses)?,
            Output::MonthsSinceExit => match columns.months_since_exit.take() {
                Some((months, nulls)) => Arc::new(Int64Array::new(months, nulls)),
                None => new_null_array(data_type, rows),
            },
            Output::Stage => codes(columns.stage.take().unwrap_or_default(), &self.stages)?,
            Output::Tier => codes(columns.tier.take().unwrap_or_default(), &self.tiers)?,
            Output::Reasons => std::mem::take(&mut written.reasons).array(&self.reasons)?,
            Output::Warnings => std::mem::take(&mut written.warnings).array(&self.rules)?,
            Output::Insufficient => std::mem::take(&mut written.insufficient).array(&self.rules)?,
            Output::Shadow => std::mem::take(&mut written.shadow).array(&self.rules)?,
            Output::WarningsMask => mask(&mut columns.warnings),
            Output::InsufficientMask => mask(&mut columns.insufficient),
            Output::ShadowMask => mask(&mut columns.shadow),
            Output::StageSince if written.stage_since.is_empty() => new_null_array(data_type, rows),
            Output::StageSince => Arc::new(Date32Array::from(std::mem::take(&mut written.stage_since))),
            Output::Error => errors(rows, &written.errors),
            Output::Evidence => evidence(&written.evidence)?,
        })
    }
}

/// The columns of a result, each taken where it is asked for.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub user_id: Option<ArrayRef>,
    pub customer_id: Option<ArrayRef>,
    pub months_since_exit: Option<(ScalarBuffer<i64>, Option<NullBuffer>)>,
    pub stage: Option<Vec<u8>>,
    pub tier: Option<Vec<u8>>,
    pub warnings: Option<Vec<u64>>,
    pub insufficient: Option<Vec<u64>>,
    pub shadow: Option<Vec<u64>>,
    pub written: Written,
}

fn field(output: Output, input: &Schema) -> Field {
    let list = || DataType::List(CodeLists::item());
    let (data_type, is_nullable) = match output {
        Output::UserId | Output::CustomerId => {
            let given = input.field_with_name(output.name()).map(|field| field.data_type().clone());
            (given.unwrap_or(DataType::Utf8), true)
        }
        Output::Status | Output::Stage | Output::Tier => (dictionary_type(DataType::UInt8), true),
        Output::MonthsSinceExit => (DataType::Int64, true),
        Output::Reasons | Output::Warnings | Output::Insufficient | Output::Shadow => (list(), false),
        Output::WarningsMask | Output::InsufficientMask | Output::ShadowMask => (DataType::UInt64, false),
        Output::StageSince => (DataType::Date32, true),
        Output::Error => (DataType::Struct(fault_fields()), true),
        Output::Evidence => (DataType::List(evidence_item()), false),
    };
    Field::new(output.name(), data_type, is_nullable)
}

/// Codes by their place; those that are none become null.
fn codes(mut codes: Vec<u8>, names: &ArrayRef) -> Result<ArrayRef, Error> {
    let mut nulls = None;
    if codes.contains(&NO_CODE) {
        nulls = Some(NullBuffer::from_iter(codes.iter().map(|code| *code != NO_CODE)));
        // Hosts may look a null's code up all the same.
        codes.iter_mut().for_each(|code| *code = if *code == NO_CODE { 0 } else { *code });
    }
    let codes = PrimitiveArray::<UInt8Type>::new(codes.into(), nulls);
    Ok(Arc::new(DictionaryArray::try_new(codes, Arc::clone(names)).map_err(Error::internal)?))
}

/// What a column of evidence has for one comparison.
type EvidenceText = fn(&Evidence) -> Option<&str>;

/// What is said of a comparison, in the order in which a record has it.
const EVIDENCE: [(&str, EvidenceText); 7] = [
    ("code", |evidence| Some(&evidence.code)),
    ("outcome", |evidence| Some(evidence.outcome.name())),
    ("observed", |evidence| evidence.observed.as_deref()),
    ("comparison", |evidence| Some(evidence.comparison)),
    ("threshold", |evidence| evidence.threshold.as_deref()),
    ("unit", |evidence| Some(&evidence.unit)),
    ("path", |evidence| Some(&evidence.path)),
];

fn evidence_item() -> Arc<Field> {
    let fields = EVIDENCE.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect();
    Arc::new(Field::new("item", DataType::Struct(fields), false))
}

/// The comparisons that decided, row by row.
fn evidence(rows: &[Vec<Evidence>]) -> Result<ArrayRef, Error> {
    let comparisons = || rows.iter().flatten();
    let texts = |of: EvidenceText| -> ArrayRef { Arc::new(comparisons().map(of).collect::<StringArray>()) };
    let item = evidence_item();
    let DataType::Struct(fields) = item.data_type().clone() else { return Err(Error::internal("evidence has fields")) };
    let columns = EVIDENCE.iter().map(|(_, of)| texts(*of)).collect();
    let items = StructArray::try_new(fields, columns, None).map_err(Error::internal)?;
    let offsets = OffsetBuffer::from_lengths(rows.iter().map(Vec::len));
    Ok(Arc::new(ListArray::try_new(item, offsets, Arc::new(items), None).map_err(Error::internal)?))
}
