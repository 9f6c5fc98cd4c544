//! The organisation (组织与权限): units in trees by date, the people in them, and who may do what (ORG).
//!
//! Units hang in three trees over shared leaves; a role attaches to a unit, and its scope is the subtree of that unit in the
//! role's tree. Everything is dated: an answer is always about a day, and no change forgets what was before.

mod answer;
mod change;
mod conflict;
mod finding;
mod granting;
mod handle;
mod load;
mod permission;
mod person;
mod policy;
mod requests;
mod roll_up;
mod scope;
mod structure;
mod tables;
mod task;
mod tree;
mod unit;
mod validity;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Text};
use person::Person;
use unit::Units;

pub use answer::{
    GrantRecord, HistoryRecord, MenuRecord, OrganisationAnswer, OrganisationReport, OrganisationTables,
    PermissionRecord, PersonRecord, ScopeRecord, SuccessionRecord, UnitRecord, VisibleRecord,
};
pub use change::{Change, ChangeKind};
pub use conflict::{
    ChannelClaim, ChannelConflict, ChannelKind, JudgeChannelConflict, JudgeChannelConflictRequest,
    JudgeChannelConflictResponse,
};
pub use finding::Finding;
pub use handle::{
    Asked, OrganisationQuery, OrganisationQueryParams, OrganisationQueryTables, OrganisationUpdate,
    OrganisationUpdateTables, OrganisationUpdated,
};
pub use permission::{Decision, Ground, Permission, Request};
pub use policy::{Action, Grade, ManagersPolicy, OrganisationPolicy, Reach, Role, RoleKind, TreePolicy};
pub use roll_up::{Total, Unshared};
pub use scope::Scope;
pub use task::{AssignTask, AssignTaskRequest, AssignTaskResponse, Duty, ManagerScope, TaskKind};
pub use tree::{PerTree, Tree};
pub use validity::Validity;

/// The handle `organisation`: units, people and roles, and every change of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Organisation {
    units: Units,
    persons: BTreeMap<Box<str>, Person>,
    history: Vec<Change>,
}

impl Organisation {
    /// Whether a unit is there on a day.
    pub fn has_unit(&self, unit_id: &str, day: NaiveDate) -> bool {
        self.units.place_on(unit_id, day).is_some()
    }

    /// Whether a unit collects the customers that no community has yet; no where nobody knows it.
    pub fn is_unassigned(&self, unit_id: &str) -> bool {
        self.units.find(unit_id).is_some_and(|unit| unit.is_unassigned)
    }

    /// Whether a unit owns customers: it is one of the lowest, a community or a contracted area; no where nobody knows it.
    pub fn is_leaf(&self, policy: &OrganisationPolicy, unit_id: &str) -> bool {
        // The lowest step is the same in every tree.
        let leaves = policy.trees.region.steps.last();
        let unit = self.units.find(unit_id);
        unit.zip(leaves).is_some_and(|(unit, leaves)| leaves.iter().any(|level| **level == *unit.level))
    }

    /// Whether a unit is another one, or hangs below it in a tree on a day.
    pub fn lies_under(&self, unit_id: &str, above: &str, tree: Tree, day: NaiveDate) -> bool {
        let places = self.units.place(unit_id).zip(self.units.place(above));
        places.is_some_and(|(place, above)| self.units.is_under(place, above, tree, day))
    }

    /// The names from the root of a tree down to a unit, parted by `/` (W11); none where it does not hang there on that day.
    pub fn path(&self, unit_id: &str, tree: Tree, day: NaiveDate) -> Option<String> {
        self.units.path(self.units.place(unit_id)?, tree, day)
    }

    /// The local-network channel of a community: the nearest one above it in the channel tree; none where there is none.
    pub fn local_channel(&self, policy: &OrganisationPolicy, unit_id: &str, day: NaiveDate) -> Option<&str> {
        self.nearest(unit_id, &policy.channel_level, day)
    }

    /// The department responsible for a community (DIV-17): the nearest one above it in the channel tree; none where there is
    /// none.
    pub fn department(&self, policy: &OrganisationPolicy, unit_id: &str, day: NaiveDate) -> Option<&str> {
        self.nearest(unit_id, &policy.department_level, day)
    }

