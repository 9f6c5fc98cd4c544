//! `list_warned` over batches: the view and its decisions side by side, the rows that stand on the list out.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::read;
use super::run::listed;
use super::schema::Layout;
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::lifecycle::{
    ARPU_PLACES, Classifier, GivenDecision, ListLayout, ListWarned, ListWarnedParams, WarnedRow, headings, mismatch,
    other_rows,
};
use crate::operation::{BatchOperation, Cancel, Table, Tables};
use crate::table::batches::{Batches, input_failed};
use crate::table::columns::{Places, Texts};
use crate::table::source::{FromSource, Given, Source};
use crate::table::writer::{Writer, decimals};
use crate::table::{Column, Header};
use crate::warning::{ListColumn, WarningList};

impl BatchOperation for ListWarned {
    type Params = ListWarnedParams;
    const TABLES: &'static [&'static str] = &["view", "decisions"];
    const ANSWERED_TABLES: &'static [&'static str] = &["warned"];

    /// Both tables flow by: they may be larger than memory, and their batches of other sizes.
    fn open(engine: &Engine, mut given: Tables, params: ListWarnedParams, cancel: Cancel) -> Result<Tables, Error> {
        let (Some(view), Some(decisions)) = (given.remove("view"), given.remove("decisions")) else {
            return Ok(Tables::new());
        };
        let layout = Layout::new(&view.schema(), engine.policy().classifier(), params.money_unit)?;
        let list = ListLayout::new(engine, &params)?;
        let schema = batch(engine, list.list, &[])?.schema();
        let (view, decisions) = (Side::new("view", view), Side::new("decisions", decisions));
        let warned =
            Warned { engine: engine.clone(), params, layout, schema, view, decisions, cancel, rows: 0, is_over: false };
        Ok(Tables::from([("warned".to_owned(), Box::new(warned) as Table)]))
    }
}

/// The decisions, as far as a list needs them.
struct Decisions {
    user_id: Texts,
    warnings: Column<u64>,
}

impl FromSource for Decisions {
    const NAME: &'static str = "decisions";
    type With = Classifier;

    fn read(source: &mut impl Source, classifier: &Classifier) -> Self {
        let codes: Vec<&str> = classifier.rules().map(|rule| rule.code.as_str()).collect();
        Self {
            user_id: source.text(Header::optional("user_id")),
            warnings: source.mask(Header::required("warnings"), &codes),
        }
    }
}

/// One of two tables that are read side by side.
struct Side {
    name: &'static str,
    table: Table,
    /// What is left of the batch in hand.
    rest: Option<RecordBatch>,
    /// Rows that were taken.
    taken: usize,
}

impl Side {
    fn new(name: &'static str, table: Table) -> Self {
        Self { name, table, rest: None, taken: 0 }
    }

    /// How many rows there are to be taken next; 0 at the end.
    fn ready(&mut self) -> Result<usize, Error> {
        loop {
            match &self.rest {
                Some(batch) if batch.num_rows() > 0 => return Ok(batch.num_rows()),
                _ => self.rest = self.table.next().transpose().map_err(|error| self.failed(error))?,
            }
            if self.rest.is_none() {
                return Ok(0);
            }
        }
    }

    fn failed(&self, error: ArrowError) -> Error {
        input_failed(&format!("tables.{}", self.name), error)
    }

    /// Takes so many of the rows that are ready.
    fn take(&mut self, rows: usize) -> Option<RecordBatch> {
        let batch = self.rest.take()?;
        self.taken += rows;
        self.rest = Some(batch.slice(rows, batch.num_rows() - rows));
        Some(batch.slice(0, rows))
    }

    /// How many rows the table has, the rest of which is of no more use.
    fn count(&mut self) -> Result<usize, Error> {
        while let rows @ 1.. = self.ready()? {
            self.take(rows);
        }
        Ok(self.taken)
    }
}

/// A stream of the rows on a list.
struct Warned {
    engine: Engine,
    params: ListWarnedParams,
    layout: Layout,
    schema: SchemaRef,
    view: Side,
    decisions: Side,
    cancel: Cancel,
    /// Rows read so far.
    rows: usize,
    is_over: bool,
}

impl Warned {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, Error> {
        loop {
            self.cancel.check()?;
            let rows = match (self.view.ready()?, self.decisions.ready()?) {
                (0, 0) => return Ok(None),
                (0, _) | (_, 0) => {
                    return Err(Error::request(vec![other_rows(self.view.count()?, self.decisions.count()?)]));
                }
                (view, decisions) => view.min(decisions),
            };
            let (Some(view), Some(decisions)) = (self.view.take(rows), self.decisions.take(rows)) else {
                return Ok(None);
            };
            let list = ListLayout::new(&self.engine, &self.params)?;
            let warned = self.warned(&list, &view, &Batches::of(decisions))?;
            self.rows += rows;
            if !warned.is_empty() {
                return batch(&self.engine, list.list, &warned).map(Some);
            }
        }
    }

