"""A metric on one subset where the model refused to answer some examples.

A refusal is no class: it is counted beside them and then left out, so that means over classes are over those that occur
among the true and the given answers.
"""

import numpy as np
from scipy import sparse

from boletim.audit.evidence.rows import SubsetEvidence
from boletim.audit.settings import Settings
from boletim.audit.statistics.counts import ClassCounts, confusion, counts_of, without_refusals
from boletim.audit.tally.clusters import as_counts, indicators
from boletim.audit.tally.draws import Draws
from boletim.audit.tally.subsets import Subset


class RefusedEvidence(SubsetEvidence):
    """What the metrics of one subset share; `cells` have a last row and column for refusals, counts have not."""

    def __init__(self, subset: Subset, settings: Settings, draws: Draws) -> None:
        self.subset, self.settings, self._draws = subset, settings, draws
        self.cells = confusion(subset.gold, subset.predicted, self._n_places(settings))
        self.counts = without_refusals(counts_of(self.cells))
        self._made = {}

    def redrawn(
        self, rng: np.random.Generator, *, is_fixed: bool = True, share: float = 1.0
    ) -> tuple[ClassCounts, ClassCounts]:
        """See `SubsetEvidence`."""
        drawn, expected = super().redrawn(rng, is_fixed=is_fixed, share=share)
        return without_refusals(drawn), without_refusals(expected)

    @property
    def _columns(self) -> np.ndarray | sparse.spmatrix:
        return indicators(self.subset.gold, self.subset.predicted, self._n_places(self.settings))

    def _as_counts(self, sums: np.ndarray) -> ClassCounts:
        return without_refusals(as_counts(sums, self._n_places(self.settings)))

    @staticmethod
    def _n_places(settings: Settings) -> int:
        return len(settings.labels) + 1
