//! The operations `describe_stage`, `list_programmes` and `describe_warning`: what the policy says should be done.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Stage;
use super::programme::{Element, Measure, ProgrammesPolicy, StageProgramme, Touch, unknown_code};
use crate::catalogue::Text;
use crate::engine::{Engine, NoParameters};
use crate::error::Error;
use crate::fact::Meaning;
use crate::operation::RecordOperation;
use crate::warning::RuleState;

/// The operation `describe_stage`.
#[derive(Debug)]
pub struct DescribeStage;

/// The stage to describe.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DescribeStageRequest {
    /// The stage.
    pub stage: Stage,
    /// Only the touches that this channel carries, by code; all of them unless given.
    pub channel: Option<String>,
}

/// Something of the policy with its code and its name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Named {
    /// The code, as the policy has it.
    pub code: String,
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// What the policy says of a stage (LCY-02, LCY-03, LCY-11 to LCY-15).
#[derive(Debug, Serialize, JsonSchema)]
pub struct StageDescription {
    /// The stage.
    pub stage: Stage,
    /// Its name, in English.
    pub en: String,
    /// Its name, in Chinese.
    pub zh: String,
    /// Its key question.
    pub question: Meaning,
    /// Its value levers, in the policy's order.
    pub levers: Vec<Named>,
    /// What to do about its customers, in the policy's order.
    pub touches: Vec<TouchDescription>,
    /// The programmes that have its customers as their target, in the policy's order.
    pub programmes: Vec<ProgrammeDescription>,
    /// Its column of the matrix: the five marketing elements, each with its potential measures.
    pub elements: Vec<ElementDescription>,
    /// Whether that column is a reconstruction and not what the source says for certain.
    pub reconstructed: bool,
    /// Digest of the policy.
    pub digest: String,
}

/// Something to do about a stage's customers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TouchDescription {
    /// What to do, in English.
    pub en: String,
    /// What to do, in Chinese.
    pub zh: String,
    /// The channels that carry it; empty for every channel.
    pub channels: Vec<Named>,
}

/// A programme for a stage's customers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProgrammeDescription {
    /// Its code.
    pub code: String,
    /// Its name, in English.
    pub en: String,
    /// Its name, in Chinese.
    pub zh: String,
    /// All stages whose customers are its target.
    pub stages: Vec<Stage>,
    /// The products that it is about.
    pub products: Vec<Named>,
    /// Its levers, in order.
    pub levers: Vec<Named>,
}

/// A marketing element at a stage.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ElementDescription {
    /// The element.
    pub element: Element,
    /// Its name, in English.
    pub en: String,
    /// Its name, in Chinese.
    pub zh: String,
    /// The potential measures of the element at the stage.
    pub measures: Vec<Measure>,
}

impl RecordOperation for DescribeStage {
    const NAME: &'static str = "describe_stage";
    const ABOUT: Text = Text {
        en: "Describes a lifecycle stage: key question, levers, touches, programmes and measures.",
        zh: "说明一个生命周期阶段：关键问题、杠杆、接触动作、计划与举措。",
    };
    type Request = DescribeStageRequest;
    type Response = StageDescription;

    fn run(engine: &Engine, request: DescribeStageRequest) -> Result<StageDescription, Error> {
        let programmes = &engine.policy().document().programmes;
        let DescribeStageRequest { stage, channel } = request;
        if let Some(channel) = channel.as_ref().filter(|channel| !programmes.channels.contains_key(*channel)) {
            let known = programmes.channels.keys().map(String::as_str);
            return Err(Error::request(vec![unknown_code("channel", channel, known)]));
        }
        let profile = programmes.stages.of(stage).clone();
        Ok(StageDescription {
            stage,
            en: profile.en,
            zh: profile.zh,
            question: profile.question,
            levers: named(&profile.levers, &programmes.levers),
            touches: programmes.touches_of(stage, channel.as_deref()),
            programmes: programmes.programmes_of(stage),
            elements: Element::ALL.into_iter().map(|element| programmes.element(element, stage)).collect(),
            reconstructed: programmes.matrix.reconstructed,
            digest: engine.policy().digest().to_owned(),
        })
    }
}

impl ProgrammesPolicy {
    fn touches_of(&self, stage: Stage, channel: Option<&str>) -> Vec<TouchDescription> {
        let is_carried = |touch: &Touch| match channel {
            Some(channel) => touch.channels.is_empty() || touch.channels.iter().any(|carrying| carrying == channel),
            None => true,
        };
        let touches = self.touches.iter().filter(|touch| touch.stages.contains(&stage) && is_carried(touch));
        let describe = |touch: &Touch| TouchDescription {
            en: touch.en.clone(),
            zh: touch.zh.clone(),
            channels: named(&touch.channels, &self.channels),
        };
        touches.map(describe).collect()
    }

