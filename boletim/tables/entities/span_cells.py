"""Cells that hold the entities of a text: lists of tags, or lists of stretches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from boletim.contracts.answers.spans import Span
from boletim.contracts.errors import DataError
from boletim.contracts.sentence import Sentence
from boletim.contracts.tags import Scheme, in_characters, scheme_of, spans_of_tags, split_tag
from boletim.tables.label_names import renamed
from boletim.tables.names import is_missing, name_of

Unit = Literal["tokens", "characters"]
_TYPE_KEYS = ("label", "type", "entity_group", "entity", "tag")


@dataclass(frozen=True)
class SpanColumn:
    """The entities of each row."""

    spans: list[list[Span]]
    """As the file gives them, each once."""
    more: list[list[dict[str, Any]]]
    """What else the file says of each of them."""
    n_tags: list[int | None]
    """Tags of each row; None where it holds stretches."""
    scheme: Scheme | None
    """None where there are no tags."""
    unit: Unit | None
    """None where there is no entity."""


def read_span_column(
    source: str,
    values: pd.Series,
    texts: pd.Series | None,
    given: Mapping[str, str] | None = None,
    like: Scheme | None = None,
) -> SpanColumn:
    """The entities of each row.

    Args:
        source: Named in errors.
        values: (n,) cells as read.
        texts: (n,) texts or lists of tokens; None where the file has none.
        given: Names that the user gave to tags, by their numbers, and to types.
        like: Scheme of the true tags, where these are predicted ones, which may break it; None finds it out.

    Raises:
        DataError: A cell holds neither, a stretch lies outside its text, or there is no tag for each token.
    """
    names = dict(given or {})
    cells = [
        _cell(Sentence("errors.row_of", file=source, row=row), value, str(values.name))
        for row, value in enumerate(values, start=1)
    ]
    tags = [
        _tags(Sentence("errors.row_of", file=source, row=row), cell, str(values.name), names)
        for row, cell in enumerate(cells, start=1)
    ]
    scheme = scheme_of(one for one in tags if one) if any(tags) else None
    scheme = like if like and scheme and scheme != "BIOES" else scheme
    spans: list[list[Span]] = []
    more: list[list[dict[str, Any]]] = []
    unit: Unit | None = None
    for row, (cell, tagged) in enumerate(zip(cells, tags, strict=True), start=1):
        where, text = Sentence("errors.row_of", file=source, row=row), None if texts is None else texts.iloc[row - 1]
        if tagged is not None:
            found = _laid_on(where, spans_of_tags(tagged, scheme or "BIO"), len(tagged), text)
            own: list[dict[str, Any]] = []
            unit = unit or (("characters" if _is_list(text) else "tokens") if found else None)
        else:
            found, own = _stretches(where, cell, _length(text), str(values.name))
            unit = unit or ("characters" if found else None)
        spans.append([span._replace(type=renamed(span.type, names)) for span in found])
        more.append(own or [{} for _ in found])
    return SpanColumn(spans, more, [None if one is None else len(one) for one in tags], scheme, unit)


def _cell(where: str, value: Any, column: str) -> list[Any]:
    if _is_list(value):
        return list(value)
    if is_missing(value):
        raise DataError("no_entities", column=column, at=where)
    raise DataError("entities_list", column=column, value=str(value)[:60], at=where)


def _tags(where: str, cell: list[Any], column: str, names: Mapping[str, str]) -> list[str] | None:
    """The tags of a cell; None where it holds stretches or nothing."""
    if not cell or any(isinstance(one, dict) or _is_list(one) for one in cell):
        return None
    found = []
    for one in cell:
        name = name_of(one) or ""
        name = names.get(name, name)
        if name.isdecimal():
            raise DataError("tags_are_names", column=column, name=name, at=where)
        try:
            split_tag(name)
        except ValueError as error:
            raise DataError("in_column_mend", where=where, column=column, said=error) from error
        found.append(name)
    return found


def _laid_on(where: str, spans: tuple[Span, ...], n_tags: int, text: Any) -> list[Span]:
    """Entities of tags in characters of the tokens, where these are known."""
    if not _is_list(text):
        return list(spans)
    if len(text) != n_tags:
        raise DataError("tags_of_row", n_text=len(text), n_tags=n_tags, at=where)
    return list(in_characters(spans, [str(token) for token in text]))


def _stretches(where: str, cell: list[Any], length: int | None, column: str) -> tuple[list[Span], list[dict[str, Any]]]:
    found: dict[tuple[int, int, str], tuple[Span, dict[str, Any]]] = {}
    for one in cell:
        span, own = _stretch(where, one, column)
        if span.start < 0 or span.end <= span.start or (length is not None and span.end > length):
            beyond = "" if length is None else Sentence("errors.within_text", length=length)
            raise DataError("stretch_ends", column=column, beyond=beyond, start=span.start, end=span.end, at=where)
        found.setdefault(span.key, (span, own))
    return [span for span, _ in found.values()], [own for _, own in found.values()]


def _stretch(where: str, one: Any, column: str) -> tuple[Span, dict[str, Any]]:
    own = dict(one) if isinstance(one, dict) else {}
    if _is_list(one) and len(one) == 3:
        start, end, name = one
    else:
        start, end = own.get("start"), own.get("end")
        name = next((own[key] for key in _TYPE_KEYS if own.get(key) is not None), None)
    is_whole = all(isinstance(place, int | np.integer | float) and float(place).is_integer() for place in (start, end))
    kind = name_of(name) if isinstance(name, str) else None
    if not is_whole or kind is None:
        raise DataError("stretch_written", column=column, one=str(one)[:60], at=where)
    return Span(int(start), int(end), kind), own  # type: ignore[arg-type]


def text_of(cell: Any) -> str:
    """A text, or its tokens joined by a space; empty where the cell is neither."""
    if _is_list(cell):
        return " ".join(map(str, cell))
    return cell if isinstance(cell, str) else ""


def _length(text: Any) -> int | None:
    return len(text_of(text)) if isinstance(text, str) or _is_list(text) else None


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple | np.ndarray)
