//! The operation `list_warned`: rows of the view and their decisions in, a list of those warned of out (EWS-05).

use std::borrow::Cow;
use std::collections::HashMap;

use rust_decimal::{Decimal, RoundingStrategy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Classifier;
use super::programme::unknown_code;
use super::reading::{Reading, is_callers};
use crate::catalogue::{Code, Text, Words};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::fact::{FactId, SERIES_MONTHS, Value};
use crate::operation::RecordOperation;
use crate::table::cell::{self, MoneyUnit};
use crate::table::{MASKED, Row};
use crate::warning::{ListColumn, WarningList, WarningPolicy};

/// The operation `list_warned`.
#[derive(Debug)]
pub struct ListWarned;

/// Classified rows of which a list is asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListWarnedRequest {
    /// The tables.
    pub tables: ClassifiedTables,
    /// The parameters.
    pub params: ListWarnedParams,
}

/// The tables that `list_warned` reads.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassifiedTables {
    /// The customer view, as `classify` was given it.
    pub view: Vec<Row>,
    /// The decisions that `classify` gave for these rows, in the same order.
    pub decisions: Vec<GivenDecision>,
}

/// What a list needs of a decision; its other columns are not read.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct GivenDecision {
    /// The user or prospect; null where the view names none.
    pub user_id: Option<String>,
    /// The active rules that fired.
    pub warnings: Vec<String>,
}

/// Which list, and what of it is shown.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListWarnedParams {
    /// The list's name in the policy: `fee_drop`, `grievances`, or one of the operator's own.
    pub list: String,
    /// The personal columns that are shown; the others are masked.
    #[serde(default)]
    pub show: Vec<PersonalColumn>,
    /// What integer amounts count; without it they are refused.
    pub money_unit: Option<MoneyUnit>,
}

/// A column that identifies a person: masked unless asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonalColumn {
    /// The name.
    Name,
    /// The phone number.
    Phone,
    /// The address.
    Address,
}

/// A list of those warned of.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListWarnedResponse {
    /// The tables.
    pub tables: WarnedTables,
    /// The columns of the rows, in the list's order, with what stands above them.
    pub columns: Vec<Heading>,
    /// What was listed.
    pub report: ListReport,
}

/// The tables that `list_warned` gives.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WarnedTables {
    /// The users on the list, in the view's order.
    pub warned: Vec<WarnedRow>,
}

/// A user on a list. A column that the list has not is absent; one that is not known is null.
#[derive(Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct WarnedRow {
    /// The user.
    pub user_id: Option<String>,
    /// The community, so that the list can be split by it.
    pub community: Option<String>,
    /// The name, or `***`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Option<String>>,
    /// The phone number, or `***`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Option<String>>,
    /// The address, or `***`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Option<String>>,
    /// The mean fee of the newest months in yuan, exact: two decimals, or three where it needs them. Null where one of the
    /// months is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Option<String>>")]
    pub arpu: Option<Option<Decimal>>,
    /// Causes of the complaints in the last three months, sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaint_causes: Option<Option<Vec<String>>>,
    /// The warnings that fired, those of the list and others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Vec<String>>,
    /// The codes of the actions that answer these warnings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actions: Option<Vec<String>>,
}

/// What stands above a column.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub struct Heading {
    /// The column's name in the rows.
    pub name: &'static str,
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

/// What was listed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListReport {
    /// The list's name in the policy.
    pub list: String,
    /// Its title, in English.
    pub en: String,
    /// Its title, in Chinese.
    pub zh: String,
    /// Rows read.
    pub rows: usize,
    /// Rows among them that stand on the list.
    pub listed: usize,
    /// Digest of the policy.
    pub digest: String,
}

impl RecordOperation for ListWarned {
    const NAME: &'static str = "list_warned";
    const ABOUT: Text = Text {
        en: "Lists the users whom the rules of a list warn of, in the list's layout; personal columns are masked.",
        zh: "按名单的版式列出其规则所预警的用户；个人信息默认脱敏。",
    };
    type Request = ListWarnedRequest;
    type Response = ListWarnedResponse;

    fn run(engine: &Engine, request: ListWarnedRequest) -> Result<ListWarnedResponse, Error> {
        let ListWarnedRequest { tables: ClassifiedTables { view, decisions }, params } = request;
        let layout = ListLayout::new(engine, &params)?;
        let faults = mismatches(&view, &decisions, layout.warning);
        if !faults.is_empty() {
            return Err(Error::request(faults));
        }
        let warned = layout.rows(&view, &decisions).map_err(Error::request)?;
        let report = ListReport {
            en: layout.list.en.clone(),
            zh: layout.list.zh.clone(),
            rows: view.len(),
            listed: warned.len(),
            list: params.list.clone(),
            digest: engine.policy().digest().to_owned(),
        };
        Ok(ListWarnedResponse { tables: WarnedTables { warned }, columns: headings(layout.list), report })
    }
}

