"""How a reader without Boletim counts the accuracy again: two columns of a file that is attached to the PDF."""

from boletim.contracts.answers.one_label import Predictions
from boletim.reports.card.attachments import attaches_predictions
from boletim.reports.page.context import Context

_WHOLE = 1e-6


def counted_by_hand(context: Context) -> dict[str, str] | None:
    """Rows whose label was predicted, of how many, and the accuracy that this is.

    None where the rows are not attached, where weights make the accuracy no share of them, and where an answer is not
    one label, so that no two columns say it.
    """
    facts, accuracy = context.facts, context.evidence.get("accuracy")
    is_plain = facts.kind == Predictions.kind and not facts.settings.is_weighted and attaches_predictions(context.card)
    if not is_plain or accuracy is None or accuracy.value is None or accuracy.n != facts.n:
        return None
    hits = accuracy.value * accuracy.n
    if abs(hits - round(hits)) > _WHOLE * accuracy.n:
        return None
    return {
        "hits": context.numbers.count(round(hits)),
        "n": context.numbers.count(accuracy.n),
        "figure": context.numbers.percentage(accuracy.value, 1),
    }
