//! Tables of Arrow by the PyCapsule protocol, in and out; no library of Python's is needed for it.
#![allow(unsafe_code, reason = "capsules hold pointers")]

use std::collections::{BTreeMap, HashMap};
use std::ffi::CStr;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{Array, RecordBatch, RecordBatchIterator, RecordBatchOptions, RecordBatchReader, StructArray};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use lifestage_border::stream::{error_of, guarded};
use lifestage_core::catalogue::Words;
use lifestage_core::error::{CLOSED, Error, Fault};
use lifestage_core::operation::{Cancel, Table, Tables};
use lifestage_core::table::INPUT_FAILED;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::error::raised;
use crate::interrupt::interruptible;

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";

/// The tables that producers of Python's offer, by name.
pub(crate) fn named(producers: &BTreeMap<String, Bound<'_, PyAny>>) -> PyResult<Tables> {
    let table =
        |(name, producer): (&String, &Bound<'_, PyAny>)| Ok((name.clone(), read(&format!("tables.{name}"), producer)?));
    producers.iter().map(table).collect()
}

/// The table that a producer of Python's offers; `name` is what the operation calls it.
fn read(name: &str, producer: &Bound<'_, PyAny>) -> PyResult<Table> {
    let table = if producer.hasattr("__arrow_c_stream__")? {
        stream(&producer.call_method0("__arrow_c_stream__")?.cast_into::<PyCapsule>()?)?
    } else if producer.hasattr("__arrow_c_array__")? {
        let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) =
            producer.call_method0("__arrow_c_array__")?.extract()?;
        batch(&schema, &array)?
    } else {
        let found = producer.get_type();
        return Err(PyTypeError::new_err(format!(
            "{name} must offer __arrow_c_stream__ or __arrow_c_array__, as frames of polars, pandas, pyarrow and duckdb \
             do, not {}",
            found.name()?
        )));
    };
    table.map_err(|error| {
        let fault = Fault::new(&INPUT_FAILED, name).found(error).expecting(Words::new("record batches", "记录批次"));
        raised(producer.py(), &Error::request(vec![fault]))
    })
}

fn stream(capsule: &Bound<'_, PyCapsule>) -> PyResult<Result<Table, ArrowError>> {
    let pointer = capsule.pointer_checked(Some(STREAM))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: a capsule of this name holds a stream, which is moved out: what stays behind is marked as released.
    let reader = unsafe { RecordBatchStreamReader::from_raw(pointer.as_ptr()) };
    Ok(reader.map(|reader| Box::new(reader) as Table))
}

fn batch(schema: &Bound<'_, PyCapsule>, array: &Bound<'_, PyCapsule>) -> PyResult<Result<Table, ArrowError>> {
    let schema = schema.pointer_checked(Some(SCHEMA))?.cast::<FFI_ArrowSchema>();
    let array = array.pointer_checked(Some(ARRAY))?.cast::<FFI_ArrowArray>();
    // SAFETY: capsules of these names hold a schema, which is read in place, and an array, which is moved out.
    let (schema, array) = unsafe { (schema.as_ref(), FFI_ArrowArray::from_raw(array.as_ptr())) };
    Ok(one_batch(schema, array))
}

fn one_batch(schema: &FFI_ArrowSchema, array: FFI_ArrowArray) -> Result<Table, ArrowError> {
    let fields = Arc::new(Schema::try_from(schema)?);
    // SAFETY: the schema came with the array and describes it.
    let rows = StructArray::from(unsafe { from_ffi(array, schema) }?);
    if rows.null_count() > 0 {
        return Err(ArrowError::CDataInterface("rows that are null as a whole".into()));
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    let batch = RecordBatch::try_new_with_options(Arc::clone(&fields), rows.into_parts().1, &options)?;
    Ok(Box::new(RecordBatchIterator::new([Ok(batch)], fields)))
}

/// A table that is computed as it is read, once: by whatever takes an Arrow stream, or by iteration, batch by batch, each
/// an `ArrowTable`. Iteration raises what goes wrong as a `LifestageError` and heeds Ctrl-C.
#[pyclass(frozen, module = "lifestage")]
pub struct ArrowStream {
    schema: SchemaRef,
    /// What is still to be read; none once it is handed on, or a call was interrupted.
    table: Mutex<Option<Table>>,
    cancel: Cancel,
}

impl fmt::Debug for ArrowStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ArrowStream").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl ArrowStream {
    /// The tables of an answer, by name.
    pub(crate) fn named(tables: Tables, cancel: &Cancel) -> BTreeMap<String, Self> {
        tables.into_iter().map(|(name, table)| (name, Self::new(table, cancel.clone()))).collect()
    }

    fn new(table: Table, cancel: Cancel) -> Self {
        Self { schema: table.schema(), table: Mutex::new(Some(table)), cancel }
    }

    fn put(&self, table: Option<Table>) -> Option<Table> {
        std::mem::replace(&mut *self.table.lock().unwrap_or_else(PoisonError::into_inner), table)
    }

    fn take(&self, py: Python<'_>) -> PyResult<Table> {
        self.put(None).ok_or_else(|| {
            let fault = Fault::new(&CLOSED, "stream")
                .finding(Words::new("a stream that was read", "已读过的流"))
                .expecting(Words::new("a stream", "流"));
            raised(py, &Error::request(vec![fault]))
        })
    }
}

#[pymethods]
impl ArrowStream {
    /// Hands the stream on, by Arrow's PyCapsule protocol.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The protocol lets a producer ignore it.
        let _ = requested_schema;
        exported(py, self.take(py)?)
    }

    /// The columns, by Arrow's PyCapsule protocol.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        exported_schema(py, &self.schema)
    }

    /// What its maker says of the table, by key.
    #[getter]
    fn metadata(&self) -> HashMap<String, String> {
        self.schema.metadata().iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    }

    /// Reads all that is left.
    fn read_all(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        let table = self.take(py)?;
        let read = move || table.collect::<Result<Vec<_>, _>>().map_err(error_of);
        let batches = interruptible(py, &self.cancel, read)?;
        Ok(ArrowTable { schema: Arc::clone(&self.schema), batches })
    }

    fn __iter__(stream: Bound<'_, Self>) -> Bound<'_, Self> {
        stream
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<ArrowTable>> {
        let mut table = self.take(py)?;
        let read = move || Ok((table.next().transpose(), table));
        let (next, table) = interruptible(py, &self.cancel, read)?;
        self.put(Some(table));
        let batch = next.map_err(|error| raised(py, &error_of(error)))?;
        Ok(batch.map(|batch| ArrowTable { schema: Arc::clone(&self.schema), batches: vec![batch] }))
    }
}

/// A table that is computed: whatever takes an Arrow stream reads it as often as it likes, with no copy.
#[pyclass(frozen, module = "lifestage")]
#[derive(Debug)]
pub struct ArrowTable {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

#[pymethods]
impl ArrowTable {
    /// The rows, by Arrow's PyCapsule protocol.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The protocol lets a producer ignore it.
        let _ = requested_schema;
        let batches = self.batches.clone().into_iter().map(Ok);
        exported(py, Box::new(RecordBatchIterator::new(batches, Arc::clone(&self.schema))))
    }

    /// The columns, by Arrow's PyCapsule protocol.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        exported_schema(py, &self.schema)
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

fn exported(py: Python<'_>, table: Table) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(guarded(table)), STREAM)
}

fn exported_schema<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema).map_err(|error| raised(py, &Error::internal(error)))?;
    PyCapsule::new_with_value(py, schema, SCHEMA)
}
