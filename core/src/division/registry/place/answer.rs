//! Placements and the commands for new customers, as records and as tables of Arrow.

use std::iter::once;
use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, DictionaryArray, RecordBatch, StringArray, UInt32Array};
use arrow_schema::Metadata;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::codes::Code;
use super::super::load::NUMBER;
use super::super::{NO_BILLING_AREA, NO_UNASSIGNED_COMMUNITY, REASONS, REPEATED_USER, UNKNOWN_BILLING_AREA};
use super::{Outcome, Placed, Placement, Reasons, Registry, Trouble};
use crate::catalogue::{Text, Words};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::operation::Tables;
use crate::table::writer::{Writer, dictionary_of, errors, tables};
use crate::table::{INVALID, MASKED, UnreadColumns};
use crate::threads::in_parallel;

/// Rows of a batch.
const ROWS_A_BATCH: usize = 1 << 16;
/// What a command asks for, as the registry's table `changes` writes it.
const NEW_CUSTOMER: &str = "new_customer";

impl Placement {
    /// The placements' codes, in their order.
    const CODES: [&'static str; 4] = ["merged", "community", "contracted_area", "unassigned"];
}

/// Where a user belongs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlacementRecord {
    /// The user; null where it is missing, which is an error.
    pub user_id: Option<String>,
    /// Where it ends; null in error.
    pub placement: Option<Placement>,
    /// The customer that it is merged into, where the registry knows it; null otherwise.
    pub customer_id: Option<String>,
    /// The new customer that it makes or is merged into: its number in `commands`; null of customers that the registry knows.
    pub new_customer: Option<u32>,
    /// The community, contracted area or unassigned community that it belongs to, of merged users the customer's; null where the
    /// registry does not know that, and in error.
    pub community: Option<String>,
    /// Why, and remarks: `CONTRACT_KNOWN` (DIV-01), `CONTRACT_REPEATED` (DIV-06), `BOX_KNOWN`, `SEGMENT_KNOWN` (DIV-03),
    /// `LOCATION_UNKNOWN` (DIV-04); `LOCATION_CONFLICT`, `PENDING_LINE` (DAT-06).
    pub reasons: Vec<&'static str>,
    /// Where the other one of box and segment leads, if they disagree; null otherwise.
    pub conflicts_with: Option<String>,
    /// Why the user cannot be placed; null where it is.
    pub error: Option<Fault>,
}

/// A customer to be made: the host gives it an id and hands it to the registry, as a change (DIV-02).
#[derive(Debug, Serialize, JsonSchema)]
pub struct NewCustomer {
    /// Its number in this call, from 1, in the order of its first users.
    pub new_customer: u32,
    /// `new_customer`.
    pub kind: &'static str,
    /// Its first user.
    pub user_id: String,
    /// Its contract number; null where it has none.
    pub account_id: Option<String>,
    /// The community, contracted area or unassigned community that it is in.
    pub community: Option<String>,
    /// Where it is.
    pub placement: Placement,
    /// The box of its first user; null where it has none.
    #[serde(rename = "box")]
    pub cross_box: Option<String>,
    /// When its first user was activated; null where nobody says.
    pub activated_on: Option<NaiveDate>,
    /// Whether its line data is still to come and may lead elsewhere (DAT-06).
    pub pending_line: bool,
}

/// How many users ended where.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlacingReport {
    /// Users that came in: the sum of the five figures that follow.
    pub users: usize,
    /// Merged into a customer.
    pub merged: usize,
    /// In a community as a new customer.
    pub community: usize,
    /// In a contracted area as a new customer.
    pub contracted_area: usize,
    /// In an unassigned community as a new customer.
    pub unassigned: usize,
    /// In error.
    pub errors: usize,
    /// New customers.
    pub new_customers: usize,
    /// Users whose box and segment disagree.
    pub conflicts: usize,
    /// New customers whose line data is still to come.
    pub pending_line: usize,
    /// What nobody reads, each column after the name of its table.
    #[serde(flatten)]
    pub unread: UnreadColumns,
    /// Digest of the policy.
    pub digest: String,
}

impl Placed {
    /// One row a user.
    pub(in super::super) fn records(&self, registry: &Registry) -> Vec<PlacementRecord> {
        let text = |community| registry.community(community);
        let record = |(row, outcome): (usize, &Outcome)| PlacementRecord {
            user_id: owned(self.users.user_id.text(row)),
            placement: outcome.placed.ok(),
            customer_id: outcome.customer.map(|customer| registry.customers.text(customer).to_string()),
            new_customer: outcome.new_customer.map(NonZeroU32::get),
            community: outcome.community.map(text),
            reasons: outcome.reasons.names().collect(),
            conflicts_with: outcome.conflicts_with.map(text),
            error: outcome.placed.err().map(|trouble| self.fault(row, trouble)),
        };
        self.outcomes.iter().enumerate().map(record).collect()
    }

