//! Who wants to do what, in a table: a decision a row, whatever the row holds.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Organisation;
use super::answer::{OrganisationTables, PermissionRecord};
use super::permission::{Permission, Request};
use super::policy::OrganisationPolicy;
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::table::columns::{Numbers, Texts};
use crate::table::source::{FromSource, Given, Source};
use crate::table::{Header, INVALID, Reject, Remarks, UnreadColumns};
use crate::threads::shared_out;

/// Rows that a thread decides at a time.
const RUN: usize = 1 << 14;

/// The table `requests`.
#[derive(Debug)]
pub(super) struct RequestRows {
    person_id: Texts,
    action: Texts,
    source: Texts,
    target: Texts,
    second_approver: Texts,
    as_of: Numbers<NaiveDate>,
}

impl FromSource for RequestRows {
    const NAME: &'static str = "requests";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            person_id: source.text(Header::required("person_id")),
            action: source.text(Header::required("action")),
            source: source.text(Header::optional("source")),
            target: source.text(Header::optional("target")),
            second_approver: source.text(Header::optional("second_approver")),
            as_of: source.date(Header::optional("as_of")),
        }
    }
}

impl Organisation {
    /// Decides every row; one that cannot be read is denied, and told among the rejects.
    pub(super) fn decide(
        &self,
        engine: &Engine,
        given: Given<'_>,
        as_of: NaiveDate,
        tables: &mut OrganisationTables,
    ) -> Result<UnreadColumns, Error> {
        let (rows, remarks) = given.read::<RequestRows>(&(), 0, None, engine.threads());
        let Remarks { invalid, refusals, unread } = remarks;
        if !refusals.is_empty() {
            return Err(Error::request(refusals));
        }
        let (count, policy) = (given.rows(), &engine.policy().document().organisation);
        let runs = shared_out(engine.threads(), count.div_ceil(RUN), |run| {
            let rows_of_run = run * RUN..count.min((run + 1) * RUN);
            rows_of_run.map(|row| self.decision(policy, &rows, row, as_of, &invalid)).collect::<Vec<_>>()
        });
        tables.decisions = Some(runs.into_iter().flatten().collect());
        let rejects = invalid.into_iter().map(|(row, fault)| Reject { table: RequestRows::NAME, row, fault });
        tables.rejects.get_or_insert_default().extend(rejects);
        Ok(unread)
    }

    fn decision(
        &self,
        policy: &OrganisationPolicy,
        rows: &RequestRows,
        row: usize,
        as_of: NaiveDate,
        invalid: &BTreeMap<usize, Fault>,
    ) -> PermissionRecord {
        let owned = |texts: &Texts| texts.text(row).map(str::to_owned);
        let denied = PermissionRecord {
            person_id: owned(&rows.person_id),
            action: owned(&rows.action),
            source: owned(&rows.source),
            target: owned(&rows.target),
            second_approver: owned(&rows.second_approver),
            as_of: rows.as_of.at(row).unwrap_or(as_of),
            outcome: Permission::Denied,
            reasons: vec![INVALID.name],
            role: None,
            unit_id: None,
            approver_role: None,
            approver_unit_id: None,
            is_sensitive: false,
        };
        let (Some(person_id), Some(action)) = (rows.person_id.text(row), rows.action.text(row)) else { return denied };
        if invalid.contains_key(&row) {
            return denied;
        }
        let decision = self.can(
            policy,
            &Request {
                person_id,
                action,
                source: rows.source.text(row),
                target: rows.target.text(row),
                tree: None,
                as_of: denied.as_of,
                second_approver: rows.second_approver.text(row),
            },
        );
        PermissionRecord {
            outcome: decision.outcome,
            reasons: decision.reasons.iter().map(|reason| reason.name).collect(),
            role: decision.ground.map(|ground| ground.role.to_owned()),
            unit_id: decision.ground.map(|ground| ground.unit_id.to_owned()),
            approver_role: decision.approval.map(|ground| ground.role.to_owned()),
            approver_unit_id: decision.approval.map(|ground| ground.unit_id.to_owned()),
            is_sensitive: decision.is_sensitive,
            ..denied
        }
    }
}
