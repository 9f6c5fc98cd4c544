//! Whatever an author writes is a condition or has a fault, small threads suffice, numbers are exact, and the page of
//! conditions is true.

use std::sync::LazyLock;
use std::thread;

use lifestage_core::catalogue::Language;
use lifestage_core::condition::{Outcome, Outcomes, PlanBuilder, Test, read};
use lifestage_core::error::Fault;
use lifestage_core::fact::{FactId, Facts, Floor, Kind, SERIES_MONTHS, Value};
use lifestage_core::policy::Policy;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const PAGE: &str = include_str!("../../docs/conditions.md");

/// The limits that the page states.
const LONGEST_BYTES: usize = 4096;
const DEEPEST: usize = 16;
const MOST_OPERATORS: usize = 64;

/// The least that hosts give a thread.
const SMALL_STACK_BYTES: usize = if cfg!(debug_assertions) { 512 << 10 } else { 256 << 10 };

static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::open("extends = \"china-telecom\"").unwrap());
static FACTS: LazyLock<&Facts> = LazyLock::new(|| POLICY.classifier().facts());

fn condition(text: &str) -> Result<Test, Vec<Fault>> {
    read(text, &FACTS, Floor::Stage)
}

/// The code and the text of a condition's only fault.
fn fault(text: &str) -> (&'static str, String, String) {
    let faults = condition(text).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    (faults[0].code.name, faults[0].found.of(Language::En).to_owned(), faults[0].expected.of(Language::En).to_owned())
}

/// The outcomes of tests for a row, on 2024-05-31.
fn outcomes(tests: &[Test], row: &[(FactId, Value)]) -> Vec<Outcome> {
    let mut builder = PlanBuilder::new(&FACTS);
    let nodes: Vec<_> = tests.iter().map(|test| builder.test(test).unwrap()).collect();
    let plan = builder.build(&nodes).unwrap();
    let (mut registers, mut outcomes) = (plan.row(), Outcomes::default());
    row.iter().for_each(|(fact, value)| plan.set(&mut registers, *fact, value));
    plan.evaluate(&mut registers, 19_874, &mut outcomes);
    nodes.into_iter().map(|node| outcomes.of(node)).collect()
}

fn outcome(text: &str, row: &[(&str, Value)]) -> Outcome {
    let row: Vec<_> = row.iter().map(|(name, value)| (FACTS.find(name).unwrap().0, value.clone())).collect();
    outcomes(&[condition(text).unwrap()], &row)[0]
}

/// Bills in fen, the newest last; the older months are unknown.
fn bills<const N: usize>(fen: [i64; N]) -> (&'static str, Value) {
    let mut months = [None; SERIES_MONTHS];
    for (month, bill) in months.iter_mut().rev().zip(fen.iter().rev()) {
        *month = Some(*bill);
    }
    ("fee", Value::Series(months))
}

#[test]
fn decimals_are_what_is_written_not_the_nearest_float() {
    assert_eq!(outcome("0.1 + 0.2 == 0.3", &[]), Outcome::True);
    assert_eq!(outcome("1.1 * 1.1 != 1.21", &[]), Outcome::False);
    assert_eq!(outcome("0.123456789012345678 == 0.123456789012345679", &[]), Outcome::False);
    assert_eq!(outcome("-0.00 == 0 && -0.00 == 0.00 && -0 == 0", &[]), Outcome::True);
    assert_eq!(outcome("-2.50 < -2.49 && 3 - -1 == 4 && -(1 - 3) == 2 && - 2 == -2", &[]), Outcome::True);
}

#[test]
fn amounts_meet_fen_exactly() {
    for (fen, expected) in [(14_999, Outcome::False), (15_000, Outcome::True), (15_001, Outcome::True)] {
        assert_eq!(outcome("last(fee) >= 150.00", &[bills([fen])]), expected, "{fen}");
    }
    let thirds = [bills([100, 100, 101])];
    assert_eq!(outcome("mean(fee, 3) > 1.00 && mean(fee, 3) < 1.01", &thirds), Outcome::True);
    assert_eq!(outcome("mean(fee, 3) * 3 == 3.01", &thirds), Outcome::True);
    assert_eq!(outcome("change(fee, 2) == 0.01 && -change(fee, 2) == -0.01", &thirds), Outcome::True);
    assert_eq!(outcome("last(fee) == -0.50", &[bills([-50])]), Outcome::True);
}

