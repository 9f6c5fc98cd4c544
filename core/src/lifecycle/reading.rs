//! Rows of the view, read from JSON: what each key means, and the facts of one row.

use std::collections::{BTreeMap, HashMap};

use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use super::classifier::{Before, Classifier};
use crate::catalogue::{Text, Words};
use crate::condition::{Plan, Registers, Row};
use crate::error::{Fault, nearest};
use crate::fact::{Fact, FactId, Facts, Kind, NullMeans, SERIES_MONTHS, Unit, Value};
use crate::money::Money;
use crate::table::cell::{self, Cell, MoneyUnit, Refusal};
use crate::table::{AMOUNT_WITHOUT_UNIT, INVALID, MASKED};

/// What a key of a row holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub fact: FactId,
    /// The fact's type.
    pub kind: Kind,
    /// The month of a series that it holds, the oldest being 0; none for the whole fact.
    pub month: Option<usize>,
    /// An amount in fen.
    pub is_minor: bool,
    /// Where the rules read the fact, if they do.
    pub registers: Option<Registers>,
    /// Of the user's own fee: where the rules read the customer's, if they do.
    customers: Option<Registers>,
    /// What it tells besides.
    tells: Option<Tells>,
    /// How its whole numbers are held, where nothing else has to be known for that.
    pub whole: Option<Whole>,
}

/// What a decision needs beside the plan's registers.
#[derive(Debug, Clone, Copy)]
enum Tells {
    Status,
    MonthsSinceExit,
    PreviousStage,
    PreviousSince,
}

impl Tells {
    fn of(fact: &str) -> Option<Self> {
        match fact {
            "status" => Some(Self::Status),
            "months_since_exit" => Some(Self::MonthsSinceExit),
            "previous_stage" => Some(Self::PreviousStage),
            "previous_since" => Some(Self::PreviousSince),
            _ => None,
        }
    }
}

/// Whole numbers of a fact, held as multiples of its smallest unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whole {
    factor: i64,
    lowest: i64,
}

impl Whole {
    /// Those of a fact; amounts in yuan are read only once their unit is said.
    fn of(fact: &Fact, is_minor: bool) -> Option<Self> {
        let (Kind::Number { places } | Kind::Series { places }) = fact.kind else { return None };
        let factor = match fact.unit {
            _ if is_minor => 1,
            Unit::Yuan => return None,
            _ => 10_i64.checked_pow(places.into())?,
        };
        Some(Self { factor, lowest: if fact.may_be_negative { 1 - Money::LIMIT_MINOR } else { 0 } })
    }

    /// The number as it is held, unless it is out of bounds.
    fn held(self, number: i128) -> Option<i64> {
        let held = i64::try_from(number).ok()?.checked_mul(self.factor)?;
        (self.lowest..Money::LIMIT_MINOR).contains(&held).then_some(held)
    }
}

/// The keys of the view's rows.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    // Looked up for every cell of every record; the names are the policy's, so nobody can choose them to collide.
    keys: FxHashMap<String, Key>,
    pub user_id: Option<FactId>,
    pub customer_id: Option<FactId>,
    pub status: Option<FactId>,
    pub months_since_exit: Option<FactId>,
    pub previous_stage: Option<FactId>,
    pub previous_since: Option<FactId>,
    pub fee: Option<FactId>,
    pub customer_fee: Option<FactId>,
    /// Where the rules read the customer's fee, if they do.
    customer_fee_registers: Option<Registers>,
}

/// One row, read: the facts of its decision, and what the decision repeats.
#[derive(Debug)]
pub(crate) struct ViewRow {
    pub row: Row,
    pub before: Before,
    pub user_id: Option<String>,
    pub customer_id: Option<String>,
    pub status: Option<i64>,
    pub months_since_exit: Option<i64>,
}

