//! Placing: where new users belong (DIV-01 to DIV-06). A known contract merges a user into its customer; otherwise a new customer
//! goes where box or number segment say, or into its billing area's unassigned community. Every user ends in exactly one of
//! four placements, or in an error of its row.

mod answer;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::ops::Range;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Precedence;
use super::codes::Code;
use super::load::Segment;
use super::segment::Number;
use super::{REASONS, Registry};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::table::columns::{Numbers, Texts};
use crate::table::directory::alike;
use crate::table::source::{FromSource, Given, Source};
use crate::table::{Header, Remarks, UnreadColumns};
use crate::threads::shared_out;

pub use answer::{NewCustomer, PlacementRecord, PlacingReport};

/// Rows that a thread places at a time.
const RUN: usize = 1 << 12;

/// Where a user ends (DIV-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// In the customer that owns its contract number.
    Merged,
    /// As a new customer, in a community.
    Community,
    /// As a new customer, in a contracted area (统包区).
    ContractedArea,
    /// As a new customer, in the unassigned community of its billing area.
    Unassigned,
}

/// Why a user ends where it does, and what is worth a remark: bits in the order of [`REASONS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reasons(u8);

impl Reasons {
    const CONTRACT_KNOWN: Self = Self(1);
    const CONTRACT_REPEATED: Self = Self(1 << 1);
    const BOX_KNOWN: Self = Self(1 << 2);
    const SEGMENT_KNOWN: Self = Self(1 << 3);
    const LOCATION_UNKNOWN: Self = Self(1 << 4);
    const LOCATION_CONFLICT: Self = Self(1 << 5);
    const PENDING_LINE: Self = Self(1 << 6);
    const NONE: Self = Self(0);

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        REASONS.iter().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 != 0).map(|(_, code)| code.name)
    }
}

/// Why a user cannot be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// Its user is missing, or a cell of its row is no value.
    Invalid,
    /// An earlier row has its user.
    Repeated,
    NoBillingArea,
    UnknownBillingArea,
    NoUnassignedCommunity,
}

impl Trouble {
    /// Whether it stands whatever the contract says.
    const fn is_of_the_row(self) -> bool {
        matches!(self, Self::Invalid | Self::Repeated)
    }
}

/// Where box or segment lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    placement: Placement,
    community: Code,
}

impl Target {
    /// Where a segment leads.
    pub(super) fn of_segment(segment: &Segment) -> Self {
        let placement = if segment.is_contracted { Placement::ContractedArea } else { Placement::Community };
        Self { placement, community: segment.community }
    }
}

/// Where a new customer goes.
struct Location {
    target: Target,
    reasons: Reasons,
    conflicts_with: Option<Code>,
}

impl Location {
    fn new(target: Target, reasons: Reasons) -> Self {
        Self { target, reasons, conflicts_with: None }
    }

    /// Where box and segment lead together (DIV-03); none where that is nowhere.
    fn of(precedence: Precedence, by_box: Option<Target>, by_segment: Option<Target>) -> Option<Self> {
        match (by_box, by_segment) {
            (Some(of_box), Some(of_segment)) if of_box == of_segment => {
                Some(Self::new(of_box, Reasons::BOX_KNOWN.and(Reasons::SEGMENT_KNOWN)))
            }
            (Some(of_box), Some(of_segment)) => Some(match precedence {
                Precedence::SegmentThenBox => Self::new(of_segment, Reasons::SEGMENT_KNOWN).against(of_box),
                Precedence::BoxThenSegment | Precedence::BothRequired => {
                    Self::new(of_box, Reasons::BOX_KNOWN).against(of_segment)
                }
            }),
            _ if precedence == Precedence::BothRequired => None,
            (Some(of_box), None) => Some(Self::new(of_box, Reasons::BOX_KNOWN)),
            (None, of_segment) => Some(Self::new(of_segment?, Reasons::SEGMENT_KNOWN)),
        }
    }

    fn against(self, other: Target) -> Self {
        Self { reasons: self.reasons.and(Reasons::LOCATION_CONFLICT), conflicts_with: Some(other.community), ..self }
    }
}

/// What becomes of a user.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    placed: Result<Placement, Trouble>,
    reasons: Reasons,
    community: Option<Code>,
    /// Where the one of box and segment leads that did not decide.
    conflicts_with: Option<Code>,
    /// The customer that it is merged into, where the registry knows it.
    customer: Option<Code>,
    /// The number of its new customer in this call, from 1.
    new_customer: Option<NonZeroU32>,
}

impl Outcome {
    const fn new(placed: Result<Placement, Trouble>, reasons: Reasons, community: Option<Code>) -> Self {
        Self { placed, reasons, community, conflicts_with: None, customer: None, new_customer: None }
    }

    const fn failed(trouble: Trouble) -> Self {
        Self::new(Err(trouble), Reasons::NONE, None)
    }

    /// Whether it makes a new customer, or would if its location were known.
    fn may_be_new(&self) -> bool {
        self.customer.is_none() && !self.placed.is_err_and(Trouble::is_of_the_row)
    }
}