/// What shows that the decisions are not those of the view's rows under this policy.
fn mismatches(view: &[Row], decisions: &[GivenDecision], warning: &WarningPolicy) -> Vec<Fault> {
    if view.len() != decisions.len() {
        return vec![other_rows(view.len(), decisions.len())];
    }
    let user = |cells: &Row| cells.get("user_id").and_then(|cell| cell::text(cell).ok().flatten()).map(Cow::into_owned);
    let rows = view.iter().zip(decisions).enumerate();
    rows.flat_map(|(row, (cells, decision))| mismatch(row, user(cells).as_deref(), decision, warning)).collect()
}

/// The fault of as many decisions as there are not rows of the view.
pub(crate) fn other_rows(view: usize, decisions: usize) -> Fault {
    let fault = Fault::new(&OTHER_DECISIONS, "tables.decisions").finding(rows(decisions));
    fault.expecting(rows(view).and("as the view has", "与视图相同"))
}

fn rows(count: usize) -> Words {
    Words::new(format!("{count} rows"), format!("{count} 行"))
}

/// What shows that a decision is not that of the view's row, which is of this user, or not of this policy.
pub(crate) fn mismatch(
    row: usize,
    user: Option<&str>,
    decision: &GivenDecision,
    warning: &WarningPolicy,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if user != decision.user_id.as_deref() {
        let id = |id: Option<&str>| id.unwrap_or("null").to_owned();
        let fault = Fault::new(&OTHER_DECISIONS, format!("tables.decisions[{row}].user_id"));
        faults.push(fault.found(id(decision.user_id.as_deref())).expected(id(user)));
    }
    let unknown = decision.warnings.iter().enumerate().filter(|(_, code)| warning.codes().all(|known| known != *code));
    faults.extend(
        unknown
            .map(|(index, code)| warning.unknown_warning(format!("tables.decisions[{row}].warnings[{index}]"), code)),
    );
    faults
}

/// Whether one of the faults is about this column, in whatever row.
fn is_told(faults: &[Fault], column: &str) -> bool {
    faults.iter().any(|told| told.path.split_once("].").is_some_and(|(_, path)| path == column))
}

/// How the rows of a list are made.
#[derive(Debug)]
pub(crate) struct ListLayout<'a> {
    reading: Reading<'a>,
    pub(crate) warning: &'a WarningPolicy,
    pub(crate) list: &'a WarningList,
    show: &'a [PersonalColumn],
}

impl<'a> ListLayout<'a> {
    /// The layout of the list that is asked for.
    ///
    /// # Errors
    /// The policy has no such list.
    pub(crate) fn new(engine: &'a Engine, params: &'a ListWarnedParams) -> Result<Self, Error> {
        let (classifier, warning) = (engine.policy().classifier(), &engine.policy().document().warning);
        let Some(list) = warning.lists.get(&params.list) else {
            let known = warning.lists.keys().map(String::as_str);
            return Err(Error::request(vec![unknown_code("params.list", &params.list, known)]));
        };
        let reading = Reading { classifier, money_unit: params.money_unit, fee_is_customers: false };
        Ok(Self { reading, warning, list, show: &params.show })
    }

    /// The rows that one of the list's rules warns of; a row of them that breaks the contract refuses the call.
    fn rows(&self, view: &[Row], decisions: &[GivenDecision]) -> Result<Vec<WarnedRow>, Vec<Fault>> {
        let is_listed =
            |decision: &GivenDecision| decision.warnings.iter().any(|code| self.list.warnings.contains(code));
        let (mut rows, mut faults) = (Vec::new(), Vec::new());
        for (row, (cells, decision)) in view.iter().zip(decisions).enumerate() {
            if is_listed(decision) {
                self.add(row, cells, decision, &mut rows, &mut faults);
            }
        }
        if faults.is_empty() { Ok(rows) } else { Err(faults) }
    }

    /// Adds a row of the view to the list, or the fault that it has.
    pub(crate) fn add(
        &self,
        row: usize,
        cells: &Row,
        decision: &GivenDecision,
        rows: &mut Vec<WarnedRow>,
        faults: &mut Vec<Fault>,
    ) {
        match self.reading.facts(cells) {
            Ok(facts) => rows.push(self.row(facts, decision)),
            // What integers count is said of a whole column: once is enough.
            Err(fault) if is_callers(&fault) && is_told(faults, &fault.path) => {}
            Err(fault) => faults.push(Fault { path: format!("tables.view[{row}].{}", fault.path), ..fault }),
        }
    }

