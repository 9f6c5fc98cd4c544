//! The field's words for facts, codes, units and comparisons, in both languages.

use crate::catalogue::{Language, Text};
use crate::fact::Fact;
use crate::ratio::Fraction;

/// What people call a fact, short enough for a sentence.
#[rustfmt::skip]
const FACTS: &[(&str, &str, &str)] = &[
    ("user_id", "user", "用户编号"),
    ("customer_id", "customer", "客户编号"),
    ("status", "status", "状态"),
    ("tenure_months", "time in service", "在网月数"),
    ("months_since_exit", "time since leaving", "离网月数"),
    ("fee", "bill", "账单金额"),
    ("local_fee", "local-call fee", "市话费"),
    ("foreign_ip_fee", "spending on a competitor's IP service", "异网IP费用"),
    ("minutes", "minutes of use", "通话时长（MOU）"),
    ("customer_fee", "bill of the whole customer", "客户账单合计"),
    ("complaints_3m", "complaints in the last three months", "过去三个月投诉次数"),
    ("repeat_faults_3m", "repeated fault reports in the last three months", "过去三个月重复报障次数"),
    ("complaints_last_month", "complaints last month", "上月投诉次数"),
    ("faults_last_month", "fault reports last month", "上月报障次数"),
    ("promotion_ends_on", "end of the promotion", "促销到期日"),
    ("promotion_ended_on", "end of the last promotion", "上一促销到期日"),
    ("agreement_ends_on", "end of the service contract", "服务合同到期日"),
    ("first_bill", "first bill", "首份账单金额"),
    ("expected_first_bill", "expected first bill", "预期首份账单金额"),
    ("join_channel", "channel of joining", "入网渠道"),
    ("community", "community", "所属社区"),
    ("plan", "tariff plan", "资费计划"),
    ("products", "products held", "持有产品"),
    ("complaint_causes_3m", "complaint causes in the last three months", "过去三个月投诉原因"),
    ("uses_competitor", "whether the prospect uses a competitor's product", "是否使用竞争对手产品"),
    ("in_relocation_area", "whether the user lives in an area of mass relocation", "是否处于大面积拆迁区"),
    ("previous_stage", "stage of the run before", "上次阶段"),
    ("previous_since", "beginning of the stage before", "上次阶段起始日"),
    ("name", "name", "姓名"),
    ("phone", "phone number", "电话"),
    ("address", "address", "地址"),
    ("tier", "value tier", "价值等级"),
    ("warnings", "warnings", "离网预警"),
    ("declining", "signs of decline", "衰退征兆"),
    ("stage", "stage", "阶段"),
];

/// What people call a code.
const CODES: &[(&str, Text)] = &[
    ("prospect", Text { en: "prospect", zh: "潜在客户" }),
    ("active", Text { en: "active", zh: "在用" }),
    ("suspended", Text { en: "suspended", zh: "停机" }),
    ("terminated", Text { en: "terminated", zh: "离网" }),
    ("high", Text { en: "high", zh: "高" }),
    ("mid", Text { en: "middle", zh: "中" }),
    ("low", Text { en: "low", zh: "低" }),
];

/// A fact in a sentence; one of the host's own by its meaning.
pub(super) fn fact(fact: &Fact, language: Language) -> &str {
    match FACTS.iter().find(|(name, ..)| *name == fact.name) {
        Some((_, en, zh)) => Text { en, zh }.of(language),
        None => fact.meaning.of(language),
    }
}

/// A code in a sentence.
pub(super) fn code(code: &str, language: Language) -> &str {
    CODES.iter().find(|(name, _)| *name == code).map_or(code, |(_, text)| text.of(language))
}

/// A number with its unit; a fraction that is no decimal is told to two places.
pub(super) fn amount(number: &str, unit: &str, language: Language) -> String {
    if let Some(rounded) = rounded(number) {
        let about = Text { en: "about ", zh: "约 " }.of(language);
        return format!("{about}{}", amount(&rounded, unit, language));
    }
    let zh = match unit {
        "yuan" => "元",
        "months" => "个月",
        "days" => "天",
        "minutes" => "分钟",
        "times" => "次",
        other => other,
    };
    match (language, unit) {
        (_, "" | "date") | (Language::En, "times") => number.to_owned(),
        (Language::En, _) if number == "1" => format!("1 {}", unit.strip_suffix('s').unwrap_or(unit)),
        (Language::En, _) => format!("{number} {unit}"),
        (Language::Zh, _) => format!("{number} {zh}"),
    }
}

/// A fraction such as `320/3` rounded half up to two places.
fn rounded(number: &str) -> Option<String> {
    let (numerator, denominator) = number.split_once('/')?;
    let (numerator, denominator): (i128, i128) = (numerator.parse().ok()?, denominator.parse().ok()?);
    let hundredths =
        numerator.checked_mul(200)?.checked_add(denominator)?.checked_div_euclid(denominator.checked_mul(2)?)?;
    Fraction::new(hundredths, 100).map(|value| value.text(2))
}

/// A comparison before its threshold.
pub(super) fn comparison(sign: &str, language: Language) -> &'static str {
    let text = match sign {
        "<" => Text { en: "below", zh: "低于" },
        "<=" => Text { en: "at most", zh: "不超过" },
        ">=" => Text { en: "at least", zh: "不低于" },
        ">" => Text { en: "above", zh: "超过" },
        "!=" => Text { en: "other than", zh: "不等于" },
        "in" => Text { en: "one of", zh: "属于" },
        "not in" => Text { en: "none of", zh: "不属于" },
        "has" => Text { en: "including", zh: "包含" },
        "has not" => Text { en: "without", zh: "不含" },
        _ => Text { en: "equal to", zh: "等于" },
    };
    text.of(language)
}

/// A comparison of dates before its threshold.
pub(super) fn date_comparison(sign: &str, language: Language) -> &'static str {
    let text = match sign {
        "<" => Text { en: "before", zh: "早于" },
        "<=" => Text { en: "no later than", zh: "不晚于" },
        ">=" => Text { en: "no earlier than", zh: "不早于" },
        ">" => Text { en: "after", zh: "晚于" },
        other => return comparison(other, language),
    };
    text.of(language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;

    #[test]
    fn every_fact_of_ours_has_a_word_in_both_languages() {
        let engine = Engine::open("china-telecom").unwrap();
        for fact in engine.policy().classifier().facts().iter() {
            let words = FACTS.iter().find(|(name, ..)| *name == fact.name);
            assert!(words.is_some_and(|(_, en, zh)| !en.is_empty() && !zh.is_empty()), "{}", fact.name);
        }
    }

    #[test]
    fn every_status_and_every_tier_has_a_word() {
        for name in crate::view::facts::STATUSES.iter().chain(crate::value::Tier::CODES) {
            assert!(CODES.iter().any(|(code, _)| code == name), "{name}");
        }
    }

    #[test]
    fn a_single_unit_stands_in_the_singular() {
        assert_eq!(amount("1", "months", Language::En), "1 month");
        assert_eq!(amount("2", "months", Language::En), "2 months");
        assert_eq!(amount("1.00", "yuan", Language::En), "1.00 yuan");
        assert_eq!(amount("1", "times", Language::Zh), "1 次");
    }

    #[test]
    fn a_fraction_is_told_to_two_places() {
        assert_eq!(amount("320/3", "minutes", Language::En), "about 106.67 minutes");
        assert_eq!(amount("-1/3", "yuan", Language::Zh), "约 -0.33 元");
    }
}
