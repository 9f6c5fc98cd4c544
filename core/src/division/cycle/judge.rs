//! Whether an event may happen to a customer: everything that speaks against it, in the order transition, role, scope, target,
//! lock, window, second approval (row 29 of the decisions).

use chrono::NaiveDate;

use super::state::{Claim, Customer, Department, EventKind, State};
use super::{
    CyclePolicy, ILLEGAL_TRANSITION, LOCKED, OTHER_CHANNEL, SAME_CHANNEL, SEVERAL_DEPARTMENTS, SOURCE_DIFFERS,
    TARGET_IS_UNASSIGNED, TARGET_MISSING, TARGET_NOT_COMMUNITY, TARGET_NOT_UNASSIGNED, TARGET_UNEXPECTED,
    WINDOW_CLOSED,
};
use crate::catalogue::{self, NOTHING, Text, Words, one_of};
use crate::error::Fault;
use crate::month::Month;
use crate::organisation::{self, Organisation, OrganisationPolicy, Request, Tree};

/// Who acts, and when.
#[derive(Debug, Clone)]
pub(super) struct Acting {
    pub(super) as_of: NaiveDate,
    pub(super) at: Option<String>,
    pub(super) actor: String,
    pub(super) second_approver: Option<String>,
    pub(super) batch_id: Option<String>,
}

/// What is to happen to a customer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event<'e> {
    pub(super) kind: EventKind,
    /// The department that answers; of those of the actor's roles where it is not said.
    pub(super) department: Option<Department>,
    pub(super) claims: bool,
    /// Where it is said to be; not said of single events.
    pub(super) source: Option<&'e str>,
    pub(super) target: Option<&'e str>,
    pub(super) effective_month: Option<Month>,
    pub(super) reason: Option<&'e str>,
    /// Whether the second approver has approved the file that it stands in.
    pub(super) is_approved: bool,
    pub(super) place: Place<'e>,
}

/// Where in the input it stands: a row of a table, and how that names its columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'e> {
    pub(super) table: &'static str,
    pub(super) row: usize,
    pub(super) customer: &'e str,
    pub(super) event: &'e str,
    pub(super) source: &'e str,
    pub(super) target: &'e str,
}

impl Place<'_> {
    pub(super) fn of(&self, column: &str) -> String {
        let point = if column.is_empty() { "" } else { "." };
        format!("tables.{}[{}]{point}{column}", self.table, self.row)
    }
}

/// What an event that may happen comes to.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) to_state: State,
    /// Where it moves the customer; none where that stays.
    pub(super) to_community: Option<String>,
    pub(super) effective_on: Option<NaiveDate>,
    pub(super) role: String,
    pub(super) department: Option<Department>,
    /// Whether departments claim it against one another.
    pub(super) has_conflict: bool,
    /// Whether a second person approved it.
    pub(super) is_approved: bool,
}

/// What everything is judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'a> {
    pub(super) organisation: &'a Organisation,
    pub(super) roles: &'a OrganisationPolicy,
    pub(super) cycle: &'a CyclePolicy,
    pub(super) acting: &'a Acting,
}

/// What the organisation says of an actor.
#[derive(Default)]
struct Permission {
    role: Option<String>,
    department: Option<Department>,
    is_approved: bool,
    of_role: Vec<Fault>,
    of_scope: Vec<Fault>,
    of_target: Vec<Fault>,
    of_approval: Vec<Fault>,
}

