"""A metric on some texts with their entities, or on some true entities alone: values with intervals, of all types."""

import numpy as np

from boletim.audit.evidence.rows import Estimate, SubsetEvidence
from boletim.audit.metrics.metric import Metric
from boletim.audit.metrics.spans import needs_predictions
from boletim.audit.settings import Settings
from boletim.audit.statistics.counts import ClassCounts
from boletim.audit.tally.draws import Draws
from boletim.audit.tally.spans import SpanPart, as_span_counts, draw_spans


class SpanEvidence(SubsetEvidence):
    """What the metrics of one subset share.

    Entities of one text or document depend on each other, so there are always clusters: rates are Wilson's with the
    number of entities that clusters leave, macro F1 is resampled.
    """

    _is_exclusive = False
    _drawn = "texts"

    def __init__(self, subset: SpanPart, settings: Settings, draws: Draws) -> None:
        self.subset = subset  # type: ignore[assignment]
        self.settings = settings
        self.counts = as_span_counts(subset.columns.sum(axis=0), len(settings.labels))
        self._is_of_entities = subset.is_of_entities
        self._draws = draws
        self._made = {}

    def estimate(self, metric: Metric) -> Estimate | None:
        """The metric's figures, or None where it asks for predictions and these are true entities alone."""
        return None if self._is_of_entities and needs_predictions(metric) else super().estimate(metric)

    def redrawn(
        self, rng: np.random.Generator, *, is_fixed: bool = True, share: float = 1.0
    ) -> tuple[ClassCounts, ClassCounts]:
        """See `SubsetEvidence`; whole texts are drawn, so no type keeps its number."""
        drawn, expected = draw_spans(self._columns, self.settings.config.bootstrap, rng, share)
        return self._as_counts(drawn), self._as_counts(expected)

    @property
    def _columns(self) -> np.ndarray:
        return self.subset.columns  # type: ignore[attr-defined, no-any-return]

    def _as_counts(self, sums: np.ndarray) -> ClassCounts:
        return as_span_counts(sums, len(self.settings.labels))
