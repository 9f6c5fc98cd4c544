//! Who may do what, where (ORG-05, ORG-06, ORG-08, DIV-09): denied unless a role allows it, with every reason.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::person::Person;
use super::policy::{Action, OrganisationPolicy, Reach};
use super::tree::Tree;
use super::{
    APPROVER_INACTIVE, APPROVER_IS_ACTOR, APPROVER_NOT_ALLOWED, APPROVER_UNKNOWN, NO_ROLE, NO_SOURCE, NO_TARGET,
    Organisation, PERSON_INACTIVE, SCOPES_DIFFER, SECOND_APPROVAL, SOURCE_OUT_OF_SCOPE, SOURCE_UNKNOWN,
    TARGET_OUT_OF_SCOPE, TARGET_UNKNOWN, UNKNOWN_ACTION, UNKNOWN_PERSON,
};
use crate::catalogue::Code;

/// What somebody wants to do.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// Who wants to.
    pub person_id: &'r str,
    /// An action of the policy.
    pub action: &'r str,
    /// The unit from which something is moved.
    pub source: Option<&'r str>,
    /// The unit that it is about, or to which something is moved.
    pub target: Option<&'r str>,
    /// Only roles that are scoped by this tree count; all of them where none is given.
    pub tree: Option<Tree>,
    /// The day on which roles, units and people are looked at.
    pub as_of: NaiveDate,
    /// The other person who approves, for sensitive actions.
    pub second_approver: Option<&'r str>,
}

/// Whether somebody may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// He may.
    Allowed,
    /// He may as soon as another person, allowed the same, approves.
    NeedsSecondApproval,
    /// He may not.
    Denied,
}

impl Permission {
    /// The outcomes' codes, in order.
    pub const CODES: &'static [&'static str] = &["allowed", "needs_second_approval", "denied"];
}

/// The role that allows something, and the unit whose subtree it is allowed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ground<'o> {
    /// The role.
    pub role: &'o str,
    /// The unit at which it is held.
    pub unit_id: &'o str,
}

/// A decision, with what an audit asks for (ORG-08).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision<'o> {
    /// Whether he may.
    pub outcome: Permission,
    /// Everything that is missing, in the order person, action, units, role, scope, second approval.
    pub reasons: Vec<&'static Code>,
    /// What allows it to the person; none where nothing does.
    pub ground: Option<Ground<'o>>,
    /// What allows it to the second approver, where one is needed and given.
    pub approval: Option<Ground<'o>>,
    /// Whether the action is sensitive.
    pub is_sensitive: bool,
}

/// One end of an action: the unit, and what is said of one that is missing, unknown or out of scope.
struct End<'r> {
    unit_id: Option<&'r str>,
    is_needed: bool,
    missing: &'static Code,
    unknown: &'static Code,
    out_of_scope: &'static Code,
}

impl<'r> Request<'r> {
    /// The units that have to lie in the actor's scope.
    fn ends(&self, reach: Reach) -> Vec<End<'r>> {
        let (source_needed, target_needed) = match reach {
            Reach::None => return Vec::new(),
            Reach::View | Reach::Unit => (false, true),
            Reach::Move => (true, false),
        };
        let source = End {
            unit_id: self.source,
            is_needed: source_needed,
            missing: &NO_SOURCE,
            unknown: &SOURCE_UNKNOWN,
            out_of_scope: &SOURCE_OUT_OF_SCOPE,
        };
        let target = End {
            unit_id: self.target,
            is_needed: target_needed,
            missing: &NO_TARGET,
            unknown: &TARGET_UNKNOWN,
            out_of_scope: &TARGET_OUT_OF_SCOPE,
        };
        vec![source, target]
    }
}

