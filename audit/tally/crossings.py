"""Which crossings of group columns get figures, so that their number cannot explode.

Three columns of ten groups have a thousand crossings, and most hold a handful of examples. The crossings of few columns
come first, and of one set of columns the largest; what is left out is counted and named, never dropped in silence.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

MOST_OF_ONE = 200
"""Crossed groups of one set of columns that get figures."""
MOST_IN_ALL = 1_000
"""Crossed groups that get figures, of all sets of columns together."""


@dataclass(frozen=True)
class LeftOut:
    """Crossed groups of one set of columns that get no figures."""

    columns: tuple[str, ...]
    n_groups: int
    n_examples: int


def column_sets(columns: Iterable[str], depth: int) -> Iterator[tuple[str, ...]]:
    """Each column alone, then each two, up to `depth` of them, in the order given."""
    names = tuple(columns)
    for size in range(1, min(depth, len(names)) + 1):
        yield from combinations(names, size)


class CrossingBudget:
    """Counts the crossed groups that have been taken."""

    def __init__(self) -> None:
        self._n_taken = 0
        self.left_out: list[LeftOut] = []

    def choose(self, columns: tuple[str, ...], sizes: Sequence[int]) -> list[int]:
        """Places of the groups that get figures, in increasing order.

        Args:
            columns: The columns that are crossed; one column is no crossing, and all its groups are taken.
            sizes: Examples of each crossed group.
        """
        if len(columns) == 1:
            return list(range(len(sizes)))
        most = min(MOST_OF_ONE, MOST_IN_ALL - self._n_taken)
        largest = sorted(range(len(sizes)), key=lambda place: (-sizes[place], place))
        chosen = sorted(largest[:most])
        self._n_taken += len(chosen)
        if len(chosen) < len(sizes):
            n_examples = int(sum(sizes[place] for place in largest[most:]))
            self.left_out.append(LeftOut(columns, len(sizes) - len(chosen), n_examples))
        return chosen
