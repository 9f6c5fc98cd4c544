//! Tables over the same facts as one plan, and what they say of a row.

use super::cell::{Column, ReadCell, SOME_TEXT};
use super::columns::FactColumns;
use super::hidden::{Sides, hidden_rows};
use super::{DecisionCell, DecisionRow, HIDDEN_ROW, NO_ROW_MATCHES, NO_ROWS, ROW_UNKNOWN, TABLE_TOO_LARGE};
use crate::catalogue::Words;
use crate::condition::{Node, Outcome, Outcomes, Plan, PlanBuilder, Row, Test, UNKNOWN_FACT};
use crate::document::INVALID_VALUE;
use crate::error::Fault;
use crate::fact::{Fact, FactId, Facts};
use std::collections::{BTreeMap, BTreeSet};

/// The rows of a table, and where they stand in the policy.
#[derive(Debug, Clone, Copy)]
pub struct PolicyTable<'a> {
    /// The path: `division.statistics.rows`.
    pub path: &'a str,
    /// The rows.
    pub rows: &'a [DecisionRow],
}

/// Decision tables over the same facts, checked and ready to decide.
#[derive(Debug, Clone)]
pub struct DecisionTables {
    facts: Facts,
    pub(super) plan: Plan,
    tables: Vec<Vec<ReadRow>>,
}

/// A row, compiled.
#[derive(Debug, Clone)]
struct ReadRow {
    /// Where it stands in the policy.
    path: String,
    then: String,
    /// The facts that it asks of.
    asks: Vec<FactId>,
    matches: Node,
}

/// What a decision table says, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement<'a> {
    /// The result; null where no row decided.
    pub result: Option<&'a str>,
    /// Where in the policy the row stands that decided, or that nobody could judge; null where there is no such row.
    pub row: Option<&'a str>,
    /// Why there is no result: `NO_ROWS`, `NO_ROW_MATCHES` or `ROW_UNKNOWN`; null where there is one.
    pub reason: Option<&'static str>,
    /// Of a row that nobody could judge: the facts that are unknown.
    pub unknown: Vec<&'a str>,
}

impl DecisionTables {
    /// Reads tables whose cells may ask of these facts.
    ///
    /// # Errors
    /// Every fault of every cell, every row that can never match, and a table that is too large to tell.
    pub fn read(facts: Facts, tables: &[PolicyTable<'_>]) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut builder = PlanBuilder::new(&facts);
        let mut read = Vec::new();
        for table in tables {
            let (tests, found) = tests(*table, &facts);
            faults.extend(found);
            match compiled(*table, tests, &mut builder) {
                Ok(rows) => read.push(rows),
                Err(fault) => faults.push(fault),
            }
        }
        let asked: Vec<_> = read.iter().flatten().map(|row| row.matches).collect();
        let plan = builder.build(&asked).map_err(|error| faults.push(error.at(common_path(tables)))).ok();
        match plan {
            Some(plan) if faults.is_empty() => Ok(Self { facts, plan, tables: read }),
            _ => Err(faults),
        }
    }

    /// The facts that cells may ask of.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The facts that cells ask of.
    pub(super) fn asked(&self) -> impl Iterator<Item = (FactId, &Fact)> {
        self.plan.facts().filter_map(|id| Some((id, self.facts.get(id)?)))
    }

    /// The names of the facts that the table of this place asks of.
    pub(crate) fn asked_by(&self, table: usize) -> BTreeSet<&str> {
        let asks = self.tables.get(table).into_iter().flatten().flat_map(|row| &row.asks);
        asks.filter_map(|fact| self.facts.get(*fact)).map(|fact| fact.name.as_str()).collect()
    }

    /// Who judges row after row of these columns.
    pub(crate) fn judge<'a>(&'a self, columns: &'a FactColumns) -> Judge<'a> {
        Judge { tables: self, columns, row: self.plan.row(), outcomes: Outcomes::default(), at: 0 }
    }
}

/// The part of the policy in which all tables stand.
fn common_path<'a>(tables: &[PolicyTable<'a>]) -> &'a str {
    tables.first().and_then(|table| table.path.split('.').next()).unwrap_or_default()
}

/// A row as it was read: its facts, and the test of each.
type Tests = Vec<(FactId, Test)>;