#[test]
fn a_number_with_too_many_digits_is_refused() {
    let digits = "9".repeat(30);
    let whole = ("CONDITION_TYPE", digits.clone(), "a number of at most 18 digits".into());
    assert_eq!(fault(&format!("tenure_months < {digits}")), whole);
    let (decimal, written) = (format!("0.{digits}"), "a number of at most 28 digits".to_owned());
    assert_eq!(fault(&format!("tenure_months < {decimal}")), ("CONDITION_TYPE", decimal, written));
    let (code, found, _) = fault(&format!("1.{} * 1.{} > 1", "1".repeat(26), "1".repeat(26)));
    assert_eq!((code, found.len()), ("PLAN_TOO_LARGE", 59));
}

#[test]
fn a_pair_of_signs_asks_for_what_one_asks_for() {
    for text in ["!!3 == 3", "!!(3) == 3", "!!((tenure_months)) > 3"] {
        assert_eq!(fault(text).2, "true or false", "{text}");
    }
    for text in [r#"--plan == "e9""#, r#"--(plan) == "e9""#, "--in_relocation_area", "1 == 1 && --(1 == 1)"] {
        assert_eq!(fault(text).2, "a number", "{text}");
    }
    assert_eq!(outcome("!!(1 == 1) && --3 == 3 && ---3 == -3 && !(!(1 == 1))", &[]), Outcome::True);
}

#[test]
fn the_operand_that_is_wrong_is_found_whole_with_its_brackets() {
    let found = |text: &str| fault(text).1;
    assert_eq!(found("last(fee) > (tenure_months + 1) * (2 - 1)"), "(tenure_months + 1) * (2 - 1)");
    assert_eq!(found("last(fee) > ((tenure_months) + 1)"), "(tenure_months) + 1");
    assert_eq!(found("tenure_months > -( mean( fee, 3 ) ) // why"), "-( mean( fee, 3 ) )");
    assert_eq!(found(r#"tenure_months == [ "a)", "b" ]"#), r#"["#);
    assert_eq!(found(r#"tenure_months > -2.50 + last(fee)"#), "-2.50 + last(fee)");
    assert_eq!(found("mean(fee, -3) > 1.00"), "-3");
}

#[test]
fn every_example_on_the_page_is_a_condition() {
    let blocks = PAGE.split("```cel\n").skip(1).map(|block| block.split_once("```").unwrap().0);
    let examples: Vec<_> = blocks.flat_map(str::lines).collect();
    assert_eq!(examples.len(), 14);
    for example in examples {
        condition(example).unwrap_or_else(|faults| panic!("{example}: {faults:?}"));
    }
}

#[test]
fn every_fault_on_the_page_is_said_so() {
    let table = PAGE.split_once("| Condition | Code | Found | Expected |\n|---|---|---|---|\n").unwrap().1;
    let rows: Vec<_> = table.lines().take_while(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), 7);
    for row in rows {
        let cells: Vec<_> = row.trim_matches(['|', ' ']).split(" | ").collect();
        let written = |cell: usize| cells[cell].trim_matches('`');
        let (code, found, expected) = fault(written(0));
        assert_eq!((code, found.as_str(), expected.as_str()), (written(1), written(2), cells[3]));
    }
}

#[test]
fn the_truth_table_on_the_page_is_kleenes() {
    let table = PAGE.split_once("| `!a` |\n|---|---|---|---|---|\n").unwrap().1;
    let rows: Vec<_> = table.lines().take_while(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), 9);
    for row in rows {
        let cells: Vec<_> = row.trim_matches(['|', ' ']).split(" | ").map(outcome_named).collect();
        let (a, b) = (in_words(cells[0]), in_words(cells[1]));
        for (condition, expected) in [(format!("{a} && {b}"), 2), (format!("{a} || {b}"), 3), (format!("!({a})"), 4)] {
            assert_eq!(outcome(&condition, &[]), cells[expected], "{condition}");
        }
    }
}

fn outcome_named(name: &str) -> Outcome {
    match name {
        "true" => Outcome::True,
        "false" => Outcome::False,
        "unknown" => Outcome::Unknown,
        _ => panic!("{name}"),
    }
}

/// A condition that has this outcome where nothing is known.
fn in_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::True => "1 == 1",
        Outcome::False => "1 == 2",
        Outcome::Unknown => "tenure_months == 1",
    }
}

