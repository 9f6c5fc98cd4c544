//! The handle `registry`: who owns which contract number, where customers, boxes and number segments are, and where a new
//! user belongs (DIV-01 to DIV-06, DIV-20).

mod boxes;
mod change;
mod codes;
mod index;
mod key;
mod load;
mod place;
mod segment;
mod state;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{self, Text};
use crate::engine::{Engine, NoParameters};
use crate::error::Error;
use crate::handle::{BatchVerb, Stateful};
use crate::operation::{Cancel, Tables};
use crate::table::Row;
use crate::table::source::{Collected, Given};
use codes::{Code, Codes};
use index::Index;
use key::Keys;
use segment::Segments;

use boxes::AskedBoxes;
pub use boxes::{AffectedCustomer, BoxRecord};
pub use change::{AffectedByChange, RegistryUpdated, UpdatedRows, UpdatedTables};
use load::Segment;
use place::Target;
pub use place::{NewCustomer, Placement, PlacementRecord, PlacingReport};

/// The handle `registry`.
#[derive(Debug, Default)]
pub struct Registry {
    contracts: Contracts,
    customers: Codes,
    /// By customer.
    homes: Vec<Home>,
    boxes: Codes,
    /// The community of each box.
    box_communities: Vec<Option<Code>>,
    billing_areas: Codes,
    /// The unassigned community of each billing area.
    unassigned: Vec<Option<Code>>,
    segments: Vec<Segment>,
    /// The same, ready to be searched.
    search: Segments<Target>,
    /// Communities, contracted areas and unassigned communities.
    communities: Codes,
}

/// The customers that own contract numbers.
#[derive(Debug, Clone, Default)]
struct Contracts {
    keys: Keys,
    owners: Index,
}

impl Contracts {
    fn find(&self, account_id: &str) -> Option<Code> {
        Code::of_number(self.owners.get(self.keys.find(account_id)?)?)
    }

    /// The owners of contract numbers.
    fn find_all<'t>(&self, account_ids: impl Iterator<Item = Option<&'t str>>) -> Vec<Option<Code>> {
        self.owners.find_all(&self.keys.find_all(account_ids), Code::of_number)
    }

    /// Every contract number and its owner.
    fn iter(&self) -> impl Iterator<Item = (String, Code)> {
        self.owners
            .entries()
            .filter_map(|(key, owner)| Some((self.keys.text(key).to_string(), Code::of_number(owner)?)))
    }

    /// Adds a contract number; none where somebody owns it.
    fn add(&mut self, account_id: &str, owner: Code) -> Option<()> {
        let key = self.keys.key(account_id);
        self.owners.insert(key, owner.number()).is_none().then_some(())
    }
}

/// Where a customer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Home {
    community: Option<Code>,
    /// The box of its first user.
    first_box: Option<Code>,
    /// Whether the registry was told of the customer itself, not only of its contracts.
    is_told: bool,
}

impl Registry {
    /// The customer that owns a contract number (DIV-01).
    fn owner(&self, account_id: &str) -> Option<Code> {
        self.contracts.find(account_id)
    }

    fn home(&self, customer: Code) -> Home {
        self.homes.get(customer.place()).copied().unwrap_or_default()
    }

    fn set_home(&mut self, customer: Code, home: Home) {
        put(&mut self.homes, customer, home);
    }

    /// A community in the operator's letters.
    fn community(&self, code: Code) -> String {
        self.communities.text(code).to_string()
    }

    fn community_of_box(&self, cross_box: Code) -> Option<Code> {
        self.box_communities.get(cross_box.place()).copied().flatten()
    }
}

/// Puts what is known of a code, whose kind may be longer than the list by now.
fn put<T: Clone + Default>(list: &mut Vec<T>, code: Code, value: T) {
    if list.len() <= code.place() {
        list.resize(code.place() + 1, T::default());
    }
    if let Some(slot) = list.get_mut(code.place()) {
        *slot = value;
    }
}

/// What a registry is told.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistryUpdate {
    /// The tables.
    #[serde(default)]
    pub tables: RegistryTables,
}

