"""The metrics of an audit where an example has any number of labels.

Those of one label are the metrics of one class; here are the others, which count whole sets.

References:
    Tsoumakas, Katakis and Vlahavas (2010), Mining multi-label data, Data Mining and Knowledge Discovery Handbook,
    ch. 34, sec. 7 (the example-based and label-based measures).
"""

import numpy as np

from boletim.audit.metrics.metric import Metric, find_metric
from boletim.audit.statistics.average_precision import one_vs_rest_precision
from boletim.audit.statistics.calibration import bins_of, debiased_calibration_error, expected_calibration_error
from boletim.audit.statistics.counts import ClassCounts, divide
from boletim.audit.statistics.influence import Influenced
from boletim.audit.tally.sets import SetCounts
from boletim.contracts.meaning import Reason

_PER_LABEL = (
    "average_precision",
    "f1",
    "false_positive_rate",
    "precision",
    "recall",
    "roc_auc",
    "selection_rate",
    "support",
)


def exact_parts(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """Examples with exactly their labels, and examples, (...)."""
    return _sets(counts).n_exact, counts.n


def subset_accuracy(counts: ClassCounts) -> np.ndarray:
    """Share of examples whose predicted labels are exactly the true ones, (...) in [0, 1]; higher is better."""
    return divide(*exact_parts(counts))


def f1_micro(counts: ClassCounts) -> np.ndarray:
    """F1 of all decisions together, (...) in [0, 1], higher is better; NaN where no label is true or predicted."""
    return divide(2 * counts.hits.sum(axis=-1), counts.gold.sum(axis=-1) + counts.predicted.sum(axis=-1))


def f1_samples(counts: ClassCounts) -> np.ndarray:
    """Mean over examples of each one's own F1, (...) in [0, 1], higher is better; NaN without examples.

    An example that has no label and gets none counts 0, as in scikit-learn unless `zero_division` is set.
    """
    return divide(_sets(counts).f1_sum, counts.n)


def hamming_loss(counts: ClassCounts) -> np.ndarray:
    """Share of all decisions (examples times labels) that are wrong, (...) in [0, 1], lower is better."""
    wrong = counts.gold.sum(axis=-1) + counts.predicted.sum(axis=-1) - 2 * counts.hits.sum(axis=-1)
    return divide(wrong, np.asarray(counts.n) * counts.gold.shape[-1])


def macro_precision(gold: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> Influenced:
    """Mean average precision over the labels that have examples, with each example's influence on it."""
    each = one_vs_rest_precision(gold, scores, weights)
    known = np.flatnonzero(~np.isnan(each.values))
    if not len(known):
        return Influenced(np.full(1, np.nan), np.zeros((len(gold), 1)), np.zeros(1, dtype=np.int64))
    influence = each.influence[:, known].mean(axis=1, keepdims=True)
    return Influenced(each.values[known].mean(keepdims=True), influence, each.n_smaller[known].min(keepdims=True))


def average_precision_macro(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Mean average precision over the labels that have examples, () in [0, 1], higher is better."""
    return np.asarray(macro_precision(gold, scores).values[0])


def label_calibration_error(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Per label, mean distance of its probability and its frequency over 15 bins, (k,) in [0, 1]; lower is better."""
    bins = (bins_of(scores[:, place], gold[:, place]) for place in range(scores.shape[1]))
    return np.array([expected_calibration_error(one) for one in bins])


def label_calibration_error_debiased(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The same as a root mean square without its bias, (k,) in [0, 1], lower is better; groups can be compared."""
    bins = (bins_of(scores[:, place], gold[:, place]) for place in range(scores.shape[1]))
    return np.array([debiased_calibration_error(one) for one in bins])


def label_set_metrics() -> tuple[Metric, ...]:
    """Every metric of such an audit: of whole sets, then of each label."""
    nothing = Reason.of("no_examples")
    return (
        Metric("accuracy", "overall", "wilson", nothing, of_counts=subset_accuracy, parts=exact_parts),
        find_metric("f1_macro"),
        Metric("f1_micro", "overall", "bootstrap", Reason.of("no_label_true_or_predicted"), of_counts=f1_micro),
        Metric("f1_samples", "overall", "bootstrap", nothing, of_counts=f1_samples, unit="score"),
        Metric("hamming_loss", "overall", "bootstrap", nothing, of_counts=hamming_loss, higher_is_better=False),
        find_metric("roc_auc_macro"),
        Metric(
            "average_precision_macro",
            "overall",
            "influence",
            Reason.of("no_label_has_examples"),
            of_scores=average_precision_macro,
            of_influence=macro_precision,
        ),
        *(find_metric(name) for name in _PER_LABEL),
        Metric(
            "label_calibration_error",
            "per class",
            "bins",
            nothing,
            of_scores=label_calibration_error,
            of_bins=expected_calibration_error,
            unit="score",
            higher_is_better=False,
        ),
        Metric(
            "label_calibration_error_debiased",
            "per class",
            "bins",
            nothing,
            of_scores=label_calibration_error_debiased,
            of_bins=debiased_calibration_error,
            unit="score",
            higher_is_better=False,
        ),
    )


def _sets(counts: ClassCounts) -> SetCounts:
    if not isinstance(counts, SetCounts):
        raise TypeError(f"metrics of label sets need SetCounts, got {type(counts).__name__}; count with count_sets")
    return counts
