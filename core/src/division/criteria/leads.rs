//! The operation `route_leads`: which unit a lead goes to (DIV-23).

use std::ops::Range;

use arrow_array::RecordBatch;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rows::{Judged, Keyed, RowsReport, owned, why};
use super::{Criteria, NO_COMMUNITY};
use crate::catalogue::Text;
use crate::decision_table::{DecisionTables, Judgement};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::operation::{BatchOperation, Cancel, RecordOperation, Tables};
use crate::table::cell::MoneyUnit;
use crate::table::columns::Texts;
use crate::table::source::{FromSource, Given, Source};
use crate::table::writer::{Writer, errors, tables};
use crate::table::{Header, Row};
use crate::threads::in_parallel;

/// The result of a row that sends a lead to its own community; also the column that says which this is.
const OWN_COMMUNITY: &str = "community";

/// The operation `route_leads`.
#[derive(Debug)]
pub struct RouteLeads;

/// Leads to be handed over.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteLeadsRequest {
    /// The tables.
    pub tables: RouteLeadsTables,
    /// The parameters.
    pub params: RouteLeadsParams,
}

/// The table of leads.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteLeadsTables {
    /// A row a lead, in any order. Key: `lead_id`. May be null: `finder` (which kind of unit found it: `community`, `key_account`
    /// or another word of the policy's rows), `statistics_attribute` and `community` of the customer whom it is about, and the
    /// host's own facts that the policy's rows ask for.
    pub leads: Vec<Row>,
}

/// How to read them.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteLeadsParams {
    /// What integer amounts count; without it they are refused.
    pub money_unit: Option<MoneyUnit>,
}

/// Where the leads go.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RouteLeadsResponse {
    /// The tables.
    pub tables: RouteTables,
    /// What was read.
    pub report: RowsReport,
}

/// Where every lead goes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RouteTables {
    /// A row a row of `leads`, in the same order; each depends on that row alone.
    pub routes: Vec<RouteRow>,
}

/// What the target of a lead is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// A unit that the policy names.
    Unit,
    /// The lead's own community.
    Community,
}

impl TargetKind {
    /// As results write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Community => OWN_COMMUNITY,
        }
    }
}

/// Where a lead goes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RouteRow {
    /// The lead; null where it cannot be read.
    pub lead_id: Option<String>,
    /// The unit that it goes to, by id; null where no row of the policy decides.
    pub target: Option<String>,
    /// Whether the target is a unit that the policy names, or the lead's own community; null where no row decides.
    pub target_kind: Option<TargetKind>,
    /// Where in the policy the row stands that decided, or that nobody could judge.
    pub routing_row: Option<String>,
    /// Why there is no target: `NO_ROWS`, `NO_ROW_MATCHES`, `ROW_UNKNOWN` or `NO_COMMUNITY`; null where there is one.
    pub routing_reason: Option<&'static str>,
    /// The facts that would have to be known, where a row cannot be judged or followed.
    pub routing_unknown: Vec<String>,
    /// What is wrong with the row, which then has no target; null where nothing is.
    pub error: Option<Fault>,
}

struct Leads {
    keyed: Keyed,
    community: Texts,
}

impl FromSource for Leads {
    const NAME: &'static str = "leads";
    type With = DecisionTables;

    fn read(source: &mut impl Source, tables: &DecisionTables) -> Self {
        let community = Header::optional(OWN_COMMUNITY);
        Self { keyed: Keyed::read(source, "lead_id", tables), community: source.text(community) }
    }
}

/// What is said of a lead.
#[derive(Default)]
struct Route<'a> {
    lead_id: Option<&'a str>,
    target: Option<&'a str>,
    kind: Option<TargetKind>,
    judgement: Judgement<'a>,
}

