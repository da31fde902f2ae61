"""What every part of one audit works with."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from boletim.contracts.configuration import AuditConfig
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import measure_id
from boletim.contracts.method import (
    BOOTSTRAP,
    BOOTSTRAP_EFFECTIVE,
    BOOTSTRAP_OF_EXAMPLES,
    BOUNDED,
    BOUNDED_CLUSTERS,
    CLUSTER_BOOTSTRAP,
    NEWCOMBE,
    NEWCOMBE_EFFECTIVE,
    NORMAL,
    ONE_ERROR,
    PAIRED,
    SKEWED,
    SKEWED_CLUSTERS,
    T_CLUSTERS,
    WEIGHTED,
    WILSON,
    WILSON_EFFECTIVE,
    Method,
    T,
)
from boletim.contracts.results.facts import AuditSettings

MISSING = "(missing)"
"""Name of the group of examples whose group value is missing: shown, never judged."""
NO_SCORES = Reason.of("no_scores")


_CLUSTERED = {
    WILSON: WILSON_EFFECTIVE,
    BOOTSTRAP: BOOTSTRAP_EFFECTIVE,
    BOOTSTRAP_OF_EXAMPLES: BOOTSTRAP_EFFECTIVE,
    NEWCOMBE + PAIRED: NEWCOMBE_EFFECTIVE + PAIRED,
    NORMAL: T_CLUSTERS,
    SKEWED: SKEWED_CLUSTERS,
    BOUNDED: BOUNDED_CLUSTERS,
}
"""Methods that clusters change and do not replace."""


@dataclass(frozen=True)
class Settings:
    """The configuration, the seed and the names of one audit."""

    config: AuditConfig
    seed: int
    labels: tuple[str, ...]
    attributes: tuple[str, ...]
    """Names of the group columns."""
    is_clustered: bool = False
    is_weighted: bool = False

    @property
    def level(self) -> float:
        """Confidence level of every interval."""
        return self.config.level

    @property
    def is_complex_sample(self) -> bool:
        """Whether examples depend on each other or count unequally, so that counts alone tell no uncertainty."""
        return self.is_clustered or self.is_weighted

    def id_of(self, metric: str, scope: Mapping[str, str]) -> str:
        """Canonical id of a measure."""
        return measure_id(metric, scope, self.attributes)

    def generator(self, name: str) -> np.random.Generator:
        """Randomness that depends on the seed and the name alone, not on what was drawn before."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode("utf-8"))])

    def described(self, n_tests: int) -> AuditSettings:
        """What audit.json says of how it was made.

        Args:
            n_tests: Size of the family of tests.
        """
        config = self.config
        return AuditSettings(
            level=config.level,
            margin=config.margin,
            bootstrap=config.bootstrap,
            min_group=config.min_group,
            intersections=config.intersections,
            metrics=tuple(config.metrics),
            seed=self.seed,
            family_size=n_tests,
            fdr=round(1 - config.level, 12),
            is_clustered=self.is_clustered,
            is_weighted=self.is_weighted,
        )

    @property
    def loss_method(self) -> Method:
        """How the interval of a mean loss is made, which clusters widen and do not replace."""
        base = (T_CLUSTERS if self.is_clustered else T) + ONE_ERROR
        return base + WEIGHTED if self.is_weighted else base

    def method(self, plain: Method) -> Method:
        """How an interval is made in this audit: clusters replace the plain method and weights add to it."""
        base = _CLUSTERED.get(plain, CLUSTER_BOOTSTRAP) if self.is_clustered else plain
        return base + WEIGHTED if self.is_weighted else base


def doubt(n: int, has_interval: bool, settings: Settings) -> Reason | None:
    """Why a figure is shown and not judged; None when it is judged."""
    least = settings.config.min_group
    if n < least:
        return Reason.of("below_min_group", n=n, least=least)
    return None if has_interval else Reason.of("one_class_no_interval")
