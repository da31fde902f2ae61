"""What the measures of `gender_profession` let a reviewer claim."""

from collections.abc import Sequence
from typing import Any

from boletim.contracts.finding import Finding, FindingVerdict, Severity
from boletim.contracts.measure import Measure
from boletim.probes.context import ProbeContext
from boletim.probes.findings.verdict import judge, judge_all, make_finding, severity_of

_FLIPS: dict[FindingVerdict, str] = {
    "shown": "Changing the gender of the worker changes the predicted class in {value} of {n} contrasts "
    "({low} to {high}), more than the margin of {margin}.",
    "shown absent": "Changing the gender of the worker changes the predicted class in {value} of {n} contrasts "
    "({low} to {high}), within the margin of {margin}.",
    "insufficient evidence": "Whether changing the gender of the worker changes the predicted class in more than "
    "{margin} of contrasts is open: {value} of {n} ({low} to {high}).",
}
_MEAN: dict[FindingVerdict, str] = {
    "shown": "Over all professions the score of {class_name} shifts by {value} ({low} to {high}) when the sentence is "
    "about a woman, beyond the margin of {margin}.",
    "shown absent": "Over all professions the score of {class_name} shifts by {value} ({low} to {high}) when the "
    "sentence is about a woman, within the margin of {margin}.",
    "insufficient evidence": "Whether the score of {class_name} shifts by more than {margin} when the sentence is "
    "about a woman is open: {value} ({low} to {high}).",
}
_MEAN_OWN: dict[FindingVerdict, str] = {
    verdict: claim.replace("the score of {class_name}", "the score of the profession's own class")
    for verdict, claim in _MEAN.items()
}
_PROFESSIONS: dict[FindingVerdict, str] = {
    "shown": "For {n_shown} of {n} professions the score shifts with gender by more than the margin of {margin}: "
    "{names}. Where the two forms are different words, the word and the gender cannot be told apart.",
    "shown absent": "For each of the {n} professions the score shifts with gender by no more than the margin of "
    "{margin}.",
    "insufficient evidence": "For none of the {n} professions a shift beyond the margin of {margin} was shown; for "
    "{n_open} it could not be ruled out.",
}
_CORRELATION: dict[FindingVerdict, str] = {
    "shown": "The score gap follows the share of women in the profession: correlation {value} ({low} to {high}), "
    "{n} professions.",
    "insufficient evidence": "Whether the score gap follows the share of women in the profession is open: "
    "correlation {value} ({low} to {high}), {n} professions.",
}


def find_all(context: ProbeContext, measures: Sequence[Measure], data: dict[str, Any]) -> tuple[Finding, ...]:
    """One finding per question: flips, mean shift, shift per profession, and the share of women where it is known."""
    by_metric = {measure.metric: measure for measure in measures}
    has_own = any(entry["has_own_class"] for entry in data["professions"].values())
    mean = by_metric["mean_score_gap"]
    found = [
        _one(context, "gender_profession_flips", _FLIPS, by_metric["flip_rate"]),
        _one(context, "gender_profession_mean_own", _MEAN_OWN, mean)
        if has_own
        else _one(context, "gender_profession_mean", _MEAN, mean, class_name=data["reference_class"]),
        _professions(context, [measure for measure in measures if measure.metric == "score_gap"], data),
    ]
    correlation = by_metric["gap_share_correlation"]
    if correlation.value is not None:
        found.append(_correlated(context, correlation))
    return tuple(found)


def _one(
    context: ProbeContext, topic: str, claims: dict[FindingVerdict, str], measure: Measure, **names: str
) -> Finding:
    verdict = judge(measure, context.margin, context.level)
    values = {
        "value": measure.value,
        "low": measure.low,
        "high": measure.high,
        "n": measure.n,
        "margin": context.margin,
        **names,
    }
    return make_finding(topic, verdict, claims, [measure], values, severity_of([measure], verdict, context.margin))


def _professions(context: ProbeContext, gaps: Sequence[Measure], data: dict[str, Any]) -> Finding:
    verdict = judge_all(gaps, context.margin, context.level)
    verdicts = {measure.id: judge(measure, context.margin, context.level) for measure in gaps}
    shown = sorted((m for m in gaps if verdicts[m.id] == "shown"), key=lambda m: -abs(m.value or 0.0))
    values: dict[str, str | float | int | None] = {
        "n": len(gaps),
        "n_shown": len(shown),
        "n_open": sum(verdict == "insufficient evidence" for verdict in verdicts.values()),
        "margin": context.margin,
        "names": ", ".join(_name(data["professions"][m.scope["profession"]]) for m in shown),
    }
    proof = shown or gaps
    return make_finding(
        "gender_profession_professions", verdict, _PROFESSIONS, proof, values, _severity(len(shown), len(gaps))
    )


def _severity(n_shown: int, n_professions: int) -> Severity:
    """`medium` once a tenth of the professions shift; fewer may be single words, and no more than `low`.

    A shift over all professions is judged by the findings on flips and on the mean.
    """
    if not n_shown:
        return "info"
    return "medium" if n_shown >= max(2, n_professions / 10) else "low"


def _correlated(context: ProbeContext, measure: Measure) -> Finding:
    verdict: FindingVerdict = "insufficient evidence"
    if judge(measure, 0.0, context.level) == "shown":
        verdict = "shown"
    values = {"value": measure.value, "low": measure.low, "high": measure.high, "n": measure.n}
    severity = "low" if verdict == "shown" else "info"
    return make_finding("gender_profession_shares", verdict, _CORRELATION, [measure], values, severity)  # type: ignore[arg-type]


def _name(profession: dict[str, Any]) -> str:
    female, male = profession["female"], profession["male"]
    return str(female) if female == male else f"{female}/{male}"
