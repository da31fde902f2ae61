"""From measures to findings, with three verdicts and never two.

For a gap: *shown* when its whole interval lies beyond the margin and q, after Benjamini-Hochberg over the declared
family, is at most 1 - level; *shown absent* when its whole interval lies within the margin; otherwise *insufficient
evidence*, with the gap that these numbers could have shown. The severity follows from the rule that a finding names
(`contracts/finding.py`).
"""

from collections.abc import Iterable, Sequence

from boletim.audit.groups.attribute import Attribute
from boletim.audit.settings import Settings
from boletim.audit.statistics.multiplicity import benjamini_hochberg
from boletim.audit.tally.crossings import MOST_IN_ALL, MOST_OF_ONE, LeftOut
from boletim.contracts.finding import FEW_CONTRADICTED, SEVERITY_OF, Finding, FindingVerdict, Rule, Values, rule_beyond
from boletim.contracts.measure import Measure
from boletim.contracts.results.audit import CurveDiagnosis
from boletim.contracts.results.left_out import LeftOut as Unjudged

CALIBRATION_MARGIN = 0.05
_ENDINGS: dict[FindingVerdict, str] = {"shown": "shown", "shown absent": "absent", "insufficient evidence": "open"}
_MOST_NAMED = 5
_CURVES: dict[str, Rule] = {
    "overfitting": "training",
    "underfitting": "training",
    "unstable": "training",
    "not converged": "not_converged",
}


def with_q(measures: Sequence[Measure]) -> list[Measure]:
    """Set q on every gap that was tested; the others stay as they are.

    These tests are the declared family: every comparison between groups. The comparison with the majority class is one
    test by itself, and slices are a family of their own (Holm). In this family a test that is sure to be significant
    would let more false gaps through.
    """
    family = [i for i, m in enumerate(measures) if m.p is not None]
    done = list(measures)
    q_values = benjamini_hochberg([p for i in family if (p := measures[i].p) is not None])
    for place, q in zip(family, q_values, strict=True):
        done[place] = done[place].model_copy(update={"q": float(q)})
    return done


def family_size(measures: Iterable[Measure]) -> int:
    """How many tests of the declared family were made."""
    return sum(measure.q is not None for measure in measures)


def disparity_findings(attribute: Attribute, gaps: Iterable[Measure], settings: Settings) -> list[Finding]:
    """One finding per test of the column, and one for the classes and groups that could not be judged."""
    by_id = {gap.id: gap for gap in gaps}
    tested = [gap for gap in by_id.values() if gap.q is not None]
    found = [_disparity(attribute, gap, by_id, settings) for gap in tested]
    left_out = [
        gap for gap in by_id.values() if gap.metric == "recall_gap" and "class" in gap.scope and gap.value is None
    ]
    if left_out:
        found.append(_left_out(attribute, left_out, settings))
    return found


def without_repeats(found: Sequence[Finding]) -> list[Finding]:
    """Lower the severity of crossed gaps that only repeat what one of their columns shows.

    Where women are served worse, so are women of each region. A crossed gap that was shown keeps its severity when its
    interval lies beyond the gap of every crossed column that was shown for the same class; otherwise it is `low`.
    """
    shown = {
        (f.values["attribute"], f.values["class"], f.key): float(f.values["gap"] or 0)
        for f in found
        if f.kind == "disparity" and f.verdict == "shown"
    }

    def is_repeat(finding: Finding) -> bool:
        columns = str(finding.values.get("attribute")).split("+")
        keys = [(column, finding.values.get("class"), finding.key) for column in columns]
        own = [shown[key] for key in keys if key in shown]
        return len(columns) > 1 and bool(own) and float(finding.values["gap_low"] or 0) <= max(own)

    lowered = {"rule": "repeats", "severity": SEVERITY_OF["repeats"]}
    return [f.model_copy(update=lowered) if f.verdict == "shown" and is_repeat(f) else f for f in found]


