//! What changes in the groups: they are made, altered and given up; what becomes of each row.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::once;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;

use super::membership::{Imports, MemberRows, Removals};
use super::{GROUP_EXISTS, Group, Groups, UNKNOWN_GROUP_TYPE};
use crate::catalogue::{Words, one_of};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::fact::Meaning;
use crate::operation::Tables;
use crate::table::cell::TEXT;
use crate::table::columns::{Numbers, Texts};
use crate::table::source::{FromSource, Given, Source};
use crate::table::writer::{Writer, tables};
use crate::table::{Header, INVALID, Reject, Remarks, UnreadColumns};

/// The kinds of changes.
const KINDS: &[&str] = &["create", "rename", "retype", "describe", "delete"];
// Their places.
const CREATE: usize = 0;
const RENAME: usize = 1;
const RETYPE: usize = 2;
const DESCRIBE: usize = 3;

/// What else stands in the table `groups` of an answer.
const PASSED_OVER: [&str; 4] = ["type_en", "type_zh", "members", "decided"];

/// What became of an update.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct GroupsUpdated {
    /// The tables.
    pub tables: GroupsUpdatedTables,
    /// What nobody reads, each column after the name of its table.
    #[serde(flatten)]
    pub unread: UnreadColumns,
}

/// What became of the rows.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct GroupsUpdatedTables {
    /// A row for each of `changes`, `imports` and `removals` that was given, in this order.
    pub counts: Vec<TableCount>,
    /// The groups that were deleted, in order.
    pub deleted: Vec<DeletedGroup>,
    /// Rows that do not count, each with its reason, in the order in which they came.
    pub rejects: Vec<Reject>,
}

/// What became of a table: accepted and rejected rows are all rows.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TableCount {
    /// The table.
    pub table: &'static str,
    /// Rows that came in, headings not among them.
    pub rows: usize,
    /// Rows that are a heading: 客户编码 in the first row of an import.
    pub headings: usize,
    /// Rows that count.
    pub accepted: usize,
    /// Rows that do not.
    pub rejected: usize,
}

/// A group that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeletedGroup {
    /// The change, by its place in `changes`, from 0.
    pub row: usize,
    /// The group.
    pub group_id: String,
    /// How many customers were in it; they are customers still.
    pub members: usize,
}

/// A table that was read.
pub(super) struct Taken<T> {
    pub columns: T,
    pub rows: usize,
    /// The first fault of each row that has one.
    pub invalid: BTreeMap<usize, Fault>,
}

/// The changes, column by column.
struct ChangeRows {
    kind: Numbers<usize>,
    group_id: Texts,
    group_type: Texts,
    name: Texts,
    description: Texts,
}

impl FromSource for ChangeRows {
    const NAME: &'static str = "changes";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        source.pass_over(&PASSED_OVER);
        Self {
            kind: source.code(Header::required("kind"), KINDS),
            group_id: source.text(Header::required("group_id")),
            group_type: source.text(Header::optional("type")),
            name: source.text(Header::optional("name")),
            description: source.text(Header::optional("description")),
        }
    }
}

/// The customers that there are.
struct KnownRows(Texts);

impl FromSource for KnownRows {
    const NAME: &'static str = "customers";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self(source.text(Header::required("customer_id")))
    }
}

/// The place of a cell in a request.
pub(super) fn path(table: &str, row: usize, column: &str) -> String {
    format!("tables.{table}[{row}].{column}")
}

impl ChangeRows {
    /// What a change cannot do without.
    fn needed<'t>(column: &'t Texts, row: usize, name: &str) -> Result<&'t str, Box<Fault>> {
        let missing = || Fault::new(&INVALID, path(Self::NAME, row, name)).found("null").expecting(TEXT);
        column.text(row).ok_or_else(|| Box::new(missing()))
    }

    fn name(&self, row: usize) -> Result<String, Box<Fault>> {
        Self::needed(&self.name, row, "name").map(str::to_owned)
    }

    /// The type, which is one of the policy's.
    fn group_type(&self, row: usize, types: &BTreeMap<String, Meaning>) -> Result<String, Box<Fault>> {
        let written = Self::needed(&self.group_type, row, "type")?;
        if types.contains_key(written) {
            return Ok(written.to_owned());
        }
        let known = types.keys().map(String::as_str);
        let fault = Fault::new(&UNKNOWN_GROUP_TYPE, path(Self::NAME, row, "type")).found(written);
        Err(Box::new(fault.expecting(one_of(known.clone())).suggest(written, known)))
    }

    fn description(&self, row: usize) -> Option<String> {
        self.description.text(row).map(str::to_owned)
    }
}

