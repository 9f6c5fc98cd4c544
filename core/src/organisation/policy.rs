//! The section `[organisation]`: the levels of the trees, the roles and what they may do, and how communities are managed.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conflict::ChannelKind;
use super::task::{ManagerScope, TaskKind};
use super::tree::{PerTree, Tree};
use crate::catalogue::{Words, one_of};
use crate::document::INVALID_VALUE;
use crate::error::Fault;
use crate::fact::Meaning;

/// Steps of a tree: enough for any organisation, and few enough to be walked without a thought.
pub(super) const MOST_STEPS: usize = 64;

/// How the organisation is built, and who may do what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationPolicy {
    /// The levels on which units stand, by code.
    pub levels: BTreeMap<String, Meaning>,
    /// The trees.
    pub trees: PerTree<TreePolicy>,
    /// What each unit of the operations tree does (ORG-09), by code.
    pub operations_functions: BTreeMap<String, Meaning>,
    /// The level of departments: the nearest one above a community in the channel tree is responsible for it (DIV-17).
    pub department_level: String,
    /// The level of local-network channels, between which `assign_channel` moves customers (DIV-07).
    pub channel_level: String,
    /// The managers of communities.
    pub managers: ManagersPolicy,
    /// The items of the main menu, by code (ORG-06).
    pub menus: BTreeMap<String, Meaning>,
    /// What people do, by code.
    pub actions: BTreeMap<String, Action>,
    /// The roles, by code (ORG-04).
    pub roles: BTreeMap<String, Role>,
    /// The tasks around a community, by code (ORG-13).
    pub tasks: BTreeMap<String, TaskKind>,
    /// Whose installing, removing and moving the managers of communities do (ORG-13).
    pub manager_scope: ManagerScope,
    /// Kinds of sales channels, by code (ORG-12).
    pub channel_kinds: BTreeMap<String, ChannelKind>,
}

/// One tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TreePolicy {
    /// What it is called in English.
    pub en: String,
    /// What it is called in Chinese.
    pub zh: String,
    /// The steps from the root to the leaves, each with the levels that stand on it; the last one is the same in every tree.
    #[schemars(length(min = 1))]
    pub steps: Vec<Vec<String>>,
}

impl TreePolicy {
    /// The step on which a level stands, the root's being 0.
    pub(super) fn step(&self, level: &str) -> Option<usize> {
        self.steps.iter().position(|levels| levels.iter().any(|other| other == level))
    }

    /// Its levels.
    fn levels(&self) -> Known<'_> {
        self.steps.iter().flatten().map(String::as_str).collect()
    }
}

/// How many managers a community has (DIV-22).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManagersPolicy {
    /// The roles whose holders manage the unit that the role attaches to.
    pub roles: Vec<String>,
    /// The levels of units that are managed.
    pub levels: Vec<String>,
    /// Fewer are reported.
    #[schemars(range(min = 0, max = 1000))]
    pub at_least: u32,
    /// More are reported.
    #[schemars(range(min = 0, max = 1000))]
    pub at_most: u32,
}

/// The units that an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// None: what is given is not judged.
    None,
    /// The target, which has to lie in the actor's scope; no role needs to list the action.
    View,
    /// The target, and the source where there is one: both have to lie in one scope of the actor's.
    Unit,
    /// From the source to the target: both have to lie in one scope of the actor's. Without a target it ends where it begins.
    Move,
}

/// Something that people do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// What it is called in English.
    pub en: String,
    /// What it is called in Chinese.
    pub zh: String,
    /// The item of the main menu that it stands under.
    pub menu: String,
    /// The units that it is about.
    pub reach: Reach,
    /// Whether a second person has to approve (ORG-08).
    pub is_sensitive: bool,
}

/// How high a role stands, as its name begins (ORG-04).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Province (省).
    Province,
    /// Local network (本地网).
    LocalNetwork,
    /// Branch (分公司).
    Branch,
}

/// What a role is there for (ORG-04).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleKind {
    /// Runs the system: units, people, menus.
    SystemAdministration,
    /// Looks at data.
    Query,
    /// Runs a channel or a department.
    Administration,
    /// Leads.
    Leadership,
    /// Supports business.
    BusinessSupport,
    /// Assesses performance.
    Assessment,
    /// Confirms new customers of a department.
    Confirmation,
    /// Serves customers.
    Service,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// What it is called in English.
    pub en: String,
    /// What it is called in Chinese.
    pub zh: String,
    /// How high it stands.
    pub grade: Grade,
    /// What it is there for.
    pub kind: RoleKind,
    /// The tree that its scope is a part of: the subtree of the unit that it attaches to (ORG-05).
    pub tree: Tree,
    /// The levels of units that it attaches to.
    #[schemars(length(min = 1))]
    pub levels: Vec<String>,
    /// What it may do (ORG-06); whatever is not listed it may not, but look at what lies in its scope.
    pub actions: Vec<String>,
    /// Whether its holder may grant roles, within his scope.
    pub may_grant: bool,
}

