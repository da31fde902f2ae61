"""Names that the user gives to classes, and whether labels and predictions speak the same names."""

import re
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from boletim.contracts.errors import DataError
from boletim.contracts.name_order import in_order
from boletim.contracts.sentence import Joined, Sentence

_NUMBERED = re.compile(r"(?:label|class)_(\d+)", re.IGNORECASE)
_TRUTH = {"true": "1", "false": "0"}
_MOST_SHOWN = 10


def renamed(name: str, given: Mapping[str, str]) -> str:
    """The name that the user gave to a class, else the class's own.

    A key `1` also stands for `LABEL_1`, and 1 and 0 for true and false, unless these are keys themselves. A name that
    differs from a given one in capitals alone is that one.

    >>> [renamed(name, {"1": "good", "0": "bad"}) for name in ("1", "LABEL_0", "True", "GOOD", "other")]
    ['good', 'bad', 'good', 'good', 'other']
    """
    if not given:
        return name
    if name in given:
        return given[name]
    if name in given.values():
        return name
    number = _number_of(name)
    if number is not None and number in given:
        return given[number]
    for key, target in given.items():
        if name.casefold() in (key.casefold(), target.casefold()):
            return target
    return name


def rename_all(values: pd.Series, given: Mapping[str, str]) -> pd.Series:
    """Categorical names under the names that the user gave."""
    if not given:
        return values
    names = [renamed(name, given) for name in values.cat.categories]
    known = sorted(set(names))
    codes = [known.index(name) for name in names]
    table = [*codes, -1]
    return pd.Series(
        pd.Categorical.from_codes(
            [table[code] for code in values.cat.codes.to_numpy()], categories=pd.Index(known, dtype=object)
        )
    )


def check_same_names(source: str, gold: Iterable[str], said: Iterable[str], label: str, predicted: str) -> None:
    """Refuse labels and predictions that name the same classes differently.

    They do where no name is common to both, or where one that only one side has differs from one of the other side in
    capitals, in `LABEL_`, or in being true or false, alone.

    Raises:
        DataError: Both lists and the mapping to type.
    """
    first, second = in_order(gold), in_order(said)
    if not first or not second:
        return
    alike = {_key(name): name for name in first}
    only_first, only_second = set(first) - set(second), set(second) - set(first)
    is_twin = any(_key(name) in alike for name in only_second) or bool(
        {_key(name) for name in only_first} & {_key(name) for name in second}
    )
    if is_twin or not set(first) & set(second):
        raise DataError(
            "other_names",
            label=label,
            names=_shown(first),
            predicted=predicted,
            others=_shown(second),
            how=mapping_to_type(first, second),
            at=source,
        )


def mapping_to_type(first: Sequence[str], second: Sequence[str]) -> str:
    """What the user may type so that two lists of names agree."""
    keys = {_key(name): name for name in second}
    pairs = [(name, keys[_key(name)]) for name in first if _key(name) in keys and keys[_key(name)] != name]
    if not pairs and len(first) == len(second):
        numbers, names = (second, first) if _are_numbers(second) and not _are_numbers(first) else (first, second)
        pairs = list(zip(numbers, names, strict=True))
    if not pairs:
        return Sentence("errors.rename_side")
    typed = " ".join(f"--label-name {_quoted(f'{name}={other}')}" for name, other in pairs[:_MOST_SHOWN])
    return Sentence("errors.add_names", typed=typed)


def _key(name: str) -> str:
    plain = name.casefold()
    return _number_of(plain) or plain


def _number_of(name: str) -> str | None:
    found = _NUMBERED.fullmatch(name)
    if found:
        return found[1]
    return _TRUTH.get(name.casefold())


def _are_numbers(names: Iterable[str]) -> bool:
    return all(re.fullmatch(r"-?\d+(\.\d+)?|(?i:label_\d+|true|false)", name) for name in names)


def _shown(names: Sequence[str]) -> str:
    more = [Sentence("errors.and_n_more", n=len(names) - _MOST_SHOWN)] if len(names) > _MOST_SHOWN else []
    return Joined([", ".join(name[:60] for name in names[:_MOST_SHOWN]), *more], "")


def _quoted(text: str) -> str:
    return f"'{text}'" if re.search(r"[^\w=.-]", text) else text
