//! What each stage asks of the operator, as policy data: key question, levers, touches and programmes, the matrix of
//! marketing elements and stages, and the measures that promise an improvement (LCY-02, LCY-03, LCY-11 to LCY-17).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Stage;
use crate::catalogue::{Words, one_of};
use crate::document::INVALID_VALUE;
use crate::error::Fault;
use crate::fact::Meaning;

/// The programmes of the lifecycle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammesPolicy {
    /// Name, key question and value levers of each stage (LCY-02, LCY-03).
    pub stages: ByStage<StageProfile>,
    /// Every lever that a stage or a stage programme may name, by code (LCY-03, LCY-12, LCY-13).
    pub levers: BTreeMap<String, Meaning>,
    /// The channels through which a customer is touched, by code (LCY-11).
    pub channels: BTreeMap<String, Meaning>,
    /// What to do about customers of a stage, channel by channel (LCY-11).
    pub touches: Vec<Touch>,
    /// The products that a stage programme may name, by code (LCY-12, LCY-13).
    pub products: BTreeMap<String, Meaning>,
    /// The programmes, each for one or more stages (LCY-12, LCY-13).
    pub stage_programmes: Vec<StageProgramme>,
    /// The five marketing elements (LCY-14).
    pub elements: ByElement<Meaning>,
    /// Which potential measures belong to an element at a stage (LCY-15).
    pub matrix: Matrix,
    /// The potential measures that the matrix places, by number (LCY-15).
    pub potential_measures: Vec<Measure>,
    /// The levers that raise revenue, each with its improvement measures (LCY-16).
    pub revenue_levers: Vec<RevenueLever>,
    /// The improvement measures that the revenue levers place, by number (LCY-17).
    pub improvement_measures: Vec<Measure>,
}

/// Something for each of the five stages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByStage<T> {
    /// Acquisition.
    #[serde(rename = "A")]
    pub a: T,
    /// Build-up.
    #[serde(rename = "B")]
    pub b: T,
    /// Climax.
    #[serde(rename = "C")]
    pub c: T,
    /// Decline.
    #[serde(rename = "D")]
    pub d: T,
    /// Exit.
    #[serde(rename = "E")]
    pub e: T,
}

impl<T> ByStage<T> {
    /// What there is for a stage.
    pub const fn of(&self, stage: Stage) -> &T {
        match stage {
            Stage::A => &self.a,
            Stage::B => &self.b,
            Stage::C => &self.c,
            Stage::D => &self.d,
            Stage::E => &self.e,
        }
    }
}

/// One of the five marketing elements (LCY-14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Element {
    /// Market segmentation and analysis.
    Segmentation,
    /// Product mix and pricing: packaging and bundling.
    Product,
    /// Channel mix and its optimisation.
    Channel,
    /// Targeted advertising and promotion.
    Promotion,
    /// Customer retention and loyalty.
    Loyalty,
}

impl Element {
    /// Every element, in the order of the matrix's rows.
    pub const ALL: [Self; 5] = [Self::Segmentation, Self::Product, Self::Channel, Self::Promotion, Self::Loyalty];

    /// The element as policies and results write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Segmentation => "segmentation",
            Self::Product => "product",
            Self::Channel => "channel",
            Self::Promotion => "promotion",
            Self::Loyalty => "loyalty",
        }
    }
}

/// Something for each of the five marketing elements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByElement<T> {
    /// Market segmentation and analysis.
    pub segmentation: T,
    /// Product mix and pricing.
    pub product: T,
    /// Channel mix and its optimisation.
    pub channel: T,
    /// Targeted advertising and promotion.
    pub promotion: T,
    /// Customer retention and loyalty.
    pub loyalty: T,
}

impl<T> ByElement<T> {
    /// What there is for an element.
    pub const fn of(&self, element: Element) -> &T {
        match element {
            Element::Segmentation => &self.segmentation,
            Element::Product => &self.product,
            Element::Channel => &self.channel,
            Element::Promotion => &self.promotion,
            Element::Loyalty => &self.loyalty,
        }
    }
}

/// What a stage is called, what it asks, and what creates value in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageProfile {
    /// Its name, in English.
    pub en: String,
    /// Its name, in Chinese.
    pub zh: String,
    /// The key question (LCY-02).
    pub question: Meaning,
    /// The value levers, by code, in order (LCY-03).
    pub levers: Vec<String>,
}

