//! A decision told to people: plain, short, in English or Chinese.

use std::cmp::Reverse;

use super::{Considered, words};
use crate::catalogue::Language;
use crate::condition::{Atom, Finding, Linear, Outcome, Quantity, Test, quantities};
use crate::fact::{FactId, Kind};
use crate::lifecycle::classifier::StageStep;
use crate::lifecycle::{DecisionRecord, INSUFFICIENT_DATA, MINIMUM_DWELL, ProgrammesPolicy, RuleOutcome, Stage};
use crate::month::Month;
use crate::ratio::Fraction;
use crate::value::NO_FEES;
use crate::warning::{RuleState, WarningRule};

/// What is told, and in which language.
pub(super) struct Account<'a> {
    pub considered: &'a Considered<'a>,
    pub answer: &'a DecisionRecord,
    pub programmes: &'a ProgrammesPolicy,
    pub language: Language,
}

impl Account<'_> {
    /// The whole account.
    pub fn text(&self) -> String {
        let mut lines = vec![self.headline()];
        self.stage(&mut lines);
        self.tier(&mut lines);
        self.warnings(&mut lines);
        let shadow = self.say("On trial, without effect:", "试运行，不生效：");
        self.rules(shadow, RuleState::Shadow, RuleOutcome::Fired, &mut lines);
        self.insufficient(&mut lines);
        lines.join("\n")
    }

    fn say<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        match self.language {
            Language::En => en,
            Language::Zh => zh,
        }
    }

    /// `User u1: stage D (Decline) since 2024-03-31, as of 2024-05-31.`
    fn headline(&self) -> String {
        let as_of = self.considered.as_of;
        let is_prospect = self.answer.status == Some("prospect");
        let id = self.answer.user_id.as_ref().map_or(String::new(), |id| format!(" {id}"));
        let who = if is_prospect { self.say("Prospect", "潜在客户") } else { self.say("User", "用户") };
        let since = self.answer.stage_since.filter(|since| *since != as_of);
        let is_new = self.answer.stage_since == Some(as_of);
        match (self.answer.stage, self.language) {
            (Some(stage), Language::En) if is_new => {
                format!("{who}{id}: stage {} ({}), new as of {as_of}.", stage.code(), self.name_of_stage(stage))
            }
            (Some(stage), Language::Zh) if is_new => {
                format!("{who}{id}：{as_of} 起进入 {} 阶段（{}）。", stage.code(), self.name_of_stage(stage))
            }
            (None, Language::En) => format!("{who}{id}: the stage cannot be told, as of {as_of}."),
            (None, Language::Zh) => format!("{who}{id}：截至 {as_of}，无法判断所处阶段。"),
            (Some(stage), Language::En) => {
                let since = since.map_or(String::new(), |since| format!(" since {since}"));
                format!("{who}{id}: stage {} ({}){since}, as of {as_of}.", stage.code(), self.name_of_stage(stage))
            }
            (Some(stage), Language::Zh) => {
                let since = since.map_or(String::new(), |since| format!("，始于 {since}"));
                format!("{who}{id}：截至 {as_of}，处于 {} 阶段（{}）{since}。", stage.code(), self.name_of_stage(stage))
            }
        }
    }

    /// The stage's name in the policy.
    fn name_of_stage(&self, stage: Stage) -> &str {
        let profile = self.programmes.stages.of(stage);
        self.say(&profile.en, &profile.zh)
    }

    /// Why the stage is what it is.
    fn stage(&self, lines: &mut Vec<String>) {
        if let Some(dwell) = self.considered.dwell() {
            let (stage, months) =
                (dwell.stage.code(), words::amount(&dwell.months.to_string(), "months", self.language));
            let until = dwell.until.map_or(String::new(), |until| until.to_string());
            lines.push(self.reason(MINIMUM_DWELL.name));
            lines.push(match self.language {
                Language::En => format!("  Stage {stage} is kept for at least {months}, until {until}."),
                Language::Zh => format!("  {stage} 阶段至少保持 {months}，至 {until} 为止。"),
            });
        }
        let steps: Vec<_> = self.considered.stages().map(|(_, step)| step).collect();
        let Some((last, before)) = steps.split_last() else { return };
        let (_, test) = self.considered.condition(last);
        match test.outcome(&self.considered.subject) {
            Outcome::True => {
                lines.push(if self.considered.dwell().is_some() { self.otherwise(last) } else { self.why(last) });
                let shown = self.findings(test.deciding(&self.considered.subject), lines);
                if let (false, Some(failed)) = (shown || last.reads_declining, before.last()) {
                    let name = match self.language {
                        Language::En => format!("Not stage {}: ", failed.stage.code()),
                        Language::Zh => format!("不是 {} 阶段：", failed.stage.code()),
                    };
                    self.failed(&name, self.considered.condition(failed).1, lines);
                }
            }
            _ => {
                lines.push(self.reason(INSUFFICIENT_DATA.name));
                self.findings(super::unknown(test, &self.considered.subject), lines);
            }
        }
    }

    /// The reason of the step that decided, and the warnings that move the stage.
    fn why(&self, step: &StageStep) -> String {
        let reason = self.reason(&step.reason);
        let moving: Vec<_> = self.answer.reasons.iter().filter(|code| self.answer.warnings.contains(code)).collect();
        let moving: Vec<_> = moving.into_iter().map(String::as_str).collect();
        if moving.is_empty() {
            return reason;
        }
        let reason = reason.trim_end_matches(['.', '。']);
        let codes = moving.join(self.say(", ", "、"));
        format!("{reason}{}{codes}{}", self.say("; because of ", "；依据："), self.say(".", "。"))
    }

    /// The stage that today's facts alone would give.
    fn otherwise(&self, step: &StageStep) -> String {
        let (stage, reason) = (step.stage.code(), self.reason_text(&step.reason));
        match self.language {
            Language::En => format!("By today's facts alone it would be stage {stage}: {reason}."),
            Language::Zh => format!("仅按当日事实应为 {stage} 阶段：{reason}。"),
        }
    }

    fn reason(&self, code: &str) -> String {
        format!("{}{}{}", self.say("Why: ", "原因："), self.reason_text(code), self.say(".", "。"))
    }

    /// A code with its text; one of the policy's own stands alone.
    fn reason_text(&self, code: &str) -> String {
        let known = crate::engine::codes().into_iter().find(|known| known.name == code);
        match (known, self.language) {
            (None, _) => code.to_owned(),
            (Some(known), Language::En) => format!("{} ({code})", known.text.en),
            (Some(known), Language::Zh) => format!("{}（{code}）", known.text.zh),
        }
    }

    fn tier(&self, lines: &mut Vec<String>) {
        let heading = self.say("Value tier: ", "价值等级：");
        let end = self.say(".", "。");
        let steps: Vec<_> = self.considered.tiers().map(|(_, step)| step).collect();
        let Some((last, before)) = steps.split_last() else { return };
        if let Some(tier) = self.answer.tier {
            lines.push(format!("{heading}{}{end}", words::code(tier.code(), self.language)));
            let shown = self.findings(last.test.deciding(&self.considered.subject), lines);
            if let (false, Some(failed)) = (shown, before.last()) {
                let tier = words::code(failed.tier.code(), self.language);
                let name = match self.language {
                    Language::En => format!("Not {tier}: "),
                    Language::Zh => format!("不是{tier}等级："),
                };
                self.failed(&name, &failed.test, lines);
            }
        } else {
            let reason = if self.considered.decision.lacks_fees { &NO_FEES } else { &INSUFFICIENT_DATA };
            let unknown = self.say("not known: ", "未知，");
            lines.push(format!("{heading}{unknown}{}{end}", self.reason_text(reason.name)));
            if !self.considered.decision.lacks_fees {
                self.findings(super::unknown(&last.test, &self.considered.subject), lines);
            }
        }
    }

    /// What keeps a customer out of the step before: it says more than "everybody else".
    fn failed(&self, name: &str, test: &Test, lines: &mut Vec<String>) {
        let mut reasons = Vec::new();
        self.findings(test.deciding(&self.considered.subject), &mut reasons);
        lines.extend(reasons.into_iter().map(|reason| format!("  {name}{}", uncapitalised(reason.trim_start()))));
    }

    fn warnings(&self, lines: &mut Vec<String>) {
        if self.answer.warnings.is_empty() {
            lines.push(self.say("Warnings: none.", "离网预警：无。").to_owned());
        }
        self.rules(self.say("Warnings:", "离网预警："), RuleState::Active, RuleOutcome::Fired, lines);
    }

    fn insufficient(&self, lines: &mut Vec<String>) {
        let heading = self.say("Cannot be judged for want of facts:", "信息不足，无法判断：");
        let mut rules = Vec::new();
        for state in [RuleState::Active, RuleState::Shadow] {
            self.rules("", state, RuleOutcome::Insufficient, &mut rules);
        }
        if !rules.is_empty() {
            lines.push(heading.to_owned());
            lines.extend(rules.into_iter().filter(|line| !line.is_empty()));
        }
    }

    /// The rules of a state that have an outcome, with what decided.
    fn rules(&self, heading: &str, state: RuleState, outcome: RuleOutcome, lines: &mut Vec<String>) {
        let subject = &self.considered.subject;
        let has = |rule: &&WarningRule| rule.state == state && rule.outcome(subject) == outcome;
        for (index, rule) in self.considered.classifier.rules().filter(has).enumerate() {
            if index == 0 {
                lines.push(heading.to_owned());
            }
            let end = self.say(".", "。");
            lines.push(format!("- {} {}{end}", rule.code, rule.meaning.of(self.language)));
            let findings = rule.deciding(subject).into_iter().map(|(finding, _)| finding).collect();
            self.findings(findings, lines);
        }
    }

    /// A line a comparison, those of the same number together, and a line of what is not known; says whether there is any.
    fn findings(&self, findings: Vec<Finding<'_>>, lines: &mut Vec<String>) -> bool {
        let mut told: Vec<(String, String)> = Vec::new();
        let mut unknown: Vec<String> = Vec::new();
        for finding in findings.iter().filter(|finding| self.is_worth_telling(finding)) {
            if finding.outcome == Outcome::Unknown {
                for name in self.unknown(finding) {
                    if !unknown.contains(&name) {
                        unknown.push(name);
                    }
                }
                continue;
            }
            let (observed, requirement) = (self.observed(finding), self.requirement(finding));
            match told.last_mut() {
                Some((last, requirements)) if *last == observed && !requirement.is_empty() => {
                    requirements.push_str(self.say(" and ", "，且"));
                    requirements.push_str(&requirement);
                }
                _ => told.push((observed, requirement)),
            }
        }
        let (comma, end) = (self.say(", ", "，"), self.say(".", "。"));
        let line = |(observed, requirement): (String, String)| match requirement.is_empty() {
            true => format!("  {observed}{end}"),
            false => format!("  {observed}{comma}{requirement}{end}"),
        };
        let is_any = !told.is_empty() || !unknown.is_empty();
        lines.extend(told.into_iter().map(line));
        if !unknown.is_empty() {
            let start = self.say("  Not known: ", "  缺少：");
            lines.push(format!("{start}{}{end}", unknown.join(self.say(", ", "、"))));
        }
        is_any
    }

    /// `true` says nothing, and the warnings that make `declining` are told apart.
    fn is_worth_telling(&self, finding: &Finding<'_>) -> bool {
        match finding.leaf {
            Test::Constant(_) => false,
            Test::Yes(fact) => {
                self.considered.classifier.facts().get(*fact).is_none_or(|fact| fact.name != "declining")
            }
            _ => true,
        }
    }

    /// The facts and months that are not known; of a decision that is not, the comparison itself.
    fn unknown(&self, finding: &Finding<'_>) -> Vec<String> {
        let mut atoms = finding.unknown(&self.considered.subject);
        // The months of a series in the order of the calendar.
        atoms.sort_by_key(|atom| match *atom {
            Atom::Month(series, ago) => (Some(series), Reverse(ago)),
            other => (other.fact(), Reverse(0)),
        });
        if atoms.is_empty() {
            return vec![finding.expression(&self.considered.subject)];
        }
        let name = |atom: &Atom| match *atom {
            Atom::Month(series, ago) => self.of_month(series, ago),
            other => other.fact().map_or_else(String::new, |fact| self.fact(fact).to_owned()),
        };
        atoms.iter().map(name).collect()
    }

    fn fact(&self, id: FactId) -> &str {
        self.considered.classifier.facts().get(id).map_or("", |fact| words::fact(fact, self.language))
    }

    /// `Local-call fee in 2024-05: 50.00 yuan`
    fn observed(&self, finding: &Finding<'_>) -> String {
        let observed = finding.observed(&self.considered.subject);
        let observed = match (&observed, finding.leaf) {
            (None, _) => self.say("none", "无").to_owned(),
            (Some(_), Test::Yes(_)) => self.yes_no(finding, ("yes", "是"), ("no", "否")),
            (Some(_), Test::Present(_)) => self.yes_no(finding, ("there is one", "有"), ("there is none", "无")),
            (Some(_), Test::Given(_) | Test::Known(_)) => {
                self.yes_no(finding, ("known", "已知"), ("not known", "未知"))
            }
            (Some(code), Test::Among { fact, .. }) => self.name(*fact, code).to_owned(),
            (Some(number), _) => words::amount(number, finding.unit(), self.language),
        };
        let what = self.what(finding);
        match self.language {
            Language::En => format!("{}: {observed}", capitalised(&what)),
            Language::Zh => format!("{what}：{observed}"),
        }
    }

    fn yes_no(&self, finding: &Finding<'_>, yes: (&str, &str), no: (&str, &str)) -> String {
        let (en, zh) = if (finding.outcome == Outcome::True) == finding.negated { no } else { yes };
        self.say(en, zh).to_owned()
    }

    /// A code in words, a text as it is.
    fn name<'t>(&'t self, fact: FactId, name: &'t str) -> &'t str {
        let is_code =
            self.considered.classifier.facts().get(fact).is_some_and(|fact| matches!(fact.kind, Kind::Code(_)));
        if is_code { words::code(name, self.language) } else { name }
    }

    /// What the observed value is held against: `below 50.40 yuan`; where that fails, `has to be below 50.40 yuan`.
    fn requirement(&self, finding: &Finding<'_>) -> String {
        let sign = finding.comparison();
        let threshold = match finding.leaf {
            Test::Yes(_) | Test::Present(_) | Test::Given(_) | Test::Known(_) | Test::Constant(_) => {
                return String::new();
            }
            Test::Among { names, .. } if names.len() == 1 && sign == "==" && finding.outcome == Outcome::True => {
                return String::new();
            }
            Test::Among { fact, names, .. } => {
                let names: Vec<_> = names.iter().map(|name| self.name(*fact, name)).collect();
                names.join(self.say(", ", "、"))
            }
            _ => {
                let threshold = finding.threshold(&self.considered.subject).unwrap_or_default();
                words::amount(&threshold, finding.unit(), self.language)
            }
        };
        let comparison = match finding.unit() {
            "date" => words::date_comparison(sign, self.language),
            _ => words::comparison(sign, self.language),
        };
        let space = self.say(" ", "");
        let gap = if self.language == Language::Zh && threshold.starts_with(|letter: char| letter.is_ascii()) {
            " "
        } else {
            space
        };
        let has_to_be = if finding.outcome == Outcome::True { "" } else { self.say("has to be ", "应") };
        format!("{has_to_be}{comparison}{gap}{threshold}")
    }

    /// What is observed, in words.
    fn what(&self, finding: &Finding<'_>) -> String {
        match finding.leaf {
            Test::Compare { left, .. } => self.number(left),
            Test::Among { fact, .. } | Test::Holds { fact, .. } | Test::Yes(fact) | Test::Present(fact) => {
                self.fact(*fact).to_owned()
            }
            Test::Fluctuates { series, months, .. } => {
                let (fact, period) = (self.fact(*series), self.period(months - 1, 0));
                match self.language {
                    Language::En => format!("fluctuation (standard deviation over mean) of the {fact} {period}"),
                    Language::Zh => format!("{period}{fact}波动（标准差与均值之比）"),
                }
            }
            _ => finding.expression(&self.considered.subject),
        }
    }

    fn number(&self, linear: &Linear) -> String {
        let facts = self.considered.classifier.facts();
        let minus = Fraction::ONE.negated();
        let parts = quantities(linear, facts);
        match &parts[..] {
            [(Quantity::Fact(date), factor), (Quantity::AsOf, less)] if (*factor, *less) == (Fraction::ONE, minus) => {
                self.days(*date, ("days to the", "距"), "天数")
            }
            [(Quantity::AsOf, factor), (Quantity::Fact(date), less)] if (*factor, *less) == (Fraction::ONE, minus) => {
                self.days(*date, ("days since the", ""), "已过天数")
            }
            [(quantity, factor)] if *factor == Fraction::ONE && linear.constant == Fraction::ZERO => {
                self.quantity(*quantity)
            }
            _ => {
                let parts: Vec<_> = parts.iter().map(|(quantity, _)| self.quantity(*quantity)).collect();
                match self.language {
                    Language::En => format!("value computed from the {}", parts.join(" and the ")),
                    Language::Zh => format!("由{}算得的值", parts.join("、")),
                }
            }
        }
    }

    fn days(&self, date: FactId, before: (&str, &str), zh_after: &str) -> String {
        let date = self.fact(date);
        match self.language {
            Language::En => format!("{} {date}", before.0),
            Language::Zh => format!("{}{date}{zh_after}", before.1),
        }
    }

    fn quantity(&self, quantity: Quantity) -> String {
        let (en, zh, series, from, to) = match quantity {
            Quantity::AsOf => return self.say("the day", "当日").to_owned(),
            Quantity::Fact(fact) => return self.fact(fact).to_owned(),
            Quantity::Month(series, ago) => return self.of_month(series, ago),
            Quantity::Sum(series, from, to) => ("total", "合计", series, from, to),
            Quantity::Mean(series, from, to) => ("mean", "月均", series, from, to),
            Quantity::Least(series, months) => ("lowest", "最低", series, months - 1, 0),
            Quantity::Greatest(series, months) => ("highest", "最高", series, months - 1, 0),
        };
        let (fact, period) = (self.fact(series), self.period(from, to));
        match self.language {
            Language::En => format!("{en} {fact} {period}"),
            Language::Zh => format!("{period}{zh}{fact}"),
        }
    }

    /// A month of a series: `local-call fee in 2024-05`.
    fn of_month(&self, series: FactId, ago: u8) -> String {
        let (fact, period) = (self.fact(series), self.period(ago, ago));
        match self.language {
            Language::En => format!("{fact} {period}"),
            Language::Zh => format!("{period}{fact}"),
        }
    }

    /// Months of a series, from so many before the newest to so many. Of a leaver they end at a month that the view does not
    /// name.
    fn period(&self, from: u8, to: u8) -> String {
        let is_leaver = self.answer.status == Some("terminated");
        let month = |ago: u8| Month::reference(self.considered.as_of).plus(-i32::from(ago));
        match (is_leaver, self.language) {
            (false, Language::En) if from == to => format!("in {}", month(to)),
            (false, Language::Zh) if from == to => format!("{} ", month(to)),
            (false, Language::En) => format!("from {} to {}", month(from), month(to)),
            (false, Language::Zh) => format!("{} 至 {} ", month(from), month(to)),
            (true, Language::En) if (from, to) == (0, 0) => "in the last month".into(),
            (true, Language::En) if from == to => format!("{from} months before the last"),
            (true, Language::En) if to == 0 => format!("in the last {} months", from + 1),
            (true, Language::En) => format!("{from} to {to} months before the last"),
            (true, Language::Zh) if (from, to) == (0, 0) => "离网前最后一个月".into(),
            (true, Language::Zh) if from == to => format!("离网前倒数第 {} 个月", from + 1),
            (true, Language::Zh) if to == 0 => format!("离网前最后 {} 个月", from + 1),
            (true, Language::Zh) => format!("离网前倒数第 {} 至第 {} 个月", from + 1, to + 1),
        }
    }
}

/// The sentence with a capital at its beginning.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The sentence as it goes on after a colon.
fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
