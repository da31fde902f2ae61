"""How good the model is: overall beside the baseline, per class the worst first, confusion, calibration."""

import math
from collections.abc import Sequence
from typing import Any

from boletim.contracts.answers.one_label import OneLabelFacts
from boletim.contracts.measure import Measure
from boletim.reports.charts.interval_dots import DotRow, draw_interval_dots
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Chart, Table, make_table
from boletim.reports.page.numbers import ABSENT, NARROW
from boletim.reports.page.section import Section
from boletim.reports.page.shorten import shorten
from boletim.reports.views.parts.confusion import confusion_chart, confusion_table
from boletim.reports.views.parts.label_calibration import label_calibration_table
from boletim.reports.views.parts.label_counts import label_counts_table, labels_per_text
from boletim.reports.views.parts.reliability import direction, reliability_chart, reliability_tables
from boletim.reports.views.parts.thresholds import threshold_tables

_ORDER = (
    "accuracy",
    "recall_micro",
    "precision_micro",
    "balanced_accuracy",
    "f1_macro",
    "f1_micro",
    "f1_weighted",
    "mcc",
    "cohen_kappa",
    "f1_samples",
    "hamming_loss",
    "top_k_accuracy",
    "roc_auc_macro",
    "average_precision_macro",
    "log_loss",
    "brier",
    "brier_reliability",
    "brier_resolution",
    "brier_uncertainty",
    "ece",
    "calibration_error_debiased",
)
_BASELINE = ("accuracy_over_baseline", "baseline_accuracy", "baseline_f1_macro")
_ELSEWHERE = (
    "suspected_labels",
    "train_overlap",
    "accuracy_without_overlap",
    "f1_macro_without_overlap",
    "overlap_effect",
    "n_parameters",
    "model_bytes",
    "peak_memory",
    "energy_per_text",
)
"""Figures without scope that another section shows."""
_PER_CLASS = ("precision", "recall", "f1", "roc_auc", "average_precision")
_OF_ALL_TEXTS = ("roc_auc", "average_precision")
_CALIBRATION = ("ece", "label_calibration_error")
_N_CLASSES, _MAX_DOTS, _FEWEST_TOLD = 12, 24, 2


def build(context: Context) -> dict[str, Any]:
    """Every figure with its interval and n."""
    classes = _ranked_classes(context)
    return {
        "overall": _overall(context),
        "baseline": _baseline_note(context),
        "bins": _bins_note(context),
        "precision": _precision_note(context),
        "class_chart": _class_chart(context, classes),
        "class_table": _class_table(context, classes),
        "thresholds": threshold_tables(context),
        "label_counts": label_counts_table(context),
        "labels_per_text": labels_per_text(context),
        "confusion_chart": confusion_chart(context),
        "confusion_table": confusion_table(context),
        "label_calibration": label_calibration_table(context),
        "reliability_chart": reliability_chart(context),
        "reliability_tables": reliability_tables(context),
        "direction": direction(context),
        "calibration_error": _calibration_error(context),
        "is_calibrated": any(m.metric in _CALIBRATION for m in context.evidence.measures),
    }


def _overall(context: Context) -> Table:
    found = {measure.metric: measure for measure in context.evidence.overall()}
    names = [n for n in _ORDER if n in found]
    names += [n for n in found if n not in (*_ORDER, *_BASELINE, *_ELSEWHERE)]
    is_compared = context.facts.baseline is not None
    columns = [
        (context.text("performance.metric"), "name"),
        (context.text("performance.value"), "number"),
        *([(context.text("performance.baseline"), "number")] if is_compared else []),
        (context.text("performance.n"), "number"),
        (context.text("performance.method"), "text"),
    ]
    rows = [_overall_row(context, found[name], found.get(f"baseline_{name}"), is_compared) for name in names]
    return make_table(context.text("performance.overall"), columns, rows, token="overall" if is_compared else "")  # type: ignore[arg-type]


