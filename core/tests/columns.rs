//! Columns decide what rows decide: the same codes, masks and faults for any facts, nulls and sizes.

use chrono::NaiveDate;
use lifestage_core::condition::{Column, Numbers, Outcomes, Validity, Values};
use lifestage_core::fact::{Fact, FactId, Kind, SERIES_MONTHS, Value};
use lifestage_core::lifecycle::{
    Before, Classifier, Decision, DecisionColumns, Machines, NO_CODE, StageReason, ViewColumns,
};
use lifestage_core::policy::Policy;
use proptest::prelude::*;

/// Conditions of every form, over facts of every type.
const EVERYTHING: &str = r#"
extends = "china-telecom"
facts.score = { type = "number", places = 2, en = "score", zh = "评分" }
facts.balance = { type = "amount", null = "none", en = "balance", zh = "余额" }
facts.visits = { type = "series", unit = "times", en = "visits", zh = "到访" }

[warning.conditions]
X01 = { state = "active", moves_stage = true, tiers = [], en = "e", zh = "z", when = "falls(local_fee, 3) && last(local_fee) < mean(local_fee, 6) * 0.7" }
X02 = { state = "shadow", moves_stage = false, tiers = ["mid"], en = "e", zh = "z", when = "max(fee, 12) - min(fee, 12) > 50.00 || sum(fee, 3) * 1.37 > sum(fee, 6)" }
X03 = { state = "active", moves_stage = true, tiers = [], en = "e", zh = "z", when = "'itv' in products || !(plan in ['e9', 'e8', 'e6']) && present(balance)" }
X04 = { state = "active", moves_stage = false, tiers = [], en = "e", zh = "z", when = "balance != 3.00 && score == 1.25 || repeat_faults_3m + complaints_3m * 7 >= 30" }
X05 = { state = "shadow", moves_stage = false, tiers = [], en = "e", zh = "z", when = "known(mean(visits, 4)) && min(visits, 2) <= 3 && as_of - agreement_ends_on < 90" }
X06 = { state = "active", moves_stage = false, tiers = [], en = "e", zh = "z", when = "in_relocation_area || previous_stage in ['C', 'D'] && promotion_ends_on == as_of" }

[lifecycle]
stages = [
    { stage = "E", when = 'status == "terminated"', reason = "LCY-08" },
    { stage = "D", when = "declining", stays_while = "mean(fee, 2) < 80.00 || declining", reason = "LCY-07" },
    { stage = "C", when = "tenure_months >= 12", reason = "LCY-05" },
    { stage = "B", when = "'X04' in warnings || known(tier)", reason = "LCY-06" },
]
"#;

/// Small numbers of a seed, each as likely.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// The numbers of a column in one of the types that hold them, and which rows have one.
enum Held {
    I64(Vec<i64>),
    I32(Vec<i32>),
    I128(Vec<i128>),
    U8(Vec<u8>),
}

struct HeldColumn {
    held: Held,
    /// A bitmap that begins at some bit.
    validity: Option<(Vec<u8>, usize)>,
}

impl HeldColumn {
    fn roll(dice: &mut Dice, rows: usize, mut number: impl FnMut(&mut Dice) -> i64) -> Self {
        let numbers: Vec<i64> = (0..rows).map(|_| number(dice)).collect();
        let all = |fits: fn(i64) -> bool| numbers.iter().all(|number| fits(*number));
        let held = if all(|number| u8::try_from(number).is_ok()) && dice.one_in(2) {
            Held::U8(numbers.iter().map(|number| u8::try_from(*number).unwrap()).collect())
        } else if all(|number| i32::try_from(number).is_ok()) && dice.one_in(2) {
            Held::I32(numbers.iter().map(|number| i32::try_from(*number).unwrap()).collect())
        } else if dice.one_in(4) {
            Held::I128(numbers.iter().map(|number| i128::from(*number)).collect())
        } else {
            Held::I64(numbers)
        };
        let validity = dice.one_in(2).then(|| {
            let offset = usize::try_from(dice.below(70)).unwrap();
            let share = 1 + dice.below(50);
            let mut bits = vec![0_u8; (offset + rows).div_ceil(8)];
            for row in 0..rows {
                if !dice.one_in(share) {
                    bits[(offset + row) / 8] |= 1 << ((offset + row) % 8);
                }
            }
            (bits, offset)
        });
        Self { held, validity }
    }