    /// The rows among these that stand on the list.
    fn warned(&self, list: &ListLayout<'_>, view: &RecordBatch, batches: &Batches) -> Result<Vec<WarnedRow>, Error> {
        let classifier = self.engine.policy().classifier();
        let threads = self.engine.threads();
        let (decisions, remarks) = Given::Batches(batches).read::<Decisions>(classifier, self.rows, None, threads);
        if !remarks.refusals.is_empty() {
            return Err(Error::request(remarks.refusals));
        }
        let users = users(view);
        let rules = classifier.rules().enumerate().filter(|(_, rule)| list.list.warnings.contains(&rule.code));
        let on_list = rules.fold(0, |mask, (place, _)| mask | 1_u64 << place);
        let (mut warned, mut faults) = (Vec::new(), Vec::new());
        for row in 0..view.num_rows() {
            let (user, decided) = (users.text(row), decisions.user_id.text(row));
            let invalid = remarks.invalid.get(&row);
            if user != decided || invalid.is_some() {
                let found = self.mismatch(row, user, batches, list);
                faults.extend(if found.is_empty() { invalid.into_iter().cloned().collect() } else { found });
                continue;
            }
            let warnings = decisions.warnings.at(row).unwrap_or_default();
            if warnings & on_list != 0 {
                let codes = classifier.codes(warnings).map(str::to_owned).collect();
                let decision = GivenDecision { user_id: decided.map(str::to_owned), warnings: codes };
                let cells = read::record(view, &self.layout, row);
                list.add(self.rows + row, &cells, &decision, &mut warned, &mut faults);
            }
        }
        if faults.is_empty() { Ok(warned) } else { Err(Error::request(listed(faults, "tables.decisions"))) }
    }

    /// What the record form says of a decision that is not the row's.
    fn mismatch(&self, row: usize, user: Option<&str>, decisions: &Batches, list: &ListLayout<'_>) -> Vec<Fault> {
        let decision = serde_json::from_value(Json::Object(decisions.record(row))).unwrap_or_default();
        mismatch(self.rows + row, user, &decision, list.warning)
    }
}

impl Iterator for Warned {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.next_batch();
        self.is_over = !matches!(next, Ok(Some(_)));
        next.map_err(|error| ArrowError::ExternalError(Box::new(error))).transpose()
    }
}

impl RecordBatchReader for Warned {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// The users of the view's rows.
fn users(view: &RecordBatch) -> Texts {
    let column: Vec<_> = view.column_by_name("user_id").cloned().into_iter().collect();
    Texts::new(Places::of([view.num_rows()]), &column, !column.is_empty())
}

/// The rows on a list as columns, each with what stands above it.
fn batch(engine: &Engine, list: &WarningList, rows: &[WarnedRow]) -> Result<RecordBatch, Error> {
    let mut columns = Writer::default();
    let mut headings = headings(list).into_iter();
    let mut head = |columns: &mut Writer| {
        if let Some(heading) = headings.next() {
            columns.head(heading.en, heading.zh);
        }
    };
    columns.texts("user_id", rows.iter().map(|row| row.user_id.as_ref()));
    head(&mut columns);
    columns.texts("community", rows.iter().map(|row| row.community.as_ref()));
    head(&mut columns);
    for column in &list.columns {
        add(&mut columns, *column, rows)?;
        head(&mut columns);
    }
    let mut metadata = engine.signature();
    metadata.extend([("lifestage.en", list.en.clone()), ("lifestage.zh", list.zh.clone())]);
    columns.batch(metadata)
}

fn add(columns: &mut Writer, column: ListColumn, rows: &[WarnedRow]) -> Result<(), Error> {
    let name = column.name();
    match column {
        ListColumn::Name => columns.texts(name, rows.iter().map(|row| row.name.as_ref()?.as_ref())),
        ListColumn::Phone => columns.texts(name, rows.iter().map(|row| row.phone.as_ref()?.as_ref())),
        ListColumn::Address => columns.texts(name, rows.iter().map(|row| row.address.as_ref()?.as_ref())),
        ListColumn::Arpu => columns.add(name, Arc::new(decimals(rows.iter().map(arpu).collect(), ARPU_PLACES)?)),
        ListColumn::ComplaintCauses => {
            columns.text_lists(name, rows.iter().map(|row| row.complaint_causes.as_ref()?.as_deref()));
        }
        ListColumn::Warnings => columns.text_lists(name, rows.iter().map(|row| row.warnings.as_deref())),
        ListColumn::Actions => columns.text_lists(name, rows.iter().map(|row| row.actions.as_deref())),
    }
    Ok(())
}

/// An ARPU in thousandths.
fn arpu(row: &WarnedRow) -> Option<i128> {
    let mut arpu: Decimal = row.arpu??;
    arpu.rescale(ARPU_PLACES.into());
    Some(arpu.mantissa())
}
