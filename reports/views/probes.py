"""Probes: what was changed in the sentences, what the model did, and what that can and cannot tell."""

from typing import Any

from boletim.contracts.measure import Measure
from boletim.contracts.results.audit import ProbeResult
from boletim.reports.card.anchors import finding_address, probe_anchor, proof_anchor, said_anchor
from boletim.reports.charts.interval_dots import draw_interval_dots
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Chart, Table, make_table
from boletim.reports.page.numbers import ABSENT, NARROW
from boletim.reports.page.section import Section
from boletim.reports.page.shorten import shorten
from boletim.reports.views.parts.base_change import is_of_base
from boletim.reports.views.parts.validation import validation
from boletim.reports.views.performance import dot_row

_GAPS = ("score_gap", "work_recall_gap")
"""Gaps between two genders, one for each class or profession; their words are `probes_page.<metric>_…`."""
_LISTED = {"bias_type", "test", "professions", "group", "gender", "question", "context"}
_OF_SENTENCES = ("ner_names", "ner_name_swap", "ner_profession", "unqover", "bbq")
"""Probes that ask of each sentence by itself and not of pairs."""
_MAX_DOTS, _N_ROWS, _MAX_EXAMPLES = 12, 8, 3
_MOST_DECIMALS = 6
_FEWEST_PARTS = 4
"""From which on the parts of a probe have a table of their own, a row each."""


def build(context: Context) -> dict[str, Any]:
    """One block per probe; a note where none ran."""
    probes = context.card.probes
    blocks = [_block(context, probe) for probe in (probes.probes if probes else ())]
    return {"probes": blocks, "is_short": not blocks, "validation": validation(context)}


def _block(context: Context, probe: ProbeResult) -> dict[str, Any]:
    find = context.words.find
    gaps = _gaps(probe)
    return {
        "name": find(f"probes.{probe.probe}.name") or probe.probe,
        "does": _does(context, probe),
        "whose_score": _whose_score(context, probe),
        "can_tell": find(f"probes.{probe.can_tell}") or "",
        "unusable": context.text("probes_page.unusable", reason=context.words.reason(probe.unusable_because))
        if probe.unusable_because
        else "",
        "anchor": probe_anchor(probe.probe),
        "findings": [
            {
                "verdict": context.badge(f.verdict),
                "text": context.claim(f),
                "anchor": proof_anchor(context.card, f) or (said_anchor(context.card, probe) if place == 0 else ""),
                "back": finding_address(context.card, f),
            }
            for place, f in enumerate(probe.findings)
        ],
        "data_note": _data_note(context, probe),
        "overall": _overall(context, probe),
        "parts": _parts(context, probe),
        "chart": _chart(context, probe, gaps) if _has_shape(context, gaps) else None,
        "gaps": _gap_table(context, probe, gaps),
        "examples": _examples(context, probe),
        "left_alone": _left_alone(context, probe),
        "sources": [str(text) for text in probe.data.get("sources", {}).values()],
    }


def _does(context: Context, probe: ProbeResult) -> str:
    """What the probe does, with examples in the language of the texts that it read."""
    key, code = f"probes.{probe.probe}.does", context.card.language.replace("-", "_")
    if context.words.find(key) is None:
        return ""
    examples = context.words.find(f"probes.examples.{probe.probe}.{code}") or ABSENT
    return context.text(key, examples=examples)


def _whose_score(context: Context, probe: ProbeResult) -> str:
    """Which class's score is compared, of professions that are classes of the model and of those that are none."""
    professions: dict[str, dict[str, Any]] = probe.data.get("professions", {})
    reference = probe.data.get("reference_class")
    if not professions or reference is None:
        return ""
    n, n_own, n_frames = len(professions), sum(p["has_own_class"] for p in professions.values()), probe.data["n_frames"]
    key = "own_none" if not n_own else "own_all" if n_own == n else "own_some"
    return context.text(
        f"probes_page.{key}",
        n=n,
        n_own=n_own,
        n_frames=n_frames,
        n_pairs=(n_own or n) * n_frames,
        reference=context.names.one(str(reference)),
    )


def _data_note(context: Context, probe: ProbeResult) -> str:
    """Name, licence and fingerprint of a data set that is not Boletim's."""
    if "data_set" not in probe.data:
        return ""
    return context.text(
        "probes_page.data_set",
        name=probe.data["data_set"],
        licence=probe.data["licence"],
        sha256=str(probe.data["data_sha256"])[:12],
    )


def _gaps(probe: ProbeResult) -> list[Measure]:
    found = [m for m in probe.measures if m.metric in _GAPS and set(m.scope) > {"probe"} and m.value is not None]
    return sorted(found, key=lambda m: (-abs(m.value or 0.0), m.id))