def baseline_finding(by_id: dict[str, Measure], label: str, origin: str, margin: float) -> Finding:
    """Whether the model beats always answering one class, in accuracy or in macro F1."""
    over, f1, base = (by_id[name] for name in ("accuracy_over_baseline", "f1_macro", "baseline_f1_macro"))
    f1_low, f1_high, base_f1 = _known(f1.low, f1.value), _known(f1.high, f1.value), _known(base.value, 0.0)
    values: Values = {
        "label": label,
        "origin": origin,
        "accuracy": by_id["accuracy"].value,
        "baseline_accuracy": by_id["baseline_accuracy"].value,
        "f1_macro": f1.value,
        "baseline_f1_macro": base.value,
        "low": over.low,
        "high": over.high,
        "n": over.n,
    }
    suffix = "" if origin == "training" else "_test"
    proof = (over.id, "accuracy", "baseline_accuracy", f1.id, base.id)
    is_more_accurate, has_more_f1 = _known(over.low, -1) > 0, f1_low > base_f1
    if is_more_accurate and has_more_f1:
        return _finding(None, "baseline", "shown absent", f"baseline_beaten{suffix}", values, proof)
    if has_more_f1 and _known(over.high, 1) < 0:
        return _finding("baseline_mixed", "baseline", "shown", f"baseline_mixed{suffix}", values, proof)
    if has_more_f1 or is_more_accurate:
        key = "baseline_beaten_f1" if has_more_f1 else "baseline_beaten_accuracy"
        return _finding(None, "baseline", "shown absent", f"{key}{suffix}", values, proof)
    if _known(over.high, 1) <= margin and f1_high <= base_f1 + margin:
        return _finding("baseline_not_beaten", "baseline", "shown", f"baseline_not_beaten{suffix}", values, proof)
    return _finding("baseline_open", "baseline", "insufficient evidence", f"baseline_open{suffix}", values, proof)


def contradiction_finding(n_contradicted: int, n: int) -> Finding | None:
    """That in some rows the predicted class has not the highest score; None where there are none.

    A threshold of one's own does that in some rows; more than half of them are refused when the file is read.
    """
    if not n_contradicted:
        return None
    values: Values = {"n_contradicted": n_contradicted, "n": n, "share": n_contradicted / n}
    rule: Rule = "many_contradict" if n_contradicted > FEW_CONTRADICTED * n else "few_contradict"
    return _finding(rule, "data", "shown", "scores_contradict", values, ())


def calibration_finding(ece: Measure) -> Finding | None:
    """Whether confidence can be read as a probability; None without scores."""
    if ece.value is None or ece.low is None or ece.high is None:
        return None
    values: Values = {"ece": ece.value, "low": ece.low, "high": ece.high, "margin": CALIBRATION_MARGIN, "n": ece.n}
    if ece.low > CALIBRATION_MARGIN:
        return _finding("calibration", "calibration", "shown", "calibration_poor", values, (ece.id,))
    if ece.high <= CALIBRATION_MARGIN:
        return _finding(None, "calibration", "shown absent", "calibration_good", values, (ece.id,))
    return _finding(None, "calibration", "insufficient evidence", "calibration_open", values, (ece.id,))


def curve_finding(curve: CurveDiagnosis) -> Finding:
    """The learning curve's diagnosis as a finding; its proof is the curve, so it names no measure."""
    verdict: FindingVerdict = "insufficient evidence" if curve.diagnosis == "too few points" else "shown"
    kept: Values = {"kept_step": curve.kept_step, "kept_train": curve.kept_train_loss}
    kept["kept_validation"] = curve.kept_validation_loss
    values: Values = {"diagnosis": curve.diagnosis, **kept, **curve.values}
    return _finding(_CURVES.get(curve.diagnosis), curve.diagnosis, verdict, f"curve_{curve.key}", values, ())


def gap_verdict(gap: Measure, margin: float, level: float) -> FindingVerdict:
    """Shown, shown absent, or insufficient evidence."""
    if gap.low is None or gap.high is None or gap.q is None:
        return "insufficient evidence"
    if gap.low > margin and gap.q <= 1 - level + 1e-12:
        return "shown"
    return "shown absent" if gap.high <= margin and within(gap.left_out, margin) else "insufficient evidence"


