"""Page two: what was found and who does what about it, what is open, what is missing, and what changed."""

from typing import Any

from boletim.contracts.configuration.card import Action
from boletim.contracts.finding import Finding
from boletim.contracts.results.card import rounded_up
from boletim.reports.card.advice import advice_key, unrefuted
from boletim.reports.card.anchors import ON_PAGE_TWO, anchor_of
from boletim.reports.card.findings import followed_up
from boletim.reports.card.open_questions import OpenQuestion, open_questions
from boletim.reports.card.profiles import missing_answers
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Badge, Cell, Link, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.page.section import Section
from boletim.reports.views.page_one import since_last
from boletim.reports.views.parts.people import finding_in_words

_N_OPEN, _N_NAMED = 10, 9
_PLACES = {
    "slice": "failures", "probe": "probes", "calibration": "performance", "baseline": "performance",
    "prompts": "prompt",
}  # fmt: skip
"""Sections that hold the evidence of findings whose measures have no row to point to."""


def build(context: Context) -> dict[str, Any]:
    """Everything between the verdict and the evidence."""
    card = context.card
    margin, number = context.facts.settings.margin, context.numbers.number
    known = {measure.id: measure for measure in context.evidence.measures}
    return {
        "findings": _findings(context),
        "severity": context.text("page_two.severity", points=number(200 * margin, 0), twice=number(2 * margin)),
        "actions_missing": card.provided.actions is None,
        "open": _open_table(context, open_questions(card, known, margin), margin),
        "not_measured": [context.text(f"not_measured.{key}.name").rstrip(".") for key in card.not_measured],
        "not_provided": [context.text(f"fields.{name}") for name in card.not_provided],
        "profile": context.text(f"page_two.profiles.{card.provided.profile}"),
        "required": [context.text(f"fields.{name}") for name in missing_answers(card.provided)],
        "changed": since_last(context) or context.text("page_two.first_card"),
        "words": [context.text(f"page_two.words.{key}") for key in ("gate", "interval", "open")],
    }


def _findings(context: Context) -> Table | None:
    found = followed_up(context.card)
    actions = list(context.card.provided.actions or ())
    if not found and not actions:
        return None
    columns = [(context.text(f"page_two.{key}"), kind) for key, kind in _COLUMNS]
    rows = [_finding_row(context, place, finding, actions) for place, finding in enumerate(found, 1)]
    about = {finding.measures[0] for finding in found if finding.measures}
    rows += [_action_row(context, action) for action in actions if action.about not in about]
    return make_table(context.text("page_two.findings"), columns, rows, token="todo", n_first=ON_PAGE_TWO)  # type: ignore[arg-type]


_COLUMNS = (("found", "text"), ("how_severe", "text"), ("what_to_do", "text"), ("who", "text"))


def _finding_row(context: Context, place: int, finding: Finding, actions: list[Action]) -> list[Cell]:
    action = next((a for a in actions if finding.measures[:1] == (a.about,)), None)
    notes = [context.text("page_two.no_gate")] if _is_ungated(context, finding) else []
    return [
        Cell(
            finding_in_words(context, finding).rstrip(".") + ".",
            anchor=f"finding-{place}" if place <= ON_PAGE_TWO else "",
            links=(Link(_evidence_of(context, finding), context.text("page_two.evidence")),),
            note=" ".join(notes),
        ),
        Cell("", badge=Badge(finding.severity, context.text(f"page_two.levels.{finding.severity}"))),
        Cell(action.what) if action else Cell(_advice(context, finding), is_muted=True),
        _owner(context, action),
    ]


def _owner(context: Context, action: Action | None) -> Cell:
    due = (
        context.text("page_two.due", date=context.numbers.date(action.due.isoformat())) if action and action.due else ""
    )
    if action is None or action.owner is None:
        return Cell(context.text("page_two.nobody"), is_missing=True, note=due)
    return Cell(action.owner, note=due)


def _action_row(context: Context, action: Action) -> list[Cell]:
    about = context.measure_name(action.about) if context.evidence.get(action.about) else action.about
    return [Cell(about), Cell(""), Cell(action.what), _owner(context, action)]


def _advice(context: Context, finding: Finding) -> str:
    """What could be done about a finding of this kind; of a learning curve what its search did not refute."""
    curve = context.card.audit.curve
    remedies = unrefuted(context.card, curve.remedies) if curve is not None and finding.kind == curve.diagnosis else ()
    if remedies:
        named = "; ".join(context.text(f"curve.remedies.{key}") for key in remedies)
        return f"{named[0].upper()}{named[1:]}."
    key = f"page_two.advice.{advice_key(context.card, finding)}"
    return context.words.find(key) or context.text("page_two.advice.other")


def _is_ungated(context: Context, finding: Finding) -> bool:
    """A gap that was shown, and that no gate judges."""
    return finding.kind == "disparity" and finding.measures[0] not in {gate.measure for gate in context.card.gates}


def _evidence_of(context: Context, finding: Finding) -> str:
    """The row that shows the first measure; the section where no row does."""
    if finding.kind == "disparity":
        return f"#{anchor_of(finding.measures[0])}"
    if finding.kind in _PLACES:
        return f"#{_PLACES[finding.kind]}"
    return "#curve" if context.card.audit.curve is not None else "#performance"


def _open_table(context: Context, questions: list[OpenQuestion], margin: float) -> Table | None:
    if not questions:
        return None
    columns = [(context.text(f"page_two.{key}"), kind) for key, kind in _OPEN_COLUMNS]
    rows = [
        [
            Cell(_question(context, question, margin)),
            Cell(_range(context, question.n_now), "number"),
            Cell(_needed(context, question), "number"),
        ]
        for question in questions
    ]
    caption = context.text("page_two.open", n=sum(len(question.findings) for question in questions))
    return make_table(caption, columns, rows, token="open-questions", n_first=_N_OPEN)  # type: ignore[arg-type]


_OPEN_COLUMNS = (("question", "text"), ("now", "number"), ("needed", "number"))


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
        metric = _inside(context.metric_name(measure.metric.removesuffix("_gap")))
        return context.text("page_two.metric_differs", metric=metric, **asked)
    names = [context.names.one(str(finding.values.get("class", ""))) for finding in question.findings]
    if len(names) == 1:
        return context.text("page_two.class_differs", name=names[0], **asked)
    named = ", ".join(names[:_N_NAMED]) + (" …" if len(names) > _N_NAMED else "")
    return context.text("page_two.classes_differ", n=len(names), names=named, **asked)


def _inside(name: str) -> str:
    """A name as it stands inside a sentence; one that begins with an abbreviation keeps it."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _needed(context: Context, question: OpenQuestion) -> str:
    if question.n_needed is None:
        return context.text("page_two.cannot_be_told")
    few, many = (rounded_up(n) for n in question.n_needed)
    text = context.text("page_two.about", n=_range(context, (few, many)))
    return f"{text} {context.text('page_two.untold', n=question.n_untold)}" if question.n_untold else text


def _range(context: Context, pair: tuple[int, int]) -> str:
    few, many = pair
    if many == 0:
        return ABSENT
    if few == many:
        return context.numbers.count(few)
    return context.text("page_two.range", few=context.numbers.count(few), many=context.numbers.count(many))


SECTION = Section("page_two", "15_page_two.html.j2", build)