    /// One row a new customer.
    pub(in super::super) fn commands(&self, registry: &Registry) -> Vec<NewCustomer> {
        let command = |row: &usize| {
            let outcome = self.outcomes.get(*row)?;
            Some(NewCustomer {
                new_customer: outcome.new_customer?.get(),
                kind: NEW_CUSTOMER,
                user_id: owned(self.users.user_id.text(*row))?,
                account_id: owned(self.users.account_id.text(*row)),
                community: outcome.community.map(|community| registry.community(community)),
                placement: outcome.placed.ok()?,
                cross_box: owned(self.users.cross_box.text(*row)),
                activated_on: self.users.activated_on.at(*row),
                pending_line: outcome.reasons.has(Reasons::PENDING_LINE),
            })
        };
        self.creators.iter().filter_map(command).collect()
    }

    /// How many users ended where.
    pub(in super::super) fn report(&self, engine: &Engine) -> PlacingReport {
        let mut report = PlacingReport {
            users: self.outcomes.len(),
            merged: 0,
            community: 0,
            contracted_area: 0,
            unassigned: 0,
            errors: 0,
            new_customers: self.creators.len(),
            conflicts: 0,
            pending_line: 0,
            unread: self.unread.clone(),
            digest: engine.policy().digest().to_owned(),
        };
        for outcome in &self.outcomes {
            let count = match outcome.placed {
                Ok(Placement::Merged) => &mut report.merged,
                Ok(Placement::Community) => &mut report.community,
                Ok(Placement::ContractedArea) => &mut report.contracted_area,
                Ok(Placement::Unassigned) => &mut report.unassigned,
                Err(_) => &mut report.errors,
            };
            *count += 1;
            report.conflicts += usize::from(outcome.reasons.has(Reasons::LOCATION_CONFLICT));
            report.pending_line += usize::from(outcome.reasons.has(Reasons::PENDING_LINE));
        }
        report
    }

    /// The placements, the commands and the report in Arrow.
    pub(in super::super) fn batches(&self, registry: &Registry, engine: &Engine) -> Result<Tables, Error> {
        let mut metadata = engine.signature();
        metadata.extend([self.unread.metadata()]);
        // One batch without rows says what columns there are.
        let parts = |rows: usize| rows.div_ceil(ROWS_A_BATCH).max(1);
        let part = |rows: usize, part: usize| part * ROWS_A_BATCH..rows.min((part + 1) * ROWS_A_BATCH);
        let (users, new) = (self.outcomes.len(), self.creators.len());
        let communities = CommunityTexts::of(registry, &self.outcomes);
        let placements = in_parallel(engine.threads(), parts(users), |place| {
            self.placement_batch(part(users, place), registry, &communities, metadata.clone())
        })?;
        let commands = in_parallel(engine.threads(), parts(new), |place| {
            self.command_batch(part(new, place), &communities, metadata.clone())
        })?;
        let report = vec![self.report(engine).batch(metadata)?];
        Ok(tables([("placements", placements), ("commands", commands), ("report", report)]))
    }

    fn placement_batch(
        &self,
        rows: Range<usize>,
        registry: &Registry,
        communities: &CommunityTexts,
        metadata: Metadata,
    ) -> Result<RecordBatch, Error> {
        let outcomes = self.outcomes.get(rows.clone()).unwrap_or_default();
        let failed = rows.clone().zip(outcomes).zip(0..).filter_map(|((row, outcome), place)| {
            outcome.placed.err().map(|trouble| (place, self.fault(row, trouble)))
        });
        let failed: Vec<_> = failed.collect();
        let mut columns = Writer::default();
        columns.add("user_id", self.users.user_id.array(rows));
        let placements = outcomes.iter().map(|outcome| outcome.placed.ok().map(|placement| placement as u8));
        columns.codes("placement", placements, &Placement::CODES)?;
        columns.texts("customer_id", registry.customers.texts(outcomes.iter().map(|outcome| outcome.customer)));
        let new_customers = outcomes.iter().map(|outcome| outcome.new_customer.map(NonZeroU32::get));
        columns.counts("new_customer", new_customers);
        columns.add("community", communities.array(outcomes.iter().map(|outcome| outcome.community))?);
        let reasons = dictionary_of(&REASONS.map(|code| code.name));
        columns.code_lists("reasons", outcomes.iter().map(|outcome| outcome.reasons.0.into()), &reasons)?;
        columns.add("conflicts_with", communities.array(outcomes.iter().map(|outcome| outcome.conflicts_with))?);
        columns.add("error", errors(outcomes.len(), &failed));
        columns.batch(metadata)
    }

