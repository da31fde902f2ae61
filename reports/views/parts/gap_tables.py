"""Gaps between groups: all columns side by side, and class by class, with the row that each finding points to."""

from boletim.contracts.answers.spans import SpanFacts
from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure
from boletim.reports.card.anchors import anchor_of, finding_address
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.numbers import ABSENT, NARROW
from boletim.reports.page.shorten import shorten

GAPS = (
    "recall_gap",
    "accuracy_gap",
    "f1_macro_gap",
    "equal_opportunity_difference",
    "predictive_parity_difference",
    "equalized_odds_difference",
    "demographic_parity_difference",
    "demographic_parity_ratio",
    "ece_gap",
    "recall_gap_rms",
    "recall_gap_rms_null",
)
_OVER_CLASSES = (
    "recall_gap",
    "equal_opportunity_difference",
    "predictive_parity_difference",
    "equalized_odds_difference",
    "demographic_parity_difference",
    "demographic_parity_ratio",
)
"""Gaps that without a class are those of the class that differs most."""
_NEEDED = "examples_to_"
"""Numbers of examples stand with the questions that they would decide."""
_BESIDE = 3
"""Columns whose gaps stand side by side in one table."""
_N_CLASSES = 10


def gap_summaries(context: Context, attributes: list[str]) -> list[Table]:
    """Rows are gaps, columns what they compare; verdicts stand where a comparison was tested."""
    judged = _judged(context)
    chunks = [attributes[i : i + _BESIDE] for i in range(0, len(attributes), _BESIDE)]
    return [_summary(context, chunk, judged) for chunk in chunks]


def _summary(context: Context, attributes: list[str], judged: dict[str, Finding]) -> Table:
    found = {
        (m.metric, m.scope["attribute"]): m
        for m in context.evidence.measures
        if set(m.scope) == {"attribute"} and m.scope["attribute"] in attributes and not m.metric.startswith(_NEEDED)
    }
    present = list(dict.fromkeys(metric for metric, _ in found))
    names = [name for name in GAPS if name in present] + [name for name in present if name not in GAPS]
    columns = [
        (context.text("groups.gap"), "name"),
        *((context.names.column(attribute), "number") for attribute in attributes),
    ]
    rows, without = [], []
    for name in names:
        if all((m := found.get((name, attribute))) is None or m.value is None for attribute in attributes):
            without.append(context.gap_name(name))
            continue
        cells = [_summary_cell(context, found.get((name, attribute)), judged) for attribute in attributes]
        rows.append([Cell(context.gap_name(name), "name"), *cells])
    notes = {context.left_out(m.left_out): None for m in found.values() if m.left_out}
    worst = [context.gap_name(name) for name in names if name in _OVER_CLASSES and any(
        m.metric == name and m.value is not None for m in found.values())]  # fmt: skip
    if worst and len(context.facts.labels) > 1:
        notes[context.text("groups.worst_note", names="; ".join(worst))] = None
        if any(sorted_gaps(context, attribute) for attribute in attributes):
            notes[context.text("groups.worst_below")] = None
    if alone := _tested_with_type(context, found, judged):
        notes[context.text("entities.tested_with_type", columns=", ".join(map(context.names.column, alone)))] = None
    if without:
        notes[context.text("groups.without_value", names="; ".join(without))] = None
    more = " ".join(f"{note[0].upper()}{note[1:].rstrip('.')}." for note in notes)
    return make_table(context.text("groups.summary"), columns, rows, token="summary dense", more=more)  # type: ignore[arg-type]


def _tested_with_type(context: Context, found: dict[tuple[str, str], Measure], judged: dict[str, Finding]) -> list[str]:
    """Columns about entities of one type, whose gap over all entities is that of the type."""
    gaps = {column: found.get(("recall_micro_gap", column)) for column in context.own_facts(SpanFacts).entity_columns}
    return [column for column, gap in gaps.items() if gap and gap.value is not None and gap.id not in judged]


