//! What is known of groups: who is in them, in which stages and tiers their customers are, and what they bring in (SEG-15).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::iter::once;

use schemars::JsonSchema;
use serde::Serialize;

use super::change::path;
use super::{Group, Groups, GroupsParams, REPEATED_DECISION, REVENUE_TOO_LARGE, unknown_group};
use crate::catalogue::Words;
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::lifecycle::Stage;
use crate::money::Money;
use crate::operation::Tables;
use crate::table::cell::MoneyUnit;
use crate::table::columns::{Numbers, Texts};
use crate::table::source::{FromSource, Given, Source};
use crate::table::writer::{Writer, tables};
use crate::table::{Header, INVALID, Remarks, UnreadColumns, either_or};
use crate::value::Tier;
use crate::view::facts::STAGES;

/// What is known of the groups that were asked for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupsAnswer {
    /// The tables.
    pub tables: GroupsAnswerTables,
    /// The groups together.
    pub report: GroupsReport,
}

/// The groups, one by one.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct GroupsAnswerTables {
    /// A row a group, ordered by `group_id`.
    pub groups: Vec<GroupRecord>,
    /// A row a group and customer, ordered by `group_id` and `customer_id`.
    pub members: Vec<GroupMember>,
    /// How many customers of each group are in each stage, ordered by both; nothing where nobody is, or no decisions were given.
    pub stages: Vec<GroupStage>,
    /// How many customers of each group have each value tier, likewise.
    pub tiers: Vec<GroupTier>,
    /// A row a group, ordered by `group_id`; nothing where no revenue was given.
    pub revenue: Vec<GroupRevenue>,
}

/// A group.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GroupRecord {
    /// The group.
    pub group_id: String,
    /// Its type: one of the policy's.
    #[serde(rename = "type")]
    pub group_type: String,
    /// What the policy calls the type, in English.
    pub type_en: String,
    /// What the policy calls the type, in Chinese.
    pub type_zh: String,
    /// Its name.
    pub name: String,
    /// What else is said of it; null where nothing is.
    pub description: Option<String>,
    /// How many customers are in it.
    pub members: usize,
    /// How many of them the decisions are about; null where none were given.
    pub decided: Option<usize>,
}

/// A customer in a group.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupMember {
    /// The group.
    pub group_id: String,
    /// The customer.
    pub customer_id: String,
}

/// The customers of a group in a stage.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupStage {
    /// The group.
    pub group_id: String,
    /// The stage; null for customers about whom none could be decided.
    pub stage: Option<Stage>,
    /// How many there are.
    pub customers: usize,
}

/// The customers of a group with a value tier.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupTier {
    /// The group.
    pub group_id: String,
    /// The tier; null for customers about whom none could be decided.
    pub tier: Option<Tier>,
    /// How many there are.
    pub customers: usize,
}

/// The revenue of a group.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupRevenue {
    /// The group.
    pub group_id: String,
    /// How many customers are in it.
    pub customers: usize,
    /// How many of them have revenue in the table.
    pub with_revenue: usize,
    /// What they bring in, in yuan. A customer in several groups counts in each.
    pub revenue: Money,
}

/// The groups together.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupsReport {
    /// How many groups there are.
    pub groups: usize,
    /// The members of all, added up: a customer in several groups counts in each.
    pub members: usize,
    /// Customers in at least one group: each counts once.
    pub customers: usize,
    /// The revenue of all groups, added up: that of a customer in several counts in each. Null where no revenue was given.
    pub revenue_of_groups: Option<Money>,
    /// The revenue of the customers in at least one group: each counts once. Null where no revenue was given.
    pub revenue_of_customers: Option<Money>,
    /// The revenue in the table of customers who are in none of the groups. Null where no revenue was given.
    pub revenue_of_others: Option<Money>,
    /// What nobody reads, each column after the name of its table.
    #[serde(flatten)]
    pub unread: UnreadColumns,
    /// Digest of the policy.
    pub digest: String,
}

/// The groups that are asked for.
struct AskedRows(Texts);

impl FromSource for AskedRows {
    const NAME: &'static str = "groups";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self(source.text(Header::required("group_id")))
    }
}

/// What was decided about customers.
struct DecisionRows {
    customer_id: Texts,
    user_id: Texts,
    stage: Numbers<usize>,
    tier: Numbers<usize>,
}

impl FromSource for DecisionRows {
    const NAME: &'static str = "decisions";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        // What else `combine_customers` says.
        source.pass_over(&["warnings", "insufficient", "shadow", "users", "rejected"]);
        Self {
            customer_id: source.text(Header::optional("customer_id")),
            user_id: source.text(Header::optional("user_id")),
            stage: source.code(Header::optional("stage"), STAGES),
            tier: source.code(Header::optional("tier"), Tier::CODES),
        }
    }
}