    fn command_batch(
        &self,
        new_customers: Range<usize>,
        communities: &CommunityTexts,
        metadata: Metadata,
    ) -> Result<RecordBatch, Error> {
        let rows = self.creators.get(new_customers).unwrap_or_default();
        let outcomes = || rows.iter().map(|row| self.outcomes.get(*row));
        let mut columns = Writer::default();
        columns.counts("new_customer", outcomes().map(|outcome| outcome?.new_customer.map(NonZeroU32::get)));
        columns.codes("kind", rows.iter().map(|_| Some(0)), &[NEW_CUSTOMER])?;
        columns.add("user_id", self.users.user_id.array_of(rows));
        columns.add("account_id", self.users.account_id.array_of(rows));
        columns.add("community", communities.array(outcomes().map(|outcome| outcome?.community))?);
        let placements = outcomes().map(|outcome| Some(outcome?.placed.ok()? as u8));
        columns.codes("placement", placements, &Placement::CODES)?;
        columns.add("box", self.users.cross_box.array_of(rows));
        columns.days("activated_on", rows.iter().map(|row| self.users.activated_on.at(*row)));
        let is_pending = |outcome: &Outcome| outcome.reasons.has(Reasons::PENDING_LINE);
        columns.yes_no("pending_line", outcomes().map(|outcome| outcome.map(is_pending)));
        columns.batch(metadata)
    }

    /// Why the user of a row cannot be placed.
    fn fault(&self, row: usize, trouble: Trouble) -> Fault {
        let path = |column: &str| format!("tables.users[{row}].{column}");
        let area = self.users.billing_area.text(row).unwrap_or("null");
        let of_area = |code, expected: Text| Fault::new(code, path("billing_area")).found(area).expecting(expected);
        match trouble {
            // Of the cells, only the number is read here.
            Trouble::Invalid => self
                .invalid
                .get(&row)
                .cloned()
                .unwrap_or_else(|| Fault::new(&INVALID, path("service_number")).found(MASKED).expecting(NUMBER)),
            Trouble::Repeated => {
                let first = self.repeats.get(&row).copied().unwrap_or_default();
                let user_id = self.users.user_id.text(row).unwrap_or_default();
                Fault::new(&REPEATED_USER, path("user_id")).found(user_id).expecting(other_than(first))
            }
            Trouble::NoBillingArea => of_area(&NO_BILLING_AREA, BILLING_AREA),
            Trouble::UnknownBillingArea => of_area(&UNKNOWN_BILLING_AREA, KNOWN_BILLING_AREA),
            Trouble::NoUnassignedCommunity => of_area(&NO_UNASSIGNED_COMMUNITY, AREA_WITH_COMMUNITY),
        }
    }
}

/// The texts of the communities that an answer speaks of, each once, in the order in which they come.
struct CommunityTexts {
    /// By community: its place among the texts, from 1; 0 where it does not come.
    places: Vec<u32>,
    texts: ArrayRef,
}

impl CommunityTexts {
    fn of(registry: &Registry, outcomes: &[Outcome]) -> Self {
        let mut places = vec![0; registry.communities.len()];
        let mut codes = Vec::new();
        for code in outcomes.iter().flat_map(|outcome| [outcome.community, outcome.conflicts_with]).flatten() {
            if let Some(place) = places.get_mut(code.place()).filter(|place| **place == 0) {
                codes.push(code);
                *place = u32::try_from(codes.len()).unwrap_or(u32::MAX);
            }
        }
        let texts = codes.iter().map(|code| Some(registry.communities.text(*code)));
        Self { places, texts: Arc::new(texts.collect::<StringArray>()) }
    }

    fn array(&self, codes: impl Iterator<Item = Option<Code>>) -> Result<ArrayRef, Error> {
        let place = |code: Option<Code>| self.places.get(code?.place())?.checked_sub(1);
        let keys = codes.map(place).collect::<UInt32Array>();
        Ok(Arc::new(DictionaryArray::try_new(keys, Arc::clone(&self.texts)).map_err(Error::internal)?))
    }
}

impl PlacingReport {
    fn batch(&self, metadata: Metadata) -> Result<RecordBatch, Error> {
        let mut columns = Writer::default();
        for (name, count) in [
            ("users", self.users),
            ("merged", self.merged),
            ("community", self.community),
            ("contracted_area", self.contracted_area),
            ("unassigned", self.unassigned),
            ("errors", self.errors),
            ("new_customers", self.new_customers),
            ("conflicts", self.conflicts),
            ("pending_line", self.pending_line),
        ] {
            columns.rows(name, once(count));
        }
        columns.text_lists("unread_columns", once(Some(self.unread.unread_columns.as_slice())));
        columns.batch(metadata)
    }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn other_than(row: usize) -> Words {
    Words::new(format!("a user other than row {row}'s"), format!("与第 {row} 行不同的用户"))
}

const BILLING_AREA: Text = Text {
    en: "a billing area, where box and segment do not place the user",
    zh: "计费区域（交接箱与号码段无法定位时必填）",
};
const KNOWN_BILLING_AREA: Text = Text { en: "a billing area of the registry", zh: "登记库中的计费区域" };
const AREA_WITH_COMMUNITY: Text =
    Text { en: "a billing area with an unassigned community", zh: "设有未分配社区的计费区域" };
