"""Tables of decisions, as `classify` gives them."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc


def warned_of(decisions: pa.Table, codes: Collection[str]) -> pa.Array:
    """The places of the rows among whose warnings is one of these codes, in order."""
    warnings = decisions["warnings"].combine_chunks()
    meant = pc.is_in(pc.list_flatten(warnings), value_set=pa.array(list(codes), pa.utf8()))
    return pc.unique(pc.list_parent_indices(warnings).filter(meant))


def without_dictionaries(table: pa.Table) -> pa.Table:
    """The same values, codes written out: every reader of files knows texts, few know lists of dictionaries."""
    fields = [field.with_type(_written_out(field.type)) for field in table.schema]
    return table.cast(pa.schema(fields, metadata=table.schema.metadata))


def _written_out(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_list(kind):
        return pa.list_(_written_out(kind.value_type))
    return kind
