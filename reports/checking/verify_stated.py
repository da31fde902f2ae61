"""What each field of a card rests on: derived from attached evidence and compared, or stated and named as such."""

from typing import Any

from boletim.contracts.configuration import RunConfig
from boletim.contracts.results.card import Card
from boletim.contracts.results.verification import STATED, VerifiedItem
from boletim.contracts.sentence import Joined, Sentence, word

DERIVED = {
    "card": "schema_ name language synthetic verdict reason_key reason_values gates not_provided not_measured provided "
    "data audit probes cost changes",
    "provenance": "boletim_version config_sha256 gates_sha256 predictions_sha256 compared_sha256 seeds",
    "model": "",
}
"""Compared with config.yaml, audit.json, probes.json, cost.json, the predictions or the last card; by record."""

STATES = {
    "card": "model cleaning search provenance",
    "provenance": "boletim_address created gates_sealed data_sha256 model_sha256 packages python platform hardware "
    "git_commit git_dirty seconds command",
    "model": "name architecture n_parameters base_model base_revision sha256 labels max_length weights_format prompt "
    "no_answer",
}
"""What no evidence inside the file can settle; the records in `card` are looked into below."""

_LONGEST = 120
_OF_SEARCH = (
    "architecture",
    "n_parameters",
    "base_model",
    "base_revision",
    "sha256",
    "labels",
    "max_length",
    "prompt",
    "no_answer",
)


def check_facts(card: Card, config: RunConfig) -> list[VerifiedItem]:
    """Facts that stand on the card twice, or that the configuration decides: both places say the same."""
    found: list[str] = []
    if card.provenance.seeds != {"run": config.seed}:
        found.append(Sentence("terminal.verify.other_seeds", card=card.provenance.seeds, config=config.seed))
    if card.model.sha256 != card.provenance.model_sha256:
        found.append(Sentence("terminal.verify.other_model_hash"))
    if card.cleaning is not None and card.cleaning.source_sha256 != card.provenance.data_sha256:
        found.append(Sentence("terminal.verify.other_data_hash"))
    labels = card.audit.facts.labels
    if card.model.labels and labels and set(card.model.labels) != set(labels):
        found.append(Sentence("terminal.verify.other_classes"))
    if card.search is not None:
        own, tuned = card.model, card.search.model
        differing = [key for key in _OF_SEARCH if getattr(own, key) != getattr(tuned, key)]
        found += [
            Sentence(
                "terminal.verify.other_model", key=key, own=_short(getattr(own, key)), tuned=_short(getattr(tuned, key))
            )
            for key in differing
        ]
    return [VerifiedItem(what="facts", status="differs", detail=one) for one in found]


def _short(value: Any) -> Any:
    return value if len(repr(value)) <= _LONGEST else repr(value)[:_LONGEST]


def name_stated(card: Card) -> VerifiedItem:
    """Every filled field that is printed as the card states it, and what checking it would need."""
    needed = {
        "search and training curve": "the training" if card.search else "",
        "data and cleaning": "the source" if card.cleaning else "",
        "probes": "the model" if card.probes else "",
        "cost": "the model and its machine" if card.cost else "",
        "texts drawn": "the texts" if card.audit.drawn else "",
        "slices, errors and overlap": "the texts" if card.audit.failures and card.audit.failures.has_texts else "",
    }
    named = [
        Sentence("terminal.verify.needs", what=word(what), need=word(need)) for what, need in needed.items() if need
    ]
    for name, record in (("model", card.model), ("provenance", card.provenance)):
        filled = [key for key in STATES[name].split() if getattr(record, key) not in (None, "", (), {})]
        if filled:
            named.append(Sentence("terminal.verify.states", record=name, fields=filled))
    return VerifiedItem(what=STATED, status="not checked", detail=Joined(named, "; "))
