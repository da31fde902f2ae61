"""What the model does, in one sentence: what it reads, in which language, and what it gives."""

from boletim.reports.page.context import Context

_MOST_NAMED = 3
"""Classes; all of them stand in the tables."""


def model_task(context: Context) -> str:
    """The sentence of the card's kind of answer, from the column of texts and the labels."""
    column = context.card.data.get("text")
    read = context.text("front.from_column", column=context.names.column(str(column))) if column else ""
    labels = context.facts.labels
    names = ", ".join(context.names.one(label) for label in labels[:_MOST_NAMED])
    return context.text(
        "front.does",
        language=context.language_name(context.card.language),
        read=read,
        n=len(labels),
        labels=f"{names} …" if len(labels) > _MOST_NAMED else f"{names}.",
        metric=context.metric_name(context.facts.chief),
    )
