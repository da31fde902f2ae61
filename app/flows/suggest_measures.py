"""What a tokenizer does to texts as figures: pieces per word, unknown pieces, texts cut, and the same by group.

Pieces per word is a ratio of sums; its error is that of the linearised ratio, with texts as the units (Cochran 1977,
Sampling Techniques, section 2.11).
"""

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from boletim.audit.statistics.clustered_mean import mean_error
from boletim.audit.statistics.proportions import simultaneous_level, wilson
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, Unit, measure_id
from boletim.contracts.method import WILSON, T, simultaneous_over_pairs

if TYPE_CHECKING:
    from boletim.models.choosing.pieces import Pieces

LEVEL = 0.95
_FEWEST = 10
"""Texts of a group that is compared."""
_HOLDS = 99.0


def percentile(lengths: np.ndarray) -> float:
    """The length that holds 99 % of the texts."""
    return float(np.percentile(lengths, _HOLDS))


def fit_measures(counts: "Pieces", longest: int, groups: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The fields of a `Suggestion` that come from the texts."""
    n_cut, n = int((counts.lengths > longest).sum()), len(counts.lengths)
    low, high = (float(limit) for limit in wilson(np.array(n_cut), np.array(n), LEVEL))
    cut = Measure(id="cut_share", metric="cut_share", value=n_cut / n, low=low, high=high, level=LEVEL, n=n,
                  higher_is_better=False, method=WILSON)  # fmt: skip
    return {
        "pieces_per_word": _ratio("pieces_per_word", counts.pieces, counts.words, {}),
        "unknown_share": _unknown(counts),
        "cut_share": cut,
        "by_group": tuple(one for name, values in groups.items() for one in _by_group(counts, name, values)),
    }


def _unknown(counts: "Pieces") -> Measure:
    found = _ratio("unknown_share", counts.unknown, counts.pieces, {}, "share")
    if found.value != 0:
        return found
    # none seen: as many as one text in as many could still have
    high = float(wilson(np.array(0), np.array(len(counts.words)), LEVEL)[1])
    return found.model_copy(update={"low": 0.0, "high": high, "level": LEVEL, "method": WILSON})


def _by_group(counts: "Pieces", attribute: str, values: np.ndarray) -> list[Measure]:
    """Each group with enough texts, and how far apart the most and the least are."""
    names = sorted({str(value) for value in values if value is not None})
    rows = {name: values == name for name in names}
    made = [
        _ratio("pieces_per_word", counts.pieces[at], counts.words[at], {attribute: name})
        for name, at in rows.items()
        if at.sum() >= _FEWEST and counts.words[at].any()
    ]
    if len(made) < 2:
        return made
    ordered = sorted(made, key=lambda one: one.value or 0.0)
    least, most = ordered[0], ordered[-1]
    n_pairs = len(list(combinations(made, 2)))
    parts = [_error(counts.pieces[rows[one.scope[attribute]]], counts.words[rows[one.scope[attribute]]])
             for one in (most, least)]  # fmt: skip
    value, error = parts[0][0] - parts[1][0], float(np.hypot(parts[0][1], parts[1][1]))
    degrees = _welch([part[1] for part in parts], [part[2] for part in parts])
    half = float(stats.t.isf((1 - simultaneous_level(LEVEL, n_pairs)) / 2, degrees)) * error
    scope = {"attribute": attribute, "most": most.scope[attribute], "least": least.scope[attribute]}
    gap = Measure(
        id=measure_id("pieces_per_word_gap", scope), metric="pieces_per_word_gap", value=value, low=value - half,
        high=value + half, level=LEVEL, n=most.n + least.n, unit="difference", higher_is_better=False, scope=scope,
        method=T + simultaneous_over_pairs(n_pairs),
    )  # fmt: skip
    return [*made, gap]


def _error(pieces: np.ndarray, words: np.ndarray) -> tuple[float, float, float]:
    """Ratio of the sums, its standard error, degrees of freedom."""
    has_words = words > 0
    return mean_error(pieces[has_words] / words[has_words], words[has_words].astype(float), None)


def _welch(errors: list[float], degrees: list[float]) -> float:
    """Welch and Satterthwaite's degrees of freedom."""
    squares = [error**2 for error in errors]
    below = sum(square**2 / of for square, of in zip(squares, degrees, strict=True))
    return sum(squares) ** 2 / below if below > 0 else min(degrees)


def _ratio(metric: str, above: np.ndarray, below: np.ndarray, scope: dict[str, str], unit: Unit = "ratio") -> Measure:
    known: dict[str, Any] = {"id": measure_id(metric, scope), "metric": metric, "n": len(below), "unit": unit,
                             "higher_is_better": False, "scope": scope}  # fmt: skip
    if not below.any():
        return Measure(**known, value=None, undefined_because=Reason.of("message", text="no words"))
    value, error, degrees = _error(above, below)
    if np.isnan(error):
        return Measure(**known, value=value)
    half = float(stats.t.isf((1 - LEVEL) / 2, degrees)) * error
    return Measure(**known, value=value, low=max(value - half, 0.0), high=value + half, level=LEVEL, method=T)