/// What customers bring in.
struct RevenueRows {
    customer_id: Texts,
    revenue: Numbers<i64>,
}

impl FromSource for RevenueRows {
    const NAME: &'static str = "revenue";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            customer_id: source.text(Header::required("customer_id")),
            revenue: source.amount(Header::required("revenue")),
        }
    }
}

/// What was decided about a customer.
type Decision = (Option<Stage>, Option<Tier>);
/// The decisions, by customer.
type Decisions<'t> = HashMap<&'t str, Decision>;
/// Revenue in fen, by customer.
type Revenue<'t> = HashMap<&'t str, i128>;

impl DecisionRows {
    /// The decisions by customer; a customer that stands twice, or a row that names none, is a fault.
    fn by_customer(&self, rows: usize, faults: &mut Vec<Fault>) -> Decisions<'_> {
        let mut decisions = HashMap::with_capacity(rows);
        for row in 0..rows {
            let at = || path(Self::NAME, row, "customer_id");
            let Some(customer) = self.customer_id.text(row).or_else(|| self.user_id.text(row)) else {
                let fault = Fault::new(&INVALID, at()).found("null");
                faults.push(fault.expecting(either_or("customer_id", "user_id")));
                continue;
            };
            let stage = self.stage.at(row).and_then(|place| Stage::ALL.get(place)).copied();
            let tier = self.tier.at(row).and_then(|place| Tier::ALL.get(place)).copied();
            if decisions.insert(customer, (stage, tier)).is_some() {
                let fault = Fault::new(&REPEATED_DECISION, at()).found(customer);
                faults.push(fault.expecting(Words::new("each customer once", "每个客户一行")));
            }
        }
        decisions
    }
}

impl RevenueRows {
    fn by_customer(&self, rows: usize) -> Revenue<'_> {
        let mut revenue = HashMap::with_capacity(rows);
        for row in 0..rows {
            if let Some((customer, fen)) = self.customer_id.text(row).zip(self.revenue.number(row)) {
                *revenue.entry(customer).or_default() += i128::from(fen);
            }
        }
        revenue
    }
}

/// The reading of what is asked: a question has no good rows beside bad ones.
struct Reading<'e> {
    engine: &'e Engine,
    money_unit: Option<MoneyUnit>,
    faults: Vec<Fault>,
    unread: UnreadColumns,
}

impl Reading<'_> {
    /// A table and how many rows it has, where it is given.
    fn table<T: FromSource<With = ()>>(&mut self, given: Option<Given<'_>>) -> Option<(T, usize)> {
        let given = given?;
        let (table, remarks) = given.read::<T>(&(), 0, self.money_unit, self.engine.threads());
        let Remarks { invalid, refusals, unread } = remarks;
        self.faults.extend(refusals.into_iter().chain(invalid.into_values()));
        self.unread.extend(T::NAME, &unread);
        Some((table, given.rows()))
    }
}

impl Groups {
    /// What is known of groups, from tables (groups, decisions, revenue) where they are given.
    ///
    /// # Errors
    /// Every fault of the tables; revenue that adds up to more than an amount can be.
    pub(super) fn report(
        &self,
        engine: &Engine,
        given: [Option<Given<'_>>; 3],
        params: GroupsParams,
    ) -> Result<GroupsAnswer, Error> {
        let [asked, decisions, revenue] = given;
        let unread = UnreadColumns::default();
        let mut reading = Reading { engine, money_unit: params.money_unit, faults: Vec::new(), unread };
        let asked = reading.table::<AskedRows>(asked);
        let decisions = reading.table::<DecisionRows>(decisions);
        let revenue = reading.table::<RevenueRows>(revenue);
        let Reading { mut faults, unread, .. } = reading;
        let groups = match &asked {
            Some((asked, rows)) => self.asked(asked, *rows, &mut faults),
            None => self.groups.iter().map(|(group_id, group)| (group_id.as_str(), group)).collect(),
        };
        let decisions = decisions.as_ref().map(|(table, rows)| table.by_customer(*rows, &mut faults));
        if !faults.is_empty() {
            return Err(Error::request(faults));
        }
        let revenue = revenue.as_ref().map(|(table, rows)| table.by_customer(*rows));
        Account { groups, decisions, revenue }.answer(engine, unread)
    }

    /// The groups that are asked for; one that there is not is a fault.
    fn asked<'g>(&'g self, asked: &AskedRows, rows: usize, faults: &mut Vec<Fault>) -> BTreeMap<&'g str, &'g Group> {
        let mut groups = BTreeMap::new();
        for (row, group_id) in (0..rows).filter_map(|row| Some((row, asked.0.text(row)?))) {
            match self.groups.get_key_value(group_id) {
                Some((group_id, group)) => drop(groups.insert(group_id.as_str(), group)),
                None => faults.push(unknown_group(group_id, path(AskedRows::NAME, row, "group_id"))),
            }
        }
        groups
    }
}

