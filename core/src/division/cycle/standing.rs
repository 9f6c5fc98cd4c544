//! How a customer stands to window and lock on a day (DIV-10, DIV-12; rows 4 and 28 of the decisions).

use chrono::NaiveDate;

use super::CyclePolicy;
use super::state::{Customer, State};
use super::window::{Lock, Window};
use crate::month::Month;

/// What binds the moves of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The window of its own cohort.
    Own(Window),
    /// Any window: it is divided, was locked formerly, or is exempt.
    Any,
    /// It is locked.
    Locked(Lock),
}

impl Standing {
    pub(super) const fn lock(&self) -> Option<Lock> {
        match self {
            Self::Locked(lock) => Some(*lock),
            Self::Own(_) | Self::Any => None,
        }
    }
}

impl CyclePolicy {
    /// What binds a customer on a day. The lock is read once, from the state on the window's last day.
    pub(super) fn standing(
        &self,
        customer: &Customer,
        day: NaiveDate,
        state_on: impl Fn(NaiveDate) -> State,
    ) -> Standing {
        let cohort = Month::of(customer.created_on);
        let (Some(window), Some(lock)) = (self.window.window(cohort), self.window.lock(cohort)) else {
            return Standing::Any;
        };
        if day <= window.closes {
            let is_divided = customer.state == State::CommunityAssigned;
            return if is_divided { Standing::Any } else { Standing::Own(window) };
        }
        let is_exempt = self.late_line_exempt && customer.is_late(window.closes);
        if is_exempt || state_on(window.closes) == State::CommunityAssigned || !lock.contains(day) {
            return Standing::Any;
        }
        Standing::Locked(lock)
    }

    /// Whether a window is open that the customer may move in; of a locked one, whether any is.
    pub(super) fn is_open(&self, standing: &Standing, day: NaiveDate) -> bool {
        match standing {
            Standing::Own(window) => window.contains(day),
            Standing::Any | Standing::Locked(_) => self.window.open_cohorts(day).next().is_some(),
        }
    }

    /// The first day from this one on on which it may move.
    pub(super) fn next_day(&self, standing: &Standing, day: NaiveDate) -> Option<NaiveDate> {
        match standing {
            Standing::Own(window) => Some(window.opens.max(day)),
            Standing::Any => self.window.next_open(day),
            Standing::Locked(lock) => self.window.next_open(lock.ends),
        }
    }
}