/// What a registry holds, and what changes in it. The first five are loaded whole or not at all: a key that repeats, here or in
/// the registry, a segment that overlaps another, a cell that is no value refuse them all. Then the changes follow, one by one.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistryTables {
    /// Contract numbers: `account_id` and the `customer_id` that owns it.
    pub contracts: Option<Vec<Row>>,
    /// Customers: `customer_id`; `community`, the code of the community, contracted area or unassigned community that it is in,
    /// and `box`, the cross-connect box of its first user, may be null.
    pub customers: Option<Vec<Row>>,
    /// Cross-connect boxes: `box` and its `community`.
    pub boxes: Option<Vec<Row>>,
    /// Number segments: either `prefix`, or `from` and `to` (inclusive, of as many digits); either `community` or
    /// `contracted_area`. Blanks and hyphens do not count; a number has at most 18 digits. A range covers numbers of its own
    /// length, a prefix longer ones too; of several, the one that covers the fewest numbers wins. One may lie within another.
    pub segments: Option<Vec<Row>>,
    /// Billing areas: `billing_area` and its `unassigned_community`, null where it has none.
    pub billing_areas: Option<Vec<Row>>,
    /// Changes, in order: `kind`, and what it needs of `customer_id`, `account_id`, `community`, `box`. `new_customer` needs
    /// customer and community; `new_contract` account and customer; `move_box` box and community; `move_customer` the customer
    /// and at least one of community and box. The table `commands` of an answer, with the host's `customer_id`, is such a table.
    pub changes: Option<Vec<Row>>,
}

/// What a registry is asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistryQuery {
    /// The tables.
    pub tables: AskedTables,
}

/// Who is to be placed, and which boxes are asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedTables {
    /// New users, in the order in which they are placed: `user_id`; `account_id`, the contract number (合同号), without which the
    /// user is a customer of its own; `service_number` (personal), `box`, `billing_area`; `activated_on`; `has_line_data`,
    /// whether its line data has come: where null, it has if there is a box.
    pub users: Option<Vec<Row>>,
    /// Boxes to look up: `box`.
    pub boxes: Option<Vec<Row>>,
}

/// What a registry knows; of what was not asked nothing is said.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RegistryAnswer {
    /// The tables.
    pub tables: AnsweredTables,
    /// Counts of the placements; absent where no users were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<PlacingReport>,
}

/// Placements, and what is known of boxes.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct AnsweredTables {
    /// One row a user, in the order of `users`; absent where no users were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placements: Option<Vec<PlacementRecord>>,
    /// One row a new customer, by its number; absent where no users were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commands: Option<Vec<NewCustomer>>,
    /// One row a box, in the order of the question; absent where no boxes were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boxes: Option<Vec<BoxRecord>>,
    /// The customers whose first user's box it is, ordered by box and customer; absent where no boxes were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affected: Option<Vec<AffectedCustomer>>,
}

impl Stateful for Registry {
    const NAME: &'static str = "registry";
    const ABOUT: Text = Text {
        en: "Knows contracts, customers, boxes, number segments and billing areas, and places new users.",
        zh: "掌握合同号、客户、交接箱、号码段与计费区域，为新增用户确定归属。",
    };
    const IS_BOUND_TO_POLICY: bool = false;
    type Params = NoParameters;
    type Update = RegistryUpdate;
    type Updated = RegistryUpdated;
    type Query = RegistryQuery;
    type Answer = RegistryAnswer;
    type UpdateParams = NoParameters;
    type QueryParams = NoParameters;

    fn open(_: &Engine, _: NoParameters) -> Result<Self, Error> {
        Ok(Self::default())
    }

    fn update(&mut self, engine: &Engine, update: RegistryUpdate) -> Result<RegistryUpdated, Error> {
        let RegistryTables { contracts, customers, boxes, segments, billing_areas, changes } = &update.tables;
        let tables = [contracts, customers, boxes, segments, billing_areas, changes];
        self.tell(engine, tables.map(|rows| rows.as_deref().map(Given::Rows)))
    }

    fn query(&self, engine: &Engine, query: RegistryQuery) -> Result<RegistryAnswer, Error> {
        let AskedTables { users, boxes } = &query.tables;
        let placed = users.as_deref().map(|rows| self.place(engine, Given::Rows(rows))).transpose()?;
        let boxes = boxes.as_deref().map(|rows| self.asked_boxes(engine, Given::Rows(rows))).transpose()?;
        let (boxes, affected) = boxes.map(AskedBoxes::records).unzip();
        let tables = AnsweredTables {
            placements: placed.as_ref().map(|placed| placed.records(self)),
            commands: placed.as_ref().map(|placed| placed.commands(self)),
            boxes,
            affected,
        };
        Ok(RegistryAnswer { tables, report: placed.map(|placed| placed.report(engine)) })
    }

