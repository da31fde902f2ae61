"""Gates that so many rows can decide."""

import math
import re
from collections.abc import Mapping

from boletim.app.starter.label_column import Named

Gate = tuple[str, str, float]
"""Measure, `at_least` or `at_most`, and bar."""
_FEWEST_ROWS, _FEWEST_IN_GROUP, _WIDEST_GAP = 50, 30, 0.3


def decidable_gates(
    named: Named, classes: Mapping[str, int], groups: Mapping[str, tuple[int, ...] | None], n_test: float
) -> tuple[Gate, ...]:
    """Bars that an interval over so many test rows can lie wholly on one side of.

    Args:
        named: Each column's names.
        classes: Rows of each class.
        groups: Group columns; edges of bands for a number.
        n_test: Rows that will be judged.
    """
    share = max(classes.values()) / sum(classes.values())
    baseline = 2 * share / (1 + share) / len(classes)
    gates: list[Gate] = []
    if n_test >= _FEWEST_ROWS:
        gates.append(("f1_macro", "at_least", min(_step(baseline + 0.1), 0.9)))
    for column, edges in groups.items():
        values = named[column]
        if values is None or not re.fullmatch(r"[\w .-]+", column):
            continue
        n_groups = len(edges) + 1 if edges else len(values.cat.categories)
        shares = [1 / n_groups] * n_groups if edges else list(values.value_counts(normalize=True))
        sizes = sorted(n for one in shares if (n := one * n_test) >= _FEWEST_IN_GROUP)
        if len(sizes) != len(shares) or len(sizes) < 2:
            continue  # a group that cannot be judged leaves the gate open
        half = 1.96 * math.sqrt(0.16 * (1 / sizes[0] + 1 / sizes[1]))
        if (bar := _step(1.5 * half + 0.05)) <= _WIDEST_GAP:
            gates.append((f"accuracy_gap{{attribute={column}}}", "at_most", bar))
    return tuple(gates)


def _step(bar: float) -> float:
    return math.ceil(bar * 20 - 1e-9) / 20
