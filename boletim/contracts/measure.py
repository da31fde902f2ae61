"""A number never travels alone: value, interval, n, scope and method in one record."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Literal, Self
from urllib.parse import quote, unquote

from pydantic import model_validator

from boletim.contracts.errors import RuleError
from boletim.contracts.meaning import Reason
from boletim.contracts.method import Method
from boletim.contracts.record import Record
from boletim.contracts.results.left_out import LeftOut

Unit = Literal[
    "share", "count", "score", "nats", "ratio", "difference", "seconds", "correlation", "bytes", "per second", "joules",
    "points",
]  # fmt: skip
"""`points` are those of somebody else's score, whatever its range."""

_FIRST_KEYS = ("class", "probe", "attribute")
_RESERVED = re.compile(r"[%,={}\x00-\x1f\x7f]")


class Measure(Record):
    """One figure that anyone can read."""

    id: str
    """The metric and its scope, as `measure_id` writes them; unique in a result."""
    metric: str
    """Name of the metric, such as `recall` or `recall_gap`."""
    value: float | None
    """The figure; None when it is undefined, never NaN."""
    low: float | None = None
    """Lower limit of the interval at `level`."""
    high: float | None = None
    """Upper limit of the interval at `level`."""
    level: float | None = None
    """Confidence level in (0, 1), None when there is no interval."""
    n: int
    """Number of examples (or contrasts) the value rests on: its denominator."""
    unit: Unit = "share"
    """What the value is counted in."""
    higher_is_better: bool | None = None
    """Direction; None for figures without one, such as a count."""
    scope: dict[str, str] = {}
    """What the figure is about: class, probe, attribute, group columns, others."""
    method: Method | None = None
    """How the interval was made; None where there is none."""
    p: float | None = None
    """Two-sided p-value against no difference, where a test was made."""
    q: float | None = None
    """The same after Benjamini-Hochberg over the run's declared family."""
    undefined_because: Reason | None = None
    """Why `value` is None, or why the figure is shown but not judged (too few examples)."""
    left_out: LeftOut | None = None
    """Of a figure that compares groups: what it does not judge; None where it judges everything."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for name in ("value", "low", "high", "p", "q"):
            number = getattr(self, name)
            if number is not None and not math.isfinite(number):
                raise RuleError("measure_finite", id=self.id, name=name, number=number)
        if self.value is None and not self.undefined_because:
            raise RuleError("measure_reason", id=self.id)
        if self.n < 0:
            raise RuleError("measure_n", id=self.id, n=self.n)
        return self


def measure_id(metric: str, scope: Mapping[str, str] | None = None, groups: Iterable[str] = ()) -> str:
    """Canonical id of a measure, such as `recall{class=nurse,gender=female}`.

    Args:
        metric: Name of the metric.
        scope: What the figure is about.
        groups: Names of the group columns; they come before other keys.

    Returns:
        The metric, then the scope's keys in the order class, probe, attribute, groups by name, others by
        name. The characters ``% , = { }`` and control characters inside keys and values are percent-encoded.
    """
    if not scope:
        return metric
    group_names = set(groups)

    def place(key: str) -> tuple[int, str]:
        if key in _FIRST_KEYS:
            return _FIRST_KEYS.index(key), key
        return (len(_FIRST_KEYS) if key in group_names else len(_FIRST_KEYS) + 1), key

    inside = ",".join(f"{_encode(key)}={_encode(scope[key])}" for key in sorted(scope, key=place))
    return f"{metric}{{{inside}}}"


def parse_measure_id(text: str) -> tuple[str, dict[str, str]]:
    """Metric and scope of an id; the inverse of `measure_id`.

    Raises:
        ValueError: The text is not `metric` or `metric{key=value,...}`.
    """
    match = re.fullmatch(r"([^{}]+)(?:\{([^{}]+)\})?", text.strip())
    pairs = [part.split("=") for part in (match.group(2) or "").split(",") if part] if match else []
    if match is None or any(len(pair) != 2 for pair in pairs):
        raise RuleError("measure_written", text=text)
    return match.group(1).strip(), {unquote(key.strip()): unquote(value.strip()) for key, value in pairs}


def _encode(text: str) -> str:
    return _RESERVED.sub(lambda match: quote(match.group(), safe=""), text)