    fn numbers(&self) -> Numbers<'_> {
        let values = match &self.held {
            Held::I64(values) => Values::I64(values),
            Held::I32(values) => Values::I32(values),
            Held::I128(values) => Values::I128(values),
            Held::U8(values) => Values::U8(values),
        };
        let validity = self.validity.as_ref().map(|(bytes, offset)| Validity { bytes, offset: *offset });
        Numbers { values, validity }
    }

    fn at(&self, row: usize) -> Option<i64> {
        let is_valid = |(bits, offset): &(Vec<u8>, usize)| bits[(offset + row) / 8] >> ((offset + row) % 8) & 1 == 1;
        self.validity.as_ref().is_none_or(is_valid).then(|| match &self.held {
            Held::I64(values) => values[row],
            Held::I32(values) => values[row].into(),
            Held::I128(values) => i64::try_from(values[row]).unwrap(),
            Held::U8(values) => values[row].into(),
        })
    }
}

/// A fact of a batch: its months, or one column.
struct Given<'a> {
    id: FactId,
    fact: &'a Fact,
    columns: Vec<Option<HeldColumn>>,
    texts: Vec<String>,
}

impl<'a> Given<'a> {
    /// A column that plays all registers: usual amounts, and here and there one that needs 64 bits, or breaks the contract.
    fn roll(dice: &mut Dice, rows: usize, classifier: &'a Classifier, id: FactId) -> Self {
        let fact = classifier.facts().get(id).unwrap();
        let texts = classifier.plan().texts(id).unwrap_or_default().to_vec();
        let rare = 1 + dice.below(3 * rows as u64);
        let is_calm = dice.one_in(2);
        let number = |dice: &mut Dice| match fact.kind {
            Kind::Date => 19_874 + dice.below(200) as i64 - 100,
            Kind::YesNo => dice.below(2) as i64,
            Kind::Code(codes) => dice.below(codes.len() as u64) as i64,
            Kind::Text => dice.below(texts.len() as u64 + 1) as i64,
            Kind::Texts => dice.below(1 << texts.len()) as i64,
            Kind::Number { .. } | Kind::Series { .. } => {
                let sign = if fact.may_be_negative && dice.one_in(3) { -1 } else { 1 };
                let limit = match (is_calm, dice.below(rare)) {
                    (false, 0) => 1 << 27,
                    (false, 1) => 1 << 53,
                    (false, 2) => i64::MAX,
                    _ if fact.unit.name() == "yuan" => 30_000,
                    _ => 40,
                };
                sign * (if dice.one_in(9) { limit } else { dice.below(limit as u64) as i64 })
            }
        };
        let months = if matches!(fact.kind, Kind::Series { .. }) { SERIES_MONTHS } else { 1 };
        let columns = (0..months).map(|_| (!dice.one_in(40)).then(|| HeldColumn::roll(dice, rows, number)));
        Self { id, fact, columns: columns.collect(), texts }
    }

