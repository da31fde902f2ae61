"""Numbers of classes become their names where a file of the `datasets` library says which is which."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def class_names(features: Any) -> dict[str, list[str]]:
    """By column, the names of a ClassLabel; others are left out.

    Args:
        features: As `dataset_info.json` or the metadata of a parquet file holds them.
    """
    if not isinstance(features, dict):
        return {}
    return {str(column): names for column, feature in features.items() if (names := _names(feature)) is not None}


def _names(feature: Any) -> list[str] | None:
    """The names of a ClassLabel, or of a list of them."""
    if isinstance(feature, list):
        return _names(feature[0]) if len(feature) == 1 else None
    if not isinstance(feature, dict):
        return None
    if feature.get("_type") in ("Sequence", "List", "LargeList"):
        return _names(feature.get("feature"))
    names = feature.get("names") if feature.get("_type") == "ClassLabel" else None
    return [str(name) for name in names] if isinstance(names, list) else None


def class_names_of_schema(metadata: Mapping[bytes, bytes] | None) -> dict[str, list[str]]:
    """The same from the metadata that `datasets` writes into Arrow schemas."""
    try:
        held = json.loads((metadata or {}).get(b"huggingface", b"{}"))
        return class_names(held.get("info", {}).get("features"))
    except (ValueError, AttributeError, RecursionError):
        return {}


def with_class_names(table: Any, names: Mapping[str, list[str]]) -> Any:
    """An Arrow table with names in place of numbers; -1 is missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for column, known in names.items():
        place = table.schema.get_field_index(column)
        of = table.schema.field(place).type if place >= 0 else pa.null()
        if pa.types.is_integer(of):
            table = table.set_column(place, column, _named(table.column(place), known))
        elif pa.types.is_list(of) and pa.types.is_integer(of.value_type):
            lists = table.column(place).combine_chunks()
            named = _named(lists.flatten(), known)
            lengths = pc.fill_null(pc.list_value_length(lists), 0)
            offsets = pa.array([0, *pc.cumulative_sum(lengths).to_pylist()], pa.int32())
            table = table.set_column(place, column, pa.ListArray.from_arrays(offsets, named, mask=pc.is_null(lists)))
    return table


def _named(values: Any, known: Sequence[str]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    is_known = pc.and_(pc.greater_equal(values, 0), pc.less(values, len(known)))
    codes = pc.if_else(is_known, values, None).cast(pa.int32())
    return pc.take(pa.array(known, pa.string()), codes)
