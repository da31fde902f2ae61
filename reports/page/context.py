"""What every section's view works with: the card, its figures, and the words of one language."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from boletim.contracts.configuration.card import CardConfig
from boletim.contracts.examples import OwnFacts
from boletim.contracts.finding import Finding
from boletim.contracts.language import known_languages, load_language
from boletim.contracts.measure import Measure, parse_measure_id
from boletim.contracts.record import Record
from boletim.contracts.results.card import Card, GateOutcome, rounded_up
from boletim.contracts.results.facts import AuditFacts
from boletim.contracts.results.left_out import LeftOut
from boletim.contracts.results.mitigations import BETWEEN
from boletim.reports.card.anchors import answer_anchor
from boletim.reports.card.evidence import Evidence
from boletim.reports.page.layout import Badge, Fact
from boletim.reports.page.names import Names
from boletim.reports.page.numbers import Numbers, default_decimals
from boletim.reports.page.words import Words

Facts = TypeVar("Facts", bound=Record)

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
NAMES_OF_THINGS = ("title", "version", "owner", "contact", "licence", "citation", "signatory")
"""Answers that read alike in every language."""
_FIGURES = ("shrank", "untold")
_LISTS = ("names", "above", "below", "undecided")
_N_WITH_FIGURES = 3
_NAMED = ("class", "class_name", "attribute", "group", "low_group", "high_group", "label", *_LISTS, *_FIGURES)
"""Values of a claim that name something in the data."""


def words_of(card: Card, language: str) -> Words:
    """The words of a card: where a text may have several labels, some sentences read otherwise.

    Raises:
        InputError: There is no such language.
    """
    return Words.of(language, card.audit.facts.kind, card.audit.facts.settings.margin)


def context_of(card: Card, language: str, attached: Mapping[str, str] | None = None) -> "Context":
    """A card as readers of one language find it, with the answers that its owner gave in that language.

    Args:
        card: What is read.
        language: Code of the reader's language.
        attached: sha256 of each file that is attached to what is drawn, by name.

    Raises:
        InputError: There is no such language.
    """
    told = card.model_copy(update={"provided": card.provided.in_language(language)})
    return Context(told, words_of(card, language), dict(attached or {}))


@dataclass(frozen=True)
class Context:
    """One card in one language."""

    card: Card
    words: Words
    attached: Mapping[str, str] = field(default_factory=dict)
    """sha256 of each attached file, by name."""

    @cached_property
    def evidence(self) -> Evidence:
        """All measures."""
        return Evidence(self.card)

    @property
    def numbers(self) -> Numbers:
        """How the reader writes numbers."""
        return self.words.numbers

    @cached_property
    def names(self) -> Names:
        """What columns, groups and classes are called."""
        given = self.card.provided.names.get(self.words.code, {})
        return Names(given, self.evidence.group_columns, self.text("data.missing"))

    @property
    def facts(self) -> AuditFacts:
        """What the audit's figures rest on."""
        return self.card.audit.facts

    def own_facts(self, facts: type[Facts]) -> Facts:
        """The audit's facts of one kind of answer; without any counts where it is of another."""
        own = self.facts.own
        return own if isinstance(own, facts) else facts()

    def text(self, key: str, /, **values: Any) -> str:
        """A text of the language pack."""
        return self.words.text(key, **values)

    def badge(self, outcome: str) -> Badge:
        """A status as word, shape and colour."""
        token = STATUS_TOKENS[outcome]
        return Badge(token, self.text(f"status.{token}"))

    def metric_name(self, metric: str) -> str:
        """The metric in the reader's words; a user's own metric keeps its name."""
        return self.words.metric(metric)

    def metric_inside(self, metric: str) -> str:
        """Its name as it stands inside a sentence; one that begins with an abbreviation keeps it."""
        name = self.metric_name(metric)
        return name[:1].lower() + name[1:] if name[1:2].islower() else name

    def measure_name(self, measure: str) -> str:
        """A measure's id in words: `Recall gap (nurse, by gender)`."""
        metric, scope = parse_measure_id(measure)
        parts = [self.scope_part(key, value) for key, value in scope.items()]
        name = self.gap_name(metric, scope)
        return f"{name} ({', '.join(parts)})" if parts else name

    def gap_name(self, metric: str, scope: Collection[str] = ("attribute",)) -> str:
        """The metric's name; of a gap of recall over all classes, that it is the one of the class with the largest."""
        name = self.metric_name(metric)
        if "attribute" not in scope or "class" in scope:
            return name
        if metric == "minimum_detectable_gap":
            own = self.facts.own
            chief = own.chief if isinstance(own, OwnFacts) else "accuracy"
            return self.text("groups.detectable_of", name=name, metric=self.metric_inside(chief))
        return self.text("groups.worst_class", name=name) if metric == "recall_gap" else name

    def scope_part(self, key: str, value: str) -> str:
        """One part of a scope in words."""
        if key == "attribute":
            return self.text("scope.attribute", value=self.names.column(value))
        if key == "probe":
            return self.words.find(f"probes.{value}.name") or value
        if key in ("class", "profession"):
            return self.names.one(value)
        return self.text("scope.group", key=self.names.one(key), value=self.names.one(value))

    def question(self, name: str) -> str:
        """A probe's question in its words; its name where no probe asked it."""
        probes = self.card.probes.probes if self.card.probes is not None else ()
        return next((str(asked[name]) for one in probes if name in (asked := one.data.get("questions", {}))), name)

    def claim(self, finding: Finding) -> str:
        """A finding's sentence, with columns, groups and classes as the owner calls them."""
        values = self.named_values(finding.values)
        renamed = finding.model_copy(
            update={"values": self._with_figures(finding, values), "left_out": self._renamed(finding.left_out)}
        )
        return " ".join([self.words.finding(renamed), *self._largest(finding)])

    def _with_figures(self, finding: Finding, values: dict[str, Any]) -> dict[str, Any]:
        """Where a few are named by which something was shown, the figure of each beside its name."""
        names = str(values.get("names") or "").split(", ")
        found = [self.evidence.get(name) for name in finding.measures]
        is_of_each = finding.verdict == "shown" and len(found) == len(names) <= _N_WITH_FIGURES and all(names)
        if finding.kind != "probe" or not is_of_each:
            return values
        told = [self._figure_of("named", name, measure) for name, measure in zip(names, found, strict=True)]
        return {**values, "names": "; ".join(told)} if all(told) else values

    def _largest(self, finding: Finding) -> list[str]:
        """Where a shift is shown to be absent from all of several, the largest of them."""
        found = [measure for name in finding.measures if (measure := self.evidence.get(name)) is not None]
        told = [measure for measure in found if measure.value is not None]
        is_of_several = len(told) > 1 and len({measure.metric for measure in told}) == 1
        if finding.kind != "probe" or finding.verdict != "shown absent" or not is_of_several:
            return []
        largest = max(told, key=lambda measure: abs(measure.value or 0.0))
        scope = largest.scope.items()
        of = [self.question(v) if k == "question" else self.scope_part(k, v) for k, v in scope if k != "probe"]
        said = self._figure_of("largest", ", ".join(of), largest)
        return [said] if said else []

    def _figure_of(self, key: str, name: str, measure: Measure | None) -> str:
        if measure is None or measure.value is None or measure.low is None or measure.high is None:
            return ""
        places = default_decimals(measure)
        figures = {
            part: self.numbers.number(value, places)
            for part, value in (("figure", measure.value), ("low", measure.low), ("high", measure.high))
        }
        return self.text(f"probes_page.{key}", name=name, **figures, n=measure.n)

    def left_out(self, left_out: LeftOut | None) -> str:
        """What a comparison does not judge, by the owner's names; empty where it judges everything."""
        return self.words.left_out(self._renamed(left_out))

    def _renamed(self, left_out: LeftOut | None) -> LeftOut | None:
        if left_out is None:
            return None
        groups = {self.names.group(name): n for name, n in left_out.groups.items()}
        classes = tuple(self.names.one(name) for name in left_out.classes)
        return left_out.model_copy(update={"groups": groups, "classes": classes})

    def named_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a sentence is filled with, with columns, groups and classes as the owner calls them."""
        return {name: self._named(name, value) for name, value in values.items()}

    def _named(self, kind: str, value: Any) -> Any:
        if not isinstance(value, str) or kind not in _NAMED:
            return value
        if kind in _LISTS:
            return ", ".join(self.part_name("group", name) for name in value.split(", "))
        if kind in _FIGURES:
            return self.words.figures(value.split(BETWEEN), self.names.column)
        if kind == "group" and " = " in value:
            return self.names.slice(value)
        return self.names.column(value) if kind == "attribute" else self.names.group(value)

    def part_name(self, kind: str, text: str) -> str:
        """What a probe looks at, such as a group of names: as the owner calls it, else as the card does."""
        named = self.names.one(text)
        return named if named != text else self.words.find(f"probes_page.part_names.{kind}.{text}") or text

    def provided(self, names: Sequence[str]) -> list[Fact]:
        """What people wrote in these fields of the configuration; None where they left them out."""
        unknown = set(names) - set(CardConfig.model_fields)
        assert not unknown, f"no such card fields: {unknown}"
        told = [(name, getattr(self.card.provided, name)) for name in names]
        translated = self.card.provided.translations.get(self.words.code, {})
        return [
            Fact(
                self.text(f"fields.{name}"),
                self.as_provided(text) if text and name not in translated and name not in NAMES_OF_THINGS else text,
                is_asked=True,
                anchor=answer_anchor(name),
            )
            for name, text in told
        ]

    def as_provided(self, told: str | Mapping[str, str]) -> str:
        """What the owner wrote, once or per language; with its language where that is another than the card's."""
        if isinstance(told, str):
            text, written = told, self.owners_language
        elif self.words.code in told:
            return told[self.words.code]
        else:
            code, text = next(iter(told.items()))
            written = self.language_name(code)
        return self.text("facts.as_provided", text=text, language=written) if written else text

    @cached_property
    def owners_language(self) -> str:
        """The name of the language in which the owner answered; empty where it is that of the card."""
        written = (self.card.provided.languages or (self.words.code,))[0]
        return "" if written == self.words.code else self.language_name(written)

    def language_name(self, code: str) -> str:
        """The name of a language; its code where nobody knows it."""
        named = self.words.find(f"languages.{code.replace('-', '_')}")
        return named or (load_language(code).name if code in known_languages() else code)

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
        if measure.value is None:
            return self.text("tables.undefined")
        if measure.undefined_because.kind == "below_min_group":
            return self.text("tables.too_few", n=measure.undefined_because.values["least"])
        return self.text("tables.not_judged")

    def gate_reason(self, gate: GateOutcome) -> str:
        """Why a gate came out as it did."""
        why = [self.words.reason(reason) for reason in (gate.because, gate.undefined_because)]
        parts = [": ".join(part for part in why if part), self.left_out(gate.left_out), self._need(gate)]
        return "; ".join(part for part in parts if part)

    def _need(self, gate: GateOutcome) -> str:
        """How many examples would decide an open gate, or why that cannot be told."""
        if gate.n_needed is None:
            return self.text(f"gates.no_need.{gate.no_need}") if gate.no_need else ""
        numbers, (metric, scope) = self.numbers, parse_measure_id(gate.measure)
        key = "of_class" if metric == "recall" and set(scope) == {"class"} else "examples"
        values = {"needed": numbers.count(rounded_up(gate.n_needed)), "now": numbers.count(gate.n)}
        return self.text(f"gates.need.{key}", **values, name=scope.get("class", ""))
