"""Values of a stranger's file, compared whatever they are."""

from typing import Any

import pytest

from boletim.reports.checking.compare import compare_values, name_differences


@pytest.mark.parametrize(
    ("one", "other", "n"),
    [
        (1.0, 10**400, 1),
        (10**400, 10**400, 0),
        (float("nan"), float("nan"), 0),
        ([{"id": "a", "v": 1}], [{"id": ["a"], "v": 1}], 2),
        ([{"id": {"x": 1}, "v": 1}], [{"id": {"x": 1}, "v": 2}], 1),
        ([{"id": "a", "v": 1}, {"id": "b", "v": 2}], [{"id": "b", "v": 2}, {"id": "a", "v": 1}], 0),
        ([], [[]], 1),
        ({"a": None}, {}, 0),
    ],
)
def test_each_leaf_that_differs_is_counted(one: Any, other: Any, n: int) -> None:
    found = compare_values(one, other)
    assert len(found) == n
    assert "\n" not in name_differences(found)
