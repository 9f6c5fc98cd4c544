//! Tables as JavaScript has them: Arrow IPC, in the stream format, or in that of files on the way in.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::iter;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_buffer::Buffer;
use arrow_ipc::reader::{FileReader, StreamDecoder};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use bytes::Bytes;
use lifestage_border::guard;
use lifestage_border::stream::error_of;
use lifestage_core::catalogue::Text;
use lifestage_core::operation::{Table, Tables};
use lifestage_core::table::INPUT_FAILED;
use lifestage_core::{Error, Fault};
use napi::bindgen_prelude::Uint8Array;

/// How a file begins; a stream does not.
const MAGIC: &[u8] = b"ARROW1";
/// What the bytes of a table are.
const EXPECTED: Text = Text {
    en: "a table in Arrow IPC, of the stream or the file format",
    zh: "Arrow IPC 流格式或文件格式的表",
};

/// The tables that bytes hold, by name. A stream is read where it lies, but for buffers that are compressed or lie askew; a
/// file is copied batch by batch, as it is read.
///
/// # Errors
/// All bytes that are no Arrow IPC, as far as their beginning shows it; what shows later ends the table.
pub(crate) fn tables<B: AsRef<[u8]> + Send + 'static>(given: BTreeMap<String, B>) -> Result<Tables, Error> {
    let (mut tables, mut faults) = (Tables::new(), Vec::new());
    for (name, bytes) in given {
        match table(Bytes::from_owner(bytes)) {
            Ok(table) => drop(tables.insert(name, table)),
            Err(error) => faults.push(Fault::new(&INPUT_FAILED, name).found(error).expecting(EXPECTED)),
        }
    }
    if faults.is_empty() { Ok(tables) } else { Err(Error::request(faults)) }
}

fn table(bytes: Bytes) -> Result<Table, ArrowError> {
    undamaged(|| if bytes.starts_with(MAGIC) { file(bytes) } else { stream(bytes) })
}

fn file(bytes: Bytes) -> Result<Table, ArrowError> {
    let reader = FileReader::try_new(Cursor::new(bytes), None)?;
    Ok(Box::new(Input { schema: reader.schema(), batches: reader }))
}

fn stream(bytes: Bytes) -> Result<Table, ArrowError> {
    let (mut decoder, mut rest) = (StreamDecoder::new(), Buffer::from(bytes));
    // The schema is known once the first batch is.
    let first = decoder.decode(&mut rest)?;
    let schema = decoder.schema().ok_or_else(|| ArrowError::IpcError("no schema".to_owned()))?;
    let others = iter::from_fn(move || match decoder.decode(&mut rest) {
        Ok(None) => decoder.finish().err().map(Err),
        other => other.transpose(),
    });
    Ok(Box::new(Input { schema, batches: first.map(Ok).into_iter().chain(others) }))
}

/// What a decoder gives. It panics on lengths that contradict one another: there, that says that the bytes are damaged.
fn undamaged<T>(decode: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, ArrowError> {
    guard::caught(decode).unwrap_or_else(|said| Err(ArrowError::IpcError(said)))
}

/// Batches that are decoded as they are asked for.
struct Input<Batches> {
    schema: SchemaRef,
    batches: Batches,
}

impl<Batches: Iterator<Item = Result<RecordBatch, ArrowError>>> Iterator for Input<Batches> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        undamaged(|| self.batches.next().transpose()).transpose()
    }
}

impl<Batches: Iterator<Item = Result<RecordBatch, ArrowError>>> RecordBatchReader for Input<Batches> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// The tables of an answer in the stream format, by name.
///
/// # Errors
/// Whatever ended a table.
pub(crate) fn answer(tables: Tables) -> Result<BTreeMap<String, Uint8Array>, Error> {
    tables.into_iter().map(|(name, table)| Ok((name, bytes(table)?.into()))).collect()
}

/// A table in the stream format.
///
/// # Errors
/// Whatever ended the table.
fn bytes(table: Table) -> Result<Vec<u8>, Error> {
    written(table).map_err(error_of)
}

fn written(table: Table) -> Result<Vec<u8>, ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), &table.schema())?;
    for batch in table {
        writer.write(&batch?)?;
    }
    writer.into_inner()
}

