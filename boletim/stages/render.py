"""Render: the results become a card, and the card becomes PDF, HTML and Markdown."""

import time
from collections.abc import Iterable
from pathlib import Path

from boletim.contracts.atomic import hash_file, write_json
from boletim.contracts.card import Card, ModelFacts
from boletim.contracts.corpus import CleaningReport
from boletim.contracts.cost import CostResult
from boletim.contracts.gates_seal import sealed_at
from boletim.contracts.results import AuditResult, ProbeResults
from boletim.contracts.run_files import read_record
from boletim.contracts.run_folder import RunFolder, key_of
from boletim.contracts.search import Front, SearchResult
from boletim.provenance import collect_provenance
from boletim.run import Run
from boletim.stages.last_card import compare_with_last, last_card_hashes, last_card_key
from boletim.stages.tune import read_search
from boletim.terminal import Terminal

FORMATS = ("pdf", "html", "md", "bom")
_TIMED = ("prepare", "tune", "audit", "probe")


def render(run: Run) -> Card:
    """Write provenance.json and card.json when the results are new, then draw the card.

    Raises:
        InputError: A gate names a measure that the results do not have.
    """
    folder = run.folder
    key = key_of(
        [folder.earlier_key(stage) for stage in _TIMED],
        run.config.model_dump(mode="json", include={"name", "gates", "card", "language", "data"}),
        last_card_key(folder),
    )
    if not (folder.is_done("card", key) and folder.card.exists()):
        _assemble_own(run)
        folder.mark_done("card", key, 0.0)
    card = read_card(folder)
    draw_card(folder, card, run.config.card.languages, FORMATS, run.terminal)
    return card


def assemble(
    run: Run,
    facts: ModelFacts,
    data_sha256: dict[str, str],
    search: SearchResult | None = None,
    cleaning: CleaningReport | None = None,
) -> Card:
    """Put the card together from the folder's results; write provenance.json and card.json."""
    from reports.card import assemble_card, describe_data

    folder, config = run.folder, run.config
    provenance = collect_provenance(
        settings=config.model_dump(mode="json"),
        gates=config.gates,
        gates_sealed=sealed_at(folder, config.gates),
        data_sha256=data_sha256,
        model_sha256=facts.sha256,
        predictions_sha256=hash_file(folder.predictions) if folder.predictions.exists() else None,
        compared_sha256=last_card_hashes(folder),
        seeds={"run": config.seed},
        seconds={stage: seconds for stage, seconds in folder.seconds().items() if stage in _TIMED},
        command=run.command,
    )
    card = assemble_card(
        name=config.name,
        language=config.language,
        provided=config.card,
        gates=config.gates,
        audit=read_record(folder.audit, AuditResult),
        probes=read_record(folder.probes, ProbeResults) if folder.probes.exists() else None,
        cost=read_record(folder.cost, CostResult) if folder.cost.exists() else None,
        search=search,
        cleaning=cleaning,
        model=facts,
        provenance=provenance,
        synthetic=config.data.synthetic,
        data=describe_data(config.data),
    )
    card = card.model_copy(update={"changes": compare_with_last(folder, card)})
    write_json(folder.provenance, provenance.model_dump(mode="json"))
    write_json(folder.card, card.model_dump(mode="json"))
    return card


def read_card(folder: RunFolder) -> Card:
    """The card that the folder holds."""
    return read_record(folder.card, Card)


def draw_card(
    folder: RunFolder, card: Card, languages: Iterable[str], formats: Iterable[str], terminal: Terminal
) -> list[Path]:
    """Draw the card from disk; the same folder gives the same bytes."""
    from reports.attachments import attaches_predictions
    from reports.render import render_card

    terminal.say("render …")
    begun = time.monotonic()
    evidence = [folder.audit, folder.probes, folder.cost, folder.card, folder.config]
    if attaches_predictions(card):
        evidence.append(folder.predictions)
    attachments = {path.name: path.read_bytes() for path in evidence if path.exists()}
    attachments |= _last_card(folder, card)
    drawn = render_card(card, folder.path, tuple(languages), set(formats), attachments)
    terminal.say(f"render: {', '.join(path.name for path in drawn)} ({time.monotonic() - begun:.1f} s)")
    return drawn


def _last_card(folder: RunFolder, card: Card) -> dict[str, bytes]:
    """What the changes are recomputed from, by its name in the PDF."""
    from reports.attachments import LAST_CARD, LAST_PREDICTIONS, attaches_predictions

    if card.changes is None:
        return {}
    content = RunFolder.existing(folder.compared, "card.json").card.read_bytes()
    attached, predictions = {LAST_CARD: content}, folder.compared / "predictions.parquet"
    both = (card, Card.model_validate_json(content))
    if predictions.exists() and all(attaches_predictions(one) for one in both):
        attached[LAST_PREDICTIONS] = predictions.read_bytes()
    return attached


def _assemble_own(run: Run) -> None:
    from tuning.corpus_files import load_cleaning

    search = read_search(run.folder)
    cleaning = load_cleaning(run.folder.corpus)
    model = search.model
    facts = ModelFacts(
        name=run.config.name,
        architecture=model.architecture,
        n_parameters=model.n_parameters,
        base_model=_shown(model.base_model),
        base_revision=model.base_revision,
        sha256=model.sha256,
        labels=model.labels,
        max_length=model.max_length,
        weights_format="safetensors; the base model was pickled (allowed)" if model.allow_pickle else "safetensors",
    )
    shown = search.model_copy(
        update={
            "model": model.model_copy(update={"base_model": _shown(model.base_model)}),
            "trials": tuple(t.model_copy(update={"candidate": _shown(t.candidate)}) for t in search.trials),
            "front": _shown_front(search.front),
            "confirmations": tuple(
                c.model_copy(update={"candidate": _shown(c.candidate)}) for c in search.confirmations
            ),
        }
    )
    tokens = {_shown(candidate): lengths for candidate, lengths in cleaning.tokens.items()}
    assemble(run, facts, cleaning.source_sha256, shown, cleaning.model_copy(update={"tokens": tokens}))


def _shown_front(front: Front | None) -> Front | None:
    if front is None:
        return None
    points = tuple(point.model_copy(update={"candidate": _shown(point.candidate)}) for point in front.points)
    return front.model_copy(update={"points": points})


def _shown(model: str) -> str:
    """A local model by the end of its path: the rest is this machine's business and means nothing to a reader."""
    path = Path(model)
    return "/".join(path.parts[-2:]) if path.is_absolute() else model
