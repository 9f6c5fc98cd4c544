//! The data feeds (数据更新): how fresh each is as of a day, and which results a stale one touches (DAT-01 to DAT-05).
//!
//! The policy says which tables each feed fills. What needs it follows: a rule reads facts, and facts come from tables. Only
//! what reads no facts, such as placing and credit control, the policy has to name.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Text, Words, one_of};
use crate::document::INVALID_VALUE;
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::fact::Need;
use crate::month::{Month, date_of};
use crate::operation::{BatchOperation, RecordOperation};
use crate::view::facts::tables_of;
use crate::view::{BuildView, HostFact};

/// A feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// What it brings, in English.
    pub en: String,
    /// What it brings, in Chinese.
    pub zh: String,
    /// How often it comes; that is its period.
    pub cadence: Cadence,
    /// How many periods it may be late: it is stale when its age exceeds one period and these.
    #[schemars(range(min = 0, max = 120), extend("x-unit" = "periods"))]
    pub tolerance: u8,
    /// The fact tables that it fills, as `build_view` names them.
    pub tables: Vec<String>,
    /// Facts of the host's own that come with it; those that no feed names come with the tables `users` and `prospects`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
    /// What else needs it, that reads no facts: `placing`, `credit`, or a name of the host's own.
    pub results: Vec<String>,
}

/// How often a feed comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cadence {
    /// Every day; its age is the days since it came.
    Daily,
    /// Every seven days; its age is the days since it came.
    Weekly,
    /// Every month; its age is the months from the newest that is loaded to the last complete one.
    Monthly,
}

impl Cadence {
    /// A period, in the unit of the age.
    const fn period(self) -> i64 {
        match self {
            Self::Daily | Self::Monthly => 1,
            Self::Weekly => 7,
        }
    }

    const fn unit(self) -> AgeUnit {
        match self {
            Self::Daily | Self::Weekly => AgeUnit::Days,
            Self::Monthly => AgeUnit::Months,
        }
    }

    /// The age of a feed that has come as far as `newest`; below 0 where that lies ahead. None where it is no such date.
    fn age(self, newest: &str, as_of: NaiveDate) -> Option<i64> {
        match self.unit() {
            AgeUnit::Days => Some((as_of - date_of(newest)?).num_days()),
            AgeUnit::Months => Some(Month::reference(as_of).since(newest.parse().ok()?).into()),
        }
    }

    /// What says how far a feed has come.
    const fn newest(self) -> Text {
        match self.unit() {
            AgeUnit::Days => Text { en: "a date, such as 2024-05-31", zh: "日期，如 2024-05-31" },
            AgeUnit::Months => Text {
                en: "a month, such as 2024-05, or a date in it",
                zh: "月份，如 2024-05，或其中的日期",
            },
        }
    }

    /// The newest that there can be.
    fn latest(self, as_of: NaiveDate) -> Words {
        let latest = match self.unit() {
            AgeUnit::Days => as_of.to_string(),
            AgeUnit::Months => Month::reference(as_of).to_string(),
        };
        Words::new(format!("{latest} or earlier"), format!("{latest} 或更早"))
    }
}

/// Results that follow from facts: no feed may call one of its own so.
const DERIVED: [&str; 5] = ["tier", "warning", "stage", "marketing_attribute", "statistics_attribute"];

/// Every name in the feeds that names nothing.
pub fn faults(feeds: &BTreeMap<String, Feed>, host: &BTreeMap<String, HostFact>) -> Vec<Fault> {
    let tables = BuildView::OPTIONAL_TABLES.iter().copied();
    let mut faults = Vec::new();
    for (name, feed) in feeds {
        let lists = [
            ("tables", &feed.tables, tables.clone().collect::<Vec<_>>()),
            ("facts", &feed.facts, host.keys().map(String::as_str).collect()),
        ];
        for (key, written, known) in lists {
            let unknown = written.iter().enumerate().filter(|(_, name)| !known.contains(&name.as_str()));
            faults.extend(unknown.map(|(index, written)| {
                let fault = Fault::new(&INVALID_VALUE, format!("feeds.{name}.{key}[{index}]")).found(written);
                fault.expecting(one_of(&known)).suggest(written, known.iter().copied())
            }));
        }
        let taken = feed.results.iter().enumerate().filter(|(_, result)| DERIVED.contains(&result.as_str()));
        faults.extend(taken.map(|(index, result)| {
            let fault = Fault::new(&INVALID_VALUE, format!("feeds.{name}.results[{index}]")).found(result);
            fault.expecting(READS_NO_FACTS)
        }));
    }
    faults
}

const READS_NO_FACTS: Text = Text {
    en: "a result that does not follow from facts: of those that do, lifestage knows the feeds",
    zh: "不由事实推出的结果：由事实推出的，lifestage 自会得知其数据来源",
};

