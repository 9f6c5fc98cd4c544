//! The handle `adjustments`: what it is told and asked.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::answer::{
    AdjustedReport, AdjustedTables, AdjustmentsAnswer, AdjustmentsTables, AdjustmentsUpdated, EffectRecord,
    ResultRecord,
};
use super::book::{Book, Customers, Outcome};
use super::judge::{Acting, Judge};
use super::log::{LogEntry, NO_DIGEST};
use super::rows::{CustomerRows, EventRows, LineRows, OwnerRows};
use super::sheet::{self, Sheet};
use super::state::{Customer, EventKind};
use super::{BACKDATED, CUSTOMER_EXISTS, KNOWN_CUSTOMER, REPEATED_CUSTOMER, TARGET_NOT_COMMUNITY, UNKNOWN_CUSTOMER};
use crate::catalogue::{NOTHING, Text, Words, one_of};
use crate::document::{INVALID_VALUE, MISSING_KEY};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::handle::{BatchVerb, Stateful, restored};
use crate::operation::{Cancel, INVALID_REQUEST, Tables};
use crate::organisation::{Organisation, OrganisationPolicy, UNKNOWN_UNIT};
use crate::table::batches::Batches;
use crate::table::cell::{DATE, MONTH, MoneyUnit};
use crate::table::source::{Collected, FromSource, Given};
use crate::table::{Reject, Remarks, Row, UnreadColumns, either_or};

/// The handle `adjustments`.
#[derive(Debug)]
pub struct Adjustments {
    pub(super) organisation: Organisation,
    pub(super) customers: Customers,
    pub(super) log: Vec<LogEntry>,
}

/// What the handle is opened with.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentsParams {
    /// The organisation: the text that the handle `organisation` was serialised as, under the same policy.
    pub organisation: String,
}

/// What the handle is told.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentsUpdate {
    /// The tables.
    #[serde(default)]
    pub tables: AdjustmentsUpdateTables,
    /// Who acts, and when.
    #[serde(default)]
    pub params: ActingParams,
}

/// What came in, in this order.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentsUpdateTables {
    /// Customers: `customer_id`; `created_on`, whose month is the cohort; `community`, where placing put it; `line_data_on`, when
    /// the line data of its first user came, null where it has not. One in a community or contracted area is divided.
    pub customers: Option<Vec<Row>>,
    /// Line data that came later: `customer_id`, `line_data_on` (DAT-06).
    pub lines: Option<Vec<Row>>,
    /// What happens, each event on what those before left: `customer_id`, `event`; `claims` and, where the actor has roles of
    /// several, `department` (of `confirm`); `target` (of the moves); `effective_month`, the month of `as_of` unless given; `reason`.
    pub events: Option<Vec<Row>>,
    /// An adjustment sheet (DIV-15); as a table of Arrow its columns are the header.
    pub sheet: Option<Sheet>,
}

/// Who acts, and when.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActingParams {
    /// The day: needed with events and sheets, and not before that of the newest entry of the log.
    pub as_of: Option<NaiveDate>,
    /// When, for the log, as the host writes it.
    pub at: Option<String>,
    /// Who acts: needed with events and sheets.
    pub actor: Option<String>,
    /// Who approves: sheets and exports need another person who may do the same (ORG-08).
    pub second_approver: Option<String>,
    /// What the log calls the set.
    pub batch_id: Option<String>,
    /// Whether one event that is denied leaves all of them undone.
    #[serde(default)]
    pub atomic: bool,
    /// Whether one bad row rejects the sheet.
    #[serde(default)]
    pub strict: bool,
    /// What the rows of a sheet are: `assign_community` unless given, or `assign_channel`.
    pub event: Option<EventKind>,
    /// A newer state of the organisation, which counts from now on.
    pub organisation: Option<String>,
}

/// What the handle is asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentsQuery {
    /// The tables.
    #[serde(default)]
    pub tables: AdjustmentsQueryTables,
    /// What else is asked.
    #[serde(default)]
    pub params: AdjustmentsQueryParams,
}

