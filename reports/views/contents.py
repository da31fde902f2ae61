"""Contents, how to read the card, all gates, and the findings that page two has no room for."""

from dataclasses import replace
from typing import Any

from boletim.contracts.configuration.card import TEXTS
from boletim.contracts.finding import Finding
from boletim.reports.card.anchors import ON_PAGE_TWO, finding_anchor
from boletim.reports.card.findings import followed_up, ranked_findings
from boletim.reports.page.context import NAMES_OF_THINGS, Context
from boletim.reports.page.layout import Badge, Cell, Table, make_table
from boletim.reports.page.section import Section
from boletim.reports.views.page_one import gates_table, ranked_gates
from boletim.reports.views.parts.people import finding_in_words

_MAX_FINDINGS = 8
"""Findings for information beyond these stand in the sections."""
_SAYS_THE_GOOD = ("baseline", "calibration")
"""Kinds of which a claim without fault says that the model is better, or that its scores can be trusted."""


def build(context: Context) -> dict[str, Any]:
    """The legend, what an interval means here, all gates, and further findings."""
    settings, card = context.facts.settings, context.card
    notes = [
        context.text("reading.interval", level=context.numbers.percentage(settings.level)),
        context.text("reading.three"),
        context.text("reading.gates"),
        context.text("reading.small", n=settings.min_group),
        context.text("reading.margin", margin=settings.margin),
    ]
    if settings.family_size:
        share = context.numbers.percentage(settings.fdr)
        apart = "apart_with_slices" if context.has_section("failures") else "apart"
        said = {"n": settings.family_size, "share": share, "apart": context.text(f"reading.{apart}")}
        notes.append(context.text("reading.many", **said))
    notes += [*_weights(context), *_lacks(context), context.text("reading.rounding"), context.text("reading.order")]
    notes += [*_quoted(context), *_untranslated(context)]
    legend = [
        {"badge": context.badge(outcome), "text": context.text(f"reading.legend.{key}")}
        for outcome, key in (("pass", "pass"), ("fail", "fail"), ("insufficient evidence", "open"))
    ]
    findings = _findings(context)
    before = {"reading": "reading.title"} | ({"all_gates": "gates.all"} if card.gates else {})
    before |= {"all_findings": "reading.findings.title"} if findings is not None else {}
    return {
        "before": [(anchor, context.text(key)) for anchor, key in before.items()],
        "notes": notes,
        "legend": legend,
        "gates": gates_table(context, ranked_gates(card), context.text("gates.all_caption")) if card.gates else None,
        "findings": findings,
    }


def _weights(context: Context) -> list[str]:
    """What the figures stand for where examples have sampling weights."""
    about = context.facts.weights
    if about is None:
        return []
    n = context.numbers.number(context.facts.n, 0)
    spread = context.numbers.number(about.largest / about.smallest, 1)
    effective = context.numbers.number(about.effective, 0)
    return [context.text("reading.weighted", n=n, effective=effective, spread=spread)]


def _lacks(context: Context) -> list[str]:
    """What this audit has not, by what it would need."""
    by_need: dict[str, list[str]] = {}
    for what, need in context.facts.lacks.items():
        by_need.setdefault(need, []).append(context.text(f"reading.lacking.{what}"))
    return [context.text(f"reading.lacks.{need}", what=", ".join(what)) for need, what in by_need.items()]


def _untranslated(context: Context) -> list[str]:
    """That the owner's answers are in another language than the card."""
    provided = context.card.provided
    given = [name for name in TEXTS if getattr(provided, name) is not None]
    left = set(given) - set(NAMES_OF_THINGS) - set(provided.translations.get(context.words.code, {}))
    if not context.owners_language or not left:
        return []
    return [context.text("reading.as_provided", language=context.owners_language)]


def _quoted(context: Context) -> list[str]:
    """That what is quoted of the texts is in another language than the card."""
    language = context.card.language
    if language == context.words.code:
        return []
    said = [context.text("reading.texts_language", language=context.language_name(language))]
    if any(context.names.one(label) == label for label in context.facts.labels):
        said.append(context.text("reading.classes_language"))
    return [" ".join(said)]


def _verdict(context: Context, finding: Finding) -> Badge:
    """The verdict; what was shown and asks nothing of anybody, such as a good fit, has no warning sign.

    A learning curve is named by rules, which show nothing in the sense of the other verdicts; where a fault was shown
    to be absent, some claims say the good that was shown, and the verdict is that of the fault.
    """
    badge, curve = context.badge(finding.verdict), context.card.audit.curve
    is_calm = finding.verdict == "shown" and finding.severity == "info"
    if finding.verdict == "shown absent" and finding.kind in _SAYS_THE_GOOD:
        return Badge("info", context.text("reading.findings.no_fault"))
    is_named = curve is not None and finding.kind == curve.diagnosis
    text = context.text("curve_page.by_rules") if is_named else badge.text
    return Badge("info" if is_calm else badge.token, text)


def _findings(context: Context) -> Table | None:
    """Those that page two neither tells nor asks; None where there are none."""
    followed = followed_up(context.card)
    told, beyond = followed[:ON_PAGE_TWO], followed[ON_PAGE_TWO:]
    found = [f for f in ranked_findings(context.card) if f not in told and f.verdict != "insufficient evidence"]
    if not found:
        return None
    has_severity = bool(beyond)
    keys = ("claim", "verdict", "severity") if has_severity else ("claim", "verdict")
    columns = [(context.text(f"reading.findings.{key}"), "text") for key in keys]
    rows = [
        [
            Cell(
                finding_in_words(context, finding),
                anchor=finding_anchor(context.card, finding) if finding in beyond else "",
            ),
            Cell("", badge=_verdict(context, finding)),
            *([Cell("", badge=context.badge(finding.severity))] if has_severity else []),
        ]
        for finding in found
    ]
    token = "findings" if has_severity else "findings unranked"
    table = make_table("", columns, rows, token=token, n_first=max(_MAX_FINDINGS, len(beyond)))  # type: ignore[arg-type]
    caption = context.text("reading.findings.caption", n_shown=len(table.first), n=len(found))
    return replace(table, caption=caption)


SECTION = Section("contents", "20_contents.html.j2", build)