    fn column(&self) -> Column<'_> {
        match (&self.fact.kind, &self.columns[..]) {
            (Kind::Series { .. }, months) => {
                Column::Months(Box::new(std::array::from_fn(|month| months[month].as_ref().map(HeldColumn::numbers))))
            }
            (_, [Some(column)]) => Column::One(column.numbers()),
            _ => Column::Missing,
        }
    }

    fn value(&self, row: usize) -> Value {
        let at = |column: &Option<HeldColumn>| column.as_ref().and_then(|column| column.at(row));
        if let Kind::Series { .. } = self.fact.kind {
            return Value::Series(std::array::from_fn(|month| at(&self.columns[month])));
        }
        let [Some(column)] = &self.columns[..] else { return Value::Unknown };
        match (self.fact.kind, column.at(row)) {
            (_, None) => Value::None,
            (Kind::Text, Some(0)) => Value::Text("another".into()),
            (Kind::Text, Some(place)) => Value::Text(self.texts[usize::try_from(place - 1).unwrap()].clone()),
            (Kind::Texts, Some(bits)) => {
                let is_in = |(place, _): &(usize, &String)| bits >> place & 1 == 1;
                Value::Texts(self.texts.iter().enumerate().filter(is_in).map(|(_, text)| text.clone()).collect())
            }
            (_, Some(number)) => Value::Number(number),
        }
    }

    /// Whether a row's numbers lie beyond the contract.
    fn is_broken(&self, row: usize) -> bool {
        let breaks = |number: i64| number.unsigned_abs() >= 1 << 53 || (number < 0 && !self.fact.may_be_negative);
        self.columns.iter().flatten().any(|column| column.at(row).is_some_and(breaks))
    }
}

/// What columns say of a row, in the words of [`Decision`].
fn decided(columns: &DecisionColumns, row: usize) -> [u64; 6] {
    let code = |codes: &Option<Vec<u8>>| codes.as_ref().unwrap()[row].into();
    let mask = |masks: &Option<Vec<u64>>| masks.as_ref().unwrap()[row];
    let DecisionColumns { stage, tier, stage_step, warnings, insufficient, shadow, .. } = columns;
    [code(stage), code(tier), code(stage_step), mask(warnings), mask(insufficient), mask(shadow)]
}

fn expected(decision: &Decision) -> [u64; 6] {
    let step = match decision.stage_reason {
        StageReason::Step(step) => u8::try_from(step).unwrap(),
        _ => NO_CODE,
    };
    let stage = decision.stage.map_or(NO_CODE, |stage| stage as u8);
    let tier = decision.tier.map_or(NO_CODE, |tier| tier as u8);
    [stage.into(), tier.into(), step.into(), decision.warnings, decision.insufficient, decision.shadow]
}

fn columns_agree_with_rows(classifier: &Classifier, seed: u64, rows: usize) {
    let mut dice = Dice(seed);
    let facts: Vec<_> = classifier.plan().facts().collect();
    let given: Vec<_> = facts.iter().map(|fact| Given::roll(&mut dice, rows, classifier, *fact)).collect();
    let as_of = NaiveDate::from_ymd_opt(2024, 5, 31).unwrap();
    let mut view = ViewColumns::new(rows);
    given.iter().for_each(|given| view.set(given.id, given.column()));
    let mut columns = DecisionColumns::all();
    classifier.decide_columns(&view, as_of, &Machines::default(), &mut columns);

    let (mut registers, mut outcomes) = (classifier.plan().row(), Outcomes::default());
    for row in 0..rows {
        let is_broken = columns.broken[row / 64] >> (row % 64) & 1 == 1;
        assert_eq!(is_broken, given.iter().any(|given| given.is_broken(row)), "row {row}, seed {seed}");
        if !is_broken {
            registers.clear();
            given.iter().for_each(|given| classifier.plan().set(&mut registers, given.id, &given.value(row)));
            let decision = classifier.decide(&mut registers, Before::default(), as_of, &mut outcomes);
            assert_eq!(decided(&columns, row), expected(&decision), "row {row}, seed {seed}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn columns_decide_what_rows_decide(seed: u64, rows in 1_usize..6000) {
        let policy = Policy::open(EVERYTHING).unwrap();
        columns_agree_with_rows(policy.classifier(), seed, rows);
    }

    #[test]
    fn columns_decide_what_rows_decide_by_the_shipped_policy(seed: u64, rows in 1_usize..6000) {
        let policy = Policy::open("china-telecom").unwrap();
        columns_agree_with_rows(policy.classifier(), seed, rows);
    }
}