    const UPDATE: BatchVerb = BatchVerb {
        tables: &[],
        optional_tables: &["contracts", "customers", "boxes", "segments", "billing_areas", "changes"],
        answered_tables: &["affected", "rejects", "report"],
    };
    const QUERY: BatchVerb = BatchVerb {
        tables: &[],
        optional_tables: &["users", "boxes"],
        answered_tables: &["placements", "commands", "boxes", "affected", "report"],
    };

    fn update_batch(
        &mut self,
        engine: &Engine,
        given: Tables,
        _: NoParameters,
        cancel: &Cancel,
    ) -> Result<Tables, Error> {
        let given = Collected::of(given, cancel)?;
        let tables = ["contracts", "customers", "boxes", "segments", "billing_areas", "changes"];
        self.tell(engine, tables.map(|name| given.get(name)))?.batches(engine)
    }

    fn query_batch(&self, engine: &Engine, given: Tables, _: NoParameters, cancel: &Cancel) -> Result<Tables, Error> {
        let given = Collected::of(given, cancel)?;
        let placed = self.place(engine, given.get("users").unwrap_or(Given::Rows(&[])))?;
        let boxes = self.asked_boxes(engine, given.get("boxes").unwrap_or(Given::Rows(&[])))?;
        Ok(placed.batches(self, engine)?.into_iter().chain(boxes.batches(engine)?).collect())
    }
}