impl Organisation {
    /// Whether somebody may do something: costs a walk up the tree for each role that the person holds.
    pub fn can(&self, policy: &OrganisationPolicy, request: &Request<'_>) -> Decision<'_> {
        let mut reasons = Vec::new();
        let person = self.active(request.person_id, request.as_of, [&UNKNOWN_PERSON, &PERSON_INACTIVE], &mut reasons);
        let Some(action) = policy.actions.get(request.action) else {
            reasons.push(&UNKNOWN_ACTION);
            return Decision {
                outcome: Permission::Denied,
                reasons,
                ground: None,
                approval: None,
                is_sensitive: false,
            };
        };
        let places = self.places(action.reach, request, &mut reasons);
        let grounds = person.map(|person| self.grounds(policy, person, request, action, &places));
        let ground = grounds.and_then(|grounds| grounds.map_err(|missing| reasons.extend(missing)).ok());
        let is_otherwise_allowed = reasons.is_empty();
        let approval =
            if action.is_sensitive { self.approval(policy, request, action, &places, &mut reasons) } else { None };
        let outcome = match reasons.as_slice() {
            [] => Permission::Allowed,
            [reason] if is_otherwise_allowed && **reason == SECOND_APPROVAL => Permission::NeedsSecondApproval,
            _ => Permission::Denied,
        };
        Decision { outcome, reasons, ground, approval, is_sensitive: action.is_sensitive }
    }

    /// Whether a person is known and active on a day.
    pub fn is_active(&self, person_id: &str, day: NaiveDate) -> bool {
        self.persons.get(person_id).is_some_and(|person| person.is_active(day))
    }

    /// A person who is active on a day; otherwise it is said that nobody knows him, or that he is not.
    fn active(
        &self,
        person_id: &str,
        day: NaiveDate,
        [unknown, inactive]: [&'static Code; 2],
        reasons: &mut Vec<&'static Code>,
    ) -> Option<&Person> {
        match self.persons.get(person_id) {
            Some(person) if person.is_active(day) => return Some(person),
            Some(_) => reasons.push(inactive),
            None => reasons.push(unknown),
        }
        None
    }

    /// The places of the units that an action is about, each with what is said where it is out of scope.
    fn places(
        &self,
        reach: Reach,
        request: &Request<'_>,
        reasons: &mut Vec<&'static Code>,
    ) -> Vec<(usize, &'static Code)> {
        let mut places = Vec::new();
        for end in request.ends(reach) {
            match end.unit_id {
                Some(id) => match self.units.place_on(id, request.as_of) {
                    Some(place) => places.push((place, end.out_of_scope)),
                    None => reasons.push(end.unknown),
                },
                None if end.is_needed => reasons.push(end.missing),
                None => {}
            }
        }
        places
    }

    /// The role that allows an action at all places at once, or what is missing.
    fn grounds<'o>(
        &'o self,
        policy: &OrganisationPolicy,
        person: &'o Person,
        request: &Request<'_>,
        action: &Action,
        places: &[(usize, &'static Code)],
    ) -> Result<Ground<'o>, Vec<&'static Code>> {
        let day = request.as_of;
        let allowing: Vec<_> = person
            .grants_on(day)
            .filter_map(|grant| {
                let role = policy.roles.get(&*grant.role)?;
                let lists = action.reach == Reach::View || role.actions.iter().any(|listed| listed == request.action);
                let counts = lists && request.tree.is_none_or(|tree| tree == role.tree);
                counts.then_some((grant, role.tree, grant.place_on(&self.units, day)?))
            })
            .collect();
        if allowing.is_empty() {
            return Err(vec![&NO_ROLE]);
        }
        let covers = |tree, top, place| self.units.is_under(place, top, tree, day);
        let at_once =
            allowing.iter().find(|(_, tree, top)| places.iter().all(|(place, _)| covers(*tree, *top, *place)));
        if let Some((grant, ..)) = at_once {
            return Ok(Ground { role: &grant.role, unit_id: &grant.unit_id });
        }
        let is_out = |place| !allowing.iter().any(|(_, tree, top)| covers(*tree, *top, place));
        let out: Vec<_> = places.iter().filter(|(place, _)| is_out(*place)).map(|(_, code)| *code).collect();
        Err(if out.is_empty() { vec![&SCOPES_DIFFER] } else { out })
    }

    /// What allows a sensitive action to the second approver: another active person, allowed the same (row 32 of the
    /// decisions).
    fn approval<'o>(
        &'o self,
        policy: &OrganisationPolicy,
        request: &Request<'_>,
        action: &Action,
        places: &[(usize, &'static Code)],
        reasons: &mut Vec<&'static Code>,
    ) -> Option<Ground<'o>> {
        let Some(approver) = request.second_approver else {
            reasons.push(&SECOND_APPROVAL);
            return None;
        };
        if approver == request.person_id {
            reasons.push(&APPROVER_IS_ACTOR);
            return None;
        }
        let person = self.active(approver, request.as_of, [&APPROVER_UNKNOWN, &APPROVER_INACTIVE], reasons)?;
        let ground = self.grounds(policy, person, request, action, places).ok();
        if ground.is_none() {
            reasons.push(&APPROVER_NOT_ALLOWED);
        }
        ground
    }
}
