"""What mitigations did to the chosen setting, trained again with and without each of them."""

from typing import Literal

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.record import Record

BETWEEN = "; "
"""Stands between the ids of several figures in a finding."""
MitigationVerdict = Literal["improved", "no change", "insufficient evidence", "levelled down", "worse"]


class MitigationRow(Record):
    """The chosen setting under one mitigation."""

    mitigation: str
    """`none`, `gender_swap`, `reweighing`, `both`, `balanced` or `erase`."""
    n_seeds: int
    measures: tuple[Measure, ...] = ()
    """Means over seeds: `f1_macro`, `largest_recall_gap{attribute=…}`, `lowest_recall` and, where texts can be swapped,
    `flip_rate`, each with `{mitigation=…,split=…}`."""
    changes: tuple[Measure, ...] = ()
    """The same minus those of `none`, each named `…_change`, and of each gap `better_recall_change` and
    `worse_recall_change`: of the group that was ahead, and of the one that was behind, where `none` has its largest
    gap. Empty for `none`."""
    verdict: MitigationVerdict | None = None
    """None for `none`, and where nothing was trained."""
    because: Reason | None = None
    """Which change decided; or why nothing was trained."""
    shrank: tuple[str, ...] = ()
    """Ids of the disparities that are shown to be smaller, by the margin or more, such as
    `largest_recall_gap{attribute=gender}`."""
    untold: tuple[str, ...] = ()
    """Ids of what may have changed for the worse by more than the margin, or has no figure: part of the verdict."""


class Leakage(Record):
    """How well a linear reader tells a group from what the last layer sees of a text, before and after `erase`."""

    attribute: str
    chance: float
    """One over the number of groups that the reader knows, a missing one among them: what knowing nothing reaches."""
    before: Measure
    """Mean recall over groups, of validation texts."""
    after: Measure


class MitigationStudy(Record):
    """Mitigations compared on the validation data."""

    n: int
    """Validation examples."""
    n_swapped: int
    """Of them, with a copy whose genders are swapped."""
    rows: tuple[MitigationRow, ...]
    """In the configuration's order."""
    chosen: str
    """The mitigation of the published model; `none` where none was shown to improve."""
    n_small: int = 0
    """Pairs of a class and a group with too few validation examples to be judged."""
    leakage: tuple[Leakage, ...] = ()
    """One per group column, where `erase` is compared."""


class MitigationTest(Record):
    """The chosen mitigation against `none`, on the test data."""

    n: int
    n_swapped: int
    none: MitigationRow
    chosen: MitigationRow
    n_small: int = 0