/// Questions by row.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentsQueryTables {
    /// Who owned a customer on a day: `customer_id`, `on`.
    pub owners: Option<Vec<Row>>,
    /// What would become of events (a preview): as in an update, with the customer's `revenue`, an amount, for the effects.
    pub events: Option<Vec<Row>>,
}

/// What else is asked.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentsQueryParams {
    /// The day: needed with events and for customers.
    pub as_of: Option<NaiveDate>,
    /// Who would act: needed with events.
    pub actor: Option<String>,
    /// Who would approve.
    pub second_approver: Option<String>,
    /// Whether one event that is denied would leave all of them undone.
    #[serde(default)]
    pub atomic: bool,
    /// What integer amounts count; without it they are refused.
    pub money_unit: Option<MoneyUnit>,
    /// The cohort whose customers are asked for, `2024-05`.
    pub cohort: Option<String>,
    /// The customers who are asked for, by id.
    pub customers: Option<Vec<String>>,
    /// Only those that are not divided yet (DIV-14).
    #[serde(default)]
    pub undivided: bool,
    /// Which entries of the log are asked for (DIV-16).
    pub log: Option<LogQuery>,
}

/// Which entries of the log are asked for: those that are all of this.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogQuery {
    /// Of this customer.
    pub customer_id: Option<String>,
    /// Of this actor.
    pub actor: Option<String>,
    /// Of this set.
    pub batch_id: Option<String>,
    /// From this number on.
    pub from_seq: Option<u64>,
    /// From this day on.
    pub from: Option<NaiveDate>,
    /// Until this day.
    pub to: Option<NaiveDate>,
}

impl LogQuery {
    fn asks_for(&self, entry: &LogEntry) -> bool {
        let is = |asked: &Option<String>, own: Option<&str>| asked.as_deref().is_none_or(|asked| own == Some(asked));
        is(&self.customer_id, Some(&entry.customer_id))
            && is(&self.actor, Some(&entry.actor))
            && is(&self.batch_id, entry.batch_id.as_deref())
            && self.from_seq.is_none_or(|first| entry.seq >= first)
            && self.from.is_none_or(|first| entry.as_of >= first)
            && self.to.is_none_or(|last| entry.as_of <= last)
    }
}

/// The tables of an update.
struct Told<'a> {
    customers: Option<Given<'a>>,
    lines: Option<Given<'a>>,
    events: Option<Given<'a>>,
    sheet: Option<&'a Sheet>,
}

/// The tables of a question.
struct Asked<'a> {
    owners: Option<Given<'a>>,
    events: Option<Given<'a>>,
}

/// A table that was read.
pub(super) struct Read<T> {
    pub(super) rows: T,
    pub(super) count: usize,
    /// The first fault of each row that has one.
    pub(super) invalid: BTreeMap<usize, Fault>,
}

/// Reads tables; what speaks against the request, and what nobody reads, is gathered.
struct Reading<'e> {
    engine: &'e Engine,
    money_unit: Option<MoneyUnit>,
    faults: Vec<Fault>,
    unread: UnreadColumns,
}

impl<'e> Reading<'e> {
    fn new(engine: &'e Engine, money_unit: Option<MoneyUnit>) -> Self {
        Self { engine, money_unit, faults: Vec::new(), unread: UnreadColumns::default() }
    }

    fn table<T: FromSource<With = ()>>(&mut self, given: Option<Given<'_>>) -> Option<Read<T>> {
        let given = given?;
        let (rows, remarks) = given.read::<T>(&(), 0, self.money_unit, self.engine.threads());
        let Remarks { invalid, refusals, unread } = remarks;
        self.faults.extend(refusals);
        self.unread.extend(T::NAME, &unread);
        Some(Read { rows, count: given.rows(), invalid })
    }

