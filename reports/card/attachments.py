"""Which evidence a card's PDF carries besides its figures."""

from boletim.contracts.results.card import Card

LAST_CARD = "last-card.json"
LAST_PREDICTIONS = "last-predictions.parquet"
"""Names of what the changes since the last card are recomputed from."""

MAX_CELLS = 500_000
"""About 4 MB of predictions; more would make the card too heavy to send."""


def attaches_predictions(card: Card) -> bool:
    """Whether predictions.parquet goes into the PDF.

    It does, unless the owner says no, it is large, or its rows name authors. It holds no texts.
    """
    facts = card.audit.facts
    is_small = facts.n * (3 + len(facts.labels) + len(facts.groups)) <= MAX_CELLS
    names_authors = facts.settings.is_clustered
    return (
        card.provided.attach_predictions
        and card.provenance.predictions_sha256 is not None
        and is_small
        and not names_authors
    )
