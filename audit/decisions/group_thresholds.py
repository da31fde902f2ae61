"""One decision threshold for each group: what it would do is reported, the model keeps one threshold for everybody.

Each group's threshold brings its recall on validation data to the recall of all there; what follows from it is judged
on the test set.

References:
    Hardt, Price and Srebro (2016), Equality of opportunity in supervised learning, NeurIPS, sec. 3.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from boletim.audit.decisions.thresholds import share_at_threshold
from boletim.audit.settings import Settings, doubt
from boletim.audit.tally.draws import Draws
from boletim.contracts.examples import Answers
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import VALIDATION


@dataclass(frozen=True)
class OneLabel:
    """What some answers say of one label."""

    of: Answers
    is_class: np.ndarray
    """(n,) bool."""
    score: np.ndarray
    """(n,) in [0, 1]."""
    threshold: float = 0.5
    """From which score on the label is predicted now."""

    @property
    def recall(self) -> float:
        """Of all examples, as it is now."""
        return float(np.average(self.score[self.is_class] >= self.threshold, weights=self.weights(self.is_class)))

    def weights(self, rows: np.ndarray) -> np.ndarray | None:
        """(n_rows,) sampling weights, or None."""
        return None if self.of.weights is None else self.of.weights[rows]


def group_thresholds(
    label: str, test: OneLabel | None, validation: OneLabel | None, settings: Settings, draws: Draws
) -> Iterator[Measure]:
    """`group_threshold` of each group, and recall and false positive rate of the test set's group with it.

    A group with few true examples of the label has its figures with the reason why they are not judged; one with none,
    on either set, has none.

    Args:
        label: Its name.
        test: Where the thresholds are judged; None without scores, as below.
        validation: Answers of the same model, where they are chosen.
        settings: Level, names, smallest group.
        draws: How the test set's examples hang together.
    """
    if test is None or validation is None or not validation.is_class.any():
        return
    wanted = validation.recall
    for column, values in test.of.groups.items():
        for value in sorted({one for one in values if one is not None}):
            chosen_on = validation.is_class & (validation.of.groups[column] == value)
            rows = values == value
            if not chosen_on.any() or not (rows & test.is_class).any():
                continue
            threshold = threshold_of_recall(
                validation.score[chosen_on], wanted, validation.threshold, validation.weights(chosen_on)
            )
            n, scope = int(chosen_on.sum()), {"class": label, column: value}
            yield Measure(
                id=settings.id_of("group_threshold", scope),
                metric="group_threshold",
                value=threshold,
                n=n,
                unit="score",
                scope=scope,
                method=VALIDATION,
                undefined_because=doubt(n, True, settings),
            )
            is_said = test.score >= threshold
            for metric, tried in (
                ("recall_at_group_threshold", rows & test.is_class),
                ("false_positive_rate_at_group_threshold", rows & ~test.is_class),
            ):
                found = share_at_threshold(metric, scope, is_said & tried, tried, settings, draws)
                yield found.model_copy(
                    update={"undefined_because": found.undefined_because or _doubt(found.n, n, settings)}
                )


def threshold_of_recall(score: np.ndarray, wanted: float, now: float, weights: np.ndarray | None = None) -> float:
    """The threshold whose recall is nearest to a wanted one; between equally near ones that nearest to the present one.

    Args:
        score: (n,) of true examples of the label, at least one.
        wanted: Recall in [0, 1].
        now: The present threshold.
        weights: (n,) above 0, or None.

    Returns:
        Half-way between two scores that occur, or 0 (all are found), or just above the largest (none is), at most 1.

    Examples:
        >>> threshold_of_recall(np.array([0.2, 0.4, 0.6, 0.8]), wanted=0.75, now=0.5)
        0.30000000000000004
    """
    found = np.unique(score)
    candidates = np.r_[0.0, (found[:-1] + found[1:]) / 2, min(np.nextafter(found[-1], 2.0), 1.0)]
    order = np.argsort(score, kind="stable")
    each = np.ones(len(score)) if weights is None else weights[order]
    below = np.r_[0.0, np.cumsum(each)][np.searchsorted(score[order], candidates, side="left")]
    off = np.abs(1 - below / each.sum() - wanted)
    best = candidates[off <= off.min() + 1e-9]
    return float(best[np.argmin(np.abs(best - now))])


def _doubt(n_judged: int, n_chosen: int, settings: Settings) -> Reason | None:
    """A figure is as doubtful as the smaller of the two samples that it rests on."""
    return doubt(min(n_judged, n_chosen), True, settings)
