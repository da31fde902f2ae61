"""Render: the results become a card, and the card becomes PDF, HTML and Markdown."""

import time
from collections.abc import Iterable
from pathlib import Path

from boletim.app.machine.provenance import collect_provenance
from boletim.app.run import Run
from boletim.app.stages.last_card import compare_with_last, last_card_hashes, last_card_key
from boletim.app.stages.search_result import read_search
from boletim.contracts.configuration.redaction import Redaction
from boletim.contracts.corpus import CleaningReport
from boletim.contracts.files.atomic import as_json, hash_file, write_json
from boletim.contracts.files.gates_seal import sealed_at
from boletim.contracts.files.run_files import read_record, read_resolved
from boletim.contracts.files.run_folder import RunFolder, key_of
from boletim.contracts.files.yaml_file import as_yaml
from boletim.contracts.language import known_languages
from boletim.contracts.protocols import Screen
from boletim.contracts.results.audit import AuditResult, ProbeResults
from boletim.contracts.results.card import Card, ModelFacts
from boletim.contracts.results.cost import CostResult
from boletim.contracts.results.search import SearchResult
from boletim.contracts.sentence import Sentence, word

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
        Redaction(run.config, folder.path).config().model_dump(mode="json"),
        last_card_key(folder),
    )
    if not folder.is_done("card", key):
        _assemble_own(run)
        folder.mark_done("card", key, 0.0, [folder.card, folder.provenance])
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
    from boletim.reports.card.assemble import assemble_card, describe_data

    folder, redaction = run.folder, Redaction(run.config, run.folder.path)
    config = redaction.config()
    provenance = collect_provenance(
        settings=config.chosen(),
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
        data=describe_data(config),
    )
    card = card.model_copy(update={"changes": compare_with_last(folder, card)})
    card = Card.model_validate(redaction.everything(card.model_dump(mode="json")))
    write_json(folder.provenance, card.provenance.model_dump(mode="json"))
    write_json(folder.card, card.model_dump(mode="json"))
    return card


def read_card(folder: RunFolder) -> Card:
    """The card that the folder holds."""
    return read_record(folder.card, Card)


def draw_card(
    folder: RunFolder,
    card: Card,
    languages: Iterable[str],
    formats: Iterable[str],
    terminal: Screen,
    into: Path | None = None,
) -> list[Path]:
    """Draw the card from disk, into the run folder unless another is named; the same folder gives the same bytes.

    A run folder then holds the cards of this drawing alone, as far as it drew that format.
    """
    if not formats:
        return []
    from boletim.reports.card.attachments import attaches_predictions
    from boletim.reports.render import render_card

    terminal.say(Sentence("terminal.stage.begins", stage=word("render")))
    begun = time.monotonic()
    attachments = {folder.card.name: folder.card.read_bytes()} | _figures(card) | _public_config(folder)
    if attaches_predictions(card) and folder.predictions.exists():
        attachments[folder.predictions.name] = folder.predictions.read_bytes()
    attachments |= _last_card(folder, card)
    said: list[str] = []
    drawn = render_card(card, into or folder.path, tuple(languages), set(formats), attachments, said.append)
    if into is None:
        _remove_earlier(folder, {path.name for path in drawn})
    for line in dict.fromkeys(said):
        terminal.say(Sentence("terminal.stage.libraries", line=line))
    names, seconds = ", ".join(path.name for path in drawn), time.monotonic() - begun
    terminal.say(Sentence("terminal.stage.ended", stage=word("render"), summary=names, n_seconds=seconds))
    return drawn


def _remove_earlier(folder: RunFolder, drawn: set[str]) -> None:
    """Cards that an earlier drawing left in other languages: one of two in the same language would be the old one."""
    endings = {Path(name).suffix for name in drawn} & {".pdf", ".html"}
    for name in (f"card.{code}{ending}" for code in known_languages() for ending in endings):
        if name not in drawn:
            (folder.path / name).unlink(missing_ok=True)


def _figures(card: Card) -> dict[str, bytes]:
    """The card's own figures as files: what the folder holds, with this machine's paths taken out."""
    parts = {"audit.json": card.audit, "probes.json": card.probes, "cost.json": card.cost}
    return {name: as_json(part.model_dump(mode="json")).encode() for name, part in parts.items() if part is not None}


def _public_config(folder: RunFolder) -> dict[str, bytes]:
    """The configuration as it may be handed round."""
    if not folder.config.exists():
        return {}
    config = read_resolved(folder.config)[0]
    public = Redaction(config, folder.path).config().chosen()
    return {folder.config.name: as_yaml(public).encode()}


def _last_card(folder: RunFolder, card: Card) -> dict[str, bytes]:
    """What the changes are recomputed from, by its name in the PDF."""
    from boletim.reports.card.attachments import LAST_CARD, LAST_PREDICTIONS, attaches_predictions

    if card.changes is None:
        return {}
    kept = RunFolder.existing(folder.compared, "card.json")
    last, content = read_card(kept), kept.card.read_bytes()
    attached, predictions = {LAST_CARD: content}, folder.compared / "predictions.parquet"
    both = (card, last)
    if predictions.exists() and all(attaches_predictions(one) for one in both):
        attached[LAST_PREDICTIONS] = predictions.read_bytes()
    return attached


def _assemble_own(run: Run) -> None:
    from boletim.tuning.corpus.files import load_cleaning

    search = read_search(run.folder)
    cleaning = load_cleaning(run.folder.corpus)
    model = search.model
    facts = ModelFacts(
        name=run.config.name,
        architecture=model.architecture,
        n_parameters=model.n_parameters,
        base_model=model.base_model,
        base_revision=model.base_revision,
        sha256=model.sha256,
        labels=model.labels,
        max_length=model.max_length,
        weights_format="from_pickle" if model.allow_pickle else "safetensors",
        prompt=model.prompt,
        no_answer=model.no_answer,
    )
    assemble(run, facts, cleaning.source_sha256, search, cleaning)
