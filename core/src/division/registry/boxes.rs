//! Boxes looked up: their communities and their customers (DIV-20).

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::Registry;
use super::codes::Code;
use crate::engine::Engine;
use crate::error::Error;
use crate::operation::Tables;
use crate::table::columns::Texts;
use crate::table::source::{FromSource, Given, Source};
use crate::table::writer::{Writer, tables};
use crate::table::{Header, Remarks};

/// The boxes that are asked for.
struct BoxRows {
    cross_box: Texts,
}

impl FromSource for BoxRows {
    const NAME: &'static str = "boxes";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self { cross_box: source.text(Header::required("box")) }
    }
}

/// What is known of the boxes that are asked for.
pub(super) struct AskedBoxes {
    boxes: Vec<BoxRecord>,
    affected: Vec<AffectedCustomer>,
}

/// A box.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BoxRecord {
    /// The box.
    #[serde(rename = "box")]
    pub cross_box: String,
    /// Its community; null where it is mapped to none.
    pub community: Option<String>,
    /// How many customers there are whose first user's box it is.
    pub customers: usize,
}

/// A customer whose first user's box was asked for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AffectedCustomer {
    /// The box.
    #[serde(rename = "box")]
    pub cross_box: String,
    /// The customer.
    pub customer_id: String,
    /// Where the customer is; null where nobody knows.
    pub community: Option<String>,
}

impl Registry {
    /// What is known of boxes.
    ///
    /// # Errors
    /// The faults of the rows: a question has no good rows beside bad ones.
    pub(super) fn asked_boxes(&self, engine: &Engine, given: Given<'_>) -> Result<AskedBoxes, Error> {
        let (asked, Remarks { invalid, refusals, .. }) = given.read::<BoxRows>(&(), 0, None, engine.threads());
        let faults: Vec<_> = refusals.into_iter().chain(invalid.into_values()).collect();
        if !faults.is_empty() {
            return Err(Error::request(faults));
        }
        let names: Vec<_> = (0..given.rows()).filter_map(|row| asked.cross_box.text(row)).collect();
        let found: Vec<_> = names.iter().map(|name| self.boxes.find(name)).collect();
        let customers = self.customers_of(found.iter().flatten());
        let of_box =
            |found: Option<Code>| found.and_then(|cross_box| customers.get(&cross_box)).map_or(&[][..], Vec::as_slice);
        let record = |(name, found): (&&str, &Option<Code>)| BoxRecord {
            cross_box: (*name).to_owned(),
            community: found.and_then(|cross_box| self.community_of_box(cross_box)).map(|code| self.community(code)),
            customers: of_box(*found).len(),
        };
        let boxes = names.iter().zip(&found).map(record).collect();
        let mut affected: Vec<_> = customers
            .iter()
            .flat_map(|(cross_box, customers)| {
                customers.iter().map(|customer| AffectedCustomer {
                    cross_box: self.boxes.text(*cross_box).to_string(),
                    customer_id: self.customers.text(*customer).to_string(),
                    community: self.home(*customer).community.map(|code| self.community(code)),
                })
            })
            .collect();
        affected.sort_by(|one, other| (&one.cross_box, &one.customer_id).cmp(&(&other.cross_box, &other.customer_id)));
        Ok(AskedBoxes { boxes, affected })
    }

    /// The customers whose first user is at one of some boxes, in one look at all of them.
    pub(super) fn customers_of<'b>(&self, boxes: impl Iterator<Item = &'b Code>) -> HashMap<Code, Vec<Code>> {
        let mut customers: HashMap<Code, Vec<Code>> = boxes.map(|cross_box| (*cross_box, Vec::new())).collect();
        if !customers.is_empty() {
            for (customer, home) in self.customers.iter().zip(&self.homes) {
                if let Some(of_box) = home.first_box.and_then(|first_box| customers.get_mut(&first_box)) {
                    of_box.push(customer);
                }
            }
        }
        customers
    }
}

impl AskedBoxes {
    /// The two tables.
    pub(super) fn records(self) -> (Vec<BoxRecord>, Vec<AffectedCustomer>) {
        (self.boxes, self.affected)
    }

    /// The same in Arrow.
    pub(super) fn batches(&self, engine: &Engine) -> Result<Tables, Error> {
        let Self { boxes, affected } = self;
        let mut found = Writer::default();
        found.texts("box", boxes.iter().map(|found| Some(&found.cross_box)));
        found.texts("community", boxes.iter().map(|found| found.community.as_ref()));
        found.rows("customers", boxes.iter().map(|found| found.customers));
        let mut customers = Writer::default();
        customers.texts("box", affected.iter().map(|customer| Some(&customer.cross_box)));
        customers.texts("customer_id", affected.iter().map(|customer| Some(&customer.customer_id)));
        customers.texts("community", affected.iter().map(|customer| customer.community.as_ref()));
        let metadata = engine.signature();
        Ok(tables([("boxes", vec![found.batch(metadata.clone())?]), ("affected", vec![customers.batch(metadata)?])]))
    }
}