#[test]
fn none_and_unknown_answer_as_the_page_says() {
    let ask = |text: &str, value: Value| outcome(text, &[("months_since_exit", value)]);
    for (text, at_none, at_unknown) in [
        ("months_since_exit == 3", Outcome::False, Outcome::Unknown),
        ("months_since_exit != 3", Outcome::False, Outcome::Unknown),
        ("!(months_since_exit == 3)", Outcome::True, Outcome::Unknown),
        ("months_since_exit <= 3", Outcome::False, Outcome::Unknown),
        ("months_since_exit in [3]", Outcome::False, Outcome::Unknown),
        ("present(months_since_exit)", Outcome::False, Outcome::Unknown),
        ("known(months_since_exit)", Outcome::True, Outcome::False),
    ] {
        assert_eq!(ask(text, Value::None), at_none, "{text}");
        assert_eq!(ask(text, Value::Unknown), at_unknown, "{text}");
    }
}

/// The deepest and longest conditions that are read.
fn extremes() -> Vec<String> {
    let nested =
        |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(DEEPEST), close.repeat(DEEPEST));
    let joined = |term: &str, by: &str, terms: usize| vec![term; terms].join(by);
    let filled = |term: &str, by: &str| joined(term, by, (LONGEST_BYTES + by.len()) / (term.len() + by.len()));
    vec![
        nested("(", "tenure_months >= 2", ")"),
        nested("!(", "in_relocation_area", ")"),
        nested("known(", "plan", ")"),
        nested("1 + (", "tenure_months", ") > 2"),
        nested("1 == 1 || 1 == 1 && 1 < 1 * -(", "tenure_months", ")"),
        nested("in_relocation_area && (in_relocation_area || ", "in_relocation_area", ")"),
        format!("{}in_relocation_area", "!".repeat(DEEPEST)),
        format!("{} >= 2", joined("tenure_months", " + ", MOST_OPERATORS)),
        joined("true", " == ", MOST_OPERATORS + 1),
        format!("in_relocation_area{}", " == false".repeat(MOST_OPERATORS)),
        filled("tenure_months >= 12", " && "),
        filled("in_relocation_area", "||"),
        format!("tenure_months in [{}]", joined("1", ",", 2000)),
        "[".repeat(DEEPEST),
        ") ".repeat(LONGEST_BYTES / 2),
        "a ".repeat(LONGEST_BYTES / 2),
    ]
}

#[test]
fn the_deepest_conditions_need_no_more_stack_than_a_small_thread_has() {
    for text in extremes() {
        let small = thread::Builder::new().stack_size(SMALL_STACK_BYTES);
        let work = move || match condition(&text) {
            Ok(test) => assert_eq!(outcomes(&[test], &[]).len(), 1),
            Err(faults) => assert!(!faults.is_empty(), "{text}"),
        };
        small.spawn(work).unwrap().join().unwrap();
    }
}

