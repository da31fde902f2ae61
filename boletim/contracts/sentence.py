"""A sentence for people: a key and typed values, which the language packs turn into words.

As a `str` it is English, so that it can be printed, tested and logged like any other; whoever speaks to a reader asks
for `in_language`. The words of a key stand under it in `boletim/languages/<code>/words/`: those of errors in
`errors.yaml`, those of status lines and summaries in `terminal.yaml`. What is no key is said as it stands: plug-ins of
other packages may raise a plain sentence, or bring words of their own (entry point `boletim.words`).
"""

import re
import string
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Self

from boletim.contracts.agreement import agreed

_ENGLISH = "en"
_OWN = ("errors", "terminal")
"""Files that hold the program's own sentences."""


class Sentence(str):
    """What the program says, in English as a `str` and in any language by its key."""

    key: str
    values: Mapping[str, object]

    def __new__(cls, key: str, /, **values: object) -> Self:
        """Say what stands under a key.

        Args:
            key: Dotted, such as `errors.no_rows`.
            values: What fills the slots. A slot called `n` or `n_…` is a number or an interval and is written as its
                reader writes numbers; a value that is a sentence or an error itself is said in the same language.
                `{names!j}` joins a list with commas.
        """
        made = super().__new__(cls, _said(key, values, _ENGLISH))
        made.key, made.values = key, values
        return made

    def in_language(self, code: str) -> str:
        """The sentence as a reader of this language reads it."""
        return str(self) if code == _ENGLISH else _said(self.key, self.values, code)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.key, dict(self.values))


def _again(key: str, values: dict[str, object]) -> Sentence:
    return Sentence(key, **values)


def in_language(text: object, code: str) -> str:
    """A sentence, or an error that carries one, in a language; anything else as it stands."""
    sentence = getattr(text, "sentence", text)
    return sentence.in_language(code) if isinstance(sentence, Sentence) else str(text)


class Joined(Sentence):
    """Several sentences after each other."""

    def __new__(cls, parts: Iterable[str], by: str = "\n") -> Self:
        """Put them below each other, or with something else `by` which they are joined."""
        kept = tuple(parts)
        made = str.__new__(cls, by.join(kept))
        made.key, made.values = by, {"parts": kept}
        return made

    def in_language(self, code: str) -> str:
        """Each part as a reader of this language reads it."""
        return self.key.join(in_language(part, code) for part in self.values["parts"])  # type: ignore[attr-defined]

    def __reduce__(self) -> tuple[Any, ...]:
        return Joined, (self.values["parts"], self.key)


class _AsItIs:
    """Keeps a sentence that a record holds what it is, where pydantic would make a plain `str` of it."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        def keep(value: Any, inner: Any) -> Any:
            return value if isinstance(value, Sentence) else inner(value)

        return core_schema.no_info_wrap_validator_function(keep, handler(source))


Said = Annotated[str, _AsItIs()]
"""The type of a record's field that holds a sentence."""


def word(text: str) -> str:
    """A word of the program, such as a verdict or a stage, to be said in any language; others stand as they are."""
    key = f"terminal.word.{re.sub(r'[^a-zA-Z0-9]+', '_', text)}"
    return Sentence(key) if template_of(key, _ENGLISH) is not None else text


def to_plain(text: object) -> Any:
    """A sentence as JSON-able values, for another process of this program."""
    if isinstance(text, Joined):
        return {"by": text.key, "parts": [to_plain(part) for part in text.values["parts"]]}  # type: ignore[attr-defined]
    sentence = getattr(text, "sentence", text)
    if isinstance(sentence, Sentence):
        return {"key": sentence.key, "values": {name: to_plain(value) for name, value in sentence.values.items()}}
    if isinstance(text, Iterable) and not isinstance(text, str | bytes):
        return [to_plain(item) for item in text]
    return text if isinstance(text, str | int | float | None) else str(text)


def from_plain(plain: Any) -> Any:
    """The sentence that another process said."""
    if isinstance(plain, list):
        return [from_plain(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    if plain.keys() == {"by", "parts"}:
        return Joined(from_plain(plain["parts"]), plain["by"])
    if plain.keys() != {"key", "values"}:
        return {name: from_plain(value) for name, value in plain.items()}
    return Sentence(plain["key"], **{name: from_plain(value) for name, value in plain["values"].items()})


def _said(key: str, values: Mapping[str, object], code: str) -> str:
    template = template_of(key, code)
    if template is None:
        return key.removeprefix("errors.")
    spoken = _language(code)
    return _Filler(code).vformat(agreed(template, values, spoken), (), values)


def template_of(key: str, code: str) -> str | None:
    """The words of a key, in English where the language lacks them; None where nobody has them."""
    if code == _ENGLISH and (own := _english().get(key)) is not None:
        return own
    if " " in key:
        return None
    found = _look_up(_words(code), key)
    return found if found is not None or code == _ENGLISH else template_of(key, _ENGLISH)


@cache
def _english() -> dict[str, str]:
    """Boletim's own, read without the packs of others, so that what is wrong with those can be said."""
    import yaml  # nothing is said where all goes well, and `boletim --help` answers at once

    folder = files("boletim.languages") / _ENGLISH / "words"
    texts = [(folder / f"{part}.yaml").read_text(encoding="utf-8") for part in _OWN]
    return {key: said for text in texts for key, said in flat(yaml.load(text, Loader=yaml.CSafeLoader))}


def _words(code: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _language(code).words
    return found


def _language(code: str) -> Any:
    from boletim.contracts.language import load_language  # raises errors, which are sentences

    return load_language(code)


def flat(table: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """The texts of nested mappings with their dotted keys."""
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        found += flat(value, f"{before}{name}.") if isinstance(value, Mapping) else [(before + name, value)]
    return found


def _look_up(table: Mapping[str, Any], key: str) -> str | None:
    place: Any = table
    for part in key.split("."):
        place = place.get(part) if isinstance(place, Mapping) else None
    return place if isinstance(place, str) else None


class _Filler(string.Formatter):
    """Fills slots; what fills them is never read as a template."""

    def __init__(self, code: str) -> None:
        self._code = code

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        """A slot's value: a sentence in the language that is spoken, a number to be written as it writes numbers."""
        value, used = super().get_field(field_name, args, kwargs)
        if isinstance(value, Sentence) or hasattr(value, "sentence"):
            value = in_language(value, self._code)
        is_named = field_name.partition("_")[0] == "n"
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if self._code != _ENGLISH and (is_named or is_number):
            value = _Number(value, self._code, is_named)
        return value, used

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        """`!j` joins a list."""
        if conversion == "j":
            return ", ".join(in_language(item, self._code) for item in value)
        if conversion is not None and isinstance(value, _Number):
            value = value.value
        return super().convert_field(value, conversion)  # type: ignore[arg-type]


class _Number:
    """A number, or an interval as a text, written as a language writes it; without a format as it was typed."""

    def __init__(self, value: object, code: str, is_always: bool) -> None:
        self.value, self._code, self._is_always = value, code, is_always

    def __format__(self, spec: str) -> str:
        from boletim.contracts.language import load_language

        signs, written = load_language(self._code).numbers, format(self.value, spec)
        if not (spec or self._is_always):
            return written
        if signs.decimal == ",":
            written = written.replace(", ", "; ")
        return written.translate({ord("."): signs.decimal, ord(","): signs.thousands})