impl OrganisationPolicy {
    /// Names that name nothing, and numbers that contradict one another.
    pub fn faults(&self) -> Vec<Fault> {
        let mut names = Names { faults: Vec::new() };
        let (levels, roles) = (known(&self.levels), known(&self.roles));
        for tree in Tree::ALL {
            let path = format!("organisation.trees.{}.steps", tree.code());
            for (index, step) in self.trees.of(tree).steps.iter().enumerate() {
                names.check(&format!("{path}[{index}]"), step, &levels);
            }
            self.check_steps(tree, &path, &mut names.faults);
        }
        let channel_levels = self.trees.channel.levels();
        names.check_one("organisation.department_level", &self.department_level, &channel_levels);
        names.check_one("organisation.channel_level", &self.channel_level, &channel_levels);
        names.check("organisation.managers.roles", &self.managers.roles, &roles);
        names.check("organisation.managers.levels", &self.managers.levels, &levels);
        let (menus, actions) = (known(&self.menus), known(&self.actions));
        for (code, action) in &self.actions {
            names.check_one(&format!("organisation.actions.{code}.menu"), &action.menu, &menus);
        }
        for (code, role) in &self.roles {
            let levels = self.trees.of(role.tree).levels();
            names.check(&format!("organisation.roles.{code}.levels"), &role.levels, &levels);
            names.check(&format!("organisation.roles.{code}.actions"), &role.actions, &actions);
        }
        let Names { mut faults } = names;
        if self.managers.at_least > self.managers.at_most {
            let fault = Fault::new(&INVALID_VALUE, "organisation.managers.at_most").found(self.managers.at_most);
            let least = self.managers.at_least;
            faults.push(fault.expecting(Words::new(
                format!("`at_least`, {least}, or more"),
                format!("不小于 `at_least`（{least}）"),
            )));
        }
        faults
    }

    /// A level stands on one step of a tree, and every tree has the same leaves (ORG-03).
    fn check_steps(&self, tree: Tree, path: &str, faults: &mut Vec<Fault>) {
        let steps = &self.trees.of(tree).steps;
        if steps.len() > MOST_STEPS {
            let fault = Fault::new(&INVALID_VALUE, path).found(steps.len());
            faults.push(
                fault.expecting(Words::new(format!("at most {MOST_STEPS} steps"), format!("最多 {MOST_STEPS} 级"))),
            );
        }
        for (index, level) in
            steps.iter().enumerate().flat_map(|(index, step)| step.iter().map(move |level| (index, level)))
        {
            if self.trees.of(tree).step(level) != Some(index) {
                let fault = Fault::new(&INVALID_VALUE, format!("{path}[{index}]")).found(level);
                faults.push(fault.expecting(Words::new("each level on one step", "每个层级只在一级上出现")));
            }
        }
        let leaves = self.trees.region.steps.last();
        if steps.last() != leaves {
            let found = steps.last().map(|step| step.join(", ")).unwrap_or_default();
            let expected = leaves.map(|step| step.join(", ")).unwrap_or_default();
            let last = steps.len().saturating_sub(1);
            let fault = Fault::new(&INVALID_VALUE, format!("{path}[{last}]")).found(found);
            faults.push(fault.expecting(Words::new(
                format!("the leaves of the region tree: {expected}"),
                format!("与区域树相同的末级：{expected}"),
            )));
        }
    }

    /// The levels of leaves, in every tree.
    pub(super) fn leaves(&self) -> &[String] {
        self.trees.region.steps.last().map_or(&[], Vec::as_slice)
    }
}

/// Names that there are.
type Known<'a> = BTreeSet<&'a str>;

fn known<T>(named: &BTreeMap<String, T>) -> Known<'_> {
    named.keys().map(String::as_str).collect()
}

/// Collects names that name nothing.
struct Names {
    faults: Vec<Fault>,
}

impl Names {
    fn check(&mut self, path: &str, names: &[String], known: &Known<'_>) {
        for (index, name) in names.iter().enumerate() {
            self.check_one(&format!("{path}[{index}]"), name, known);
        }
    }

    fn check_one(&mut self, path: &str, name: &str, known: &Known<'_>) {
        if !known.contains(name) {
            let fault = Fault::new(&INVALID_VALUE, path).found(name).expecting(one_of(known));
            self.faults.push(fault.suggest(name, known.iter().copied()));
        }
    }
}