/// The operation `check_feeds`.
#[derive(Debug)]
pub struct CheckFeeds;

/// How far each feed has come.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckFeedsRequest {
    /// The day as of which is asked, its end.
    pub as_of: NaiveDate,
    /// By feed, as the policy names them: of a daily or weekly one the date on which it came last, of a monthly one the newest
    /// month that is loaded, or a date in it. A feed that is null or not there has never come.
    pub feeds: BTreeMap<String, Option<String>>,
}

/// How fresh the feeds are, and what stale ones touch.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckFeedsResponse {
    /// The day as of which was asked.
    pub as_of: NaiveDate,
    /// Every feed of the policy, by name.
    pub feeds: Vec<FeedVerdict>,
    /// Every result, with the feeds that it needs: those that the policy names, then `tier`, each `warning` that is evaluated,
    /// `stage`, and the attributes that customers are given.
    pub results: Vec<ResultVerdict>,
    /// The feeds that are stale, by name.
    pub stale_feeds: Vec<String>,
    /// Digest of the policy.
    pub digest: String,
}

/// How fresh a feed is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FeedVerdict {
    /// The feed.
    pub feed: String,
    /// What it brings, in English.
    pub en: String,
    /// What it brings, in Chinese.
    pub zh: String,
    /// How often it comes.
    pub cadence: Cadence,
    /// How far it has come, as the host says; null where it has never come.
    pub newest: Option<String>,
    /// Whether results may rely on it.
    pub verdict: Freshness,
    /// Why it is stale: `STALE_FEED` or `NEVER_SYNCED`; null where it is fresh.
    pub reason: Option<&'static str>,
    /// Its age; null where it has never come.
    pub age: Option<i64>,
    /// The greatest age at which it is fresh.
    pub limit: i64,
    /// What both count.
    pub unit: AgeUnit,
}

/// Whether results may rely on a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Freshness {
    /// They may.
    Fresh,
    /// It is older than cadence and tolerance allow, or has never come.
    Stale,
}

/// What an age counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AgeUnit {
    /// Days.
    Days,
    /// Months.
    Months,
}

/// What a result needs, and what of it is stale: then the result has to say so (DAT-05).
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResultVerdict {
    /// The result: `placing`, `credit`, `tier`, `warning`, `stage`, …
    pub result: String,
    /// The rule, of a `warning`; null otherwise.
    pub code: Option<String>,
    /// The feeds that it needs, by name.
    pub feeds: Vec<String>,
    /// Those of them that are stale; empty where it may be relied on.
    pub stale_feeds: Vec<String>,
}

impl FeedVerdict {
    /// How fresh a feed is that has come as far as `newest`.
    fn new(name: &str, feed: &Feed, newest: Option<&str>, as_of: NaiveDate) -> Result<Self, Fault> {
        let Feed { en, zh, cadence, tolerance, .. } = feed;
        let fault = |code, newest: &str| Fault::new(code, format!("feeds.{name}")).found(newest);
        let age = match newest.map(|newest| (newest, cadence.age(newest, as_of))) {
            Some((newest, None)) => return Err(fault(&INVALID_VALUE, newest).expecting(cadence.newest())),
            Some((newest, Some(..0))) => return Err(fault(&FUTURE_FEED, newest).expecting(cadence.latest(as_of))),
            Some((_, age)) => age,
            None => None,
        };
        // DAT-01: stale when age > cadence x (1 + tolerance). For fees, too (row 33): the month that has just ended is loaded in
        // the one after it, so that an age of one month is on time.
        let limit = cadence.period() * (1 + i64::from(*tolerance));
        let reason = match age {
            None => Some(NEVER_SYNCED.name),
            Some(age) => (age > limit).then_some(STALE_FEED.name),
        };
        Ok(Self {
            feed: name.to_owned(),
            en: en.clone(),
            zh: zh.clone(),
            cadence: *cadence,
            newest: newest.map(str::to_owned),
            verdict: if reason.is_some() { Freshness::Stale } else { Freshness::Fresh },
            reason,
            age,
            limit,
            unit: cadence.unit(),
        })
    }
}

/// Which feeds each result needs.
fn needed(engine: &Engine) -> Vec<(&str, Option<&str>, BTreeSet<&str>)> {
    let policy = engine.policy();
    let feeds = &policy.document().feeds;
    let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, feed) in feeds {
        for result in &feed.results {
            named.entry(result).or_default().insert(name);
        }
    }
    let named = named.into_iter().map(|(result, feeds)| (result, None, feeds));
    let derived = policy.classifier().needs().into_iter().chain(policy.criteria().needs());
    let derived = derived.map(|Need { result, code, facts }| {
        let needed = facts.into_iter().flat_map(|fact| feeds_of(feeds, fact)).collect();
        (result, code, needed)
    });
    named.chain(derived).collect()
}

