//! Customers out of their users' decisions: the handle `customers`, and the operation `combine_customers`.
//!
//! A customer's record is small and merges exactly: in any order, in any grouping, into the same bytes.

mod tables;

use std::collections::HashMap;

use arrow_array::RecordBatch;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::decided::{Decided, Decisions, Standing, Undecided};
use super::{Classifier, Stage};
use crate::catalogue::Text;
use crate::engine::{Engine, NoParameters};
use crate::error::Error;
use crate::handle::{BatchVerb, Stateful, restored_all};
use crate::operation::{BatchOperation, Cancel, RecordOperation, Table, Tables};
use crate::table::batches::{Batches, input_failed};
use crate::table::source::Given;
use crate::table::{Reject, Row, UnreadColumns};
use crate::value::Tier;

/// The handle `customers`: every customer that the rows handed over so far are about.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Customers {
    rows: u64,
    rejected: u64,
    #[serde(serialize_with = "sorted", deserialize_with = "merged")]
    customers: HashMap<Key, Customer>,
}

/// What makes rows belong together: a customer, or a user that is a customer of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Key {
    #[serde(rename = "c")]
    Customer(Box<str>),
    #[serde(rename = "u")]
    User(Box<str>),
}

/// What is known of one customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
struct Customer {
    /// The first, in the order that counts, of the stages found.
    stage: Option<Precedence>,
    warnings: u64,
    insufficient: u64,
    shadow: u64,
    /// Whoever speaks for the tier.
    speaker: Option<Speaker>,
    users: u64,
    rejected: u64,
}

/// Stages in the order in which one user's becomes the customer's. What is known of a user in service outweighs what nobody
/// knows of another; that all are newcomers, or that all have left, is said only where nobody is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Precedence {
    D,
    C,
    B,
    #[serde(rename = "-")]
    Undecided,
    A,
    E,
}

/// The user whose tier is the customer's, the first in order speaks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Speaker {
    /// In service, unknown, left (the latest leaver first), prospect.
    rank: u8,
    months_since_exit: i64,
    user_id: Box<str>,
    // Told apart last: only rows that repeat a user differ in it alone.
    tier: Option<Tier>,
}

impl Customers {
    /// Adds a row that counts.
    fn add(&mut self, row: &Decided<'_>) {
        self.rows = self.rows.saturating_add(1);
        self.merge_one(key_of(row.customer_id, row.user_id), Customer::of(row));
    }

    /// Adds a row that does not count; its customer, if it names one, is marked.
    fn refuse(&mut self, row: &Undecided<'_>) {
        self.rows = self.rows.saturating_add(1);
        self.rejected = self.rejected.saturating_add(1);
        // One of the two ids is enough to know whose the row is.
        if let Some(id) = row.customer_id.or(row.user_id) {
            let marked = Customer { stage: Some(Precedence::Undecided), rejected: 1, ..Customer::default() };
            self.merge_one(key_of(row.customer_id, id), marked);
        }
    }

    /// Adds what another one was told.
    fn merge(&mut self, other: Self) {
        self.rows = self.rows.saturating_add(other.rows);
        self.rejected = self.rejected.saturating_add(other.rejected);
        for (key, customer) in other.customers {
            self.merge_one(key, customer);
        }
    }

    fn merge_one(&mut self, key: Key, customer: Customer) {
        self.customers.entry(key).or_default().merge(customer);
    }

    /// Adds every row of a table, or of a part of it; those that do not count join the rejects.
    fn add_all(&mut self, decisions: &Decisions, rejects: &mut Vec<Reject>) {
        for row in decisions.iter() {
            match row {
                Ok(row) => self.add(&row),
                Err(row) => {
                    self.refuse(&row);
                    rejects.push(*row.reject);
                }
            }
        }
    }

