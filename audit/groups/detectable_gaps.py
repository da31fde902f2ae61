"""The smallest gaps that the groups of a column could have shown, as measures."""

from collections.abc import Sequence

import numpy as np

from boletim.audit.groups.attribute import Attribute
from boletim.audit.settings import Settings
from boletim.audit.statistics.detectable import POWER, minimum_detectable_gap
from boletim.audit.statistics.proportions import critical
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import power_of_tests


def detectable_gaps(attribute: Attribute, chief: str, n_tests: int) -> list[Measure]:
    """The smallest true gap that would be shown, in the chief figure of all examples and in each class's recall.

    Args:
        attribute: A group column, or several crossed, with its measures.
        chief: Such as accuracy; what is no share has no such figure.
        n_tests: Tests in the declared family.
    """
    is_share = all(measure.unit == "share" for measure in attribute.groups(chief))
    made = [_least(attribute, chief, None, n_tests)] if is_share else []
    return [*made, *(_least(attribute, "recall", label, n_tests) for label in attribute.labels)]


def _least(attribute: Attribute, metric: str, label: str | None, n_tests: int) -> Measure:
    name, scope = "minimum_detectable_gap", {"class": label} if label is not None else {}
    judged = attribute.judged(metric, label)
    known = [m for m in attribute.groups(metric, label) if m.n > 0 and not attribute.is_missing(m)]
    if len(judged.values) >= 2:
        known = [m for m in known if attribute.group_of(m) in judged.names]
    known = sorted(known, key=lambda m: -m.n)[: max(len(judged.values), 2)]
    if len(known) < 2:
        return attribute.undefined(
            name, scope, Reason.of("few_groups_occur" if label is None else "few_groups_have_class")
        )
    sizes = _effective(known, attribute.settings)
    hits = np.array([m.value or 0.0 for m in known]) * sizes
    config, rng = attribute.settings.config, attribute.settings.generator(f"{name} {attribute.name} {label}")
    value = minimum_detectable_gap(hits, sizes, config.level, config.margin, n_tests, rng)
    method = power_of_tests(POWER, config.margin, n_tests)
    return attribute.point(name, scope, value, int(sum(m.n for m in known)), method)


def _effective(measures: Sequence[Measure], settings: Settings) -> np.ndarray:
    """Examples of each group; fewer where clusters or weights make them tell less than as many independent ones."""
    n = np.array([m.n for m in measures], dtype=float)
    if not settings.is_complex_sample:
        return n
    ends = np.array([(m.low if m.low is not None else 0.0, m.high if m.high is not None else 1.0) for m in measures])
    share = (np.array([m.value or 0.0 for m in measures]) * n + 1) / (n + 2)
    errors = (ends[:, 1] - ends[:, 0]) / (2 * critical(settings.level))
    return np.asarray(np.clip(share * (1 - share) / np.maximum(errors, 1e-9) ** 2, 2.0, n))
