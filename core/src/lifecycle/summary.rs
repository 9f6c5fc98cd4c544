//! How a base moves through the stages: the handle `stages`, and the operation `summarise_stages`.
//!
//! Everything is counted in whole numbers, so that parts merge exactly; shares are formed when asked.

mod tables;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decided::{Decided, Decisions};
use super::history::History;
use super::{Classifier, Stage};
use crate::catalogue::Text;
use crate::document::INVALID_VALUE;
use crate::engine::{Engine, NoParameters};
use crate::error::{Error, Fault};
use crate::handle::{BatchVerb, Stateful, restored_all};
use crate::operation::{BatchOperation, Cancel, RecordOperation, Tables};
use crate::ratio::{Share, share};
use crate::table::source::{Collected, Given};
use crate::table::writer;
use crate::table::{Reject, Row, UnreadColumns};
use crate::value::Tier;
use crate::warning::{RuleState, WarningRule};

/// The handle `stages`: counts of the rows handed over so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stages {
    as_of: NaiveDate,
    rows: u64,
    rejected: u64,
    /// By stage, A first; those without one last.
    stages: [u64; 6],
    /// By tier, the highest first; those without one last.
    tiers: [u64; 4],
    /// By rule: fired, insufficient, fired in the shadow.
    rules: Vec<[u64; 3]>,
    /// By the stage of the run before, then by stage; those without one last.
    transitions: [[u64; 6]; 6],
    /// Rows of updates that brought a history.
    followed: u64,
    /// Rows with a stage and two earlier runs at least.
    comparable: u64,
    /// Rows among them that are back in the stage of two or three runs ago.
    flapping: u64,
}

impl Stages {
    fn new(as_of: NaiveDate, classifier: &Classifier) -> Self {
        Self {
            as_of,
            rows: 0,
            rejected: 0,
            stages: [0; 6],
            tiers: [0; 4],
            rules: vec![[0; 3]; classifier.rules().len()],
            transitions: [[0; 6]; 6],
            followed: 0,
            comparable: 0,
            flapping: 0,
        }
    }

    /// Counts the rows of the tables.
    fn of(engine: &Engine, as_of: NaiveDate, given: &GivenTables<'_>) -> Result<(Self, StagesUpdated), Error> {
        let decisions = Decisions::read(given.decisions, 0, engine)?;
        let read = |history| History::read(history, as_of, &decisions, engine);
        let history = given.stage_history.map(read).transpose()?;
        let (mut stages, mut rejects) = (Self::new(as_of, engine.policy().classifier()), Vec::new());
        for row in decisions.iter() {
            match row {
                Ok(row) => stages.add(&row, history.as_ref()),
                Err(row) => rejects.push(*row.reject),
            }
        }
        let (rows, rejected) = (decisions.len(), rejects.len());
        stages.rows = rows.try_into().unwrap_or(u64::MAX);
        stages.rejected = rejected.try_into().unwrap_or(u64::MAX);
        let mut unread = decisions.unread().clone();
        if let Some(history) = history {
            rejects.extend(history.rejects);
            unread.extend("stage_history", &history.unread);
        }
        Ok((stages, StagesUpdated { tables: StagesRejects { rejects }, rows, rejected, unread }))
    }

    /// Counts the rows of tables of Arrow.
    fn of_batches(
        engine: &Engine,
        as_of: NaiveDate,
        given: Tables,
        cancel: &Cancel,
    ) -> Result<(Self, StagesUpdated), Error> {
        let given = Collected::of(given, cancel)?;
        let decisions = given.get("decisions").unwrap_or(Given::Rows(&[]));
        Self::of(engine, as_of, &GivenTables { decisions, stage_history: given.get("stage_history") })
    }

    fn add(&mut self, row: &Decided<'_>, history: Option<&History<'_>>) {
        count(self.stages.get_mut(place(row.stage)));
        count(self.tiers.get_mut(row.tier.map_or(Tier::ALL.len(), |tier| tier as usize)));
        for (bit, counts) in self.rules.iter_mut().enumerate() {
            for (count, mask) in counts.iter_mut().zip([row.warnings, row.insufficient, row.shadow]) {
                *count = count.saturating_add(mask >> bit & 1);
            }
        }
        if let Some(history) = history {
            self.follow(row.stage, history.of(row.user_id));
        }
    }

