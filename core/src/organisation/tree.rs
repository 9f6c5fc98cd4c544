//! The trees that units hang in, over shared leaves (ORG-01 to ORG-03, ORG-09).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A way in which units lie above one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tree {
    /// By administrative region (按行政区域): company, city branch, district centre, department, patch, community (ORG-01).
    Region,
    /// By channel (按渠道): company, channel, local channel, department, patch, community (ORG-02).
    Channel,
    /// Operations and maintenance in one (营维合一): city, operations department, office, team (ORG-09).
    Operations,
}

impl Tree {
    /// Every tree, in the order of [`Self::CODES`].
    pub const ALL: [Self; 3] = [Self::Region, Self::Channel, Self::Operations];
    /// The trees' codes.
    pub const CODES: &'static [&'static str] = &["region", "channel", "operations"];

    /// The tree as tables and policies write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Channel => "channel",
            Self::Operations => "operations",
        }
    }
}

/// One of each for every tree.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PerTree<T> {
    /// By administrative region.
    pub region: T,
    /// By channel.
    pub channel: T,
    /// Operations and maintenance in one.
    pub operations: T,
}

impl<T> PerTree<T> {
    /// That of a tree.
    pub const fn of(&self, tree: Tree) -> &T {
        match tree {
            Tree::Region => &self.region,
            Tree::Channel => &self.channel,
            Tree::Operations => &self.operations,
        }
    }

    /// That of a tree, to be changed.
    pub(super) const fn of_mut(&mut self, tree: Tree) -> &mut T {
        match tree {
            Tree::Region => &mut self.region,
            Tree::Channel => &mut self.channel,
            Tree::Operations => &mut self.operations,
        }
    }
}