impl Keys {
    pub fn new(facts: &Facts, plan: &Plan) -> Self {
        let mut keys = FxHashMap::default();
        let find = |name| facts.find(name).map(|(id, _)| id);
        let (fee, customer_fee) = (find("fee"), find("customer_fee"));
        let customer_fee_registers = customer_fee.and_then(|fact| plan.registers(fact));
        for fact in facts.iter().filter(|fact| fact.floor == crate::fact::Floor::View) {
            let Some((id, _)) = facts.find(&fact.name) else { continue };
            let registers = plan.registers(id);
            let customers = customer_fee_registers.filter(|_| Some(id) == fee);
            let tells = Tells::of(&fact.name);
            let mut add = |name: &str, is_minor| {
                let whole = Whole::of(fact, is_minor);
                let key = Key { fact: id, kind: fact.kind, month: None, is_minor, registers, customers, tells, whole };
                keys.insert(name.to_owned(), key);
                if matches!(fact.kind, Kind::Series { .. }) {
                    for month in 0..SERIES_MONTHS {
                        keys.insert(format!("{name}_{}", month + 1), Key { month: Some(month), ..key });
                    }
                }
            };
            add(&fact.name, false);
            if fact.unit == Unit::Yuan {
                add(&format!("{}_minor", fact.name), true);
            }
        }
        Self {
            keys,
            user_id: find("user_id"),
            customer_id: find("customer_id"),
            status: find("status"),
            months_since_exit: find("months_since_exit"),
            previous_stage: find("previous_stage"),
            previous_since: find("previous_since"),
            fee,
            customer_fee,
            customer_fee_registers,
        }
    }

    /// What a key holds, if it names a fact.
    pub fn get(&self, key: &str) -> Option<&Key> {
        self.keys.get(key)
    }

    /// Whether a key names a fact.
    pub fn knows(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// Those of these keys that are no facts, but named so nearly like one that none of them gives that it was probably meant;
    /// each with that name.
    pub fn misspelt<'a>(&'a self, given: &[&'a str]) -> BTreeMap<&'a str, &'a str> {
        let present: Vec<_> = given.iter().filter_map(|name| self.keys.get(*name)).collect();
        let gives = |given: &Key, key: &Key| {
            given.fact == key.fact && (given.month == key.month || given.month.is_none() || key.month.is_none())
        };
        let is_missing = |key: &Key| !present.iter().any(|given| gives(given, key));
        let missing: Vec<_> =
            self.keys.iter().filter(|(_, key)| is_missing(key)).map(|(name, _)| name.as_str()).collect();
        let unread = given.iter().filter(|name| !self.knows(name));
        let meant = |name: &str| {
            let in_order = fen_in_order(name);
            let is_in_order = missing.iter().copied().find(|missing| Some(*missing) == in_order.as_deref());
            is_in_order.or_else(|| nearest(name, missing.iter().copied()))
        };
        unread.filter_map(|name| Some((*name, meant(name)?))).collect()
    }

    /// Whether these keys say whose customer a user is, or what all the customer's users pay; else the user's own fee is the
    /// customer's.
    pub fn say_the_customer<'a>(&self, mut keys: impl Iterator<Item = &'a str>) -> bool {
        keys.any(|key| self.keys.get(key).is_some_and(|key| self.says_the_customer(key)))
    }

    /// Whether this key says so.
    pub fn says_the_customer(&self, key: &Key) -> bool {
        Some(key.fact) == self.customer_id || Some(key.fact) == self.customer_fee
    }
}

/// `fee_minor_12` for `fee_12_minor`.
fn fen_in_order(name: &str) -> Option<String> {
    let (series, month) = name.strip_suffix("_minor")?.rsplit_once('_')?;
    Some(format!("{series}_minor_{month}"))
}

impl Key {
    /// A whole number as it is held, where nothing else has to be known for that.
    #[inline]
    pub(super) fn held(&self, number: i128) -> Option<i64> {
        self.whole?.held(number)
    }

    /// What the column is called that holds the same in fen.
    pub fn name_in_fen(&self, fact: &Fact) -> String {
        match self.month {
            None => format!("{}_minor", fact.name),
            Some(month) => format!("{}_minor_{}", fact.name, month + 1),
        }
    }
}

/// How rows are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub classifier: &'a Classifier,
    pub money_unit: Option<MoneyUnit>,
    /// The user's own fee stands for the customer's.
    pub fee_is_customers: bool,
}

impl<'a> Reading<'a> {
    /// How one record is read that stands alone.
    pub fn of_record(classifier: &'a Classifier, record: &Map<String, Json>, money_unit: Option<MoneyUnit>) -> Self {
        let fee_is_customers = !classifier.keys.say_the_customer(record.keys().map(String::as_str));
        Self { classifier, money_unit, fee_is_customers }
    }
}