    /// The customers of a table of rows.
    fn of_rows(engine: &Engine, rows: &[Row]) -> Result<(Self, CustomersUpdated), Error> {
        let (mut customers, mut rejects) = (Self::default(), Vec::new());
        let decisions = Decisions::read(Given::Rows(rows), 0, engine)?;
        customers.add_all(&decisions, &mut rejects);
        let updated = CustomersUpdated::new(rows.len(), rejects, decisions.unread().clone());
        Ok((customers, updated))
    }

    /// The customers of a table of Arrow, of which one batch is held at a time.
    fn of_batches(engine: &Engine, table: Table, cancel: &Cancel) -> Result<(Self, CustomersUpdated), Error> {
        let (mut customers, mut rejects, mut rows) = (Self::default(), Vec::new(), 0);
        // The columns are judged also where there are no rows.
        let empty = Batches::of(RecordBatch::new_empty(table.schema()));
        let unread = Decisions::read(Given::Batches(&empty), 0, engine)?.unread().clone();
        for batch in table {
            cancel.check()?;
            let batch = Batches::of(batch.map_err(|error| input_failed("tables.decisions", error))?);
            customers.add_all(&Decisions::read(Given::Batches(&batch), rows, engine)?, &mut rejects);
            rows += batch.rows();
        }
        Ok((customers, CustomersUpdated::new(rows, rejects, unread)))
    }

    /// Every customer, ordered by id; those of their own follow, ordered by user.
    fn records(&self, classifier: &Classifier) -> Vec<CustomerRecord> {
        self.sorted().into_iter().map(|(key, customer)| customer.record(key, classifier)).collect()
    }

    fn sorted(&self) -> Vec<(&Key, &Customer)> {
        let mut customers: Vec<_> = self.customers.iter().collect();
        customers.sort_unstable_by_key(|(key, _)| *key);
        customers
    }

    fn report(&self, engine: &Engine) -> CustomersReport {
        CustomersReport {
            rows: self.rows,
            rejected: self.rejected,
            customers: self.customers.len(),
            digest: engine.policy().digest().to_owned(),
        }
    }
}

impl Customer {
    /// A customer of one user.
    fn of(row: &Decided<'_>) -> Self {
        let speaker = Speaker {
            rank: row.standing as u8,
            months_since_exit: match row.standing {
                Standing::Left => row.months_since_exit.unwrap_or(i64::MAX),
                _ => 0,
            },
            user_id: row.user_id.into(),
            tier: row.tier,
        };
        Self {
            stage: Some(Precedence::of(row.stage)),
            warnings: row.warnings,
            insufficient: row.insufficient,
            shadow: row.shadow,
            speaker: Some(speaker),
            users: u64::from(row.standing != Standing::Prospect),
            rejected: 0,
        }
    }

    fn merge(&mut self, other: Self) {
        self.stage = first(self.stage, other.stage);
        self.warnings |= other.warnings;
        self.insufficient |= other.insufficient;
        self.shadow |= other.shadow;
        self.speaker = first(self.speaker.take(), other.speaker);
        self.users = self.users.saturating_add(other.users);
        self.rejected = self.rejected.saturating_add(other.rejected);
    }

    fn stage(&self) -> Option<Stage> {
        self.stage.and_then(Precedence::stage)
    }

    fn tier(&self) -> Option<Tier> {
        self.speaker.as_ref().and_then(|speaker| speaker.tier)
    }

    /// The rules that cannot know of one of its users and fired for none.
    fn insufficient(&self) -> u64 {
        self.insufficient & !self.warnings & !self.shadow
    }

    fn record(&self, key: &Key, classifier: &Classifier) -> CustomerRecord {
        let written = |mask| classifier.codes(mask).map(str::to_owned).collect();
        CustomerRecord {
            customer_id: key.customer_id().map(str::to_owned),
            user_id: key.user_id().map(str::to_owned),
            stage: self.stage(),
            tier: self.tier(),
            warnings: written(self.warnings),
            insufficient: written(self.insufficient()),
            shadow: written(self.shadow),
            users: self.users,
            rejected: self.rejected,
        }
    }
}

