"""Numbers of classes become their names where a file of the `datasets` library says which is which."""

import json
from collections.abc import Mapping
from typing import Any


def class_names(features: Any) -> dict[str, list[str]]:
    """By column, the names of a ClassLabel; others are left out.

    Args:
        features: As `dataset_info.json` or the metadata of a parquet file holds them.
    """
    if not isinstance(features, dict):
        return {}
    return {
        str(column): [str(name) for name in feature["names"]]
        for column, feature in features.items()
        if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" and isinstance(feature.get("names"), list)
    }


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
        if place < 0 or not pa.types.is_integer(table.schema.field(place).type):
            continue
        values = table.column(place)
        is_known = pc.and_(pc.greater_equal(values, 0), pc.less(values, len(known)))
        codes = pc.if_else(is_known, values, None).cast(pa.int32())
        table = table.set_column(place, column, pc.take(pa.array(known, pa.string()), codes))
    return table
