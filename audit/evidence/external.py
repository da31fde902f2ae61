"""Metrics of the `evaluate` library that a user names by path or hub id.

Such a metric is a black box over rows, so its interval is a plain bootstrap of rows with few replicates: 200, and fewer
(at least 50) when replicates times examples would pass two million. It is computed overall and per group, not crossed.
"""

import contextlib
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from boletim.audit.settings import Settings, doubt
from boletim.audit.statistics.bootstrap import Limits, percentiles
from boletim.audit.tally.tally import Tally
from boletim.contracts.errors import InputError
from boletim.contracts.extras import need_extra
from boletim.contracts.meaning import Reason, message
from boletim.contracts.measure import Measure
from boletim.contracts.method import BOOTSTRAP_OF_ROWS, replicates
from boletim.contracts.registry import plugin_names
from boletim.contracts.sentence import Sentence

PREFIX = "evaluate:"
_MOST_DRAWS, _FEWEST_DRAWS, _MOST_ROWS = 200, 50, 2_000_000


class ExternalMetric:
    """A loaded metric, called with the labels in the form that it takes."""

    def __init__(self, name: str, module: Any, labels: tuple[str, ...]) -> None:
        """Wrap a loaded module.

        Args:
            name: As the configuration writes it.
            module: What `evaluate.load` gave.
            labels: Class names, passed to metrics that take text; others get class numbers.
        """
        own = str(module.name)
        self.written = name
        self.name = PREFIX + own if own in plugin_names("metric") else own
        self._module = module
        self._key = own
        features = module.features[0] if isinstance(module.features, list) else module.features
        takes_text = getattr(features.get("predictions"), "dtype", "") in ("string", "large_string")
        self._forms = np.array(labels, dtype=object) if takes_text else np.arange(len(labels))

    def compute(self, gold: np.ndarray, predicted: np.ndarray) -> float:
        """The metric on some examples.

        Raises:
            InputError: The module fails, or gives several figures of which none has its name.
        """
        try:
            result = self._module.compute(
                predictions=self._forms[predicted].tolist(), references=self._forms[gold].tolist()
            )
        except Exception as error:  # foreign code may raise anything
            raise InputError("metric_fails", written=self.written, error=_line(error)) from error
        numbers = {key: float(value) for key, value in result.items() if np.ndim(value) == 0}
        if self._key in numbers:
            return numbers[self._key]
        if len(numbers) != 1:
            raise InputError("metric_figure", written=self.written, key=self._key, result=sorted(result))
        return next(iter(numbers.values()))


def load_external(name: str, labels: tuple[str, ...] = ()) -> ExternalMetric:
    """Load a metric through `evaluate.load`.

    Args:
        name: `evaluate:` and a local path or a hub id.
        labels: Class names.

    Raises:
        InputError: The path does not exist, the id cannot be fetched, or the module does not load.
    """
    source = name.removeprefix(PREFIX).strip()
    if not source:
        raise InputError("metric_written", prefix=PREFIX, name=name)
    is_path = source.startswith((".", "/", "~")) or source.endswith(".py")
    path = Path(source).expanduser()
    if is_path and not path.exists():
        raise InputError("metric_path", at=name)
    need_extra("train", Sentence("errors.the_metric", name=name))
    import evaluate

    try:
        with contextlib.redirect_stderr(io.StringIO()):
            module = evaluate.load(str(path) if path.exists() else source, keep_in_memory=True)
    except Exception as error:  # foreign code may raise anything
        remedy = Sentence("errors.mend_metric" if path.exists() else "errors.check_id")
        raise InputError("metric_load", name=name, error=_line(error), remedy=remedy) from error
    return ExternalMetric(name, module, labels)


def external_measures(names: Sequence[str], parts: Tally, settings: Settings) -> list[Measure]:
    """The metrics named with `evaluate:`, overall and per group.

    Raises:
        InputError: A metric does not load, or cannot be computed on all examples.
    """
    made: list[Measure] = []
    for name in dict.fromkeys(name for name in names if name.startswith(PREFIX)):
        metric = load_external(name, settings.labels)
        made += [_measure(metric, part, settings) for part in parts if not part.is_crossed]
    return made


def _measure(metric: ExternalMetric, part: Any, settings: Settings) -> Measure:
    value, reason, limits = None, None, None
    try:
        found = metric.compute(part.gold, part.predicted)
        value = found if math.isfinite(found) else None
        reason = None if value is not None else Reason.of("not_finite")
        limits = _limits(metric, part, found, settings) if value is not None else None
    except InputError as error:
        if not part.scope:
            raise
        reason = message(str(error))
    if value is not None and part.scope:
        reason = doubt(part.n, limits is not None, settings)
    return Measure(
        id=settings.id_of(metric.name, part.scope),
        metric=metric.name,
        value=value,
        low=limits[0] if limits else None,
        high=limits[1] if limits else None,
        level=settings.level if limits else None,
        n=part.n,
        unit="score",
        scope=part.scope,
        method=BOOTSTRAP_OF_ROWS + replicates(_n_draws(part.n, settings)) if limits else None,
        undefined_because=reason,
    )


def _limits(metric: ExternalMetric, part: Any, value: float, settings: Settings) -> Limits | None:
    rng = settings.generator(settings.id_of(metric.name, part.scope))
    found = []
    for _ in range(_n_draws(part.n, settings)):
        rows = _resampled(part, rng)
        with contextlib.suppress(InputError):  # a replicate that lacks a class may be undefined
            found.append(metric.compute(part.gold[rows], part.predicted[rows]))
    replicates = np.array([number for number in found if math.isfinite(number)])
    if len(replicates) < _FEWEST_DRAWS / 2 or np.ptp(replicates) == 0:
        return None
    low, high = percentiles(replicates, settings.level)
    return min(low, value), max(high, value)


def _resampled(part: Any, rng: np.random.Generator) -> np.ndarray:
    if part.clusters is None:
        return np.asarray(rng.integers(0, part.n, part.n))
    order = np.argsort(part.clusters, kind="stable")
    _, starts = np.unique(part.clusters[order], return_index=True)
    members = np.split(order, starts[1:])
    return np.concatenate([members[chosen] for chosen in rng.integers(0, len(members), len(members))])


def _n_draws(n: int, settings: Settings) -> int:
    affordable = max(_FEWEST_DRAWS, _MOST_ROWS // max(n, 1))
    return min(_MOST_DRAWS, settings.config.bootstrap, affordable)


def _line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(".")
