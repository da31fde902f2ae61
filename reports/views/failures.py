"""Where the model fails: slices with more errors than elsewhere, confident errors, copies of training texts."""

from typing import Any

from boletim.contracts.measure import Measure
from boletim.contracts.results.failures import Failures, FoundSlice
from boletim.reports.card.anchors import finding_address, proof_anchor
from boletim.reports.card.findings import followed_up
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.page.section import Section
from boletim.reports.page.shorten import shorten
from boletim.reports.views.parts.people import interval_in_words

_OF_SCORES = ("ece", "label_calibration_error", "log_loss", "brier")
_OVERLAP = ("train_overlap", "accuracy_without_overlap", "f1_macro_without_overlap", "overlap_effect")


def build(context: Context) -> dict[str, Any] | None:
    """Nothing where the audit did not look, as with sums of many rows."""
    failures = context.card.audit.failures
    if failures is None:
        return None
    return {
        "lead": _lead(context, failures),
        "slices": _slices(context, failures),
        "errors": _errors(context, failures),
        "withheld": _withheld(context, failures),
        "suspected": _suspected(context),
        "overlap": _overlap(context),
        "overlap_note": _overlap_note(context, failures),
    }


def slice_name(context: Context, found: FoundSlice) -> str:
    """The slice in the reader's words."""
    return context.text(f"failures.slice.{found.kind}", **context.named_values(found.values))


def _lead(context: Context, failures: Failures) -> str:
    without = "" if failures.has_texts else context.text("failures.without_texts")
    if not failures.n_candidates:
        return f"{context.text('failures.no_slices')} {without}".rstrip()
    has = {
        "groups": bool(context.facts.groups),
        "texts": failures.has_texts,
        "scores": any(m.metric in _OF_SCORES and m.value is not None for m in context.evidence.measures),
    }
    kinds = ", ".join(context.text(f"failures.kinds.{kind}") for kind, is_there in has.items() if is_there)
    counts = {"n": failures.n_candidates, "n_search": failures.n_search, "n_confirm": failures.n_confirm}
    return f"{context.text('failures.how', kinds=kinds, **counts)} {without}".rstrip()


def _slices(context: Context, failures: Failures) -> Table | None:
    if not failures.slices:
        return None
    columns = [
        (context.text("failures.what"), "name"),
        (context.text("failures.rate"), "number"),
        (context.text("performance.n"), "number"),
        (context.text("failures.elsewhere"), "number"),
        (context.text("failures.excess"), "number"),
        (context.text("failures.q"), "number"),
        (context.text("groups.verdict"), "text"),
    ]
    rows = []
    for found in failures.slices:
        rate, excess = context.evidence.get(found.error_rate), context.evidence.get(found.excess)
        rows.append(
            [
                _slice_cell(context, found),
                _figure(context, rate),
                Cell(context.numbers.count(rate.n) if rate else ABSENT, "number"),
                _elsewhere(context, rate, excess),
                _figure(context, excess),
                Cell(context.numbers.probability(found.p_holm), "number"),
                Cell("", badge=context.badge(found.verdict)),
            ]
        )
    more = context.text("failures.p_and_verdict", margin=context.facts.settings.margin)
    if any(found.kind == "word" for found in failures.slices):
        more = f"{more} {context.text('failures.words_of_slices')}"
    return make_table(context.text("failures.slices"), columns, rows, token="slices", more=more)  # type: ignore[arg-type]


def _elsewhere(context: Context, rate: Measure | None, excess: Measure | None) -> Cell:
    """The error rate of all other examples of that half, which is the rate less its excess."""
    if rate is None or excess is None or rate.value is None or excess.value is None:
        return Cell(ABSENT, "number", is_muted=True)
    return Cell(context.numbers.number(rate.value - excess.value), "number")


def _slice_cell(context: Context, found: FoundSlice) -> Cell:
    """The slice's name, with the way to and from its finding where it has one."""
    name = shorten(slice_name(context, found), 60)
    finding = next((f for f in followed_up(context.card) if f.kind == "slice" and found.excess in f.measures), None)
    if finding is None:
        return Cell(name, "name")
    card = context.card
    return Cell(name, "name", anchor=proof_anchor(card, finding), back=finding_address(card, finding))


def _errors(context: Context, failures: Failures) -> Table | None:
    if not failures.errors:
        return None
    columns = [
        (context.text("failures.id"), "name"),
        (context.text("performance.true_class"), "name"),
        (context.text("performance.predicted_class"), "name"),
        (context.text("performance.confidence"), "number"),
    ]
    # nobody judges sets of labels, and those that a program made with the texts are what it made
    are_labels_judged = context.evidence.get("suspected_labels") is not None and not context.card.synthetic
    if are_labels_judged:
        columns.append((context.text("failures.label"), "text"))
    rows = [
        [
            Cell(shorten(error.id, 24), "name", note=error.text or ""),
            Cell(shorten(context.names.one(error.gold), 40), "name"),
            Cell(shorten(context.names.one(error.predicted), 40), "name"),
            Cell(context.numbers.number(error.confidence, 3), "number"),
        ]
        for error in failures.errors
    ]
    if are_labels_judged:
        for row, error in zip(rows, failures.errors, strict=True):
            row.append(Cell(context.text("failures.suspected") if error.is_label_suspected else ABSENT))
    return make_table(context.text("failures.errors"), columns, rows, token="errors")  # type: ignore[arg-type]


def _withheld(context: Context, failures: Failures) -> str:
    """That texts are not shown, and how to show them; empty where they are shown or there are none."""
    is_withheld = failures.has_texts and any(error.text is None for error in failures.errors)
    return context.text("failures.withheld") if is_withheld else ""


def _suspected(context: Context) -> str:
    measure = context.evidence.get("suspected_labels")
    if measure is None or measure.value is None:
        return ""
    figure = interval_in_words(context, measure.value, measure.low, measure.high, measure, 1)
    counted = {"figure": figure, "n": measure.n, "count": round(measure.value * measure.n)}
    return context.text("failures.doubt" if context.card.synthetic else "failures.suspicion", **counted)


def _overlap(context: Context) -> Table | None:
    found = [measure for name in _OVERLAP if (measure := context.evidence.get(name))]
    if len(found) < 2:
        return None
    columns = [
        (context.text("performance.metric"), "name"),
        (context.text("performance.value"), "number"),
        (context.text("performance.n"), "number"),
    ]
    rows = [
        [
            Cell(context.metric_name(measure.metric), "name"),
            _figure(context, measure),
            Cell(context.numbers.count(measure.n), "number"),
        ]
        for measure in found
    ]
    return make_table(context.text("failures.overlap"), columns, rows)  # type: ignore[arg-type]


def _overlap_note(context: Context, failures: Failures) -> str:
    if failures.n_copies is None:
        return context.text("failures.no_training_texts")
    return "" if failures.n_copies else context.text("failures.no_copies")


def _figure(context: Context, measure: Measure | None) -> Cell:
    if measure is None:
        return Cell(ABSENT, "number", is_muted=True)
    return Cell(context.numbers.figure(measure), "number")


SECTION = Section("failures", "72_failures.html.j2", build)
