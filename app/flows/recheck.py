"""The card of a run folder, believed only after its gates were judged again from the results beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from boletim.contracts.configuration.redaction import Redaction
from boletim.contracts.errors import InputError, RunFolderError
from boletim.contracts.files.atomic import hash_file
from boletim.contracts.files.gates_seal import hash_gates, sealed_at
from boletim.contracts.files.run_files import read_record, read_resolved
from boletim.contracts.files.run_folder import RunFolder, key_of
from boletim.contracts.record import Record
from boletim.contracts.results.audit import AuditResult, ProbeResults
from boletim.contracts.results.card import Card, Provenance
from boletim.contracts.results.cost import CostResult
from boletim.contracts.sentence import Sentence


def rechecked_card(folder: RunFolder) -> Card:
    """The card, when it is the one that its folder's results, configuration and seal give.

    Raises:
        RunFolderError: It is stale, edited, or a file it rests on is missing or damaged; the first cause is named.
    """
    card = read_record(folder.card, Card)
    for cause in _contradictions(folder, card):
        raise RunFolderError("stale", file=folder.card, said=cause)
    return card


def _contradictions(folder: RunFolder, card: Card) -> Iterator[str]:
    from boletim.app.flows.verify import recompute_audit
    from boletim.reports.card.assemble import judge_again
    from boletim.reports.checking.compare import compare_values, name_differences
    from boletim.reports.checking.verify import check_figures

    def compared(name: str, one: Any, other: Any) -> Iterator[str]:
        if differences := compare_values(one, other):
            yield Sentence("errors.cause_differ", name=name, differences=name_differences(differences[:1]))

    dumped = card.model_dump(mode="json")
    config, _ = read_resolved(folder.config)
    redaction = Redaction(config, folder.path)  # the card says nothing of this machine's folders, its files may
    public = redaction.config()
    kinds: list[tuple[Path, type[Record]]] = [
        (folder.audit, AuditResult),
        (folder.probes, ProbeResults),
        (folder.cost, CostResult),
        (folder.provenance, Provenance),
    ]
    for path, kind in kinds:
        is_due = path.exists() or dumped[path.stem] is not None
        found = redaction.everything(read_record(path, kind).model_dump(mode="json")) if is_due else None
        yield from compared(path.name, dumped[path.stem], found)
    if key_of(public.chosen()) != card.provenance.config_sha256:
        yield Sentence("errors.cause_config")
    if hash_gates(public.gates) != card.provenance.gates_sha256:
        yield Sentence("errors.cause_gates")
    if sealed_at(folder, public.gates) != card.provenance.gates_sealed:
        yield Sentence("errors.cause_seal")
    if card.provenance.predictions_sha256 and not folder.predictions.is_file():
        yield Sentence("errors.cause_no_predictions")
    if card.provenance.predictions_sha256 and hash_file(folder.predictions) != card.provenance.predictions_sha256:
        yield Sentence("errors.cause_predictions")
    try:
        again = judge_again(card, public)
    except InputError as error:
        raise RunFolderError("gates_again", card=folder.card, error=error) from error
    yield from compared(Sentence("errors.cause_judged"), dumped, again.model_dump(mode="json"))
    if card.provenance.predictions_sha256:
        # audit.json and card.json can be edited alike; what they rest on cannot
        figures = check_figures(card, public, folder.predictions.read_bytes(), recompute_audit)
        if figures.status == "differs":
            yield Sentence("errors.cause_figures", detail=figures.detail)
