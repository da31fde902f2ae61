"""What decided the name of a learning curve: the objective at the kept weights, the losses there, or both."""

from boletim.contracts import curve_rules as limits
from boletim.contracts.results.audit import CurveDiagnosis
from boletim.reports.page.context import Context

_BY_METRIC = ("metric_gap", "train_metric_low")
_BY_LOSS = ("loss_gap", "loss_rises", "train_loss_high", "settled", "kept_before_the_rise")


def because(context: Context, curve: CurveDiagnosis) -> str:
    """The sentence of the rule that decided, without its full stop."""
    return context.text(f"curve.{curve.key}", **context.words.named(curve.values))


def is_of_kept(curve: CurveDiagnosis) -> bool:
    """Whether the rule that decided looks at the kept weights, and not at the whole curve."""
    return curve.key in (*_BY_METRIC, *_BY_LOSS)


def evidence(context: Context, curve: CurveDiagnosis) -> str:
    """The figures of the kept weights that decided; empty where they are not known or something else decided."""
    parts = []
    if curve.key in _BY_METRIC:
        parts.append(_of_metric(context, curve))
    if curve.key in _BY_LOSS or (curve.key == "metric_gap" and _is_loss_gap(curve)):
        parts.append(_of_losses(context, curve))
    return "; ".join(part for part in parts if part)


def _is_loss_gap(curve: CurveDiagnosis) -> bool:
    """Whether the losses alone would have decided too."""
    apart, ratio = curve.observed.get("apart"), curve.observed.get("ratio")
    return apart is not None and ratio is not None and apart >= limits.LOSS_GAP and ratio >= limits.LOSS_RATIO


def _of_metric(context: Context, curve: CurveDiagnosis) -> str:
    metric = str(curve.values.get("metric", ""))
    kept = next((point for point in curve.points if point.step == curve.kept_step), None)
    if kept is None or metric not in kept.train_metrics or metric not in kept.validation_metrics:
        return ""
    return context.text(
        "curve_page.evidence.metric",
        metric=context.metric_inside(metric),
        train=kept.train_metrics[metric],
        validation=kept.validation_metrics[metric],
    )


def _of_losses(context: Context, curve: CurveDiagnosis) -> str:
    train, validation = curve.kept_train_loss, curve.kept_validation_loss
    if train is None or validation is None:
        return ""
    return context.text("curve_page.evidence.losses", train=train, validation=validation)
