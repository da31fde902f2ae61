"""Models and predictions made elsewhere: the same audit, probes and card, without a search."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml

from boletim.app.machine.provenance import now
from boletim.app.precheck.names import check_names
from boletim.app.precheck.run import check_answers, read_with_lines
from boletim.app.run import Run
from boletim.app.stages.audit import (
    audit_and_write,
    audit_file_and_write,
    describe,
    measure_and_write_cost,
    settle_precision,
)
from boletim.app.stages.evidence import predict, speak_the_same_names
from boletim.app.stages.last_card import keep_last_card
from boletim.app.stages.own_model import shared
from boletim.app.stages.prepare import say_how_read
from boletim.app.stages.probe import probe_classifier
from boletim.app.stages.render import FORMATS, assemble, draw_card
from boletim.app.stages.text_language import say_language
from boletim.contracts.answers.spans import entities_of
from boletim.contracts.configuration import GroupColumn, RunConfig
from boletim.contracts.configuration.file import NOWHERE, Source, config_of
from boletim.contracts.corpus import LABEL, TEXT
from boletim.contracts.errors import BoletimError, InputError
from boletim.contracts.examples import answers_class
from boletim.contracts.extras import need_extra
from boletim.contracts.files.atomic import hash_data, write_json
from boletim.contracts.files.gates_seal import seal_gates
from boletim.contracts.files.whole_text import whole_text
from boletim.contracts.results.card import Card, ModelFacts
from boletim.contracts.sentence import Sentence, word
from boletim.tables.questions.usual_columns import usual_column
from boletim.tables.read import check_columns, column_names

if TYPE_CHECKING:
    from boletim.models.load import AnyClassifier
    from boletim.models.workers.scoring import SharedClassifier


def foreign_config(
    *,
    name: str,
    language: str,
    source: Path,
    text: str,
    label: str,
    groups: list[str],
    model: str,
    label_names: Sequence[str] = (),
    cluster: str | None = None,
    task: str | None = None,
    predicted: str = "predicted",
    scores: str | None = None,
    score: Mapping[str, Any] | None = None,
    predictions: Path | None = None,
) -> RunConfig:
    """The configuration that the flags stand for.

    Args:
        name: Of the card and of the run folder.
        language: Of the texts, and of the card.
        source: Data or predictions file.
        text: Text column; empty when only predictions are given.
        label: Column of the true labels.
        groups: Group columns; `age: [0, 30, 45]` cuts a number into bands.
        model: Hub id or folder; empty when only predictions are given.
        label_names: Such as `0=negative`.
        cluster: Column of authors or templates; None where the rows are independent.
        task: What is answered.
        predicted: Column of the predicted labels.
        scores: Prefix of the columns of scores.
        predictions: Their file, where it is another than the source; None where that is the same.
        score: Column of a number per row, its direction and its range; None where labels were predicted.

    Raises:
        ConfigError: A value breaks a rule.
        InputError: A label's name is not written as `0=negative`, or a group as a column or `column: [edges]`.
    """
    if whole_text(str(source)) != str(source):
        raise InputError("file_name_utf8", source=str(source))
    content = {
        "name": re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._") or "audit",
        "language": language,
        **({"task": task} if task else {}),
        "data": {
            "source": str(source.resolve()),
            "text": text,
            "label": "" if score else label,
            "groups": [_group(group) for group in groups],
            "label_names": _label_names(label_names),
            "cluster": cluster,
            "predicted": predicted,
            "scores": scores,
            **({"score": score} if score else {}),
        },
        **({"model": model} if model else {"predictions": str((predictions or source).resolve())}),
        "card": {"languages": [language]},
    }
    return config_of(content, Sentence("errors.the_command_line"))


def audit_finished(
    run: Run, source: Source = NOWHERE, *, allow_pickle: bool = False, formats: Iterable[str] = FORMATS
) -> Card:
    """Audit what the configuration's `model` or `predictions` names, probe a model, and draw the card.

    Args:
        run: Its configuration, seed and folder.
        source: Where the configuration was written, for what its predictions contradict.
        allow_pickle: Accept pickled weights of a finished model.
        formats: Of the card.

    Raises:
        ConfigError: The predictions break a rule, or contradict what is said of them.
        ModelError: The model cannot be loaded safely.
        MissingExtraError: Nothing is installed that can load a model.
        DataError: The data break a rule, or hold labels the model does not know.
        InputError: A name in the configuration is not known, or a setting does not go with predictions.
    """
    if run.config.model:
        need_extra("train", "a model")
    check_names(run.config)
    if run.config.predictions and run.config.audit.precision == "bf16":
        raise InputError("precision_of_predictions", precision=run.config.audit.precision)
    _check_columns(run.config)
    if run.config.model:
        return _audit_model(run, run.config.model, allow_pickle, formats)
    with run.folder.held(), _sealed(run):
        return _audit_predictions(run, source, formats)


@contextmanager
def _sealed(run: Run) -> Iterator[None]:
    """Seal the gates; where what follows is refused before there is a result, no new seal is left."""
    was_sealed = run.folder.gates.exists()
    seal_gates(run.folder, run.config.gates, now())
    try:
        yield
    except BoletimError:
        if not was_sealed and not run.folder.audit.exists():
            run.folder.gates.unlink(missing_ok=True)
        raise


def _audit_model(run: Run, model: str, allow_pickle: bool, formats: Iterable[str]) -> Card:
    """Load the model and read the data, then seal the gates, then score."""
    from boletim.audit.kind import kind_named
    from boletim.models.declared import check_fits, declared_kind
    from boletim.models.files import find_model_files
    from boletim.models.loading.declared_model import load_declared
    from boletim.tuning.corpus.prepare import prepare_test_set

    data = run.config.data
    files = find_model_files(model, allow_pickle=allow_pickle)
    check_fits(files, declared_kind(files), run.config.kind)
    classifier = load_declared(model, allow_pickle=allow_pickle)
    kind_named(classifier.kind).check_weights(data.weights)
    say_how_read(run)
    frame = prepare_test_set(data, kind=classifier.kind)
    frame = speak_the_same_names(classifier, frame, run)
    say_language(run, list(frame[TEXT]))
    with run.folder.held():
        keep_last_card(run)
        with _sealed(run):
            with shared(run, classifier, files.folder, allow_pickle) as workers:
                _score_and_probe(run, model, classifier, workers, frame)
            return _finish(run, classifier.facts, formats)


def _score_and_probe(
    run: Run, model: str, classifier: "AnyClassifier", workers: "SharedClassifier", frame: pd.DataFrame
) -> None:
    """`workers` score many texts; what is measured of the model is measured of `classifier`, which is here."""
    groups, texts = tuple(group.column for group in run.config.data.groups), list(frame[TEXT])
    precision = settle_precision(run, classifier, texts)
    result = audit_and_write(run, predict(workers, frame, groups, run), texts, precision)
    run.terminal.say(Sentence("terminal.stage.told", name=word("audit"), said=describe(result, len(frame))))
    measure_and_write_cost(run, classifier, texts)
    classifier.is_bf16 = False  # probes look for small differences
    entities = entities_of(frame[LABEL])
    probes = probe_classifier(workers, run.config, texts, run.terminal, model, entities=entities)
    write_json(run.folder.probes, probes.model_dump(mode="json"))


def _audit_predictions(run: Run, source: Source, formats: Iterable[str]) -> Card:
    """Loads no torch."""
    data = run.config.data

    def accept(answers: Any) -> None:
        run.warn(check_answers(run.config, source, answers))
        keep_last_card(run)

    with read_with_lines(run.config, source):
        result = audit_file_and_write(run, accept)
    run.terminal.say(Sentence("terminal.stage.told", name=word("audit"), said=describe(result, result.facts.n)))
    run.folder.probes.unlink(missing_ok=True)
    run.folder.cost.unlink(missing_ok=True)
    has_texts = answers_class(result.facts.kind).holds_texts
    if has_texts or "id" in column_names(data.source or "", data.read):
        run = _without_attached_predictions(run)
    return _finish(run, ModelFacts(name=run.config.name, labels=result.facts.labels), formats)


def _check_columns(config: RunConfig) -> None:
    """Look at the head of the file before a model is loaded and a run folder made."""
    from boletim.audit.kind import kind_named

    if config.predictions and kind_named(config.kind).read is not None:
        return  # the kind's own reader knows what its files hold
    data, source = config.data, config.data.source or ""
    names = column_names(source, data.read)
    needed: tuple[str, ...] = (data.label, data.predicted if config.predictions else data.text)
    if config.kind == "question_answers":
        usual = (usual_column(*one, names) for one in (("label", data.label), ("text", data.text)))
        needed = (data.question, *usual)
    more = (*(group.column for group in data.groups), *((data.weights,) if data.weights else ()))
    check_columns(source, names, (*needed, *more))


def _without_attached_predictions(run: Run) -> Run:
    """Ids that somebody gave may name people, so they stay out of a file that is handed round."""
    card = run.config.card.model_copy(update={"attach_predictions": False})
    return replace(run, config=run.config.model_copy(update={"card": card}))


def _finish(run: Run, facts: ModelFacts, formats: Iterable[str]) -> Card:
    source = Path(run.config.data.source or "")
    run.folder.keep_config(run.config.chosen())
    files = {source, Path(run.config.predictions)} if run.config.predictions else {source}
    card = assemble(run, facts, {file.name: hash_data(file) for file in sorted(files)})
    draw_card(run.folder, card, run.config.card.languages, formats, run.terminal)
    return card


def _label_names(given: Sequence[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for one in given:
        key, separator, name = (part.strip() for part in one.partition("="))
        if not separator or not key or not name:
            raise InputError("label_name_written", one=one)
        if names.get(key, name) != name:
            raise InputError("label_name_twice", key=key, name=names[key], other=name)
        names[key] = name
    return names


def _group(text: str) -> Any:
    """`gender` is a column; `age: [0, 30]` a column with bands."""
    if ":" not in text:
        return GroupColumn(column=text)
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError("group_written", text=text) from error
