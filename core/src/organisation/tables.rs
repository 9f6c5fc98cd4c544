//! Answers as tables of Arrow, with the columns of the record form.

use std::iter::once;

use arrow_array::RecordBatch;
use arrow_schema::Metadata;
use chrono::NaiveDate;

use super::REASONS;
use super::answer::{
    GrantRecord, HistoryRecord, MenuRecord, OrganisationAnswer, OrganisationTables, PermissionRecord, PersonRecord,
    ScopeRecord, SuccessionRecord, UnitRecord, VisibleRecord,
};
use super::change::ChangeKind;
use super::finding::Finding;
use super::handle::OrganisationUpdated;
use super::permission::Permission;
use super::roll_up::{Total, Unshared};
use super::tree::Tree;
use crate::engine::Engine;
use crate::error::Error;
use crate::money::Money;
use crate::operation::Tables;
use crate::table::Reject;
use crate::table::writer::{Writer, dictionary_of, tables};

impl OrganisationUpdated {
    /// The report in one row.
    pub(super) fn batches(&self, engine: &Engine) -> Result<Tables, Error> {
        let Self { units, links, persons, grants, changes, unread } = self;
        let mut report = Writer::default();
        let counts =
            [("units", units), ("links", links), ("persons", persons), ("grants", grants), ("changes", changes)];
        for (name, count) in counts {
            report.rows(name, once(*count));
        }
        report.text_lists("unread_columns", once(Some(unread.unread_columns.as_slice())));
        let mut metadata = engine.signature();
        metadata.extend([unread.metadata()]);
        Ok(tables([("report", vec![report.batch(metadata)?])]))
    }
}

impl OrganisationAnswer {
    /// Every table, without rows where it was not asked for, and the report in one row.
    pub(super) fn batches(&self, engine: &Engine) -> Result<Tables, Error> {
        let OrganisationTables {
            units,
            persons,
            grants,
            history,
            successions,
            findings,
            scope,
            menu,
            decisions,
            visible,
            totals,
            unshared,
            rejects,
        } = &self.tables;
        let mut signature = engine.signature();
        signature.extend([("lifestage.as_of", self.report.as_of.to_string())]);
        let mut answer = Answer { signature, tables: Tables::new() };
        answer.add("units", units.as_deref(), self::units)?;
        answer.add("persons", persons.as_deref(), self::persons)?;
        answer.add("grants", grants.as_deref(), self::grants)?;
        answer.add("history", history.as_deref(), self::history)?;
        answer.add("successions", successions.as_deref(), self::successions)?;
        answer.add("findings", findings.as_deref(), self::findings)?;
        answer.add("scope", scope.as_deref(), self::scope)?;
        answer.add("menu", menu.as_deref(), self::menu)?;
        answer.add("decisions", decisions.as_deref(), self::decisions)?;
        answer.add("visible", visible.as_deref(), self::visible)?;
        answer.add("totals", totals.as_deref(), self::totals)?;
        answer.add("unshared", unshared.as_deref(), self::unshared)?;
        let rejects = Reject::batch(rejects.as_deref().unwrap_or_default(), answer.signature.clone())?;
        answer.tables.extend(tables([("rejects", vec![rejects])]));
        self.report(answer)
    }

    fn report(&self, mut answer: Answer) -> Result<Tables, Error> {
        let unread = &self.report.unread;
        let mut report = Writer::default();
        report.days("as_of", once(Some(self.report.as_of)));
        report.yes_no("is_active", once(self.report.is_active));
        report.text_lists("unread_columns", once(Some(unread.unread_columns.as_slice())));
        answer.signature.extend([unread.metadata()]);
        answer.tables.extend(tables([("report", vec![report.batch(answer.signature)?])]));
        Ok(answer.tables)
    }
}

/// Tables that are written.
struct Answer {
    signature: Metadata,
    tables: Tables,
}

impl Answer {
    /// Adds a table.
    fn add<R>(
        &mut self,
        name: &str,
        records: Option<&[R]>,
        columns: fn(&[R], &mut Writer) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut writer = Writer::default();
        columns(records.unwrap_or_default(), &mut writer)?;
        let batch: RecordBatch = writer.batch(self.signature.clone())?;
        self.tables.extend(tables([(name, vec![batch])]));
        Ok(())
    }
}

