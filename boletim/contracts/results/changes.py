"""What changed between two runs, figure by figure."""

from typing import Literal

from boletim.contracts.measure import Measure
from boletim.contracts.method import Method
from boletim.contracts.record import Record
from boletim.contracts.results.verdict import Verdict

ChangeStatus = Literal["worse", "no worse", "better", "cannot be told", "not judged"]


class Change(Record):
    """One measure in both runs."""

    id: str
    old: float | None
    new: float | None
    n_old: int
    n_new: int
    difference: float | None = None
    """New minus old."""
    low: float | None = None
    high: float | None = None
    method: Method | None = None
    """How the interval was made."""
    p_holm: float | None = None
    """Two-sided, that it is worse beyond the margin by chance alone, after Holm over the comparisons that decide."""
    q: float | None = None
    """Of any difference, after Benjamini-Hochberg over all comparisons."""
    status: ChangeStatus
    """Seen from what is better for this measure, whatever its direction."""


class GateChange(Record):
    """One gate of either run; None where a run has no such gate."""

    gate: str
    """Such as `f1_macro >= 0.8`."""
    old: str | None
    new: str | None


class RunDiff(Record):
    """The whole comparison."""

    old: str
    new: str
    is_same_texts: bool
    """Whether both were audited on the same examples with the same true classes."""
    margin: float
    """What counts as no worse."""
    level: float
    old_verdict: Verdict
    new_verdict: Verdict
    changes: tuple[Change, ...]
    paired: tuple[Measure, ...] = ()
    """On the same examples: `accuracy_change`, `f1_macro_change` and `recall_change` per class, new minus old, with
    McNemar's mid-p and q over all of them; intervals allow for authors. Empty on different examples."""
    gates: tuple[GateChange, ...]
    only_old: tuple[str, ...]
    """Measures that the new run lacks."""
    only_new: tuple[str, ...]
    outcome: Literal["no regression", "regression", "cannot be told"]
