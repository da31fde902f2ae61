"""What the probes say, a sentence each: the answer to the first question of each."""

from dataclasses import dataclass

from boletim.contracts.results.audit import ProbeResult
from boletim.reports.card.anchors import said_anchor
from boletim.reports.page.context import Context

_MOST = 4


@dataclass(frozen=True)
class ProbeLine:
    """One probe in a sentence."""

    name: str
    text: str
    address: str


def probe_lines(context: Context) -> list[ProbeLine]:
    """A line for each probe of the card, as many as page two has room for; none where none ran."""
    probes = context.card.probes
    return [_line(context, probe) for probe in (probes.probes if probes else ())][:_MOST]


def _line(context: Context, probe: ProbeResult) -> ProbeLine:
    name = context.words.find(f"probes.{probe.probe}.name") or probe.probe
    address = f"#{said_anchor(context.card, probe)}"
    if probe.unusable_because or not probe.findings:
        reason = context.words.reason(probe.unusable_because)
        return ProbeLine(name, context.text("probes_page.unusable", reason=reason) if reason else "", address)
    first = probe.findings[0]
    said = f"{context.badge(first.verdict).text}: {context.claim(first).rstrip('.')}."
    return ProbeLine(name, said, address)