    /// Something without which the request is none.
    fn needed<T: Clone>(&mut self, key: &str, value: Option<&T>, expected: Text) -> Option<T> {
        if value.is_none() {
            let fault = Fault::new(&MISSING_KEY, format!("params.{key}")).finding(NOTHING);
            self.faults.push(fault.expecting(expected));
        }
        value.cloned()
    }

    /// The day on which somebody acts, and who.
    fn actor(
        &mut self,
        as_of: Option<&NaiveDate>,
        actor: Option<&String>,
        newest: Option<NaiveDate>,
    ) -> Option<(NaiveDate, String)> {
        let (as_of, actor) = (self.needed("as_of", as_of, DATE), self.needed("actor", actor, A_PERSON));
        let as_of = as_of?;
        // The log is written in the order of its days.
        if let Some(newest) = newest.filter(|newest| as_of < *newest) {
            let expected = Words::new(format!("{newest} or later"), format!("{newest} 及以后"));
            self.faults.push(Fault::new(&BACKDATED, "params.as_of").found(as_of).expecting(expected));
        }
        Some((as_of, actor?))
    }
}

impl Adjustments {
    fn tell(&mut self, engine: &Engine, told: &Told<'_>, params: &ActingParams) -> Result<AdjustmentsUpdated, Error> {
        let mut reading = Reading::new(engine, None);
        let organisation = params.organisation.as_deref().map(|state| restored(engine, state, "params.organisation"));
        let organisation = organisation.transpose().map_err(|fault| Error::request(vec![fault]))?;
        let customers = reading.table::<CustomerRows>(told.customers);
        let lines = reading.table::<LineRows>(told.lines);
        let events = reading.table::<EventRows>(told.events);
        let has_acts = events.is_some() || told.sheet.is_some();
        reading.faults.extend(told.sheet.and_then(|_| sheet_event_fault(params)));
        reading.faults.extend(both_fault(told));
        let acting = if has_acts { self.acting(params, &mut reading) } else { None };
        if let Some((sheet, acting)) = told.sheet.zip(acting.as_ref()) {
            let document = engine.policy().document();
            let (roles, cycle) = (&document.organisation, &document.division.cycle);
            let organisation = organisation.as_ref().unwrap_or(&self.organisation);
            let judge = Judge { organisation, roles, cycle, acting };
            reading.faults.extend(sheet::empty_file_faults(sheet, &cycle.sheet, &judge));
        }
        if !reading.faults.is_empty() {
            return Err(Error::request(reading.faults));
        }
        self.organisation = organisation.unwrap_or_else(|| std::mem::take(&mut self.organisation));
        let mut rejects = Vec::new();
        let roles = &engine.policy().document().organisation;
        let added = customers.map_or(0, |read| self.add_customers(read, roles, &mut rejects));
        let came = lines.map_or(0, |read| self.add_lines(read, &mut rejects));
        let outcomes = match acting {
            Some(acting) => Some(self.act(engine, &acting, events.as_ref(), told.sheet, params)?),
            None => None,
        };
        let (outcomes, entries) = outcomes.unzip();
        Ok(self.updated(outcomes, entries.unwrap_or_default(), rejects, [added, came], reading.unread))
    }

    /// Who acts.
    fn acting(&self, params: &ActingParams, reading: &mut Reading<'_>) -> Option<Acting> {
        let (as_of, actor) = reading.actor(params.as_of.as_ref(), params.actor.as_ref(), self.newest())?;
        let ActingParams { at, second_approver, batch_id, .. } = params.clone();
        Some(Acting { as_of, at, actor, second_approver, batch_id })
    }

    /// The day of the newest entry of the log.
    fn newest(&self) -> Option<NaiveDate> {
        self.log.last().map(|entry| entry.as_of)
    }

    fn add_customers(
        &mut self,
        read: Read<CustomerRows>,
        roles: &OrganisationPolicy,
        rejects: &mut Vec<Reject>,
    ) -> usize {
        let Read { rows, count, mut invalid } = read;
        let before = self.customers.len();
        let mut in_table = BTreeMap::new();
        for row in 0..count {
            let added = match invalid.remove(&row) {
                Some(fault) => Err(fault),
                None => self.add_customer(&rows, row, roles, &mut in_table),
            };
            rejects.extend(added.err().map(|fault| Reject { table: CustomerRows::NAME, row, fault }));
        }
        self.customers.len() - before
    }