impl Key {
    fn customer_id(&self) -> Option<&str> {
        match self {
            Self::Customer(id) => Some(id),
            Self::User(_) => None,
        }
    }

    fn user_id(&self) -> Option<&str> {
        match self {
            Self::Customer(_) => None,
            Self::User(id) => Some(id),
        }
    }
}

/// The smaller of two, where there are two.
fn first<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl Precedence {
    fn of(stage: Option<Stage>) -> Self {
        match stage {
            Some(Stage::A) => Self::A,
            Some(Stage::B) => Self::B,
            Some(Stage::C) => Self::C,
            Some(Stage::D) => Self::D,
            Some(Stage::E) => Self::E,
            None => Self::Undecided,
        }
    }

    fn stage(self) -> Option<Stage> {
        match self {
            Self::A => Some(Stage::A),
            Self::B => Some(Stage::B),
            Self::C => Some(Stage::C),
            Self::D => Some(Stage::D),
            Self::E => Some(Stage::E),
            Self::Undecided => None,
        }
    }
}

fn key_of(customer_id: Option<&str>, user_id: &str) -> Key {
    match customer_id {
        Some(id) => Key::Customer(id.into()),
        None => Key::User(user_id.into()),
    }
}

// Lists without names: a state may hold millions.
impl Serialize for Customer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { stage, warnings, insufficient, shadow, speaker, users, rejected } = self;
        (stage, warnings, insufficient, shadow, speaker, users, rejected).serialize(serializer)
    }
}

impl Serialize for Speaker {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.rank, self.months_since_exit, &self.user_id, self.tier).serialize(serializer)
    }
}

fn sorted<S: Serializer>(customers: &HashMap<Key, Customer>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut entries: Vec<_> = customers.iter().collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    serializer.collect_seq(entries)
}

fn merged<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HashMap<Key, Customer>, D::Error> {
    let mut customers: HashMap<Key, Customer> = HashMap::new();
    for (key, customer) in Vec::<(Key, Customer)>::deserialize(deserializer)? {
        customers.entry(key).or_default().merge(customer);
    }
    Ok(customers)
}

/// Classified rows, and what other handles were told.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomersUpdate {
    /// The tables.
    pub tables: Option<CustomersTables>,
    /// Serialised states of handles of the same kind and policy, to be merged into this one.
    #[serde(default)]
    pub states: Vec<String>,
}

/// The tables that customers are made of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomersTables {
    /// Decisions as `classify` gives them, in any order; each user once: nobody remembers who was told, so a user that is told
    /// twice counts twice. Of Arrow, `stage` has to be there, and masks serve for lists. Other columns are not read.
    pub decisions: Vec<Row>,
}

/// What became of an update.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CustomersUpdated {
    /// The tables.
    pub tables: RejectTables,
    /// Rows that came in with this update, the states' not among them.
    pub rows: usize,
    /// Rows among them that do not count.
    pub rejected: usize,
    /// What nobody reads.
    #[serde(flatten)]
    pub unread: UnreadColumns,
}

impl CustomersUpdated {
    fn new(rows: usize, rejects: Vec<Reject>, unread: UnreadColumns) -> Self {
        Self { rows, rejected: rejects.len(), unread, tables: RejectTables { rejects } }
    }
}

/// The rows that do not count.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RejectTables {
    /// Rows that do not count, each with its reason, in the order in which they came.
    pub rejects: Vec<Reject>,
}

/// What is known of the customers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CustomersAnswer {
    /// The tables.
    pub tables: CustomerTables,
    /// What it was made of.
    pub report: CustomersReport,
}

/// The customers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CustomerTables {
    /// A row a customer: ordered by `customer_id`; users that are customers of their own follow, ordered by `user_id`.
    pub customers: Vec<CustomerRecord>,
}