/// Something to do about customers of a stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// The stages whose customers it is for.
    #[schemars(length(min = 1))]
    pub stages: Vec<Stage>,
    /// The channels that carry it, by code; empty for every channel.
    pub channels: Vec<String>,
    /// What to do, in English.
    pub en: String,
    /// What to do, in Chinese.
    pub zh: String,
}

/// A programme for customers of one or more stages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageProgramme {
    /// Its code; unique.
    pub code: String,
    /// The stages whose customers are its target.
    #[schemars(length(min = 1))]
    pub stages: Vec<Stage>,
    /// Its name, in English.
    pub en: String,
    /// Its name, in Chinese.
    pub zh: String,
    /// The products that it is about, by code.
    pub products: Vec<String>,
    /// Its levers, by code, in order.
    #[schemars(length(min = 1))]
    pub levers: Vec<String>,
}

/// The matrix of marketing elements and stages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// Whether the cells are a reconstruction and not what the source says for certain.
    pub reconstructed: bool,
    /// Numbers of potential measures, by element and stage.
    pub cells: ByElement<ByStage<Vec<u8>>>,
}

/// A numbered measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its number; unique among the measures of its list.
    #[schemars(range(min = 1, max = 255))]
    pub number: u8,
    /// What is done, in English.
    pub en: String,
    /// What is done, in Chinese.
    pub zh: String,
}

/// A lever that raises revenue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevenueLever {
    /// Its code; unique.
    pub code: String,
    /// What it is, in English.
    pub en: String,
    /// What it is, in Chinese.
    pub zh: String,
    /// Numbers of the improvement measures that pull it (LCY-17).
    pub measures: Vec<u8>,
}

impl ProgrammesPolicy {
    /// Every code and number that names nothing, and every one that is given twice.
    pub fn faults(&self) -> Vec<Fault> {
        let mut check = Check::default();
        for stage in Stage::ALL {
            let path = format!("programmes.stages.{}.levers", stage.code());
            check.codes(&path, &self.stages.of(stage).levers, &self.levers);
        }
        for (index, touch) in self.touches.iter().enumerate() {
            check.codes(&format!("programmes.touches[{index}].channels"), &touch.channels, &self.channels);
        }
        for (index, programme) in self.stage_programmes.iter().enumerate() {
            let path = format!("programmes.stage_programmes[{index}]");
            check.codes(&format!("{path}.products"), &programme.products, &self.products);
            check.codes(&format!("{path}.levers"), &programme.levers, &self.levers);
        }
        check.once("stage_programmes", "code", self.stage_programmes.iter().map(|programme| &programme.code));
        let potential = numbers(&self.potential_measures);
        for element in Element::ALL {
            for stage in Stage::ALL {
                let path = format!("programmes.matrix.cells.{}.{}", element.code(), stage.code());
                check.numbers(&path, self.matrix.cells.of(element).of(stage), &potential);
            }
        }
        check.once("potential_measures", "number", self.potential_measures.iter().map(|measure| measure.number));
        let improvement = numbers(&self.improvement_measures);
        for (index, lever) in self.revenue_levers.iter().enumerate() {
            check.numbers(&format!("programmes.revenue_levers[{index}].measures"), &lever.measures, &improvement);
        }
        check.once("revenue_levers", "code", self.revenue_levers.iter().map(|lever| &lever.code));
        check.once("improvement_measures", "number", self.improvement_measures.iter().map(|measure| measure.number));
        check.faults
    }
}

fn numbers(measures: &[Measure]) -> Vec<u8> {
    measures.iter().map(|measure| measure.number).collect()
}

#[derive(Default)]
struct Check {
    faults: Vec<Fault>,
}

impl Check {
    /// Each code has to be declared.
    fn codes(&mut self, path: &str, codes: &[String], declared: &BTreeMap<String, Meaning>) {
        let unknown = codes.iter().enumerate().filter(|(_, code)| !declared.contains_key(*code));
        self.faults.extend(
            unknown.map(|(index, code)| {
                unknown_code(format!("{path}[{index}]"), code, declared.keys().map(String::as_str))
            }),
        );
    }

    /// Each number has to be a measure's.
    fn numbers(&mut self, path: &str, numbers: &[u8], measures: &[u8]) {
        let unknown = numbers.iter().enumerate().filter(|(_, number)| !measures.contains(number));
        self.faults.extend(unknown.map(|(index, number)| {
            let expected = joined(measures.iter().map(u8::to_string));
            Fault::new(&INVALID_VALUE, format!("{path}[{index}]")).found(number).expecting(expected)
        }));
    }

