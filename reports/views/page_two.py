"""Page two: what was found and who does what about it, what is open, what is missing, and what changed."""

from typing import Any

from boletim.contracts.configuration.card import Action
from boletim.contracts.finding import Finding
from boletim.reports.card.advice import advice_key, unrefuted
from boletim.reports.card.anchors import ON_PAGE_TWO, anchor_of, cells_anchor, proof_anchor
from boletim.reports.card.findings import followed_up
from boletim.reports.card.profiles import missing_answers
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Badge, Cell, Link, Table, make_table
from boletim.reports.page.section import Section
from boletim.reports.views.changes import since_last
from boletim.reports.views.parts.front.clause_lines import clause_lines
from boletim.reports.views.parts.front.open_questions import how_many_line, open_table
from boletim.reports.views.parts.front.probe_lines import probe_lines, probe_of
from boletim.reports.views.parts.front.severity_line import severity_line
from boletim.reports.views.parts.front.training_line import training_line
from boletim.reports.views.parts.front.worst_served import repeated_by, worst_served
from boletim.reports.views.parts.heat_strip import has_cells
from boletim.reports.views.parts.people import finding_in_words, gates_beside

_PLACES = {
    "calibration": "calibration", "baseline": "performance",
    "prompts": "prompt",
}  # fmt: skip
"""Sections that hold the evidence of findings whose measures have no row to point to."""


def build(context: Context) -> dict[str, Any]:
    """Everything between the verdict and the evidence."""
    card = context.card
    return {
        "findings": _findings(context),
        "severity": severity_line(context),
        "worst_served": worst_served(context),
        "training": training_line(context),
        "no_people": _no_people(context),
        "open": open_table(context),
        "how_many": how_many_line(context),
        "probes": probe_lines(context),
        "clauses": clause_lines(context),
        "not_measured": [context.text(f"not_measured.{key}.name").rstrip(".") for key in card.not_measured],
        "not_provided": [context.text(f"fields.{name}") for name in card.not_provided],
        "required_by": _required_by(context),
        "required": [context.text(f"fields.{name}") for name in missing_answers(card.provided)],
        "changed": _changed(context),
        "words": [context.text(f"page_two.words.{key}") for key in _words(context)],
    }


def _words(context: Context) -> list[str]:
    """Words that these pages use; of crossed groups only where a finding is about some."""
    is_crossed = any("+" in str(finding.values.get("attribute")) for finding in followed_up(context.card))
    return ["gate", "interval", *(["crossed"] if is_crossed else []), "open"]


def _no_people(context: Context) -> str:
    """Which of the two that only people can give, actions and a decision, nobody gave; empty where both are there."""
    left = [name for name in ("actions", "decision") if getattr(context.card.provided, name) is None]
    if not left:
        return ""
    missing = "; ".join(context.text(f"fields.{name}") for name in left)
    is_proposed = "actions" in left and bool(followed_up(context.card))
    proposals = [context.text("page_two.no_actions")] if is_proposed else []
    return " ".join([context.text("page_two.no_people", missing=missing), *proposals])


def _required_by(context: Context) -> str:
    """Who requires answers: the owner's profile, or every card."""
    profile = context.card.provided.profile
    if profile == "base":
        return context.text("page_two.required_base")
    return context.text("page_two.required", profile=context.text(f"page_two.profiles.{profile}"))


def _changed(context: Context) -> str:
    """What the last card and the owner say; that neither does, where neither does."""
    told = context.card.provided.changes
    by_owner = context.text("page_two.changes_told", text=told) if told else context.text("page_two.changes_untold")
    return f"{since_last(context) or context.text('page_two.first_card')} {by_owner}"


def _findings(context: Context) -> Table | None:
    found = followed_up(context.card)
    actions = list(context.card.provided.actions or ())
    if not found and not actions:
        return None
    is_owned = bool(actions)  # else one line below the table says that nobody acts
    columns = [(context.text(f"page_two.{key}"), kind) for key, kind in _COLUMNS[: None if is_owned else -1]]
    rows = [_finding_row(context, place, finding, actions) for place, finding in enumerate(found, 1)]
    _shorten_advice(context, rows)
    about = {finding.measures[0] for finding in found if finding.measures}
    rows += [_action_row(context, action) for action in actions if action.about not in about]
    cells = [row[: len(columns)] for row in rows]
    token = "todo" if is_owned else "todo unowned"
    return make_table(context.text("page_two.findings"), columns, cells, token=token, n_first=ON_PAGE_TWO)  # type: ignore[arg-type]


_COLUMNS = (("found", "text"), ("how_severe", "text"), ("what_to_do", "text"), ("who", "text"))
_ADVICE = 2


def _shorten_advice(context: Context, rows: list[list[Cell]]) -> None:
    """What a row further up proposes too is not said again."""
    proposed = [row[_ADVICE] for row in rows]
    for place, own in enumerate(proposed):
        first = proposed.index(own)
        if own.is_muted and first < place:
            rows[place][_ADVICE] = Cell(context.text("page_two.as_in_row", n=first + 1), is_muted=True)


def _finding_row(context: Context, place: int, finding: Finding, actions: list[Action]) -> list[Cell]:
    action = next((a for a in actions if finding.measures[:1] == (a.about,)), None)
    said = f"{place}. {finding_in_words(context, finding).rstrip('.')}."
    if _is_ungated(context, finding):
        said += f" {context.text('page_two.no_gate')}"
    if probe := probe_of(context, finding):
        said += f" {context.text('page_two.of_probe', name=probe)}"
    said = " ".join([said, *gates_beside(context, [finding])])
    return [
        Cell(
            said,
            anchor=f"finding-{place}" if place <= ON_PAGE_TWO else "",
            links=tuple(_evidence_links(context, finding)),
        ),
        Cell(
            "",
            badge=Badge(finding.severity, context.text(f"page_two.levels.{finding.severity}")),
            note=_why_low(context, finding),
        ),
        Cell(action.what) if action else Cell(_advice(context, finding), is_muted=True),
        _owner(context, action),
    ]


def _why_low(context: Context, finding: Finding) -> str:
    """Of a crossed gap that only repeats one of its columns, the finding that it repeats."""
    found = followed_up(context.card)
    first = repeated_by(finding, found) if finding.rule == "repeats" else None
    return context.text("page_two.repeats", n=found.index(first) + 1) if first is not None else ""


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


def _evidence_links(context: Context, finding: Finding) -> list[Link]:
    """Where it is proved; of a gap in recall also the row that shows the class in every group."""
    links = [Link(_evidence_of(context, finding), context.text("page_two.evidence"))]
    column, label = (str(finding.values.get(name) or "") for name in ("attribute", "class"))
    if finding.kind == "disparity" and label and has_cells(context, column, label):
        links.append(Link(f"#{cells_anchor(column, label)}", context.text("page_two.each_group")))
    return links


def _evidence_of(context: Context, finding: Finding) -> str:
    """The row that shows it; the section where no row does."""
    if finding.kind == "disparity":
        return f"#{anchor_of(finding.measures[0])}"
    if anchor := proof_anchor(context.card, finding):
        return f"#{anchor}"
    if finding.kind in _PLACES:
        return f"#{_PLACES[finding.kind]}"
    return "#curve" if context.card.audit.curve is not None else "#performance"


SECTION = Section("page_two", "15_page_two.html.j2", build)
