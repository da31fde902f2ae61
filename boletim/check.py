"""The gates, judged again from the results beside the card: one word in card.json decides nothing."""

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from boletim.contracts.card import Card
from boletim.contracts.config import RunConfig
from boletim.contracts.errors import RunFolderError
from boletim.contracts.gates_seal import hash_gates, sealed_at
from boletim.contracts.run_folder import RunFolder

_REMEDY = "make the card again: type the command that made this run folder"


def check_run(path: Path) -> Card:
    """The card of a run folder, once everything that its verdict hangs on has been looked at again.

    Args:
        path: The run folder.

    Raises:
        RunFolderError: A file cannot be read; the card is not of the results, the settings or the gates beside it
            (older than the audit, or changed by hand); or its verdict is not the one that these give.
    """
    folder = RunFolder.existing(path, "card.json")
    card = _card(folder)
    shown = card.model_dump(mode="json")
    for name in ("audit", "probes", "cost", "provenance"):
        _must_be_of(folder, name, shown[name])
    gates = _config(folder).gates
    if hash_gates(gates) != card.provenance.gates_sha256:
        raise RunFolderError(
            f"a card is judged by the gates of its configuration, {folder.config} has other gates; {_REMEDY}"
        )
    if sealed_at(folder, gates) != card.provenance.gates_sealed:
        raise RunFolderError(
            f"a card says when its gates were sealed, {folder.card} says {card.provenance.gates_sealed or 'never'} and "
            f"{folder.gates.name} says {sealed_at(folder, gates) or 'never'}; {_REMEDY}"
        )
    _must_be_judged_so(folder, card, gates)
    return card


def _must_be_judged_so(folder: RunFolder, card: Card, gates: tuple[Any, ...]) -> None:
    from reports.gates import judge_gates, overall_verdict

    parts = (card.audit, card.probes, card.cost)
    measures = [measure for part in parts if part is not None for measure in part.measures]
    outcomes = judge_gates(gates, measures, datetime.fromisoformat(card.provenance.created).date())
    verdict = overall_verdict(outcomes)
    wrong = [gate.measure for gate, again in zip(card.gates, outcomes, strict=False) if gate != again]
    if len(card.gates) != len(outcomes) or wrong or verdict != card.verdict:
        where = f"the gate {wrong[0]}" if wrong else "the verdict"
        raise RunFolderError(
            f"a verdict follows from the results, {folder.card} says {card.verdict} and they say {verdict} "
            f"({where} was changed); {_REMEDY}"
        )


def _must_be_of(folder: RunFolder, name: str, shown: Any) -> None:
    """The card's copy of a result says what the result's own file says."""
    from boletim.contracts.whole_text import whole_text
    from reports.compare import compare_values, name_differences

    path = folder.path / f"{name}.json"
    if not path.exists() and shown is None:
        return
    content = None if not path.exists() else whole_text(_json(path))
    differences = compare_values(whole_text(shown), content)
    if differences:
        raise RunFolderError(
            f"a card shows the results beside it, {folder.card.name} and {path.name} of {folder.path} differ "
            f"({name_differences(differences[:1])}): the card is older than they are, or one was changed; {_REMEDY}"
        )


def _json(path: Path) -> Any:
    import json

    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise RunFolderError(f"{path} cannot be read ({' '.join(str(error).split())[:200]}); {_REMEDY}") from error


def _card(folder: RunFolder) -> Card:
    try:
        return Card.model_validate(_json(folder.card))
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "it"
        raise RunFolderError(
            f"{folder.card} is not what this version of Boletim writes ({where} is not); {_REMEDY}"
        ) from error


def _config(folder: RunFolder) -> RunConfig:
    try:
        return RunConfig.model_validate(yaml.safe_load(folder.config.read_bytes()))
    except (OSError, ValidationError, yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise RunFolderError(
            f"the settings of a run lie in {folder.config}, which is missing or is no configuration; {_REMEDY}"
        ) from error