    fn row(&self, facts: HashMap<FactId, Value>, decision: &GivenDecision) -> WarnedRow {
        let mut facts = Facts { classifier: self.reading.classifier, values: facts };
        let mut row =
            WarnedRow { user_id: decision.user_id.clone(), community: facts.text("community"), ..WarnedRow::default() };
        for column in &self.list.columns {
            match column {
                ListColumn::Name => row.name = Some(self.personal(PersonalColumn::Name, facts.text("name"))),
                ListColumn::Phone => row.phone = Some(self.personal(PersonalColumn::Phone, facts.text("phone"))),
                ListColumn::Address => {
                    row.address = Some(self.personal(PersonalColumn::Address, facts.text("address")));
                }
                ListColumn::Arpu => row.arpu = Some(facts.series("fee").and_then(|fee| self.arpu(&fee))),
                ListColumn::ComplaintCauses => row.complaint_causes = Some(facts.texts("complaint_causes_3m")),
                ListColumn::Warnings => row.warnings = Some(decision.warnings.clone()),
                ListColumn::Actions => row.actions = Some(self.actions(&decision.warnings)),
            }
        }
        row
    }

    fn personal(&self, column: PersonalColumn, value: Option<String>) -> Option<String> {
        if self.show.contains(&column) { value } else { value.map(|_| MASKED.to_owned()) }
    }

    /// The mean of the newest months.
    fn arpu(&self, fee: &[Option<i64>; SERIES_MONTHS]) -> Option<Decimal> {
        let months = usize::from(self.list.arpu_months);
        let newest = fee.iter().rev().take(months).copied().collect::<Option<Vec<i64>>>()?;
        mean(newest.into_iter().sum(), months)
    }

    fn actions(&self, warnings: &[String]) -> Vec<String> {
        let answers = |codes: &[String]| codes.iter().any(|code| warnings.contains(code));
        let actions = self.warning.actions.iter().filter(|(_, action)| answers(&action.warnings));
        actions.map(|(code, _)| code.clone()).collect()
    }
}

/// Places that an ARPU has at most.
pub(crate) const ARPU_PLACES: u8 = 3;

/// A mean in yuan of fen: two decimals, or three where it needs them; beyond that rounded half-even.
fn mean(fen: i64, months: usize) -> Option<Decimal> {
    let mean = Decimal::new(fen, 2).checked_div(Decimal::from(months))?;
    let mut mean = mean.round_dp_with_strategy(ARPU_PLACES.into(), RoundingStrategy::MidpointNearestEven).normalize();
    if mean.scale() < 2 {
        mean.rescale(2);
    }
    Some(mean)
}

/// The facts of a row, by name.
struct Facts<'a> {
    classifier: &'a Classifier,
    values: HashMap<FactId, Value>,
}

impl Facts<'_> {
    fn take(&mut self, name: &str) -> Value {
        let fact = self.classifier.facts().find(name).map(|(id, _)| id);
        fact.and_then(|fact| self.values.remove(&fact)).unwrap_or_default()
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        match self.take(name) {
            Value::Texts(texts) => Some(texts),
            _ => None,
        }
    }

    fn series(&mut self, name: &str) -> Option<[Option<i64>; SERIES_MONTHS]> {
        match self.take(name) {
            Value::Series(months) => Some(months),
            _ => None,
        }
    }
}

/// The columns of a list's rows.
pub(crate) fn headings(list: &WarningList) -> Vec<Heading> {
    let heading = |name, Text { en, zh }: Text| Heading { name, en, zh };
    let keys = [("user_id", Text { en: "User", zh: "用户编号" }), ("community", Text { en: "Community", zh: "社区" })];
    let columns = list.columns.iter().map(|column| (column.name(), column.heading()));
    keys.into_iter().chain(columns).map(|(name, text)| heading(name, text)).collect()
}

/// The decisions handed over are not those of the view's rows.
pub static OTHER_DECISIONS: Code = Code {
    number: 1030,
    name: "OTHER_DECISIONS",
    text: Text { en: "the decisions are not those of the view's rows", zh: "判定结果与视图各行不对应" },
    fix: Text {
        en: "hand over the decisions that `classify` gave for these rows, in the same order",
        zh: "请传入 classify 对这些行给出的判定结果，顺序不变",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_text(fen: i64, months: usize) -> String {
        mean(fen, months).unwrap().to_string()
    }

    #[test]
    fn a_mean_is_exact_to_half_a_fen_and_shows_at_least_two_decimals() {
        let means =
            [(30_000, 2), (20_003, 2), (1, 2), (-15, 2), (10, 1), (0, 2)].map(|(fen, months)| mean_text(fen, months));
        assert_eq!(means, ["150.00", "100.015", "0.005", "-0.075", "0.10", "0.00"]);
    }

    #[test]
    fn a_mean_that_does_not_come_out_is_rounded_half_even_to_three_decimals() {
        assert_eq!(mean_text(10_000, 3), "33.333");
        assert_eq!(mean_text(50, 8), "0.062");
        assert_eq!(mean_text(70, 8), "0.088");
    }
}
