//! Customer groups (聚类客户): customers that marketing gathers, such as those of a building or a residential compound, and
//! what is known of them together (SEG-15, SEG-16).
//!
//! A room of its own: division gives each customer one community, while a customer may be in any number of groups, or in none,
//! and no group decides anything about its members.

mod change;
mod membership;
mod report;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Text, Words};
use crate::engine::{Engine, NoParameters};
use crate::error::{Error, Fault};
use crate::fact::Meaning;
use crate::handle::{BatchVerb, Stateful};
use crate::operation::{Cancel, Tables};
use crate::table::Row;
use crate::table::cell::MoneyUnit;
use crate::table::source::{Collected, Given};

pub use change::{DeletedGroup, GroupsUpdated, GroupsUpdatedTables, TableCount};
pub use report::{
    GroupMember, GroupRecord, GroupRevenue, GroupStage, GroupTier, GroupsAnswer, GroupsAnswerTables, GroupsReport,
};

/// Customer groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupsPolicy {
    /// The types of groups, by code; the list is open (SEG-15).
    pub types: BTreeMap<String, Meaning>,
}

/// The handle `groups`: every group, and who is in it.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Groups {
    groups: BTreeMap<String, Group>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    description: Option<String>,
    members: BTreeSet<String>,
}

/// What the groups are told.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupsUpdate {
    /// The tables.
    #[serde(default)]
    pub tables: GroupsTables,
}

/// What changes, in this order: first groups, then who comes into them, then who leaves them. A row that does not fit is
/// returned with its reason, and the others count.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupsTables {
    /// The customers that there are, which `imports` is held against: `customer_id`, the customer code (客户编码). Without this table
    /// any code is taken for a customer's. It serves this update and is not remembered.
    pub customers: Option<Vec<Row>>,
    /// Groups that are made, altered and given up, in order: `kind`, `group_id`, and what the kind needs of `type` (one of the
    /// policy's), `name` and `description`. `create` needs type and name and may have a description; `rename` needs a name,
    /// `retype` a type; `describe` sets the description, a null clears it; `delete` gives up the group, not its customers. The table
    /// `groups` of an answer, with the kind `create`, is such a table.
    pub changes: Option<Vec<Row>>,
    /// Customers that come into groups: `group_id`, and `customer_id`, the first column of the sheet. A first row whose
    /// `customer_id` is literally 客户编码 is a heading and no customer. A customer may be in several groups. The table `members` of an answer is such a table.
    pub imports: Option<Vec<Row>>,
    /// Customers that leave groups: `group_id` and `customer_id`.
    pub removals: Option<Vec<Row>>,
}

/// What is asked of the groups.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupsQuery {
    /// The tables.
    #[serde(default)]
    pub tables: AskedGroups,
    /// How to read them.
    #[serde(default)]
    pub params: GroupsParams,
}

/// Which groups are asked for, and what the host knows of customers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedGroups {
    /// The groups that are asked for: `group_id`. Without this table, all of them.
    pub groups: Option<Vec<Row>>,
    /// What was decided about customers, one row each, as `combine_customers` gives them: `customer_id` (or `user_id`, of a customer
    /// of its own), `stage`, `tier`.
    pub decisions: Option<Vec<Row>>,
    /// Revenue of customers: `customer_id` and `revenue` in yuan, or `revenue_minor` in fen; rows of one customer add up.
    pub revenue: Option<Vec<Row>>,
}

/// How to read what the host knows of customers.
#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupsParams {
    /// What integer amounts count; without it they are refused.
    pub money_unit: Option<MoneyUnit>,
}

impl Groups {
    /// A group; or the fault of the row that names it.
    fn group_mut(&mut self, group_id: &str, path: impl FnOnce() -> String) -> Result<&mut Group, Box<Fault>> {
        self.groups.get_mut(group_id).ok_or_else(|| Box::new(unknown_group(group_id, path())))
    }
}

fn unknown_group(group_id: &str, path: String) -> Fault {
    Fault::new(&UNKNOWN_GROUP, path).found(group_id).expecting(Words::new("a group that there is", "已建立的客户群"))
}

impl Stateful for Groups {
    const NAME: &'static str = "groups";
    const ABOUT: Text = Text {
        en: "Keeps customer groups and their members, and reports on them with stages, tiers and revenue.",
        zh: "维护客户群及其成员，并按阶段、价值等级与收入汇报。",
    };
    const IS_BOUND_TO_POLICY: bool = false;
    type Params = NoParameters;
    type Update = GroupsUpdate;
    type Updated = GroupsUpdated;
    type Query = GroupsQuery;
    type Answer = GroupsAnswer;
    type UpdateParams = NoParameters;
    type QueryParams = GroupsParams;

    fn open(_: &Engine, _: NoParameters) -> Result<Self, Error> {
        Ok(Self::default())
    }

    fn update(&mut self, engine: &Engine, update: GroupsUpdate) -> Result<GroupsUpdated, Error> {
        let GroupsTables { customers, changes, imports, removals } = &update.tables;
        self.tell(engine, [customers, changes, imports, removals].map(|rows| rows.as_deref().map(Given::Rows)))
    }