#[test]
fn what_is_within_the_limits_is_read_and_one_more_is_refused() {
    let nested = |levels: usize| format!("{}in_relocation_area{}", "(".repeat(levels), ")".repeat(levels));
    condition(&nested(DEEPEST)).unwrap();
    assert_eq!(fault(&nested(DEEPEST + 1)), ("CONDITION_TOO_DEEP", "(".into(), "at most 16 levels".into()));
    let sum = |operators: usize| format!("tenure_months{} > 2", " + 1".repeat(operators - 1));
    condition(&sum(MOST_OPERATORS)).unwrap();
    let too_many = "at most 64 operators between && and ||";
    assert_eq!(fault(&sum(MOST_OPERATORS + 1)), ("CONDITION_TOO_LONG", ">".into(), too_many.into()));
    // Operators in brackets count where the brackets stand, those before a joint do not.
    let inner = format!("1 == 1 && ({}) == true", sum(MOST_OPERATORS - 1));
    condition(&inner).unwrap();
    assert_eq!(fault(&inner.replace("> 2", "+ 1 > 2")).1, "==");
    condition(&vec!["mean(fee, 3) * 2 >= 150.00"; 130].join(" && ")).unwrap();
}

/// Conditions as an author writes them.
fn valid() -> impl Strategy<Value = String> {
    let number = select(vec!["tenure_months", "(tenure_months + 1) * 2", "0 - tenure_months", "tenure_months * 1.5"]);
    let amount = select(vec!["last(fee)", "mean(fee, 3)", "min(fee, 2)", "-change(fee, 1)", "sum(fee, 2) * 0.30"]);
    let sign = || select(vec!["<", "<=", "==", "!=", ">=", ">"]);
    let leaf = prop_oneof![
        (number, sign(), -3..20_i64).prop_map(|(number, sign, value)| format!("{number} {sign} {value}")),
        (amount, sign(), -300..3000_i64).prop_map(|(amount, sign, fen)| {
            format!("{amount} {sign} {}{}.{:02}", if fen < 0 { "-" } else { "" }, fen.abs() / 100, fen.abs() % 100)
        }),
        select(vec![
            r#"status == "active""#,
            r#"plan in ["e9", "城东"]"#,
            r#""itv" in products"#,
            "in_relocation_area",
            "falls(fee, 2)",
            "present(promotion_ends_on)",
            "known(mean(fee, 3))",
            "promotion_ends_on - as_of <= 30",
            "tenure_months in [1, 2, 3]",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|test| format!("!({test})")),
            inner.clone().prop_map(|test| format!("known({test})")),
            (inner.clone(), select(vec!["&&", "||"]), inner).prop_map(|(a, join, b)| format!("({a}) {join} ({b})")),
        ]
    })
}

/// A condition with a few characters lost, added, or repeated.
fn mutated() -> impl Strategy<Value = String> {
    let scrap = select(vec![
        "",
        "",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "'''",
        "!",
        "-",
        "--",
        "+",
        ".",
        ",",
        "?",
        ":",
        "=",
        "<",
        "&",
        "|",
        "in",
        " ",
        "\n",
        "\r",
        "\\",
        "//",
        "0x",
        "1e9",
        "3u",
        "r",
        "b",
        "has",
        ".map(x, x)",
        ".exists(y, ",
        "城",
        "𠮷",
        "\0",
        "null",
        "fee",
        "for",
        "`",
        "9223372036854775808",
    ]);
    let change = (any::<Index>(), 0..3_usize, scrap);
    (valid(), prop::collection::vec(change, 1..5)).prop_map(|(text, changes)| {
        changes.into_iter().fold(text, |text, (at, lost, scrap)| {
            let letters: Vec<char> = text.chars().collect();
            let at = at.index(letters.len() + 1);
            let kept = letters.iter().skip(at + lost);
            letters.iter().take(at).copied().chain(scrap.chars()).chain(kept.copied()).collect()
        })
    })
}

/// What rows say of the facts that [`valid`] conditions read.
fn rows() -> impl Strategy<Value = Vec<(FactId, Value)>> {
    let names = [
        "tenure_months",
        "fee",
        "status",
        "plan",
        "products",
        "in_relocation_area",
        "promotion_ends_on",
        "complaints_3m",
    ];
    let values: Vec<_> = names.map(|name| FACTS.find(name).unwrap()).map(|(id, fact)| value(id, fact.kind)).into();
    values
}