impl Groups {
    /// Takes tables in (customers, changes, imports, removals).
    ///
    /// # Errors
    /// Columns of a type that they cannot have, and a customer that is none; the groups are then as before.
    pub(super) fn tell(&mut self, engine: &Engine, given: [Option<Given<'_>>; 4]) -> Result<GroupsUpdated, Error> {
        let [customers, changes, imports, removals] = given;
        let mut reading = Reading::new(engine);
        let customers = customers.map(|given| reading.table::<KnownRows>(given));
        let changes = changes.map(|given| reading.table::<ChangeRows>(given));
        let imports = imports.map(|given| reading.table::<MemberRows<Imports>>(given));
        let removals = removals.map(|given| reading.table::<MemberRows<Removals>>(given));
        let Reading { mut faults, unread, .. } = reading;
        faults.extend(customers.iter().flat_map(|known| known.invalid.values().cloned()));
        if !faults.is_empty() {
            return Err(Error::request(faults));
        }
        let known: Option<BTreeSet<&str>> =
            customers.as_ref().map(|known| (0..known.rows).filter_map(|row| known.columns.0.text(row)).collect());
        let mut told = GroupsUpdated { unread, ..GroupsUpdated::default() };
        if let Some(changes) = changes {
            self.change(changes, &engine.policy().document().groups.types, &mut told);
        }
        if let Some(imports) = imports {
            self.import(imports, known.as_ref(), &mut told);
        }
        if let Some(removals) = removals {
            self.remove(removals, &mut told);
        }
        Ok(told)
    }

    fn change(&mut self, changes: Taken<ChangeRows>, types: &BTreeMap<String, Meaning>, told: &mut GroupsUpdated) {
        let Taken { columns, rows, invalid } = changes;
        let mut deleted = Vec::new();
        told.take(ChangeRows::NAME, 0..rows, invalid, |row| {
            deleted.extend(self.change_one(&columns, row, types)?);
            Ok(())
        });
        told.tables.deleted = deleted;
    }

    /// Makes a change; the group that it deletes.
    fn change_one(
        &mut self,
        rows: &ChangeRows,
        row: usize,
        types: &BTreeMap<String, Meaning>,
    ) -> Result<Option<DeletedGroup>, Box<Fault>> {
        let group_id = ChangeRows::needed(&rows.group_id, row, "group_id")?;
        let at = || path(ChangeRows::NAME, row, "group_id");
        match rows.kind.at(row) {
            Some(CREATE) => {
                if self.groups.contains_key(group_id) {
                    let fault = Fault::new(&GROUP_EXISTS, at()).found(group_id);
                    return Err(Box::new(fault.expecting(Words::new("an id that no group has", "尚未使用的编号"))));
                }
                let group = Group {
                    kind: rows.group_type(row, types)?,
                    name: rows.name(row)?,
                    description: rows.description(row),
                    members: BTreeSet::new(),
                };
                self.groups.insert(group_id.to_owned(), group);
            }
            Some(RENAME) => self.group_mut(group_id, at)?.name = rows.name(row)?,
            Some(RETYPE) => self.group_mut(group_id, at)?.kind = rows.group_type(row, types)?,
            Some(DESCRIBE) => self.group_mut(group_id, at)?.description = rows.description(row),
            _ => {
                let members = self.group_mut(group_id, at)?.members.len();
                self.groups.remove(group_id);
                return Ok(Some(DeletedGroup { row, group_id: group_id.to_owned(), members }));
            }
        }
        Ok(None)
    }
}

/// The reading of tables.
pub(super) struct Reading<'e> {
    engine: &'e Engine,
    pub faults: Vec<Fault>,
    pub unread: UnreadColumns,
}

impl<'e> Reading<'e> {
    pub(super) fn new(engine: &'e Engine) -> Self {
        Self { engine, faults: Vec::new(), unread: UnreadColumns::default() }
    }

    fn table<T: FromSource<With = ()>>(&mut self, given: Given<'_>) -> Taken<T> {
        let (columns, Remarks { invalid, refusals, unread }) = given.read::<T>(&(), 0, None, self.engine.threads());
        self.faults.extend(refusals);
        self.unread.extend(T::NAME, &unread);
        Taken { columns, rows: given.rows(), invalid }
    }
}

impl GroupsUpdated {
    /// Takes the rows of a table one by one; what stands before them is a heading.
    pub(super) fn take(
        &mut self,
        table: &'static str,
        rows: Range<usize>,
        mut invalid: BTreeMap<usize, Fault>,
        mut each: impl FnMut(usize) -> Result<(), Box<Fault>>,
    ) {
        let (headings, count) = (rows.start, rows.len());
        let rejects = rows.filter_map(|row| {
            let done = invalid.remove(&row).map_or_else(|| each(row), |fault| Err(Box::new(fault)));
            done.err().map(|fault| Reject { table, row, fault: *fault })
        });
        let rejects: Vec<_> = rejects.collect();
        let (rejected, accepted) = (rejects.len(), count - rejects.len());
        self.tables.rejects.extend(rejects);
        self.tables.counts.push(TableCount { table, rows: count, headings, accepted, rejected });
    }

    /// The same in Arrow, and what nobody reads in one row.
    pub(super) fn batches(&self, engine: &Engine) -> Result<Tables, Error> {
        let GroupsUpdatedTables { counts: tables_told, deleted: groups, rejects } = &self.tables;
        let mut metadata = engine.signature();
        metadata.extend([self.unread.metadata()]);
        let mut counts = Writer::default();
        counts.texts("table", tables_told.iter().map(|count| Some(count.table)));
        counts.rows("rows", tables_told.iter().map(|count| count.rows));
        counts.rows("headings", tables_told.iter().map(|count| count.headings));
        counts.rows("accepted", tables_told.iter().map(|count| count.accepted));
        counts.rows("rejected", tables_told.iter().map(|count| count.rejected));
        let mut deleted = Writer::default();
        deleted.rows("row", groups.iter().map(|group| group.row));
        deleted.texts("group_id", groups.iter().map(|group| Some(&group.group_id)));
        deleted.rows("members", groups.iter().map(|group| group.members));
        let mut report = Writer::default();
        report.text_lists("unread_columns", once(Some(self.unread.unread_columns.as_slice())));
        Ok(tables([
            ("counts", vec![counts.batch(metadata.clone())?]),
            ("deleted", vec![deleted.batch(metadata.clone())?]),
            ("rejects", vec![Reject::batch(rejects, metadata.clone())?]),
            ("report", vec![report.batch(metadata)?]),
        ]))
    }
}