    fn query(&self, engine: &Engine, query: GroupsQuery) -> Result<GroupsAnswer, Error> {
        let AskedGroups { groups, decisions, revenue } = &query.tables;
        let tables = [groups, decisions, revenue].map(|rows| rows.as_deref().map(Given::Rows));
        self.report(engine, tables, query.params)
    }

    const UPDATE: BatchVerb = BatchVerb {
        tables: &[],
        optional_tables: &["customers", "changes", "imports", "removals"],
        answered_tables: &["counts", "deleted", "rejects", "report"],
    };
    const QUERY: BatchVerb = BatchVerb {
        tables: &[],
        optional_tables: &["groups", "decisions", "revenue"],
        answered_tables: &["groups", "members", "stages", "tiers", "revenue", "report"],
    };

    fn update_batch(
        &mut self,
        engine: &Engine,
        given: Tables,
        _: NoParameters,
        cancel: &Cancel,
    ) -> Result<Tables, Error> {
        let given = Collected::of(given, cancel)?;
        self.tell(engine, ["customers", "changes", "imports", "removals"].map(|name| given.get(name)))?.batches(engine)
    }

    fn query_batch(
        &self,
        engine: &Engine,
        given: Tables,
        params: GroupsParams,
        cancel: &Cancel,
    ) -> Result<Tables, Error> {
        let given = Collected::of(given, cancel)?;
        self.report(engine, ["groups", "decisions", "revenue"].map(|name| given.get(name)), params)?.batches(engine)
    }
}

/// A group that there is not.
pub static UNKNOWN_GROUP: Code = Code {
    number: 1351,
    name: "UNKNOWN_GROUP",
    text: Text { en: "there is no such group", zh: "没有这个客户群" },
    fix: Text { en: "create the group first, or correct its id", zh: "请先新建该客户群，或修正其编号" },
};
/// A new group whose id is taken.
pub static GROUP_EXISTS: Code = Code {
    number: 1352,
    name: "GROUP_EXISTS",
    text: Text { en: "the group is there already", zh: "客户群已存在" },
    fix: Text { en: "give the new group an id of its own", zh: "请为新客户群使用未用过的编号" },
};
/// A type that the policy does not have.
pub static UNKNOWN_GROUP_TYPE: Code = Code {
    number: 1353,
    name: "UNKNOWN_GROUP_TYPE",
    text: Text { en: "the policy has no such type of groups", zh: "策略中没有这一客户群类型" },
    fix: Text {
        en: "use a type of the policy, or declare it in `groups.types`",
        zh: "请使用策略中的类型，或在 `groups.types` 中声明它",
    },
};
/// A customer code that is nobody's (SEG-16).
pub static NO_SUCH_CUSTOMER: Code = Code {
    number: 1354,
    name: "NO_SUCH_CUSTOMER",
    text: Text { en: "no customer has this code", zh: "没有使用该编码的客户" },
    fix: Text { en: "correct the customer code", zh: "请修正客户编码" },
};
/// A customer that stands twice in an import (SEG-16).
pub static REPEATED_MEMBER: Code = Code {
    number: 1355,
    name: "REPEATED_MEMBER",
    text: Text { en: "the customer stands twice in the import", zh: "导入表中客户重复" },
    fix: Text { en: "nothing needs doing: the first row counts", zh: "无需处理：以首次出现的行为准" },
};
/// A customer that is in the group already.
pub static ALREADY_MEMBER: Code = Code {
    number: 1356,
    name: "ALREADY_MEMBER",
    text: Text { en: "the customer is in the group already", zh: "客户已在该客户群中" },
    fix: Text { en: "nothing needs doing", zh: "无需处理" },
};
/// A customer that is to leave a group and is not in it.
pub static NOT_A_MEMBER: Code = Code {
    number: 1357,
    name: "NOT_A_MEMBER",
    text: Text { en: "the customer is not in the group", zh: "客户不在该客户群中" },
    fix: Text { en: "correct the group or the customer code", zh: "请修正客户群编号或客户编码" },
};
/// A customer about whom two rows decide.
pub static REPEATED_DECISION: Code = Code {
    number: 1358,
    name: "REPEATED_DECISION",
    text: Text { en: "the customer stands twice", zh: "客户重复" },
    fix: Text {
        en: "hand over one row a customer, as `combine_customers` makes them",
        zh: "请每个客户提交一行，即 `combine_customers` 的结果",
    },
};
/// Revenue beyond what an amount can be.
pub static REVENUE_TOO_LARGE: Code = Code {
    number: 1359,
    name: "REVENUE_TOO_LARGE",
    text: Text { en: "the revenue adds up to more than an amount can be", zh: "收入合计超出金额上限" },
    fix: Text {
        en: "check the unit of the amounts, or ask for fewer groups", zh: "请核对金额单位，或减少所查客户群"
    },
};

/// This room's codes.
pub const CODES: &[&Code] = &[
    &UNKNOWN_GROUP,
    &GROUP_EXISTS,
    &UNKNOWN_GROUP_TYPE,
    &NO_SUCH_CUSTOMER,
    &REPEATED_MEMBER,
    &ALREADY_MEMBER,
    &NOT_A_MEMBER,
    &REPEATED_DECISION,
    &REVENUE_TOO_LARGE,
];