fn value(fact: FactId, kind: Kind) -> BoxedStrategy<(FactId, Value)> {
    let known = match kind {
        Kind::Series { .. } => {
            prop::array::uniform12(prop::option::weighted(0.9, -300..3000_i64)).prop_map(Value::Series).boxed()
        }
        Kind::Number { .. } => (0..20_i64).prop_map(Value::Number).boxed(),
        Kind::Date => (19_800..19_950_i64).prop_map(Value::Number).boxed(),
        Kind::YesNo => (0..2_i64).prop_map(Value::Number).boxed(),
        Kind::Code(codes) => (0..codes.len()).prop_map(|code| Value::Number(i64::try_from(code).unwrap())).boxed(),
        Kind::Text => select(vec!["e9", "城东", "e8"]).prop_map(|text| Value::Text(text.into())).boxed(),
        Kind::Texts => select(vec![vec![], vec!["iptv"], vec!["itv", "lan"]])
            .prop_map(|texts| Value::Texts(texts.into_iter().map(str::to_owned).collect()))
            .boxed(),
    };
    let value = prop_oneof![4 => known, 1 => Just(Value::None), 1 => Just(Value::Unknown)];
    value.prop_map(move |value| (fact, value)).boxed()
}

/// A text is a condition, or each of its faults shows a part of it.
fn is_judged(text: &str) -> Result<(), TestCaseError> {
    let Err(faults) = condition(text) else { return Ok(()) };
    prop_assert!(!faults.is_empty());
    for fault in faults {
        let (first, end) = fault.span.unwrap();
        prop_assert!(first <= end && end <= text.chars().count(), "{fault:?}");
        prop_assert!(first < end || first == text.chars().count(), "an empty span within the text: {fault:?}");
        prop_assert!(!fault.expected.of(Language::En).is_empty() && !fault.expected.of(Language::Zh).is_empty());
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_a_condition_or_has_faults(text in any::<String>()) {
        is_judged(&text)?;
    }

    #[test]
    fn any_string_of_tokens_is_a_condition_or_has_faults(text in r#"([a-z_]{1,3}|[0-9.]{1,4}|[-+*/%!<>=&|?:,.(){}\[\]"' \n\\]){0,24}"#) {
        is_judged(&text)?;
    }

    #[test]
    fn a_damaged_condition_is_a_condition_or_has_faults(text in mutated()) {
        is_judged(&text)?;
    }

    #[test]
    fn equal_rows_have_equal_outcomes_and_logic_is_kleenes(left in valid(), right in valid(), row in rows()) {
        let texts = [
            left.clone(),
            right.clone(),
            format!("!({left})"),
            format!("known({left})"),
            format!("({left}) && ({right})"),
            format!("({left}) || ({right})"),
        ];
        let tests: Vec<_> = texts.iter().map(|text| condition(text).unwrap()).collect();
        let together = outcomes(&tests, &row);
        prop_assert_eq!(&together, &outcomes(&tests, &row));
        let alone: Vec<_> = tests.iter().map(|test| outcomes(std::slice::from_ref(test), &row)[0]).collect();
        prop_assert_eq!(&together, &alone);
        let (a, b) = (together[0], together[1]);
        prop_assert_eq!(together[2], negation(a));
        prop_assert_eq!(together[3], Outcome::of(a != Outcome::Unknown));
        prop_assert_eq!(together[4], negation(either(negation(a), negation(b))));
        prop_assert_eq!(together[5], either(a, b));
    }
}

fn negation(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::True => Outcome::False,
        Outcome::Unknown => Outcome::Unknown,
        Outcome::False => Outcome::True,
    }
}

fn either(left: Outcome, right: Outcome) -> Outcome {
    match (left, right) {
        (Outcome::True, _) | (_, Outcome::True) => Outcome::True,
        (Outcome::False, Outcome::False) => Outcome::False,
        _ => Outcome::Unknown,
    }
}