/// What stands beside the plan's registers of a row that is read straight into them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    has_stage: bool,
    stage: Option<i64>,
    since: Option<i64>,
    pub status: Option<i64>,
    pub months_since_exit: Option<i64>,
}

impl Told {
    pub fn before(self) -> Before {
        Before::new(self.has_stage, self.stage, self.since)
    }

    fn tell(&mut self, what: Tells, number: Option<i64>) {
        match what {
            Tells::Status => self.status = number,
            Tells::MonthsSinceExit => self.months_since_exit = number,
            Tells::PreviousStage => (self.has_stage, self.stage) = (true, number),
            Tells::PreviousSince => self.since = number,
        }
    }
}

impl Reading<'_> {
    /// Puts what a cell says into a row; refused where it breaks the contract, which [`Reading::facts`] puts into words.
    pub(super) fn put(&self, row: &mut Row, told: &mut Told, key: &Key, cell: &Cell<'_>) -> Result<(), Refusal> {
        let number = match key.kind {
            Kind::Series { .. } if key.month.is_none() => return self.put_series(row, key, cell),
            Kind::Series { .. } | Kind::Number { .. } => self.number(key, cell)?,
            Kind::Date => cell.date()?.map(crate::month::day_of),
            Kind::YesNo => cell.yes_no()?.map(i64::from),
            Kind::Code(codes) => cell.code(codes)?.and_then(|place| i64::try_from(place).ok()),
            Kind::Text => cell.text()?.map(|text| self.classifier.plan().text(key.fact, &text)),
            Kind::Texts => self.set_of_texts(key, cell)?,
        };
        self.put_held(row, told, key, number);
        Ok(())
    }

    /// Puts a number, as it is held, into a row.
    pub(super) fn put_held(&self, row: &mut Row, told: &mut Told, key: &Key, number: Option<i64>) {
        if let Some(month) = key.month {
            return self.put_month(row, key, month, number);
        }
        if let Some(registers) = key.registers {
            row.put(registers, 0, number);
        }
        if let Some(tells) = key.tells {
            told.tell(tells, number);
        }
    }

    fn put_series(&self, row: &mut Row, key: &Key, cell: &Cell<'_>) -> Result<(), Refusal> {
        let cells = match cell {
            Cell::Null => &[],
            Cell::List(cells) if cells.len() <= SERIES_MONTHS => cells.as_slice(),
            Cell::List(_) => return Err(Refusal::of(AT_MOST_TWELVE)),
            _ => return Err(Refusal::of(cell::MONTHS)),
        };
        for (month, cell) in cells.iter().enumerate() {
            self.put_month(row, key, month, self.number(key, cell)?);
        }
        self.end_series(row, key, cells.len());
        Ok(())
    }

    fn put_month(&self, row: &mut Row, key: &Key, month: usize, number: Option<i64>) {
        if let Some(registers) = key.registers {
            row.put(registers, month, number);
        }
        if let Some(registers) = self.customers(key) {
            row.put(registers, month, number);
        }
    }

    /// Ends a series of which so many months were put, from its first place on: the last of them is the newest.
    pub(super) fn end_series(&self, row: &mut Row, key: &Key, months: usize) {
        let registers = [key.registers, self.customers(key)];
        registers.into_iter().flatten().for_each(|registers| row.end_series(registers, months));
    }

    /// Where a series goes as the customer's, too.
    fn customers(&self, key: &Key) -> Option<Registers> {
        key.customers.filter(|_| self.fee_is_customers)
    }

    /// From here on the user's own fee is not the customer's: the record says who that is, or what it pays.
    pub(super) fn hear_of_the_customer(&mut self, row: &mut Row) {
        if self.fee_is_customers {
            self.fee_is_customers = false;
            let registers = self.classifier.keys.customer_fee_registers;
            registers.into_iter().for_each(|registers| row.end_series(registers, 0));
        }
    }

    fn set_of_texts(&self, key: &Key, cell: &Cell<'_>) -> Result<Option<i64>, Refusal> {
        let items = match cell {
            Cell::Null => return Ok(None),
            Cell::List(items) => items,
            _ => return Err(Refusal::of(cell::TEXTS)),
        };
        let plan = self.classifier.plan();
        let add = |bits: i64, item: &Cell<'_>| Ok(bits | item.text()?.map_or(0, |text| plan.bit(key.fact, &text)));
        items.iter().try_fold(0, add).map(Some)
    }

    /// The facts of a row; the first key, by name, that breaks the contract is its fault.
    pub fn facts(&self, cells: &Map<String, Json>) -> Result<HashMap<FactId, Value>, Fault> {
        let mut values: HashMap<FactId, Value> = HashMap::new();
        for (name, cell) in cells {
            let Some(key) = self.classifier.keys.keys.get(name) else { continue };
            let Some(fact) = self.classifier.facts().get(key.fact) else { continue };
            let value = match key.month {
                None => self.whole(name, key, fact, cell)?,
                Some(month) => Value::Series(self.months(name, key, fact, cell, month, values.get(&key.fact))?),
            };
            if values.insert(key.fact, value).is_some() && key.month.is_none() {
                return Err(Fault::new(&INVALID, name.clone())
                    .found(cell::shown(cell))
                    .expecting(Words::new("the fact once", "该事实只给一次")));
            }
        }
        if self.fee_is_customers
            && let (Some(fee), Some(customer_fee)) = (self.classifier.keys.fee, self.classifier.keys.customer_fee)
            && let Some(own) = values.get(&fee).cloned()
        {
            values.insert(customer_fee, own);
        }
        Ok(values)
    }

    /// The row that these facts make.
    pub fn view_row(&self, mut values: HashMap<FactId, Value>) -> ViewRow {
        let plan = self.classifier.plan();
        let mut row = plan.row();
        values.iter().for_each(|(fact, value)| plan.set(&mut row, *fact, value));
        let is_given = self.classifier.keys.previous_stage.is_some_and(|fact| values.contains_key(&fact));
        let mut take = |fact: Option<FactId>| fact.and_then(|fact| values.remove(&fact)).unwrap_or_default();
        let stage = number_of(&take(self.classifier.keys.previous_stage));
        let since = number_of(&take(self.classifier.keys.previous_since));
        ViewRow {
            row,
            before: Before::new(is_given, stage, since),
            user_id: text_of(take(self.classifier.keys.user_id)),
            customer_id: text_of(take(self.classifier.keys.customer_id)),
            status: number_of(&take(self.classifier.keys.status)),
            months_since_exit: number_of(&take(self.classifier.keys.months_since_exit)),
        }
    }

    /// A fact that one cell holds whole.
    fn whole(&self, name: &str, key: &Key, fact: &Fact, cell: &Json) -> Result<Value, Fault> {
        let refused = |refusal: Refusal| refused(refusal, name, fact, cell);
        let null = if fact.null == NullMeans::None { Value::None } else { Value::Unknown };
        let number = |read: Option<i64>| read.map_or(null.clone(), Value::Number);
        match fact.kind {
            Kind::Number { .. } => Ok(number(self.number(key, &Cell::from(cell)).map_err(refused)?)),
            Kind::Date => Ok(number(cell::date(cell).map_err(refused)?.map(crate::month::day_of))),
            Kind::YesNo => Ok(number(cell::yes_no(cell).map_err(refused)?.map(i64::from))),
            Kind::Code(codes) => {
                let place = cell::code(cell, codes).map_err(refused)?;
                Ok(number(place.and_then(|place| i64::try_from(place).ok())))
            }
            Kind::Text => Ok(cell::text(cell).map_err(refused)?.map_or(null, |text| Value::Text(text.into_owned()))),
            Kind::Texts => texts(name, fact, cell).map(|texts| texts.map_or(null, Value::Texts)),
            Kind::Series { .. } => self.series(name, key, fact, cell),
        }
    }

    /// The number of a fact or of its month, held in its smallest unit.
    #[inline]
    fn number(&self, key: &Key, cell: &Cell<'_>) -> Result<Option<i64>, Refusal> {
        // Most numbers are such, and this is the shortest way.
        match cell {
            Cell::Integer(number) => {
                key.held(*number).map_or_else(|| self.any_number(key, cell), |held| Ok(Some(held)))
            }
            _ => self.any_number(key, cell),
        }
    }

    fn any_number(&self, key: &Key, cell: &Cell<'_>) -> Result<Option<i64>, Refusal> {
        let (Kind::Number { places } | Kind::Series { places }) = key.kind else { return Ok(None) };
        let Some(fact) = self.classifier.facts().get(key.fact) else { return Ok(None) };
        let read = match fact.unit {
            _ if key.is_minor => cell.minor(),
            Unit::Yuan => cell.amount(self.money_unit),
            _ => cell.number(places),
        };
        let expected = || match places {
            0 => cell::COUNT.into(),
            _ => cell::number_expected(places).and("0 or more", "不小于 0"),
        };
        match read {
            Ok(Some(number)) if number < 0 && !fact.may_be_negative => Err(Refusal::Invalid(expected())),
            Err(Refusal::Invalid(_)) if !fact.may_be_negative => Err(Refusal::Invalid(expected())),
            read => read,
        }
    }

    /// A list of at most twelve months, the newest last.
    fn series(&self, name: &str, key: &Key, fact: &Fact, cell: &Json) -> Result<Value, Fault> {
        let mut months = [None; SERIES_MONTHS];
        let cells = match cell {
            Json::Null => return Ok(Value::Unknown),
            Json::Array(cells) => cells,
            _ => return Err(invalid(name, cell, cell::MONTHS)),
        };
        let Some(older) = SERIES_MONTHS.checked_sub(cells.len()) else {
            let fault = Fault::new(&INVALID, name)
                .finding(Words::new(format!("{} months", cells.len()), format!("{} 个月", cells.len())));
            return Err(fault.expecting(AT_MOST_TWELVE));
        };
        for (index, (month, cell)) in months.iter_mut().skip(older).zip(cells).enumerate() {
            *month = self.month(&format!("{name}[{index}]"), key, fact, cell)?;
        }
        Ok(Value::Series(months))
    }

    fn month(&self, path: &str, key: &Key, fact: &Fact, cell: &Json) -> Result<Option<i64>, Fault> {
        self.number(key, &Cell::from(cell)).map_err(|refusal| {
            if refusal != Refusal::WithoutUnit {
                return refused(refusal, path, fact, cell);
            }
            // What integers count is said of a whole column.
            let column = if key.month.is_some() { path } else { &fact.name };
            Fault { suggestion: Some(key.name_in_fen(fact)), ..refused(refusal, column, fact, cell) }
        })
    }

    /// The months known so far, with one more.
    fn months(
        &self,
        name: &str,
        key: &Key,
        fact: &Fact,
        cell: &Json,
        month: usize,
        known: Option<&Value>,
    ) -> Result<[Option<i64>; SERIES_MONTHS], Fault> {
        let mut months = match known {
            Some(Value::Series(months)) => *months,
            _ => [None; SERIES_MONTHS],
        };
        let number = self.month(name, key, fact, cell)?;
        match months.get_mut(month) {
            Some(Some(_)) => Err(invalid(name, cell, Text { en: "the month once", zh: "该月只给一次" })),
            Some(slot) => {
                *slot = number;
                Ok(months)
            }
            None => Ok(months),
        }
    }
}

