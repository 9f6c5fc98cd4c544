//! The monthly cycle (客户划分流程): the handle `adjustments` takes new customers from placing to their communities, knows who may
//! move them when, and keeps the log (DIV-07 to DIV-16).

mod act;
mod answer;
mod book;
mod cohort;
mod judge;
mod log;
mod rows;
mod sheet;
mod standing;
mod state;
mod tables;
mod verify;
mod window;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::registry::{CUSTOMER_EXISTS, UNKNOWN_CUSTOMER};
use crate::catalogue::{Code, Text};

pub use act::{
    ActingParams, Adjustments, AdjustmentsParams, AdjustmentsQuery, AdjustmentsQueryParams, AdjustmentsQueryTables,
    AdjustmentsUpdate, AdjustmentsUpdateTables, LogQuery,
};
pub use answer::{
    AdjustedReport, AdjustedTables, AdjustmentsAnswer, AdjustmentsTables, AdjustmentsUpdated, CohortReport,
    CycleRecord, EffectRecord, OwnerRecord, ResultRecord,
};
pub use log::LogEntry;
pub use sheet::{Sheet, SheetPolicy};
pub use state::{Department, EventKind, State};
pub use verify::{
    FindingRecord, LogFinding, VerifiedTables, VerifyLog, VerifyLogParams, VerifyLogReport, VerifyLogRequest,
    VerifyLogResponse, VerifyLogTables,
};
pub use window::{DivisionWindow, DivisionWindowRequest, DivisionWindowResponse, WindowPolicy};

/// How the new customers of a month are divided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CyclePolicy {
    /// When they are.
    pub window: WindowPolicy,
    /// Whether customers whose line data had not come by the last day of their window are not locked.
    pub late_line_exempt: bool,
    /// Whether of several departments that claim a customer the first in the order key account, business, contracted has it;
    /// otherwise they have to agree (DIV-08).
    pub claim_priority: bool,
    /// The channels that claimed customers move into.
    pub channels: DepartmentChannels,
    /// What adjustment sheets look like.
    pub sheet: SheetPolicy,
}

/// The channel of each department, by the id of a unit in the channel tree; a customer that a department without one claims may
/// move into any other channel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartmentChannels {
    /// Of the key-account department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_account: Option<String>,
    /// Of the business-customer department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<String>,
    /// Of the contracted-customer department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contracted: Option<String>,
}

impl DepartmentChannels {
    fn of(&self, department: Department) -> Option<&str> {
        match department {
            Department::KeyAccount => self.key_account.as_deref(),
            Department::Business => self.business.as_deref(),
            Department::Contracted => self.contracted.as_deref(),
        }
    }
}

/// What a customer has to be whom something happens to.
const KNOWN_CUSTOMER: Text = Text { en: "a customer of the cycle", zh: "已登记的客户" };