/// One customer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CustomerRecord {
    /// The customer; null for a user or prospect that is a customer of its own.
    pub customer_id: Option<String>,
    /// The user or prospect that is a customer of its own; null otherwise.
    pub user_id: Option<String>,
    /// The first of D, C, B, null, A, E found among its rows, so E only when all have left. A rejected row counts as null.
    pub stage: Option<Stage>,
    /// The tier of the users in service, otherwise of users of unknown status, otherwise of the latest leaver; among equals
    /// that of the smallest `user_id`.
    pub tier: Option<Tier>,
    /// The active rules that fired for any of its users, in the policy's order.
    pub warnings: Vec<String>,
    /// The rules that cannot know of one of its users and fired for none.
    pub insufficient: Vec<String>,
    /// The shadow rules that fired for any of its users.
    pub shadow: Vec<String>,
    /// Rows that count, prospects not among them.
    pub users: u64,
    /// Rows that do not count: what they would have said is missing here.
    pub rejected: u64,
}

/// What the customers were made of.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CustomersReport {
    /// Rows that came in.
    pub rows: u64,
    /// Rows among them that do not count.
    pub rejected: u64,
    /// Customers.
    pub customers: usize,
    /// Digest of the policy.
    pub digest: String,
}

impl Stateful for Customers {
    const NAME: &'static str = "customers";
    const ABOUT: Text = Text {
        en: "Combines the decisions about users into one row a customer, in any order and from any number of parts.",
        zh: "将用户级判定合并为客户级结果，顺序与分片不限。",
    };
    type Params = NoParameters;
    type Update = CustomersUpdate;
    type Updated = CustomersUpdated;
    type Query = NoParameters;
    type Answer = CustomersAnswer;
    type UpdateParams = NoParameters;
    type QueryParams = NoParameters;

    fn open(_: &Engine, _: NoParameters) -> Result<Self, Error> {
        Ok(Self::default())
    }

    fn update(&mut self, engine: &Engine, update: CustomersUpdate) -> Result<CustomersUpdated, Error> {
        let states = restored_all::<Self>(engine, &update.states)?;
        let rows = update.tables.map_or(Vec::new(), |tables| tables.decisions);
        let (told, updated) = Self::of_rows(engine, &rows)?;
        states.into_iter().chain([told]).for_each(|state| self.merge(state));
        Ok(updated)
    }

    fn query(&self, engine: &Engine, _: NoParameters) -> Result<CustomersAnswer, Error> {
        let customers = self.records(engine.policy().classifier());
        Ok(CustomersAnswer { tables: CustomerTables { customers }, report: self.report(engine) })
    }

    const UPDATE: BatchVerb =
        BatchVerb { tables: &["decisions"], optional_tables: &[], answered_tables: &["rejects", "report"] };
    const QUERY: BatchVerb = BatchVerb { tables: &[], optional_tables: &[], answered_tables: &["customers", "report"] };

    fn update_batch(
        &mut self,
        engine: &Engine,
        mut given: Tables,
        _: NoParameters,
        cancel: &Cancel,
    ) -> Result<Tables, Error> {
        let Some(decisions) = given.remove("decisions") else { return Ok(Tables::new()) };
        let (told, updated) = Self::of_batches(engine, decisions, cancel)?;
        let answered = updated.batches(None, engine)?;
        self.merge(told);
        Ok(answered)
    }

    fn query_batch(&self, engine: &Engine, _: Tables, _: NoParameters, _: &Cancel) -> Result<Tables, Error> {
        self.batches(engine)
    }
}

/// The operation `combine_customers`.
#[derive(Debug)]
pub struct CombineCustomers;

/// Classified rows of all users.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CombineCustomersRequest {
    /// The tables.
    pub tables: CustomersTables,
    /// No parameters.
    pub params: NoParameters,
}

/// The customers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CombineCustomersResponse {
    /// The tables.
    pub tables: CombinedTables,
    /// What it was made of.
    pub report: CombineCustomersReport,
}