    fn add_customer<'r>(
        &mut self,
        rows: &'r CustomerRows,
        row: usize,
        roles: &OrganisationPolicy,
        in_table: &mut BTreeMap<&'r str, usize>,
    ) -> Result<(), Fault> {
        let (Some(customer_id), Some(created_on), Some(community)) = rows.row(row) else { return Ok(()) };
        let path = |column: &str| format!("tables.customers[{row}].{column}");
        if let Some(first) = in_table.get(customer_id) {
            let expected =
                Words::new(format!("a customer other than row {first}'s"), format!("与第 {first} 行不同的客户"));
            return Err(Fault::new(&REPEATED_CUSTOMER, path("customer_id")).found(customer_id).expecting(expected));
        }
        if self.customers.contains_key(customer_id) {
            return Err(Fault::new(&CUSTOMER_EXISTS, path("customer_id")).found(customer_id).expecting(NEW_CUSTOMER));
        }
        if !self.organisation.has_unit(community, created_on) {
            return Err(Fault::new(&UNKNOWN_UNIT, path("community")).found(community).expecting(UNIT_THEN));
        }
        if !self.organisation.is_leaf(roles, community) {
            return Err(Fault::new(&TARGET_NOT_COMMUNITY, path("community")).found(community).expecting(COMMUNITY));
        }
        in_table.insert(customer_id, row);
        let is_placed = !self.organisation.is_unassigned(community);
        let customer = Customer::new(created_on, community, is_placed, rows.line_data_on(row));
        self.customers.insert(customer_id.into(), customer);
        Ok(())
    }

    fn add_lines(&mut self, read: Read<LineRows>, rejects: &mut Vec<Reject>) -> usize {
        let Read { rows, count, mut invalid } = read;
        let mut came = 0;
        for row in 0..count {
            let known = rows.row(row).map(|(customer_id, day)| (customer_id, self.customers.get_mut(customer_id), day));
            let fault = match (invalid.remove(&row), known) {
                (Some(fault), _) => fault,
                (None, Some((_, Some(customer), day))) => {
                    customer.line_data_on = Some(customer.line_data_on.map_or(day, |known| known.min(day)));
                    came += 1;
                    continue;
                }
                (None, Some((customer_id, None, _))) => unknown_customer(LineRows::NAME, row, customer_id),
                (None, None) => continue,
            };
            rejects.push(Reject { table: LineRows::NAME, row, fault });
        }
        came
    }

    /// Lets events and the rows of a sheet happen.
    fn act(
        &mut self,
        engine: &Engine,
        acting: &Acting,
        events: Option<&Read<EventRows>>,
        sheet: Option<&Sheet>,
        params: &ActingParams,
    ) -> Result<(Vec<Outcome>, Vec<LogEntry>), Error> {
        let document = engine.policy().document();
        let cycle = &document.division.cycle;
        let judge = Judge { organisation: &self.organisation, roles: &document.organisation, cycle, acting };
        let mut book = Book::new(&self.customers, &self.log);
        let mut outcomes = Vec::new();
        if let Some(events) = events {
            outcomes = events.happen(&judge, &mut book)?;
            if params.atomic && is_denied(&outcomes) {
                outcomes = book.undo(0, outcomes, EventRows::NAME);
            }
        }
        if let Some(sheet) = sheet {
            let event = params.event.unwrap_or(EventKind::AssignCommunity);
            let entries = book.entries().len();
            let mut rows = sheet::happen(sheet, event, &cycle.sheet, &judge, &mut book)?;
            if (params.strict || params.atomic) && is_denied(&rows) {
                rows = book.undo(entries, rows, sheet::TABLE);
            }
            outcomes.extend(rows);
        }
        let (changed, entries) = book.into_news();
        self.customers.extend(changed);
        self.log.extend(entries.iter().cloned());
        Ok((outcomes, entries))
    }

    fn updated(
        &self,
        outcomes: Option<Vec<Outcome>>,
        log: Vec<LogEntry>,
        rejects: Vec<Reject>,
        [customers, lines]: [usize; 2],
        unread: UnreadColumns,
    ) -> AdjustmentsUpdated {
        let book = Book::new(&self.customers, &self.log);
        let rows = outcomes.as_ref().map_or(0, Vec::len);
        let accepted = outcomes.iter().flatten().filter(|outcome| outcome.is_accepted()).count();
        let results = outcomes.map(|outcomes| outcomes.iter().map(ResultRecord::of).collect());
        let report = AdjustedReport {
            rows,
            accepted,
            rejected: rows - accepted,
            customers,
            lines,
            log_entries: book.count(),
            head: book.head().to_owned(),
            unread,
        };
        AdjustmentsUpdated { tables: AdjustedTables { results, log, rejects }, report }
    }

    fn ask(
        &self,
        engine: &Engine,
        asked: &Asked<'_>,
        params: &AdjustmentsQueryParams,
    ) -> Result<AdjustmentsAnswer, Error> {
        let mut reading = Reading::new(engine, params.money_unit);
        let owners = reading.table::<OwnerRows>(asked.owners);
        let events = reading.table::<EventRows>(asked.events);
        let asks_customers = params.cohort.is_some() || params.customers.is_some() || params.undivided;
        let as_of = if asks_customers { reading.needed("as_of", params.as_of.as_ref(), DATE) } else { None };
        let newest = self.newest();
        let actor = events.as_ref().and_then(|_| reading.actor(params.as_of.as_ref(), params.actor.as_ref(), newest));
        let asked = params.customers.iter().flatten().enumerate();
        let unknown = asked.filter(|(_, customer_id)| !self.customers.contains_key(customer_id.as_str()));
        reading.faults.extend(unknown.map(|(index, customer_id)| {
            let fault = Fault::new(&UNKNOWN_CUSTOMER, format!("params.customers[{index}]")).found(customer_id);
            fault.expecting(KNOWN_CUSTOMER)
        }));
        let cohort = params.cohort.as_deref().map(|text| (text, text.parse()));
        if let Some((text, Err(_))) = &cohort {
            let fault = Fault::new(&INVALID_VALUE, "params.cohort").found(text);
            reading.faults.push(fault.expecting(MONTH));
        }
        if !reading.faults.is_empty() {
            return Err(Error::request(reading.faults));
        }
        let cohort = cohort.and_then(|(_, month)| month.ok());
        let mut tables = AdjustmentsTables {
            owners: owners.map(|owners| self.owners(&owners)),
            log: params.log.as_ref().map(|asked| self.entries(asked)),
            ..AdjustmentsTables::default()
        };
        if let Some((events, (as_of, actor))) = events.zip(actor) {
            let acting =
                Acting { as_of, at: None, actor, second_approver: params.second_approver.clone(), batch_id: None };
            let (results, effects) = self.preview(engine, &acting, &events, params.atomic)?;
            (tables.results, tables.effects) = (Some(results), Some(effects));
        }
        tables.customers = as_of.map(|as_of| self.records(engine, params, cohort, as_of));
        let report = as_of.zip(cohort).and_then(|(as_of, cohort)| self.cohort_report(engine, cohort, as_of));
        Ok(AdjustmentsAnswer { tables, report })
    }

    fn entries(&self, asked: &LogQuery) -> Vec<LogEntry> {
        self.log.iter().filter(|entry| asked.asks_for(entry)).cloned().collect()
    }

    /// What would become of events.
    fn preview(
        &self,
        engine: &Engine,
        acting: &Acting,
        events: &Read<EventRows>,
        is_atomic: bool,
    ) -> Result<(Vec<ResultRecord>, Vec<EffectRecord>), Error> {
        let document = engine.policy().document();
        let (roles, cycle) = (&document.organisation, &document.division.cycle);
        let judge = Judge { organisation: &self.organisation, roles, cycle, acting };
        let mut book = Book::new(&self.customers, &self.log);
        let mut outcomes = events.happen(&judge, &mut book)?;
        if is_atomic && is_denied(&outcomes) {
            outcomes = book.undo(0, outcomes, EventRows::NAME);
        }
        let effects = events.effects(&outcomes, &book);
        // Nothing was written: there are no numbers.
        let results = outcomes.iter().map(|outcome| ResultRecord { seq: None, ..ResultRecord::of(outcome) });
        Ok((results.collect(), effects))
    }
}

