"""What the probes say, a sentence each: what was shown, and the answer to the first question."""

from dataclasses import dataclass

from boletim.contracts.finding import Finding
from boletim.contracts.results.audit import ProbeResult
from boletim.reports.card.anchors import said_anchor
from boletim.reports.card.findings import followed_up
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


def probe_of(context: Context, finding: Finding) -> str:
    """The name of the probe that found it; empty where none did."""
    probes = context.card.probes.probes if context.card.probes else ()
    return next((_name(context, probe) for probe in probes if finding in probe.findings), "")


def _name(context: Context, probe: ProbeResult) -> str:
    return context.words.find(f"probes.{probe.probe}.name") or probe.probe


def _line(context: Context, probe: ProbeResult) -> ProbeLine:
    name = _name(context, probe)
    address = f"#{said_anchor(context.card, probe)}"
    if probe.unusable_because or not probe.findings:
        reason = context.words.reason(probe.unusable_because)
        return ProbeLine(name, context.text("probes_page.unusable", reason=reason) if reason else "", address)
    first = probe.findings[0]
    said = f"{context.badge(first.verdict).text}. {context.claim(first).rstrip('.')}."
    return ProbeLine(name, " ".join([*_shown_besides(context, probe), said]), address)


def _shown_besides(context: Context, probe: ProbeResult) -> list[str]:
    """Where page two tells what the probe showed on its other questions."""
    found = followed_up(context.card)
    places = [place for place, finding in enumerate(found, 1) if finding in probe.findings[1:]]
    if not places:
        return []
    key = "probe_shown" if len(places) == 1 else "probe_shown_more"
    return [context.text(f"page_two.{key}", n=", ".join(map(str, places)))]
