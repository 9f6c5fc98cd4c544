//! The facts of the customer view, as the data contract lists them.

use crate::catalogue::Text;
use crate::fact::{Fact, Facts, Floor, Kind, NullMeans, Unit};

/// The statuses of a user or prospect, as `status` writes them.
pub const STATUSES: &[&str] = &["prospect", "active", "suspended", "terminated"];

/// The lifecycle stages, as `previous_stage` writes them (LCY-01).
pub const STAGES: &[&str] = &["A", "B", "C", "D", "E"];

/// The name of a unit of the view.
#[derive(Clone, Copy)]
enum Measure {
    None,
    Yuan,
    Named(&'static str),
}

const COUNT: Kind = Kind::Number { places: 0 };
const AMOUNT: Kind = Kind::Number { places: 2 };
const SERIES: Kind = Kind::Series { places: 2 };
const UNKNOWN: NullMeans = NullMeans::Unknown;
const NONE: NullMeans = NullMeans::None;

/// The tables of the contract that decide a fact.
type Tables = &'static [&'static str];

const USERS: Tables = &["users"];
const BILLS: Tables = &["bills"];
const USERS_AND_BILLS: Tables = &["users", "bills"];
const EVENTS: Tables = &["events"];
const AGREEMENTS: Tables = &["agreements"];
const PROMOTIONS: Tables = &["promotions"];
const HOLDINGS: Tables = &["holdings"];
const PROSPECTS: Tables = &["prospects"];
const HISTORY: Tables = &["stage_history"];
/// Those that tell who there is; facts of the host's own stand in them, too.
const PEOPLE: Tables = &["users", "prospects"];