    fn nearest(&self, unit_id: &str, level: &str, day: NaiveDate) -> Option<&str> {
        let place = self.units.nearest(self.units.place(unit_id)?, Tree::Channel, day, level)?;
        Some(self.units.id(place))
    }

    /// The unassigned communities of a channel, in the order of their ids; a look at every unit.
    pub fn unassigned_communities(&self, channel_id: &str, day: NaiveDate) -> Vec<&str> {
        let Some(channel) = self.units.place(channel_id) else { return Vec::new() };
        let is_below = |place| self.units.is_under(place, channel, Tree::Channel, day);
        let places = self.units.by_id().into_iter();
        let unassigned = places.filter(|place| self.units.at(*place).is_some_and(|unit| unit.is_unassigned));
        unassigned.filter(|place| is_below(*place)).map(|place| self.units.id(place)).collect()
    }

    /// The managers of each unit that has any (DIV-22), in the order of their ids.
    fn managers(&self, policy: &OrganisationPolicy, day: NaiveDate) -> HashMap<&str, Vec<&str>> {
        let mut managers: HashMap<&str, Vec<&str>> = HashMap::new();
        for (id, person) in &self.persons {
            let manages = |role: &str| policy.managers.roles.iter().any(|other| other == role);
            for grant in person.grants_on(day).filter(|grant| manages(&grant.role)) {
                let of_unit = managers.entry(&grant.unit_id).or_default();
                if of_unit.last() != Some(&&**id) {
                    of_unit.push(id);
                }
            }
        }
        managers
    }
}

const fn code(number: u16, name: &'static str, text: Text, fix: Text) -> Code {
    Code { number, name, text, fix }
}

const fn text(en: &'static str, zh: &'static str) -> Text {
    Text { en, zh }
}

/// A reason or a finding: nothing is wrong with the request.
const NOTHING_TO_FIX: Text = text("", "");

