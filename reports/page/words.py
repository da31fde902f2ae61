"""The card's texts in one language, addressed with dots."""

import re
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from boletim.contracts.agreement import agreed
from boletim.contracts.errors import InputError
from boletim.contracts.finding import Finding
from boletim.contracts.language import Language, load_language
from boletim.contracts.meaning import Meaning, Reason, Value, message
from boletim.contracts.measure import parse_measure_id
from boletim.contracts.method import Method
from boletim.contracts.results.left_out import LeftOut
from boletim.contracts.results.mitigations import BETWEEN
from boletim.reports.page.numbers import Numbers
from boletim.reports.page.shorten import shorten

_INTERVAL = re.compile(r"\(\{low[^{}]*\} [^{}]+ \{high[^{}]*\}\)")


class Words:
    """Looks texts up in a language pack and fills them with numbers as its readers write them."""

    def __init__(self, language: Language, variant: str = "", margin: float | None = None) -> None:
        """Take a pack.

        Args:
            language: The pack.
            variant: Key of texts that go before those of the same key elsewhere, such as `label_sets`.
            margin: What gaps are judged against; none of their limits is printed as if it were that, unless it is.
        """
        self._variant = variant
        self.code = language.code
        self.numbers = Numbers(language.numbers, margin)
        self._content = language.words
        self._language = language
        self._filler = _Filler(self.numbers)

    @classmethod
    def of(cls, code: str, variant: str = "", margin: float | None = None) -> "Words":
        """The words of one language.

        Raises:
            InputError: There is no such language.
        """
        return cls(load_language(code), variant, margin)

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
            raise InputError("words_lack", code=self.code, key=key)
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

    def said(self, key: str, meaning: Meaning) -> str:
        """A meaning in words, those under `key` and its kind; a kind that the pack does not know is quoted as it is."""
        template = self.find(f"{key}.{meaning.kind}")
        if template is not None:
            return self._fill(f"{key}.{meaning.kind}", template, self.named(meaning.values))
        return self.reason(message(str(meaning)))

    def reason(self, reason: Reason | None) -> str:
        """Why something is as it is; empty where there is no reason."""
        return self.said("because", reason) if reason else ""

    def metric(self, name: str) -> str:
        """A metric's name; a user's own metric keeps the one it has, and its gap is called after it."""
        named = self.find(f"metrics.{name}.name")
        if named is None and name.endswith("_gap"):
            return self.text("gap_in", name=self.metric(name.removesuffix("_gap")))
        return named or name

    def named(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values of a sentence, with metrics, diagnoses, mitigations and languages by their names."""
        found = dict(values)
        if isinstance(found.get("metric"), str):
            found["metric"] = self.metric(found["metric"])
        if isinstance(found.get("diagnosis"), str):
            key = f"curve.diagnoses.{found['diagnosis'].replace(' ', '_')}"
            found["diagnosis"] = self.find(key) or found["diagnosis"]
        for name in ("shrank", "untold"):
            if isinstance(found.get(name), str):
                found[name] = self.figures(found[name].split(BETWEEN))
        if isinstance(found.get("mitigation"), str):
            found["mitigation"] = self.find(f"mitigation.names.{found['mitigation']}") or found["mitigation"]
        for name in ("found_language", "given_language"):
            if isinstance(code := found.get(name), str):
                found[name] = self.find(f"languages.{code.replace('-', '_')}") or code
        return found

    def figures(self, ids: Sequence[str], column: Callable[[str], str] = str) -> str:
        """What a verdict on a mitigation is about: gaps by their columns, flips, and other figures by their names."""
        named = []
        for metric, scope in map(parse_measure_id, ids):
            name = self.text("mitigation.row_flips") if metric == "flip_rate" else self.metric(metric)
            named.append(column(scope["attribute"]) if "attribute" in scope else name)
        return ", ".join(named)

    def finding(self, finding: Finding) -> str:
        """What was concluded, and what the comparison does not judge; one that the pack does not know is quoted."""
        template = self.find(f"findings.{finding.key}")
        if template is None:
            return self.reason(message(str(Meaning(kind=finding.key, values=_known(finding.values)))))
        if finding.values.get("low") is None or finding.values.get("high") is None:
            template = _INTERVAL.sub(f"({self.text('findings.no_interval')})", template)
        template = self._beside_margin(template, finding.values)
        sentence = self._fill(f"findings.{finding.key}", template, self.named(finding.values))
        return f"{sentence.rstrip('.')}; {self.left_out(finding.left_out)}" if finding.left_out else sentence

    def _beside_margin(self, template: str, values: Mapping[str, Any]) -> str:
        """The template with as many decimals as keep the limits of a gap or an excess apart from the margin."""
        for name in ("gap", "excess"):
            limits = values.get(f"{name}_low"), values.get(f"{name}_high")
            if not isinstance(limits[0], float) or not isinstance(limits[1], float):
                continue
            decimals = self.numbers.decimals_beside_margin(*limits)
            template = re.sub(rf"(\{{{name}(?:_low|_high)?:\.)2f\}}", rf"\g<1>{decimals}f}}", template)
        return template

    def left_out(self, left_out: LeftOut | None) -> str:
        """What a comparison does not judge; empty where it judges everything."""
        if left_out is None:
            return ""
        parts = []
        if left_out.n_groups == len(left_out.groups) == 1:
            ((name, n),) = left_out.groups.items()
            parts.append(self.text("left_out.group", name=shorten(name, 40), n=n))
        elif left_out.n_groups:
            named = [f"{shorten(name, 40)} (n={n})" for name, n in left_out.groups.items()]
            parts.append(self._named_few("left_out.groups", named, left_out.n_groups))
        if left_out.n_classes:
            named = [shorten(name, 40) for name in left_out.classes]
            parts.append(self._named_few("left_out.classes", named, left_out.n_classes))
        if left_out.n_without_group:
            parts.append(self.text("left_out.missing", n=left_out.n_without_group))
        return "; ".join(parts)

    def _named_few(self, key: str, names: Sequence[str], n: int) -> str:
        more = f", {self.text('left_out.more', n=n - len(names))}" if n > len(names) else ""
        return self.text(key, n=n, names=", ".join(names) + more)

    def method(self, method: Method | None) -> str:
        """How an interval was made; empty where there is none."""
        return ", ".join(self.said("methods", part) for part in method.parts) if method else ""

    def _fill(self, key: str, template: str, values: Mapping[str, Any]) -> str:
        try:
            return self._filler.vformat(agreed(template, values, self._language), (), values)
        except KeyError as error:
            raise InputError("words_slot", key=key, code=self.code, slot=error.args[0]) from error


class _Filler(string.Formatter):
    """Fills slots; values are never read as templates."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def format_field(self, value: Any, format_spec: str) -> str:
        """Numbers as the reader writes them; `{p:.3f}` asks for three decimals, `{share:.0%}` for a percentage, and
        `{gap:.1p}` for the points of a difference.
        """
        if value is None:
            return "–"
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        if isinstance(value, int) and not format_spec:
            return self._numbers.count(value)
        digits = "".join(char for char in format_spec if char.isdigit())
        if format_spec.endswith("%"):
            return self._numbers.percentage(value, int(digits[-1]) if digits else 0)
        if format_spec.endswith("p"):
            return self._numbers.number(100 * value, int(digits[-1]) if digits else 0)
        return self._numbers.number(value, int(digits[-1]) if digits else _decimals(value))


def _known(values: Mapping[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None}


def _decimals(value: float) -> int:
    """Two decimals, three for small figures that two would blur."""
    return 3 if 0 < abs(value) < 0.1 else 2
