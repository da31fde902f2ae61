"""Which evidence a card's PDF carries besides its figures."""

from typing import Literal

from boletim.contracts.answers.question_answers import QuestionFacts
from boletim.contracts.answers.spans import SpanFacts
from boletim.contracts.results.card import Card

LAST_CARD = "last-card.json"
LAST_PREDICTIONS = "last-predictions.parquet"
"""Names of what the changes since the last card are recomputed from."""

MAX_CELLS = 500_000
"""About 4 MB of predictions; more would make the card too heavy to send."""

KeptBack = Literal["owner", "stretches", "together", "large"]


def attaches_predictions(card: Card) -> bool:
    """Whether predictions.parquet goes into the PDF; it holds no texts."""
    return card.provenance.predictions_sha256 is not None and why_kept_back(card) is None


def why_kept_back(card: Card) -> KeptBack | None:
    """Why predictions stay outside: the owner says so, answers are stretches of texts, rows say which texts belong
    together (such as those of one author), or they are many. None where nothing is against it.
    """
    facts = card.audit.facts
    own = facts.own
    if not card.provided.attach_predictions:
        return "owner"
    if isinstance(own, QuestionFacts):
        return "stretches"
    # entities are clustered by their text where nobody says which texts share a document, and that names nobody
    is_text_alone = isinstance(own, SpanFacts) and not (own.names_clusters or own.has_documents)
    if facts.settings.is_clustered and not is_text_alone:
        return "together"
    n_entities = sum(one.gold + one.predicted for one in own.types) if isinstance(own, SpanFacts) else 0
    n_cells = facts.n * (3 + len(facts.labels) + len(facts.groups)) + 4 * n_entities
    return "large" if n_cells > MAX_CELLS else None
