"""Page one: the verdict in plain words, the use, how good the model is, its gaps, and what the signer decides."""

from typing import Any

from boletim.contracts.results.card import Card, GateOutcome
from boletim.reports.card.findings import conditions
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Fact, Table, make_table
from boletim.reports.page.numbers import NARROW, decimals_beside, default_decimals
from boletim.reports.page.section import Section
from boletim.reports.views.changes import since_last
from boletim.reports.views.parts.front.by_hand import counted_by_hand
from boletim.reports.views.parts.front.gap_picture import gap_picture
from boletim.reports.views.parts.front.model_task import model_task
from boletim.reports.views.parts.front.open_questions import n_open
from boletim.reports.views.parts.front.signing import decision_boxes
from boletim.reports.views.parts.front.told_causes import told_causes
from boletim.reports.views.parts.front.worst_class import worst_class
from boletim.reports.views.parts.front.worst_served import worst_on_page_one
from boletim.reports.views.parts.people import (
    chief_in_words,
    figure_in_words,
    finding_in_words,
    gate_in_words,
    interval_in_words,
)

_N_GATES = 6
_N_DECISIVE = 3
_FEW_GATES = 3
"""Up to these, and without a picture, page one has room for larger letters."""
_STATUS_RANK = {"fail": 0, "insufficient evidence": 1, "pass": 3}
_WAIVED = 2


def build(context: Context) -> dict[str, Any]:
    """All that a signer must see before anything else."""
    card = context.card
    gates = ranked_gates(card)
    accepted = conditions(card.audit, card.probes) if card.verdict == "pass" else []
    picture = gap_picture(context)
    return {
        "name": card.provided.title or card.name,
        "facts": _facts(context),
        "task": model_task(context),
        "badge": context.badge(card.verdict),
        "reasons": _reasons(context, gates),
        "worst_served": worst_on_page_one(context),
        "causes": told_causes(context),
        "meaning": _meaning(context, bool(accepted)),
        "since": since_last(context),
        "use": [Fact(fact.name, fact.text) for fact in context.provided(["intended_use", "users"]) if fact.text],
        "misuse": [Fact(fact.name, fact.text) for fact in context.provided(["out_of_scope"]) if fact.text],
        "quality": _quality(context),
        "picture": picture,
        "is_roomy": picture is None and len(gates) <= _FEW_GATES,
        "gates": short_gates(context, gates[:_N_GATES]),
        "more_gates": context.text("gates.more", n=len(gates) - _N_GATES) if len(gates) > _N_GATES else "",
        "counts": _counts(context),
        "conditions": [finding_in_words(context, finding) for finding in accepted],
        "boxes": decision_boxes(context),
        "check": _check(context),
        "is_synthetic": card.synthetic,
    }


def _token(verdict: str, has_conditions: bool) -> str:
    if verdict == "pass" and has_conditions:
        return "pass_with_conditions"
    return verdict.replace(" ", "_")


def _reasons(context: Context, gates: list[GateOutcome]) -> list[str]:
    """Each gate that decided, said as people; one sentence where none did."""
    decisive = [gate for gate in gates if gate.status == context.card.verdict and not gate.is_waived]
    if context.card.verdict not in ("fail", "insufficient evidence"):
        return [reason_of(context)]
    said = [gate_in_words(context, gate) for gate in decisive[:_N_DECISIVE]]
    rest = len(decisive) - len(said)
    return [*said, context.text("front.more_decisive", n=rest)] if rest else said


def _quality(context: Context) -> list[str]:
    """How often it is right, beside the answer that needs no model, and its worst class."""
    accuracy, baseline = context.evidence.get("accuracy"), context.evidence.get("baseline_accuracy")
    weighted = "_weighted" if context.facts.settings.is_weighted else ""
    lines = []
    if accuracy is not None and accuracy.value is not None:
        figure = interval_in_words(context, accuracy.value, accuracy.low, accuracy.high, accuracy)
        lines.append(context.text(f"front.right{weighted}", figure=figure, n=context.numbers.count(accuracy.n)))
    elif context.facts.chief != "accuracy":
        lines += chief_in_words(context)
    answer = context.facts.baseline
    if lines and answer is not None and baseline is not None and baseline.value is not None:
        figure = figure_in_words(context, baseline.value, baseline)
        lines.append(context.text("front.baseline", label=context.names.one(answer.named), figure=figure))
    return [*lines, *worst_class(context)]


def _check(context: Context) -> str:
    """How a reader counts every figure again, with Boletim and without."""
    program = context.text("front.check", version=context.card.provenance.boletim_version)
    counted = counted_by_hand(context)
    hand = [context.text("front.by_hand", **counted)] if counted else []
    return " ".join([program, *hand, context.text("front.how_to_check")])


def ranked_gates(card: Card) -> list[GateOutcome]:
    """All gates, what decides the verdict first."""
    return sorted(card.gates, key=lambda gate: _WAIVED if gate.is_waived else _STATUS_RANK[gate.status])


def short_gates(context: Context, gates: list[GateOutcome]) -> Table | None:
    """One row per gate in the reader's words: figure, limit, status; None without gates."""
    if not gates:
        return None
    columns = [(context.text(f"gates.{key}"), kind) for key, kind in _SHORT_COLUMNS]
    rows = []
    for gate in gates:
        measure = context.evidence.get(gate.measure)
        decimals = max(gate_decimals(gate) - 2, 0)
        figure = "–" if gate.value is None else interval_in_words(
            context, gate.value, gate.low, gate.high, measure, decimals
        )  # fmt: skip
        bar = figure_in_words(context, gate.threshold, measure, decimals)
        waived = context.text("front.waived") if gate.is_waived else ""
        rows.append(
            [
                Cell(context.measure_name(gate.measure), "name"),
                Cell(figure, "number"),
                Cell(context.text(f"front.bars.{gate.bar}", bar=bar), "number"),
                Cell("", badge=context.badge(gate.status), note=waived),
            ]
        )
    caption = context.text(_caption(context)) + _how_many_gated(context)
    return make_table(caption, columns, rows, token="gates")  # type: ignore[arg-type]


