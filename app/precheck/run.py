"""All checks of a run before it begins, each message with its line."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from boletim.app.precheck.card_names import wrong_card_names
from boletim.app.precheck.columns import idle_label_names, wrong_roles
from boletim.app.precheck.evidence import Evidence, evidence_of_answers, evidence_of_model, evidence_of_rows
from boletim.app.precheck.gates import KnownMeasures, wrong_bars, wrong_costs, wrong_metrics
from boletim.app.precheck.models import split_models, wrong_prompts
from boletim.app.precheck.names import Problem, wrong_names, wrong_objective
from boletim.app.stages.prepare import describe_corpus, prepare_key
from boletim.contracts.answers.label_sets import label_names
from boletim.contracts.answers.spans import groups_in
from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.file import Source
from boletim.contracts.configuration.yaml_reading import Place, dotted, shown
from boletim.contracts.corpus import LABEL, CleaningReport, Corpus
from boletim.contracts.errors import BoletimError, ConfigError, DataError, HubOutOfReachError
from boletim.contracts.extras import need_extra
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.sentence import Joined, Sentence

_MOST_MESSAGES = 10
_ADDRESS = re.compile(r"(^|/)(https?|ftp|s3|gs|hf):/")
_COLUMNS = ("text", "label", "weights", "predicted", "scores", "cluster")
_FILES = ("source", "train", "validation", "test")


def check_before(
    config: RunConfig, source: Source, folder: RunFolder, stages: Iterable[str], *, allow_pickle: bool = False
) -> tuple[str, ...]:
    """Find every mistake that can be found without training; of predictions, without reading them.

    Args:
        config: The run's.
        source: Where its values were written.
        folder: Only read: where a corpus was made before, the data are not read again.
        stages: That will be done.
        allow_pickle: Accept pickled weights of a finished model.

    Returns:
        Warnings: what does not stop a run and may disappoint.

    Raises:
        ConfigError: There are mistakes, each with its line; at most ten are told.
        MissingExtraError: A model is to be loaded, and nothing is installed that can.
    """
    if not config.predictions:
        need_extra("train", "a model" if config.model else "a search")
    if "tune" in stages and config.tuning.needs_ray:
        need_extra("ray", "more than one trial or process at once")
    _refuse(wrong_names(config), source)
    _refuse(wrong_roles(config), source)
    _refuse(_wrong_files(config, is_begun=folder.earlier_key("search") is not None), source)
    warnings: list[Problem] = []
    if config.model or "tune" in stages:
        refused, warnings = split_models(config, allow_pickle)
        _refuse(refused, source)
    if config.predictions:
        _refuse(wrong_metrics(config), source)
        return ()  # the audit reads the file first of all, and asks `check_answers` before anything is written
    evidence, frame = _evidence(config, source, folder, allow_pickle)
    _refuse_beside(evidence, config, source, _cleaning(config, folder))
    warnings += idle_label_names(config, evidence.labels)
    if "tune" in stages and not config.is_finished:
        _refuse(wrong_prompts(config, evidence.labels), source)
        _refuse(wrong_objective(config), source)
        _refuse(_missing_trackers(config), source)
        _refuse(_missing_driver(config), source)
    if frame is not None:
        warnings += _small_groups(config, frame)
    return tuple(source.told(place, message) for place, message in warnings)


@contextmanager
def read_with_lines(config: RunConfig, source: Source) -> Iterator[None]:
    """Tell what is wrong with the rows with the line of the configuration that names their column.

    Raises:
        ConfigError: Something is.
    """
    try:
        yield
    except DataError as error:
        if not source.lines:
            raise
        raise ConfigError(source.told(_guilty(config, str(error)), error.sentence)) from error


def check_answers(config: RunConfig, source: Source, answers: Any) -> tuple[str, ...]:
    """Find what a configuration says of predictions that their rows contradict.

    Args:
        config: The run's.
        source: Where its values were written.
        answers: As the audit has read them; or their sums.

    Returns:
        Warnings.

    Raises:
        ConfigError: There are mistakes, each with its line; at most ten are told.
    """
    from boletim.audit.kind import kind_named

    if not _speaks_of_rows(config):
        return ()
    evidence = evidence_of_answers(answers)
    _refuse_beside(evidence, config, source, None)
    if kind_named(config.kind).read:  # its files name more than classes
        return ()
    return tuple(source.told(place, said) for place, said in idle_label_names(config, evidence.labels))


def _refuse_beside(evidence: Evidence, config: RunConfig, source: Source, cleaning: CleaningReport | None) -> None:
    _refuse(wrong_bars(config, KnownMeasures(config, evidence)), source)
    _refuse(wrong_costs(config, evidence), source)
    _refuse(wrong_card_names(config, evidence, cleaning), source)


def rehearse(config: RunConfig, source: Source) -> list[str]:
    """Make the run's corpus in memory, or read its predictions, and say what the run would work with.

    Raises:
        DataError: No corpus can be made of the data.
        ConfigError: Predictions break a rule, or contradict what is said of them.
    """
    from boletim.audit.reading.any_kind import read_answers
    from boletim.tuning.corpus.prepare import prepare_corpus, prepare_test_set

    if config.predictions:
        with read_with_lines(config, source):
            answers = read_answers(config)
        told: list[str] = [
            *(Sentence("terminal.warning", said=said) for said in check_answers(config, source, answers)),
            Sentence("terminal.dry_run.predictions", file=shown(Path(config.predictions).name, quoted=False)),
        ]
    elif config.model:
        frame = prepare_test_set(config.data, _kind(config))
        told = [
            Sentence("terminal.dry_run.model", said=shown(Path(config.model).name, quoted=False)),
            Sentence("terminal.dry_run.rows", n=len(frame)),
        ]
    else:
        corpus = prepare_corpus(config.data, config.seed, kind=config.kind)
        told = list(_told(config, corpus))
    counts = {"n": len(config.gates)} | ({"n_m": len(config.tuning.constraints)} if config.candidates else {})
    told.append(Sentence(f"terminal.dry_run.{'constraints' if config.candidates else 'gates'}", **counts))
    return [*told, Sentence("terminal.dry_run.nothing")]


def _kind(config: RunConfig) -> str:
    from boletim.models.declared import declared_kind
    from boletim.models.files import find_model_files

    try:
        return declared_kind(find_model_files(config.model or ""))
    except HubOutOfReachError:
        return config.kind


def _told(config: RunConfig, corpus: Corpus) -> Iterator[str]:
    yield Sentence("terminal.dry_run.data", said=describe_corpus(corpus))
    yield Sentence("terminal.dry_run.labels", names=[shown(label, quoted=False) for label in corpus.labels[:10]])
    for column in corpus.groups:
        n_values = len({name for cell in corpus.train[column].dropna() for name in groups_in(cell)} - {None})
        yield Sentence("terminal.dry_run.group", name=shown(column, quoted=False), n=n_values)
    yield Sentence(
        "terminal.dry_run.candidates", names=[shown(Path(one.model).name, quoted=False) for one in config.candidates]
    )
    yield Sentence("terminal.dry_run.search", n=config.tuning.trials, objective=config.tuning.objective)


def _refuse(problems: Iterable[Problem], source: Source) -> None:
    found = [source.told(place, message) for place, message in problems]
    more = len(found) - _MOST_MESSAGES
    if found:
        raise ConfigError(
            Joined([*found[:_MOST_MESSAGES], *([Sentence("errors.and_more", n=more)] if more > 0 else [])])
        )


def _speaks_of_rows(config: RunConfig) -> bool:
    """Whether something is written that the rows may contradict."""
    card = config.card
    written = (config.gates, config.audit.costs, config.data.label_names, card.names, card.translations)
    return any(map(bool, (*written, card.bias_audit)))


def _wrong_files(config: RunConfig, *, is_begun: bool) -> Iterator[Problem]:
    """Local files and folders that are named and not there; a search that has begun needs its former study no more."""
    named: list[tuple[Place, str | None]] = [(("data", key), getattr(config.data, key)) for key in _FILES]
    named += [
        (("probes", "frames"), config.probes.frames),
        (("tuning", "warm_start"), None if is_begun else config.tuning.warm_start),
        *((("probes", "data", name), path) for name, path in config.probes.data.items()),
        *(
            (("candidates", index, "prompts"), path)
            for index, one in enumerate(config.candidates)
            for path in one.prompts
        ),
    ]
    for place, path in named:
        if path is not None and _ADDRESS.search(path):
            yield place, Sentence("errors.address", key=dotted(place))
        elif path is not None and path.startswith("/") and not Path(path).exists():
            yield place, Sentence("terminal.error.no_source", key=dotted(place), path=shown(path))


def _evidence(
    config: RunConfig, source: Source, folder: RunFolder, allow_pickle: bool
) -> tuple[Evidence, pd.DataFrame | None]:
    """What the audit will see, and of a search the rows that are split."""
    with read_with_lines(config, source):
        if config.model:
            return evidence_of_model(config, allow_pickle), None
        frame = _frame(config, folder)
    if frame.empty:
        raise ConfigError(source.told(("data",), Sentence("errors.no_rows_left")))
    return evidence_of_rows(config, frame, label_names(frame[LABEL]), config.kind), frame


def _frame(config: RunConfig, folder: RunFolder) -> pd.DataFrame:
    from boletim.tuning.corpus.files import load_tuning_data
    from boletim.tuning.corpus.rows import read_rows

    if _is_prepared(config, folder):
        return load_tuning_data(folder.corpus).train
    return read_rows(config.data, config.seed, config.kind).rows.frame


def _cleaning(config: RunConfig, folder: RunFolder) -> CleaningReport | None:
    """Counts of the corpus that is there already, which say of every split what it holds."""
    if not _is_prepared(config, folder):
        return None
    from boletim.tuning.corpus.files import load_cleaning

    return load_cleaning(folder.corpus)


def _is_prepared(config: RunConfig, folder: RunFolder) -> bool:
    return folder.earlier_key("prepare") == prepare_key(config) and folder.corpus.is_dir()


def _guilty(config: RunConfig, message: str) -> Place:
    """The key of `data` whose value a message names."""
    places: list[tuple[Place, str | None]] = [(("data", key), getattr(config.data, key)) for key in _COLUMNS]
    places += [(("data", "groups", index), group.column) for index, group in enumerate(config.data.groups)]
    places.append((("data", "split", "by"), config.data.split.by))
    return next((place for place, value in places if value is not None and repr(value) in message), ("data",))


def _missing_trackers(config: RunConfig) -> Iterator[Problem]:
    from boletim.tuning.training.trackers import check_trackers

    for index, name in enumerate(config.tuning.report_to):
        try:
            check_trackers((name,))
        except BoletimError as error:
            yield ("tuning", "report_to", index), error.sentence


def _missing_driver(config: RunConfig) -> Iterator[Problem]:
    from boletim.tuning.study.driver import check_driver

    try:
        check_driver(config.tuning.storage)
    except BoletimError as error:
        yield ("tuning", "storage"), error.sentence


def _small_groups(config: RunConfig, frame: pd.DataFrame) -> Iterator[Problem]:
    """Group columns of which the test split will hold fewer than two groups that are large enough to be judged."""
    if config.data.source is None:
        return
    for index, group in enumerate(config.data.groups):
        groups = pd.Series([name for cell in frame[group.column] for name in groups_in(cell)], dtype=object)
        expected = groups.value_counts() * config.data.split.test
        if (expected >= config.audit.min_group).sum() < 2:
            yield (
                ("data", "groups", index),
                Sentence("terminal.data.small_groups", column=shown(group.column), n=config.audit.min_group),
            )
