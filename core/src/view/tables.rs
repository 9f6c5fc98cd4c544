//! The fact tables: the one place that says which columns each has, of what type, and what is its key.
//!
//! Every table may carry `recorded_on`, the day the host learnt of the row; it decides what is known and nothing else.

use std::cmp::Ordering;

use chrono::NaiveDate;

use super::facts::STAGES;
use super::own::OwnColumns;
use crate::fact::Fact;
use crate::month::Month;
use crate::table::Header;
use crate::table::columns::{Numbers, Texts};
use crate::table::source::{FromSource, Source};

/// What an event can be, in the order of the column `kind`.
pub(super) const EVENT_KINDS: &[&str] = &["complaint", "fault"];
/// The place of `complaint` among [`EVENT_KINDS`].
pub(super) const COMPLAINT: usize = 0;

/// A fact table, read with the columns of the host's own facts.
pub(super) trait FactTable: FromSource<With = [Fact]> + Sync {
    /// The columns of the contract.
    const COLUMNS: &'static [&'static str];

    /// Whether it may have facts of the host's own: it tells who there is.
    const MAY_HAVE_OWN: bool;

    /// The day the host learnt of each row.
    fn recorded_on(&self) -> &Numbers<NaiveDate>;
    /// The day each row begins to be true, with its column's name.
    fn begin(&self) -> Option<(&'static str, &Numbers<NaiveDate>)>;
    /// The day each row ceases to be true, with its column's name.
    fn end(&self) -> Option<(&'static str, &Numbers<NaiveDate>)>;
    /// The month each row is about, with its column's name.
    fn month(&self) -> Option<(&'static str, &Numbers<Month>)>;
    /// Orders two rows by their keys.
    fn compare_keys(&self, one: usize, other: usize) -> Ordering;
    /// Orders two rows of one key by their other values.
    fn compare_values(&self, one: usize, other: usize) -> Ordering;
}

macro_rules! column {
    (type text) => { Texts };
    (type personal) => { Texts };
    (type date) => { Numbers<NaiveDate> };
    (type month) => { Numbers<Month> };
    (type yes_no) => { Numbers<bool> };
    (type code) => { Numbers<usize> };
    (type amount) => { Numbers<i64> };
    (type quantity) => { Numbers<i64> };
    (read $source:ident personal $header:expr) => { $source.text(Header { is_personal: true, ..$header }) };
    (read $source:ident $kind:ident $header:expr $(, $codes:expr)?) => { $source.$kind($header $(, $codes)?) };
    (header required $name:expr) => { Header::required($name) };
    (header optional $name:expr) => { Header::optional($name) };
}

macro_rules! fact_table {
    (
        $(#[$about:meta])*
        $table:ident $name:literal $(with $own:ident)? $(from $begin:ident)? $(to $end:ident)? $(in $month:ident)? {
            key { $($key:ident: $key_kind:ident),* }
            $($column:ident: $need:ident $kind:ident $(($codes:expr))?,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug)]
        pub(super) struct $table {
            $(pub(super) $key: column!(type $key_kind),)*
            $(pub(super) $column: column!(type $kind),)*
            pub(super) own: OwnColumns,
            recorded_on: Numbers<NaiveDate>,
        }

        impl FromSource for $table {
            const NAME: &'static str = $name;
            type With = [Fact];

            fn read(source: &mut impl Source, host: &[Fact]) -> Self {
                Self {
                    $($key: column!(read source $key_kind column!(header required stringify!($key))),)*
                    $($column: column!(read source $kind column!(header $need stringify!($column)) $(, $codes)?),)*
                    own: OwnColumns::read(source, if Self::MAY_HAVE_OWN { host } else { &[] }),
                    recorded_on: source.date(column!(header optional "recorded_on")),
                }
            }
        }

        impl FactTable for $table {
            const COLUMNS: &'static [&'static str] =
                &["recorded_on", $(stringify!($key),)* $(stringify!($column),)*];
            const MAY_HAVE_OWN: bool = !concat!($(stringify!($own))?).is_empty();

            fn recorded_on(&self) -> &Numbers<NaiveDate> {
                &self.recorded_on
            }

            fn begin(&self) -> Option<(&'static str, &Numbers<NaiveDate>)> {
                None$(.or(Some((stringify!($begin), &self.$begin))))?
            }

            fn end(&self) -> Option<(&'static str, &Numbers<NaiveDate>)> {
                None$(.or(Some((stringify!($end), &self.$end))))?
            }

            fn month(&self) -> Option<(&'static str, &Numbers<Month>)> {
                None$(.or(Some((stringify!($month), &self.$month))))?
            }

            fn compare_keys(&self, one: usize, other: usize) -> Ordering {
                Ordering::Equal$(.then_with(|| self.$key.compare(one, other)))*
            }

            fn compare_values(&self, one: usize, other: usize) -> Ordering {
                let values = Ordering::Equal$(.then_with(|| self.$column.compare(one, other)))*;
                values.then_with(|| self.own.compare(one, other))
            }
        }
    };
}

fact_table! {
    /// Periods of service: a user that came back has several.
    Users "users" with own from activated_on to terminated_on {
        key { user_id: text, activated_on: date }
        customer_id: optional text,
        account_id: optional text,
        terminated_on: optional date,
        suspended_on: optional date,
        join_channel: optional text,
        community: optional text,
        plan: optional text,
        in_relocation_area: optional yes_no,
        name: optional personal,
        phone: optional personal,
        address: optional personal,
    }
}

fact_table! {
    /// What a user was charged in a month.
    Bills "bills" in month {
        key { user_id: text, month: month }
        fee: required amount,
        local_fee: optional amount,
        foreign_ip_fee: optional amount,
        minutes: optional quantity,
        expected_fee: optional amount,
    }
}

fact_table! {
    /// Complaints and faults.
    Events "events" from on {
        key { event_id: text }
        user_id: required text,
        on: required date,
        kind: required code(EVENT_KINDS),
        cause: optional text,
        is_repeat: optional yes_no,
    }
}

fact_table! {
    /// Service contracts.
    Agreements "agreements" from starts_on to ends_on {
        key { agreement_id: text }
        user_id: required text,
        starts_on: required date,
        ends_on: optional date,
    }
}

fact_table! {
    /// Promotions that a user enjoys.
    Promotions "promotions" from starts_on to ends_on {
        key { user_id: text, promotion: text, starts_on: date }
        ends_on: optional date,
    }
}

fact_table! {
    /// Products that a user holds.
    Holdings "holdings" from starts_on to ends_on {
        key { user_id: text, product: text, starts_on: date }
        ends_on: optional date,
    }
}

fact_table! {
    /// People who are no customers yet.
    Prospects "prospects" with own {
        key { prospect_id: text }
        uses_competitor: optional yes_no,
        community: optional text,
        name: optional personal,
        phone: optional personal,
        address: optional personal,
    }
}

fact_table! {
    /// Results that the host kept from earlier runs.
    StageHistory "stage_history" from as_of {
        key { user_id: text, as_of: date }
        stage: required code(STAGES),
        stage_since: required date,
    }
}
