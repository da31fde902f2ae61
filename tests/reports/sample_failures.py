"""Where the sample model fails and what it costs: slices, confident errors, copies of training texts, times, sizes."""

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import COUNT, JACKKNIFE, ORDER_STATISTICS, WILSON
from boletim.contracts.results.cost import CostResult
from boletim.contracts.results.failures import ErrorExample, Failures, FoundSlice

SLICES = {
    "length": {"low": 3, "high": 8},
    "word": {"word": "theatre"},
    "group": {"group": "gender = female, region = north"},
    "confidence": {"low": 0.5, "high": 0.625},
}


def slice_measures(kind: str) -> list[Measure]:
    scope = {"slice": kind}
    rate = Measure(
        id=measure_id("slice_error_rate", scope), metric="slice_error_rate", value=0.4375, low=0.31, high=0.57,
        level=0.95, n=1_064, scope=scope, method=WILSON, higher_is_better=False,
    )  # fmt: skip
    changes = {"id": measure_id("slice_error_excess", scope), "metric": "slice_error_excess", "unit": "difference"}
    return [rate, rate.model_copy(update=changes | {"value": 0.25, "low": 0.06, "high": 0.41, "p": 0.0001})]


def overall(metric: str, value: float, low: float, high: float, n: int = 2_102) -> Measure:
    return Measure(id=metric, metric=metric, value=value, low=low, high=high, level=0.95, n=n, method=WILSON)


def measures() -> list[Measure]:
    return [
        *(measure for kind in SLICES for measure in slice_measures(kind)),
        overall("suspected_labels", 0.031, 0.024, 0.039),
        overall("train_overlap", 0.125, 0.111, 0.140),
        overall("accuracy_without_overlap", 0.74, 0.72, 0.76, 1_839),
        overall("f1_macro_without_overlap", 0.71, 0.68, 0.73, 1_839),
        overall("overlap_effect", 0.02, 0.01, 0.03),
        *(
            Measure(
                id=f"layer_similarity{{layer={layer}}}", metric="layer_similarity", value=value, low=value - 0.03,
                high=min(value + 0.03, 1.0), level=0.95, n=150, unit="score", scope={"layer": str(layer)},
                method=JACKKNIFE,
            )
            for layer, value in enumerate((0.99, 0.87, 0.41))
        ),
    ]  # fmt: skip


def failures() -> Failures:
    slices = [
        FoundSlice(
            name=kind,
            kind=kind,
            values=values,
            n_search=1_038,
            error_rate=slice_measures(kind)[0].id,
            excess=slice_measures(kind)[1].id,
            p_holm=0.0004,
            verdict="shown" if kind == "word" else "insufficient evidence",
        )
        for kind, values in SLICES.items()
    ]
    errors = [
        ErrorExample(id=f"e{i}", gold="nurse", predicted="surgeon", confidence=0.987, is_label_suspected=not i, text=t)
        for i, t in enumerate(("She ran the theatre list.", None))
    ]
    return Failures(
        slices=tuple(slices),
        n_candidates=1_234,
        n_search=1_051,
        n_confirm=1_051,
        errors=tuple(errors),
        has_texts=True,
        n_copies=263,
    )


def cost() -> CostResult:
    """0.0123 s for one text, 0.3125 s for 32, 110 MiB of weights, no energy counter."""
    measures = []
    for size, seconds in ((1, 0.0123), (8, 0.08), (32, 0.3125)):
        scope = {"batch_size": str(size)}
        latency = Measure(
            id=measure_id("latency", scope), metric="latency", value=seconds, low=seconds * 0.9, high=seconds * 1.1,
            level=0.95, n=40, unit="seconds", higher_is_better=False, scope=scope, method=ORDER_STATISTICS,
        )  # fmt: skip
        changes = {"id": measure_id("throughput", scope), "metric": "throughput", "unit": "per second"}
        limits = {"value": size / seconds, "low": size / seconds / 1.1, "high": size / seconds / 0.9}
        measures += [latency, latency.model_copy(update=changes | limits)]
    measures += [
        Measure(id="n_parameters", metric="n_parameters", value=28_763_657, n=1, unit="count", method=COUNT),
        Measure(id="model_bytes", metric="model_bytes", value=110 * 2**20, n=1, unit="bytes", method=COUNT),
        Measure(id="peak_memory", metric="peak_memory", value=640.5 * 2**20, n=1, unit="bytes"),
        Measure(
            id="energy_per_text", metric="energy_per_text", value=None, n=0, unit="joules",
            undefined_because=Reason.of("no_counter"),
        ),
    ]  # fmt: skip
    return CostResult(measures=tuple(measures), device="cpu", n_threads=2, n_texts=2_102)