impl Judge<'_> {
    /// Judges an event; `state_on` says where the customer stood at the end of a day.
    ///
    /// # Errors
    /// Everything that speaks against it.
    pub(super) fn judge(
        &self,
        event: &Event<'_>,
        customer: &Customer,
        state_on: impl Fn(NaiveDate) -> State,
    ) -> Result<Verdict, Vec<Fault>> {
        let mut faults: Vec<_> = transition_fault(event, customer.state).into_iter().collect();
        let mut permission = self.permission(event, customer);
        faults.append(&mut permission.of_role);
        faults.append(&mut permission.of_scope);
        if event.kind.is_move() {
            faults.extend(source_fault(event, customer));
            faults.append(&mut permission.of_target);
            faults.extend(self.target_fault(event, customer));
            faults.extend(self.calendar_faults(customer, state_on));
        } else {
            faults.extend(unexpected_target(event, ONLY_MOVES));
        }
        faults.append(&mut permission.of_approval);
        if faults.is_empty() { Ok(self.verdict(event, customer, permission)) } else { Err(faults) }
    }

    fn verdict(&self, event: &Event<'_>, customer: &Customer, permission: Permission) -> Verdict {
        let Permission { role, department, is_approved, .. } = permission;
        let claim =
            department.map(|department| customer.claim_with(department, event.claims, self.cycle.claim_priority));
        let to_state = match event.kind {
            EventKind::Export => State::Exported,
            EventKind::Confirm if matches!(claim, Some(Claim::Nobody | Claim::By(_))) => State::Confirmed,
            EventKind::Confirm => State::Exported,
            EventKind::Submit => State::Submitted,
            EventKind::AssignChannel => State::ChannelAssigned,
            EventKind::AssignCommunity => State::CommunityAssigned,
        };
        let to_community = event.target.filter(|_| event.kind.is_move()).map(str::to_owned);
        Verdict {
            to_state,
            effective_on: to_community.as_ref().and_then(|_| self.effective_on(event, customer)),
            to_community,
            role: role.unwrap_or_default(),
            department,
            has_conflict: claim == Some(Claim::Conflict),
            is_approved: is_approved || event.is_approved,
        }
    }

    /// The first day of the month from which a move counts, but not before the customer was created (row 27).
    fn effective_on(&self, event: &Event<'_>, customer: &Customer) -> Option<NaiveDate> {
        let month = event.effective_month.unwrap_or_else(|| Month::of(self.acting.as_of));
        Some(month.first_day()?.max(customer.created_on))
    }

    /// Who may: the actor's roles, their scope, the second approver (row 21).
    fn permission(&self, event: &Event<'_>, customer: &Customer) -> Permission {
        let action = match event.kind {
            EventKind::Confirm => return self.confirmer(event, customer),
            EventKind::Export => "export_cohort",
            EventKind::Submit => "submit_cohort",
            EventKind::AssignChannel => "assign_channel",
            EventKind::AssignCommunity => "assign_community",
        };
        self.asked(action, event, customer)
    }

    /// The department for which the actor answers.
    fn confirmer(&self, event: &Event<'_>, customer: &Customer) -> Permission {
        let asked = |department: Department| {
            let permission = self.asked(department.action(), event, customer);
            Permission { department: permission.role.as_ref().map(|_| department), ..permission }
        };
        if let Some(department) = event.department {
            return asked(department);
        }
        let all = Department::ALL.map(asked).into_iter();
        let mut allowed: Vec<_> = all.filter(|permission| permission.role.is_some()).collect();
        match (allowed.pop(), allowed.is_empty()) {
            (Some(permission), true) => permission,
            (Some(_), false) => Permission { of_role: vec![several_departments(event)], ..Permission::default() },
            (None, _) => self.asked_of_all(event, customer),
        }
    }

    /// What somebody lacks who answers for no department.
    fn asked_of_all(&self, event: &Event<'_>, customer: &Customer) -> Permission {
        let mut permission = self.asked(Department::KeyAccount.action(), event, customer);
        let [first, second, third] = Department::ALL.map(Department::action);
        let actions = Words::new(
            format!("a role with the action {first}, {second} or {third}"),
            format!("具有操作 {first}、{second} 或 {third} 的角色"),
        );
        permission.of_role.iter_mut().for_each(|fault| fault.expected = actions.clone());
        permission
    }

    fn asked(&self, action: &str, event: &Event<'_>, customer: &Customer) -> Permission {
        let Acting { as_of, actor, second_approver, .. } = self.acting;
        let request = Request {
            person_id: actor,
            action,
            source: event.kind.is_move().then_some(&*customer.community),
            target: event.target.filter(|_| event.kind.is_move()),
            tree: None,
            as_of: *as_of,
            second_approver: second_approver.as_deref(),
        };
        let decision = self.organisation.can(self.roles, &request);
        let mut permission = Permission::default();
        for reason in &decision.reasons {
            self.deny(&mut permission, reason, action, event, customer);
        }
        permission.role = decision.ground.map(|ground| ground.role.to_owned());
        permission.is_approved = decision.approval.is_some();
        permission
    }

    /// Puts a reason of the organisation's where it belongs in the order.
    fn deny(
        &self,
        permission: &mut Permission,
        reason: &'static catalogue::Code,
        action: &str,
        event: &Event<'_>,
        customer: &Customer,
    ) {
        let place = &event.place;
        let of_source = || Fault::new(reason, place.of(place.source)).found(&customer.community);
        let of_target = || Fault::new(reason, place.of(place.target)).found(event.target.unwrap_or("null"));
        let is = |code: &catalogue::Code| reason.number == code.number;
        if is(&organisation::SOURCE_OUT_OF_SCOPE) {
            permission.of_scope.push(of_source().expecting(IN_SCOPE));
        } else if is(&organisation::TARGET_OUT_OF_SCOPE) {
            permission.of_scope.push(of_target().expecting(IN_SCOPE));
        } else if is(&organisation::SCOPES_DIFFER) {
            permission.of_scope.push(of_target().expecting(ONE_SCOPE));
        } else if is(&organisation::SOURCE_UNKNOWN) {
            permission.of_target.push(of_source().expecting(KNOWN_UNIT));
        } else if is(&organisation::TARGET_UNKNOWN) {
            permission.of_target.push(of_target().expecting(KNOWN_UNIT));
        } else if is_of_approval(reason) {
            permission.of_approval.push(self.denial(reason, action));
        } else {
            permission.of_role.push(self.denial(reason, action));
        }
    }

    /// A reason of the organisation's against whoever acts or approves.
    pub(super) fn denial(&self, reason: &'static catalogue::Code, action: &str) -> Fault {
        let Acting { actor, second_approver, .. } = self.acting;
        if !is_of_approval(reason) {
            let role = Words::new(format!("a role with the action {action}"), format!("具有操作 {action} 的角色"));
            return Fault::new(reason, "params.actor").found(actor).expecting(role);
        }
        let fault = Fault::new(reason, "params.second_approver").expecting(OTHER_PERSON);
        match second_approver {
            Some(approver) => fault.found(approver),
            None => fault.finding(NOTHING),
        }
    }

    /// What speaks against where a move ends (DIV-13, row 20).
    fn target_fault(&self, event: &Event<'_>, customer: &Customer) -> Option<Fault> {
        let needs_target = event.kind == EventKind::AssignCommunity || !self.stays(customer);
        let place = event.place;
        let Some(target) = event.target else {
            let missing = Fault::new(&TARGET_MISSING, place.of(place.target)).found("null");
            return needs_target.then(|| missing.expecting(self.expected_target(event.kind)));
        };
        let fault =
            |code, expected: Words| Some(Fault::new(code, place.of(place.target)).found(target).expecting(expected));
        let as_of = self.acting.as_of;
        if !needs_target {
            return unexpected_target(event, NOBODYS);
        }
        if !self.organisation.has_unit(target, as_of) {
            // The organisation has said so.
            return None;
        }
        let expected = || self.expected_target(event.kind);
        let is_unassigned = self.organisation.is_unassigned(target);
        match event.kind {
            EventKind::AssignCommunity if is_unassigned => fault(&TARGET_IS_UNASSIGNED, expected()),
            EventKind::AssignCommunity if !self.organisation.is_leaf(self.roles, target) => {
                fault(&TARGET_NOT_COMMUNITY, expected())
            }
            EventKind::AssignCommunity => None,
            _ if !is_unassigned => fault(&TARGET_NOT_UNASSIGNED, expected()),
            _ => self.channel_fault(event, customer, target),
        }
    }

    /// Whether the channel step leaves a customer where it is: no department claims it (row 22).
    fn stays(&self, customer: &Customer) -> bool {
        customer.state == State::Submitted && customer.claim(self.cycle.claim_priority) == Claim::Nobody
    }

    /// What speaks against the channel that a move ends in.
    fn channel_fault(&self, event: &Event<'_>, customer: &Customer, target: &str) -> Option<Fault> {
        let Self { organisation, roles, .. } = self;
        let as_of = self.acting.as_of;
        let path = event.place.of(event.place.target);
        let Some(channel) = organisation.local_channel(roles, target, as_of) else {
            return Some(Fault::new(&TARGET_NOT_UNASSIGNED, path).found(target).expecting(UNASSIGNED_COMMUNITY));
        };
        if organisation.local_channel(roles, &customer.community, as_of) == Some(channel) {
            return Some(Fault::new(&SAME_CHANNEL, path).found(target).expecting(ANOTHER_CHANNEL));
        }
        let Claim::By(department) = customer.claim(self.cycle.claim_priority) else { return None };
        let claimed = self.cycle.channels.of(department).filter(|_| customer.state == State::Submitted)?;
        let is_there = organisation.lies_under(target, claimed, Tree::Channel, as_of);
        let expected = Words::new(format!("a unit in {claimed}"), format!("{claimed} 之下的单位"));
        (!is_there).then(|| Fault::new(&OTHER_CHANNEL, path).found(target).expecting(expected))
    }

    fn expected_target(&self, kind: EventKind) -> Words {
        match kind {
            EventKind::AssignCommunity => REAL_COMMUNITY.into(),
            _ => UNASSIGNED_COMMUNITY.into(),
        }
    }

    /// Lock and window (DIV-10, DIV-12).
    fn calendar_faults(&self, customer: &Customer, state_on: impl Fn(NaiveDate) -> State) -> Vec<Fault> {
        let as_of = self.acting.as_of;
        let standing = self.cycle.standing(customer, as_of, state_on);
        let fault = |code, day: NaiveDate| {
            let expected = Words::new(format!("{day} or later"), format!("{day} 及以后"));
            Fault::new(code, "params.as_of").found(as_of).expecting(expected)
        };
        let locked = standing.lock().map(|lock| fault(&LOCKED, lock.ends));
        let is_open = self.cycle.is_open(&standing, as_of);
        let next = self.cycle.next_day(&standing, as_of).filter(|_| !is_open);
        locked.into_iter().chain(next.map(|day| fault(&WINDOW_CLOSED, day))).collect()
    }
}

