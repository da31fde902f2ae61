"""What other decision thresholds would do, for tasks with two classes or with any number of labels per example."""

from collections.abc import Iterator

import numpy as np

from boletim.audit.settings import Settings
from boletim.audit.statistics.clustered_limits import share_limits
from boletim.audit.tally.draws import Draws
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import WILSON

THRESHOLDS = tuple(f"0.{tenth}" for tenth in range(1, 10))


def threshold_measures(predictions: Predictions, settings: Settings, draws: Draws) -> Iterator[Measure]:
    """`recall_at_threshold` and its like (precision, false positive rate, selection rate), from 0.1 to 0.9.

    They are those of the second class.

    An example is predicted as the second class when its score reaches the threshold. The table shows what a choice
    would do; a threshold chosen from it looks better on these examples than on new ones. Nothing for three classes or
    more, or without scores.

    Args:
        predictions: At least one example.
        settings: Level, names.
        draws: How the examples hang together.
    """
    if predictions.scores is not None and len(predictions.labels) == 2:
        yield from label_thresholds(
            predictions.labels[1], predictions.gold == 1, predictions.scores[:, 1], settings, draws
        )


def label_thresholds(
    label: str, is_class: np.ndarray, score: np.ndarray, settings: Settings, draws: Draws
) -> Iterator[Measure]:
    """The same for one label that an example has or has not.

    Args:
        label: Its name.
        is_class: (n,) bool, at least one example.
        score: (n,) of the label.
        settings: Level, names.
        draws: How the examples hang together.
    """
    for threshold in THRESHOLDS:
        is_said = score >= float(threshold)
        scope = {"class": label, "threshold": threshold}
        for metric, hits, trials in (
            ("recall_at_threshold", is_said & is_class, is_class),
            ("precision_at_threshold", is_said & is_class, is_said),
            ("false_positive_rate_at_threshold", is_said & ~is_class, ~is_class),
            ("selection_rate_at_threshold", is_said, np.ones_like(is_said)),
        ):
            yield share_at_threshold(metric, scope, hits, trials, settings, draws)


def share_at_threshold(
    metric: str,
    scope: dict[str, str],
    hits: np.ndarray,
    trials: np.ndarray,
    settings: Settings,
    draws: Draws,
) -> Measure:
    """A share of the examples tried, with its interval; undefined, with its reason, where none is.

    Args:
        metric: One that ends in `_threshold`.
        scope: Class, and threshold or group.
        hits: (n,) bool, a part of `trials`.
        trials: (n,) bool.
        settings: Level, names.
        draws: How the examples hang together.
    """
    n = int(trials.sum())
    weight = np.ones(len(trials)) if draws.weights is None else draws.weights
    made = Measure(
        id=settings.id_of(metric, scope),
        metric=metric,
        value=float(weight[hits].sum() / weight[trials].sum()) if n else None,
        n=n,
        higher_is_better=_DIRECTION.get(metric),
        scope=scope,
        undefined_because=None if n else _UNDEFINED[metric],
    )
    if not n:
        return made
    low, high = share_limits(hits, trials, draws.codes, settings.level, draws.weights)
    return made.model_copy(
        update={"low": low, "high": high, "level": settings.level, "method": settings.method(WILSON)}
    )


_DIRECTION = {
    "recall_at_threshold": True,
    "precision_at_threshold": True,
    "false_positive_rate_at_threshold": False,
    "recall_at_group_threshold": True,
    "false_positive_rate_at_group_threshold": False,
}
_UNDEFINED = {
    "recall_at_threshold": Reason.of("no_example_of_class"),
    "precision_at_threshold": Reason.of("predicted_nowhere_at_threshold"),
    "false_positive_rate_at_threshold": Reason.of("no_example_of_others"),
    "false_positive_rate_at_group_threshold": Reason.of("no_example_of_others"),
}