/// A level that the policy, or the tree, does not have.
pub static UNKNOWN_LEVEL: Code = code(
    1201,
    "UNKNOWN_LEVEL",
    text("there is no such level in the tree", "该树中没有这一层级"),
    text("use one of the expected levels, or add it to the policy", "请使用所列层级，或在策略中增加该层级"),
);
/// A unit below one that does not stand higher.
pub static WRONG_LEVEL: Code = code(
    1202,
    "WRONG_LEVEL",
    text("the unit above does not stand on a higher level", "上级单位的层级不高于本单位"),
    text("hang the unit below one of a higher level", "请将该单位挂到更高层级的单位之下"),
);
/// Units that lie below one another in a circle.
pub static UNIT_CYCLE: Code = code(
    1203,
    "UNIT_CYCLE",
    text("units lie below one another in a circle", "单位之间形成了循环隶属"),
    text("break the circle at one of its links", "请在其中一处断开循环"),
);
/// A unit below one that is not there.
pub static ORPHAN_UNIT: Code = code(
    1204,
    "ORPHAN_UNIT",
    text("the unit above is not in the tree on all these days", "上级单位在此期间不在该树中"),
    text("hang the upper unit first, or end this link earlier", "请先挂接上级单位，或提前结束此隶属关系"),
);
/// A unit below two others at a time.
pub static TWO_PARENTS: Code = code(
    1205,
    "TWO_PARENTS",
    text("the unit has two parents at one time in one tree", "同一单位在同一树中同时有两个上级"),
    text("end one link before the other begins", "请使两段隶属关系的日期不重叠"),
);
/// Two roots at a time.
pub static SEVERAL_ROOTS: Code = code(
    1206,
    "SEVERAL_ROOTS",
    text("the tree has two roots at one time", "同一树同时有两个根单位"),
    text("hang one of them below the other", "请将其中一个挂到另一个之下"),
);
/// Two rows that say different things of one unit.
pub static UNIT_CONFLICT: Code = code(
    1207,
    "UNIT_CONFLICT",
    text("another row says something else of this unit", "该单位与另一行的说明矛盾"),
    text(
        "correct one of them; a unit's level never changes: end it and add another one",
        "请修正其中之一；单位的层级不能改变：请关闭后另建",
    ),
);
/// A unit that is still needed.
pub static UNIT_IN_USE: Code = code(
    1208,
    "UNIT_IN_USE",
    text("the unit still has children or people", "该单位仍有下级单位或人员"),
    text("move them first, and revoke the roles held there", "请先调整下级单位与人员，并收回在此的角色"),
);
/// Nobody knows the unit.
pub static UNKNOWN_UNIT: Code = code(
    1209,
    "UNKNOWN_UNIT",
    text("there is no such unit", "没有这个单位"),
    text("add the unit first, or correct the id", "请先新增该单位，或修正编号"),
);
/// Nobody knows the person.
pub static UNKNOWN_PERSON: Code = code(
    1210,
    "UNKNOWN_PERSON",
    text("there is no such person", "没有这个人员"),
    text("add the person first, or correct the id", "请先新增该人员，或修正编号"),
);
/// The policy has no such role.
pub static UNKNOWN_ROLE: Code = code(
    1211,
    "UNKNOWN_ROLE",
    text("there is no such role", "没有这个角色"),
    text("name a role of the policy", "请使用策略中的角色"),
);
/// The role does not attach to units of this level.
pub static ROLE_LEVEL: Code = code(
    1212,
    "ROLE_LEVEL",
    text("the role does not attach to units of this level", "该角色不能挂在这一层级的单位上"),
    text("name a unit of an expected level", "请指定所列层级的单位"),
);
/// Two rows that say different things of one person.
pub static PERSON_CONFLICT: Code = code(
    1213,
    "PERSON_CONFLICT",
    text("the person is active on these days otherwise", "该人员在此期间另有任职"),
    text("end one before the other begins", "请使两段任职的日期不重叠"),
);
/// Whoever wanted a change may not make it.
pub static NOT_PERMITTED: Code = code(
    1214,
    "NOT_PERMITTED",
    text("the person may not make this change", "该人员无权作此变更"),
    text("let somebody make it who may; the reasons are named", "请由有权限的人员办理；原因见上"),
);
/// The person does not hold the role.
pub static NO_SUCH_GRANT: Code = code(
    1215,
    "NO_SUCH_GRANT",
    text("the person does not hold this role there", "该人员在此没有这个角色"),
    text("name a role, a unit and a day on which it is held", "请指定其所持角色、单位与日期"),
);
/// The person is known, but not active.
pub static PERSON_INACTIVE: Code = code(
    1216,
    "PERSON_INACTIVE",
    text("the person is not active on that day", "该人员当日不在职"),
    text("add the person again from that day on, or correct the day", "请自该日起重新新增该人员，或修正日期"),
);
/// A total that no amount holds.
pub static TOTAL_TOO_LARGE: Code = code(
    1217,
    "TOTAL_TOO_LARGE",
    text("the total is too large", "合计超出范围"),
    text("roll up fewer rows at a time", "请减少一次汇总的行数"),
);

