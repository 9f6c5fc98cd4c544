//! Customer division (客户划分): which community, contracted area or unassigned community a customer belongs to.

mod codes;
mod index;
mod key;
mod registry;
mod segment;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Text};

pub use registry::{
    AffectedByChange, AffectedCustomer, AnsweredTables, AskedTables, BoxRecord, NewCustomer, Placement,
    PlacementRecord, PlacingReport, Registry, RegistryAnswer, RegistryQuery, RegistryTables, RegistryUpdate,
    RegistryUpdated, UpdatedRows, UpdatedTables,
};

/// How customers are divided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DivisionPolicy {
    /// What places a new customer whose box and number segment are both looked at (DIV-03).
    pub precedence: Precedence,
}

/// Which of cross-connect box and number segment places a new customer (DIV-03); where they disagree, that is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precedence {
    /// The box; a customer whose box is unknown is placed by the segment.
    BoxThenSegment,
    /// The segment; a customer whose segment is unknown is placed by the box.
    SegmentThenBox,
    /// Both have to be known; where they disagree the box decides.
    BothRequired,
}

/// A key stands twice, in a table to be loaded or in it and the registry.
pub static REPEATED_KEY: Code = Code {
    number: 1101,
    name: "REPEATED_KEY",
    text: Text { en: "a key stands twice", zh: "键重复" },
    fix: Text {
        en: "keep one of the two; what the registry already holds is altered by `changes`",
        zh: "请保留其一；登记库中已有的内容用 `changes` 修改",
    },
};
/// Two number segments overlap in part, or cover the same numbers.
pub static SEGMENT_OVERLAP: Code = Code {
    number: 1102,
    name: "SEGMENT_OVERLAP",
    text: Text {
        en: "two number segments share numbers, and neither lies within the other",
        zh: "两个号码段部分重叠或范围相同",
    },
    fix: Text {
        en: "let one segment lie wholly inside the other, or apart from it",
        zh: "请使两个号码段一个完全包含另一个，或互不相交",
    },
};
/// A number segment is none.
pub static MALFORMED_SEGMENT: Code = Code {
    number: 1103,
    name: "MALFORMED_SEGMENT",
    text: Text { en: "this is no number segment", zh: "号码段格式错误" },
    fix: Text { en: "correct the segment", zh: "请修正号码段" },
};
/// A user stands twice in one call.
pub static REPEATED_USER: Code = Code {
    number: 1104,
    name: "REPEATED_USER",
    text: Text { en: "the user stands twice", zh: "用户重复" },
    fix: Text { en: "hand each user over once", zh: "每个用户只提交一次" },
};
/// A user without a location has no billing area either.
pub static NO_BILLING_AREA: Code = Code {
    number: 1105,
    name: "NO_BILLING_AREA",
    text: Text {
        en: "neither box nor segment is known, and there is no billing area",
        zh: "交接箱与号码段均未知，且没有计费区域",
    },
    fix: Text { en: "name the user's billing area", zh: "请填写用户的计费区域" },
};
/// A billing area that nobody knows.
pub static UNKNOWN_BILLING_AREA: Code = Code {
    number: 1106,
    name: "UNKNOWN_BILLING_AREA",
    text: Text { en: "the registry does not know the billing area", zh: "登记库中没有该计费区域" },
    fix: Text {
        en: "load the billing area, or correct its name", zh: "请先载入该计费区域，或修正其名称"
    },
};
/// A billing area without an unassigned community (DIV-04).
pub static NO_UNASSIGNED_COMMUNITY: Code = Code {
    number: 1107,
    name: "NO_UNASSIGNED_COMMUNITY",
    text: Text { en: "the billing area has no unassigned community", zh: "该计费区域没有未分配社区" },
    fix: Text { en: "give the billing area an unassigned community", zh: "请为该计费区域设置未分配社区" },
};
/// A contract that has an owner (DIV-01).
pub static CONTRACT_TAKEN: Code = Code {
    number: 1108,
    name: "CONTRACT_TAKEN",
    text: Text { en: "the contract belongs to a customer already", zh: "合同号已有归属" },
    fix: Text {
        en: "correct the contract number, or leave the contract with its owner",
        zh: "请修正合同号，或保留原归属",
    },
};
/// A new customer whose id is taken.
pub static CUSTOMER_EXISTS: Code = Code {
    number: 1109,
    name: "CUSTOMER_EXISTS",
    text: Text { en: "the customer is there already", zh: "客户已存在" },
    fix: Text { en: "give the new customer an id of its own", zh: "请为新客户使用未用过的编码" },
};
/// A customer that nobody knows.
pub static UNKNOWN_CUSTOMER: Code = Code {
    number: 1110,
    name: "UNKNOWN_CUSTOMER",
    text: Text { en: "the registry does not know the customer", zh: "登记库中没有该客户" },
    fix: Text { en: "add the customer first, or correct its id", zh: "请先新增该客户，或修正其编码" },
};
/// A known contract (DIV-01).
pub static CONTRACT_KNOWN: Code = Code {
    number: 1111,
    name: "CONTRACT_KNOWN",
    text: Text {
        en: "a customer owns the contract number: the user is merged into it",
        zh: "合同号已存在：并入其客户",
    },
    fix: Text { en: "", zh: "" },
};
/// A new contract of an earlier row (DIV-06).
pub static CONTRACT_REPEATED: Code = Code {
    number: 1112,
    name: "CONTRACT_REPEATED",
    text: Text {
        en: "an earlier user of this call made a customer of the contract number",
        zh: "本批中先前的用户已为该合同号产生客户",
    },
    fix: Text { en: "", zh: "" },
};
/// The box places the customer (DIV-03).
pub static BOX_KNOWN: Code = Code {
    number: 1113,
    name: "BOX_KNOWN",
    text: Text { en: "the box is known", zh: "交接箱已知" },
    fix: Text { en: "", zh: "" },
};
/// The number segment places the customer (DIV-03).
pub static SEGMENT_KNOWN: Code = Code {
    number: 1114,
    name: "SEGMENT_KNOWN",
    text: Text { en: "the number segment is known", zh: "号码段已知" },
    fix: Text { en: "", zh: "" },
};
/// Nothing places the customer (DIV-04).
pub static LOCATION_UNKNOWN: Code = Code {
    number: 1115,
    name: "LOCATION_UNKNOWN",
    text: Text {
        en: "neither box nor segment lead anywhere: the unassigned community of the billing area",
        zh: "交接箱与号码段均未知：进入计费区域的未分配社区",
    },
    fix: Text { en: "", zh: "" },
};
/// Box and segment disagree (row 3 of the decisions).
pub static CONFLICT: Code = Code {
    number: 1116,
    name: "CONFLICT",
    text: Text { en: "box and number segment disagree", zh: "交接箱与号码段不一致" },
    fix: Text { en: "", zh: "" },
};
/// Line data is still to come (DAT-06).
pub static PENDING_LINE: Code = Code {
    number: 1117,
    name: "PENDING_LINE",
    text: Text { en: "line data is still to come", zh: "线路数据尚未到达" },
    fix: Text { en: "", zh: "" },
};

/// Why a user is placed where it is, and what is worth a remark, in the order in which they are told.
const REASONS: [&Code; 7] =
    [&CONTRACT_KNOWN, &CONTRACT_REPEATED, &BOX_KNOWN, &SEGMENT_KNOWN, &LOCATION_UNKNOWN, &CONFLICT, &PENDING_LINE];

/// This room's codes.
pub const CODES: &[&Code] = &[
    &REPEATED_KEY,
    &SEGMENT_OVERLAP,
    &MALFORMED_SEGMENT,
    &REPEATED_USER,
    &NO_BILLING_AREA,
    &UNKNOWN_BILLING_AREA,
    &NO_UNASSIGNED_COMMUNITY,
    &CONTRACT_TAKEN,
    &CUSTOMER_EXISTS,
    &UNKNOWN_CUSTOMER,
    &CONTRACT_KNOWN,
    &CONTRACT_REPEATED,
    &BOX_KNOWN,
    &SEGMENT_KNOWN,
    &LOCATION_UNKNOWN,
    &CONFLICT,
    &PENDING_LINE,
];