def _how_many_gated(context: Context) -> str:
    """Of how many comparisons between groups some have a gate; empty where none were tested."""
    n_all = context.facts.settings.family_size
    measures = (context.evidence.get(gate.measure) for gate in context.card.gates)
    n = sum(measure is not None and measure.q is not None for measure in measures)
    return context.text("gates.of_comparisons", n=n, n_all=n_all) if n_all else ""


_SHORT_COLUMNS = (("gate", "name"), ("found", "number"), ("limit", "number"), ("status", "text"))


def gates_table(context: Context, gates: list[GateOutcome], caption: str) -> Table:
    """One row per gate with its id: figure, bar, status and why."""
    columns = [
        (context.text("gates.gate"), "name"),
        (context.text("gates.figure"), "number"),
        (context.text("gates.bar"), "number"),
        (context.text("gates.status"), "text"),
    ]
    return make_table(caption, columns, [_gate_row(context, gate) for gate in gates], token="gates")  # type: ignore[arg-type]


def _gate_row(context: Context, gate: GateOutcome) -> list[Cell]:
    numbers = context.numbers
    decimals = table_decimals(context, gate)
    sign = "≥" if gate.bar == "at_least" else "≤"
    return [
        Cell(context.measure_name(gate.measure), "name", note=gate.measure, note_is_code=True),
        Cell(
            numbers.estimate(gate.value, gate.low, gate.high, decimals),
            "number",
            note=f"n{NARROW}={NARROW}{numbers.count(gate.n)}",
        ),
        Cell(f"{sign}{NARROW}{numbers.number(gate.threshold, decimals)}", "number"),
        Cell("", badge=context.badge(gate.status), note="; ".join(gate_notes(context, gate))),
    ]


def gate_notes(context: Context, gate: GateOutcome) -> list[str]:
    """Why a gate came out as it did, and its waiver where it did not pass."""
    notes = [context.gate_reason(gate), waiver_note(context, gate)]
    return [note for note in notes if note]


def waiver_note(context: Context, gate: GateOutcome) -> str:
    """Until when, by whom and why a gate that did not pass is waived, or was; empty otherwise."""
    if gate.waiver is None or gate.status == "pass":
        return ""
    key = "gates.waived" if gate.is_waived else "gates.waiver_ended"
    until = context.numbers.date(gate.waiver.until.isoformat())
    return context.text(key, until=until, by=gate.waiver.by, because=gate.waiver.because)


def gate_line(context: Context, gate: GateOutcome) -> str:
    """Figure, bar and why in one line, for terminals and CI."""
    row = _gate_row(context, gate)
    return f"{row[1].text} ({row[1].note}) {row[2].text}: {row[3].note}"


def gate_decimals(gate: GateOutcome) -> int:
    """Decimals at which value and limits do not look equal to the bar unless they are."""
    return decimals_beside(gate.threshold, gate.value, gate.low, gate.high)


def table_decimals(context: Context, gate: GateOutcome) -> int:
    """As many, and no fewer than the figure has in every other table."""
    measure = context.evidence.get(gate.measure)
    return max(gate_decimals(gate), default_decimals(measure) if measure is not None else 0)


def _facts(context: Context) -> list[str]:
    card = context.card
    facts = [
        context.text("page_one.version", version=card.provided.version) if card.provided.version else "",
        context.text("page_one.run", name=card.name),
        context.text("page_one.language", language=context.language_name(card.language)),
        context.text("page_one.date", date=context.numbers.date(card.provenance.created)),
    ]
    return [fact for fact in facts if fact]


def reason_of(context: Context) -> str:
    """Why the verdict is what it is, in one sentence."""
    values = dict(context.card.reason_values)
    if isinstance(values.get("measure"), str):
        values["measure"] = context.measure_name(str(values["measure"]))
    return context.text(context.card.reason_key, **values)


def _meaning(context: Context, is_conditional: bool) -> str:
    """What the verdict means for whoever signs; an example is signed by nobody."""
    said = context.text(f"front.meaning.{_token(context.card.verdict, is_conditional)}")
    label = "label_of_example" if context.card.provided.example else "label"
    return context.text(f"front.meaning.{label}", meaning=said)


def _counts(context: Context) -> list[dict[str, str]]:
    card = context.card
    statuses = [gate.status for gate in card.gates if not gate.is_waived]
    n_waived = len(card.gates) - len(statuses)
    counts = {
        "failed": (statuses.count("fail"), "fail"),
        "open": (statuses.count("insufficient evidence"), "open"),
        "passed": (statuses.count("pass"), "pass"),
        **({"waived": (n_waived, "open")} if n_waived else {}),
        "not_provided": (len(card.not_provided), "none"),
        "not_measured": (len(card.not_measured), "none"),
        "questions": (n_open(context), "open"),
    }
    return [
        {
            "n": context.numbers.count(n),
            "text": context.text(f"page_one.{'count_of_one' if n == 1 else 'counts'}.{key}"),
            "token": token if n else "none",
        }
        for key, (n, token) in counts.items()
    ]


def _caption(context: Context) -> str:
    return "gates.caption" if context.card.provenance.gates_sealed else "gates.caption_unsealed"


SECTION = Section("page_one", "10_page_one.html.j2", build)