def _overall(context: Context, probe: ProbeResult) -> Table | None:
    found = _listed(probe)
    if len({_part(context, probe, m) for m in found} - {""}) >= _FEWEST_PARTS:
        found = [m for m in found if not _part(context, probe, m)]
    if not found:
        return None
    has_q = any(m.q is not None for m in found)
    columns = [
        (context.text("performance.metric"), "name"),
        (context.text("performance.value"), "number"),
        (context.text("performance.n"), "number"),
        *([(context.text("groups.q"), "number")] if has_q else []),
    ]
    rows = [
        [
            Cell(context.metric_name(m.metric), "name", note=_part(context, probe, m)),
            Cell(context.numbers.figure(m, 3), "number", note=_why(context, m), is_muted=bool(m.undefined_because)),
            Cell(context.numbers.count(m.n), "number"),
            *([Cell(context.numbers.probability(m.q), "number")] if has_q else []),
        ]
        for m in found
    ]
    caption = "probes_page.overall_sentences" if probe.probe in _OF_SENTENCES else "probes_page.overall"
    return make_table(context.text(caption), columns, rows, token="shifts", n_first=_N_ROWS)  # type: ignore[arg-type]


def _why(context: Context, measure: Measure) -> str:
    """Why a figure has no value or no interval, in full; else the doubt about it."""
    if measure.low is None and measure.undefined_because is not None:
        lack = context.doubt(measure) if measure.value is None else context.text("probes_page.no_interval")
        return f"{lack}: {context.words.reason(measure.undefined_because)}"
    return context.doubt(measure)


def _parts(context: Context, probe: ProbeResult) -> Table | None:
    """A row for each group, name or kind of sentence that the probe looks at by itself."""
    by_part: dict[str, dict[str, Measure]] = {}
    for measure in _listed(probe):
        if _part(context, probe, measure):
            by_part.setdefault(_part(context, probe, measure), {})[measure.metric] = measure
    if len(by_part) < _FEWEST_PARTS:
        return None
    metrics = list(dict.fromkeys(metric for found in by_part.values() for metric in found))
    columns = [
        (context.text("probes_page.part"), "name"),
        (context.text("performance.n"), "number"),
        *((context.metric_name(metric), "number") for metric in metrics),
    ]
    rows = []
    for part, found in list(by_part.items()):
        n = next(iter(found.values())).n
        cells = [_part_figure(context, found.get(metric), n) for metric in metrics]
        rows.append([Cell(part, "name"), Cell(context.numbers.count(n), "number"), *cells])
    return make_table(context.text("probes_page.parts"), columns, rows, token="dense", n_first=_N_ROWS)  # type: ignore[arg-type]


def _part_figure(context: Context, measure: Measure | None, n: int) -> Cell:
    if measure is None:
        return Cell(ABSENT, "number", is_muted=True)
    notes = [context.doubt(measure)]
    if measure.q is not None:
        q = context.numbers.probability(measure.q)
        notes.append(f"q{NARROW}{q}" if q.startswith("<") else f"q{NARROW}={NARROW}{q}")
    if measure.n != n:
        notes.append(f"n{NARROW}={NARROW}{context.numbers.count(measure.n)}")
    note = ", ".join(filter(None, notes))
    return Cell(context.numbers.figure(measure), "number", note=note, is_muted=bool(measure.undefined_because))


def _listed(probe: ProbeResult) -> list[Measure]:
    return [m for m in probe.measures if set(m.scope) - {"probe"} <= _LISTED and not is_of_base(m)]


def _part(context: Context, probe: ProbeResult, measure: Measure) -> str:
    """Which part of the probe's data a figure is about; a question by its words."""
    parts = [(key, text) for key, text in sorted(measure.scope.items()) if key in _LISTED]
    named = [context.question(text) if key == "question" else context.part_name(key, text) for key, text in parts]
    return shorten(", ".join(named), 80)


def _chart(context: Context, probe: ProbeResult, gaps: list[Measure]) -> Chart | None:
    shown = gaps[:_MAX_DOTS]
    if not shown:
        return None
    ordered = sorted(shown, key=lambda m: -(m.value or 0.0))
    margin, words = context.facts.settings.margin, f"probes_page.{shown[0].metric}"
    professions: dict[str, dict[str, Any]] = probe.data.get("professions", {})
    rows = [
        dot_row(context, m, shorten(_form(context, professions, m), 40), is_marked=_is_beyond(m, margin))
        for m in ordered
    ]
    reach = min(
        1.0, 1.08 * max([0.1, *(abs(limit) for m in shown for limit in (m.low, m.high, m.value) if limit is not None)])
    )
    svg = draw_interval_dots(
        rows,
        context.numbers,
        limits=(-reach, reach),
        axis=context.text(f"{words}_axis"),
        reference=0.0,
        band=(-margin, margin),
        ends=(context.text(f"{words}_man"), context.text(f"{words}_woman")),
    )
    alt = context.text(
        f"{words}_alt",
        n=len(rows),
        first=rows[0].label,
        figure=rows[0].text,
        last=rows[-1].label,
        last_figure=rows[-1].text,
    )
    caption = context.text(f"{words}_chart")
    if len(shown) < len(gaps):
        caption += f" ({context.text('tables.of', n=len(shown), n_all=len(gaps))})"
    return Chart(svg, alt, caption)


def _has_shape(context: Context, gaps: list[Measure]) -> bool:
    """Whether a drawing would show more than a row of dots at zero: an interval reaches beyond half the margin."""
    reach = max((abs(limit) for m in gaps for limit in (m.low, m.high, m.value) if limit is not None), default=0.0)
    return reach > context.facts.settings.margin / 2