impl<'a> Route<'a> {
    fn new(lead_id: Option<&'a str>, community: Option<&'a str>, mut judgement: Judgement<'a>) -> Self {
        let kind = judgement.result.map(|result| match result {
            OWN_COMMUNITY => TargetKind::Community,
            _ => TargetKind::Unit,
        });
        let target = if kind == Some(TargetKind::Community) { community } else { judgement.result };
        if kind.is_some() && target.is_none() {
            judgement.reason = Some(NO_COMMUNITY.name);
            judgement.unknown = vec![OWN_COMMUNITY];
        }
        Self { lead_id, target, kind, judgement }
    }
}

impl Judged<Leads> {
    fn routes<'a>(&'a self, criteria: &'a Criteria, rows: Range<usize>) -> Vec<Route<'a>> {
        let Leads { keyed: Keyed { key, facts }, community } = &self.columns;
        let mut judge = criteria.lead_routing.judge(facts);
        let mut routed = |row| {
            let lead_id = key.text(row);
            if self.invalid.contains_key(&row) {
                return Route { lead_id, ..Route::default() };
            }
            judge.turn_to(row);
            Route::new(lead_id, community.text(row), judge.judgement(0))
        };
        rows.map(&mut routed).collect()
    }

    fn batch(&self, engine: &Engine, rows: Range<usize>) -> Result<RecordBatch, Error> {
        let routes = self.routes(engine.policy().criteria(), rows.clone());
        let mut columns = Writer::default();
        columns.texts("lead_id", routes.iter().map(|route| route.lead_id));
        columns.texts("target", routes.iter().map(|route| route.target));
        columns.texts("target_kind", routes.iter().map(|route| route.kind.map(TargetKind::name)));
        why(&mut columns, "routing", routes.iter().map(|route| &route.judgement));
        columns.add("error", errors(rows.len(), &self.faults(&rows)));
        columns.batch(engine.signature())
    }
}

impl RouteRow {
    fn new(route: &Route<'_>, error: Option<&Fault>) -> Self {
        let Route { lead_id, target, kind, judgement } = route;
        Self {
            lead_id: lead_id.map(str::to_owned),
            target: target.map(str::to_owned),
            target_kind: *kind,
            routing_row: judgement.row.map(str::to_owned),
            routing_reason: judgement.reason,
            routing_unknown: owned(&judgement.unknown),
            error: error.cloned(),
        }
    }
}

impl RecordOperation for RouteLeads {
    const NAME: &'static str = "route_leads";
    const ABOUT: Text = Text {
        en: "Says which unit each lead goes to, by who found it and whom it is about.",
        zh: "按线索的发现单位与所涉客户，判定线索应转给的单位。",
    };
    type Request = RouteLeadsRequest;
    type Response = RouteLeadsResponse;

    fn run(engine: &Engine, request: RouteLeadsRequest) -> Result<RouteLeadsResponse, Error> {
        let criteria = engine.policy().criteria();
        let given = Given::Rows(&request.tables.leads);
        let leads = Judged::<Leads>::read(given, &criteria.lead_routing, request.params.money_unit, engine)?;
        let routes = leads.routes(criteria, 0..leads.rows);
        let record = |(row, route)| RouteRow::new(route, leads.invalid.get(&row));
        let routes = routes.iter().enumerate().map(record).collect();
        Ok(RouteLeadsResponse { tables: RouteTables { routes }, report: leads.report(engine) })
    }
}

impl BatchOperation for RouteLeads {
    type Params = RouteLeadsParams;
    const TABLES: &'static [&'static str] = &["leads"];
    const ANSWERED_TABLES: &'static [&'static str] = &["routes", "report"];

    /// The table is taken in whole before the first batch.
    fn open(engine: &Engine, given: Tables, params: RouteLeadsParams, cancel: Cancel) -> Result<Tables, Error> {
        let asked = &engine.policy().criteria().lead_routing;
        let leads = Judged::<Leads>::collect(given, asked, params.money_unit, engine, &cancel)?;
        let write = |part| cancel.check().and_then(|()| leads.batch(engine, leads.part(part)));
        let routes = in_parallel(engine.threads(), leads.parts(), write)?;
        Ok(tables([("routes", routes), ("report", vec![leads.report(engine).batch(engine)?])]))
    }
}
