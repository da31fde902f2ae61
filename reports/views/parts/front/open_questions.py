"""Page two's table of what the data leave open: what is excluded already, and how many examples would decide it."""

import math
from collections.abc import Sequence

from boletim.contracts.measure import Measure
from boletim.contracts.results.card import rounded_up
from boletim.reports.card.findings import followed_up
from boletim.reports.card.open_questions import Need, OpenQuestion, most, open_questions
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Link, Table, make_table
from boletim.reports.page.numbers import decimals_beside
from boletim.reports.views.parts.people import figure_in_words, gates_beside

_N_OPEN, _N_NAMED = 10, 4
_OF_PAIRS = ("flip_rate", "ctf_gap", "mean_score_gap", "score_gap", "stereotype_preference")
"""Figures of a probe that count a text together with its counterpart as one."""
_ROUNDING = 1e-9
_FIRM = ("difference", "share", "points")
"""Units in which the upper limit is the most that the data allow."""


def n_open(context: Context) -> int:
    """How many questions the data leave open, those of one row each by itself."""
    return sum(len(question.findings) for question in _questions(context)) + len(_rests(context))


def _questions(context: Context) -> list[OpenQuestion]:
    known = {measure.id: measure for measure in context.evidence.measures}
    return open_questions(context.card, known, context.facts.settings.margin)


def open_table(context: Context) -> Table | None:
    """One row per question; None where the data leave none open."""
    margin, questions, rests = context.facts.settings.margin, _questions(context), _rests(context)
    if not questions and not rests:
        return None
    columns = [(context.text(f"page_two.{key}"), "text") for key in ("question", "needed")]
    rows = [[Cell(_question(context, question, margin)), Cell(_known(context, question))] for question in questions]
    caption = context.text("page_two.open", n=n_open(context))
    n_before = max(0, _N_OPEN - len(rests))  # what is folded stands in the appendix, and these stand nowhere else
    told = rows[:n_before] + rests + rows[n_before:]
    return make_table(caption, columns, told, token="open-questions", n_first=_N_OPEN)  # type: ignore[arg-type]


def _rests(context: Context) -> list[list[Cell]]:
    """What findings leave open that were shown for others, and slices: nobody reckons how many would decide these."""
    rows = []
    for place, finding in enumerate(followed_up(context.card), 1):
        if n := finding.values.get("n_open"):
            known = context.text("page_two.rest_known_of", n=n, n_all=finding.values["n"])
            rows.append([Cell(context.text("page_two.rest", finding=place)), Cell(known)])
    failures = context.card.audit.failures
    n_slices = sum(found.verdict == "insufficient evidence" for found in failures.slices) if failures else 0
    if n_slices:
        evidence = Link("#failures", context.text("page_two.evidence"))
        known = context.text("page_two.rest_known", n=n_slices)
        rows.append([Cell(context.text("page_two.rest_slices")), Cell(known, links=(evidence,))])
    return rows


def how_many_line(context: Context) -> str:
    """What the numbers of the table mean; empty where it has no question that numbers are reckoned for."""
    if not _questions(context):
        return ""
    return context.text("page_two.how_many", level=context.numbers.percentage(context.facts.settings.level))


def _question(context: Context, question: OpenQuestion, margin: float) -> str:
    first = question.findings[0]
    measure = context.evidence.get(first.measures[0]) if first.measures else None
    if first.kind != "disparity" or measure is None or "attribute" not in measure.scope:
        is_asked = context.words.find(f"page_two.{first.key}") is not None
        return context.text(f"page_two.{first.key}", **first.values) if is_asked else context.claim(first)
    asked = {
        "column": context.names.column(measure.scope["attribute"]),
        "margin": context.numbers.number(100 * margin, 0),
        "plain": context.numbers.number(margin),
    }
    if "class" not in measure.scope:
        metric = context.metric_inside(measure.metric.removesuffix("_gap"))
        return context.text("page_two.metric_differs", metric=metric, **asked)
    names = [context.names.one(str(finding.values.get("class", ""))) for finding in question.findings]
    if len(names) == 1:
        return context.text("page_two.class_differs", name=names[0], **asked)
    named = ", ".join(names[:_N_NAMED]) + (" …" if len(names) > _N_NAMED else "")
    return context.text("page_two.classes_differ", n=len(names), names=named, **asked)


