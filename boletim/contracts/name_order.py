"""The order in which classes are listed."""

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once: as numbers where all are numbers, else as texts.

    >>> in_order(["10", "9", "1"]), in_order(["b", "10", "9"])
    (('1', '9', '10'), ('10', '9', 'b'))
    """
    distinct = sorted(set(names))
    if all(_NUMBER.fullmatch(name) for name in distinct):
        distinct.sort(key=float)
    return tuple(distinct)