    /// No two items of a list have the same key.
    fn once<K: Ord + ToString>(&mut self, list: &str, key: &str, keys: impl Iterator<Item = K>) {
        let mut seen = BTreeSet::new();
        for (index, value) in keys.enumerate() {
            let found = value.to_string();
            if !seen.insert(value) {
                let fault = Fault::new(&INVALID_VALUE, format!("programmes.{list}[{index}].{key}")).found(found);
                self.faults.push(
                    fault
                        .expecting(Words::new(format!("a {key} that no other has"), format!("不与其他项重复的 {key}"))),
                );
            }
        }
    }
}

/// The fault of a code that names nothing, with the nearest one that does.
pub(super) fn unknown_code<'a>(
    path: impl Into<String>,
    code: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Fault {
    Fault::new(&INVALID_VALUE, path).found(code).expecting(joined(known.clone())).suggest(code, known)
}

fn joined(names: impl Iterator<Item = impl fmt::Display>) -> Words {
    let mut names = names.peekable();
    if names.peek().is_none() {
        Words::new("nothing: none is declared", "无：未声明任何项")
    } else {
        one_of(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policy;
    use crate::catalogue::Language;

    fn shipped() -> ProgrammesPolicy {
        Policy::open("china-telecom").unwrap().document().programmes.clone()
    }

    /// The source prints the matrix's numbers in one run, "1253341244453678910678910", behind which a page number stands.
    #[test]
    fn the_matrix_holds_each_measure_as_often_as_the_source_prints_it() {
        let cells = shipped().matrix.cells;
        let cells =
            Element::ALL.into_iter().flat_map(|element| Stage::ALL.map(|stage| cells.of(element).of(stage).clone()));
        let mut placed: Vec<_> = cells.flatten().collect();
        placed.sort_unstable();
        let mut printed = vec![1, 2, 5, 3, 3, 4, 1, 2, 4, 4, 4, 5, 3, 6, 7, 8, 9, 10, 6, 7, 8, 9, 10];
        printed.sort_unstable();
        assert_eq!(placed, printed);
    }

    #[test]
    fn every_lever_channel_product_and_measure_of_the_default_policy_is_used() {
        let programmes = shipped();
        let of_stages = Stage::ALL.into_iter().flat_map(|stage| programmes.stages.of(stage).levers.clone());
        let of_programmes = programmes.stage_programmes.iter().flat_map(|programme| programme.levers.clone());
        let levers: BTreeSet<_> = of_stages.chain(of_programmes).collect();
        assert!(levers.iter().eq(programmes.levers.keys()));
        let channels: BTreeSet<_> = programmes.touches.iter().flat_map(|touch| &touch.channels).collect();
        assert!(channels.into_iter().eq(programmes.channels.keys()));
        let products: BTreeSet<_> =
            programmes.stage_programmes.iter().flat_map(|programme| &programme.products).collect();
        assert!(products.into_iter().eq(programmes.products.keys()));
        let measures: Vec<_> = programmes.revenue_levers.iter().flat_map(|lever| lever.measures.clone()).collect();
        assert_eq!(measures, numbers(&programmes.improvement_measures));
    }

    #[test]
    fn every_code_and_number_that_names_nothing_or_stands_twice_is_a_fault() {
        let mut programmes = shipped();
        programmes.stages.b.levers[1] = "cros_selling".into();
        programmes.touches[0].channels = vec!["halls".into()];
        programmes.stage_programmes[1].code = programmes.stage_programmes[0].code.clone();
        programmes.matrix.cells.loyalty.e = vec![8, 11];
        programmes.improvement_measures[12].number = 1;
        let faults = programmes.faults();
        let found: Vec<_> = faults
            .iter()
            .map(|fault| (fault.path.as_str(), fault.found.of(Language::En), fault.suggestion.as_deref()))
            .collect();
        let expected = [
            ("programmes.stages.B.levers[1]", "cros_selling", Some("cross_selling")),
            ("programmes.touches[0].channels[0]", "halls", Some("hall")),
            ("programmes.stage_programmes[1].code", "growth", None),
            ("programmes.matrix.cells.loyalty.E[1]", "11", None),
            ("programmes.revenue_levers[7].measures[0]", "13", None),
            ("programmes.improvement_measures[12].number", "1", None),
        ];
        assert_eq!(found, expected);
    }
}