/// Whether a reason is about the second approver.
fn is_of_approval(reason: &catalogue::Code) -> bool {
    let codes = [
        &organisation::SECOND_APPROVAL,
        &organisation::APPROVER_IS_ACTOR,
        &organisation::APPROVER_UNKNOWN,
        &organisation::APPROVER_INACTIVE,
        &organisation::APPROVER_NOT_ALLOWED,
    ];
    codes.iter().any(|code| code.number == reason.number)
}

fn transition_fault(event: &Event<'_>, state: State) -> Option<Fault> {
    let legal = event.kind.legal_in();
    let fault = Fault::new(&ILLEGAL_TRANSITION, event.place.of(event.place.event)).found(state.code());
    (!legal.contains(&state)).then(|| fault.expecting(one_of(legal.iter().map(|state| state.code()))))
}

/// A customer that is not where it is said to be.
fn source_fault(event: &Event<'_>, customer: &Customer) -> Option<Fault> {
    let source = event.source.filter(|source| **source != *customer.community)?;
    let fault = Fault::new(&SOURCE_DIFFERS, event.place.of(event.place.source));
    Some(fault.found(source).expected(&customer.community))
}

/// A target that an event has and should not.
fn unexpected_target(event: &Event<'_>, why: Text) -> Option<Fault> {
    let fault = Fault::new(&TARGET_UNEXPECTED, event.place.of(event.place.target)).found(event.target?);
    Some(fault.expecting(why))
}