/// The groups that are asked for, and what the host knows of customers.
struct Account<'g, 't> {
    groups: BTreeMap<&'g str, &'g Group>,
    decisions: Option<Decisions<'t>>,
    revenue: Option<Revenue<'t>>,
}

impl Account<'_, '_> {
    fn answer(&self, engine: &Engine, unread: UnreadColumns) -> Result<GroupsAnswer, Error> {
        let mut tables = GroupsAnswerTables::default();
        for (group_id, group) in &self.groups {
            tables.groups.push(self.record(group_id, group, engine));
            tables.members.extend(
                group.members.iter().map(|customer_id| GroupMember {
                    group_id: (*group_id).to_owned(),
                    customer_id: customer_id.clone(),
                }),
            );
            self.count(group_id, group, &mut tables);
            tables.revenue.extend(self.revenue_of(group_id, group)?);
        }
        let customers: HashSet<_> = self.groups.values().flat_map(|group| &group.members).map(String::as_str).collect();
        let [of_groups, of_customers, of_others] = self.totals(&tables.revenue, &customers)?;
        let report = GroupsReport {
            groups: tables.groups.len(),
            members: tables.members.len(),
            customers: customers.len(),
            revenue_of_groups: of_groups,
            revenue_of_customers: of_customers,
            revenue_of_others: of_others,
            unread,
            digest: engine.policy().digest().to_owned(),
        };
        Ok(GroupsAnswer { tables, report })
    }

    fn record(&self, group_id: &str, group: &Group, engine: &Engine) -> GroupRecord {
        let types = &engine.policy().document().groups.types;
        // A state of this policy has types of this policy.
        let text = |text: Option<&String>| text.unwrap_or(&group.kind).clone();
        let meaning = types.get(&group.kind);
        let is_decided = |decisions: &Decisions<'_>| {
            group.members.iter().filter(|customer| decisions.contains_key(customer.as_str())).count()
        };
        GroupRecord {
            group_id: group_id.to_owned(),
            group_type: group.kind.clone(),
            type_en: text(meaning.map(|meaning| &meaning.en)),
            type_zh: text(meaning.map(|meaning| &meaning.zh)),
            name: group.name.clone(),
            description: group.description.clone(),
            members: group.members.len(),
            decided: self.decisions.as_ref().map(is_decided),
        }
    }

    /// Counts the stages and tiers of a group; those that nobody could decide come last.
    fn count(&self, group_id: &str, group: &Group, tables: &mut GroupsAnswerTables) {
        let Some(decisions) = &self.decisions else { return };
        let (mut stages, mut tiers) = (BTreeMap::new(), BTreeMap::new());
        for (stage, tier) in group.members.iter().filter_map(|customer| decisions.get(customer.as_str())) {
            *stages.entry((stage.is_none(), *stage)).or_default() += 1;
            *tiers.entry((tier.is_none(), *tier)).or_default() += 1;
        }
        let id = || group_id.to_owned();
        let stage = |((_, stage), customers)| GroupStage { group_id: id(), stage, customers };
        let tier = |((_, tier), customers)| GroupTier { group_id: id(), tier, customers };
        tables.stages.extend(stages.into_iter().map(stage));
        tables.tiers.extend(tiers.into_iter().map(tier));
    }

    fn revenue_of(&self, group_id: &str, group: &Group) -> Result<Option<GroupRevenue>, Error> {
        let Some(revenue) = &self.revenue else { return Ok(None) };
        let of_members = || group.members.iter().filter_map(|customer| revenue.get(customer.as_str()));
        Ok(Some(GroupRevenue {
            group_id: group_id.to_owned(),
            customers: group.members.len(),
            with_revenue: of_members().count(),
            revenue: amount(of_members().sum())?,
        }))
    }

    /// The revenue of all groups, of their customers, and of others.
    fn totals(&self, of_groups: &[GroupRevenue], customers: &HashSet<&str>) -> Result<[Option<Money>; 3], Error> {
        let Some(revenue) = &self.revenue else { return Ok([None; 3]) };
        let of = |is_member: bool| {
            revenue.iter().filter(|(customer, _)| customers.contains(*customer) == is_member).map(|(_, fen)| fen).sum()
        };
        let of_groups = of_groups.iter().map(|group| i128::from(group.revenue.minor())).sum();
        Ok([Some(amount(of_groups)?), Some(amount(of(true))?), Some(amount(of(false))?)])
    }
}

