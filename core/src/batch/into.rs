//! Decisions about a batch into a host's own arrays.

use arrow_array::RecordBatch;

use super::ClassifyBatchParams;
use super::run::Job;
use super::schema::Output;
use crate::catalogue::Words;
use crate::condition::LANES;
use crate::document::INVALID_VALUE;
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::lifecycle::{DecisionBuffers, Part};
use crate::operation::Cancel;

impl Engine {
    /// Decides every row of a batch into arrays of the host, which it may keep for the next batch: then nothing is
    /// allocated for the result. Gives how many rows break the contract; these have no stage, no tier and empty masks.
    ///
    /// # Errors
    /// As [`Engine::classify_batch`]; arrays of another length than the batch; parameters that choose columns, which the
    /// arrays do. What the arrays hold then says nothing.
    pub fn classify_into(
        &self,
        view: &RecordBatch,
        params: &ClassifyBatchParams,
        buffers: DecisionBuffers<'_>,
        cancel: &Cancel,
    ) -> Result<usize, Error> {
        let faults = buffer_faults(&buffers, view.num_rows(), params);
        if !faults.is_empty() {
            return Err(Error::request(faults));
        }
        let columns = Some(asked_of(&buffers));
        let job = Job::new(self, view.schema_ref(), &ClassifyBatchParams { columns, ..params.clone() })?;
        let DecisionBuffers { stage, tier, warnings, insufficient, shadow } = buffers;
        let mut broken = vec![0; view.num_rows().div_ceil(LANES)];
        let whole = Part { stage, tier, stage_step: None, warnings, insufficient, shadow, broken: &mut broken };
        Ok(job.decide(self, view, 0, whole, cancel)?.errors.len())
    }
}

/// The length of each of a host's arrays, by the result's column that it takes the place of.
fn lengths(buffers: &DecisionBuffers<'_>) -> impl Iterator<Item = (&'static str, usize)> {
    let codes = [(Output::Stage, &buffers.stage), (Output::Tier, &buffers.tier)];
    let codes = codes.map(|(output, codes)| Some((output.name(), codes.as_ref()?.len())));
    let masks = [
        (Output::WarningsMask, &buffers.warnings),
        (Output::InsufficientMask, &buffers.insufficient),
        (Output::ShadowMask, &buffers.shadow),
    ];
    let masks = masks.map(|(output, masks)| Some((output.name(), masks.as_ref()?.len())));
    codes.into_iter().chain(masks).flatten()
}

fn asked_of(buffers: &DecisionBuffers<'_>) -> Vec<String> {
    lengths(buffers).map(|(name, _)| name.to_owned()).collect()
}

fn buffer_faults(buffers: &DecisionBuffers<'_>, rows: usize, params: &ClassifyBatchParams) -> Vec<Fault> {
    let wrong = lengths(buffers).filter(|(_, length)| *length != rows);
    let wrong = wrong.map(|(name, length)| {
        let found = Words::new(format!("{length} entries"), format!("{length} 项"));
        let expected = Words::new(format!("{rows}, one a row"), format!("{rows} 项，每行一项"));
        Fault::new(&INVALID_VALUE, name).finding(found).expecting(expected)
    });
    let chosen = [("columns", params.columns.is_some()), ("append", params.append)];
    let chosen = chosen.iter().filter(|(_, is_given)| *is_given).map(|(name, _)| {
        Fault::new(&INVALID_VALUE, *name)
            .finding(Words::new("given", "已给出"))
            .expecting(Words::new("nothing: the arrays say what is asked for", "无：所需结果由数组决定"))
    });
    wrong.chain(chosen).collect()
}