/// Adds texts of records.
fn texts<'r, R>(writer: &mut Writer, name: &str, records: &'r [R], of: impl Fn(&'r R) -> Option<&'r str>) {
    writer.texts(name, records.iter().map(of));
}

fn days<R>(writer: &mut Writer, name: &str, records: &[R], of: impl Fn(&R) -> Option<NaiveDate>) {
    writer.days(name, records.iter().map(of));
}

fn amounts<R>(writer: &mut Writer, name: &str, records: &[R], of: impl Fn(&R) -> Option<Money>) -> Result<(), Error> {
    let amounts: Vec<_> = records.iter().map(|record| of(record).map(Money::minor)).collect();
    writer.amounts(name, &amounts)
}

fn units(records: &[UnitRecord], writer: &mut Writer) -> Result<(), Error> {
    texts(writer, "unit_id", records, |unit| Some(&unit.unit_id));
    texts(writer, "name", records, |unit| Some(&unit.name));
    texts(writer, "name_zh", records, |unit| unit.name_zh.as_deref());
    texts(writer, "level", records, |unit| Some(&unit.level));
    writer.yes_no("is_unassigned", records.iter().map(|unit| Some(unit.is_unassigned)));
    texts(writer, "region_parent", records, |unit| unit.region_parent.as_deref());
    texts(writer, "channel_parent", records, |unit| unit.channel_parent.as_deref());
    texts(writer, "operations_parent", records, |unit| unit.operations_parent.as_deref());
    texts(writer, "region_path", records, |unit| unit.region_path.as_deref());
    texts(writer, "channel_path", records, |unit| unit.channel_path.as_deref());
    texts(writer, "operations_path", records, |unit| unit.operations_path.as_deref());
    texts(writer, "department", records, |unit| unit.department.as_deref());
    texts(writer, "local_channel", records, |unit| unit.local_channel.as_deref());
    writer.text_lists("managers", records.iter().map(|unit| Some(unit.managers.as_slice())));
    Ok(())
}

fn persons(records: &[PersonRecord], writer: &mut Writer) -> Result<(), Error> {
    texts(writer, "person_id", records, |person| Some(&person.person_id));
    texts(writer, "unit_id", records, |person| person.unit_id.as_deref());
    Ok(())
}

fn grants(records: &[GrantRecord], writer: &mut Writer) -> Result<(), Error> {
    texts(writer, "person_id", records, |grant| Some(&grant.person_id));
    texts(writer, "role", records, |grant| Some(&grant.role));
    texts(writer, "unit_id", records, |grant| Some(&grant.unit_id));
    days(writer, "valid_from", records, |grant| grant.valid_from);
    days(writer, "valid_to", records, |grant| grant.valid_to);
    texts(writer, "granted_by", records, |grant| grant.granted_by.as_deref());
    Ok(())
}

fn history(records: &[HistoryRecord], writer: &mut Writer) -> Result<(), Error> {
    writer.rows("number", records.iter().map(|entry| entry.number));
    writer.codes("change", records.iter().map(|entry| Some(entry.change.change as u8)), ChangeKind::CODES)?;
    days(writer, "on", records, |entry| Some(entry.change.on));
    texts(writer, "by", records, |entry| entry.change.by.as_deref());
    texts(writer, "second_approver", records, |entry| entry.change.second_approver.as_deref());
    texts(writer, "unit_id", records, |entry| entry.change.unit_id.as_deref());
    texts(writer, "name", records, |entry| entry.change.name.as_deref());
    texts(writer, "name_zh", records, |entry| entry.change.name_zh.as_deref());
    texts(writer, "level", records, |entry| entry.change.level.as_deref());
    writer.yes_no("is_unassigned", records.iter().map(|entry| entry.change.is_unassigned));
    writer.codes("tree", records.iter().map(|entry| Some(entry.change.tree? as u8)), Tree::CODES)?;
    texts(writer, "parent_id", records, |entry| entry.change.parent_id.as_deref());
    writer.text_lists("into", records.iter().map(|entry| Some(entry.change.into.as_slice())));
    texts(writer, "person_id", records, |entry| entry.change.person_id.as_deref());
    texts(writer, "role", records, |entry| entry.change.role.as_deref());
    days(writer, "until", records, |entry| entry.change.until);
    Ok(())
}