def within(left_out: Unjudged | None, margin: float) -> bool:
    """Whether a gap stays within the margin when what it left out counts too."""
    return left_out is None or (left_out.limit is not None and left_out.limit <= margin)


def _disparity(attribute: Attribute, gap: Measure, by_id: dict[str, Measure], settings: Settings) -> Finding:
    margin, label = settings.config.margin, gap.scope.get("class")
    figures = attribute.compared(gap.metric.removesuffix("_gap"), label)
    lowest, highest = int(figures.values.argmin()), int(figures.values.argmax())
    is_detectable = gap.metric in ("recall_gap", f"{attribute.chief}_gap")
    smallest = by_id.get(settings.id_of("minimum_detectable_gap", gap.scope)) if is_detectable else None
    values: Values = {
        "class": label,
        "attribute": attribute.name,
        "low_group": figures.names[lowest],
        "low_value": float(figures.values[lowest]),
        "low_n": int(figures.n[lowest]),
        "high_group": figures.names[highest],
        "high_value": float(figures.values[highest]),
        "high_n": int(figures.n[highest]),
        "gap": gap.value,
        "gap_low": gap.low,
        "gap_high": gap.high,
        "margin": margin,
        "p": gap.p,
        "q": gap.q,
        "minimum": smallest.value if smallest else None,
    }
    verdict = gap_verdict(gap, margin, settings.level)
    is_partial = verdict == "insufficient evidence" and _known(gap.high, 1) <= margin
    rule: Rule | None = "in_part" if is_partial else None
    rule = rule_beyond([(gap.low, gap.high)], margin) if verdict == "shown" else rule
    key = f"{gap.metric}_{'partial' if is_partial else _ENDINGS[verdict]}"
    metric, said_as = gap.metric.removesuffix("_gap"), attribute.scale.said_as
    if said_as:
        key, values = f"{said_as}{key.removeprefix(metric)}", {**values, "metric": metric}
    scope = {"class": label} if label else {}
    proof = [gap.id]
    ends = (figures.names[lowest], figures.names[highest])
    proof += [settings.id_of(metric, {**scope, **attribute.scope_of(group)}) for group in ends]
    if smallest:
        proof.append(smallest.id)
    made = _finding(rule, "disparity", verdict, key, values, proof)
    return made.model_copy(update={"left_out": gap.left_out})


def _left_out(attribute: Attribute, left_out: Sequence[Measure], settings: Settings) -> Finding:
    least = settings.config.min_group
    small = [m for m in attribute.groups(attribute.chief) if m.undefined_because]
    values: Values = {
        "attribute": attribute.name,
        "n_classes": len(left_out),
        "n_all_classes": len(attribute.labels),
        "n_small_groups": len(small),
        "min_group": least,
    }
    proof = [gap.id for gap in left_out]
    return _finding(None, "data", "insufficient evidence", "groups_too_small", values, proof)


def crossings_finding(left_out: Sequence[LeftOut]) -> Finding | None:
    """That some crossed groups got no figures; None when all did."""
    if not left_out:
        return None
    values: Values = {
        "n_groups": sum(one.n_groups for one in left_out),
        "columns": ", ".join("+".join(one.columns) for one in left_out[:_MOST_NAMED]),
        "n_crossings": len(left_out),
        "most_of_one": MOST_OF_ONE,
        "most_in_all": MOST_IN_ALL,
    }
    return _finding(None, "data", "insufficient evidence", "crossings_left_out", values, ())


def _finding(
    rule: Rule | None,
    kind: str,
    verdict: FindingVerdict,
    key: str,
    values: Values,
    measures: Sequence[str],
) -> Finding:
    return Finding(
        rule=rule,
        kind=kind,
        verdict=verdict,
        measures=tuple(measures),
        key=key,
        values=values,
    )


def _known(value: float | None, otherwise: float | None) -> float:
    known = value if value is not None else otherwise
    return 0.0 if known is None else known
