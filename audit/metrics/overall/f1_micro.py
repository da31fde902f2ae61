"""Micro F1: with one label per example it equals accuracy (false positives and false negatives are the same)."""

from boletim.audit.metrics.metric import Metric
from boletim.audit.metrics.overall.accuracy import accuracy, parts
from boletim.contracts.meaning import Reason

METRIC = Metric(
    name="f1_micro",
    kind="overall",
    interval="wilson",
    undefined=Reason.of("no_examples"),
    of_counts=accuracy,
    parts=parts,
)
