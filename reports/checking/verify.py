"""Check a card against the evidence inside it: hashes, gates, figures, pages. Nothing in the file is believed."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.yaml_reading import load_written
from boletim.contracts.errors import ConfigError, InputError, first_line
from boletim.contracts.files.gates_seal import hash_gates
from boletim.contracts.files.run_folder import key_of
from boletim.contracts.results.audit import AuditResult
from boletim.contracts.results.card import Card
from boletim.contracts.results.verification import VerifiedItem, VerifiedStatus
from boletim.contracts.sentence import Sentence, word
from boletim.reports.card.assemble import judge_again
from boletim.reports.card.attachments import LAST_CARD, LAST_PREDICTIONS
from boletim.reports.checking.bounds import check_names, check_rows
from boletim.reports.checking.card_file import CardFile
from boletim.reports.checking.changes import Recompare, check_changes
from boletim.reports.checking.compare import Differences, compare_values, name_differences
from boletim.reports.checking.pages import check_pages
from boletim.reports.checking.signature import check_signature
from boletim.reports.checking.verify_stated import check_facts, name_stated
from boletim.reports.pdf.process import draw_pdf

Recompute = Callable[[Card, RunConfig, bytes], AuditResult]
"""From the card, its configuration and the content of predictions.parquet to a fresh audit."""

PREDICTIONS = "predictions.parquet"
_ATTACHED = {
    "audit.json",
    "probes.json",
    "cost.json",
    "card.json",
    "config.yaml",
    PREDICTIONS,
    LAST_CARD,
    LAST_PREDICTIONS,
}
_OUTSIDE = "evaluate:"
_FROM_MODEL = (
    "layer_similarity",
    "score_by_sample_size",
    "gain_from_doubling",
    "validation_score",
    "validation_score_corrected",
    "seed_spread",
    "label_mass",
    "prompt_accuracy",
    "prompt_accuracy_gap",
    "prompt_spread",
    "cost_threshold",
    "expected_cost_at_threshold",
    "group_threshold",
    "recall_at_group_threshold",
    "false_positive_rate_at_group_threshold",
)
_FROM_ELSEWHERE = ("more_data", "cluster_suspected", "other_language", "mitigation", "prompt_")
"""Keys of findings that refits, answers to the validation texts, columns of the data file or the texts decide."""
_FROM_TEXTS = frozenset(
    {
        "slice_error_rate",
        "slice_error_excess",
        "train_overlap",
        "accuracy_without_overlap",
        "f1_macro_without_overlap",
        "overlap_effect",
    }
)
"""Metrics of slices by words and lengths, and of test texts that repeat training texts."""


def verify_card(
    file: CardFile,
    recompute: Recompute,
    recompare: Recompare,
    predictions: bytes | None = None,
    trusted: Path | None = None,
) -> list[VerifiedItem]:
    """Look at everything on the card a second time.

    Args:
        file: The card's PDF.
        recompute: Audits predictions; passed in, because this room does not audit.
        recompare: Compares with the last card; passed in as well.
        predictions: Content of the run's predictions.parquet; None takes the attached one.
        trusted: Certificates in PEM whose holders the reader trusts as signers.

    Returns:
        One item per check, in the order of a reader; each names what differs.

    Raises:
        InputError: card.json, config.yaml or a copy is not what Boletim writes, so nothing can be compared.
    """
    card = _read_card(file.attachments["card.json"])
    config = _read_config(file.attachments.get("config.yaml"))
    items = [
        *check_signature(file.content, trusted),
        *_check_names(file.attachments),
        *_check_copies(file.attachments, card),
    ]
    if config is None:
        items.append(_item("config.yaml", "not checked", Sentence("terminal.verify.no_config")))
    else:
        items += [_check_settings(file.attachments["config.yaml"], card, config), _check_gates(card, config)]
        items += [_check_judgement(card, config), *check_facts(card, config)]
    check_names(card)
    found = predictions or file.attachments.get(PREDICTIONS)
    if found is not None:
        check_rows(found)
    items.append(check_figures(card, config, found, recompute))
    items += check_changes(card, file.attachments, found, recompare)
    return [*items, name_stated(card), *check_pages(file, card, draw_pdf)]


def _read_card(content: bytes) -> Card:
    try:
        return Card.model_validate_json(content)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise InputError("card_other", what=where or "it") from error


def _read_config(content: bytes | None) -> RunConfig | None:
    if content is None:
        return None
    try:
        return RunConfig.model_validate(load_written("config.yaml", content.decode("utf-8")))
    except (ValidationError, ConfigError, ValueError, RecursionError) as error:
        raise InputError("card_config") from error


def _read_json(name: str, content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        why = Sentence("errors.brackets_deep") if isinstance(error, RecursionError) else first_line(error)
        raise InputError("card_json", name=name, why=why) from error


def _check_names(attachments: Mapping[str, bytes]) -> list[VerifiedItem]:
    """A card carries its evidence and nothing else."""
    strange = sorted(set(attachments) - _ATTACHED)
    return [_item("attachments", "differs", Sentence("terminal.verify.strange", names=strange))] if strange else []


def _check_copies(attachments: Mapping[str, bytes], card: Card) -> list[VerifiedItem]:
    """audit.json and probes.json are in card.json too: both copies say the same."""
    dumped = card.model_dump(mode="json")
    items = []
    for name in ("audit", "probes", "cost"):
        content = attachments.get(f"{name}.json")
        if content is None and dumped[name] is None:
            continue
        other = _read_json(f"{name}.json", content) if content is not None else None
        items.append(_compared(f"{name}.json", compare_values(dumped[name], other), Sentence("terminal.verify.copy")))
    return items


def _check_settings(content: bytes, card: Card, config: RunConfig) -> VerifiedItem:
    is_same = key_of(yaml.safe_load(content)) == card.provenance.config_sha256
    if not is_same:
        return _item("config.yaml", "differs", Sentence("terminal.verify.other_hash"))
    if config.card != card.provided:
        return _item("config.yaml", "differs", Sentence("terminal.verify.other_answers"))
    return _item("config.yaml", "agrees", Sentence("terminal.verify.hash", hash=card.provenance.config_sha256[:16]))


def _check_gates(card: Card, config: RunConfig) -> VerifiedItem:
    found = hash_gates(config.gates)
    if found != card.provenance.gates_sha256:
        return _item("gates", "differs", Sentence("terminal.verify.other_gates"))
    return _item("gates", "agrees", Sentence("terminal.verify.gates_hash", n=len(config.gates), hash=found[:16]))


def _check_judgement(card: Card, config: RunConfig) -> VerifiedItem:
    """Gates, verdict and whatever else the configuration decides, from names to the description of the data."""
    try:
        again = judge_again(card, config)
    except InputError as error:
        return _item("verdict", "differs", error.sentence)
    differences = compare_values(again.model_dump(mode="json"), card.model_dump(mode="json"))
    return _compared(
        "verdict", differences, Sentence("terminal.verify.judged", said=word(card.verdict), n=len(card.gates))
    )


def check_figures(
    card: Card, config: RunConfig | None, predictions: bytes | None, recompute: Recompute
) -> VerifiedItem:
    """Whether the figures are those that the predictions give, as far as predictions decide them."""
    what = "audit figures"
    if config is None or predictions is None:
        return _item(what, "not checked", Sentence("terminal.verify.no_predictions"))
    if card.audit.facts.is_summed:
        return _item(what, "not checked", Sentence("terminal.verify.from_sums"))
    if hashlib.sha256(predictions).hexdigest() != card.provenance.predictions_sha256:
        return _item(what, "differs", Sentence("terminal.verify.other_predictions"))
    try:
        fresh = recompute(card, config, predictions)
    except InputError as error:
        return _item(what, "differs", Sentence("terminal.verify.not_audited", said=error))
    needs_more = _needs_more(card, config, fresh)
    kept, again = (_recomputable(audit, needs_more) for audit in (card.audit, fresh))
    n = len(again["measures"])
    left = len(card.audit.measures) - len(kept["measures"])
    counts = {"n": n, "n_findings": len(again["findings"])} | ({"n_left": left} if left else {})
    detail = Sentence(f"terminal.verify.recomputed{'_more' if left else ''}", **counts)
    return _compared(what, compare_values(kept, again), detail)


def _needs_more(card: Card, config: RunConfig, fresh: AuditResult) -> frozenset[str]:
    """Metrics whose figures cannot come from predictions alone."""
    names = set(_FROM_MODEL)
    if any(name.startswith(_OUTSIDE) for name in config.audit.metrics):
        names |= {m.metric for m in card.audit.measures} - {m.metric for m in fresh.measures}
    failures = card.audit.failures
    if failures is not None and failures.has_texts:
        names |= _FROM_TEXTS
    return frozenset(names)


def _recomputable(audit: AuditResult, needs_more: frozenset[str]) -> dict[str, Any]:
    """The part of an audit that predictions alone decide."""
    content = audit.model_dump(mode="json")
    left_out = {m["id"] for m in content["measures"] if m["metric"] in needs_more}
    content["measures"] = [m for m in content["measures"] if m["id"] not in left_out]
    content["findings"] = [f for f in content["findings"] if not f["key"].startswith(_FROM_ELSEWHERE)]
    content["sample_sizes"], content["drawn"], content["mitigation"] = None, None, None
    if needs_more >= _FROM_TEXTS:
        kinds = ("slice", "overlap")
        content["findings"] = [f for f in content["findings"] if f["kind"] not in kinds]
        content["failures"] = None
    content["facts"]["settings"]["metrics"] = None
    return content


def _compared(what: str, differences: Differences, detail: str) -> VerifiedItem:
    if not differences:
        return _item(what, "agrees", detail)
    return _item(what, "differs", name_differences(differences))


def _item(what: str, status: VerifiedStatus, detail: str) -> VerifiedItem:
    return VerifiedItem(what=what, status=status, detail=detail)
