//! What changes in a registry: new customers and contracts, boxes and customers that move (DIV-02, DIV-06, DIV-20). One change
//! follows the other; one that does not fit is returned with its reason, and the others go on.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::iter::once;

use schemars::JsonSchema;
use serde::Serialize;

use super::codes::Code;
use super::{CONTRACT_TAKEN, CUSTOMER_EXISTS, Home, Registry, UNKNOWN_CUSTOMER, put};
use crate::catalogue::{Text, Words};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::operation::Tables;
use crate::table::columns::{Numbers, Texts};
use crate::table::source::{FromSource, Source};
use crate::table::writer::{Writer, tables};
use crate::table::{Header, INVALID, Reject, UnreadColumns};

/// The kinds of changes.
const KINDS: &[&str] = &["new_customer", "new_contract", "move_box", "move_customer"];
// Their places.
const NEW_CUSTOMER: usize = 0;
const NEW_CONTRACT: usize = 1;
const MOVE_BOX: usize = 2;

/// What else stands in the table `commands` of an answer.
const PASSED_OVER: [&str; 5] = ["new_customer", "user_id", "placement", "activated_on", "pending_line"];
const TABLE: &str = "changes";

/// The table of changes.
pub(super) struct Changes {
    pub(super) rows: ChangeRows,
    /// The first fault of each row that has one.
    pub(super) invalid: BTreeMap<usize, Fault>,
    pub(super) count: usize,
}

/// Its columns.
pub(super) struct ChangeRows {
    kind: Numbers<usize>,
    customer_id: Texts,
    account_id: Texts,
    community: Texts,
    cross_box: Texts,
}

impl FromSource for ChangeRows {
    const NAME: &'static str = TABLE;
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        source.pass_over(&PASSED_OVER);
        Self {
            kind: source.code(Header::required("kind"), KINDS),
            customer_id: source.text(Header::optional("customer_id")),
            account_id: source.text(Header::optional("account_id")),
            community: source.text(Header::optional("community")),
            cross_box: source.text(Header::optional("box")),
        }
    }
}

impl ChangeRows {
    fn customer_id(&self, row: usize) -> Result<&str, Box<Fault>> {
        needed(&self.customer_id, row, "customer_id")
    }

    fn community(&self, row: usize) -> Result<&str, Box<Fault>> {
        needed(&self.community, row, "community")
    }
}

/// What a change cannot do without.
fn needed<'t>(column: &'t Texts, row: usize, name: &str) -> Result<&'t str, Box<Fault>> {
    column.text(row).ok_or_else(|| {
        Box::new(Fault::new(&INVALID, path(row, name)).found("null").expecting(crate::table::cell::TEXT))
    })
}

fn path(row: usize, column: &str) -> String {
    format!("tables.{TABLE}[{row}].{column}")
}

/// The customers of the boxes that move in one update.
type Dwellers = HashMap<Code, BTreeSet<Code>>;

impl Registry {
    /// Lets changes follow one another.
    pub(super) fn apply(
        &mut self,
        changes: Option<Changes>,
        rows: UpdatedRows,
        unread: UnreadColumns,
    ) -> RegistryUpdated {
        let mut told = RegistryUpdated { rows, unread, ..RegistryUpdated::default() };
        let Some(Changes { rows, mut invalid, count }) = changes else { return told };
        let mut dwellers = self.dwellers(&rows, count);
        for row in 0..count {
            let done = match invalid.remove(&row) {
                Some(fault) => Err(Box::new(fault)),
                None => self.change(&rows, row, &mut dwellers),
            };
            match done {
                Ok(affected) => told.tables.affected.extend(affected),
                Err(fault) => told.tables.rejects.push(Reject { table: TABLE, row, fault: *fault }),
            }
        }
        told.rejected = told.tables.rejects.len();
        told.applied = count - told.rejected;
        told
    }

    /// The customers of each box that is to move: one look at all of them serves all changes of the update.
    fn dwellers(&mut self, rows: &ChangeRows, count: usize) -> Dwellers {
        let moves = (0..count).filter(|row| rows.kind.at(*row) == Some(MOVE_BOX));
        let moved: Vec<_> = moves.filter_map(|row| Some(self.boxes.number(rows.cross_box.text(row)?))).collect();
        let customers = self.customers_of(moved.iter()).into_iter();
        customers.map(|(cross_box, customers)| (cross_box, customers.into_iter().collect())).collect()
    }