    /// Counts where a row came from; `earlier` has the newest run first.
    fn follow(&mut self, stage: Option<Stage>, earlier: &[Stage]) {
        count(Some(&mut self.followed));
        let before = self.transitions.get_mut(place(earlier.first().copied()));
        count(before.and_then(|stages| stages.get_mut(place(stage))));
        if let (Some(stage), true) = (stage, earlier.len() >= 2) {
            count(Some(&mut self.comparable));
            if flaps(stage, earlier) {
                count(Some(&mut self.flapping));
            }
        }
    }

    /// Adds what another one counted; that it is of the same day is known.
    fn merge(&mut self, other: &Self) {
        let counts = self.counts_mut().into_iter();
        for (count, other) in counts.zip(other.clone().counts_mut()) {
            *count = count.saturating_add(*other);
        }
    }

    fn counts_mut(&mut self) -> Vec<&mut u64> {
        let Self { as_of: _, rows, rejected, stages, tiers, rules, transitions, followed, comparable, flapping } = self;
        let mut counts = vec![rows, rejected, followed, comparable, flapping];
        counts.extend(stages.iter_mut().chain(tiers).chain(rules.iter_mut().flatten()));
        counts.extend(transitions.iter_mut().flatten());
        counts
    }

    fn used(&self) -> u64 {
        self.rows.saturating_sub(self.rejected)
    }

    fn stage_counts(&self) -> Vec<StageCount> {
        let of = |(stage, rows): (_, &u64)| StageCount { stage, rows: *rows, share: share(*rows, self.used()) };
        stages_and_none().zip(&self.stages).map(of).collect()
    }

    fn tier_counts(&self) -> Vec<TierCount> {
        let tiers = Tier::ALL.map(Some).into_iter().chain([None]);
        let of = |(tier, rows): (_, &u64)| TierCount { tier, rows: *rows, share: share(*rows, self.used()) };
        tiers.zip(&self.tiers).map(of).collect()
    }

    fn transition_counts(&self) -> Vec<TransitionCount> {
        let mut counts = Vec::new();
        for (previous_stage, row) in stages_and_none().zip(&self.transitions) {
            let sum = row.iter().fold(0, |sum: u64, rows| sum.saturating_add(*rows));
            let found = stages_and_none().zip(row).filter(|(_, rows)| **rows > 0);
            counts.extend(found.map(|(stage, rows)| TransitionCount {
                previous_stage,
                stage,
                rows: *rows,
                share: share(*rows, sum),
            }));
        }
        counts
    }

    fn rule_counts(&self, classifier: &Classifier) -> Vec<RuleCount> {
        let is_evaluated = |(rule, _): &(&WarningRule, _)| rule.state != RuleState::Draft;
        let of = |(rule, [fired, insufficient, shadow]): (&WarningRule, &[u64; 3])| RuleCount {
            code: rule.code.clone(),
            fired: *fired,
            insufficient: *insufficient,
            shadow: *shadow,
        };
        classifier.rules().zip(&self.rules).filter(is_evaluated).map(of).collect()
    }

    fn answer(&self, engine: &Engine) -> StagesAnswer {
        StagesAnswer {
            tables: SummaryTables {
                stages: self.stage_counts(),
                transitions: self.transition_counts(),
                warnings: self.rule_counts(engine.policy().classifier()),
                tiers: self.tier_counts(),
            },
            report: StagesReport {
                as_of: self.as_of,
                rows: self.rows,
                rejected: self.rejected,
                followed: self.followed,
                comparable: self.comparable,
                flapping: self.flapping,
                flap_rate: share(self.flapping, self.comparable),
                digest: engine.policy().digest().to_owned(),
            },
        }
    }
}

/// Whether the stage is that of two or three runs ago, with another in between; the newest run comes first.
fn flaps(stage: Stage, earlier: &[Stage]) -> bool {
    let is_back = |runs: usize| {
        let mut between = earlier.iter().take(runs - 1);
        earlier.get(runs - 1) == Some(&stage) && between.any(|between| *between != stage)
    };
    is_back(2) || is_back(3)
}

fn count(slot: Option<&mut u64>) {
    if let Some(count) = slot {
        *count = count.saturating_add(1);
    }
}

/// A stage's place among the counts.
fn place(stage: Option<Stage>) -> usize {
    stage.map_or(Stage::ALL.len(), |stage| stage as usize)
}

fn stages_and_none() -> impl Iterator<Item = Option<Stage>> {
    Stage::ALL.map(Some).into_iter().chain([None])
}

/// The day that a summary is of.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StagesParams {
    /// The day as of which the rows were classified.
    pub as_of: NaiveDate,
}