fn successions(records: &[SuccessionRecord], writer: &mut Writer) -> Result<(), Error> {
    texts(writer, "unit_id", records, |succession| Some(&succession.unit_id));
    texts(writer, "successor_id", records, |succession| Some(&succession.successor_id));
    days(writer, "on", records, |succession| Some(succession.on));
    Ok(())
}

fn findings(records: &[Finding], writer: &mut Writer) -> Result<(), Error> {
    texts(writer, "code", records, |finding| Some(finding.code));
    texts(writer, "unit_id", records, |finding| Some(&finding.unit_id));
    writer.codes("tree", records.iter().map(|finding| Some(finding.tree? as u8)), Tree::CODES)?;
    texts(writer, "found", records, |finding| Some(&finding.found));
    Ok(())
}

fn scope(records: &[ScopeRecord], writer: &mut Writer) -> Result<(), Error> {
    texts(writer, "unit_id", records, |unit| Some(&unit.unit_id));
    Ok(())
}

fn menu(records: &[MenuRecord], writer: &mut Writer) -> Result<(), Error> {
    texts(writer, "menu", records, |item| Some(&item.menu));
    texts(writer, "action", records, |item| Some(&item.action));
    texts(writer, "role", records, |item| Some(&item.role));
    texts(writer, "unit_id", records, |item| Some(&item.unit_id));
    Ok(())
}

fn decisions(records: &[PermissionRecord], writer: &mut Writer) -> Result<(), Error> {
    texts(writer, "person_id", records, |decision| decision.person_id.as_deref());
    texts(writer, "action", records, |decision| decision.action.as_deref());
    texts(writer, "source", records, |decision| decision.source.as_deref());
    texts(writer, "target", records, |decision| decision.target.as_deref());
    texts(writer, "second_approver", records, |decision| decision.second_approver.as_deref());
    days(writer, "as_of", records, |decision| Some(decision.as_of));
    writer.codes("outcome", records.iter().map(|decision| Some(decision.outcome as u8)), Permission::CODES)?;
    let bit = |reason: &&str| REASONS.iter().position(|code| code.name == *reason).map_or(0, |place| 1_u64 << place);
    let masks = records.iter().map(|decision| decision.reasons.iter().map(bit).fold(0, |mask, bit| mask | bit));
    writer.code_lists("reasons", masks, &dictionary_of(&REASONS.map(|code| code.name)))?;
    texts(writer, "role", records, |decision| decision.role.as_deref());
    texts(writer, "unit_id", records, |decision| decision.unit_id.as_deref());
    texts(writer, "approver_role", records, |decision| decision.approver_role.as_deref());
    texts(writer, "approver_unit_id", records, |decision| decision.approver_unit_id.as_deref());
    writer.yes_no("is_sensitive", records.iter().map(|decision| Some(decision.is_sensitive)));
    Ok(())
}

fn visible(records: &[VisibleRecord], writer: &mut Writer) -> Result<(), Error> {
    writer.yes_no("is_visible", records.iter().map(|row| Some(row.is_visible)));
    Ok(())
}

fn totals(records: &[Total], writer: &mut Writer) -> Result<(), Error> {
    writer.codes("tree", records.iter().map(|total| Some(total.tree as u8)), Tree::CODES)?;
    texts(writer, "unit_id", records, |total| Some(&total.unit_id));
    amounts(writer, "amount", records, |total| total.amount)?;
    writer.maybe_rows("count", records.iter().map(|total| total.count));
    writer.rows("rows", records.iter().map(|total| total.rows));
    Ok(())
}

fn unshared(records: &[Unshared], writer: &mut Writer) -> Result<(), Error> {
    texts(writer, "unit_id", records, |unit| Some(&unit.unit_id));
    let bits = |unit: &Unshared| unit.trees.iter().fold(0, |mask, tree| mask | 1_u64 << (*tree as u8));
    writer.code_lists("trees", records.iter().map(bits), &dictionary_of(Tree::CODES))?;
    amounts(writer, "amount", records, |unit| unit.amount)?;
    writer.maybe_rows("count", records.iter().map(|unit| unit.count));
    writer.rows("rows", records.iter().map(|unit| unit.rows));
    Ok(())
}
