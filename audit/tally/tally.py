"""What the audit asks of the examples of any kind of answer: their subsets, whether rows are kept or sums alone."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from boletim.audit.tally.crossings import LeftOut
from boletim.contracts.meaning import Reason


class Part(Protocol):
    """Some of the examples, and the scope that names them; what else it holds its kind knows."""

    @property
    def scope(self) -> dict[str, str]:
        """Group column to group; empty for all examples."""

    @property
    def n(self) -> int:
        """Number of examples."""

    @property
    def is_crossed(self) -> bool:
        """Whether group columns meet in it."""

    def speaks_of(self, place: int) -> bool:
        """Whether its group columns say anything of the class in this place; they may say something of some alone."""

    @property
    def absent_because(self) -> Reason:
        """Why a metric of scores has no figure."""

    @property
    def clusters(self) -> np.ndarray | None:
        """(n,) int, cluster code of each example, or None."""

    @property
    def weights(self) -> np.ndarray | None:
        """(n,) float64, how many others each example stands for, or None."""


class Tally(Protocol):
    """All examples, then each group of each column, then the crossings of columns."""

    left_out: tuple[LeftOut, ...]
    """Crossed groups that get no figures."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Any]: ...

    @property
    def everything(self) -> Any:
        """All examples."""

    def spoken_of(self, columns: Sequence[str]) -> np.ndarray | None:
        """(k,) bool, the classes of which these group columns say something; None for all."""

    def group_sizes(self) -> dict[str, dict[str, int]]:
        """Examples per group of each column, by name."""