/// A key stands twice, in a table to be loaded or in it and the registry.
pub static REPEATED_KEY: catalogue::Code = catalogue::Code {
    number: 1101,
    name: "REPEATED_KEY",
    text: Text { en: "a key stands twice", zh: "键重复" },
    fix: Text {
        en: "keep one of the two; what the registry already holds is altered by `changes`",
        zh: "请保留其一；登记库中已有的内容用 `changes` 修改",
    },
};
/// Two number segments overlap in part, or cover the same numbers.
pub static SEGMENT_OVERLAP: catalogue::Code = catalogue::Code {
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
pub static MALFORMED_SEGMENT: catalogue::Code = catalogue::Code {
    number: 1103,
    name: "MALFORMED_SEGMENT",
    text: Text { en: "this is no number segment", zh: "号码段格式错误" },
    fix: Text { en: "correct the segment", zh: "请修正号码段" },
};
/// A user stands twice in one call.
pub static REPEATED_USER: catalogue::Code = catalogue::Code {
    number: 1104,
    name: "REPEATED_USER",
    text: Text { en: "the user stands twice", zh: "用户重复" },
    fix: Text { en: "hand each user over once", zh: "每个用户只提交一次" },
};
/// A user without a location has no billing area either.
pub static NO_BILLING_AREA: catalogue::Code = catalogue::Code {
    number: 1105,
    name: "NO_BILLING_AREA",
    text: Text {
        en: "box and segment do not place the user, and there is no billing area",
        zh: "交接箱与号码段无法定位，且没有计费区域",
    },
    fix: Text { en: "name the user's billing area", zh: "请填写用户的计费区域" },
};
/// A billing area that nobody knows.
pub static UNKNOWN_BILLING_AREA: catalogue::Code = catalogue::Code {
    number: 1106,
    name: "UNKNOWN_BILLING_AREA",
    text: Text { en: "the registry does not know the billing area", zh: "登记库中没有该计费区域" },
    fix: Text {
        en: "load the billing area, or correct its name", zh: "请先载入该计费区域，或修正其名称"
    },
};
/// A billing area without an unassigned community (DIV-04).
pub static NO_UNASSIGNED_COMMUNITY: catalogue::Code = catalogue::Code {
    number: 1107,
    name: "NO_UNASSIGNED_COMMUNITY",
    text: Text { en: "the billing area has no unassigned community", zh: "该计费区域没有未分配社区" },
    fix: Text { en: "give the billing area an unassigned community", zh: "请为该计费区域设置未分配社区" },
};
/// A contract that has an owner (DIV-01).
pub static CONTRACT_TAKEN: catalogue::Code = catalogue::Code {
    number: 1108,
    name: "CONTRACT_TAKEN",
    text: Text { en: "the contract belongs to a customer already", zh: "合同号已有归属" },
    fix: Text {
        en: "correct the contract number, or leave the contract with its owner",
        zh: "请修正合同号，或保留原归属",
    },
};
/// A new customer whose id is taken.
pub static CUSTOMER_EXISTS: catalogue::Code = catalogue::Code {
    number: 1109,
    name: "CUSTOMER_EXISTS",
    text: Text { en: "the customer is there already", zh: "客户已存在" },
    fix: Text { en: "give the new customer an id of its own", zh: "请为新客户使用未用过的编码" },
};
/// A customer that nobody knows.
pub static UNKNOWN_CUSTOMER: catalogue::Code = catalogue::Code {
    number: 1110,
    name: "UNKNOWN_CUSTOMER",
    text: Text { en: "the registry does not know the customer", zh: "登记库中没有该客户" },
    fix: Text { en: "add the customer first, or correct its id", zh: "请先新增该客户，或修正其编码" },
};
/// A known contract (DIV-01).
pub static CONTRACT_KNOWN: catalogue::Code = catalogue::Code {
    number: 1111,
    name: "CONTRACT_KNOWN",
    text: Text {
        en: "a customer owns the contract number: the user is merged into it",
        zh: "合同号已存在：并入其客户",
    },
    fix: Text { en: "", zh: "" },
};
/// A new contract of an earlier row (DIV-06).
pub static CONTRACT_REPEATED: catalogue::Code = catalogue::Code {
    number: 1112,
    name: "CONTRACT_REPEATED",
    text: Text {
        en: "an earlier user of this call made a customer of the contract number",
        zh: "本批中先前的用户已为该合同号产生客户",
    },
    fix: Text { en: "", zh: "" },
};
/// The box places the customer (DIV-03).
pub static BOX_KNOWN: catalogue::Code = catalogue::Code {
    number: 1113,
    name: "BOX_KNOWN",
    text: Text { en: "the box is known", zh: "交接箱已知" },
    fix: Text { en: "", zh: "" },
};
/// The number segment places the customer (DIV-03).
pub static SEGMENT_KNOWN: catalogue::Code = catalogue::Code {
    number: 1114,
    name: "SEGMENT_KNOWN",
    text: Text { en: "the number segment is known", zh: "号码段已知" },
    fix: Text { en: "", zh: "" },
};
/// Nothing places the customer (DIV-04).
pub static LOCATION_UNKNOWN: catalogue::Code = catalogue::Code {
    number: 1115,
    name: "LOCATION_UNKNOWN",
    text: Text {
        en: "box and segment do not place the customer: the unassigned community of the billing area",
        zh: "交接箱与号码段无法定位：进入计费区域的未分配社区",
    },
    fix: Text { en: "", zh: "" },
};
/// Box and segment disagree (row 3 of the decisions).
pub static LOCATION_CONFLICT: catalogue::Code = catalogue::Code {
    number: 1116,
    name: "LOCATION_CONFLICT",
    text: Text { en: "box and number segment disagree", zh: "交接箱与号码段不一致" },
    fix: Text { en: "", zh: "" },
};
/// Line data is still to come (DAT-06).
pub static PENDING_LINE: catalogue::Code = catalogue::Code {
    number: 1117,
    name: "PENDING_LINE",
    text: Text { en: "line data is still to come", zh: "线路数据尚未到达" },
    fix: Text { en: "", zh: "" },
};

/// Why a user is placed where it is, and what is worth a remark, in the order in which they are told.
const REASONS: [&catalogue::Code; 7] = [
    &CONTRACT_KNOWN,
    &CONTRACT_REPEATED,
    &BOX_KNOWN,
    &SEGMENT_KNOWN,
    &LOCATION_UNKNOWN,
    &LOCATION_CONFLICT,
    &PENDING_LINE,
];

/// What the registry says of rows.
pub const CODES: &[&catalogue::Code] = &[
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
    &LOCATION_CONFLICT,
    &PENDING_LINE,
];