    fn programmes_of(&self, stage: Stage) -> Vec<ProgrammeDescription> {
        let programmes = self.stage_programmes.iter().filter(|programme| programme.stages.contains(&stage));
        let describe = |programme: &StageProgramme| ProgrammeDescription {
            code: programme.code.clone(),
            en: programme.en.clone(),
            zh: programme.zh.clone(),
            stages: programme.stages.clone(),
            products: named(&programme.products, &self.products),
            levers: named(&programme.levers, &self.levers),
        };
        programmes.map(describe).collect()
    }

    fn element(&self, element: Element, stage: Stage) -> ElementDescription {
        let Meaning { en, zh } = self.elements.of(element).clone();
        let numbers = self.matrix.cells.of(element).of(stage);
        let measure = |number: &u8| self.potential_measures.iter().find(|measure| measure.number == *number).cloned();
        ElementDescription { element, en, zh, measures: numbers.iter().filter_map(measure).collect() }
    }
}

/// What is declared under these codes, in their order.
fn named(codes: &[String], declared: &BTreeMap<String, Meaning>) -> Vec<Named> {
    let find = |code: &String| {
        let Meaning { en, zh } = declared.get(code)?.clone();
        Some(Named { code: code.clone(), en, zh })
    };
    codes.iter().filter_map(find).collect()
}

/// The operation `list_programmes`.
#[derive(Debug)]
pub struct ListProgrammes;

/// All that the policy says should be done, as it says it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListProgrammesResponse {
    /// The policy's section `programmes`: what is named by code or number is declared beside it.
    pub programmes: ProgrammesPolicy,
    /// Digest of the policy.
    pub digest: String,
}

impl RecordOperation for ListProgrammes {
    const NAME: &'static str = "list_programmes";
    const ABOUT: Text = Text {
        en: "Lists the stages' questions and levers, touches, programmes, the matrix, revenue levers and measures.",
        zh: "列出各阶段的问题与杠杆、接触动作、计划、营销要素矩阵、收入类杠杆与举措。",
    };
    type Request = NoParameters;
    type Response = ListProgrammesResponse;

    fn run(engine: &Engine, _: NoParameters) -> Result<ListProgrammesResponse, Error> {
        let policy = engine.policy();
        Ok(ListProgrammesResponse {
            programmes: policy.document().programmes.clone(),
            digest: policy.digest().to_owned(),
        })
    }
}

/// The operation `describe_warning`.
#[derive(Debug)]
pub struct DescribeWarning;

/// The warning to describe.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DescribeWarningRequest {
    /// Its code, as `classify` gives it: `EWS-04`, or one of the policy's own.
    pub code: String,
}

/// What the policy says of a warning.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WarningDescription {
    /// Its code.
    pub code: String,
    /// What it warns of, in English.
    pub en: String,
    /// What it warns of, in Chinese.
    pub zh: String,
    /// Where its rule stands in the policy.
    pub path: String,
    /// Whether the rule is draft, shadow or active.
    pub state: RuleState,
    /// Whether a customer whom it warns of is in decline, stage D.
    pub moves_stage: bool,
    /// What to do about those it warns of, by code (EWS-26).
    pub actions: Vec<Named>,
    /// The lists that collect those it warns of, by name (EWS-05).
    pub lists: Vec<Named>,
    /// Digest of the policy.
    pub digest: String,
}

impl RecordOperation for DescribeWarning {
    const NAME: &'static str = "describe_warning";
    const ABOUT: Text = Text {
        en: "Describes a warning: what it warns of, what to do about it, and the lists that collect it.",
        zh: "说明一项预警：预警内容、应对动作及收录它的名单。",
    };
    type Request = DescribeWarningRequest;
    type Response = WarningDescription;

    fn run(engine: &Engine, request: DescribeWarningRequest) -> Result<WarningDescription, Error> {
        let policy = engine.policy();
        let warning = &policy.document().warning;
        let mut rules = policy.classifier().rules.iter().map(|step| &step.rule);
        let Some(rule) = rules.find(|rule| rule.code == request.code) else {
            return Err(Error::request(vec![warning.unknown_warning("code", &request.code)]));
        };
        let actions = warning.actions.iter().filter(|(_, action)| action.warnings.contains(&rule.code));
        let lists = warning.lists.iter().filter(|(_, list)| list.warnings.contains(&rule.code));
        let entry =
            |code: &String, en: &String, zh: &String| Named { code: code.clone(), en: en.clone(), zh: zh.clone() };
        Ok(WarningDescription {
            code: rule.code.clone(),
            en: rule.meaning.en.clone(),
            zh: rule.meaning.zh.clone(),
            path: rule.path.clone(),
            state: rule.state,
            moves_stage: rule.moves_stage,
            actions: actions.map(|(code, action)| entry(code, &action.en, &action.zh)).collect(),
            lists: lists.map(|(name, list)| entry(name, &list.en, &list.zh)).collect(),
            digest: policy.digest().to_owned(),
        })
    }
}