/// Name, the tables that decide it, type, unit, what null means, and the meaning in English and Chinese.
type Row = (&'static str, Tables, Kind, Measure, NullMeans, &'static str, &'static str);

#[rustfmt::skip]
const FACTS: &[Row] = &[
    ("user_id", PEOPLE, Kind::Text, Measure::None, UNKNOWN, "the user (one service), or the prospect", "用户（一项业务）或潜在客户的编号"),
    ("customer_id", USERS, Kind::Text, Measure::None, NONE, "the customer; without one the user is a customer of its own", "客户编号；没有则用户自成一个客户"),
    ("status", PEOPLE, Kind::Code(STATUSES), Measure::None, UNKNOWN, "prospect, active, suspended (counts as active) or terminated, as of the date", "截至当日的状态：潜在、在用、停机（视同在用）、离网"),
    ("tenure_months", USERS, COUNT, Measure::Named("months"), UNKNOWN, "full months of the latest period of service; of a leaver, until termination", "最近一次在网的整月数；离网用户算到离网日"),
    ("months_since_exit", USERS, COUNT, Measure::Named("months"), NONE, "full months since termination", "离网以来的整月数"),
    ("fee", BILLS, SERIES, Measure::Yuan, UNKNOWN, "the bill, month by month", "每月账单金额"),
    ("local_fee", BILLS, SERIES, Measure::Yuan, UNKNOWN, "the local-call fee in the bill", "账单中的市话费"),
    ("foreign_ip_fee", BILLS, SERIES, Measure::Yuan, UNKNOWN, "spending on a competitor's IP service", "使用异网IP业务的费用"),
    ("minutes", BILLS, SERIES, Measure::Named("minutes"), UNKNOWN, "minutes of use (MOU)", "通话分钟数（MOU）"),
    ("customer_fee", USERS_AND_BILLS, SERIES, Measure::Yuan, UNKNOWN, "the bills of all the customer's users in that month", "该客户全部用户当月账单之和"),
    ("complaints_3m", EVENTS, COUNT, Measure::Named("times"), UNKNOWN, "complaints in the last three months", "过去三个月的投诉次数"),
    ("repeat_faults_3m", EVENTS, COUNT, Measure::Named("times"), UNKNOWN, "repeated fault reports in the last three months", "过去三个月的重复报障次数"),
    ("complaints_last_month", EVENTS, COUNT, Measure::Named("times"), UNKNOWN, "complaints in the reference month", "上月投诉次数"),
    ("faults_last_month", EVENTS, COUNT, Measure::Named("times"), UNKNOWN, "fault reports in the reference month", "上月报障次数"),
    ("promotion_ends_on", PROMOTIONS, Kind::Date, Measure::None, NONE, "the nearest end of a promotion on or after the date", "当日或之后最近的促销到期日"),
    ("promotion_ended_on", PROMOTIONS, Kind::Date, Measure::None, NONE, "the latest end of a promotion before the date, with none running now", "当日之前最近的促销到期日，且目前没有促销"),
    ("agreement_ends_on", AGREEMENTS, Kind::Date, Measure::None, NONE, "the nearest end of a service contract on or after the date", "当日或之后最近的服务合同到期日"),
    ("first_bill", USERS_AND_BILLS, AMOUNT, Measure::Yuan, NONE, "the user's first bill, where it is the reference month's", "首份账单金额（仅当它就是上月账单）"),
    ("expected_first_bill", USERS_AND_BILLS, AMOUNT, Measure::Yuan, UNKNOWN, "what the plan led to expect of the first bill", "资费计划预期的首份账单金额"),
    ("join_channel", USERS, Kind::Text, Measure::None, UNKNOWN, "the channel through which the user joined", "入网渠道"),
    ("community", PEOPLE, Kind::Text, Measure::None, UNKNOWN, "the community the user belongs to", "所属社区"),
    ("plan", USERS, Kind::Text, Measure::None, UNKNOWN, "the tariff plan", "资费计划"),
    ("products", HOLDINGS, Kind::Texts, Measure::None, UNKNOWN, "products held on the date", "当日持有的产品"),
    ("complaint_causes_3m", EVENTS, Kind::Texts, Measure::None, UNKNOWN, "causes of the complaints in the last three months", "过去三个月的投诉原因"),
    ("uses_competitor", PROSPECTS, Kind::YesNo, Measure::None, UNKNOWN, "whether the prospect uses a competitor's product", "潜在客户是否使用竞争对手的产品"),
    ("in_relocation_area", USERS, Kind::YesNo, Measure::None, UNKNOWN, "whether the user lives where many have to move", "是否处于大面积拆迁区"),
    ("previous_stage", HISTORY, Kind::Code(STAGES), Measure::None, NONE, "the stage of the run before", "上次判定的阶段"),
    ("previous_since", HISTORY, Kind::Date, Measure::None, NONE, "since when the stage of the run before held", "上次阶段的起始日"),
];

#[rustfmt::skip]
const PERSONAL: &[Row] = &[
    ("name", PEOPLE, Kind::Text, Measure::None, UNKNOWN, "the name, for lists", "姓名（用于名单）"),
    ("phone", PEOPLE, Kind::Text, Measure::None, UNKNOWN, "the phone number, for lists", "电话（用于名单）"),
    ("address", PEOPLE, Kind::Text, Measure::None, UNKNOWN, "the address, for lists", "地址（用于名单）"),
];

/// Adds the view's facts.
pub fn register(facts: &mut Facts) {
    for (personal, rows) in [(false, FACTS), (true, PERSONAL)] {
        for (name, _, kind, measure, null, en, zh) in rows {
            let unit = match measure {
                Measure::None => Unit::None,
                Measure::Yuan => Unit::Yuan,
                Measure::Named(name) => Unit::Named((*name).into()),
            };
            facts.add(Fact {
                name: (*name).into(),
                kind: *kind,
                unit,
                null: *null,
                // Days before 1970 lie below 0.
                may_be_negative: matches!(measure, Measure::Yuan) || *kind == Kind::Date,
                personal,
                floor: Floor::View,
                meaning: Text { en, zh }.into(),
                members: Vec::new(),
            });
        }
    }
}

/// The tables of the contract whose rows decide a fact of the view; of a fact of the host's own, those that may carry it.
pub fn tables_of(fact: &str) -> &'static [&'static str] {
    let row = FACTS.iter().chain(PERSONAL).find(|row| row.0 == fact);
    row.map_or(PEOPLE, |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::BatchOperation;
    use crate::view::BuildView;

    #[test]
    fn facts_come_from_tables_of_the_contract_and_each_table_gives_one() {
        let mut named: Vec<_> = FACTS.iter().chain(PERSONAL).flat_map(|row| row.1).copied().collect();
        named.sort_unstable();
        named.dedup();
        let mut tables: Vec<_> = [BuildView::TABLES, BuildView::OPTIONAL_TABLES].concat();
        tables.sort_unstable();
        assert_eq!(named, tables);
    }
}
