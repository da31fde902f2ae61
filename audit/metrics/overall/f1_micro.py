"""Micro F1: with one label per example it equals accuracy (false positives and false negatives are the same)."""

from boletim.audit.metrics.metric import Metric
from boletim.audit.metrics.overall.accuracy import accuracy, parts

METRIC = Metric(
    name="f1_micro",
    kind="overall",
    interval="wilson",
    undefined="no examples",
    of_counts=accuracy,
    parts=parts,
)