#[cfg(test)]
mod tests {
    use arrow_array::record_batch;
    use arrow_ipc::CompressionType;
    use arrow_ipc::writer::{FileWriter, IpcWriteOptions};

    use super::*;

    fn batch() -> RecordBatch {
        record_batch!(("user_id", Utf8, ["u1", "u2"]), ("tenure_months", Int64, [Some(7), None])).unwrap()
    }

    fn stream(options: IpcWriteOptions) -> Vec<u8> {
        let mut writer = StreamWriter::try_new_with_options(Vec::new(), batch().schema_ref(), options).unwrap();
        writer.write(&batch()).unwrap();
        writer.write(&batch()).unwrap();
        writer.into_inner().unwrap()
    }

    fn file(alignment: usize) -> Vec<u8> {
        let options = IpcWriteOptions::try_new(alignment, false, arrow_ipc::MetadataVersion::V5).unwrap();
        let mut writer = FileWriter::try_new_with_options(Vec::new(), batch().schema_ref(), options).unwrap();
        writer.write(&batch()).unwrap();
        writer.write(&batch()).unwrap();
        writer.into_inner().unwrap()
    }

    /// The rows that are read before the end, or before what is wrong.
    fn read(bytes: Vec<u8>) -> (usize, Result<(), String>) {
        let mut rows = 0;
        let batches = match table(bytes.into()) {
            Ok(batches) => batches,
            Err(error) => return (0, Err(error.to_string())),
        };
        for read in batches {
            match read {
                Ok(read) => assert_eq!(read, batch()),
                Err(error) => return (rows, Err(error.to_string())),
            }
            rows += 2;
        }
        (rows, Ok(()))
    }

    #[test]
    fn streams_and_files_are_read_whatever_their_padding() {
        assert_eq!(read(stream(IpcWriteOptions::default())), (4, Ok(())));
        for alignment in [8, 64] {
            assert_eq!(read(file(alignment)), (4, Ok(())), "{alignment}");
        }
    }

    #[test]
    fn compressed_buffers_are_read() {
        let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME)).unwrap();
        assert_eq!(read(stream(options)), (4, Ok(())));
    }

    #[test]
    fn a_stream_without_its_end_mark_is_whole_and_one_cut_off_is_not() {
        let whole = stream(IpcWriteOptions::default());
        assert_eq!(read(whole[..whole.len() - 8].to_vec()), (4, Ok(())));
        assert!(read(whole[..whole.len() - 16].to_vec()).1.is_err());
        for length in 0..whole.len() - 8 {
            let (rows, _) = read(whole[..length].to_vec());
            assert!(rows < 4, "{length}");
        }
    }

    #[test]
    fn a_file_cut_off_and_bytes_that_are_no_arrow_are_refused() {
        let whole = file(64);
        for length in (6..whole.len()).step_by(7) {
            assert!(read(whole[..length].to_vec()).1.is_err(), "{length}");
        }
        for bytes in
            [&b""[..], b"a", b"user_id,tenure_months\nu1,7\n", b"PAR1", b"ARROW1", b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"]
        {
            let (rows, said) = read(bytes.to_vec());
            assert!(rows == 0 && said.is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_and_never_panic() {
        let whole = stream(IpcWriteOptions::default());
        for place in 0..whole.len() {
            for damage in [0x00, 0x7F, 0x80, 0xFF] {
                let mut damaged = whole.clone();
                damaged[place] = damage;
                // Other values may be read; what counts is that each read ends.
                if let Ok(batches) = table(damaged.into()) {
                    assert!(batches.take_while(Result::is_ok).count() <= 2);
                }
            }
        }
    }

    #[test]
    fn every_table_that_is_none_is_named() {
        let whole = stream(IpcWriteOptions::default());
        let given = [("bills", b"a".to_vec()), ("events", Vec::new()), ("users", whole)];
        let error = tables(given.map(|(name, bytes)| (name.to_owned(), bytes)).into()).err().unwrap();
        let faults: Vec<_> = error.faults.iter().map(|fault| (fault.code.name, fault.path.as_str())).collect();
        assert_eq!(faults, [("INPUT_FAILED", "bills"), ("INPUT_FAILED", "events")]);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let read_in = table(stream(IpcWriteOptions::default()).into()).unwrap();
        assert_eq!(read(bytes(read_in).unwrap()), (4, Ok(())));
    }
}