def _is_beyond(measure: Measure, margin: float) -> bool:
    if measure.low is None or measure.high is None:
        return False
    return measure.low > margin or measure.high < -margin


def _what(context: Context, measure: Measure) -> str:
    name = measure.scope.get("profession")
    if name:
        return name.replace("_", " ")
    return (
        context.names.one(measure.scope["class"]) if "class" in measure.scope else context.metric_name(measure.metric)
    )


def _gap_table(context: Context, probe: ProbeResult, gaps: list[Measure]) -> Table | None:
    if not gaps:
        return None
    toward = {m.scope.get("class"): m for m in probe.measures if m.metric == "flips_toward"}
    professions: dict[str, dict[str, Any]] = probe.data.get("professions", {})
    columns: list[tuple[str, Any]] = [
        (context.text("probes_page.what"), "name"),
        (context.metric_name(gaps[0].metric), "number"),
        (context.text("performance.n"), "number"),
        (context.text("groups.q"), "number"),
    ]
    if toward:
        columns.append((context.metric_name("flips_toward"), "number"))
    if professions:
        columns.append((context.text("probes_page.women"), "number"))
    rows, decimals = [], max(map(_decimals, gaps[:_N_ROWS]))
    for gap in gaps:
        row = [
            Cell(shorten(_form(context, professions, gap), 60), "name"),
            Cell(context.numbers.figure(gap, decimals), "number"),
            Cell(context.numbers.count(gap.n), "number"),
            Cell(context.numbers.probability(gap.q), "number"),
        ]
        if toward:
            flips = toward.get(gap.scope.get("class"))
            row.append(Cell(context.numbers.figure(flips, 3) if flips else ABSENT, "number"))
        if professions:
            share = professions.get(gap.scope.get("profession", ""), {}).get("share_of_women")
            row.append(Cell(context.numbers.percentage(share) if share is not None else ABSENT, "number"))
        rows.append(row)
    caption = context.text(f"probes_page.{gaps[0].metric}_table")
    more = context.text("probes_page.q_and_interval") if any(map(_seems_at_odds, gaps[:_N_ROWS])) else ""
    return make_table(caption, columns, rows, token="shifts dense", n_first=_N_ROWS, more=more)


def _seems_at_odds(gap: Measure) -> bool:
    """A small q beside an interval for all professions at once that holds zero."""
    is_told = gap.q is not None and gap.level is not None and gap.q <= 1 - gap.level
    return is_told and gap.low is not None and gap.high is not None and gap.low <= 0 <= gap.high


def _decimals(gap: Measure) -> int:
    """Three; of a gap that is told from zero as many as it takes to print it as one."""
    value = abs(gap.value or 0.0)
    is_told = gap.q is not None and gap.level is not None and gap.q <= 1 - gap.level
    return next((n for n in range(3, _MOST_DECIMALS) if not is_told or round(value, n) > 0), _MOST_DECIMALS)


def _form(context: Context, professions: dict[str, dict[str, Any]], gap: Measure) -> str:
    entry = professions.get(gap.scope.get("profession", ""))
    if entry is None:
        return _what(context, gap)
    female, male = str(entry["female"]), str(entry["male"])
    return female if female == male else f"{female} / {male}"


def _examples(context: Context, probe: ProbeResult) -> Table | None:
    examples = [e for e in probe.data.get("examples", ()) if e["predicted_female"] != e["predicted_male"]]
    if not examples:
        return None
    columns = [(context.text(f"probes_page.{key}"), "text") for key in ("as_woman", "as_man")]
    rows = [
        [
            Cell(shorten(e["female"], 160), note=f"→ {shorten(context.names.one(e['predicted_female']), 40)}"),
            Cell(shorten(e["male"], 160), note=f"→ {shorten(context.names.one(e['predicted_male']), 40)}"),
        ]
        for e in examples[:_MAX_EXAMPLES]
    ]
    n, caption = int(probe.data.get("n_flips", len(examples))), context.text("probes_page.examples")
    if n > len(rows):
        key = "printed" if len(examples) == n else "printed_and_held"
        caption += f" ({context.text(f'probes_page.{key}', n=len(rows), n_all=n, n_held=len(examples))})"
    return make_table(caption, columns, rows)  # type: ignore[arg-type]


def _left_alone(context: Context, probe: ProbeResult) -> Table | None:
    reasons: dict[str, int] = probe.data.get("left_alone_because", {})
    if not reasons:
        return None
    columns = [(context.text("probes_page.left_why"), "name"), (context.text("probes_page.texts"), "number")]
    ordered = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [
        [context.words.find(f"probes.left_alone.{reason}") or reason, context.numbers.count(n)] for reason, n in ordered
    ]
    n, total = int(probe.data.get("n_left_alone", 0)), int(probe.data.get("n_texts", 0))
    caption = context.text("probes_page.left_alone", n=n, total=total)
    return make_table(caption, columns, rows, token="half")  # type: ignore[arg-type]


SECTION = Section("probes", "75_probes.html.j2", build)
