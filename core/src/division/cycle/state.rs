//! Where a customer stands in the monthly cycle (DIV-07), what moves it on, and what is remembered of it.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::log::LogEntry;

/// Where a customer stands in the cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Created, in an unassigned community.
    New,
    /// On the sheet that the departments confirm.
    Exported,
    /// The three departments have answered, and one of them at most claims it.
    Confirmed,
    /// Submitted to the market department's administrator.
    Submitted,
    /// In an unassigned community of its channel.
    ChannelAssigned,
    /// In a community or contracted area: divided.
    CommunityAssigned,
}

impl State {
    /// The states' codes, in their order.
    pub(super) const CODES: [&'static str; 6] =
        ["new", "exported", "confirmed", "submitted", "channel_assigned", "community_assigned"];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Exported => "exported",
            Self::Confirmed => "confirmed",
            Self::Submitted => "submitted",
            Self::ChannelAssigned => "channel_assigned",
            Self::CommunityAssigned => "community_assigned",
        }
    }
}

/// What happens to a customer in the cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The market department puts it on the sheet that is to be confirmed.
    Export,
    /// A department claims it or does not (DIV-08).
    Confirm,
    /// The confirmed sheet goes to the market department's administrator.
    Submit,
    /// The market department moves it to the channel of the department that claims it, or leaves it where it is.
    AssignChannel,
    /// The channel's administrator moves it to a community.
    AssignCommunity,
}

impl EventKind {
    /// Every event.
    pub(super) const ALL: [Self; 5] =
        [Self::Export, Self::Confirm, Self::Submit, Self::AssignChannel, Self::AssignCommunity];
    /// The events' codes, in the same order.
    pub(super) const CODES: &'static [&'static str] =
        &["export", "confirm", "submit", "assign_channel", "assign_community"];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Confirm => "confirm",
            Self::Submit => "submit",
            Self::AssignChannel => "assign_channel",
            Self::AssignCommunity => "assign_community",
        }
    }

    /// Whether it moves customers: window and lock bind it (row 28 of the decisions).
    pub(super) const fn is_move(self) -> bool {
        matches!(self, Self::AssignChannel | Self::AssignCommunity)
    }

    /// The states that it is legal in (DIV-07); a divided customer may move again.
    pub(super) const fn legal_in(self) -> &'static [State] {
        match self {
            Self::Export => &[State::New],
            Self::Confirm => &[State::Exported],
            Self::Submit => &[State::Confirmed],
            Self::AssignChannel => &[State::Submitted, State::CommunityAssigned],
            Self::AssignCommunity => &[State::ChannelAssigned, State::CommunityAssigned],
        }
    }
}

/// A department that confirms new customers (DIV-08), in the order of their priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Department {
    /// The key-account department (大客户部).
    KeyAccount,
    /// The business-customer department (商业客户部).
    Business,
    /// The contracted-customer department (统包客户部).
    Contracted,
}

impl Department {
    /// Every department.
    pub(super) const ALL: [Self; 3] = [Self::KeyAccount, Self::Business, Self::Contracted];
    /// The departments' codes, in the same order.
    pub(super) const CODES: &'static [&'static str] = &["key_account", "business", "contracted"];

    /// The action that its people need.
    pub(super) const fn action(self) -> &'static str {
        match self {
            Self::KeyAccount => "confirm_key_account",
            Self::Business => "confirm_business",
            Self::Contracted => "confirm_contracted",
        }
    }
}

/// What the departments' answers come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// Some have not answered.
    Open,
    /// Nobody claims it.
    Nobody,
    By(Department),
    /// Several do, and nothing says who has precedence.
    Conflict,
}

