"""Compare with the last card again, from the copy of it inside this one."""

import hashlib
from collections.abc import Callable

from pydantic import ValidationError

from boletim.contracts.errors import InputError
from boletim.contracts.results.card import Card
from boletim.contracts.results.changes import RunDiff
from boletim.contracts.results.verification import VerifiedItem, VerifiedStatus
from boletim.contracts.sentence import Sentence, word
from boletim.reports.card.attachments import LAST_CARD, LAST_PREDICTIONS
from boletim.reports.checking.compare import compare_values, name_differences

Recompare = Callable[[Card, bytes | None, Card, bytes | None], RunDiff]
"""From the last card and this one, each with the content of its predictions.parquet, to what changed."""

_WHAT = "changes since the last card"


def check_changes(
    card: Card, attached: dict[str, bytes], predictions: bytes | None, recompare: Recompare
) -> list[VerifiedItem]:
    """One item where the card says what changed, or should; none where nothing was compared.

    Args:
        card: As its card.json says.
        attached: Content of the card's attachments by name.
        predictions: Of this run; None where they are not at hand.
        recompare: Passed in, because this room does not audit.
    """
    if card.changes is None:
        is_due = card.provided.compare_with is not None or LAST_CARD in attached
        return [_item("differs", Sentence("terminal.verify.changes_unsaid"))] if is_due else []
    hashes, content, earlier = card.provenance.compared_sha256, attached.get(LAST_CARD), attached.get(LAST_PREDICTIONS)
    if content is None or _hash(content) != hashes.get("card.json"):
        return [_item("differs", Sentence("terminal.verify.other_file", name=LAST_CARD))]
    if earlier is not None and _hash(earlier) != hashes.get("predictions.parquet"):
        return [_item("differs", Sentence("terminal.verify.other_file", name=LAST_PREDICTIONS))]
    wanted = [("predictions.parquet" in hashes, earlier), (card.provenance.predictions_sha256 is not None, predictions)]
    if any(is_wanted and found is None for is_wanted, found in wanted):
        return [_item("not checked", Sentence("terminal.verify.needs_both"))]
    try:
        again = recompare(Card.model_validate_json(content), earlier, card, predictions)
    except (InputError, ValidationError, LookupError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        return [_item("differs", Sentence("terminal.verify.not_compared", reason=reason))]
    differences = compare_values(card.changes.model_dump(mode="json"), again.model_dump(mode="json"))
    if differences:
        return [_item("differs", name_differences(differences))]
    n = len(again.changes) + len(again.paired)
    return [_item("agrees", Sentence("terminal.verify.changes_again", n=n, old=again.old, said=word(again.outcome)))]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _item(status: VerifiedStatus, detail: str) -> VerifiedItem:
    return VerifiedItem(what=_WHAT, status=status, detail=detail)