/// An amount of so many fen.
fn amount(fen: i128) -> Result<Money, Error> {
    i64::try_from(fen).ok().and_then(Money::from_minor).ok_or_else(|| {
        let limit = Money::LIMIT_MINOR;
        let less = Words::new(format!("less than {limit} fen"), format!("少于 {limit} 分"));
        let found = Words::new(format!("{fen} fen"), format!("{fen} 分"));
        Error::request(vec![Fault::new(&REVENUE_TOO_LARGE, "tables.revenue").finding(found).expecting(less)])
    })
}

impl GroupsAnswer {
    /// The same in Arrow, the groups together in one row.
    pub(super) fn batches(&self, engine: &Engine) -> Result<Tables, Error> {
        let GroupsAnswerTables { groups, members, stages, tiers, revenue } = &self.tables;
        let mut metadata = engine.signature();
        metadata.extend([self.report.unread.metadata()]);
        let mut records = Writer::default();
        records.texts("group_id", groups.iter().map(|group| Some(&group.group_id)));
        records.texts("type", groups.iter().map(|group| Some(&group.group_type)));
        records.texts("type_en", groups.iter().map(|group| Some(&group.type_en)));
        records.texts("type_zh", groups.iter().map(|group| Some(&group.type_zh)));
        records.texts("name", groups.iter().map(|group| Some(&group.name)));
        records.texts("description", groups.iter().map(|group| group.description.as_ref()));
        records.rows("members", groups.iter().map(|group| group.members));
        records.maybe_rows("decided", groups.iter().map(|group| u64::try_from(group.decided?).ok()));
        let mut customers = Writer::default();
        customers.texts("group_id", members.iter().map(|member| Some(&member.group_id)));
        customers.texts("customer_id", members.iter().map(|member| Some(&member.customer_id)));
        let mut of_stages = Writer::default();
        of_stages.texts("group_id", stages.iter().map(|count| Some(&count.group_id)));
        of_stages.codes("stage", stages.iter().map(|count| Some(count.stage? as u8)), STAGES)?;
        of_stages.rows("customers", stages.iter().map(|count| count.customers));
        let mut of_tiers = Writer::default();
        of_tiers.texts("group_id", tiers.iter().map(|count| Some(&count.group_id)));
        of_tiers.codes("tier", tiers.iter().map(|count| Some(count.tier? as u8)), Tier::CODES)?;
        of_tiers.rows("customers", tiers.iter().map(|count| count.customers));
        let mut of_groups = Writer::default();
        of_groups.texts("group_id", revenue.iter().map(|group| Some(&group.group_id)));
        of_groups.rows("customers", revenue.iter().map(|group| group.customers));
        of_groups.rows("with_revenue", revenue.iter().map(|group| group.with_revenue));
        of_groups.amounts("revenue", &fen(revenue.iter().map(|group| Some(group.revenue))))?;
        Ok(tables([
            ("groups", vec![records.batch(metadata.clone())?]),
            ("members", vec![customers.batch(metadata.clone())?]),
            ("stages", vec![of_stages.batch(metadata.clone())?]),
            ("tiers", vec![of_tiers.batch(metadata.clone())?]),
            ("revenue", vec![of_groups.batch(metadata.clone())?]),
            ("report", vec![self.report.batch()?.batch(metadata)?]),
        ]))
    }
}

impl GroupsReport {
    fn batch(&self) -> Result<Writer, Error> {
        let mut report = Writer::default();
        report.rows("groups", once(self.groups));
        report.rows("members", once(self.members));
        report.rows("customers", once(self.customers));
        report.amounts("revenue_of_groups", &fen(once(self.revenue_of_groups)))?;
        report.amounts("revenue_of_customers", &fen(once(self.revenue_of_customers)))?;
        report.amounts("revenue_of_others", &fen(once(self.revenue_of_others)))?;
        report.text_lists("unread_columns", once(Some(self.unread.unread_columns.as_slice())));
        Ok(report)
    }
}

fn fen(amounts: impl Iterator<Item = Option<Money>>) -> Vec<Option<i64>> {
    amounts.map(|amount| amount.map(Money::minor)).collect()
}
