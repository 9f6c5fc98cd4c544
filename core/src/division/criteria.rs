//! Criteria (DIV-17 to DIV-19, DIV-25): which attributes a customer has, and where a lead goes.
//!
//! The source documents name the attributes and leave their criteria open: these stand in the policy, as decision tables that
//! are empty by default.

mod attributes;
mod leads;
mod rows;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::DivisionPolicy;
use crate::catalogue::{Code, Text, one_of};
use crate::decision_table::{DecisionRow, DecisionTables, PolicyTable};
use crate::document::INVALID_VALUE;
use crate::error::Fault;
use crate::fact::{Fact, Facts, Floor, Kind, Meaning, NullMeans, Unit};
use crate::view::{self, HostFact};

pub use attributes::{
    AssignAttributes, AssignAttributesParams, AssignAttributesRequest, AssignAttributesResponse,
    AssignAttributesTables, AttributeTables, AttributesRow,
};
pub use leads::{
    RouteLeads, RouteLeadsParams, RouteLeadsRequest, RouteLeadsResponse, RouteLeadsTables, RouteRow, RouteTables,
    TargetKind,
};
pub use rows::RowsReport;

/// How the statistics attribute is found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatisticsPolicy {
    /// Every statistics attribute, by code; the list is open (DIV-18).
    pub codes: BTreeMap<String, Meaning>,
    /// The rows of the decision table: each gives one of the codes.
    pub rows: Vec<DecisionRow>,
}

/// The decision tables of division, ready to decide.
#[derive(Debug, Clone)]
pub struct Criteria {
    /// The marketing attribute, then the statistics attribute: neither reads the other (DIV-19).
    attributes: DecisionTables,
    lead_routing: DecisionTables,
}

/// The facts of a lead beside those of the host's own.
const LEAD_FACTS: [(&str, Text); 4] = [
    ("lead_id", Text { en: "the lead", zh: "线索编号" }),
    (
        "finder",
        Text {
            en: "which kind of unit found the lead, such as community or key_account",
            zh: "发现线索的单位类别，如 community、key_account",
        },
    ),
    (
        "statistics_attribute",
        Text {
            en: "the statistics attribute of the customer whom it is about", zh: "线索所涉客户的统计属性"
        },
    ),
    ("community", Text { en: "the community of the customer whom it is about", zh: "线索所涉客户所属社区" }),
];

impl Criteria {
    /// Compiles the tables of the section; cells may read the host's own facts.
    ///
    /// # Errors
    /// Every fault of its tables. Faults of the host's facts are told by whoever reads these first.
    pub fn compile(policy: &DivisionPolicy, host: &BTreeMap<String, HostFact>) -> Result<Self, Vec<Fault>> {
        let DivisionPolicy { statistics, marketing, lead_routing, .. } = policy;
        let mut faults = statistics.code_faults();
        let attributes = DecisionTables::read(
            customer_facts(host),
            &[
                PolicyTable { path: "division.marketing.rows", rows: &marketing.rows },
                PolicyTable { path: "division.statistics.rows", rows: &statistics.rows },
            ],
        );
        let (facts, taken) = lead_facts(host, statistics.codes.keys());
        faults.extend(taken);
        let lead_routing = PolicyTable { path: "division.lead_routing.rows", rows: &lead_routing.rows };
        let lead_routing = DecisionTables::read(facts, &[lead_routing]);
        match (attributes, lead_routing) {
            (Ok(attributes), Ok(lead_routing)) if faults.is_empty() => Ok(Self { attributes, lead_routing }),
            (attributes, lead_routing) => {
                faults.extend([attributes.err(), lead_routing.err()].into_iter().flatten().flatten());
                Err(faults)
            }
        }
    }
}

impl StatisticsPolicy {
    /// Rows that give a statistics attribute which is none.
    fn code_faults(&self) -> Vec<Fault> {
        let Self { codes, rows } = self;
        let undeclared = rows.iter().enumerate().filter(|(_, row)| !codes.contains_key(&row.then));
        let fault = |(index, row): (usize, &DecisionRow)| {
            let known = codes.keys().map(String::as_str);
            Fault::new(&INVALID_VALUE, format!("division.statistics.rows[{index}].then"))
                .found(&row.then)
                .expecting(one_of(known.clone()))
                .suggest(&row.then, known)
        };
        undeclared.map(fault).collect()
    }
}

/// What cells may ask of a customer: the view's facts of one value and the host's own, but nothing that identifies a person, and
/// nothing of a user, who is not a customer.
fn customer_facts(host: &BTreeMap<String, HostFact>) -> Facts {
    let mut all = Facts::default();
    view::facts::register(&mut all);
    // What is wrong with the host's facts is told where they are first read.
    let _ = view::register_host(&mut all, host);
    let mut facts = Facts::default();
    for fact in all.iter().filter(|fact| !fact.personal && fact.name != "user_id") {
        facts.add(fact.clone());
    }
    facts
}

/// What cells may ask of a lead; with a fault for each of the host's facts whose name it takes.
fn lead_facts<'a>(
    host: &BTreeMap<String, HostFact>,
    attributes: impl Iterator<Item = &'a String>,
) -> (Facts, Vec<Fault>) {
    let attributes: Vec<_> = attributes.cloned().collect();
    let mut facts = Facts::default();
    for (name, meaning) in LEAD_FACTS {
        let members = if name == "statistics_attribute" { attributes.clone() } else { Vec::new() };
        facts.add(Fact {
            name: name.into(),
            kind: Kind::Text,
            unit: Unit::None,
            null: NullMeans::Unknown,
            personal: false,
            may_be_negative: false,
            floor: Floor::View,
            meaning: meaning.into(),
            members,
        });
    }
    let faults = view::register_host(&mut facts, host).err().unwrap_or_default();
    // The view has a community, too: that this name is taken was told before.
    let is_new = |fault: &Fault| {
        let name = fault.path.strip_prefix("facts.");
        LEAD_FACTS.iter().any(|(taken, _)| Some(*taken) == name && *taken != "community")
    };
    (facts, faults.into_iter().filter(is_new).collect())
}

/// A lead is to go to its own community, and nobody knows which that is.
pub static NO_COMMUNITY: Code = Code {
    number: 1156,
    name: "NO_COMMUNITY",
    text: Text {
        en: "the lead goes to its community, which is not known", zh: "线索应转给所属社区，但社区未知"
    },
    fix: Text { en: "give the lead's community", zh: "请补充线索的所属社区" },
};

/// The codes of criteria.
pub const CODES: &[&Code] = &[&NO_COMMUNITY];