    /// Makes a change; the customers that it affects.
    fn change(
        &mut self,
        rows: &ChangeRows,
        row: usize,
        dwellers: &mut Dwellers,
    ) -> Result<Vec<AffectedByChange>, Box<Fault>> {
        match rows.kind.at(row) {
            Some(NEW_CUSTOMER) => self.add_customer(rows, row, dwellers)?,
            Some(NEW_CONTRACT) => self.add_contract(rows, row)?,
            Some(MOVE_BOX) => return self.move_box(rows, row, dwellers),
            _ => self.move_customer(rows, row, dwellers)?,
        }
        Ok(Vec::new())
    }

    /// DIV-02: a customer and, where there is one, its contract.
    fn add_customer(&mut self, rows: &ChangeRows, row: usize, dwellers: &mut Dwellers) -> Result<(), Box<Fault>> {
        let (customer_id, community) = (rows.customer_id(row)?, rows.community(row)?);
        if self.customers.find(customer_id).is_some() {
            let fault = Fault::new(&CUSTOMER_EXISTS, path(row, "customer_id")).found(customer_id);
            return Err(Box::new(fault.expecting(UNKNOWN_SO_FAR)));
        }
        let account_id = rows.account_id.text(row);
        account_id.map_or(Ok(()), |account_id| self.is_free(account_id, row))?;
        let customer = self.customers.number(customer_id);
        if let Some(account_id) = account_id {
            self.contracts.add_all(once(account_id), &[customer]);
        }
        let community = Some(self.communities.number(community));
        let first_box = rows.cross_box.text(row).map(|code| self.boxes.number(code));
        self.settle(customer, Home { community, first_box, is_told: true }, dwellers);
        Ok(())
    }

    /// DIV-06: one more contract of a customer.
    fn add_contract(&mut self, rows: &ChangeRows, row: usize) -> Result<(), Box<Fault>> {
        let account_id = needed(&rows.account_id, row, "account_id")?;
        let customer = self.known_customer(rows.customer_id(row)?, row)?;
        self.is_free(account_id, row)?;
        self.contracts.add_all(once(account_id), &[customer]);
        Ok(())
    }

    /// DIV-20: a box is in another community from now on; its customers stay where they are until they are moved.
    fn move_box(
        &mut self,
        rows: &ChangeRows,
        row: usize,
        dwellers: &Dwellers,
    ) -> Result<Vec<AffectedByChange>, Box<Fault>> {
        let (cross_box, community) = (needed(&rows.cross_box, row, "box")?, rows.community(row)?);
        let moved = self.boxes.number(cross_box);
        let community = self.communities.number(community);
        put(&mut self.box_communities, moved, Some(community));
        let affected = dwellers.get(&moved).into_iter().flatten().map(|customer| AffectedByChange {
            row,
            cross_box: cross_box.to_owned(),
            customer_id: self.customers.text(*customer).to_string(),
            community: self.home(*customer).community.map(|code| self.communities.text(code).to_string()),
        });
        let mut affected: Vec<_> = affected.collect();
        affected.sort_by(|one, other| one.customer_id.cmp(&other.customer_id));
        Ok(affected)
    }

    /// A customer is in another community, or its first user at another box.
    fn move_customer(&mut self, rows: &ChangeRows, row: usize, dwellers: &mut Dwellers) -> Result<(), Box<Fault>> {
        let customer_id = rows.customer_id(row)?;
        let (community, first_box) = (rows.community.text(row), rows.cross_box.text(row));
        if community.is_none() && first_box.is_none() {
            let fault = Fault::new(&INVALID, path(row, "community")).found("null");
            return Err(Box::new(fault.expecting(COMMUNITY_OR_BOX)));
        }
        let customer = self.known_customer(customer_id, row)?;
        let before = self.home(customer);
        let home = Home {
            community: community.map(|code| self.communities.number(code)).or(before.community),
            first_box: first_box.map(|code| self.boxes.number(code)).or(before.first_box),
            is_told: true,
        };
        self.settle(customer, home, dwellers);
        Ok(())
    }

    /// Puts a customer where it is now.
    fn settle(&mut self, customer: Code, home: Home, dwellers: &mut Dwellers) {
        if let Some(left) = self.home(customer).first_box.and_then(|first_box| dwellers.get_mut(&first_box)) {
            left.remove(&customer);
        }
        if let Some(entered) = home.first_box.and_then(|first_box| dwellers.get_mut(&first_box)) {
            entered.insert(customer);
        }
        self.set_home(customer, home);
    }