/// The policy has no such action.
pub static UNKNOWN_ACTION: Code = code(
    1250,
    "UNKNOWN_ACTION",
    text("there is no such action", "没有这个操作"),
    text("name an action of the policy", "请使用策略中的操作"),
);
/// The action moves something, and nobody says from where.
pub static NO_SOURCE: Code = code(
    1251,
    "NO_SOURCE",
    text("the action needs a source", "该操作需要来源单位"),
    text("say where it is moved from", "请填写来源单位"),
);
/// The action is about a unit, and nobody says which.
pub static NO_TARGET: Code = code(
    1252,
    "NO_TARGET",
    text("the action needs a target", "该操作需要目标单位"),
    text("say which unit it is about", "请填写目标单位"),
);
/// The source is not there.
pub static SOURCE_UNKNOWN: Code = code(
    1253,
    "SOURCE_UNKNOWN",
    text("there is no such source on that day", "当日没有该来源单位"),
    text("add the unit first, or correct the id", "请先新增该单位，或修正其编码"),
);
/// The target is not there.
pub static TARGET_UNKNOWN: Code = code(
    1254,
    "TARGET_UNKNOWN",
    text("there is no such target on that day", "当日没有该目标单位"),
    text("add the unit first, or correct the id", "请先新增该单位，或修正其编码"),
);
/// No role allows the action.
pub static NO_ROLE: Code = code(
    1255,
    "NO_ROLE",
    text("no role of the person allows the action", "其角色均不允许该操作"),
    text("let somebody act whose role allows it", "请由具有相应角色的人员操作"),
);
/// The source lies outside.
pub static SOURCE_OUT_OF_SCOPE: Code = code(
    1256,
    "SOURCE_OUT_OF_SCOPE",
    text("the source lies outside the person's scope", "来源单位不在其管辖范围内"),
    text("let somebody act whose scope holds the unit", "请由管辖该单位的人员操作"),
);
/// The target lies outside.
pub static TARGET_OUT_OF_SCOPE: Code = code(
    1257,
    "TARGET_OUT_OF_SCOPE",
    text("the target lies outside the person's scope", "目标单位不在其管辖范围内"),
    text("let somebody act whose scope holds the unit", "请由管辖该单位的人员操作"),
);
/// Source and target lie in scopes of different roles.
pub static SCOPES_DIFFER: Code = code(
    1258,
    "SCOPES_DIFFER",
    text("no one role of the person has both source and target in its scope", "没有一个角色同时管辖来源与目标单位"),
    text("let somebody act one of whose roles holds both units", "请由一个角色同时管辖两个单位的人员操作"),
);
/// Somebody else has to approve.
pub static SECOND_APPROVAL: Code = code(
    1259,
    "SECOND_APPROVAL",
    text("another person has to approve the action", "该操作需要另一人员复核"),
    text("name a second approver who is allowed the same", "请指定有相同权限的复核人"),
);
/// Nobody approves for himself.
pub static APPROVER_IS_ACTOR: Code = code(
    1260,
    "APPROVER_IS_ACTOR",
    text("the second approver is the person himself", "复核人与操作人是同一人"),
    text("name another person who is allowed the same", "请指定另一名有相同权限的人员"),
);
/// Nobody knows the second approver.
pub static APPROVER_UNKNOWN: Code = code(
    1261,
    "APPROVER_UNKNOWN",
    text("there is no such second approver", "没有该复核人"),
    text("name another person who is allowed the same", "请指定另一名有相同权限的人员"),
);
/// The second approver is not active.
pub static APPROVER_INACTIVE: Code = code(
    1262,
    "APPROVER_INACTIVE",
    text("the second approver is not active on that day", "复核人当日不在职"),
    text("name another person who is allowed the same", "请指定另一名有相同权限的人员"),
);
/// The second approver may not do it either.
pub static APPROVER_NOT_ALLOWED: Code = code(
    1263,
    "APPROVER_NOT_ALLOWED",
    text("the second approver is not allowed the same", "复核人没有相同权限"),
    text("name another person who is allowed the same", "请指定另一名有相同权限的人员"),
);

/// Nobody grants to himself.
pub static SELF_GRANT: Code =
    code(1270, "SELF_GRANT", text("nobody grants a role to himself", "不能给自己授权"), NOTHING_TO_FIX);
/// No role of the grantor's may grant.
pub static MAY_NOT_GRANT: Code = code(
    1271,
    "MAY_NOT_GRANT",
    text("the grantor holds no role of this tree that may grant", "授权人没有该树中可授权的角色"),
    NOTHING_TO_FIX,
);
/// The role's scope would not lie within the grantor's.
pub static GRANT_OUT_OF_SCOPE: Code = code(
    1272,
    "GRANT_OUT_OF_SCOPE",
    text("the unit does not lie in the grantor's scope all the time", "该单位并非一直在授权人的管辖范围内"),
    NOTHING_TO_FIX,
);
/// The role would allow what the grantor may not.
pub static GRANT_LACKS_ACTION: Code = code(
    1273,
    "GRANT_LACKS_ACTION",
    text("the role allows an action that the grantor is not allowed there", "该角色含有授权人在此没有的操作"),
    NOTHING_TO_FIX,
);
/// The role would last longer than the grantor's.
pub static GRANT_OUTLASTS: Code = code(
    1274,
    "GRANT_OUTLASTS",
    text("the role would last longer than the grantor's own", "该角色的期限超过授权人自己的角色"),
    NOTHING_TO_FIX,
);

