//! What a registry is loaded with: whole tables or none. A key stands once, and segments lie within or apart from one another;
//! where not, each faulty row is named once, with the earliest that it clashes with.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::num::NonZeroUsize;
use std::ops::Range;

use super::change::{Changes, RegistryUpdated, UpdatedRows};
use super::codes::Code;
use super::index::AT_A_TIME;
use super::segment::{Extent, Number, Overlap, Segments, overlaps};
use super::{Contracts, Home, MALFORMED_SEGMENT, REPEATED_KEY, Registry, SEGMENT_OVERLAP, Target, put};
use crate::catalogue::{Text, Words};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::table::columns::{Texts, rows_where};
use crate::table::directory::alike;
use crate::table::source::{FromSource, Given, Source};
use crate::table::{Header, Remarks, UnreadColumns, either_or};

/// A number segment and where it leads (DIV-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) extent: Extent,
    pub(super) community: Code,
    /// Whether that is a contracted area.
    pub(super) is_contracted: bool,
}

/// A table whose rows each say something of a key of their own.
trait Keyed {
    const NAME: &'static str;
    const KEY: &'static str;
    /// What is said, and whether it has to be.
    const VALUES: [(&'static str, bool); 2];

    /// Whether the registry knows any key of the kind: the first load need not ask for each.
    fn is_any_held(registry: &Registry) -> bool;

    /// Whether the registry was told of the key before.
    fn is_held(registry: &Registry, key: &str) -> bool;
}

/// No second value.
const NO_COLUMN: (&str, bool) = ("", false);

struct ContractTable;
struct CustomerTable;
struct BoxTable;
struct BillingAreaTable;

impl Keyed for ContractTable {
    const NAME: &'static str = "contracts";
    const KEY: &'static str = "account_id";
    const VALUES: [(&'static str, bool); 2] = [("customer_id", true), NO_COLUMN];

    fn is_any_held(registry: &Registry) -> bool {
        !registry.contracts.owners.is_empty()
    }

    fn is_held(registry: &Registry, key: &str) -> bool {
        registry.owner(key).is_some()
    }
}

impl Keyed for CustomerTable {
    const NAME: &'static str = "customers";
    const KEY: &'static str = "customer_id";
    const VALUES: [(&'static str, bool); 2] = [("community", false), ("box", false)];

    fn is_any_held(registry: &Registry) -> bool {
        registry.customers.len() > 0
    }

    fn is_held(registry: &Registry, key: &str) -> bool {
        registry.customers.find(key).is_some_and(|customer| registry.home(customer).is_told)
    }
}

impl Keyed for BoxTable {
    const NAME: &'static str = "boxes";
    const KEY: &'static str = "box";
    const VALUES: [(&'static str, bool); 2] = [("community", true), NO_COLUMN];

    fn is_any_held(registry: &Registry) -> bool {
        registry.boxes.len() > 0
    }

    fn is_held(registry: &Registry, key: &str) -> bool {
        registry.boxes.find(key).is_some_and(|cross_box| registry.community_of_box(cross_box).is_some())
    }
}

impl Keyed for BillingAreaTable {
    const NAME: &'static str = "billing_areas";
    const KEY: &'static str = "billing_area";
    const VALUES: [(&'static str, bool); 2] = [("unassigned_community", false), NO_COLUMN];

    fn is_any_held(registry: &Registry) -> bool {
        registry.billing_areas.len() > 0
    }

    fn is_held(registry: &Registry, key: &str) -> bool {
        registry.billing_areas.find(key).is_some()
    }
}

/// The rows of such a table.
struct KeyedRows<T> {
    key: Texts,
    values: [Option<Texts>; 2],
    of: PhantomData<T>,
}

impl<T: Keyed> FromSource for KeyedRows<T> {
    const NAME: &'static str = T::NAME;
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        let key = source.text(Header::required(T::KEY));
        let mut value = |(name, is_required): (&str, bool)| {
            (!name.is_empty()).then(|| source.text(Header { is_required, ..Header::optional(name) }))
        };
        Self { key, values: T::VALUES.map(&mut value), of: PhantomData }
    }
}

impl<T> KeyedRows<T> {
    fn keys(&self, rows: Range<usize>) -> impl Iterator<Item = &str> {
        self.key.texts(rows).into_iter().map(Option::unwrap_or_default)
    }

    fn values(&self, column: usize, rows: Range<usize>) -> Vec<Option<&str>> {
        let column = self.values.get(column).and_then(Option::as_ref);
        column.map_or_else(|| vec![None; rows.len()], |column| column.texts(rows.clone()))
    }
}

/// The segments' rows.
struct SegmentRows {
    prefix: Texts,
    from: Texts,
    to: Texts,
    community: Texts,
    contracted_area: Texts,
}

impl FromSource for SegmentRows {
    const NAME: &'static str = "segments";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        let mut text = |name| source.text(Header::optional(name));
        Self {
            prefix: text("prefix"),
            from: text("from"),
            to: text("to"),
            community: text("community"),
            contracted_area: text("contracted_area"),
        }
    }
}

/// A segment as it is written.
struct WrittenSegment {
    extent: Extent,
    community: String,
    is_contracted: bool,
}

impl Registry {
    /// Loads tables (contracts, customers, boxes, segments, billing areas), then lets the changes follow.
    ///
    /// # Errors
    /// Every fault of what is to be loaded, and of the changes' columns; the registry is then as before.
    pub(super) fn tell(&mut self, engine: &Engine, tables: [Option<Given<'_>>; 6]) -> Result<RegistryUpdated, Error> {
        let [contracts, customers, boxes, segments, billing_areas, changes] = tables;
        let mut reading = Reading::new(self, engine.threads());
        let contracts = contracts.map(|given| reading.keyed::<ContractTable>(given));
        let customers = customers.map(|given| reading.keyed::<CustomerTable>(given));
        let boxes = boxes.map(|given| reading.keyed::<BoxTable>(given));
        let segments = segments.map(|given| reading.segments(given));
        let billing_areas = billing_areas.map(|given| reading.keyed::<BillingAreaTable>(given));
        let changes = changes.map(|given| reading.changes(given));
        let Reading { faults, unread, .. } = reading;
        if !faults.is_empty() {
            return Err(Error::request(faults));
        }
        let counts = tables.map(|table| table.map_or(0, Given::rows));
        let [contract_rows, customer_rows, box_rows, _, area_rows, _] = counts;
        contracts.iter().for_each(|rows| self.take_contracts(rows, contract_rows));
        customers.iter().for_each(|rows| self.take_customers(rows, customer_rows));
        boxes.iter().for_each(|rows| self.take_boxes(rows, box_rows));
        segments.into_iter().for_each(|segments| self.take_segments(segments));
        billing_areas.iter().for_each(|rows| self.take_billing_areas(rows, area_rows));
        let rows = UpdatedRows::of(tables.map(|table| table.map(Given::rows)));
        Ok(self.apply(changes, rows, unread))
    }

    fn take_contracts(&mut self, rows: &KeyedRows<ContractTable>, count: usize) {
        self.contracts.owners.reserve(count);
        for rows_in_hand in portions(count) {
            let owners = rows.values(0, rows_in_hand.clone()).into_iter().map(Option::unwrap_or_default);
            let owners = self.customers.number_all(owners);
            self.contracts.add_all(rows.keys(rows_in_hand), &owners);
        }
        self.homes.resize(self.customers.len(), Home::default());
    }

    fn take_customers(&mut self, rows: &KeyedRows<CustomerTable>, count: usize) {
        self.customers.reserve(count);
        for rows_in_hand in portions(count) {
            let customers = self.customers.number_all(rows.keys(rows_in_hand.clone()));
            let places = rows.values(0, rows_in_hand.clone()).into_iter().zip(rows.values(1, rows_in_hand));
            for (customer, (community, first_box)) in customers.into_iter().zip(places) {
                let community = community.map(|code| self.communities.number(code));
                let first_box = first_box.map(|code| self.boxes.number(code));
                self.set_home(customer, Home { community, first_box, is_told: true });
            }
        }
    }

    fn take_boxes(&mut self, rows: &KeyedRows<BoxTable>, count: usize) {
        self.boxes.reserve(count);
        for (key, community) in rows.keys(0..count).zip(rows.values(0, 0..count)) {
            let cross_box = self.boxes.number(key);
            let community = community.map(|code| self.communities.number(code));
            put(&mut self.box_communities, cross_box, community);
        }
    }

    fn take_billing_areas(&mut self, rows: &KeyedRows<BillingAreaTable>, count: usize) {
        for (key, unassigned) in rows.keys(0..count).zip(rows.values(0, 0..count)) {
            let area = self.billing_areas.number(key);
            let unassigned = unassigned.map(|code| self.communities.number(code));
            put(&mut self.unassigned, area, unassigned);
        }
    }

    /// Makes the segments ready to be searched, which do not overlap.
    pub(super) fn make_segments_ready(&mut self) {
        let extents: Vec<_> = self.segments.iter().map(|segment| segment.extent).collect();
        self.search = Segments::of(&extents, |segment| self.segments.get(segment).map(Target::of_segment));
    }

    fn take_segments(&mut self, segments: Vec<WrittenSegment>) {
        for WrittenSegment { extent, community, is_contracted } in segments {
            let community = self.communities.number(&community);
            self.segments.push(Segment { extent, community, is_contracted });
        }
        self.make_segments_ready();
    }
}

impl Contracts {
    /// Adds contract numbers that are not there yet, each with its owner.
    pub(super) fn add_all<'t>(&mut self, account_ids: impl Iterator<Item = &'t str>, owners: &[Code]) {
        let keys: Vec<_> = account_ids.map(|account_id| self.keys.key(account_id)).collect();
        self.owners.touch(keys.iter());
        for (key, owner) in keys.into_iter().zip(owners) {
            self.owners.insert(key, owner.number());
        }
    }
}

/// Rows whose look-ups wait for memory together.
fn portions(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows).step_by(AT_A_TIME).map(move |first| first..rows.min(first + AT_A_TIME))
}

/// The reading of what a registry is told.
struct Reading<'r> {
    registry: &'r Registry,
    threads: NonZeroUsize,
    faults: Vec<Fault>,
    unread: UnreadColumns,
}

impl<'r> Reading<'r> {
    fn new(registry: &'r Registry, threads: NonZeroUsize) -> Self {
        Self { registry, threads, faults: Vec::new(), unread: UnreadColumns::default() }
    }

    /// Reads a table; its rows that are none, by row.
    fn table<T: FromSource<With = ()>>(&mut self, given: Given<'_>) -> (T, BTreeMap<usize, Fault>) {
        let (table, Remarks { invalid, refusals, unread }) = given.read::<T>(&(), 0, None, self.threads);
        self.faults.extend(refusals);
        self.unread.extend(T::NAME, &unread);
        (table, invalid)
    }

    fn keyed<T: Keyed>(&mut self, given: Given<'_>) -> KeyedRows<T> {
        let (rows, mut faults) = self.table::<KeyedRows<T>>(given);
        let registry = self.registry;
        let key = |row: usize| rows.key.text(row).filter(|_| !faults.contains_key(&row));
        let is_held = |row: usize| key(row).is_some_and(|key| T::is_held(registry, key));
        let asked = if T::is_any_held(registry) { given.rows() } else { 0 };
        let held = rows_where(asked, self.threads, is_held);
        let repeats = alike(self.threads, given.rows(), key);
        let mut clash = |row: usize, expected: Words| {
            let fault = Fault::new(&REPEATED_KEY, format!("tables.{}[{row}].{}", T::NAME, T::KEY));
            let key = rows.key.text(row).unwrap_or_default();
            faults.entry(row).or_insert_with(|| fault.found(key).expecting(expected));
        };
        held.into_iter().for_each(|row| clash(row, NOT_HELD.into()));
        for group in repeats {
            let Some((first, others)) = group.split_first() else { continue };
            others.iter().for_each(|row| clash(*row, not_of(*first)));
        }
        self.faults.extend(faults.into_values());
        rows
    }

    fn segments(&mut self, given: Given<'_>) -> Vec<WrittenSegment> {
        let (rows, mut faults) = self.table::<SegmentRows>(given);
        let mut segments = Vec::with_capacity(given.rows());
        for row in (0..given.rows()).filter(|row| !faults.contains_key(row)).collect::<Vec<_>>() {
            match rows.read(row) {
                Ok(segment) => segments.push((row, segment)),
                Err(fault) => {
                    faults.insert(row, *fault);
                }
            }
        }
        let held = self.registry.segments.iter().map(|segment| (None, segment.extent));
        let told = segments.iter().map(|(row, segment)| (Some(*row), segment.extent));
        let (rows, extents): (Vec<_>, Vec<_>) = held.chain(told).unzip();
        let segment = |place: usize| rows.get(place).copied().zip(extents.get(place).copied());
        for Overlap { first, second } in overlaps(&extents) {
            // What the registry holds does not overlap.
            if let Some(((first_row, first), (Some(row), extent))) = segment(first).zip(segment(second)) {
                let path = format!("tables.segments[{row}].{}", extent.column());
                let fault = Fault::new(&SEGMENT_OVERLAP, path).found(extent);
                faults.insert(row, fault.expecting(apart_from(first_row, first)));
            }
        }
        self.faults.extend(faults.into_values());
        segments.into_iter().map(|(_, segment)| segment).collect()
    }

    fn changes(&mut self, given: Given<'_>) -> Changes {
        let (rows, invalid) = self.table(given);
        Changes { rows, invalid, count: given.rows() }
    }
}

impl SegmentRows {
    /// The segment of a row.
    fn read(&self, row: usize) -> Result<WrittenSegment, Box<Fault>> {
        let extent = match [&self.prefix, &self.from, &self.to].map(|column| column.text(row)) {
            [Some(prefix), None, None] => Extent::Prefix(number(row, "prefix", prefix)?),
            [None, Some(from), Some(to)] => range(row, from, to)?,
            [None, Some(from), None] => return Err(as_long_as(row, "to", "null", number(row, "from", from)?)),
            [None, None, Some(to)] => return Err(as_long_as(row, "from", "null", number(row, "to", to)?)),
            [None, None, None] => return Err(malformed(row, "prefix", "null", PREFIX_OR_RANGE)),
            [Some(_), Some(from), _] => return Err(malformed(row, "from", from, PREFIX_OR_RANGE)),
            [Some(_), None, Some(to)] => return Err(malformed(row, "to", to, PREFIX_OR_RANGE)),
        };
        let (community, is_contracted) = match (self.community.text(row), self.contracted_area.text(row)) {
            (Some(community), None) => (community, false),
            (None, Some(area)) => (area, true),
            (None, None) => return Err(malformed(row, "community", "null", either_or("community", "contracted_area"))),
            (Some(_), Some(area)) => {
                return Err(malformed(row, "contracted_area", area, either_or("community", "contracted_area")));
            }
        };
        Ok(WrittenSegment { extent, community: community.to_owned(), is_contracted })
    }
}

fn number(row: usize, column: &str, text: &str) -> Result<Number, Box<Fault>> {
    Number::read(text).ok_or_else(|| malformed(row, column, text, NUMBER))
}

fn range(row: usize, from: &str, to: &str) -> Result<Extent, Box<Fault>> {
    let (first, last) = (number(row, "from", from)?, number(row, "to", to)?);
    Extent::range(first, last).ok_or_else(|| match first.digits() == last.digits() {
        true => malformed(row, "to", to, Words::new(format!("{first} or more"), format!("不小于 {first}"))),
        false => as_long_as(row, "to", to, first),
    })
}

fn as_long_as(row: usize, column: &str, found: &str, other: Number) -> Box<Fault> {
    let digits = other.digits();
    malformed(row, column, found, Words::new(format!("a number of {digits} digits"), format!("{digits} 位号码")))
}

fn malformed(row: usize, column: &str, found: &str, expected: impl Into<Words>) -> Box<Fault> {
    let fault = Fault::new(&MALFORMED_SEGMENT, format!("tables.segments[{row}].{column}"));
    Box::new(fault.found(found).expecting(expected))
}

const PREFIX_OR_RANGE: Text =
    Text { en: "either `prefix`, or `from` and `to`", zh: "`prefix`，或 `from` 与 `to`，二者之一" };
/// What a service number is.
pub(super) const NUMBER: Text =
    Text { en: "at most 18 digits, blanks and hyphens apart", zh: "最多 18 位数字，空格与连字符不计" };
const NOT_HELD: Text = Text { en: "a key that the registry does not hold", zh: "登记库中尚无的键" };

fn not_of(row: usize) -> Words {
    Words::new(format!("a key that row {row} does not have"), format!("与第 {row} 行不同的键"))
}

/// What a segment has to be beside another one, of a row or of the registry.
fn apart_from(row: Option<usize>, other: Extent) -> Words {
    let (en, zh) = match row {
        Some(row) => (format!("row {row}'s {other}"), format!("第 {row} 行的 {other} ")),
        None => (format!("the registry's {other}"), format!("登记库中的 {other} ")),
    };
    Words::new(format!("a segment inside, around or apart from {en}"), format!("与{zh}互相包含或互不相交的号码段"))
}
