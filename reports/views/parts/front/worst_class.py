"""Which class the model serves worst, by which figure, and whether that can be told from chance."""

from collections.abc import Sequence
from math import hypot

from boletim.contracts.measure import Measure
from boletim.reports.page.context import Context
from boletim.reports.page.numbers import default_decimals
from boletim.reports.views.parts.people import interval_in_words

_FEWEST_COMPARED = 2
_MOST_NAMED = 3


def worst_class(context: Context) -> list[str]:
    """The class of the lowest recall, that of the lowest F1, and those that the evidence cannot rank apart."""
    classes = context.evidence.select("recall", "class")
    recalls = _judged(classes)
    untold = {"n": len(classes) - len(recalls), "n_all": len(classes)}
    if not recalls:
        return []
    if untold["n"] and len(recalls) < _FEWEST_COMPARED:
        return [context.text("front.worst_untold", **untold)]
    worst = recalls[0]
    weighted = "_weighted" if context.facts.settings.is_weighted else ""
    values = {"label": _name(context, worst), "n": context.numbers.count(worst.n), "figure": _figure(context, worst)}
    said = [context.text(f"front.worst{weighted}", **values), _not_ranked(context, recalls), _by_f1(context, worst)]
    if untold["n"]:
        said.append(context.text("front.unjudged", **untold))
    return [line for line in said if line]


def _judged(measures: Sequence[Measure]) -> list[Measure]:
    """Those with a value that is judged, the lowest first."""
    return sorted(
        (m for m in measures if m.value is not None and not m.undefined_because), key=lambda m: m.value or 0.0
    )


def _by_f1(context: Context, worst: Measure) -> str:
    """Where the lowest F1 is another class's, both F1s; empty where there are none."""
    found = _judged(context.evidence.select("f1", "class"))
    own = next((m for m in found if m.scope == worst.scope), None)
    if own is None or len(found) < _FEWEST_COMPARED:
        return ""
    if found[0].value == own.value:
        return context.text("front.worst_by_f1_too", figure=_f1(context, own))
    lowest = found[0]
    is_near = lowest.high is not None and own.low is not None and lowest.high >= own.low
    return context.text(
        f"front.worst_by_f1_{'near' if is_near else 'apart'}",
        label=_name(context, lowest),
        figure=_f1(context, lowest),
        other=_name(context, worst),
        own=_f1(context, own),
    )


def _not_ranked(context: Context, recalls: Sequence[Measure]) -> str:
    """Classes whose recall differs from the lowest by no more than chance may make; empty where there are none.

    References:
        Newcombe 1998, Statistics in Medicine 17:873, method 10: the classes rest on different texts.
    """
    worst = recalls[0]
    near = [other for other in recalls[1:] if _may_be_chance(other, worst)]
    if not near:
        return ""
    names = ", ".join(f"“{_name(context, other)}”" for other in near[:_MOST_NAMED])
    more = len(near) - _MOST_NAMED
    key = "front.not_ranked_more" if more > 0 else "front.not_ranked"
    return context.text(key, worst=_name(context, worst), names=names, n=more)


def _may_be_chance(more: Measure, less: Measure) -> bool:
    """Whether the interval of the difference of two independent shares, the first no smaller, holds zero."""
    if more.value is None or less.value is None or more.low is None or less.high is None:
        return True
    return more.value - less.value <= hypot(more.value - more.low, less.high - less.value)


def _name(context: Context, measure: Measure) -> str:
    return context.names.one(measure.scope["class"])


def _figure(context: Context, measure: Measure) -> str:
    return interval_in_words(context, measure.value or 0.0, measure.low, measure.high, measure)


def _f1(context: Context, measure: Measure) -> str:
    """As the tables have it: F1 is a mean of two shares, and no share of anything."""
    number, decimals = context.numbers.number, default_decimals(measure)
    figure = number(measure.value, decimals)
    if measure.low is None or measure.high is None:
        return figure
    low, high = number(measure.low, decimals), number(measure.high, decimals)
    return context.text("front.with_interval", figure=figure, low=low, high=high)