/// The columns of a table by their facts' names; of a fact that cannot be asked of, why.
type Columns<'a> = BTreeMap<&'a str, Result<Column<'a>, Fault>>;

/// The tests of each row, as far as its cells can be read, and every fault of the table.
fn tests(table: PolicyTable<'_>, facts: &Facts) -> (Vec<Tests>, Vec<Fault>) {
    let PolicyTable { path, rows } = table;
    let columns = columns(rows, facts);
    let (mut tests, mut sides, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for (index, row) in rows.iter().enumerate() {
        let before = faults.len();
        let read = read_row(row, &format!("{path}[{index}]"), &columns, &mut faults);
        // What a row takes is known where all its cells are.
        sides.push((faults.len() == before).then(|| sides_of(&columns, &read)));
        tests.push(read.into_values().map(|(fact, cell)| (fact, cell.test)).collect());
    }
    faults.extend(hidden_faults(table, &sides, columns.len()));
    (tests, faults)
}

fn columns<'a>(rows: &'a [DecisionRow], facts: &'a Facts) -> Columns<'a> {
    let mut cells: BTreeMap<&str, Vec<&DecisionCell>> = BTreeMap::new();
    for (name, cell) in rows.iter().flat_map(|row| &row.when) {
        cells.entry(name).or_default().push(cell);
    }
    let column = |(name, cells): (&'a str, Vec<&'a DecisionCell>)| {
        let column = match facts.find(name) {
            Some((id, fact)) => Column::new(id, fact, &cells),
            None => Err(Fault::new(&UNKNOWN_FACT, "")
                .found(name)
                .expecting(Words::new("a fact", "事实"))
                .suggest(name, facts.iter().map(|fact| fact.name.as_str()))),
        };
        (name, column)
    };
    cells.into_iter().map(column).collect()
}

/// The cells of a row that can be read, by their facts' names.
fn read_row<'a>(
    row: &'a DecisionRow,
    path: &str,
    columns: &Columns<'_>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<&'a str, (FactId, ReadCell)> {
    let mut read = BTreeMap::new();
    for (name, cell) in &row.when {
        let path = format!("{path}.when.{name}");
        match columns.get(name.as_str()) {
            Some(Ok(column)) => match column.read(cell, &path) {
                Ok(cell) => {
                    read.insert(name.as_str(), (column.id, cell));
                }
                Err(found) => faults.extend(found),
            },
            Some(Err(fault)) => faults.push(Fault { path, ..fault.clone() }),
            None => {}
        }
    }
    if row.then.trim() != row.then || row.then.is_empty() {
        let fault = Fault::new(&INVALID_VALUE, format!("{path}.then")).found(&row.then);
        faults.push(fault.expecting(SOME_TEXT));
    }
    read
}

/// What a row takes of each column.
fn sides_of(columns: &Columns<'_>, row: &BTreeMap<&str, (FactId, ReadCell)>) -> Sides {
    let side = |(name, column): (&&str, &Result<Column<'_>, Fault>)| match (row.get(*name), column) {
        (Some((_, cell)), _) => Some(cell.spans.clone()),
        (None, Ok(column)) => Some(vec![column.whole()]),
        (None, Err(_)) => None,
    };
    columns.iter().filter_map(side).collect()
}

/// The rows that can never match.
fn hidden_faults(table: PolicyTable<'_>, sides: &[Option<Sides>], columns: usize) -> Vec<Fault> {
    let PolicyTable { path, rows } = table;
    let Ok(hidden) = hidden_rows(sides) else {
        let size = Words::new(
            format!("{} rows of {columns} columns", rows.len()),
            format!("{} 行 × {columns} 列", rows.len()),
        );
        let fault = Fault::new(&TABLE_TOO_LARGE, path).finding(size);
        return vec![fault.expecting(Words::new("fewer or simpler rows", "更少或更简单的行"))];
    };
    let fault = |(row, hiders): (usize, Vec<usize>)| {
        let hiders: Vec<_> = hiders.into_iter().map(|hider| format!("{path}[{hider}]")).collect();
        let hiders = hiders.join(", ");
        Fault::new(&HIDDEN_ROW, format!("{path}[{row}]"))
            .finding(Words::new(format!("hidden by {hiders}"), format!("被 {hiders} 遮蔽")))
            .expecting(Words::new("a row that can match", "可能命中的行"))
    };
    hidden.into_iter().map(fault).collect()
}

/// The rows of a table as parts of a plan.
fn compiled(table: PolicyTable<'_>, tests: Vec<Tests>, builder: &mut PlanBuilder<'_>) -> Result<Vec<ReadRow>, Fault> {
    let read = |((index, row), tests): ((usize, &DecisionRow), Tests)| {
        let path = format!("{}[{index}]", table.path);
        let (asks, tests) = tests.into_iter().unzip();
        let matches = builder.test(&Test::All(tests)).map_err(|error| error.at(&path))?;
        Ok(ReadRow { path, then: row.then.clone(), asks, matches })
    };
    table.rows.iter().enumerate().zip(tests).map(read).collect()
}

/// Judges row after row; what it needs for that is kept from one to the next.
pub(crate) struct Judge<'a> {
    tables: &'a DecisionTables,
    columns: &'a FactColumns,
    row: Row,
    outcomes: Outcomes,
    at: usize,
}

