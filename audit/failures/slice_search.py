"""Find slices with more errors than elsewhere, so that a slice that is reported is not a fluke.

The examples are cut at random into two halves (examples of one cluster stay together). On the first the slices are
ranked by how improbable their errors are, and the worst ten that do not largely repeat each other are chosen. Only
these are tested, on the second half, which played no part in the choice: Fisher's exact test, one-sided (with clusters
t over clusters too, the larger p counts), corrected by Holm for as many tests as there are slices chosen. So if the
model errs alike everywhere, the chance that any slice is reported is at most 1 - level, whatever the number of slices
looked at.

References:
    Holm (1979), Scandinavian Journal of Statistics 6:65; Cox (1975), Biometrika 62:441 (choosing on one part, testing
    on the other); Chung et al. (2019), Slice Finder, IEEE TKDE (the task).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from boletim.audit.failures.slices import Slice
from boletim.audit.settings import Settings
from boletim.audit.statistics.clustered_limits import share_limits, split_error, split_limits
from boletim.audit.statistics.proportions import simultaneous_level

_CHOSEN = 10
_MOST_SHARED = 0.5


@dataclass(frozen=True)
class JudgedSlice:
    """One chosen slice and its figures in the second half."""

    slice: Slice
    n_search: int
    n: int
    """Its examples in the second half."""
    n_errors: int
    n_rest: int
    n_rest_errors: int
    rate_low: float
    """Of its error rate alone, at the level."""
    rate_high: float
    low: float
    """Of the excess, together with those of the other slices at the level."""
    high: float
    p: float
    p_holm: float
    """After Holm, over the slices chosen."""

    @property
    def excess(self) -> float:
        """Error rate less that of all other examples."""
        return self.n_errors / self.n - self.n_rest_errors / self.n_rest


@dataclass(frozen=True)
class SliceSearch:
    """What was looked at and what was chosen."""

    judged: tuple[JudgedSlice, ...]
    """By p."""
    n_candidates: int
    n_search: int
    n_confirm: int


def find_slices(
    candidates: Sequence[Slice], is_error: np.ndarray, clusters: np.ndarray | None, settings: Settings
) -> SliceSearch:
    """Choose slices on one half of the examples and judge them on the other.

    Args:
        candidates: Named before any error is looked at.
        is_error: (n,) bool.
        clusters: (n,) codes of authors or templates where examples share one, else None.
        settings: Level, smallest group (in each half), seed.
    """
    is_search = _first_half(len(is_error), clusters, settings)
    least = max(settings.config.min_group, 1)
    large = [s for s in candidates if min(np.bincount(is_search[s.rows], minlength=2)) >= least]
    chosen = _worst(large, is_error, is_search)
    levels = settings.level, simultaneous_level(settings.level, len(chosen))
    judged = [_judge(s, is_error, is_search, clusters, *levels) for s in chosen]
    judged.sort(key=lambda j: j.p)
    scaled = [j.p * (len(judged) - place) for place, j in enumerate(judged)]
    adjusted = np.minimum(np.maximum.accumulate([0.0, *scaled])[1:], 1.0)
    done = tuple(replace(j, p_holm=float(p)) for j, p in zip(judged, adjusted, strict=True))
    return SliceSearch(done, len(large), int(is_search.sum()), int((~is_search).sum()))


def _first_half(n: int, clusters: np.ndarray | None, settings: Settings) -> np.ndarray:
    """(n,) bool; drawn by the seed, whole clusters on one side."""
    codes = np.arange(n) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    n_codes = int(codes.max()) + 1 if n else 0
    is_first = np.zeros(n_codes, dtype=bool)
    is_first[settings.generator("halves for slices").permutation(n_codes)[: n_codes // 2]] = True
    return np.asarray(is_first[codes])


def _worst(candidates: Sequence[Slice], is_error: np.ndarray, is_search: np.ndarray) -> list[Slice]:
    n_all, errors_all = int(is_search.sum()), int((is_error & is_search).sum())
    rate = errors_all / max(n_all, 1)
    ranked = []
    for place, made in enumerate(candidates):
        rows = made.rows[is_search[made.rows]]
        expected = len(rows) * rate
        spread = np.sqrt(max(expected * (1 - rate) * (1 - len(rows) / n_all), 1e-12))
        score = (is_error[rows].sum() - expected) / spread
        if score > 0:
            ranked.append((-score, place, rows))
    ranked.sort(key=lambda entry: entry[:2])
    chosen: list[tuple[Slice, set[int]]] = []
    for _, place, rows in ranked:
        own = set(rows.tolist())
        if all(len(own & other) <= _MOST_SHARED * min(len(own), len(other)) for _, other in chosen):
            chosen.append((candidates[place], own))
        if len(chosen) == _CHOSEN:
            break
    return [made for made, _ in chosen]


def _judge(
    made: Slice, is_error: np.ndarray, is_search: np.ndarray, clusters: np.ndarray | None, alone: float, together: float
) -> JudgedSlice:
    is_in = np.zeros(len(is_error), dtype=bool)
    is_in[made.rows] = True
    n_search = int((is_in & is_search).sum())
    inside, errors = is_in[~is_search], is_error[~is_search]
    codes = None if clusters is None else clusters[~is_search]
    n, n_rest = int(inside.sum()), int((~inside).sum())
    x, x_rest = int(errors[inside].sum()), int(errors[~inside].sum())
    p = float(stats.hypergeom.sf(x - 1, n + n_rest, x + x_rest, n))
    if codes is not None:
        error, degrees = split_error(errors, inside, codes)
        p = max(p, float(stats.t.sf((x / n - x_rest / n_rest) / max(error, 1e-12), degrees)))
    rate, excess = share_limits(errors, inside, codes, alone), split_limits(errors, inside, codes, together)
    return JudgedSlice(made, n_search, n, x, n_rest, x_rest, *rate, *excess, p, 1.0)