/// The customers, and the rows that do not count.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CombinedTables {
    /// A row a customer: ordered by `customer_id`; users that are customers of their own follow, ordered by `user_id`.
    pub customers: Vec<CustomerRecord>,
    /// Rows that do not count, each with its reason, in the order in which they came.
    pub rejects: Vec<Reject>,
}

/// What the customers were made of.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CombineCustomersReport {
    /// Rows that came in.
    pub rows: u64,
    /// Rows among them that do not count.
    pub rejected: u64,
    /// Customers.
    pub customers: usize,
    /// What nobody reads.
    #[serde(flatten)]
    pub unread: UnreadColumns,
    /// Digest of the policy.
    pub digest: String,
}

impl RecordOperation for CombineCustomers {
    const NAME: &'static str = "combine_customers";
    const ABOUT: Text = Text {
        en: "Combines the decisions about users into one row a customer.",
        zh: "将用户级判定合并为客户级结果。",
    };
    type Request = CombineCustomersRequest;
    type Response = CombineCustomersResponse;

    fn run(engine: &Engine, request: CombineCustomersRequest) -> Result<CombineCustomersResponse, Error> {
        let (combined, updated) = Customers::of_rows(engine, &request.tables.decisions)?;
        let CustomersReport { rows, rejected, customers, digest } = combined.report(engine);
        let CustomersUpdated { tables: RejectTables { rejects }, unread, .. } = updated;
        Ok(CombineCustomersResponse {
            tables: CombinedTables { customers: combined.records(engine.policy().classifier()), rejects },
            report: CombineCustomersReport { rows, rejected, customers, unread, digest },
        })
    }
}