/// An event out of order (DIV-07).
pub static ILLEGAL_TRANSITION: Code = Code {
    number: 1180,
    name: "ILLEGAL_TRANSITION",
    text: Text {
        en: "the event is not legal in the state of the customer", zh: "客户当前状态下不能执行该步骤"
    },
    fix: Text { en: "take the steps before it first", zh: "请先完成之前的步骤" },
};
/// A sheet that is behind the log (DIV-15).
pub static SOURCE_DIFFERS: Code = Code {
    number: 1181,
    name: "SOURCE_DIFFERS",
    text: Text { en: "the customer is not in the community that is said", zh: "客户不在所写的原社区" },
    fix: Text { en: "correct the community that it is in", zh: "请修正原社区" },
};
/// A move that ends nowhere.
pub static TARGET_MISSING: Code = Code {
    number: 1182,
    name: "TARGET_MISSING",
    text: Text { en: "the move has no target", zh: "缺少目标单位" },
    fix: Text { en: "say where the customer goes", zh: "请填写目标单位" },
};
/// A target of a customer that nobody claims (row 22 of the decisions).
pub static TARGET_UNEXPECTED: Code = Code {
    number: 1183,
    name: "TARGET_UNEXPECTED",
    text: Text {
        en: "no department claims the customer: it stays where it is", zh: "无部门认领该客户：客户保持原位"
    },
    fix: Text { en: "leave the target out", zh: "请去掉目标单位" },
};
/// A community move into an unassigned community (DIV-13).
pub static TARGET_IS_UNASSIGNED: Code = Code {
    number: 1184,
    name: "TARGET_IS_UNASSIGNED",
    text: Text {
        en: "a customer is divided into a real community, not into an unassigned one",
        zh: "应划分到非未分配社区",
    },
    fix: Text {
        en: "name a community or contracted area that is not unassigned", zh: "请填写非未分配的社区或统包区"
    },
};
/// A channel move into a real community (row 20 of the decisions).
pub static TARGET_NOT_UNASSIGNED: Code = Code {
    number: 1185,
    name: "TARGET_NOT_UNASSIGNED",
    text: Text {
        en: "a channel move ends in an unassigned community", zh: "渠道调整须落入目标渠道的未分配社区"
    },
    fix: Text { en: "name an unassigned community of the channel", zh: "请填写该渠道的未分配社区" },
};
/// A move to a unit that owns no customers.
pub static TARGET_NOT_COMMUNITY: Code = Code {
    number: 1186,
    name: "TARGET_NOT_COMMUNITY",
    text: Text {
        en: "the unit is neither a community nor a contracted area", zh: "该单位既不是社区也不是统包区"
    },
    fix: Text { en: "name a community or contracted area", zh: "请填写社区或统包区" },
};
/// A channel move within a channel.
pub static SAME_CHANNEL: Code = Code {
    number: 1187,
    name: "SAME_CHANNEL",
    text: Text { en: "the customer is in this channel already", zh: "客户已在该渠道" },
    fix: Text { en: "name an unassigned community of another channel", zh: "请填写另一渠道的未分配社区" },
};
/// A channel move past the claim (DIV-08).
pub static OTHER_CHANNEL: Code = Code {
    number: 1188,
    name: "OTHER_CHANNEL",
    text: Text { en: "another department claims the customer", zh: "该客户由其他部门认领" },
    fix: Text {
        en: "move it into the channel of the department that claims it", zh: "请调整到认领部门的渠道"
    },
};
/// A locked customer (DIV-12).
pub static LOCKED: Code = Code {
    number: 1189,
    name: "LOCKED",
    text: Text {
        en: "the customer was not divided in its window and is locked", zh: "客户未在窗口期内划分，已锁定"
    },
    fix: Text { en: "wait until the lock has ended", zh: "请待锁定期结束后再调整" },
};
/// A move outside the window (DIV-10).
pub static WINDOW_CLOSED: Code = Code {
    number: 1190,
    name: "WINDOW_CLOSED",
    text: Text {
        en: "no window is open in which the customer may move", zh: "当前不在可调整该客户的窗口期内"
    },
    fix: Text { en: "wait for the next window", zh: "请等待下一个窗口期" },
};
/// A confirmation of several departments.
pub static SEVERAL_DEPARTMENTS: Code = Code {
    number: 1191,
    name: "SEVERAL_DEPARTMENTS",
    text: Text { en: "the actor answers for several departments", zh: "操作人同时代表多个部门" },
    fix: Text { en: "say which department answers", zh: "请指明由哪个部门确认" },
};
/// Departments that claim a customer against one another (DIV-08).
pub static CLAIM_CONFLICT: Code = Code {
    number: 1192,
    name: "CLAIM_CONFLICT",
    text: Text { en: "several departments claim the customer", zh: "多个部门同时认领该客户" },
    fix: Text { en: "let all but one of them answer anew", zh: "请除一个部门外的其他部门重新确认" },
};
/// An entry before the newest one (DIV-16).
pub static BACKDATED: Code = Code {
    number: 1193,
    name: "BACKDATED",
    text: Text { en: "the log goes on in the order of its days", zh: "日志须按日期先后记录" },
    fix: Text {
        en: "pass a day not before that of the newest entry", zh: "请传入不早于最新一条日志的日期"
    },
};
/// A header that deviates (DIV-15).
pub static SHEET_HEADER: Code = Code {
    number: 1194,
    name: "SHEET_HEADER",
    text: Text { en: "the header of the sheet is not the one that is fixed", zh: "表头与规定不符" },
    fix: Text { en: "use one of the expected headers, unchanged", zh: "请原样使用规定的表头" },
};
/// A blank row inside a sheet.
pub static BLANK_ROW: Code = Code {
    number: 1195,
    name: "BLANK_ROW",
    text: Text { en: "the row is blank", zh: "空行" },
    fix: Text { en: "fill the row in, or delete it", zh: "请填写该行或将其删除" },
};
/// A customer that stands twice.
pub static REPEATED_CUSTOMER: Code = Code {
    number: 1196,
    name: "REPEATED_CUSTOMER",
    text: Text { en: "the customer stands twice", zh: "客户重复" },
    fix: Text { en: "keep one row a customer", zh: "每个客户只保留一行" },
};
/// A row that was left undone with its set.
pub static NOT_APPLIED: Code = Code {
    number: 1197,
    name: "NOT_APPLIED",
    text: Text {
        en: "another row of the set was denied, so none was applied", zh: "同组中有行被拒绝，整组未执行"
    },
    fix: Text { en: "correct the rows that were denied", zh: "请修正被拒绝的行" },
};

/// What the cycle says.
pub const CODES: &[&Code] = &[
    &ILLEGAL_TRANSITION,
    &SOURCE_DIFFERS,
    &TARGET_MISSING,
    &TARGET_UNEXPECTED,
    &TARGET_IS_UNASSIGNED,
    &TARGET_NOT_UNASSIGNED,
    &TARGET_NOT_COMMUNITY,
    &SAME_CHANNEL,
    &OTHER_CHANNEL,
    &LOCKED,
    &WINDOW_CLOSED,
    &SEVERAL_DEPARTMENTS,
    &CLAIM_CONFLICT,
    &BACKDATED,
    &SHEET_HEADER,
    &BLANK_ROW,
    &REPEATED_CUSTOMER,
    &NOT_APPLIED,
];
