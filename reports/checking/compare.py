"""Compare two JSON values and name what differs by its place, measures by their id."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from boletim.contracts.sentence import Joined, Sentence

_RELATIVE = 1e-9
_N_NAMED = 5

Differences = list[tuple[str, Any, Any]]
"""Place, one value, the other."""


def compare_values(one: Any, other: Any, place: str = "") -> Differences:
    """Every leaf that differs; numbers agree to a relative 1e-9, so that another processor is no difference.

    Lists of records with an `id` are matched by it, and so are records with the place of their list.
    """
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        keys = [*one, *(key for key in other if key not in one)]
        return [d for key in keys for d in compare_values(one.get(key), other.get(key), _join(place, key))]
    if _is_list(one) and _is_list(other):
        if _has_ids(one) and _has_ids(other):
            return compare_values(_by_id(one), _by_id(other), place)
        if len(one) != len(other):
            return [(_join(place, "length"), len(one), len(other))]
        return [
            d for i, (a, b) in enumerate(zip(one, other, strict=True)) for d in compare_values(a, b, f"{place}[{i}]")
        ]
    return [] if _is_equal(one, other) else [(place, one, other)]


def name_differences(differences: Differences) -> str:
    """The first few in one line."""
    named = [
        Sentence("terminal.verify.leaf", place=place, here=_written(one), there=_written(other))
        for place, one, other in differences[:_N_NAMED]
    ]
    n_more = len(differences) - _N_NAMED
    return Joined([*named, *([Sentence("terminal.verify.n_more", n=n_more)] if n_more > 0 else [])], "; ")


def _join(place: str, key: object) -> str:
    return f"{place}.{key}" if place else str(key)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _has_ids(values: Sequence[Any]) -> bool:
    ids = [value.get("id") for value in values if isinstance(value, Mapping)]
    return len(ids) == len(values) > 0 and None not in ids and len(set(map(str, ids))) == len(ids)


def _by_id(records: Sequence[Any]) -> dict[str, Any]:
    return {str(record["id"]): record for record in records}


def _is_equal(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or not (_is_number(one) and _is_number(other)):
        return bool(one == other)
    try:
        return math.isclose(one, other, rel_tol=_RELATIVE, abs_tol=1e-12) or (one != one and other != other)
    except OverflowError:  # an integer that no float holds
        return bool(one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _written(value: Any) -> str:
    text = f"{value:.12g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= 80 else text[:77] + "…"