/// The feeds that a fact comes with.
fn feeds_of<'a>(feeds: &'a BTreeMap<String, Feed>, fact: &str) -> Vec<&'a str> {
    let names = |feed_brings: &dyn Fn(&Feed) -> bool| {
        feeds.iter().filter(|(_, feed)| feed_brings(feed)).map(|(name, _)| name.as_str()).collect::<Vec<_>>()
    };
    let own = names(&|feed| feed.facts.iter().any(|own| own == fact));
    let fills = |feed: &Feed| tables_of(fact).iter().any(|table| feed.tables.iter().any(|filled| filled == table));
    if own.is_empty() { names(&fills) } else { own }
}

/// The faults of feeds that the policy does not have.
fn unknown(given: &BTreeMap<String, Option<String>>, feeds: &BTreeMap<String, Feed>) -> Vec<Fault> {
    let known = || feeds.keys().map(String::as_str);
    let unknown = given.keys().filter(|name| !feeds.contains_key(*name));
    let fault = |name: &String| {
        Fault::new(&UNKNOWN_FEED, format!("feeds.{name}")).found(name).expecting(one_of(known())).suggest(name, known())
    };
    unknown.map(fault).collect()
}

impl RecordOperation for CheckFeeds {
    const NAME: &'static str = "check_feeds";
    const ABOUT: Text = Text {
        en: "Says how fresh each data feed is, and which results a stale one touches.",
        zh: "判定各数据来源是否及时，以及过期的来源影响哪些结果。",
    };
    type Request = CheckFeedsRequest;
    type Response = CheckFeedsResponse;

    fn run(engine: &Engine, request: CheckFeedsRequest) -> Result<CheckFeedsResponse, Error> {
        let CheckFeedsRequest { as_of, feeds: given } = request;
        let policy = engine.policy();
        let feeds = &policy.document().feeds;
        let (mut verdicts, mut faults) = (Vec::new(), unknown(&given, feeds));
        for (name, feed) in feeds {
            let newest = given.get(name).and_then(Option::as_deref);
            match FeedVerdict::new(name, feed, newest, as_of) {
                Ok(verdict) => verdicts.push(verdict),
                Err(fault) => faults.push(fault),
            }
        }
        if !faults.is_empty() {
            return Err(Error::request(faults));
        }
        let stale = verdicts.iter().filter(|verdict| verdict.verdict == Freshness::Stale);
        let stale: BTreeSet<_> = stale.map(|verdict| verdict.feed.as_str()).collect();
        let owned = |names: &BTreeSet<&str>| names.iter().map(|name| (*name).to_owned()).collect();
        let result = |(result, code, needed): (&str, Option<&str>, BTreeSet<&str>)| ResultVerdict {
            result: result.to_owned(),
            code: code.map(str::to_owned),
            stale_feeds: owned(&needed.intersection(&stale).copied().collect()),
            feeds: owned(&needed),
        };
        let results = needed(engine).into_iter().map(result).collect();
        let stale_feeds = owned(&stale);
        Ok(CheckFeedsResponse { as_of, feeds: verdicts, results, stale_feeds, digest: policy.digest().to_owned() })
    }
}

/// A feed is older than its cadence and its tolerance allow.
pub static STALE_FEED: Code = Code {
    number: 1301,
    name: "STALE_FEED",
    text: Text {
        en: "the feed is older than its cadence and tolerance allow", zh: "数据来源超过更新周期与容许期"
    },
    fix: Text {
        en: "load the feed, or do not rely on the results that need it",
        zh: "请载入最新数据，或勿依赖需要该来源的结果",
    },
};
/// A feed has never come.
pub static NEVER_SYNCED: Code = Code {
    number: 1302,
    name: "NEVER_SYNCED",
    text: Text { en: "the feed has never come", zh: "数据来源从未同步" },
    fix: Text {
        en: "load the feed, or do not rely on the results that need it",
        zh: "请载入该数据，或勿依赖需要该来源的结果",
    },
};
/// A feed that the policy does not have.
pub static UNKNOWN_FEED: Code = Code {
    number: 1303,
    name: "UNKNOWN_FEED",
    text: Text { en: "the policy has no feed of this name", zh: "策略中没有这个名称的数据来源" },
    fix: Text {
        en: "name a feed of the policy, or declare it there", zh: "请写策略中的数据来源，或在策略中声明它"
    },
};
/// A feed has come from the future.
pub static FUTURE_FEED: Code = Code {
    number: 1304,
    name: "FUTURE_FEED",
    text: Text {
        en: "the feed claims what lies after the day that is asked of", zh: "数据来源的日期晚于所问的日期"
    },
    fix: Text { en: "correct the date, or `as_of`", zh: "请修正该日期，或 `as_of`" },
};

/// This room's codes.
pub const CODES: &[&Code] = &[&STALE_FEED, &NEVER_SYNCED, &UNKNOWN_FEED, &FUTURE_FEED];