def _summary_cell(context: Context, measure: Measure | None, judged: dict[str, Finding]) -> Cell:
    if measure is None:
        return Cell(ABSENT, "number", is_muted=True)
    finding = judged.get(measure.id)
    return Cell(
        context.numbers.figure(measure),
        "number",
        note=_q(context, measure),
        badge=context.badge(finding.verdict) if finding else None,
        anchor=anchor_of(measure.id) if finding else "",
        back=finding_address(context.card, finding) if finding else "",
        is_muted=bool(measure.undefined_because),
    )


def _q(context: Context, measure: Measure) -> str:
    if measure.q is None:
        return ""
    q = context.numbers.probability(measure.q)
    return f"q{NARROW}{q}" if q.startswith("<") else f"q{NARROW}={NARROW}{q}"


def class_gaps(context: Context, column: str) -> Table | None:
    """The gap in recall of each class, the largest first; those alike in every figure share a row."""
    gaps = sorted_gaps(context, column)
    if not gaps:
        return None
    judged = _judged(context)
    columns = [
        (context.text("performance.class"), "name"),
        (context.metric_name("recall_gap"), "number"),
        (context.text("performance.n"), "number"),
        (context.text("groups.q"), "number"),
        (context.text("groups.verdict"), "text"),
        (context.text("groups.detectable"), "number"),
    ]
    rows = [_class_row(context, alike, judged.get(alike[0].id)) for alike in _alike(context, gaps, judged)]
    caption = context.text("groups.class_gaps", column=context.names.column(column))
    more = context.text("groups.detectable_note")
    return make_table(caption, columns, rows, token="gaps", n_first=_N_CLASSES, more=more)  # type: ignore[arg-type]


def _alike(context: Context, gaps: list[Measure], judged: dict[str, Finding]) -> list[list[Measure]]:
    """Gaps of one verdict whose printed figures are the same share a row."""
    alike: dict[tuple[object, ...], list[Measure]] = {}
    for gap in gaps:
        finding = judged.get(gap.id)
        told = (context.numbers.figure(gap), context.numbers.probability(gap.q), context.doubt(gap))
        verdict = finding.verdict if finding else ""
        key = (*told, verdict, context.left_out(gap.left_out), gap.id if verdict == "shown" else "")
        alike.setdefault(key, []).append(gap)
    return list(alike.values())


def _class_row(context: Context, gaps: list[Measure], finding: Finding | None) -> list[Cell]:
    numbers, gap = context.numbers, gaps[0]
    least = [m.value for one in gaps if (m := _detectable(context, one)) and m.value is not None]
    is_doubtful, few, many = bool(gap.undefined_because), min(m.n for m in gaps), max(m.n for m in gaps)
    return [
        Cell(
            ", ".join(shorten(context.names.one(one.scope["class"]), 60) for one in gaps),
            "name",
            anchor=anchor_of(gap.id) if finding and finding.severity != "info" else "",
            back=finding_address(context.card, finding) if finding else "",
            note=context.left_out(gap.left_out),
        ),
        Cell(numbers.figure(gap), "number", note=context.doubt(gap), is_muted=is_doubtful),
        Cell(numbers.count(few) if few == many else f"{numbers.count(few)}–{numbers.count(many)}", "number"),
        Cell(numbers.probability(gap.q), "number"),
        Cell("", badge=context.badge(finding.verdict)) if finding else Cell(ABSENT, is_muted=True),
        Cell(numbers.number(max(least, default=None), 2), "number"),
    ]


def sorted_gaps(context: Context, column: str) -> list[Measure]:
    """Recall gaps per class, the largest first, those without a value last."""
    gaps = [m for m in context.evidence.select("recall_gap", "class", "attribute") if m.scope["attribute"] == column]
    return sorted(gaps, key=lambda m: (m.value is None, -(m.value or 0.0)))


def _detectable(context: Context, gap: Measure) -> Measure | None:
    found = context.evidence.select("minimum_detectable_gap", "class", "attribute")
    return next((measure for measure in found if measure.scope == gap.scope), None)


def _judged(context: Context) -> dict[str, Finding]:
    return {f.measures[0]: f for f in context.card.audit.findings if f.measures and f.kind == "disparity"}
