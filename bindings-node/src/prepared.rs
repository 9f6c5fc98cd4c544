//! A record form fixed once, as JavaScript holds it: values and decisions cross in one buffer, without JSON.

use std::cell::RefCell;

use lifestage_core::document::INVALID_VALUE;
use lifestage_core::lifecycle::{Decision, Prepared, Refused, Stage};
use lifestage_core::table::{Cell, MoneyUnit};
use lifestage_core::value::Tier;
use lifestage_core::{Engine, Error, Fault};
use napi::Either;
use napi::bindgen_prelude::BufferSlice;
use napi_derive::napi;

use crate::failure::Failure;
use crate::guard;

/// Decides rows of the same fields; the engine may be closed before.
#[napi]
#[derive(Debug)]
pub struct NativePrepared(RefCell<Prepared>);

/// The codes of decisions, by their place.
#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct Codes {
    /// Lifecycle stages.
    pub stages: Vec<&'static str>,
    /// Value tiers.
    pub tiers: Vec<&'static str>,
    /// What decides a stage, or leaves it or the tier null.
    pub reasons: Vec<String>,
    /// The warning rules, in the order of the masks' bits.
    pub rules: Vec<String>,
}

impl NativePrepared {
    pub(crate) fn new(
        engine: &Engine,
        fields: &[String],
        as_of: &str,
        money_unit: Option<&str>,
    ) -> Result<Self, Error> {
        let refused = |path: &str, found: &str, expected: &str| {
            Error::request(vec![Fault::new(&INVALID_VALUE, path).found(found).expected(expected)])
        };
        let as_of = as_of.parse().map_err(|_| refused("as_of", as_of, "a date such as `2024-05-31`"))?;
        let money_unit = match money_unit {
            None => None,
            Some("yuan") => Some(MoneyUnit::Yuan),
            Some("fen") => Some(MoneyUnit::Fen),
            Some(other) => return Err(refused("money_unit", other, "yuan, fen")),
        };
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        Ok(Self(RefCell::new(engine.prepare(&fields, as_of, money_unit)?)))
    }
}

#[napi]
impl NativePrepared {
    /// Fields that are no facts.
    #[napi]
    pub fn unread_fields(&self) -> Vec<String> {
        self.0.borrow().unread_fields().map(str::to_owned).collect()
    }

    /// The codes of decisions.
    #[napi]
    pub fn codes(&self) -> Codes {
        let prepared = self.0.borrow();
        let classifier = prepared.engine().policy().classifier();
        Codes {
            stages: Stage::ALL.map(Stage::code).to_vec(),
            tiers: Tier::CODES.to_vec(),
            reasons: classifier.reason_codes().to_vec(),
            rules: classifier.rules().map(|rule| rule.code.clone()).collect(),
        }
    }

    /// Decides the values that the buffer holds, and puts the decision in their place. Null if that is done; a text is the
    /// fault of a row that breaks the contract, as a failure has it.
    #[napi]
    pub fn decide(&self, mut buffer: BufferSlice<'_>) -> Option<Either<String, Failure>> {
        match guard::caught(|| Ok(self.decided(&mut buffer))) {
            Ok(Ok(())) => None,
            Ok(Err(Refused::Row(fault))) => Some(Either::A(Error::request(vec![fault]).to_json())),
            Ok(Err(Refused::Call(error))) | Err(error) => Some(Either::B(error.into())),
        }
    }

    fn decided(&self, buffer: &mut [u8]) -> Result<(), Refused> {
        let mut prepared = self.0.borrow_mut();
        let values = Values(buffer).all().ok_or_else(|| Refused::Call(Error::internal("values that are cut off")))?;
        let decision = prepared.decide(&values)?;
        let written = written(prepared.engine(), &decision);
        let place = buffer.get_mut(..written.len());
        let place = place.ok_or_else(|| Refused::Call(Error::internal("a buffer shorter than a decision")))?;
        place.copy_from_slice(&written);
        Ok(())
    }
}

/// What is left to read of values, written by `lib/values.cts`; numbers are little-endian.
struct Values<'a>(&'a [u8]);

impl<'a> Values<'a> {
    fn all(&mut self) -> Option<Vec<Cell<'a>>> {
        let count = self.count()?;
        // A cell is a byte at least: whatever the count, no more is reserved than is there.
        let mut cells = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            cells.push(self.cell()?);
        }
        Some(cells)
    }

    fn cell(&mut self) -> Option<Cell<'a>> {
        let [kind] = self.take()?;
        match kind {
            b'l' => self.all().map(Cell::List),
            b't' => {
                let (text, rest) = (self.count()?, self.0);
                let (text, rest) = rest.split_at_checked(text)?;
                self.0 = rest;
                Some(Cell::Text(str::from_utf8(text).ok()?.into()))
            }
            b'i' => Some(Cell::Integer(i64::from_le_bytes(self.take()?).into())),
            b'f' => Some(Cell::Float(f64::from_le_bytes(self.take()?))),
            b'y' => Some(Cell::YesNo(true)),
            b'n' => Some(Cell::YesNo(false)),
            _ => Some(Cell::Null),
        }
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.take()?)).ok()
    }

    fn take<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }
}

/// What no place of a code is.
const NONE: u8 = u8::MAX;

/// A decision as `lib/prepared.cts` reads it: three masks, the day, stage and tier, and the reasons behind their number.
fn written(engine: &Engine, decision: &Decision) -> Vec<u8> {
    let mut written = Vec::with_capacity(64);
    for mask in [decision.warnings, decision.insufficient, decision.shadow] {
        written.extend(mask.to_le_bytes());
    }
    let days = decision.stage_since.map(|since| since.signed_duration_since(Default::default()).num_days());
    let days = days.and_then(|days| i32::try_from(days).ok()).unwrap_or(i32::MIN);
    written.extend(days.to_le_bytes());
    written.push(decision.stage.map_or(NONE, |stage| stage as u8));
    written.push(decision.tier.map_or(NONE, |tier| tier as u8));
    let count = written.len();
    written.extend([0, 0]);
    let mut reasons = 0_u16;
    engine.policy().classifier().each_reason(decision, |reason| {
        written.extend(u16::try_from(reason).unwrap_or(u16::MAX).to_le_bytes());
        reasons += 1;
    });
    written.splice(count..count + 2, reasons.to_le_bytes());
    written
}
