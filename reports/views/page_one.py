"""Page one: the verdict, why, the gates, what is missing, what matters most, and who signs."""

from typing import Any

from boletim.contracts.finding import Finding
from boletim.contracts.language import load_language
from boletim.contracts.results.card import GateOutcome
from boletim.reports.card.findings import conditions, ranked_findings
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.numbers import NARROW, decimals_beside
from boletim.reports.views.changes import outcome_badge

N_GATES = 6
_N_FINDINGS = 3
_STATUS_RANK = {"fail": 0, "insufficient evidence": 1, "pass": 3}
_WAIVED = 2


def build(context: Context) -> dict[str, Any]:
    """All that a signer must see before anything else."""
    card = context.card
    gates = sorted(card.gates, key=lambda gate: _WAIVED if gate.is_waived else _STATUS_RANK[gate.status])
    accepted = conditions(card.audit, card.probes) if card.verdict == "pass" else []
    return {
        "name": card.provided.title or card.name,
        "facts": _facts(context),
        "badge": context.badge(card.verdict),
        "reason": reason_of(context),
        "since": since_last(context),
        "gates": gates_table(context, gates[:N_GATES], context.text(_caption(context))) if gates else None,
        "more_gates": context.text("gates.more", n=len(gates) - N_GATES) if len(gates) > N_GATES else "",
        "counts": _counts(context),
        "findings": [
            _finding(context, finding, finding in accepted) for finding in ranked_findings(card)[:_N_FINDINGS]
        ],
        "n_more_conditions": max(0, len(accepted) - _N_FINDINGS),
        "signatory": card.provided.signatory,
        "is_synthetic": card.synthetic,
    }


def since_last(context: Context) -> str:
    """How this card stands against the last one, in one sentence; empty where there is none."""
    diff = context.card.changes
    if diff is None:
        return ""
    n_worse = sum(change.status == "worse" for change in diff.changes)
    return context.text("page_one.since", old=diff.old, outcome=outcome_badge(context, diff).text, n=n_worse)


def gates_table(context: Context, gates: list[GateOutcome], caption: str) -> Table:
    """One row per gate: figure, bar, status and why."""
    columns = [
        (context.text("gates.gate"), "name"),
        (context.text("gates.figure"), "number"),
        (context.text("gates.bar"), "number"),
        (context.text("gates.status"), "text"),
    ]
    return make_table(caption, columns, [_gate_row(context, gate) for gate in gates], token="gates")  # type: ignore[arg-type]


def _gate_row(context: Context, gate: GateOutcome) -> list[Cell]:
    numbers = context.numbers
    decimals = gate_decimals(gate)
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
    notes = [context.gate_reason(gate)]
    if gate.waiver is not None and gate.status != "pass":
        key = "gates.waived" if gate.is_waived else "gates.waiver_ended"
        until = context.numbers.date(gate.waiver.until.isoformat())
        notes.append(context.text(key, until=until, by=gate.waiver.by, because=gate.waiver.because))
    return notes


def gate_line(context: Context, gate: GateOutcome) -> str:
    """Figure, bar and why in one line, for terminals and CI."""
    row = _gate_row(context, gate)
    return f"{row[1].text} ({row[1].note}) {row[2].text}: {row[3].note}"


def gate_decimals(gate: GateOutcome) -> int:
    """Decimals at which value and limits do not look equal to the bar unless they are."""
    return decimals_beside(gate.threshold, gate.value, gate.low, gate.high)


def _facts(context: Context) -> list[str]:
    card = context.card
    named = context.words.find(f"languages.{card.language.replace('-', '_')}")
    language = named or load_language(card.language).name
    facts = [
        context.text("page_one.version", version=card.provided.version) if card.provided.version else "",
        context.text("page_one.run", name=card.name),
        context.text("page_one.language", language=language),
        context.text("page_one.date", date=context.numbers.date(card.provenance.created)),
    ]
    return [fact for fact in facts if fact]


def reason_of(context: Context) -> str:
    """Why the verdict is what it is, in one sentence."""
    values = dict(context.card.reason_values)
    if isinstance(values.get("measure"), str):
        values["measure"] = context.measure_name(str(values["measure"]))
    return context.text(context.card.reason_key, **values)


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
    }
    return [
        {"n": context.numbers.count(n), "text": context.text(f"page_one.counts.{key}"), "token": token if n else "none"}
        for key, (n, token) in counts.items()
    ]


def _finding(context: Context, finding: Finding, is_condition: bool) -> dict[str, Any]:
    return {
        "severity": context.badge(finding.severity),
        "verdict": context.badge(finding.verdict),
        "text": context.words.finding(finding),
        "is_condition": is_condition,
    }


def _caption(context: Context) -> str:
    return "gates.caption" if context.card.provenance.gates_sealed else "gates.caption_unsealed"