/// Whether a fault is the caller's, who did not say what integers count, and not the row's.
pub(super) fn is_callers(fault: &Fault) -> bool {
    fault.code == &AMOUNT_WITHOUT_UNIT
}

const AT_MOST_TWELVE: Text = Text { en: "at most 12 months", zh: "最多 12 个月" };

/// The fault of a refused cell; what identifies a person is not repeated.
fn refused(refusal: Refusal, path: &str, fact: &Fact, cell: &Json) -> Fault {
    let mut fault = refusal.fault(path, &fact.name, cell);
    if fact.personal {
        fault = fault.found(MASKED);
    }
    fault
}

fn invalid(name: &str, cell: &Json, expected: Text) -> Fault {
    Fault::new(&INVALID, name).found(cell::shown(cell)).expecting(expected)
}

/// A set of texts: trimmed, empty ones left out.
fn texts(name: &str, fact: &Fact, cell: &Json) -> Result<Option<Vec<String>>, Fault> {
    let items = match cell {
        Json::Null => return Ok(None),
        Json::Array(items) => items,
        _ => return Err(invalid(name, cell, cell::TEXTS)),
    };
    let mut texts = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let path = format!("{name}[{index}]");
        let text = cell::text(item).map_err(|refusal| refused(refusal, &path, fact, item))?;
        texts.extend(text.map(std::borrow::Cow::into_owned));
    }
    texts.sort_unstable();
    texts.dedup();
    Ok(Some(texts))
}

fn number_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn text_of(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