def _overall_row(context: Context, measure: Measure, baseline: Measure | None, is_compared: bool) -> list[Cell]:
    numbers = context.numbers
    method = context.words.method(measure.method)
    return [
        Cell(context.metric_name(measure.metric), "name"),
        Cell(numbers.figure(measure, _decimals(measure)), "number", note=context.doubt(measure)),
        *([Cell(numbers.figure(baseline) if baseline else ABSENT, "number", is_muted=baseline is None)] * is_compared),
        Cell(numbers.count(measure.n), "number"),
        Cell(method or ABSENT, is_muted=True),
    ]


def _decimals(measure: Measure) -> int | None:
    """Of the error that findings and gates tell with three, as many; of others what the interval asks for."""
    return 3 if measure.metric == "ece" and measure.value is not None else None


def _calibration_error(context: Context) -> str:
    """The figure beside the bins that it comes from, as the finding tells it."""
    measure = context.evidence.get("ece")
    if measure is None or measure.value is None:
        return ""
    return f"{context.metric_name('ece')}: {context.numbers.with_n(measure, 3)}."


def _baseline_note(context: Context) -> str:
    baseline, over = context.facts.baseline, context.evidence.get("accuracy_over_baseline")
    if baseline is None:
        return ""
    judged = next((finding for finding in context.card.audit.findings if finding.kind == "baseline"), None)
    origin = context.text(f"performance.origin.{baseline.origin}")
    said = [
        context.words.find("performance.accuracy_note") or "",
        f"{context.claim(judged).rstrip('.')}."  # names that answer itself
        if judged is not None
        else context.text("performance.baseline_note", label=context.names.one(baseline.named), origin=origin),
    ]
    if over is not None and over.value is not None:
        said.append(context.text("performance.over_baseline", figure=context.numbers.with_n(over)))
    return " ".join(part for part in said if part)


def _bins_note(context: Context) -> str:
    """What figures of so many rows come from; empty where they come from the rows themselves."""
    bins = context.own_facts(OneLabelFacts).bins
    if bins is None:
        return ""
    return context.text("performance.bins_note", n=context.facts.n, n_bins=bins.n_bins, off_by=bins.auc_off_by)


def _precision_note(context: Context) -> str:
    """What scoring in bf16 changed, where it was asked for."""
    check = context.card.audit.precision
    if check is None:
        return ""
    key = "precision_used" if check.is_used else "precision_refused"
    return context.text(f"performance.{key}", n=check.n, n_changed=check.n_changed, shift=check.largest_shift)


def _ranked_classes(context: Context) -> list[str]:
    """Classes by F1, the worst first; classes without one come first of all."""
    f1 = {m.scope["class"]: m.value for m in context.evidence.select("f1", "class")}
    recall = {m.scope["class"]: m.value for m in context.evidence.select("recall", "class")}
    labels = list(dict.fromkeys([*f1, *recall]))
    rank = {label: f1.get(label) if f1.get(label) is not None else recall.get(label) for label in labels}
    return sorted(labels, key=lambda label: (rank[label] is not None, rank[label] or 0.0))


def _class_table(context: Context, classes: Sequence[str]) -> Table | None:
    if not classes:
        return None
    found = {
        (m.metric, m.scope["class"]): m
        for metric in (*_PER_CLASS, "support")
        for m in context.evidence.select(metric, "class")
    }
    metrics = [metric for metric in _PER_CLASS if any(key[0] == metric for key in found)]
    columns = [
        (context.text("performance.class"), "name"),
        (context.text("performance.n"), "number"),
        *((context.metric_name(metric), "number") for metric in metrics),
    ]
    rows = []
    for label in classes:
        support = found.get(("support", label)) or found.get(("recall", label))
        name = Cell(shorten(context.names.one(label), 60), "name")
        figures = [_figure(context, found.get((metric, label))) for metric in metrics]
        counts = [_n_of(support)] + [found[key].n for key in (("precision", label),) if key in found]
        rows.append([name, Cell(f"{NARROW}/ ".join(map(context.numbers.count, counts)), "number"), *figures])
    faultless = [
        label for label in classes if all(_is_one(found.get((name, label))) for name in ("precision", "recall"))
    ]
    is_told = len(faultless) >= _FEWEST_TOLD and len(classes) - len(faultless) <= _N_CLASSES
    return make_table(
        ". ".join(filter(None, (context.text("performance.per_class"), _behind(context, metrics)))),
        columns,  # type: ignore[arg-type]
        rows,
        token="classes dense" if set(_OF_ALL_TEXTS) & set(metrics) else "classes dense roomy",
        n_first=len(classes) - len(faultless) if is_told else _N_CLASSES,
        rest_in_words=_faultless(context, faultless, found) if is_told else "",
    )


