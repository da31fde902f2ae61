"""Look at a card's PDF a second time: recompute, compare, name what differs."""

import io
from pathlib import Path

from boletim.contracts.configuration import RunConfig
from boletim.contracts.errors import DataError, InputError
from boletim.contracts.examples import load_answers
from boletim.contracts.results.audit import AuditResult
from boletim.contracts.results.card import Card
from boletim.contracts.results.changes import RunDiff
from boletim.contracts.results.verification import STATED, VerifiedItem, VerifiedStatus

_OUTSIDE = "evaluate:"
_MAX_BOOTSTRAP = 100_000
_MAX_BYTES = 2**29


def verify_file(path: Path, predictions: Path | None = None, trusted: Path | None = None) -> list[VerifiedItem]:
    """Check a card against the evidence inside it.

    Args:
        path: The card's PDF.
        predictions: predictions.parquet of the run, where it is not attached.
        trusted: Certificates in PEM whose holders the reader trusts as signers.

    Raises:
        InputError: A file cannot be read, or is not a card.
    """
    from boletim.reports.checking.card_file import read_card_file
    from boletim.reports.checking.verify import verify_card

    file = read_card_file(read_file(path))
    given = read_file(predictions) if predictions else None
    return verify_card(file, recompute_audit, recompare_cards, given, trusted)


def outcome_of(items: list[VerifiedItem]) -> VerifiedStatus:
    """`differs` when anything does; `not checked` when figures or pages could not be; else `agrees`.

    What needs the model, the texts or the training is named and never recomputed, which alone leaves a card as it is.
    """
    statuses = {item.what: item.status for item in items}
    if "differs" in statuses.values():
        return "differs"
    return "not checked" if "not checked" in {s for what, s in statuses.items() if what != STATED} else "agrees"


MEANING = (
    "what this can tell: that the card follows from the evidence inside the file. What it cannot: who made it, when, "
    "and that the predictions are the model's; that takes a signature of somebody you know and a time stamp"
)


def describe_items(items: list[VerifiedItem]) -> str:
    """Who signed and what agreement means, one line an item, and the outcome, for a terminal."""
    signed = [item.detail for item in items if item.what == "signature"]
    head = [f"signature: {signed[0]}" if signed else "signature: none, so nobody vouches for this card", MEANING]
    lines = [
        *head,
        *(f"{item.status:>11}  {item.what}: {item.detail}" for item in items),
    ]
    return "\n".join([*lines, f"outcome: {outcome_of(items)}"])


def recompute_audit(card: Card, config: RunConfig, predictions: bytes) -> AuditResult:
    """The audit of these predictions with the card's settings.

    Metrics from outside (`evaluate:`) are left out: a card may come from a stranger, whose code is not run.

    Raises:
        InputError: The predictions or the settings cannot be audited.
    """
    from boletim.audit.run import audit

    if config.audit.bootstrap > _MAX_BOOTSTRAP:
        raise InputError(
            f"a card to be verified has at most {_MAX_BOOTSTRAP:,} replicates, got {config.audit.bootstrap:,}"
        )
    facts = card.audit.facts
    try:
        found = load_answers(io.BytesIO(predictions), facts.labels, facts.groups)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise DataError(f"predictions.parquet has the card's labels and groups, this has not ({error})") from error
    metrics = tuple(name for name in config.audit.metrics if not name.startswith(_OUTSIDE))
    settings = config.audit.model_copy(update={"metrics": metrics})
    curve = card.search.chosen_curve() if card.search else None
    baseline = facts.baseline.labels if facts.baseline and facts.baseline.origin == "training" else None
    return audit(found, settings, seed=config.seed, baseline=baseline, thresholds=facts.thresholds, curve=curve)


def recompare_cards(old: Card, old_predictions: bytes | None, new: Card, new_predictions: bytes | None) -> RunDiff:
    """What changed from one card to the next, from their evidence alone."""
    from boletim.app.stages.comparison import Audited, compare_audited

    return compare_audited(Audited.of(old, old_predictions), Audited.of(new, new_predictions))


def read_file(path: Path) -> bytes:
    """A file's content.

    Raises:
        InputError: It cannot be read, is no file, or is larger than any of a card's.
    """
    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: this is a folder, a device or a pipe; give a file")
        if path.exists() and path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path}: a card and its predictions have at most {_MAX_BYTES >> 20} MiB; check the path")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from error