/// A level between two units is left out.
pub static LEVEL_SKIPPED: Code = code(
    1280,
    "LEVEL_SKIPPED",
    text("levels between the unit and its parent are skipped", "与上级单位之间跳过了层级"),
    NOTHING_TO_FIX,
);
/// A unit in no tree.
pub static UNIT_UNPLACED: Code =
    code(1281, "UNIT_UNPLACED", text("the unit hangs in no tree", "该单位不在任何树中"), NOTHING_TO_FIX);
/// A leaf in one of the trees by region and by channel only.
pub static IN_ONE_TREE: Code = code(
    1282,
    "IN_ONE_TREE",
    text("the leaf hangs in one of the region and channel trees only", "该末级单位只在区域树与渠道树之一中"),
    NOTHING_TO_FIX,
);
/// A community without a manager.
pub static VACANT: Code = code(
    1283,
    "VACANT",
    text("the unit has fewer managers than the policy asks for", "该单位的客户经理人数不足"),
    NOTHING_TO_FIX,
);
/// A community with many managers.
pub static TOO_MANY_MANAGERS: Code = code(
    1284,
    "TOO_MANY_MANAGERS",
    text("the unit has more managers than the policy allows", "该单位的客户经理人数超过规定"),
    NOTHING_TO_FIX,
);

/// Why something is denied, in the order in which reasons are given (row 29 of the decisions).
pub(crate) const REASONS: [&Code; 17] = [
    &crate::table::INVALID,
    &UNKNOWN_PERSON,
    &PERSON_INACTIVE,
    &UNKNOWN_ACTION,
    &NO_SOURCE,
    &SOURCE_UNKNOWN,
    &NO_TARGET,
    &TARGET_UNKNOWN,
    &NO_ROLE,
    &SOURCE_OUT_OF_SCOPE,
    &TARGET_OUT_OF_SCOPE,
    &SCOPES_DIFFER,
    &SECOND_APPROVAL,
    &APPROVER_IS_ACTOR,
    &APPROVER_UNKNOWN,
    &APPROVER_INACTIVE,
    &APPROVER_NOT_ALLOWED,
];

/// This room's codes.
pub const CODES: &[&Code] = &[
    &UNKNOWN_LEVEL,
    &WRONG_LEVEL,
    &UNIT_CYCLE,
    &ORPHAN_UNIT,
    &TWO_PARENTS,
    &SEVERAL_ROOTS,
    &UNIT_CONFLICT,
    &UNIT_IN_USE,
    &UNKNOWN_UNIT,
    &UNKNOWN_PERSON,
    &UNKNOWN_ROLE,
    &ROLE_LEVEL,
    &PERSON_CONFLICT,
    &NOT_PERMITTED,
    &NO_SUCH_GRANT,
    &PERSON_INACTIVE,
    &TOTAL_TOO_LARGE,
    &UNKNOWN_ACTION,
    &NO_SOURCE,
    &NO_TARGET,
    &SOURCE_UNKNOWN,
    &TARGET_UNKNOWN,
    &NO_ROLE,
    &SOURCE_OUT_OF_SCOPE,
    &TARGET_OUT_OF_SCOPE,
    &SCOPES_DIFFER,
    &SECOND_APPROVAL,
    &APPROVER_IS_ACTOR,
    &APPROVER_UNKNOWN,
    &APPROVER_INACTIVE,
    &APPROVER_NOT_ALLOWED,
    &SELF_GRANT,
    &MAY_NOT_GRANT,
    &GRANT_OUT_OF_SCOPE,
    &GRANT_LACKS_ACTION,
    &GRANT_OUTLASTS,
    &LEVEL_SKIPPED,
    &UNIT_UNPLACED,
    &IN_ONE_TREE,
    &VACANT,
    &TOO_MANY_MANAGERS,
];
