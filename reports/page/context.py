"""What every section's view works with: the card, its figures, and the words of one language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from boletim.contracts.answers.label_sets import MULTI_LABEL
from boletim.contracts.configuration.card import CardConfig
from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure, parse_measure_id
from boletim.contracts.results.card import Card, GateOutcome, rounded_up
from boletim.contracts.results.left_out import LeftOut
from boletim.reports.card.evidence import Evidence
from boletim.reports.charts.svg import shorten
from boletim.reports.page.layout import Badge, Fact
from boletim.reports.page.numbers import Numbers
from boletim.reports.page.phrases import recognise
from boletim.reports.page.words import Words

STATUS_TOKENS = {
    "pass": "pass",
    "fail": "fail",
    "insufficient evidence": "open",
    "not gated": "none",
    "shown": "shown",
    "shown absent": "absent",
    "high": "high",
    "medium": "medium",
    "low": "low",
    "info": "info",
}
"""Style of each outcome."""


def words_of(card: Card, language: str) -> Words:
    """The words of a card: where a text may have several labels, some sentences read otherwise.

    Raises:
        InputError: There is no such language.
    """
    return Words.of(language, "label_sets" if card.audit.data.get("task") == MULTI_LABEL else "")


@dataclass(frozen=True)
class Context:
    """One card in one language."""

    card: Card
    words: Words

    @cached_property
    def evidence(self) -> Evidence:
        """All measures."""
        return Evidence(self.card)

    @property
    def numbers(self) -> Numbers:
        """How the reader writes numbers."""
        return self.words.numbers

    @property
    def settings(self) -> dict[str, Any]:
        """What the audit was set to; empty where it does not say."""
        settings: dict[str, Any] = self.card.audit.data.get("settings", {})
        return settings

    def text(self, key: str, /, **values: Any) -> str:
        """A text of the language pack."""
        return self.words.text(key, **values)

    def badge(self, outcome: str) -> Badge:
        """A status as word, shape and colour."""
        token = STATUS_TOKENS[outcome]
        return Badge(token, self.text(f"status.{token}"))

    def metric_name(self, metric: str) -> str:
        """The metric in the reader's words; a user's own metric keeps its name."""
        return self.words.find(f"metrics.{metric}.name") or metric

    def measure_name(self, measure: str) -> str:
        """A measure's id in words: `Recall gap (nurse, by gender)`."""
        metric, scope = parse_measure_id(measure)
        parts = [self.scope_part(key, value) for key, value in scope.items()]
        return f"{self.metric_name(metric)} ({', '.join(parts)})" if parts else self.metric_name(metric)

    def scope_part(self, key: str, value: str) -> str:
        """One part of a scope in words."""
        if key == "attribute":
            return self.text("scope.attribute", value=value)
        if key == "probe":
            return self.words.find(f"probes.{value}.name") or value
        if key in ("class", "profession"):
            return value
        return self.text("scope.group", key=key, value=value)

    def claim(self, finding: Finding) -> str:
        """A finding's sentence; its English claim where the pack has none for it."""
        values = dict(finding.values)
        for name in ("metric", "diagnosis"):
            if isinstance(values.get(name), str):
                values[name] = self._named(name, str(values[name]))
        sentence = self.words.sentence(f"findings.{finding.claim_key}", finding.claim, values)
        return sentence.rstrip(".") + "; " + self.left_out(finding.left_out) if finding.left_out else sentence

    def left_out(self, left_out: LeftOut | None) -> str:
        """What a comparison does not judge, in words; empty where it judges everything."""
        if left_out is None:
            return ""
        parts = []
        if left_out.n_groups:
            named = [f"{shorten(name, 40)} (n={n})" for name, n in left_out.groups.items()]
            parts.append(self._named_few("left_out.groups", named, left_out.n_groups))
        if left_out.n_classes:
            parts.append(
                self._named_few("left_out.classes", [shorten(c, 40) for c in left_out.classes], left_out.n_classes)
            )
        if left_out.n_without_group:
            parts.append(self.text("left_out.missing", n=left_out.n_without_group))
        return self.text("left_out.not_judged", parts="; ".join(parts))

    def _named_few(self, key: str, names: Sequence[str], n: int) -> str:
        more = f", {self.text('left_out.more', n=n - len(names))}" if n > len(names) else ""
        return self.text(key, n=n, names=", ".join(names) + more)

    def claim_values(self, values: dict[str, Any]) -> dict[str, Any]:
        """Values of a sentence with names of metrics in words."""
        return {key: self._named(key, value) if isinstance(value, str) else value for key, value in values.items()}

    def provided(self, names: Sequence[str]) -> list[Fact]:
        """What people wrote in these fields of the configuration; None where they left them out."""
        unknown = set(names) - set(CardConfig.model_fields)
        assert not unknown, f"no such card fields: {unknown}"
        return [Fact(self.text(f"fields.{name}"), getattr(self.card.provided, name), is_asked=True) for name in names]

    def has_section(self, name: str) -> bool:
        """Whether this card has the section; some are left out where there is nothing for them."""
        audit = self.card.audit
        optional: dict[str, object | None] = {"cost": self.card.cost, "changes": self.card.changes}
        optional |= {"curve": audit.curve, "failures": audit.failures}
        return optional.get(name, True) is not None

    def more(self, n_left_out: int) -> str:
        """The line under a table that was cut; empty when it was not."""
        return self.text("tables.more", n=n_left_out) if n_left_out > 0 else ""

    def doubt(self, measure: Measure) -> str:
        """Why a figure has no value or is not judged, in words; empty when it is judged."""
        if not measure.undefined_because:
            return ""
        least = self.settings.get("min_group")
        if measure.value is None:
            return self.text("tables.undefined")
        if least is not None and measure.n < least:
            return self.text("tables.too_few", n=least)
        return self.text("tables.not_judged")

    def phrase(self, kind: str, phrases: dict[str, str], text: str) -> str:
        """A phrase of another room in words; one that is not known is quoted as a message of the program."""
        found = recognise(text, phrases)
        if found is None:
            return self.text("phrases.message", text=text)
        key, values = found
        return self.text(f"{kind}.{key}", **{name: self._value(name, value) for name, value in values.items()})

    def gate_reason(self, gate: GateOutcome) -> str:
        """Why a gate came out as it did."""
        reason = self.text(f"gates.because.{_why(gate)}")
        parts = [reason, self.left_out(gate.left_out) if gate.left_out else "", self._need(gate)]
        return "; ".join(part for part in parts if part)

    def _need(self, gate: GateOutcome) -> str:
        """How many examples would decide an open gate, or why that cannot be told."""
        if gate.n_needed is None:
            return self.text(f"gates.no_need.{gate.no_need}") if gate.no_need else ""
        numbers, (metric, scope) = self.numbers, parse_measure_id(gate.measure)
        key = "of_class" if metric == "recall" and set(scope) == {"class"} else "examples"
        values = {"needed": numbers.count(rounded_up(gate.n_needed)), "now": numbers.count(gate.n)}
        return self.text(f"gates.need.{key}", **values, name=scope.get("class", ""))

    def _value(self, name: str, value: str) -> str:
        """A number as the reader writes it, a metric by its name, anything else as it is."""
        if name == "metric":
            return self.metric_name(value)
        if not re.fullmatch(r"\d+(\.\d+)?", value):
            return value
        return self.numbers.number(float(value), len(value.partition(".")[2]))

    def _named(self, kind: str, value: str) -> str:
        if kind == "metric":
            return self.metric_name(value)
        if kind == "diagnosis":
            return self.words.find(f"curve.diagnoses.{value.replace(' ', '_')}") or value
        return value


def _why(gate: GateOutcome) -> str:
    if gate.status != "insufficient evidence":
        return gate.status
    if gate.value is None:
        return "no_value"
    if gate.low is None or gate.high is None:
        return "no_interval"
    is_floor = gate.bar == "at_least"
    if gate.p_holm is not None and (gate.high < gate.threshold if is_floor else gate.low > gate.threshold):
        return "family"
    if gate.left_out and (gate.low >= gate.threshold if is_floor else gate.high <= gate.threshold):
        return "left_out"
    return "straddles" if gate.low <= gate.threshold <= gate.high else "not_judged"
