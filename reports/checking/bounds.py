"""How large a card may be: what is beyond is refused before it is read, recomputed or drawn."""

import io
from collections.abc import Iterable, Iterator, Mapping

from boletim.contracts.errors import InputError
from boletim.contracts.results.card import Card
from boletim.contracts.sentence import word

MAX_PAGES = 500
MAX_ATTACHMENTS = 16
MAX_ATTACHED_BYTES = 2**27
MAX_ROWS = 2_000_000
MAX_NAME = 1_000
"""Characters of the name of a class, a group or a column."""


def check_count(what: str, n: int, most: int) -> None:
    """Refuse more than `most`.

    Raises:
        InputError: There are more; the message names the bound.
    """
    if n > most:
        raise InputError("card_large", n_most=most, what=word(what), n=n)


def check_names(card: Card) -> None:
    """Refuse names that take minutes to lay out.

    Raises:
        InputError: A class, a group or a column has a longer name.
    """
    for name in _names(card):
        if len(name) > MAX_NAME:
            raise InputError("card_name", n_max_name=MAX_NAME, name=name[:30], n_name=len(name))


def check_rows(content: bytes) -> None:
    """Refuse predictions of too many rows or columns, as their own header tells.

    Raises:
        InputError: There are more, or it is no parquet file.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        header = parquet.read_metadata(io.BytesIO(content))
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise InputError("predictions_broken") from error
    check_count("rows of predictions", header.num_rows, MAX_ROWS)
    size = sum(header.row_group(i).total_byte_size for i in range(header.num_row_groups))
    check_count("decompressed bytes of predictions", size, MAX_ATTACHED_BYTES)


def _names(card: Card) -> Iterator[str]:
    yield card.name
    yield from card.model.labels
    for measure in card.audit.measures:
        yield from measure.scope
        yield from measure.scope.values()
    yield from _texts(card.audit.facts.model_dump())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from map(str, value)
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, Iterable):
        for one in value:
            yield from _texts(one)
