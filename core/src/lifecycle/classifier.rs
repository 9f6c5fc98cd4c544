//! A policy's tiers, warnings and stages compiled into one plan, and what the plan decides.

use std::collections::{BTreeMap, HashMap};

use chrono::{Months, NaiveDate};

use super::decision::{Decision, Reasons, StageReason};
use super::reading::Keys;
use super::{LifecyclePolicy, MinimumDwell, Stage, StageTests, TOO_MANY_RULES};
use crate::catalogue::Words;
use crate::condition::{Derived, Node, Outcome, Outcomes, Plan, PlanBuilder, Row, Test, TooLarge};
use crate::error::Fault;
use crate::fact::{FactId, Facts};
use crate::month::{date_of_day, day_of};
use crate::table::cell::bits;
use crate::value::{self, Tier, ValuePolicy};
use crate::view::{self, HostFact};
use crate::warning::{self, RuleState, WarningPolicy, WarningRule};

/// A mask has a bit a rule.
const MOST_RULES: usize = 64;

/// Everything needed to decide tiers, warnings and stages.
#[derive(Debug, Clone)]
pub struct Classifier {
    facts: Facts,
    plan: Plan,
    /// What the keys of a row mean.
    pub(crate) keys: Keys,
    pub(super) tiers: Vec<TierStep>,
    /// The series that the tiers read.
    pub(super) tier_series: Vec<FactId>,
    pub(super) rules: Vec<RuleStep>,
    /// The rules that are evaluated: each with its bit.
    evaluated: Vec<(u64, Node)>,
    /// The rules in force.
    active: u64,
    pub(super) stages: Vec<StageStep>,
    pub(super) reasons: Reasons,
    /// The active rules that move the stage.
    pub(super) moving: u64,
    pub(super) minimum_dwell: MinimumDwell,
}

/// A step of the tier decision, compiled.
#[derive(Debug, Clone)]
pub(super) struct TierStep {
    pub tier: Tier,
    pub test: Test,
    /// Whether its condition holds.
    condition: Node,
    /// Whether this step decides.
    pub decides: Node,
}

/// A warning rule, compiled.
#[derive(Debug, Clone)]
pub(super) struct RuleStep {
    pub rule: WarningRule,
    /// None for a draft, which is not evaluated.
    pub node: Option<Node>,
}

/// A step of the stage decision, compiled.
#[derive(Debug, Clone)]
pub(super) struct StageStep {
    pub stage: Stage,
    pub tests: StageTests,
    pub reason: String,
    /// Whether it reads `declining`: then the rules that fired are its reasons, too.
    pub reads_declining: bool,
    /// Whether its condition holds.
    condition: Node,
    /// Whether this step decides.
    pub decides: Node,
}

/// What an earlier run decided about the customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Before {
    /// Whether the host says at all what earlier runs decided.
    pub is_given: bool,
    /// The stage; `None` for whoever no earlier run saw.
    pub stage: Option<Stage>,
    /// Since when.
    pub since: Option<NaiveDate>,
}

impl Before {
    /// From the place of the stage and the day since 1970-01-01.
    pub(crate) fn new(is_given: bool, stage: Option<i64>, since: Option<i64>) -> Self {
        let stage = stage.and_then(|place| usize::try_from(place).ok());
        Self {
            is_given,
            stage: stage.and_then(|place| Stage::ALL.get(place)).copied(),
            since: since.and_then(date_of_day),
        }
    }
}

impl Classifier {
    /// Compiles a policy's sections.
    ///
    /// # Errors
    /// Every fault of the host's facts, the parameters and the conditions.
    pub fn compile(
        host: &BTreeMap<String, HostFact>,
        value: &ValuePolicy,
        warning: &WarningPolicy,
        lifecycle: &LifecyclePolicy,
    ) -> Result<Self, Vec<Fault>> {
        let mut facts = Facts::default();
        view::facts::register(&mut facts);
        value::register(&mut facts);
        warning::register(&mut facts, warning);
        super::register(&mut facts);
        let mut faults = view::register_host(&mut facts, host).err().unwrap_or_default();
        // All three are read before any is missed: an author wants to see every fault.
        let tiers = kept(value.conditions(&facts), &mut faults);
        let rules = kept(warning.rules(&facts), &mut faults);
        let stages = kept(lifecycle.conditions(&facts), &mut faults);
        if rules.len() > MOST_RULES {
            let fault = Fault::new(&TOO_MANY_RULES, "warning").found(rules.len());
            faults.push(fault.expecting(Words::new(format!("at most {MOST_RULES}"), format!("最多 {MOST_RULES} 条"))));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut compiler = Compiler { builder: PlanBuilder::new(&facts), facts: &facts };
        let tiers = compiler.tiers(tiers).map_err(|fault| vec![fault])?;
        let rules = compiler.rules(rules)?;
        let stages = compiler.stages(lifecycle, stages).map_err(|fault| vec![fault])?;
        let asked = tiers.iter().map(|step| step.condition).chain(stages.iter().map(|step| step.condition));
        let asked: Vec<_> = asked.chain(rules.iter().filter_map(|step| step.node)).collect();
        let plan = compiler.builder.build(&asked).map_err(|error| vec![error.at("")])?;
        let mut tier_series = Vec::new();
        tiers.iter().for_each(|step| step.test.series(&mut tier_series));
        let minimum_dwell = lifecycle.minimum_dwell.clone();
        let (keys, reasons) = (Keys::new(&facts, &plan), Reasons::new(&stages, &rules));
        let node = |(bit, step): (usize, &RuleStep)| Some((1 << bit, step.node?));
        let evaluated = rules.iter().enumerate().filter_map(node).collect();
        let active = mask(&rules, |step| step.rule.state == RuleState::Active);
        let moving = active & mask(&rules, |step| step.rule.moves_stage);
        Ok(Self {
            facts,
            plan,
            keys,
            tiers,
            tier_series,
            rules,
            evaluated,
            active,
            stages,
            reasons,
            moving,
            minimum_dwell,
        })
    }

    /// The facts that conditions may read.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What is read and compared.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The warning rules, in the order of the masks' bits.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &WarningRule> {
        self.rules.iter().map(|step| &step.rule)
    }

