"""The card's texts in one language, addressed with dots."""

import string
from collections.abc import Mapping
from typing import Any

from boletim.contracts.errors import InputError
from boletim.contracts.finding import with_interval_or_none
from boletim.contracts.language import Language, load_language
from boletim.contracts.meaning import Meaning
from boletim.contracts.method import Method
from boletim.reports.page.numbers import Numbers


class Words:
    """Looks texts up in a language pack and fills them with numbers as its readers write them."""

    def __init__(self, language: Language, variant: str = "") -> None:
        """Take a pack.

        Args:
            language: The pack.
            variant: Key of texts that go before those of the same key elsewhere, such as `label_sets`.
        """
        self._variant = variant
        self.code = language.code
        self.numbers = Numbers(language.numbers)
        self._content = language.words
        self._filler = _Filler(self.numbers)

    @classmethod
    def of(cls, code: str, variant: str = "") -> "Words":
        """The words of one language.

        Raises:
            InputError: There is no such language.
        """
        return cls(load_language(code), variant)

    def text(self, key: str, /, **values: Any) -> str:
        """The text under a dotted key, its slots filled.

        Args:
            key: Such as `gates.because.pass`.
            values: What the slots hold; numbers are written in the reader's convention.

        Raises:
            InputError: The pack has no such text, or the text has a slot that no value fills.
        """
        template = self.find(key)
        if template is None:
            raise InputError(f"every text of the card is in the language pack, {self.code} lacks words.{key}; add it")
        return self._fill(key, template, values)

    def find(self, key: str) -> str | None:
        """The raw text under a key, None where there is none: for names that users can add to."""
        own = self._look_up(f"{self._variant}.{key}") if self._variant else None
        return own if own is not None else self._look_up(key)

    def _look_up(self, key: str) -> str | None:
        place: Any = self._content
        for part in key.split("."):
            if not isinstance(place, Mapping) or part not in place:
                return None
            place = place[part]
        return place if isinstance(place, str) else None

    def sentence(self, key: str, fallback: str, values: Mapping[str, Any]) -> str:
        """The filled text under a key, or `fallback` where the key is empty or unknown to the pack."""
        template = self.find(key)
        if template is None:
            return fallback
        return self._fill(key, with_interval_or_none(template, values, self.text("findings.no_interval")), values)

    def said(self, key: str, meaning: Meaning) -> str:
        """A meaning in words, those under `key` and its kind; a kind that the pack does not know is quoted as it is."""
        template = self.find(f"{key}.{meaning.kind}")
        if template is not None:
            return self._fill(f"{key}.{meaning.kind}", template, meaning.values)
        values = ", ".join(f"{name}={value}" for name, value in meaning.values.items())
        return self.text("phrases.message", text=f"{meaning.kind} ({values})" if values else meaning.kind)

    def method(self, method: Method | None) -> str:
        """How an interval was made; empty where there is none."""
        return ", ".join(self.said("methods", part) for part in method.parts) if method else ""

    def _fill(self, key: str, template: str, values: Mapping[str, Any]) -> str:
        try:
            return self._filler.vformat(template, (), values)
        except KeyError as error:
            raise InputError(
                f"every slot of a text needs a value, words.{key} of {self.code} has {{{error.args[0]}}} without one; "
                "correct the language pack"
            ) from error


class _Filler(string.Formatter):
    """Fills slots; values are never read as templates."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def format_field(self, value: Any, format_spec: str) -> str:
        """Numbers as the reader writes them; `{p:.3f}` asks for three decimals, `{share:.0%}` for a percentage."""
        if value is None:
            return "–"
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        if isinstance(value, int) and not format_spec:
            return self._numbers.count(value)
        digits = "".join(char for char in format_spec if char.isdigit())
        if format_spec.endswith("%"):
            return self._numbers.percentage(value, int(digits[-1]) if digits else 0)
        return self._numbers.number(value, int(digits[-1]) if digits else _decimals(value))


def _decimals(value: float) -> int:
    """Two decimals, three for small figures that two would blur."""
    return 3 if 0 < abs(value) < 0.1 else 2