/// What is remembered of a customer; all but the first four follows from the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Customer {
    pub(super) created_on: NaiveDate,
    /// Where placing put it.
    pub(super) placed_in: Box<str>,
    /// Whether that is a community or contracted area: it needs no cycle.
    pub(super) is_placed: bool,
    /// When the line data of its first user came; none so far.
    pub(super) line_data_on: Option<NaiveDate>,
    pub(super) state: State,
    /// Where the last entry of the log put it.
    pub(super) community: Box<str>,
    /// Whether each department claims it, as far as it has answered.
    answers: [Option<bool>; 3],
    /// The numbers of its entries in the log.
    entries: Vec<u64>,
}

impl Customer {
    pub(super) fn new(
        created_on: NaiveDate,
        placed_in: &str,
        is_placed: bool,
        line_data_on: Option<NaiveDate>,
    ) -> Self {
        let state = if is_placed { State::CommunityAssigned } else { State::New };
        Self {
            created_on,
            placed_in: placed_in.into(),
            is_placed,
            line_data_on,
            state,
            community: placed_in.into(),
            answers: [None; 3],
            entries: Vec::new(),
        }
    }

    /// Takes in what the log says.
    pub(super) fn follow(&mut self, entry: &LogEntry) {
        self.state = entry.to_state;
        self.community = entry.to_community.as_str().into();
        if let Some(department) = entry.department {
            self.answers = self.answers_with(department, entry.claims.unwrap_or_default());
        }
        self.entries.push(entry.seq);
    }

    /// The answers once a department has given one: its last counts.
    fn answers_with(&self, department: Department, claims: bool) -> [Option<bool>; 3] {
        let mut answers = self.answers;
        answers.get_mut(department as usize).into_iter().for_each(|answer| *answer = Some(claims));
        answers
    }

    /// Whether the line data of its first user had not come by a day (row 26 of the decisions).
    pub(super) fn is_late(&self, day: NaiveDate) -> bool {
        self.line_data_on.is_none_or(|came| came > day)
    }

    /// What the answers come to.
    pub(super) fn claim(&self, has_priority: bool) -> Claim {
        claim_of(&self.answers, has_priority)
    }

    /// What they would come to with one more.
    pub(super) fn claim_with(&self, department: Department, claims: bool, has_priority: bool) -> Claim {
        claim_of(&self.answers_with(department, claims), has_priority)
    }

    /// The state at the end of a day.
    pub(super) fn state_on<'l>(&self, day: NaiveDate, entry: impl Fn(u64) -> Option<&'l LogEntry>) -> State {
        let of_day = self.entries.iter().rev().filter_map(|seq| entry(*seq)).find(|entry| entry.as_of <= day);
        of_day.map_or(if self.is_placed { State::CommunityAssigned } else { State::New }, |entry| entry.to_state)
    }

    /// The community that owns it on a day, and since when (row 27 of the decisions): the later effective day wins, then the later
    /// entry. None before it was created.
    pub(super) fn owner_on<'l>(
        &'l self,
        day: NaiveDate,
        entry: impl Fn(u64) -> Option<&'l LogEntry>,
    ) -> Option<(&'l str, NaiveDate)> {
        let placed = (self.created_on <= day).then_some((self.created_on, &*self.placed_in));
        let entries = self.entries.iter().filter_map(|seq| entry(*seq));
        let moves = entries.filter_map(|entry| Some((entry.effective_on?, entry.to_community.as_str())));
        let owners = placed.into_iter().chain(moves).filter(|(since, _)| *since <= day);
        owners.max_by_key(|(since, _)| *since).map(|(since, community)| (community, since))
    }
}

fn claim_of(answers: &[Option<bool>; 3], has_priority: bool) -> Claim {
    let mut claiming = Department::ALL.into_iter().zip(answers).filter(|(_, claims)| **claims == Some(true));
    match (claiming.next(), claiming.next()) {
        (Some(_), Some(_)) if !has_priority => Claim::Conflict,
        _ if answers.contains(&None) => Claim::Open,
        (None, _) => Claim::Nobody,
        (Some((first, _)), _) => Claim::By(first),
    }
}