/// A sheet of events that move nobody.
fn sheet_event_fault(params: &ActingParams) -> Option<Fault> {
    let event = params.event.filter(|event| !event.is_move())?;
    let moves = EventKind::ALL.iter().filter(|event| event.is_move()).map(|event| event.code());
    Some(Fault::new(&INVALID_VALUE, "params.event").found(event.code()).expecting(one_of(moves)))
}

/// Events and a sheet at once: whose rows are whose would not be told.
fn both_fault(told: &Told<'_>) -> Option<Fault> {
    let has_rows = told.sheet.is_some_and(|sheet| !sheet.rows().is_empty());
    let events = told.events.map(Given::rows).filter(|rows| *rows > 0 && has_rows)?;
    let found = Words::new(format!("a sheet beside {events} events"), format!("表格与 {events} 条事件同时出现"));
    Some(Fault::new(&INVALID_REQUEST, "tables.sheet").finding(found).expecting(either_or("events", "sheet")))
}

fn is_denied(outcomes: &[Outcome]) -> bool {
    outcomes.iter().any(|outcome| !outcome.is_accepted())
}

pub(super) fn unknown_customer(table: &str, row: usize, customer_id: &str) -> Fault {
    let fault = Fault::new(&UNKNOWN_CUSTOMER, format!("tables.{table}[{row}].customer_id")).found(customer_id);
    fault.expecting(KNOWN_CUSTOMER)
}

