//! The facts that decision tables ask of, read from the columns of a table.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::DecisionTables;
use crate::catalogue::one_of;
use crate::condition::{Registers, Row};
use crate::fact::{Fact, FactId, Kind, NullMeans, Unit};
use crate::table::cell::{self, PLACES, Refusal};
use crate::table::columns::{Numbers, Texts};
use crate::table::source::Source;
use crate::table::{Column, Header};

/// The columns of a table that hold facts which decision tables ask of; those that are not given are unknown.
#[derive(Debug, Default)]
pub(crate) struct FactColumns(BTreeMap<FactId, FactColumn>);

#[derive(Debug)]
struct FactColumn {
    registers: Registers,
    null: NullMeans,
    values: Values,
}

#[derive(Debug)]
enum Values {
    Numbers(Numbers<i64>),
    /// With what stands for each text that a cell names.
    Texts(Texts, FxHashMap<String, i64>),
}

impl FactColumns {
    /// Reads the columns of a table; those of facts that no cell asks of are known, but not read.
    pub(crate) fn read(source: &mut impl Source, tables: &DecisionTables) -> Self {
        let mut columns = BTreeMap::new();
        for (id, fact) in tables.asked() {
            let values = Values::read(source, tables, id, fact).filter(Values::is_given);
            if let Some((registers, values)) = tables.plan.registers(id).zip(values) {
                columns.insert(id, FactColumn { registers, null: fact.null, values });
            }
        }
        for fact in tables.facts().iter() {
            source.pass_over(&[fact.name.as_str(), format!("{}_minor", fact.name).as_str()]);
        }
        Self(columns)
    }

    /// Puts what a row says into the registers of the tables' plan.
    pub(super) fn put(&self, row: usize, registers: &mut Row) {
        for column in self.0.values() {
            registers.put(column.registers, 0, column.values.number(row));
        }
    }

    /// Whether nobody knows what a fact is of a row.
    pub(super) fn is_unknown(&self, fact: FactId, row: usize) -> bool {
        self.0.get(&fact).is_none_or(|column| column.null == NullMeans::Unknown && column.values.number(row).is_none())
    }
}

impl Values {
    /// `None` of a fact of no single value, of which no cell asks.
    fn read(source: &mut impl Source, tables: &DecisionTables, id: FactId, fact: &Fact) -> Option<Self> {
        let header = Header { name: &fact.name, is_required: false, is_personal: fact.personal };
        let numbers = match (fact.kind, &fact.unit) {
            (Kind::Text, _) => {
                let texts = tables.plan.texts(id).unwrap_or_default();
                let known: FxHashMap<_, _> = texts.iter().cloned().zip(1..).collect();
                if fact.members.is_empty() {
                    return Some(Self::Texts(source.text(header), known));
                }
                listed(source, header, &fact.members, &known).into()
            }
            (Kind::Code(codes), _) => source.code(header, codes).into_numbers(),
            (Kind::Date, _) => source.date(header).into_numbers(),
            (Kind::YesNo, _) => source.yes_no(header).into_numbers(),
            (Kind::Number { .. }, Unit::Yuan) => source.amount(header),
            (Kind::Number { places: 0 }, _) if !fact.may_be_negative => source.count(header),
            (Kind::Number { places: PLACES }, _) if !fact.may_be_negative => source.quantity(header),
            (Kind::Number { places }, _) => source.column(header, |cell| cell::number(cell, places)).into(),
            (Kind::Series { .. } | Kind::Texts, _) => return None,
        };
        Some(Self::Numbers(numbers))
    }

    fn is_given(&self) -> bool {
        match self {
            Self::Numbers(numbers) => numbers.is_given(),
            Self::Texts(texts, _) => texts.is_given(),
        }
    }

    /// What the registers hold for a row; a text that no cell names is 0.
    fn number(&self, row: usize) -> Option<i64> {
        match self {
            Self::Numbers(numbers) => numbers.number(row),
            Self::Texts(texts, known) => texts.text(row).map(|text| known.get(text).copied().unwrap_or_default()),
        }
    }
}

/// A column of texts that have to be among these.
fn listed(
    source: &mut impl Source,
    header: Header<'_>,
    members: &[String],
    known: &FxHashMap<String, i64>,
) -> Column<i64> {
    source.column(header, |cell| {
        let Some(text) = cell::text(cell)? else { return Ok(None) };
        if !members.iter().any(|member| *member == text) {
            return Err(Refusal::Invalid(one_of(members)));
        }
        Ok(Some(known.get(text.as_ref()).copied().unwrap_or_default()))
    })
}
