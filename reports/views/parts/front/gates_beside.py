"""A gate and a finding on one figure that ask about different limits, and so may both be right."""

from collections.abc import Sequence

from boletim.contracts.finding import Finding
from boletim.reports.page.context import Context
from boletim.reports.page.numbers import decimals_beside
from boletim.reports.views.parts.people import figure_in_words, is_gap

_ALIKE = {"fail": "shown", "insufficient evidence": "insufficient evidence", "pass": "shown absent"}


def gates_beside(context: Context, findings: Sequence[Finding]) -> list[str]:
    """What the gate on a finding's figure asked and found, where the two may look at odds.

    Nothing where both say alike, as a failed gate and a gap that was shown, or where its limit is the margin itself.
    """
    of = {finding.measures[0]: finding for finding in findings if finding.measures}
    said = []
    for gate in context.card.gates:
        measure = context.evidence.get(gate.measure)
        if gate.measure not in of or not is_gap(measure) or gate.threshold == context.facts.settings.margin:
            continue
        if _ALIKE[gate.status] == of[gate.measure].verdict:
            continue
        decimals = max(decimals_beside(gate.threshold) - 2, 0)
        bar = context.text(f"front.bars.{gate.bar}", bar=figure_in_words(context, gate.threshold, measure, decimals))
        status = context.badge(gate.status).text
        line = context.text("page_two.gate_beside", bar=bar, status=status)
        if len(of) > 1 and measure is not None and "class" in measure.scope:
            line = context.text("page_two.of_class", name=context.names.one(measure.scope["class"]), said=line)
        said.append(line)
    return said
