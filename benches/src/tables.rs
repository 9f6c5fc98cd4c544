//! Tables of the benchmarks: one record batch a file of Arrow IPC.

use std::fs::File;
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_ipc::reader::FileReader;
use arrow_ipc::writer::FileWriter;

use crate::Outcome;

/// The batch of a file.
pub fn read(path: &Path) -> Outcome<RecordBatch> {
    let mut batches = FileReader::try_new(File::open(path)?, None)?;
    Ok(batches.next().ok_or("an empty file")??)
}

/// Writes a batch to a file.
pub fn write(batch: &RecordBatch, path: &Path) -> Outcome<()> {
    let mut writer = FileWriter::try_new(File::create(path)?, batch.schema_ref())?;
    writer.write(batch)?;
    Ok(writer.finish()?)
}