    /// Decides one row.
    pub fn decide(&self, row: &mut Row, before: Before, as_of: NaiveDate, outcomes: &mut Outcomes) -> Decision {
        self.plan.evaluate(row, day_of(as_of), outcomes);
        let deciding = outcomes.first_true(self.tiers.iter().map(|step| step.condition));
        let tier = deciding.and_then(|index| self.tiers.get(index)).map(|step| step.tier);
        let mut decision = Decision { tier, ..Decision::default() };
        decision.lacks_fees = tier.is_none() && self.lacks_fees(row);
        self.warn(outcomes, &mut decision);
        self.decide_stage(outcomes, before, as_of, &mut decision);
        decision
    }

    /// Whether there is no month at all of the series that the tiers read, as at an installation (SEG-02).
    fn lacks_fees(&self, row: &Row) -> bool {
        let knows_none = |series: &FactId| !self.plan.knows_a_month(row, *series);
        !self.tier_series.is_empty() && self.tier_series.iter().all(knows_none)
    }

    fn warn(&self, outcomes: &Outcomes, decision: &mut Decision) {
        let (mut fired, mut insufficient) = (0, 0);
        for (bit, node) in &self.evaluated {
            match outcomes.of(*node) {
                Outcome::True => fired |= bit,
                Outcome::Unknown => insufficient |= bit,
                Outcome::False => {}
            }
        }
        decision.warnings = fired & self.active;
        decision.shadow = fired & !self.active;
        decision.insufficient = insufficient;
    }

    fn decide_stage(&self, outcomes: &Outcomes, before: Before, as_of: NaiveDate, decision: &mut Decision) {
        if let Some(index) = outcomes.first_true(self.stages.iter().map(|step| step.condition)) {
            decision.stage = self.stages.get(index).map(|step| step.stage);
            decision.stage_reason = StageReason::Step(index);
        }
        self.settle(before, as_of, decision);
    }

    /// Whether the stage of before still counts, and since when the stage holds.
    pub fn settle(&self, before: Before, as_of: NaiveDate, decision: &mut Decision) {
        if let (Some(stage), Some(previous)) = (decision.stage, before.stage)
            && self.waits(stage, previous, before.since, as_of)
        {
            decision.stage = Some(previous);
            decision.stage_reason = StageReason::MinimumDwell;
        }
        if before.is_given && decision.stage.is_some() {
            let is_unchanged = decision.stage == before.stage;
            decision.stage_since = if is_unchanged { before.since } else { Some(as_of) };
        }
    }

    /// Whether the customer has to stay in the stage of before; nobody waits for A and E, or in them.
    fn waits(&self, stage: Stage, previous: Stage, since: Option<NaiveDate>, as_of: NaiveDate) -> bool {
        let months = self.minimum_dwell.months(previous);
        let leaves_freely = stage == previous || matches!(stage, Stage::A | Stage::E) || months == 0;
        let over = since.and_then(|since| since.checked_add_months(Months::new(months.into())));
        !leaves_freely && over.is_some_and(|over| as_of < over)
    }

    /// The codes of a mask's bits.
    pub fn codes(&self, mask: u64) -> impl Iterator<Item = &str> {
        bits(mask).filter_map(|bit| self.rules.get(bit)).map(|step| step.rule.code.as_str())
    }
}

/// The mask of such rules.
fn mask(rules: &[RuleStep], is_such: impl Fn(&RuleStep) -> bool) -> u64 {
    rules.iter().enumerate().filter(|(_, step)| is_such(step)).fold(0, |mask, (bit, _)| mask | 1 << bit)
}

