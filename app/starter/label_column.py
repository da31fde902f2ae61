"""Which column of a table is most likely the label."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from boletim.app.starter.words import is_called, words, words_of

MOST_CLASSES, FEWEST_ROWS = 50, 12
_FEWEST_SIBLINGS = 3
_VOTE = re.compile(r"\d")

Named = Mapping[str, "pd.Series | None"]
"""Each column's names, None where its cells are no names."""


@dataclass(frozen=True)
class LabelColumn:
    """The column, and why it was taken."""

    column: str
    why: str
    """Key into the notes of words.yaml."""
    others: tuple[str, ...] = ()
    """Columns that could be the label as well."""
    siblings: tuple[str, ...] = ()
    """Columns that look like one label each, this one among them."""
    has_votes: bool = False
    """Its values count votes: every number above 0 is the same answer."""


def label_column(named: Named, text: str | None) -> LabelColumn | None:
    """The column that is most likely the label; None where no column can be one.

    A column can be the label where it has 2 to 50 values, each in 12 rows or more, and is not called a group or a
    split. A name that says label goes before one that says outcome, then rating, then any; of several columns of votes
    the one with the most votes is taken.
    """
    siblings = _siblings(named, text)
    open_to = {
        column: _merged(values) if column in siblings else values
        for column, values in named.items()
        if column != text and values is not None
    }
    fit = [column for column, values in open_to.items() if _can_be_label(column, values)]
    if not fit:
        return None
    ranks = {column: _rank(column, open_to[column], column in siblings) for column in fit}
    fit.sort(key=lambda column: ranks[column])
    best = fit[0]
    why = ("label", "label", "outcome", "rating", "full")[ranks[best][0]]
    is_sibling = best in siblings
    others = tuple(column for column in fit[1:] if not (is_sibling and column in siblings))
    values = named[best]
    assert values is not None
    has_votes = is_sibling and len(values.cat.categories) > 2
    return LabelColumn(
        best,
        "why_votes" if has_votes else f"why_{why}",
        others,
        siblings if is_sibling else (),
        has_votes=has_votes,
    )


def _siblings(named: Named, text: str | None) -> tuple[str, ...]:
    """Three columns or more of the same small numbers from 0: one label each, as yes or no or as votes."""
    numbered = {
        column: set(values.cat.categories)
        for column, values in named.items()
        if column != text and values is not None and not is_called(column, "group") and not is_called(column, "label")
    }
    counts = [column for column, names in numbered.items() if "0" in names and len(names) > 1 and _are_votes(names)]
    return tuple(counts) if len(counts) >= _FEWEST_SIBLINGS else ()


def _are_votes(names: set[str]) -> bool:
    return all(_VOTE.fullmatch(name) for name in names)


def _merged(values: pd.Series) -> pd.Series:
    return pd.Series(pd.Categorical((values != "0").where(values.notna()).map({True: "1", False: "0"})))


def _can_be_label(column: str, values: pd.Series) -> bool:
    if is_called(column, "group") or is_called(column, "split"):
        return False
    return 2 <= len(values.cat.categories) <= MOST_CLASSES and values.value_counts().min() >= FEWEST_ROWS


def _rank(column: str, values: pd.Series, is_sibling: bool) -> tuple[int, int, bool, float]:
    """By its name first, then by how full its rarest class is, or by its votes; the smallest is the best."""
    held, known = words_of(column), words()
    counts = values.value_counts()
    fill = -float(counts.get("1", 0) if is_sibling else counts.min() * len(counts) / counts.sum())
    place = min((known["label"].index(word) for word in held & set(known["label"])), default=0)
    tier = 4
    if column.casefold().strip() in known["label"]:
        tier = 0
    elif held & set(known["label"]):
        tier = 1
    elif held & set(known["outcome"]) and len(counts) == 2:
        tier = 2
    elif held & set(known["rating"]):
        tier = 3
    return tier, place, not held & set(known["gold"]), fill


def shares_names(one: pd.Series, other: pd.Series) -> float:
    """Share of the second column's names that the first one has too."""
    names: Sequence[str] = list(other.cat.categories)
    return sum(name in set(one.cat.categories) for name in names) / max(len(names), 1)
