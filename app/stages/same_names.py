"""A model and labelled rows made apart, brought to speak the same names."""

from collections.abc import Iterable, Mapping

import pandas as pd

from boletim.contracts.answers.label_sets import is_label_set, names_of, write_labels
from boletim.contracts.corpus import LABEL
from boletim.contracts.errors import DataError
from boletim.contracts.name_order import in_order
from boletim.contracts.sentence import Joined, Sentence
from boletim.tables.label_names import mapping_to_type, renamed

_MOST_SAID = 10


def same_names(
    labels: tuple[str, ...], frame: pd.DataFrame, given: Mapping[str, str]
) -> tuple[tuple[str, ...], pd.DataFrame, list[str]]:
    """A model's classes under the user's names, the frame with its labels under these, and what is to be said of both.

    Numbers are matched to the model's classes by their places.

    Args:
        labels: The model's.
        frame: Labelled rows.
        given: Names that the user gave to classes.

    Raises:
        DataError: The data name the model's classes otherwise; both lists and the mapping to type.
    """
    named, lines = tuple(renamed(label, given) for label in labels), list[str]()
    if len(set(named)) < len(named):
        raise DataError("names_merge", named=list(named), labels=list(labels))
    if named != labels:
        lines.append(Sentence("terminal.data.model_labels", pairs=_pairs(labels, named)))
    held = {name for row in frame[LABEL] for name in names_of(row)}
    unknown = held - set(named)
    places = {str(place): label for place, label in enumerate(named)}
    if unknown and held <= set(places):
        lines.append(Sentence("terminal.data.by_number", pairs=_pairs(places, places.values())))
        texts = {row: _with_names(row, places) for row in frame[LABEL].unique()}
        return named, frame.assign(**{LABEL: frame[LABEL].map(texts).astype(object)}), lines
    if unknown:
        how = mapping_to_type(in_order(held), in_order(named))
        raise DataError("model_names", named=list(named), others=list(in_order(unknown))[:5], how=how)
    return named, frame, lines


def _with_names(row: str, names: dict[str, str]) -> str:
    return write_labels(names[name] for name in names_of(row)) if is_label_set(row) else names[row]


def _pairs(first: Iterable[str], second: Iterable[str]) -> str:
    pairs = [Sentence("terminal.data.pair", one=one, other=other) for one, other in zip(first, second, strict=True)]
    more = [Sentence("errors.and_n_more", n=len(pairs) - _MOST_SAID)] if len(pairs) > _MOST_SAID else []
    return Joined([Joined(pairs[:_MOST_SAID], ", "), *more], "")