fn several_departments(event: &Event<'_>) -> Fault {
    let fault = Fault::new(&SEVERAL_DEPARTMENTS, event.place.of("department")).found("null");
    fault.expecting(one_of(Department::CODES.iter().copied()))
}

const IN_SCOPE: Text = Text { en: "a unit in the actor's scope", zh: "操作人权限范围内的单位" };
const ONE_SCOPE: Text =
    Text { en: "source and target in the scope of one role", zh: "来源与目标同属一个角色的权限范围" };
const KNOWN_UNIT: Text = Text { en: "a unit of the organisation on that day", zh: "当日存在的单位" };
const OTHER_PERSON: Text =
    Text { en: "another active person who may do the same", zh: "另一名在岗且具有同样权限的人员" };
const NOBODYS: Text =
    Text { en: "null: nobody claims the customer, it stays", zh: "null：无部门认领，客户不动" };
const ONLY_MOVES: Text = Text { en: "null: only moves have a target", zh: "null：只有调整才有目标单位" };
const REAL_COMMUNITY: Text =
    Text { en: "a community or contracted area that is not unassigned", zh: "非未分配的社区或统包区" };
const UNASSIGNED_COMMUNITY: Text =
    Text { en: "an unassigned community of the channel", zh: "目标渠道的未分配社区" };
const ANOTHER_CHANNEL: Text = Text { en: "a unit of another channel", zh: "另一渠道的单位" };
