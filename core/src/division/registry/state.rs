//! A registry as a text: lists sorted by their keys, so that equal registries are equal texts.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::codes::{Code, Codes};
use super::load::Segment;
use super::segment::{Extent, Number, overlaps};
use super::{Home, Registry, put};

/// What is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    /// Contract number, owner.
    contracts: Vec<(String, String)>,
    /// Customer, community, box of its first user.
    customers: Vec<(String, Option<String>, Option<String>)>,
    /// Box, community.
    boxes: Vec<(String, String)>,
    segments: Vec<WrittenSegment>,
    /// Billing area, unassigned community.
    billing_areas: Vec<(String, Option<String>)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSegment {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    community: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contracted_area: Option<String>,
}

impl Registry {
    fn state(&self) -> State {
        let community = |code: Code| self.community(code);
        let mut contracts: Vec<_> = self
            .contracts
            .iter()
            .map(|(account_id, owner)| (account_id, self.customers.text(owner).to_string()))
            .collect();
        let told = self.customers.iter().zip(&self.homes).filter(|(_, home)| home.is_told);
        let mut customers: Vec<_> = told
            .map(|(customer, home)| {
                let first_box = home.first_box.map(|code| self.boxes.text(code).to_string());
                (self.customers.text(customer).to_string(), home.community.map(community), first_box)
            })
            .collect();
        let mapped = self.boxes.iter().zip(&self.box_communities);
        let mut boxes: Vec<_> = mapped
            .filter_map(|(code, mapped)| Some((self.boxes.text(code).to_string(), community((*mapped)?))))
            .collect();
        let mut segments = self.segments.clone();
        let areas = self.billing_areas.iter().zip(&self.unassigned);
        let mut billing_areas: Vec<_> = areas
            .map(|(code, unassigned)| (self.billing_areas.text(code).to_string(), unassigned.map(community)))
            .collect();
        contracts.sort_unstable();
        customers.sort_unstable();
        boxes.sort_unstable();
        segments.sort_unstable_by_key(|segment| segment.extent);
        billing_areas.sort_unstable();
        let segments = segments.into_iter().map(|segment| self.written(segment)).collect();
        State { contracts, customers, boxes, segments, billing_areas }
    }

    fn written(&self, Segment { extent, community, is_contracted }: Segment) -> WrittenSegment {
        let (prefix, from, to) = match extent {
            Extent::Prefix(prefix) => (Some(prefix.to_string()), None, None),
            Extent::Range(from, to) => (None, Some(from.to_string()), Some(to.to_string())),
        };
        let community = Some(self.community(community));
        let (community, contracted_area) = if is_contracted { (None, community) } else { (community, None) };
        WrittenSegment { prefix, from, to, community, contracted_area }
    }

    /// The registry of a state; none where a key stands twice or a segment is none.
    fn of_state(state: State) -> Option<Self> {
        let State { contracts, customers, boxes, segments, billing_areas } = state;
        let mut registry = Self::default();
        for (account_id, owner) in contracts {
            let owner = registry.customers.number(&owner);
            registry.contracts.add(&account_id, owner)?;
        }
        registry.homes.resize(registry.customers.len(), Home::default());
        for (customer_id, community, first_box) in customers {
            let customer = registry.customers.number(&customer_id);
            let community = community.map(|code| registry.communities.number(&code));
            let first_box = first_box.map(|code| registry.boxes.number(&code));
            let is_new = !registry.home(customer).is_told;
            is_new.then(|| registry.set_home(customer, Home { community, first_box, is_told: true }))?;
        }
        for (cross_box, community) in boxes {
            let (cross_box, community) = (registry.boxes.number(&cross_box), registry.communities.number(&community));
            let is_new = registry.community_of_box(cross_box).is_none();
            is_new.then(|| put(&mut registry.box_communities, cross_box, Some(community)))?;
        }
        for (area, unassigned) in billing_areas {
            let area = new(&mut registry.billing_areas, &area)?;
            let unassigned = unassigned.map(|code| registry.communities.number(&code));
            put(&mut registry.unassigned, area, unassigned);
        }
        for segment in segments {
            let segment = registry.read(segment)?;
            registry.segments.push(segment);
        }
        let extents: Vec<_> = registry.segments.iter().map(|segment| segment.extent).collect();
        overlaps(&extents).is_empty().then_some(())?;
        registry.make_segments_ready();
        Some(registry)
    }

    fn read(&mut self, written: WrittenSegment) -> Option<Segment> {
        let number = |text: Option<String>| text.map(|text| Number::read(&text));
        let extent = match (number(written.prefix), number(written.from), number(written.to)) {
            (Some(prefix), None, None) => Extent::Prefix(prefix?),
            (None, Some(from), Some(to)) => Extent::range(from?, to?)?,
            _ => return None,
        };
        let (community, is_contracted) = match (written.community, written.contracted_area) {
            (Some(community), None) => (community, false),
            (None, Some(area)) => (area, true),
            _ => return None,
        };
        Some(Segment { extent, community: self.communities.number(&community), is_contracted })
    }
}

/// The number of a code that was not there.
fn new(codes: &mut Codes, text: &str) -> Option<Code> {
    codes.find(text).is_none().then(|| codes.number(text))
}

impl Serialize for Registry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.state().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Registry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let state = State::deserialize(deserializer)?;
        Self::of_state(state).ok_or_else(|| D::Error::custom("a key stands twice, or a segment is none"))
    }
}