/// Classified rows with what earlier runs decided about them, and what other handles were told.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StagesUpdate {
    /// The tables.
    pub tables: Option<StagesTables>,
    /// Serialised states of handles of the same kind, day and policy, to be merged into this one.
    #[serde(default)]
    pub states: Vec<String>,
}

/// The tables that a summary is made of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StagesTables {
    /// Decisions as `classify` gives them, in any order; each user once: nobody remembers who was told, so a user that is told
    /// twice counts twice. Of Arrow, `stage` has to be there, and masks serve for lists. Other columns are not read.
    pub decisions: Vec<Row>,
    /// The results of earlier runs about the same users (`user_id`, `as_of`, `stage`), in any order; for transitions and the
    /// flap rate. A user's rows come with its decision, not in another part.
    pub stage_history: Option<Vec<Row>>,
}

/// The tables as they came in.
struct GivenTables<'a> {
    decisions: Given<'a>,
    stage_history: Option<Given<'a>>,
}

impl StagesTables {
    fn given(&self) -> GivenTables<'_> {
        let stage_history = self.stage_history.as_deref().map(Given::Rows);
        GivenTables { decisions: Given::Rows(&self.decisions), stage_history }
    }
}

/// What became of an update.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StagesUpdated {
    /// The tables.
    pub tables: StagesRejects,
    /// Decisions that came in with this update, the states' not among them.
    pub rows: usize,
    /// Decisions among them that do not count.
    pub rejected: usize,
    /// What nobody reads: of `decisions` by name, of the history as `stage_history.<name>`.
    #[serde(flatten)]
    pub unread: UnreadColumns,
}

/// The rows that do not count.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StagesRejects {
    /// Rows of either table that do not count, each with its reason.
    pub rejects: Vec<Reject>,
}

/// How many rows are where, and where they came from.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StagesAnswer {
    /// The tables.
    pub tables: SummaryTables,
    /// What it was made of, and how stable stages are.
    pub report: StagesReport,
}

/// The counts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SummaryTables {
    /// Rows by stage, A first, then those without one.
    pub stages: Vec<StageCount>,
    /// Rows by the stage of the run before and by stage: the transition matrix, cells of 0 left out. Only rows that came with a
    /// history.
    pub transitions: Vec<TransitionCount>,
    /// Rows by warning rule, in the policy's order; drafts, which are not evaluated, left out.
    pub warnings: Vec<RuleCount>,
    /// Rows by value tier, the highest first, then those without one.
    pub tiers: Vec<TierCount>,
}

/// Rows of a stage.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StageCount {
    /// The stage; null for rows without one.
    pub stage: Option<Stage>,
    /// Users and prospects in it.
    pub rows: u64,
    /// Their share of all rows that count: six decimals, half-even; null if there are none.
    pub share: Option<Share>,
}

/// Rows of a tier.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TierCount {
    /// The tier; null for rows without one.
    pub tier: Option<Tier>,
    /// Users and prospects in it.
    pub rows: u64,
    /// Their share of all rows that count: six decimals, half-even; null if there are none.
    pub share: Option<Share>,
}

/// Rows that went from one stage to another, or stayed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TransitionCount {
    /// The stage of the run before; null for users that no earlier run saw.
    pub previous_stage: Option<Stage>,
    /// The stage now; null for rows without one.
    pub stage: Option<Stage>,
    /// Users and prospects that went this way.
    pub rows: u64,
    /// Their share of those with the same previous stage: six decimals, half-even.
    pub share: Option<Share>,
}

/// Rows of a warning rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleCount {
    /// The rule's code.
    pub code: String,
    /// Rows it warns of.
    pub fired: u64,
    /// Rows of which it cannot know.
    pub insufficient: u64,
    /// Rows it would warn of, were it active.
    pub shadow: u64,
}

/// What a summary was made of, and how stable stages are.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StagesReport {
    /// The day as of which was classified.
    pub as_of: NaiveDate,
    /// Decisions that came in.
    pub rows: u64,
    /// Decisions among them that do not count.
    pub rejected: u64,
    /// Decisions that came with a history, be it empty: the sum of the transitions.
    pub followed: u64,
    /// Decisions with a stage and at least two earlier runs.
    pub comparable: u64,
    /// Decisions among them whose stage is that of two or three runs ago, with another in between.
    pub flapping: u64,
    /// The flap rate, `flapping` of `comparable`: six decimals, half-even; null without history.
    pub flap_rate: Option<Share>,
    /// Digest of the policy.
    pub digest: String,
}