/// The table of new users.
struct Users {
    user_id: Texts,
    account_id: Texts,
    service_number: Texts,
    cross_box: Texts,
    billing_area: Texts,
    activated_on: Numbers<NaiveDate>,
    has_line_data: Numbers<bool>,
}

impl FromSource for Users {
    const NAME: &'static str = "users";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            user_id: source.text(Header::required("user_id")),
            account_id: source.text(Header::optional("account_id")),
            service_number: source.text(Header { is_personal: true, ..Header::optional("service_number") }),
            cross_box: source.text(Header::optional("box")),
            billing_area: source.text(Header::optional("billing_area")),
            activated_on: source.date(Header::optional("activated_on")),
            has_line_data: source.yes_no(Header::optional("has_line_data")),
        }
    }
}

/// The users of a call and what became of each.
pub(super) struct Placed {
    users: Users,
    outcomes: Vec<Outcome>,
    /// The rows of the new customers' first users, by the customers' numbers.
    creators: Vec<usize>,
    /// The first fault of each row that is none.
    invalid: BTreeMap<usize, Fault>,
    /// Rows whose user an earlier one has, and that one.
    repeats: BTreeMap<usize, usize>,
    unread: UnreadColumns,
}

impl Registry {
    /// Places new users, in their order.
    ///
    /// # Errors
    /// Columns of a type that does not hold them.
    pub(super) fn place(&self, engine: &Engine, given: Given<'_>) -> Result<Placed, Error> {
        let threads = engine.threads();
        let (users, Remarks { invalid, refusals, unread }) = given.read::<Users>(&(), 0, None, threads);
        if !refusals.is_empty() {
            return Err(Error::request(refusals));
        }
        let (rows, mut all_unread) = (given.rows(), UnreadColumns::default());
        all_unread.extend(Users::NAME, &unread);
        let precedence = engine.policy().document().division.precedence;
        let placing = Placing { registry: self, users: &users, invalid: &invalid, precedence };
        let of_run = |run: usize| placing.outcomes(run * RUN..rows.min((run + 1) * RUN));
        let mut outcomes = shared_out(threads, rows.div_ceil(RUN), of_run).concat();

        let mut repeats = BTreeMap::new();
        for group in alike(threads, rows, |row| users.user_id.text(row)) {
            let Some((first, others)) = group.split_first() else { continue };
            for row in others {
                outcomes.get_mut(*row).into_iter().for_each(|outcome| *outcome = Outcome::failed(Trouble::Repeated));
                repeats.insert(*row, *first);
            }
        }
        let new_account = |row: usize| {
            outcomes.get(row).filter(|outcome| outcome.may_be_new()).and_then(|_| users.account_id.text(row))
        };
        let contracts = alike(threads, rows, new_account);
        let creators = number(&mut outcomes, &contracts);
        Ok(Placed { users, outcomes, creators, invalid, repeats, unread: all_unread })
    }
}

/// Merges the users of a new contract into the customer of the first that can be placed (DIV-06), and numbers the new
/// customers in the order of the rows; the rows of their first users.
fn number(outcomes: &mut [Outcome], contracts: &[Vec<usize>]) -> Vec<usize> {
    let mut merges = Vec::new();
    for rows in contracts {
        let is_placed = |row: &&usize| outcomes.get(**row).is_some_and(|outcome| outcome.placed.is_ok());
        let Some(creator) = rows.iter().find(is_placed).copied() else { continue };
        let community = outcomes.get(creator).and_then(|outcome| outcome.community);
        for row in rows.iter().filter(|row| **row > creator) {
            let merged = Outcome::new(Ok(Placement::Merged), Reasons::CONTRACT_REPEATED, community);
            outcomes.get_mut(*row).into_iter().for_each(|outcome| *outcome = merged);
            merges.push((*row, creator));
        }
    }
    let mut creators = Vec::new();
    for (row, outcome) in outcomes.iter_mut().enumerate() {
        if outcome.placed.is_ok_and(|placement| placement != Placement::Merged) {
            creators.push(row);
            outcome.new_customer = u32::try_from(creators.len()).ok().and_then(NonZeroU32::new);
        }
    }
    for (row, creator) in merges {
        let new_customer = outcomes.get(creator).and_then(|outcome| outcome.new_customer);
        outcomes.get_mut(row).into_iter().for_each(|outcome| outcome.new_customer = new_customer);
    }
    creators
}

/// Placing as far as a row alone says.
struct Placing<'a> {
    registry: &'a Registry,
    users: &'a Users,
    invalid: &'a BTreeMap<usize, Fault>,
    precedence: Precedence,
}

/// What is known of the user of a row, before anything is decided.
struct User<'a> {
    row: usize,
    cross_box: Option<&'a str>,
    billing_area: Option<&'a str>,
    /// What becomes of it where its contract is known.
    merged: Option<Outcome>,
    leads: Leads,
}

/// What its location says of a user whose contract is new.
struct Leads {
    /// Whether its service number is one, if it has any.
    is_number: bool,
    by_box: Option<Target>,
    by_segment: Option<Target>,
}

