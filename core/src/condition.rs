//! Conditions: what a rule asks of one customer's facts.
//!
//! A condition is written in a policy as a boolean CEL expression (`syntax`, `check`) or built from a built-in trigger's
//! parameters; both give a [`Test`]. The tests of a policy together become one [`Plan`]: equal comparisons are shared, every
//! comparison is an integer linear form, and what remains is three-valued logic (Kleene's) over their outcomes. A plan runs
//! over one row or over columns, with equal results.

mod check;
mod columns;
mod dispatch;
mod finding;
mod flat;
mod limits;
mod plan;
mod row;
mod stack;
mod syntax;
mod test;
mod token;
mod wording;

pub use check::read;
pub(crate) use columns::{BLOCK, Codes, LANES, Machine, Masks, Program};
pub use columns::{Column, Numbers, Validity, Values};
pub(crate) use dispatch::{Instructions, Work, run};
pub use finding::{Finding, Subject};
pub use plan::{Derived, Node, Plan, PlanBuilder, TooLarge};
pub use row::{Outcomes, Registers, Row};
pub use test::{Atom, Comparison, Linear, Outcome, Test};
pub use wording::{Quantity, quantities};

use crate::catalogue::{Code, Text};

/// The condition is not CEL.
pub static CONDITION_SYNTAX: Code = Code {
    number: 401,
    name: "CONDITION_SYNTAX",
    text: Text { en: "the condition cannot be read", zh: "条件表达式无法解析" },
    fix: Text { en: "correct the condition at the place named", zh: "请修正所示位置的条件" },
};
/// The condition names something that is no fact.
pub static UNKNOWN_FACT: Code = Code {
    number: 402,
    name: "UNKNOWN_FACT",
    text: Text { en: "there is no fact of this name", zh: "没有这个名称的事实" },
    fix: Text {
        en: "use a fact of the view, or declare it in the policy's facts",
        zh: "请使用客户视图中的事实，或在策略的 facts 中声明它",
    },
};
/// The parts of the condition do not fit together.
pub static CONDITION_TYPE: Code = Code {
    number: 403,
    name: "CONDITION_TYPE",
    text: Text { en: "the types do not fit together", zh: "类型不匹配" },
    fix: Text { en: "write a value of the expected type", zh: "请写成所要求类型的值" },
};
/// The condition compares or adds different units.
pub static CONDITION_UNIT: Code = Code {
    number: 404,
    name: "CONDITION_UNIT",
    text: Text { en: "the units do not fit together", zh: "单位不匹配" },
    fix: Text {
        en: "compare values of one unit; write amounts with two decimals, such as 150.00",
        zh: "请比较同一单位的值；金额写两位小数，如 150.00",
    },
};
/// The condition uses what CEL has and conditions do not.
pub static UNSUPPORTED: Code = Code {
    number: 405,
    name: "UNSUPPORTED",
    text: Text { en: "conditions do not have this", zh: "条件表达式不支持此写法" },
    fix: Text { en: "use what conditions offer", zh: "请使用所列的写法" },
};
/// The condition is too long.
pub static CONDITION_TOO_LONG: Code = Code {
    number: 406,
    name: "CONDITION_TOO_LONG",
    text: Text { en: "the condition is too long", zh: "条件表达式过长" },
    fix: Text { en: "shorten the condition, or split it", zh: "请缩短条件，或将其拆分" },
};
/// The condition is nested too deeply.
pub static CONDITION_TOO_DEEP: Code = Code {
    number: 407,
    name: "CONDITION_TOO_DEEP",
    text: Text { en: "the condition is nested too deeply", zh: "条件表达式嵌套过深" },
    fix: Text { en: "nest less deeply", zh: "请减少嵌套" },
};
/// The condition reads what is decided only later.
pub static READS_FORWARD: Code = Code {
    number: 408,
    name: "READS_FORWARD",
    text: Text { en: "the condition reads what is decided only later", zh: "条件读取了尚未得出的结果" },
    fix: Text {
        en: "read only what is decided earlier: facts, then tier, then warnings, then stage",
        zh: "只能读取更早得出的结果，顺序为事实、价值等级、预警、阶段",
    },
};
/// The policy's conditions together need more than a plan holds.
pub static PLAN_TOO_LARGE: Code = Code {
    number: 409,
    name: "PLAN_TOO_LARGE",
    text: Text { en: "the rules are too many or their numbers too large", zh: "规则过多或其中的数值过大" },
    fix: Text {
        en: "use fewer texts in lists and smaller factors", zh: "请减少列表中的文本，或使用较小的系数"
    },
};

/// This room's codes.
pub const CODES: &[&Code] = &[
    &CONDITION_SYNTAX,
    &UNKNOWN_FACT,
    &CONDITION_TYPE,
    &CONDITION_UNIT,
    &UNSUPPORTED,
    &CONDITION_TOO_LONG,
    &CONDITION_TOO_DEEP,
    &READS_FORWARD,
    &PLAN_TOO_LARGE,
];