impl<'a> Judge<'a> {
    /// Turns to a row.
    pub(crate) fn turn_to(&mut self, row: usize) {
        self.at = row;
        self.columns.put(row, &mut self.row);
        // Cells name their days: none depends on the day as of which is decided.
        self.tables.plan.evaluate(&mut self.row, 0, &mut self.outcomes);
    }

    /// What the table of this place says of the row.
    pub(crate) fn judgement(&self, table: usize) -> Judgement<'a> {
        let rows = self.tables.tables.get(table).map(Vec::as_slice).unwrap_or_default();
        let Some((place, outcome)) = self.outcomes.first_not_false(rows.iter().map(|row| row.matches)) else {
            let reason = if rows.is_empty() { &NO_ROWS } else { &NO_ROW_MATCHES };
            return Judgement { reason: Some(reason.name), ..Judgement::default() };
        };
        let Some(row) = rows.get(place) else { return Judgement::default() };
        let path = Some(row.path.as_str());
        if outcome == Outcome::True {
            return Judgement { result: Some(&row.then), row: path, ..Judgement::default() };
        }
        let unknown = row.asks.iter().filter(|fact| self.columns.is_unknown(**fact, self.at));
        let unknown = unknown.filter_map(|fact| self.tables.facts.get(*fact)).map(|fact| fact.name.as_str());
        Judgement { row: path, reason: Some(ROW_UNKNOWN.name), unknown: unknown.collect(), result: None }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::catalogue::{Language, Text};
    use crate::condition::Subject;
    use crate::fact::{Floor, Kind, NullMeans, Unit, Value};

    const STATUSES: &[&str] = &["active", "suspended", "terminated"];

    fn facts() -> Facts {
        let mut facts = Facts::default();
        let all = [
            ("status", Kind::Code(STATUSES), Unit::None, NullMeans::Unknown),
            ("tenure", Kind::Number { places: 0 }, Unit::Named("months".into()), NullMeans::Unknown),
            ("spend", Kind::Number { places: 2 }, Unit::Yuan, NullMeans::None),
            ("joined", Kind::Date, Unit::None, NullMeans::None),
            ("is_public", Kind::YesNo, Unit::None, NullMeans::None),
            ("plan", Kind::Text, Unit::None, NullMeans::Unknown),
            ("fee", Kind::Series { places: 2 }, Unit::Yuan, NullMeans::Unknown),
        ];
        for (name, kind, unit, null) in all {
            let meaning = Text { en: "", zh: "" }.into();
            let (personal, may_be_negative) = (false, unit == Unit::Yuan);
            let (name, floor, members) = (name.into(), Floor::View, Vec::new());
            facts.add(Fact { name, kind, unit, null, personal, may_be_negative, floor, meaning, members });
        }
        facts
    }

    fn rows(rows: &Json) -> Vec<DecisionRow> {
        serde_json::from_value(rows.clone()).unwrap()
    }

    fn faults(table: &Json) -> Vec<Fault> {
        let rows = rows(table);
        DecisionTables::read(facts(), &[PolicyTable { path: "room.rows", rows: &rows }]).err().unwrap_or_default()
    }