impl Placing<'_> {
    /// What becomes of some rows, as long as no other row of the call has the same user or contract.
    fn outcomes(&self, rows: Range<usize>) -> Vec<Outcome> {
        let Self { registry, users, .. } = self;
        let owners = registry.contracts.find_all(users.account_id.texts(rows.clone()).into_iter());
        let cross_boxes = users.cross_box.texts(rows.clone());
        let leads = self.leads(&owners, rows.clone(), &cross_boxes);
        // Nothing but look-ups: their waits for memory overlap.
        let merged: Vec<_> = owners.into_iter().map(|owner| owner.map(|owner| self.merged(owner))).collect();
        let located = cross_boxes.into_iter().zip(users.billing_area.texts(rows.clone()));
        let user = |((row, (cross_box, billing_area)), (merged, leads))| {
            self.outcome(&User { row, cross_box, billing_area, merged, leads })
        };
        rows.zip(located).zip(merged.into_iter().zip(leads)).map(user).collect()
    }

    /// What boxes and service numbers say of some rows, where the contract is nobody's. Each step is look-ups alone, too.
    fn leads(&self, owners: &[Option<Code>], rows: Range<usize>, cross_boxes: &[Option<&str>]) -> Vec<Leads> {
        let Self { registry, users, .. } = self;
        let new_at = cross_boxes.iter().zip(owners).map(|(cross_box, owner)| cross_box.filter(|_| owner.is_none()));
        let boxes = registry.boxes.find_all(new_at);
        let known = users.service_number.texts(rows).into_iter().zip(owners).zip(boxes);
        known.map(|((number, owner), cross_box)| self.lead(number, owner.is_none(), cross_box)).collect()
    }

    fn lead(&self, number: Option<&str>, is_new: bool, cross_box: Option<Code>) -> Leads {
        let number = number.map(Number::read);
        Leads {
            is_number: number != Some(None),
            by_box: cross_box.and_then(|cross_box| self.registry.target_of_box(cross_box)),
            by_segment: number.flatten().filter(|_| is_new).and_then(|number| self.registry.search.find(number)),
        }
    }

    /// Into the customer that owns the contract (DIV-01).
    fn merged(&self, customer: Code) -> Outcome {
        let community = self.registry.home(customer).community;
        let merged = Outcome::new(Ok(Placement::Merged), Reasons::CONTRACT_KNOWN, community);
        Outcome { customer: Some(customer), ..merged }
    }

    fn outcome(&self, user: &User<'_>) -> Outcome {
        if !user.leads.is_number || self.invalid.contains_key(&user.row) {
            return Outcome::failed(Trouble::Invalid);
        }
        user.merged.unwrap_or_else(|| self.new_customer(user))
    }

    /// Where a user goes that makes a new customer.
    fn new_customer(&self, user: &User<'_>) -> Outcome {
        let outcome = match Location::of(self.precedence, user.leads.by_box, user.leads.by_segment) {
            Some(Location { target, reasons, conflicts_with }) => {
                let placed = Outcome::new(Ok(target.placement), reasons, Some(target.community));
                Outcome { conflicts_with, ..placed }
            }
            None => self.unassigned(user),
        };
        let has_line_data = || self.users.has_line_data.at(user.row).unwrap_or(user.cross_box.is_some());
        let is_pending = outcome.placed.is_ok() && !outcome.reasons.has(Reasons::BOX_KNOWN) && !has_line_data();
        let remark = if is_pending { Reasons::PENDING_LINE } else { Reasons::NONE };
        Outcome { reasons: outcome.reasons.and(remark), ..outcome }
    }

    /// Into the unassigned community of the billing area (DIV-04).
    fn unassigned(&self, user: &User<'_>) -> Outcome {
        let Some(area) = user.billing_area else { return Outcome::failed(Trouble::NoBillingArea) };
        let Some(area) = self.registry.billing_areas.find(area) else {
            return Outcome::failed(Trouble::UnknownBillingArea);
        };
        match self.registry.unassigned.get(area.place()).copied().flatten() {
            Some(community) => Outcome::new(Ok(Placement::Unassigned), Reasons::LOCATION_UNKNOWN, Some(community)),
            None => Outcome::failed(Trouble::NoUnassignedCommunity),
        }
    }
}

impl Registry {
    fn target_of_box(&self, cross_box: Code) -> Option<Target> {
        Some(Target { placement: Placement::Community, community: self.community_of_box(cross_box)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bit_stands_for_the_reason_of_its_name() {
        for (reason, name) in [
            (Reasons::CONTRACT_KNOWN, "CONTRACT_KNOWN"),
            (Reasons::CONTRACT_REPEATED, "CONTRACT_REPEATED"),
            (Reasons::BOX_KNOWN, "BOX_KNOWN"),
            (Reasons::SEGMENT_KNOWN, "SEGMENT_KNOWN"),
            (Reasons::LOCATION_UNKNOWN, "LOCATION_UNKNOWN"),
            (Reasons::LOCATION_CONFLICT, "LOCATION_CONFLICT"),
            (Reasons::PENDING_LINE, "PENDING_LINE"),
        ] {
            assert_eq!(reason.names().collect::<Vec<_>>(), [name]);
        }
    }
}
