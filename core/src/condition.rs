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
mod plan;
mod row;
mod syntax;
mod test;
mod wording;

pub use check::read;
pub use columns::{BLOCK, Column, LANES, Machine, Numbers, Program, Validity, Values, WORDS};
pub use finding::{Finding, Subject};
pub use plan::{Derived, Node, Plan, PlanBuilder, TooLarge};
pub use row::{Outcomes, Row};
pub use test::{Atom, Comparison, Linear, Outcome, Test};
pub use wording::{Quantity, quantities};

use crate::catalogue::{Code, Text};

/// The condition is not CEL.
pub static CONDITION_SYNTAX: Code = Code {
    number: 401,
    name: "CONDITION_SYNTAX",
    text: Text { en: "the condition cannot be read", zh: "条件表达式无法解析" },
    fix: Text { en: "correct the expression at the place named", zh: "请修正所示位置的表达式" },
};
/// The condition names something that is no fact.
pub static UNKNOWN_FACT: Code = Code {
    number: 402,
    name: "UNKNOWN_FACT",
    text: Text { en: "there is no fact of this name", zh: "没有这个名称的事实" },
    fix: Text {
        en: "name a fact of the customer view, or declare it under [facts]",
        zh: "请写客户视图中的事实，或在 [facts] 中声明它",
    },
};
/// The parts of the condition do not fit together.
pub static CONDITION_TYPE: Code = Code {
    number: 403,
    name: "CONDITION_TYPE",
    text: Text { en: "the types do not fit together", zh: "类型不匹配" },
    fix: Text { en: "write what is expected there", zh: "请写成所要求的形式" },
};
/// The condition compares or adds different units.
pub static CONDITION_UNIT: Code = Code {
    number: 404,
    name: "CONDITION_UNIT",
    text: Text { en: "the units do not fit together", zh: "单位不匹配" },
    fix: Text {
        en: "compare like with like; amounts are written with two decimals, such as 150.00",
        zh: "请比较同类的量；金额写两位小数，如 150.00",
    },
};
/// The condition uses what CEL has and conditions do not.
pub static UNSUPPORTED: Code = Code {
    number: 405,
    name: "UNSUPPORTED",
    text: Text { en: "conditions do not have this", zh: "条件表达式不支持此写法" },
    fix: Text { en: "use one of the expected forms", zh: "请使用所列的写法之一" },
};
/// The condition is too long.
pub static CONDITION_TOO_LONG: Code = Code {
    number: 406,
    name: "CONDITION_TOO_LONG",
    text: Text { en: "the condition is too long", zh: "条件表达式过长" },
    fix: Text { en: "split it into several rules or facts", zh: "请拆分为多个规则或事实" },
};
/// The condition is nested too deeply.
pub static CONDITION_TOO_DEEP: Code = Code {
    number: 407,
    name: "CONDITION_TOO_DEEP",
    text: Text { en: "the condition is nested too deeply", zh: "条件表达式嵌套过深" },
    fix: Text { en: "flatten it, or split it into several rules", zh: "请减少嵌套，或拆分为多个规则" },
};
/// The condition reads what is decided only later.
pub static READS_FORWARD: Code = Code {
    number: 408,
    name: "READS_FORWARD",
    text: Text { en: "the condition reads what is decided only later", zh: "条件读取了尚未得出的结果" },
    fix: Text {
        en: "order: facts, then tier, then warnings, then stage; read what stands before",
        zh: "顺序为事实、价值等级、预警、阶段；只能读取在前的结果",
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
