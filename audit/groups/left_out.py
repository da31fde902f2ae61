"""What a gap leaves out, and how large the gap may be when that counts too.

Groups with few examples, classes that some group lacks and rows without a group value are shown and not judged. A gap
over the rest is not the gap: what is left out may be served worst. So each gap says what it left out, and the largest
value that the data still allow: every group, however small, takes part with its own interval; the rows without a value
do so as a group of their own, and they may also belong to the other groups, all the right ones to one and all the wrong
ones to another.

References:
    Manski (1989), Anatomy of the Selection Problem, Journal of Human Resources 24:343 (bounds without assumptions about
    what is missing).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from boletim.audit.groups.gaps import GroupFigures, largest_difference, smallest_ratio
from boletim.audit.statistics.proportions import simultaneous_level
from boletim.contracts.results.left_out import LeftOut

if TYPE_CHECKING:
    from boletim.audit.groups.attribute import Attribute

_MOST_NAMED = 5


@dataclass(frozen=True)
class Piece:
    """One metric (of one class) whose groups are compared, and the groups that were."""

    metric: str
    label: str | None
    judged: tuple[str, ...]


def left_out(attribute: "Attribute", pieces: Sequence[Piece], *, is_ratio: bool = False) -> LeftOut | None:
    """What the comparison of these pieces leaves out; None where it leaves out nothing.

    Args:
        attribute: The group column, or several crossed.
        pieces: Every metric and class that the figure is about, judged or not.
        is_ratio: The figure is a smallest ratio and no largest difference.
    """
    found = _named(attribute, pieces)
    if found is None:
        return None
    limit = _smallest_ratio(attribute, pieces) if is_ratio else _largest(attribute, pieces, attribute.settings.level)
    return found.model_copy(update={"limit": limit})


def with_classes(found: LeftOut | None, classes: Sequence[str]) -> LeftOut:
    """The same, and classes that some group compared lacks, of which any value is possible."""
    names = tuple(classes[:_MOST_NAMED])
    return (found or LeftOut()).model_copy(update={"classes": names, "n_classes": len(classes), "limit": None})


def left_out_of_any_value(attribute: "Attribute", pieces: Sequence[Piece]) -> LeftOut | None:
    """The same of a figure of which no limit is known: any value is possible."""
    return _named(attribute, pieces)


def left_out_of_rms(attribute: "Attribute", pieces: Sequence[Piece]) -> LeftOut | None:
    """The same of the root mean square over classes: the largest of every class."""
    found = _named(attribute, pieces)
    if found is None:
        return None
    each = simultaneous_level(attribute.settings.level, len(pieces))
    limits = [limit if (limit := _largest(attribute, [piece], each)) is not None else 1.0 for piece in pieces]
    return found.model_copy(update={"limit": float(np.sqrt(np.mean(np.square(limits))))})


def _named(attribute: "Attribute", pieces: Sequence[Piece]) -> LeftOut | None:
    names = attribute.group_names
    absent = [{name for name in names if name not in piece.judged} for piece in pieces]
    everywhere = set.intersection(*absent)
    known = {name: n for name in everywhere if (n := _size(attribute, pieces, name)) or len(pieces) > 1}
    small = {name: n for name, n in known.items() if not attribute.lacks_value(name)}
    small |= {name: 0 for name in everywhere if name not in known and not attribute.lacks_value(name)}
    n_without = sum(n for name, n in known.items() if attribute.lacks_value(name))
    labels = [p.label for p, gone in zip(pieces, absent, strict=True) if p.label and gone - everywhere]
    classes = list(dict.fromkeys(labels)) if len(pieces) > 1 else []
    n_groups = len(small) + attribute.n_not_computed
    if not (n_groups or classes or n_without):
        return None
    largest = sorted(small.items(), key=lambda item: (-item[1], item[0]))[:_MOST_NAMED]
    return LeftOut(
        groups=dict(largest),
        n_groups=n_groups,
        classes=tuple(classes[:_MOST_NAMED]),
        n_classes=len(classes),
        n_without_group=n_without,
    )


def _size(attribute: "Attribute", pieces: Sequence[Piece], name: str) -> int:
    """Examples of a group: of the class where the figure is about one."""
    if len({piece.label for piece in pieces}) > 1 or pieces[0].label is None:
        return attribute.size_of(name)
    return max(
        (m.n for p in pieces for m in attribute.groups(p.metric, p.label) if attribute.group_of(m) == name), default=0
    )


def _largest(attribute: "Attribute", pieces: Sequence[Piece], level: float) -> float | None:
    sets = [figures for piece in pieces if (figures := _everyone(attribute, piece)) is not None]
    if len(sets) < len(pieces) or attribute.n_not_computed:
        return None
    sets = [figures for figures in sets if len(figures.values) > 1]
    if not sets:
        return 0.0
    hidden = max(_hidden(attribute, figures) for figures in sets)
    limit = min(
        largest_difference(sets, level).high + hidden, max(one.scale.highest - one.scale.lowest for one in sets)
    )
    return limit if np.isfinite(limit) else None


def _smallest_ratio(attribute: "Attribute", pieces: Sequence[Piece]) -> float | None:
    sets = [figures for piece in pieces if (figures := _everyone(attribute, piece)) is not None]
    if len(sets) < len(pieces) or attribute.n_not_computed:
        return None
    if any(attribute.lacks_value(name) for figures in sets for name in figures.names):
        return None
    gap = smallest_ratio(sets, attribute.settings.level)
    return gap.low if gap is not None else None


def _everyone(attribute: "Attribute", piece: Piece) -> GroupFigures | None:
    """The figure in every group, however small; None where a group has none or no interval."""
    measures = attribute.groups(piece.metric, piece.label)
    figures = attribute.figures(piece.metric, [m for m in measures if m.value is not None and m.low is not None])
    missing = set(attribute.group_names) - set(figures.names)
    needed = {name for name in missing if not attribute.lacks_value(name)}
    needed |= {name for name in missing if _size(attribute, [piece], name) > 0}
    return None if needed else figures


def _hidden(attribute: "Attribute", figures: GroupFigures) -> float:
    """How much further apart two groups may be when the rows without a value are theirs."""
    is_unknown = np.array([attribute.lacks_value(name) for name in figures.names], dtype=bool)
    m, n, values = float(figures.n[is_unknown].sum()), figures.n[~is_unknown], figures.values[~is_unknown]
    if not m or not len(n):
        return 0.0
    if not figures.is_proportion:
        return float(2 * (2 * m / (n + m)).max()) * (figures.scale.highest - figures.scale.lowest)
    right = float((figures.values * figures.n)[is_unknown].sum())
    up = (values * n + right) / (n + right) - values
    down = values - values * n / (n + m - right)
    return float(up.max() + down.max())


def shifted(beyond: LeftOut | None, less: float) -> LeftOut | None:
    """The same where a constant was taken from the figure."""
    if beyond is None or beyond.limit is None:
        return beyond
    return beyond.model_copy(update={"limit": beyond.limit - less})