def _known(context: Context, question: OpenQuestion) -> str:
    parts = [
        _excluded(context, question),
        *_needed(context, question),
        *gates_beside(context, question.findings),
    ]
    return " ".join(part for part in parts if part)


def _excluded(context: Context, question: OpenQuestion) -> str:
    """What the intervals rule out: all above their upper limits; where groups were left out they rule out nothing."""
    bounded = [
        m for m in question.widest if m.low is not None and m.high is not None and m.unit in _FIRM and not m.left_out
    ]
    if not bounded:
        return ""
    narrowest, widest = min(bounded, key=most), max(bounded, key=most)
    margin = context.facts.settings.margin
    few, many = (_at_most(context, m, margin) for m in (narrowest, widest))
    level = context.numbers.percentage(context.facts.settings.level)
    if few != many:
        ends = {"few": _named(context, narrowest, few), "many": _named(context, widest, many)}
        return context.text("page_two.excluded_to", **ends, level=level)
    is_of_some = len(bounded) < len(question.needs)
    return context.text("page_two.excluded", figure=_named(context, widest, few) if is_of_some else few, level=level)


def _at_most(context: Context, measure: Measure, margin: float) -> str:
    """The upper limit in points, rounded up: it is the most that the data allow."""
    places = max(decimals_beside(margin, most(measure)) - 2, 0)
    scale = 10 ** (places + 2)
    return figure_in_words(context, math.ceil(most(measure) * scale - _ROUNDING) / scale, measure, places)


def _named(context: Context, measure: Measure | None, figure: str) -> str:
    """A figure with the class that it is of; as it is where it is of none."""
    label = measure.scope.get("class") if measure is not None else None
    return context.text("page_two.of_one", figure=figure, name=context.names.one(label)) if label else figure


def _needed(context: Context, question: OpenQuestion) -> list[str]:
    """How many examples would decide it, of how many there are; or why that cannot be told."""
    told, untold = question.told, question.untold
    lines = []
    if told:
        counts = [context.numbers.count(rounded_up(need.n_needed or 0)) for need in told]
        needed = counts[0]
        if counts[0] != counts[-1]:
            ends = (_named(context, need.measure, n) for need, n in ((told[0], counts[0]), (told[-1], counts[-1])))
            needed = context.text("page_two.range", **dict(zip(("few", "many"), ends, strict=True)))
        elif untold:
            needed = _named(context, told[0].measure, needed)
        unit = context.text(f"page_two.units.{_unit(question.measures[0])}")
        lines.append(context.text("page_two.would_decide", n=needed, unit=unit, now=_now(context, told)))
    for why in dict.fromkeys(need.why_untold for need in untold):
        n = sum(need.why_untold == why for need in untold)
        because = context.text(f"page_two.untold_because.{why}")
        key = "cannot_be_told" if n == len(question.needs) else "untold"
        lines.append(context.text(f"page_two.{key}", n=n, because=because))
    return lines


def _now(context: Context, told: Sequence[Need]) -> str:
    """How many there are of those whose number can be told."""
    counts, count = [need.measure.n for need in told if need.measure is not None], context.numbers.count
    few, many = min(counts, default=0), max(counts, default=0)
    return count(few) if few == many else context.text("page_two.range", few=count(few), many=count(many))


def _unit(measure: Measure) -> str:
    """What a count of examples is one of: texts of the class, pairs of each profession, or all there are."""
    if measure.metric.startswith("recall") and "class" in measure.scope:
        return "of_class"
    if "profession" in measure.scope:
        return "of_profession"
    return "of_pairs" if "probe" in measure.scope and measure.metric in _OF_PAIRS else "in_all"
