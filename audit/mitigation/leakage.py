"""How well a group can be read before and after it was erased, over seeds."""

from collections.abc import Sequence

import numpy as np

from boletim.audit.mitigation.effects import Cell, Sample, recalls
from boletim.audit.mitigation.extremes import own
from boletim.audit.mitigation.intervals import own_seed_variance, pooled
from boletim.audit.settings import MISSING
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import Method
from boletim.contracts.results.mitigations import Leakage


def leakage_of(
    attribute: str,
    names: Sequence[str],
    sample: Sample,
    readings: Sequence[tuple[np.ndarray, np.ndarray]],
    config: AuditConfig,
) -> Leakage:
    """Mean recall over groups of a linear reader, before and after.

    Args:
        attribute: Group column.
        names: Of the groups that the reader knows.
        sample: The validation examples; those without a group value, or of a group that the reader does not know, are
            left out.
        readings: Per seed (n, n_groups) what was read before and after.
        config: Level, and the fewest examples of a group.
    """
    values = sample.groups[attribute]
    rows = {place: np.flatnonzero(values == name) for place, name in enumerate(names) if name != MISSING}
    cells = [Cell(place, names[place], found) for place, found in rows.items() if len(found) >= config.min_group]
    made = []
    for stage, when in enumerate(("before", "after")):
        scope = {"attribute": attribute, "erasing": when}
        said = np.array([reading[stage] for reading in readings])
        made.append(_measure(scope, sample, said, cells, config))
    return Leakage(attribute=attribute, chance=1 / max(len(names), 1), before=made[0], after=made[1])


def _measure(
    scope: dict[str, str], sample: Sample, said: np.ndarray, cells: Sequence[Cell], config: AuditConfig
) -> Measure:
    value, low, high = None, None, None
    if len(cells) > 1:
        mean = recalls(sample, said, cells).through(np.full((1, len(cells)), 1 / len(cells)))
        found = own(mean, 0, pooled([own_seed_variance(mean)], len(said)), config.level)
        value, low, high = found.value, found.low, found.high
    return Measure(
        id=measure_id("group_leakage", scope),
        metric="group_leakage",
        value=value,
        low=low,
        high=high,
        level=config.level if value is not None else None,
        n=sum(len(cell.rows) for cell in cells),
        scope=scope,
        higher_is_better=False,
        method=Method.of("examples_and_seeds", n=len(said)) if value is not None else None,
        undefined_because=None if value is not None else Reason.of("few_groups", least=config.min_group),
    )