impl Stateful for Stages {
    const NAME: &'static str = "stages";
    const ABOUT: Text = Text {
        en: "Counts stages, transitions, warnings and tiers, and the flap rate, in any order and from any number of parts.",
        zh: "统计阶段、阶段转移、预警、价值等级与阶段反复率，顺序与分片不限。",
    };
    type Params = StagesParams;
    type Update = StagesUpdate;
    type Updated = StagesUpdated;
    type Query = NoParameters;
    type Answer = StagesAnswer;
    type UpdateParams = NoParameters;
    type QueryParams = NoParameters;

    fn open(engine: &Engine, params: StagesParams) -> Result<Self, Error> {
        Ok(Self::new(params.as_of, engine.policy().classifier()))
    }

    fn update(&mut self, engine: &Engine, update: StagesUpdate) -> Result<StagesUpdated, Error> {
        let states = restored_all::<Self>(engine, &update.states)?;
        let faults: Vec<_> =
            states.iter().enumerate().filter_map(|(index, state)| self.other_day(index, state)).collect();
        if !faults.is_empty() {
            return Err(Error::request(faults));
        }
        let tables = update.tables.unwrap_or(StagesTables { decisions: Vec::new(), stage_history: None });
        let (told, updated) = Self::of(engine, self.as_of, &tables.given())?;
        states.iter().chain([&told]).for_each(|state| self.merge(state));
        Ok(updated)
    }

    fn query(&self, engine: &Engine, _: NoParameters) -> Result<StagesAnswer, Error> {
        Ok(self.answer(engine))
    }

    const UPDATE: BatchVerb = BatchVerb {
        tables: &["decisions"],
        optional_tables: &["stage_history"],
        answered_tables: &["rejects", "report"],
    };
    const QUERY: BatchVerb = BatchVerb {
        tables: &[],
        optional_tables: &[],
        answered_tables: &["stages", "transitions", "warnings", "tiers", "report"],
    };

    fn update_batch(
        &mut self,
        engine: &Engine,
        given: Tables,
        _: NoParameters,
        cancel: &Cancel,
    ) -> Result<Tables, Error> {
        let (told, updated) = Self::of_batches(engine, self.as_of, given, cancel)?;
        let answered = updated.batches(engine)?;
        self.merge(&told);
        Ok(answered)
    }

    fn query_batch(&self, engine: &Engine, _: Tables, _: NoParameters, _: &Cancel) -> Result<Tables, Error> {
        self.answer(engine).batches(None, engine)
    }
}

impl Stages {
    /// The fault of a state of another day.
    fn other_day(&self, index: usize, state: &Self) -> Option<Fault> {
        let fault = || Fault::new(&INVALID_VALUE, format!("states[{index}].state.as_of"));
        (state.as_of != self.as_of).then(|| fault().found(state.as_of).expected(self.as_of))
    }
}

/// The operation `summarise_stages`.
#[derive(Debug)]
pub struct SummariseStages;

/// Classified rows, with what earlier runs decided about them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SummariseStagesRequest {
    /// The tables.
    pub tables: StagesTables,
    /// The parameters.
    pub params: StagesParams,
}

/// How many rows are where, where they came from, and the rows that do not count.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SummariseStagesResponse {
    /// The tables.
    pub tables: SummaryAndRejects,
    /// What it was made of, and how stable stages are.
    pub report: SummariseStagesReport,
}

/// The counts, and the rows that do not count.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SummaryAndRejects {
    /// The counts.
    #[serde(flatten)]
    pub counts: SummaryTables,
    /// Rows of either table that do not count, each with its reason.
    pub rejects: Vec<Reject>,
}

/// What a summary was made of, and how stable stages are.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SummariseStagesReport {
    /// What it was made of, and how stable stages are.
    #[serde(flatten)]
    pub report: StagesReport,
    /// What nobody reads: of `decisions` by name, of the history as `stage_history.<name>`.
    #[serde(flatten)]
    pub unread: UnreadColumns,
}

impl RecordOperation for SummariseStages {
    const NAME: &'static str = "summarise_stages";
    const ABOUT: Text = Text {
        en: "Counts stages, transitions between runs, warnings and tiers, and says how often stages flap.",
        zh: "统计阶段、阶段转移、预警与价值等级，并给出阶段反复率。",
    };
    type Request = SummariseStagesRequest;
    type Response = SummariseStagesResponse;

