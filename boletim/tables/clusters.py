"""Whose rows depend on each other: read a column of authors or templates, and see when one was forgotten."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from boletim.contracts.errors import DataError
from boletim.tables.read import column_names, table_batches

_ROWS_LOOKED_AT = 20_000
_FEWEST_ROWS, _FEWEST_VALUES, _FEWEST_NAMED, _LONGEST = 40, 25, 5, 60
_LEAST_SHARED = 0.5
_NAMES = {
    *("author", "user", "speaker", "writer", "person", "patient", "annotator", "template", "thread", "conversation"),
    *("session", "document", "doc", "account", "customer", "id", "username", "uid"),
    *("autor", "autora", "usuario", "usuaria", "pessoa", "paciente", "falante", "modelo", "conversa", "cliente"),
}
"""Words in the name of a column whose values are authors or templates even where there are few of them."""
_NO_NAME = re.compile(r"[\d\s:/.,T+-]*")
"""Numbers and dates, which repeat without being anybody's."""


@dataclass(frozen=True)
class Suspect:
    """A column that looks like authors or templates."""

    column: str
    n_values: int
    n_rows: int


def read_clusters(source: str, names: pd.Series, column: str, setting: str = "data.cluster") -> np.ndarray:
    """(n,) object: whose each row is.

    Args:
        source: The file, for the message.
        names: The column as names, its row numbers from 0 in the index; None where missing.
        column: Its name.
        setting: What named it.

    Raises:
        DataError: Some rows lack it; how many, and the first one's number.
    """
    is_missing = names.isna().to_numpy()
    if is_missing.any():
        first = int(names.index[int(is_missing.argmax())]) + 1
        raise DataError(
            "cluster_missing",
            setting=setting,
            column=column,
            n=int(is_missing.sum()),
            first=first,
            again=setting,
            at=source,
        )
    return names.to_numpy(dtype=object)


def suspect_cluster(path: str, used: set[str]) -> Suspect | None:
    """The column, of those that nothing uses, that most looks like authors or templates; None where none does.

    Most of its rows share their value with another row, and there are too many values for a group. Numbers and dates
    count only under a name such as `author_id`, and texts never do. The first 20,000 rows are looked at.

    Args:
        path: Of the data file.
        used: Columns that are text, label, group, score or weight.
    """
    others = [name for name in column_names(path) if name not in used]
    if not others:
        return None
    frame = next(table_batches(path, others, _ROWS_LOOKED_AT))
    found = [suspect for name in others if (suspect := _suspect(frame[name], name)) is not None]
    return max(found, key=lambda one: one.n_values, default=None)


def _suspect(values: pd.Series, name: str) -> Suspect | None:
    known = values.dropna().map(str).str.strip()
    known = known[known != ""]
    if len(known) < _FEWEST_ROWS:
        return None
    counts = known.value_counts()
    is_named = bool(_words(name) & _NAMES)
    is_text = known.str.len().mean() > _LONGEST
    is_number = all(_NO_NAME.fullmatch(value) for value in counts.index[:1000])
    is_shared = counts[counts > 1].sum() >= _LEAST_SHARED * len(known)
    few = _FEWEST_NAMED if is_named else _FEWEST_VALUES
    if is_text or not is_shared or len(counts) < few or (is_number and not is_named):
        return None
    return Suspect(name, len(counts), len(known))


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])", name)}