const A_PERSON: Text = Text { en: "the id of a person", zh: "人员编码" };
const NEW_CUSTOMER: Text = Text { en: "a customer that is not known yet", zh: "尚未登记的客户" };
const COMMUNITY: Text =
    Text { en: "a community or contracted area, unassigned or not", zh: "社区或统包区（含未分配社区）" };
const UNIT_THEN: Text = Text {
    en: "a unit of the organisation on the day on which the customer was created",
    zh: "客户创建当日存在的单位",
};

impl Stateful for Adjustments {
    const NAME: &'static str = "adjustments";
    const ABOUT: Text = Text {
        en: "Takes new customers through the monthly cycle, judges who may move them when, and keeps the log.",
        zh: "按月推进新客户划分流程，判断何人何时可调整客户，并保存日志。",
    };
    const IS_BOUND_TO_POLICY: bool = false;
    type Params = AdjustmentsParams;
    type Update = AdjustmentsUpdate;
    type Updated = AdjustmentsUpdated;
    type Query = AdjustmentsQuery;
    type Answer = AdjustmentsAnswer;
    type UpdateParams = ActingParams;
    type QueryParams = AdjustmentsQueryParams;

    fn open(engine: &Engine, params: AdjustmentsParams) -> Result<Self, Error> {
        let organisation = restored(engine, &params.organisation, "organisation");
        let organisation = organisation.map_err(|fault| Error::request(vec![fault]))?;
        Ok(Self { organisation, customers: Customers::new(), log: Vec::new() })
    }

    fn update(&mut self, engine: &Engine, update: AdjustmentsUpdate) -> Result<AdjustmentsUpdated, Error> {
        let AdjustmentsUpdateTables { customers, lines, events, sheet } = &update.tables;

        let told = Told {
            customers: customers.as_deref().map(Given::Rows),
            lines: lines.as_deref().map(Given::Rows),
            events: events.as_deref().map(Given::Rows),
            sheet: sheet.as_ref(),
        };

        self.tell(engine, &told, &update.params)
    }