    fn run(engine: &Engine, request: SummariseStagesRequest) -> Result<SummariseStagesResponse, Error> {
        let (summary, updated) = Stages::of(engine, request.params.as_of, &request.tables.given())?;
        let StagesUpdated { tables, unread, .. } = updated;
        let StagesAnswer { tables: counts, report } = summary.answer(engine);
        Ok(SummariseStagesResponse {
            tables: SummaryAndRejects { counts, rejects: tables.rejects },
            report: SummariseStagesReport { report, unread },
        })
    }
}

impl BatchOperation for SummariseStages {
    type Params = StagesParams;
    const TABLES: &'static [&'static str] = Stages::UPDATE.tables;
    const OPTIONAL_TABLES: &'static [&'static str] = Stages::UPDATE.optional_tables;
    const ANSWERED_TABLES: &'static [&'static str] =
        &["stages", "transitions", "warnings", "tiers", "rejects", "report"];

    /// All is counted before the first batch.
    fn open(engine: &Engine, given: Tables, params: StagesParams, cancel: Cancel) -> Result<Tables, Error> {
        let (summary, updated) = Stages::of_batches(engine, params.as_of, given, &cancel)?;
        let mut answered = summary.answer(engine).batches(Some(&updated.unread), engine)?;
        answered
            .extend(writer::tables([("rejects", vec![Reject::batch(&updated.tables.rejects, engine.signature())?])]));
        Ok(answered)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::Stage::{A, B, C, D, E};
    use super::*;

    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::open("china-telecom").unwrap());

    #[test]
    fn only_another_stage_in_between_makes_a_flap() {
        assert!(flaps(C, &[D, C]) && flaps(C, &[D, D, C]) && flaps(C, &[C, D, C]));
        assert!(!flaps(C, &[C, C]) && !flaps(C, &[C, C, C]) && !flaps(C, &[D, D, D, C]));
        assert!(!flaps(E, &[D, C, B]) && !flaps(A, &[B]) && !flaps(A, &[]));
    }

    /// Users with up to four earlier runs.
    fn users() -> impl Strategy<Value = Vec<(Option<&'static str>, Vec<&'static str>)>> {
        let stage = || prop::sample::select(vec!["A", "B", "C", "D", "E"]);
        prop::collection::vec((prop::option::of(stage()), prop::collection::vec(stage(), 0..5)), 0..30)
    }

    /// The tables of the users of one part.
    fn tables(users: &[(Option<&str>, Vec<&str>)], is_here: impl Fn(usize) -> bool) -> Json {
        let here = || users.iter().enumerate().filter(|(user, _)| is_here(*user));
        let decisions: Vec<_> =
            here().map(|(user, (stage, _))| json!({"user_id": user.to_string(), "stage": stage})).collect();
        let runs = here().flat_map(|(user, (_, stages))| {
            let row = move |(run, stage): (usize, &&str)| {
                json!({"user_id": user.to_string(), "as_of": format!("2024-0{}-28", run + 1), "stage": stage})
            };
            stages.iter().enumerate().map(row).collect::<Vec<_>>()
        });
        json!({"decisions": decisions, "stage_history": runs.rev().collect::<Vec<_>>()})
    }

    proptest! {
        #[test]
        fn any_sharding_gives_the_same_bytes_and_every_row_is_somewhere(
            users in users(),
            parts in prop::collection::vec(0..3_usize, 30),
        ) {
            let engine = &*ENGINE;
            let params = json!({"as_of": "2024-06-30"});
            let opened = || engine.open_handle("stages", &params.to_string()).unwrap();
            let whole = opened();
            whole.update(&json!({"tables": tables(&users, |_| true)}).to_string()).unwrap();
            let merged = opened();
            for part in [2, 0, 1] {
                let shard = opened();
                shard.update(&json!({"tables": tables(&users, |user| parts[user] == part)}).to_string()).unwrap();
                merged.update(&json!({"states": [shard.serialise().unwrap()]}).to_string()).unwrap();
            }
            prop_assert_eq!(merged.serialise().unwrap(), whole.serialise().unwrap());

            let answer: Json = serde_json::from_str(&whole.query("{}").unwrap()).unwrap();
            for table in ["stages", "tiers", "transitions"] {
                let rows = answer["tables"][table].as_array().unwrap().iter();
                prop_assert_eq!(rows.map(|row| row["rows"].as_u64().unwrap()).sum::<u64>(), users.len() as u64);
            }
        }
    }
}