def _is_one(measure: Measure | None) -> bool:
    return measure is not None and measure.value == 1 and not measure.undefined_because


def _faultless(context: Context, labels: Sequence[str], found: dict[tuple[str, str], Measure]) -> str:
    """Classes without an error in one sentence: they have the best F1 and stand last."""
    lows = [found[metric, label].low for label in labels for metric in ("precision", "recall")]
    return context.text(
        "performance.faultless",
        n=len(labels),
        names=", ".join(shorten(context.names.one(label), 40) for label in labels),
        fewest=min(found["recall", label].n for label in labels),
        low=context.numbers.number(min((low for low in lows if low is not None), default=None)),
    )


def _n_of(support: Measure | None) -> int | None:
    if support is None:
        return None
    return int(support.value) if support.metric == "support" and support.value is not None else support.n


def _behind(context: Context, metrics: Sequence[str]) -> str:
    """Which count is behind which column; empty where one is behind all."""
    told = [context.text("performance.n_of_classes")] if "precision" in metrics else []
    areas = [context.metric_name(metric) for metric in _OF_ALL_TEXTS if metric in metrics]
    return "; ".join([*told, *([context.text("performance.n_of_scores", names=", ".join(areas))] if areas else [])])


def _figure(context: Context, measure: Measure | None) -> Cell:
    if measure is None:
        return Cell(ABSENT, "number", is_muted=True)
    is_doubtful = bool(measure.undefined_because)
    return Cell(context.numbers.figure(measure), "number", note=context.doubt(measure), is_muted=is_doubtful)


def _class_chart(context: Context, classes: Sequence[str]) -> Chart | None:
    recall = {m.scope["class"]: m for m in context.evidence.select("recall", "class")}
    found = [recall[label] for label in classes if label in recall and recall[label].value is not None]
    found.sort(key=lambda m: m.value or 0.0)
    if not found:
        return None
    rows = [dot_row(context, m, context.names.one(m.scope["class"])) for m in found[:_MAX_DOTS]]
    overall = context.evidence.get("balanced_accuracy")
    svg = draw_interval_dots(
        rows,
        context.numbers,
        limits=(_begin(found), 1.0),
        axis=context.metric_name("recall"),
        reference=overall.value if overall else None,
        reference_name=context.text("performance.mean_recall"),
    )
    alt = context.text("performance.class_alt", first=rows[0].label, figure=rows[0].text, n=len(rows))
    return Chart(svg, alt, context.text("performance.class_chart"))


def _begin(found: Sequence[Measure]) -> float:
    """Where the axis begins: a tenth below the lowest limit, at 0 where that is near."""
    lowest = min(m.low if m.low is not None else m.value or 0.0 for m in found[:_MAX_DOTS])
    begin = math.floor(10 * lowest - 1) / 10
    return begin if begin > 0.1 else 0.0


def dot_row(context: Context, measure: Measure, label: str, *, is_marked: bool = False) -> DotRow:
    """One row of a dot chart from a measure that has a value."""
    return DotRow(
        label=label,
        value=measure.value or 0.0,
        low=measure.low,
        high=measure.high,
        text=context.numbers.with_n(measure),
        is_judged=not measure.undefined_because,
        is_marked=is_marked,
    )


SECTION = Section("performance", "60_performance.html.j2", build)