    fn known_customer(&self, customer_id: &str, row: usize) -> Result<Code, Box<Fault>> {
        self.customers.find(customer_id).ok_or_else(|| {
            let fault = Fault::new(&UNKNOWN_CUSTOMER, path(row, "customer_id")).found(customer_id);
            Box::new(fault.expecting(KNOWN_CUSTOMER))
        })
    }

    /// Whether nobody owns a contract number.
    fn is_free(&self, account_id: &str, row: usize) -> Result<(), Box<Fault>> {
        let Some(owner) = self.owner(account_id) else { return Ok(()) };
        let owner = self.customers.text(owner);
        let fault = Fault::new(&CONTRACT_TAKEN, path(row, "account_id"));
        let found = Words::new(format!("{account_id}, which {owner} owns"), format!("{account_id}，归属 {owner}"));
        Err(Box::new(fault.finding(found).expecting(FREE_CONTRACT)))
    }
}

const UNKNOWN_SO_FAR: Text =
    Text { en: "a customer that the registry does not hold", zh: "登记库中尚无的客户" };
const KNOWN_CUSTOMER: Text = Text { en: "a customer of the registry", zh: "登记库中的客户" };
const COMMUNITY_OR_BOX: Text = Text { en: "a community or a box", zh: "社区或交接箱" };
const FREE_CONTRACT: Text = Text { en: "a contract that nobody owns", zh: "尚无归属的合同号" };

/// What became of an update.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct RegistryUpdated {
    /// The tables.
    pub tables: UpdatedTables,
    /// Rows that came in, of the tables that were given.
    pub rows: UpdatedRows,
    /// Changes that were made.
    pub applied: usize,
    /// Changes that were not; with those made they are all that came in.
    pub rejected: usize,
    /// What nobody reads, each column after the name of its table.
    #[serde(flatten)]
    pub unread: UnreadColumns,
}

/// What the changes touched, and those that were not made.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct UpdatedTables {
    /// Customers of the boxes that moved, ordered by change and customer.
    pub affected: Vec<AffectedByChange>,
    /// Changes that were not made, each with its reason, in the order in which they came.
    pub rejects: Vec<Reject>,
}

/// A customer whose first user is at a box that moved (DIV-20).
#[derive(Debug, Serialize, JsonSchema)]
pub struct AffectedByChange {
    /// The change, by its place in `changes`, from 0.
    pub row: usize,
    /// The box.
    #[serde(rename = "box")]
    pub cross_box: String,
    /// The customer.
    pub customer_id: String,
    /// Where the customer is, which the box's move does not alter; null where nobody knows.
    pub community: Option<String>,
}

/// Rows by table; of a table that was not given, nothing.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct UpdatedRows {
    /// Contract numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contracts: Option<usize>,
    /// Customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customers: Option<usize>,
    /// Boxes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boxes: Option<usize>,
    /// Number segments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments: Option<usize>,
    /// Billing areas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_areas: Option<usize>,
    /// Changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<usize>,
}

impl UpdatedRows {
    /// Of the tables in this order.
    pub(super) fn of([contracts, customers, boxes, segments, billing_areas, changes]: [Option<usize>; 6]) -> Self {
        Self { contracts, customers, boxes, segments, billing_areas, changes }
    }
}

impl RegistryUpdated {
    /// The same in Arrow, the counts in one row.
    pub(super) fn batches(&self, engine: &Engine) -> Result<Tables, Error> {
        let UpdatedTables { affected: rows, rejects } = &self.tables;
        let mut metadata = engine.signature();
        metadata.extend([self.unread.metadata()]);
        let mut affected = Writer::default();
        affected.rows("row", rows.iter().map(|affected| affected.row));
        affected.texts("box", rows.iter().map(|affected| Some(&affected.cross_box)));
        affected.texts("customer_id", rows.iter().map(|affected| Some(&affected.customer_id)));
        affected.texts("community", rows.iter().map(|affected| affected.community.as_ref()));
        let mut report = Writer::default();
        report.rows("applied", once(self.applied));
        report.rows("rejected", once(self.rejected));
        report.text_lists("unread_columns", once(Some(self.unread.unread_columns.as_slice())));
        Ok(tables([
            ("affected", vec![affected.batch(metadata.clone())?]),
            ("rejects", vec![Reject::batch(rejects, metadata.clone())?]),
            ("report", vec![report.batch(metadata)?]),
        ]))
    }
}
