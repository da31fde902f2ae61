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
from boletim.contracts.sentence import Joined, Sentence, word

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


MEANING = "terminal.verify.meaning"


def describe_items(items: list[VerifiedItem]) -> str:
    """Who signed and what agreement means, one line an item, and the outcome, for a terminal."""
    signed = [item.detail for item in items if item.what == "signature"]
    head = [
        Sentence("terminal.verify.by", said=signed[0]) if signed else Sentence("terminal.verify.none"),
        Sentence(MEANING),
    ]
    lines = [
        *head,
        *(
            Sentence("terminal.verify.item", status=word(item.status), what=word(item.what), said=item.detail)
            for item in items
        ),
    ]
    return Joined([*lines, Sentence("terminal.verify.outcome", said=word(outcome_of(items)))])


def recompute_audit(card: Card, config: RunConfig, predictions: bytes) -> AuditResult:
    """The audit of these predictions with the card's settings.

    Metrics from outside (`evaluate:`) are left out: a card may come from a stranger, whose code is not run.

    Raises:
        InputError: The predictions or the settings cannot be audited.
    """
    from boletim.audit.run import audit

    if config.audit.bootstrap > _MAX_BOOTSTRAP:
        raise InputError("card_replicates", n_max_bootstrap=_MAX_BOOTSTRAP, n_bootstrap=config.audit.bootstrap)
    facts = card.audit.facts
    try:
        found = load_answers(io.BytesIO(predictions), facts.labels, facts.groups)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise DataError("other_labels", error=error) from error
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
            raise InputError("not_plain_file", at=path)
        if path.exists() and path.stat().st_size > _MAX_BYTES:
            raise InputError("card_mib", max_bytes=_MAX_BYTES >> 20, at=path)
        return path.read_bytes()
    except OSError as error:
        raise InputError("unreadable_path", reason=error.strerror, at=path) from error