impl BatchOperation for CombineCustomers {
    type Params = NoParameters;
    const TABLES: &'static [&'static str] = Customers::UPDATE.tables;
    const ANSWERED_TABLES: &'static [&'static str] = &["customers", "rejects", "report"];

    /// All is combined before the first batch; of the decisions one batch is held at a time.
    fn open(engine: &Engine, mut given: Tables, _: NoParameters, cancel: Cancel) -> Result<Tables, Error> {
        let Some(decisions) = given.remove("decisions") else { return Ok(Tables::new()) };
        let (combined, updated) = Customers::of_batches(engine, decisions, &cancel)?;
        let mut answered = combined.batches(engine)?;
        // Its report says also what became of the columns.
        answered.extend(updated.batches(Some(combined.customers.len()), engine)?);
        Ok(answered)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::Handle;

    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::open("china-telecom").unwrap());

    /// Rows of a few customers, so that they meet often; some not decided, some that name nobody.
    fn rows() -> impl Strategy<Value = Vec<Json>> {
        let id = |letter: &'static str, count: u8| {
            prop::option::weighted(0.9, (0..count).prop_map(move |number| format!("{letter}{number}")))
        };
        let codes = || prop::collection::btree_set(select(vec!["EWS-01", "EWS-02", "EWS-17", "EWS-18"]), 0..3);
        let status =
            select(vec![json!("prospect"), json!("active"), json!("suspended"), json!("terminated"), json!(null)]);
        let stage = select(vec![json!("A"), json!("B"), json!("C"), json!("D"), json!("E"), json!(null), json!("X")]);
        let tier = select(vec![json!("high"), json!("mid"), json!("low"), json!(null)]);
        let months = prop::option::of(0..4_u8);
        let ids = (id("u", 9), id("k", 4), months);
        let row = (ids, status, stage, tier, codes(), codes(), prop::bool::weighted(0.1)).prop_map(
            |((user_id, customer_id, months), status, stage, tier, warnings, insufficient, is_undecided)| {
                json!({
                    "user_id": user_id, "customer_id": customer_id, "status": status, "stage": stage, "tier": tier,
                    "months_since_exit": months, "warnings": warnings, "insufficient": insufficient,
                    "error": is_undecided.then(|| json!({"code": "INVALID", "path": "fee"})),
                })
            },
        );
        prop::collection::vec(row, 0..40)
    }

    fn opened(engine: &Engine) -> Handle {
        engine.open_handle("customers", "{}").unwrap()
    }

    fn told(handle: &Handle, rows: &[&Json]) {
        let answer = handle.update(&json!({"tables": {"decisions": rows}}).to_string()).unwrap();
        let answer: Json = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["rejected"], answer["tables"]["rejects"].as_array().unwrap().len());
    }

    fn combined(engine: &Engine, rows: &[Json]) -> Json {
        let request = json!({"tables": {"decisions": rows}, "params": {}}).to_string();
        serde_json::from_str(&engine.call("combine_customers", &request).unwrap()).unwrap()
    }

    proptest! {
        #[test]
        fn any_order_and_grouping_gives_the_same_bytes(
            (rows, order) in rows().prop_flat_map(|rows| {
                let order: Vec<_> = (0..rows.len()).collect();
                (Just(rows), Just(order).prop_shuffle())
            }),
            parts in prop::collection::vec(0..4_usize, 40),
            merged in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(),
        ) {
            let engine = &*ENGINE;
            let whole = opened(engine);
            told(&whole, &rows.iter().collect::<Vec<_>>());

            let shards: Vec<_> = (0..4).map(|_| opened(engine)).collect();
            for row in order {
                told(&shards[parts[row]], &[&rows[row]]);
            }
            let states: Vec<_> = merged.iter().map(|shard| shards[*shard].serialise().unwrap()).collect();
            // ((a, b), (c, d)): one grouping of the parts; `restore_handle` begins with the second.
            let (left, right) = (engine.restore_handle(&states[1]).unwrap(), opened(engine));
            left.update(&json!({"states": [states[0]]}).to_string()).unwrap();
            right.update(&json!({"states": [states[2], states[3]]}).to_string()).unwrap();
            left.update(&json!({"states": [right.serialise().unwrap()]}).to_string()).unwrap();

            prop_assert_eq!(left.serialise().unwrap(), whole.serialise().unwrap());
            prop_assert_eq!(left.query("{}").unwrap(), whole.query("{}").unwrap());
            let asked: Json = serde_json::from_str(&whole.query("{}").unwrap()).unwrap();
            let combined = combined(engine, &rows);
            prop_assert_eq!(&asked["tables"]["customers"], &combined["tables"]["customers"]);
        }

        #[test]
        fn no_row_is_lost_and_e_means_that_all_have_left(rows in rows()) {
            let engine = &*ENGINE;
            let combined = combined(engine, &rows);
            let rejects = combined["tables"]["rejects"].as_array().unwrap();
            let customers = combined["tables"]["customers"].as_array().unwrap();
            let sum = |key: &str| customers.iter().map(|customer| customer[key].as_u64().unwrap()).sum::<u64>();
            let rejected = |row: usize| rejects.iter().any(|reject| reject["row"] == row);
            let nobodys = |row: &Json| row["user_id"].is_null() && row["customer_id"].is_null();
            let count = |counts: &dyn Fn(usize, &Json) -> bool| {
                rows.iter().enumerate().filter(|(index, row)| counts(*index, row)).count() as u64
            };
            let users = count(&|index, row| !rejected(index) && row["status"] != "prospect");
            let marks = count(&|index, row| rejected(index) && !nobodys(row));
            prop_assert_eq!((sum("users"), sum("rejected")), (users, marks));

            for customer in customers.iter().filter(|customer| customer["stage"] == "E") {
                let is_its = |row: &&Json| match customer["customer_id"].is_null() {
                    true => row["customer_id"].is_null() && row["user_id"] == customer["user_id"],
                    false => row["customer_id"] == customer["customer_id"],
                };
                let all_left = rows.iter().filter(is_its).all(|row| row["stage"] == "E" && row["error"].is_null());
                prop_assert!(all_left, "{}", customer);
            }
        }
    }
}