    fn query(&self, engine: &Engine, query: AdjustmentsQuery) -> Result<AdjustmentsAnswer, Error> {
        let AdjustmentsQueryTables { owners, events } = &query.tables;
        let asked = Asked { owners: owners.as_deref().map(Given::Rows), events: events.as_deref().map(Given::Rows) };
        self.ask(engine, &asked, &query.params)
    }

    const UPDATE: BatchVerb = BatchVerb {
        tables: &[],
        optional_tables: &["customers", "lines", "events", "sheet"],
        answered_tables: &["results", "log", "rejects", "report"],
    };
    const QUERY: BatchVerb = BatchVerb {
        tables: &[],
        optional_tables: &["owners", "events"],
        answered_tables: &["owners", "results", "effects", "customers", "log", "report"],
    };

    fn update_batch(
        &mut self,
        engine: &Engine,
        mut given: Tables,
        params: ActingParams,
        cancel: &Cancel,
    ) -> Result<Tables, Error> {
        let sheet =
            given.remove(sheet::TABLE).map(|table| Batches::collect(sheet::TABLE, table, cancel)).transpose()?;
        let sheet = sheet.as_ref().map(Sheet::of_batches);
        let given = Collected::of(given, cancel)?;
        let told = Told {
            customers: given.get("customers"),
            lines: given.get("lines"),
            events: given.get("events"),
            sheet: sheet.as_ref(),
        };
        self.tell(engine, &told, &params)?.batches(engine)
    }

    fn query_batch(
        &self,
        engine: &Engine,
        given: Tables,
        params: AdjustmentsQueryParams,
        cancel: &Cancel,
    ) -> Result<Tables, Error> {
        let given = Collected::of(given, cancel)?;
        let asked = Asked { owners: given.get("owners"), events: given.get("events") };
        self.ask(engine, &asked, &params)?.batches(engine)
    }
}

/// What is written: the rest follows from the log.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<O, C, L> {
    organisation: O,
    customers: C,
    log: L,
}

/// A customer as it came in.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCustomer {
    customer_id: String,
    created_on: NaiveDate,
    community: String,
    is_placed: bool,
    line_data_on: Option<NaiveDate>,
}

impl Serialize for Adjustments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = |customer_id: &str, customer: &Customer| WrittenCustomer {
            customer_id: customer_id.to_owned(),
            created_on: customer.created_on,
            community: customer.placed_in.to_string(),
            is_placed: customer.is_placed,
            line_data_on: customer.line_data_on,
        };
        let customers: Vec<_> = self.customers.iter().map(|(id, customer)| written(id, customer)).collect();
        Written { organisation: &self.organisation, customers, log: &self.log }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Adjustments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { organisation, customers, log } =
            Written::<Organisation, Vec<WrittenCustomer>, Vec<LogEntry>>::deserialize(deserializer)?;
        let mut held = Customers::new();
        for WrittenCustomer { customer_id, created_on, community, is_placed, line_data_on } in customers {
            let customer = Customer::new(created_on, &community, is_placed, line_data_on);
            if held.insert(customer_id.into(), customer).is_some() {
                return Err(D::Error::custom("a customer stands twice"));
            }
        }
        let mut previous = NO_DIGEST;
        let numbers: RangeInclusive<u64> = 1..=u64::try_from(log.len()).unwrap_or(u64::MAX);
        for (seq, entry) in numbers.zip(&log) {
            let is_next = entry.seq == seq && entry.previous == previous;
            let customer = held.get_mut(entry.customer_id.as_str()).filter(|_| is_next);
            customer
                .ok_or_else(|| D::Error::custom("an entry is of nobody, or not chained to the one before"))?
                .follow(entry);
            previous = &entry.digest;
        }
        Ok(Self { organisation, customers: held, log })
    }
}