fn kept<T>(read: Result<Vec<T>, Vec<Fault>>, faults: &mut Vec<Fault>) -> Vec<T> {
    read.unwrap_or_else(|found| {
        faults.extend(found);
        Vec::new()
    })
}

struct Compiler<'a> {
    builder: PlanBuilder<'a>,
    facts: &'a Facts,
}

impl Compiler<'_> {
    fn tiers(&mut self, tests: Vec<(Tier, Test)>) -> Result<Vec<TierStep>, Fault> {
        let compile = |(index, (_, test)): (usize, &(Tier, Test))| {
            self.builder.test(test).map_err(|error| error.at(&format!("value.tiers[{index}].when")))
        };
        let conditions = tests.iter().enumerate().map(compile).collect::<Result<Vec<_>, _>>()?;
        let decides = self.builder.first_true(&conditions);
        let nodes = conditions.into_iter().zip(decides);
        let step = |((tier, test), (condition, decides))| TierStep { tier, test, condition, decides };
        let steps: Vec<_> = tests.into_iter().zip(nodes).map(step).collect();
        let mut is = Vec::new();
        for tier in Tier::ALL {
            let deciding: Vec<_> = steps.iter().filter(|step| step.tier == tier).map(|step| step.decides).collect();
            is.push(self.builder.any(&deciding));
        }
        let known = self.builder.any(&is);
        self.derive("tier", Derived::Code { is, known });
        Ok(steps)
    }

    fn derive(&mut self, name: &str, derived: Derived) {
        if let Some((fact, _)) = self.facts.find(name) {
            self.builder.derive(fact, derived);
        }
    }

    fn rules(&mut self, rules: Vec<WarningRule>) -> Result<Vec<RuleStep>, Vec<Fault>> {
        let (mut steps, mut faults) = (Vec::new(), Vec::new());
        let (mut fired, mut declining) = (HashMap::new(), Vec::new());
        for rule in rules {
            let node = match rule.state {
                RuleState::Draft => None,
                _ => self.rule(&rule).map_err(|error| faults.push(error.at(&rule.path))).ok(),
            };
            if let (RuleState::Active, Some(node)) = (rule.state, node) {
                fired.insert(rule.code.clone(), node);
                if rule.moves_stage {
                    declining.push(self.builder.is(node, Outcome::True));
                }
            }
            steps.push(RuleStep { rule, node });
        }
        let declining = self.builder.any(&declining);
        self.derive("warnings", Derived::Texts(fired));
        self.derive("declining", Derived::YesNo(declining));
        if faults.is_empty() { Ok(steps) } else { Err(faults) }
    }

    fn rule(&mut self, rule: &WarningRule) -> Result<Node, TooLarge> {
        let audience = self.builder.test(&rule.audience)?;
        let trigger = self.builder.test(&rule.trigger)?;
        Ok(self.builder.all(&[audience, trigger]))
    }

    fn stages(&mut self, policy: &LifecyclePolicy, tests: Vec<StageTests>) -> Result<Vec<StageStep>, Fault> {
        let mut conditions = Vec::new();
        for (index, (rule, tests)) in policy.stages.iter().zip(&tests).enumerate() {
            let condition = self.stage(rule.stage, tests);
            conditions.push(condition.map_err(|error| error.at(&format!("lifecycle.stages[{index}].when")))?);
        }
        let decides = self.builder.first_true(&conditions);
        let declining = self.facts.find("declining").map(|(fact, _)| fact);
        let nodes = conditions.into_iter().zip(decides);
        let steps = policy.stages.iter().zip(tests).zip(nodes).map(|((rule, tests), (condition, decides))| StageStep {
            stage: rule.stage,
            reason: rule.reason.clone(),
            reads_declining: declining.is_some_and(|fact| tests.when.reads(fact)),
            tests,
            condition,
            decides,
        });
        Ok(steps.collect())
    }

    /// Whoever is known to be in the stage stays by its own condition, everybody else enters by the other.
    fn stage(&mut self, stage: Stage, tests: &StageTests) -> Result<Node, TooLarge> {
        let enters = self.builder.test(&tests.when)?;
        let Some(stays_while) = &tests.stays_while else { return Ok(enters) };
        let stays = self.builder.test(stays_while)?;
        let Some((previous, _)) = self.facts.find("previous_stage") else { return Ok(enters) };
        let was = Test::Among { fact: previous, names: vec![stage.code().into()], parameter: "stays_while" };
        let was = self.builder.test(&was)?;
        let was = self.builder.is(was, Outcome::True);
        let was_not = self.builder.not(was);
        let stays = self.builder.all(&[was, stays]);
        let enters = self.builder.all(&[was_not, enters]);
        Ok(self.builder.any(&[stays, enters]))
    }
}