    /// The code, the path and what was found of each fault.
    fn told(table: &Json) -> Vec<(&'static str, String, String)> {
        let told = |fault: Fault| (fault.code.name, fault.path, fault.found.of(Language::En).to_owned());
        faults(table).into_iter().map(told).collect()
    }

    /// A cell of a fact, each side of every value of [`values`] among its bounds.
    fn cell(fact: &'static str) -> BoxedStrategy<Json> {
        let interval = |bounds: [&'static str; 3]| {
            let forms =
                ["< {a}", "<= {a}", "> {a}", ">= {a}", "{a}", "[{a}..{b}]", "({a}..{b}]", "[{a}..{b})", "({a}..{b}["];
            (select(forms.to_vec()), subsequence(bounds.to_vec(), 2))
                .prop_map(|(form, bounds)| json!(form.replace("{a}", bounds[0]).replace("{b}", bounds[1])))
        };
        let set = |names: &'static [&'static str]| subsequence(names, 1..=names.len()).prop_map(|names| json!(names));
        match fact {
            "status" => set(STATUSES).boxed(),
            "tenure" => interval(["1", "2", "4"]).boxed(),
            "spend" => interval(["-0.01", "0.00", "0.02"]).boxed(),
            "joined" => interval(["2024-02-28", "2024-02-29", "2024-03-02"]).boxed(),
            "is_public" => any::<bool>().prop_map(Json::from).boxed(),
            _ => set(&["e6", "e9"]).boxed(),
        }
    }

    /// Every value of a fact that cells tell apart.
    fn values(fact: &str) -> Vec<Value> {
        let text = |text: &str| Value::Text(text.into());
        let numbers = |numbers: std::ops::Range<i64>| numbers.map(Value::Number);
        match fact {
            "status" => numbers(0..3).collect(),
            "tenure" => numbers(0..6).collect(),
            "spend" => numbers(-3..5).chain([Value::None]).collect(),
            // 2024-02-27 and the days behind it.
            "joined" => numbers(19_780..19_786).chain([Value::None]).collect(),
            "is_public" => numbers(0..2).chain([Value::None]).collect(),
            _ => vec![text("e6"), text("e9"), text("other")],
        }
    }

    const ASKED: [&str; 6] = ["status", "tenure", "spend", "joined", "is_public", "plan"];

    /// Two or three facts, and rows that ask of some of them.
    fn table() -> impl Strategy<Value = (Vec<&'static str>, Vec<Json>)> {
        subsequence(ASKED.to_vec(), 2..=3).prop_flat_map(|facts| {
            let cells: Vec<_> = facts.iter().map(|fact| prop::option::weighted(0.7, cell(fact))).collect();
            let names = facts.clone();
            let row = cells.prop_map(move |cells| {
                let cells = names.iter().zip(cells).filter_map(|(name, cell)| Some(((*name).to_owned(), cell?)));
                json!({"when": cells.collect::<serde_json::Map<_, _>>(), "then": "x"})
            });
            (Just(facts), prop::collection::vec(row, 1..7))
        })
    }

    proptest! {
        #[test]
        fn a_row_is_refused_where_no_value_of_its_facts_makes_it_the_first_to_match((asked, table) in table()) {
            let facts = facts();
            let rows = rows(&json!(table));
            let (tests, found) = tests(PolicyTable { path: "rows", rows: &rows }, &facts);
            // A cell without values makes its row one that is not looked at.
            let is_whole = |row: &usize| !found.iter().any(|fault| {
                fault.code == &super::super::EMPTY_CELL && fault.path.starts_with(&format!("rows[{row}]"))
            });
            let mut first = BTreeSet::new();
            let mut subject = Subject { facts: &facts, values: HashMap::new(), undecided: BTreeSet::new(), as_of: 0 };
            let points = asked.iter().fold(vec![HashMap::new()], |points: Vec<HashMap<_, _>>, fact| {
                let (id, _) = facts.find(fact).unwrap();
                let of = |point: HashMap<FactId, Value>| values(fact).into_iter().map(move |value| {
                    let mut point = point.clone();
                    point.insert(id, value);
                    point
                });
                points.into_iter().flat_map(of).collect()
            });
            for point in points {
                subject.values = point;
                let matches = |row: &usize| tests[*row].iter().all(|(_, test)| test.outcome(&subject) == Outcome::True);
                first.extend((0..rows.len()).filter(is_whole).find(matches));
            }
            let never: Vec<_> = (0..rows.len()).filter(is_whole).filter(|row| !first.contains(row)).collect();
            let hidden = found.iter().filter(|fault| fault.code == &HIDDEN_ROW).map(|fault| fault.path.clone());
            prop_assert_eq!(hidden.collect::<Vec<_>>(), never.iter().map(|row| format!("rows[{row}]")).collect::<Vec<_>>());
        }
    }

    /// A value as a row of a table has it.
    fn json_of(fact: &str, value: &Value) -> Json {
        match (fact, value) {
            ("status", Value::Number(place)) => json!(STATUSES[usize::try_from(*place).unwrap()]),
            ("spend", Value::Number(fen)) => json!(rust_decimal::Decimal::new(*fen, 2).to_string()),
            ("joined", Value::Number(day)) => json!(crate::month::date_of_day(*day)),
            ("is_public", Value::Number(answer)) => json!(*answer == 1),
            (_, Value::Number(number)) => json!(number),
            (_, Value::Text(text)) => json!(text),
            _ => Json::Null,
        }
    }

    /// A row of a table as its facts, each a choice among the values that the fact can have, unknown among them where null says so.
    fn row_of(facts: &Facts, choices: &[usize]) -> HashMap<FactId, Value> {
        let value = |(name, choice): (&&str, &usize)| {
            let (id, fact) = facts.find(name).unwrap();
            let mut values = values(name);
            if fact.null == NullMeans::Unknown {
                values.push(Value::Unknown);
            }
            (id, values[choice % values.len()].clone())
        };
        ASKED.iter().zip(choices).map(value).collect()
    }

    proptest! {
        #[test]
        fn a_table_says_what_its_rows_say_one_after_the_other(
            (_, table) in table(),
            choices in prop::collection::vec(prop::collection::vec(0..99_usize, ASKED.len()), 1..20),
        ) {
            let facts = facts();
            let mut rows = rows(&json!(table));
            let refused = tests(PolicyTable { path: "rows", rows: &rows }, &facts).1;
            let mut place = 0;
            rows.retain(|_| {
                place += 1;
                !refused.iter().any(|fault| fault.path.starts_with(&format!("rows[{}]", place - 1)))
            });
            let asked = tests(PolicyTable { path: "rows", rows: &rows }, &facts).0;
            let tables = DecisionTables::read(facts.clone(), &[PolicyTable { path: "rows", rows: &rows }]).unwrap();
            let values: Vec<_> = choices.iter().map(|choices| row_of(&facts, choices)).collect();
            let cells = |values: &HashMap<FactId, Value>| {
                let cell = |name: &&str| ((*name).to_owned(), json_of(name, &values[&facts.find(name).unwrap().0]));
                ASKED.iter().map(cell).collect::<crate::table::Row>()
            };
            let given: Vec<_> = values.iter().map(cells).collect();
            let mut reader = crate::table::Reader::new("customers", &given, None);
            let columns = FactColumns::read(&mut reader, &tables);
            prop_assert!(reader.finish().invalid.is_empty());
            let mut judge = tables.judge(&columns);
            for (row, values) in values.into_iter().enumerate() {
                judge.turn_to(row);
                let found = judge.judgement(0);
                let subject = Subject { facts: &facts, values, undecided: BTreeSet::new(), as_of: 0 };
                let outcome = |tests: &Tests| {
                    tests.iter().map(|(_, test)| test.outcome(&subject)).min().unwrap_or(Outcome::True)
                };
                let first = asked.iter().map(outcome).enumerate().find(|(_, outcome)| *outcome != Outcome::False);
                let path = first.map(|(place, _)| format!("rows[{place}]"));
                prop_assert_eq!(found.row, path.as_deref());
                let reason = match first {
                    Some((_, Outcome::True)) => None,
                    Some(_) => Some("ROW_UNKNOWN"),
                    None if rows.is_empty() => Some("NO_ROWS"),
                    None => Some("NO_ROW_MATCHES"),
                };
                prop_assert_eq!(found.reason, reason);
                prop_assert_eq!(found.result.is_some(), reason.is_none());
                let is_unknown = |fact: &FactId| subject.values[fact] == Value::Unknown;
                let unknown = first.filter(|(_, outcome)| *outcome == Outcome::Unknown).map_or(0, |(place, _)| {
                    asked[place].iter().filter(|(fact, _)| is_unknown(fact)).count()
                });
                prop_assert_eq!(found.unknown.len(), unknown);
            }
        }
    }

    #[test]
    fn a_row_that_several_rows_hide_together_names_them() {
        let table = json!([
            {"when": {"tenure": "< 12"}, "then": "new"},
            {"when": {"tenure": ">= 12", "is_public": true}, "then": "old"},
            {"when": {"tenure": ">= 12", "is_public": false}, "then": "other"},
            {"when": {"tenure": "[6..24]"}, "then": "hidden, but where there is no answer"},
        ]);
        assert_eq!(told(&table), []);
        let table = json!([
            {"when": {"status": "active"}, "then": "a"},
            {"when": {"plan": "e9"}, "then": "b"},
            {"when": {"status": ["suspended", "terminated"]}, "then": "c"},
            {"when": {"plan": ["e6"]}, "then": "d"},
        ]);
        let hidden = ("HIDDEN_ROW", "room.rows[3]".into(), "hidden by room.rows[0], room.rows[2]".into());
        assert_eq!(told(&table), [hidden]);
        let fault = &faults(&table)[0];
        assert_eq!(fault.found.of(Language::Zh), "被 room.rows[0], room.rows[2] 遮蔽");
    }

    #[test]
    fn a_text_that_no_cell_names_keeps_a_last_row_in_reach() {
        let table = |last: Json| json!([{"when": {"plan": ["e6", "e9"]}, "then": "a"}, last]);
        assert_eq!(told(&table(json!({"then": "b"}))), []);
        assert_eq!(told(&table(json!({"when": {"plan": "e9"}, "then": "b"})))[0].0, "HIDDEN_ROW");
    }

    #[test]
    fn cells_that_are_no_values_of_their_facts_are_told_all_at_once() {
        let table = json!([
            {"when": {"status": ["active", "actve"], "tenure": "1.5", "spend": ">= 10"}, "then": "a"},
            {"when": {"joined": "[2024-02-30..2024-03-01]", "is_public": "yes", "plan": " e9"}, "then": " "},
            {"when": {"tenure": "< 0", "spend": "(0.00..0.01)", "status": []}, "then": "b"},
            {"when": {"fee": ">= 1.00", "tenures": "1", "tenure": 12.to_string()}, "then": "c"},
        ]);
        let expected = [
            ("INVALID_VALUE", "room.rows[0].when.spend", ">= 10"),
            ("INVALID_VALUE", "room.rows[0].when.status[1]", "actve"),
            ("INVALID_VALUE", "room.rows[0].when.tenure", "1.5"),
            ("INVALID_VALUE", "room.rows[1].when.is_public", "yes"),
            ("INVALID_VALUE", "room.rows[1].when.joined", "[2024-02-30..2024-03-01]"),
            ("INVALID_VALUE", "room.rows[1].when.plan", " e9"),
            ("INVALID_VALUE", "room.rows[1].then", " "),
            ("EMPTY_CELL", "room.rows[2].when.spend", "(0.00..0.01)"),
            ("EMPTY_CELL", "room.rows[2].when.status", "[]"),
            ("EMPTY_CELL", "room.rows[2].when.tenure", "< 0"),
            ("INVALID_VALUE", "room.rows[3].when.fee", "fee"),
            ("UNKNOWN_FACT", "room.rows[3].when.tenures", "tenures"),
        ];
        let told = told(&table);
        let told: Vec<_> = told.iter().map(|(code, path, found)| (*code, path.as_str(), found.as_str())).collect();
        assert_eq!(told, expected);
        let nearest = faults(&table).into_iter().filter_map(|fault| fault.suggestion);
        assert_eq!(nearest.collect::<Vec<_>>(), ["active", "tenure"]);
    }

    #[test]
    fn a_table_that_is_too_large_says_so() {
        let row = |number: usize| json!({"when": {"plan": format!("p{number}"), "status": "active"}, "then": "x"});
        let table: Vec<_> = (0..4_000).map(row).collect();
        let told = told(&json!(table));
        assert_eq!(told, [("TABLE_TOO_LARGE", "room.rows".into(), "4000 rows of 2 columns".into())]);
    }
}
