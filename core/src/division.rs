//! Customer division (客户划分): which community, contracted area or unassigned community a customer belongs to, which attributes
//! it has, and where a lead goes.

mod criteria;
mod cycle;
mod registry;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decision_table::DecisionTable;

pub(crate) use criteria::CODES as CRITERIA_CODES;
pub use criteria::{
    AssignAttributes, AssignAttributesParams, AssignAttributesRequest, AssignAttributesResponse,
    AssignAttributesTables, AttributeTables, AttributesRow, Criteria, RouteLeads, RouteLeadsParams, RouteLeadsRequest,
    RouteLeadsResponse, RouteLeadsTables, RouteRow, RouteTables, RowsReport, StatisticsPolicy, TargetKind,
};
pub(crate) use cycle::CODES as CYCLE_CODES;
pub use cycle::{
    ActingParams, AdjustedReport, AdjustedTables, Adjustments, AdjustmentsAnswer, AdjustmentsParams, AdjustmentsQuery,
    AdjustmentsQueryParams, AdjustmentsQueryTables, AdjustmentsTables, AdjustmentsUpdate, AdjustmentsUpdateTables,
    AdjustmentsUpdated, CohortReport, CyclePolicy, CycleRecord, Department, DepartmentChannels, DivisionWindow,
    DivisionWindowRequest, DivisionWindowResponse, EffectRecord, EventKind, FindingRecord, LogEntry, LogFinding,
    LogQuery, OwnerRecord, ResultRecord, Sheet, SheetPolicy, State, VerifiedTables, VerifyLog, VerifyLogParams,
    VerifyLogReport, VerifyLogRequest, VerifyLogResponse, VerifyLogTables, WindowPolicy,
};
pub(crate) use registry::CODES as REGISTRY_CODES;
pub use registry::{
    AffectedByChange, AffectedCustomer, AnsweredTables, AskedTables, BoxRecord, NewCustomer, Placement,
    PlacementRecord, PlacingReport, Registry, RegistryAnswer, RegistryQuery, RegistryTables, RegistryUpdate,
    RegistryUpdated, UpdatedRows, UpdatedTables,
};

/// How customers are divided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DivisionPolicy {
    /// What places a new customer whose box and number segment are both looked at (DIV-03).
    pub precedence: Precedence,
    /// The attribute that is reported to the group company (DIV-18).
    pub statistics: StatisticsPolicy,
    /// The department that is responsible for the customer, by id (DIV-17); where no row matches, it is that of the customer's
    /// community.
    pub marketing: DecisionTable,
    /// The unit that a lead goes to, by id, or `community`: the lead's own (DIV-23).
    pub lead_routing: DecisionTable,
    /// How the new customers of a month are divided (DIV-07).
    pub cycle: CyclePolicy,
}

/// Which of cross-connect box and number segment places a new customer (DIV-03); where they disagree, that is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precedence {
    /// The box; a customer whose box is unknown is placed by the segment.
    BoxThenSegment,
    /// The segment; a customer whose segment is unknown is placed by the box.
    SegmentThenBox,
    /// Both have to be known; where they disagree the box decides.
    BothRequired,
}
