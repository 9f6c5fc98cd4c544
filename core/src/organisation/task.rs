//! What the managers of communities are there for, and whom they serve (ORG-13).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Text, one_of};
use crate::document::INVALID_VALUE;
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::money::Money;
use crate::operation::RecordOperation;

/// A side of the work around a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Duty {
    /// Marketing (营销).
    Marketing,
    /// Maintenance (维护).
    Maintenance,
}

/// A kind of task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskKind {
    /// What it is called in English.
    pub en: String,
    /// What it is called in Chinese.
    pub zh: String,
    /// The side of the work.
    pub duty: Duty,
    /// Whether it is done for some customers only, those of `manager_scope`: installing, removing and moving.
    pub is_scoped: bool,
}

/// The customers for whom scoped tasks are done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManagerScope {
    /// The statistics attributes of customers who are served, whatever they spend.
    pub attributes: Vec<String>,
    /// The statistics attributes of customers who are served where they are at the low end.
    pub low_end_attributes: Vec<String>,
    /// A month's fee below which a customer is at the low end.
    pub low_end_below: Money,
}

/// The operation `assign_task`.
#[derive(Debug)]
pub struct AssignTask;

/// A task for a customer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignTaskRequest {
    /// A kind of task of the policy's `organisation.tasks`.
    pub task: String,
    /// The customer's statistics attribute, such as `public` or `business`; null where nobody knows it.
    pub attribute: Option<String>,
    /// The customer's fee of a month; null where nobody knows it.
    pub monthly_fee: Option<Money>,
}

/// Whether a manager of a community may have the task.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AssignTaskResponse {
    /// Whether he may; null where that depends on what nobody knows.
    pub may_assign: Option<bool>,
    /// The side of the work.
    pub duty: Duty,
    /// Where the policy says so.
    pub policy_path: &'static str,
}

impl RecordOperation for AssignTask {
    const NAME: &'static str = "assign_task";
    const ABOUT: Text = Text {
        en: "Says whether a task may be assigned to the manager of a community.",
        zh: "判断任务可否分派给社区经理。",
    };
    type Request = AssignTaskRequest;
    type Response = AssignTaskResponse;

    fn run(engine: &Engine, request: AssignTaskRequest) -> Result<AssignTaskResponse, Error> {
        let policy = &engine.policy().document().organisation;
        let Some(task) = policy.tasks.get(&request.task) else {
            let tasks = || policy.tasks.keys().map(String::as_str);
            let fault = Fault::new(&INVALID_VALUE, "task").found(&request.task).expecting(one_of(tasks()));
            return Err(Error::request(vec![fault.suggest(&request.task, tasks())]));
        };
        let (may_assign, policy_path) = match task.is_scoped {
            true => (policy.manager_scope.serves(&request), "organisation.manager_scope"),
            false => (Some(true), "organisation.tasks"),
        };
        Ok(AssignTaskResponse { may_assign, duty: task.duty, policy_path })
    }
}

impl ManagerScope {
    /// Whether scoped tasks are done for a customer; none where that depends on what nobody knows.
    fn serves(&self, request: &AssignTaskRequest) -> Option<bool> {
        let attribute = request.attribute.as_ref()?;
        if self.attributes.contains(attribute) {
            return Some(true);
        }
        if !self.low_end_attributes.contains(attribute) {
            return Some(false);
        }
        Some(request.monthly_fee? < self.low_end_below)
    }
}
