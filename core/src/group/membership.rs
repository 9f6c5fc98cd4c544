//! Who comes into groups, by customer code (SEG-16), and who leaves them.

use std::collections::{BTreeSet, HashMap};
use std::marker::PhantomData;

use super::change::{GroupsUpdated, Taken, path};
use super::{ALREADY_MEMBER, Groups, NO_SUCH_CUSTOMER, NOT_A_MEMBER, REPEATED_MEMBER};
use crate::catalogue::{Code, Text, Words};
use crate::error::Fault;
use crate::table::Header;
use crate::table::columns::Texts;
use crate::table::source::{FromSource, Source};

/// What stands above customer codes in a sheet; only in the first row is it a heading.
const HEADING: &str = "客户编码";

/// A table of groups and customers.
pub(super) trait MemberTable {
    const NAME: &'static str;
}

/// Those who come.
pub(super) struct Imports;
/// Those who leave.
pub(super) struct Removals;

impl MemberTable for Imports {
    const NAME: &'static str = "imports";
}

impl MemberTable for Removals {
    const NAME: &'static str = "removals";
}

/// Its columns.
pub(super) struct MemberRows<T> {
    group_id: Texts,
    customer_id: Texts,
    of: PhantomData<T>,
}

impl<T: MemberTable> FromSource for MemberRows<T> {
    const NAME: &'static str = T::NAME;
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            customer_id: source.text(Header::required("customer_id")),
            group_id: source.text(Header::required("group_id")),
            of: PhantomData,
        }
    }
}

impl<T: MemberTable> MemberRows<T> {
    /// The group and the customer of a row that has both.
    fn at(&self, row: usize) -> (&str, &str) {
        (self.group_id.text(row).unwrap_or_default(), self.customer_id.text(row).unwrap_or_default())
    }

    fn group_path(row: usize) -> String {
        path(T::NAME, row, "group_id")
    }

    /// The fault of a row's customer.
    fn fault(code: &'static Code, row: usize, customer: &str, expected: impl Into<Words>) -> Box<Fault> {
        Box::new(Fault::new(code, path(T::NAME, row, "customer_id")).found(customer).expecting(expected))
    }
}

impl Groups {
    /// Lets customers into groups; `known` are all that there are, where the host says so.
    pub(super) fn import(
        &mut self,
        imports: Taken<MemberRows<Imports>>,
        known: Option<&BTreeSet<&str>>,
        told: &mut GroupsUpdated,
    ) {
        let Taken { columns, rows, invalid } = imports;
        let headings = usize::from(columns.customer_id.text(0) == Some(HEADING)).min(rows);
        // Of a customer that stands twice the first row that counts stands.
        let mut accepted = HashMap::new();
        told.take(Imports::NAME, headings..rows, invalid, |row| {
            let (group, customer) = columns.at(row);
            let members = &mut self.group_mut(group, || MemberRows::<Imports>::group_path(row))?.members;
            if known.is_some_and(|known| !known.contains(customer)) {
                return Err(MemberRows::<Imports>::fault(&NO_SUCH_CUSTOMER, row, customer, CODE_OF_A_CUSTOMER));
            }
            if let Some(first) = accepted.get(&(group, customer)) {
                return Err(MemberRows::<Imports>::fault(&REPEATED_MEMBER, row, customer, not_of(*first)));
            }
            if !members.insert(customer.to_owned()) {
                return Err(MemberRows::<Imports>::fault(&ALREADY_MEMBER, row, customer, OUTSIDE));
            }
            accepted.insert((group, customer), row);
            Ok(())
        });
    }

    /// Lets customers out of groups.
    pub(super) fn remove(&mut self, removals: Taken<MemberRows<Removals>>, told: &mut GroupsUpdated) {
        let Taken { columns, rows, invalid } = removals;
        told.take(Removals::NAME, 0..rows, invalid, |row| {
            let (group, customer) = columns.at(row);
            let members = &mut self.group_mut(group, || MemberRows::<Removals>::group_path(row))?.members;
            let was_member = members.remove(customer);
            let fault = || MemberRows::<Removals>::fault(&NOT_A_MEMBER, row, customer, INSIDE);
            was_member.then_some(()).ok_or_else(fault)
        });
    }
}

const CODE_OF_A_CUSTOMER: Text =
    Text { en: "the code of a customer of the table `customers`", zh: "`customers` 表中的客户编码" };
const OUTSIDE: Text = Text { en: "a customer who is not in the group", zh: "尚不在该客户群中的客户" };
const INSIDE: Text = Text { en: "a customer of the group", zh: "该客户群中的客户" };

fn not_of(row: usize) -> Words {
    Words::new(format!("a customer that row {row} does not have"), format!("与第 {row} 行不同的客户"))
}
