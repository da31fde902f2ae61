"""Prepare: labelled text becomes a cleaned corpus in three splits."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from boletim.app.run import Run
from boletim.app.stages.text_language import say_language
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TEXT, Corpus
from boletim.contracts.errors import ModelError, RunFolderError
from boletim.contracts.files.atomic import hash_data, hash_file
from boletim.contracts.files.run_folder import key_of
from boletim.contracts.sentence import Sentence
from boletim.tables.folders import splits_of
from boletim.tables.read import how_read


def prepare(run: Run) -> None:
    """Write corpus/{train,validation,test}.parquet and cleaning.json.

    Raises:
        DataError: The data break a rule.
        RunFolderError: The folder holds a search on other data.
    """
    key = prepare_key(run.config)
    if run.folder.earlier_key("prepare") not in (None, key) and run.folder.earlier_key("search") is not None:
        raise RunFolderError("other_data", path=run.folder.path)
    run.stage("prepare", key, lambda: _make_corpus(run), [run.folder.corpus])


def prepare_key(config: RunConfig) -> str:
    """Hash of everything the corpus depends on, the files' bytes included."""
    paths = [config.data.source, config.data.train, config.data.validation, config.data.test]
    hashes = [hash_data(Path(path)) for path in paths if path and Path(path).exists()]
    candidates = [candidate.model_dump() for candidate in config.candidates]
    prompts = [hash_file(Path(path)) for one in config.candidates for path in one.prompts if Path(path).is_file()]
    return key_of(
        config.data.model_dump(), hashes, candidates, config.seed, config.task, *([prompts] if prompts else [])
    )


def _make_corpus(run: Run) -> str:
    from boletim.tuning.corpus.files import save_corpus
    from boletim.tuning.corpus.prepare import prepare_corpus

    say_how_read(run)
    corpus = prepare_corpus(
        run.config.data,
        run.config.seed,
        run.terminal.progress,
        kind=run.config.kind,
    )
    say_language(run, list(corpus.train[TEXT]))
    corpus = replace(corpus, report=corpus.report.model_copy(update={"tokens": _token_lengths(run, corpus)}))
    save_corpus(corpus, run.folder.corpus)
    return describe_corpus(corpus)


def describe_corpus(corpus: "Corpus") -> str:
    """How many rows a corpus keeps, and in which splits."""
    return Sentence(
        "terminal.stage.prepared",
        n_kept=corpus.report.n_rows_kept,
        n_read=corpus.report.n_rows_read,
        n_train=len(corpus.train),
        n_validation=len(corpus.validation),
        n_test=len(corpus.test),
    )


def say_how_read(run: Run) -> None:
    """Say what was found out of the data files and is not as usual.

    Raises:
        DataError: A file is missing or broken at its head.
    """
    from boletim.tuning.corpus.hub import is_file_path

    data = run.config.data
    for path in (data.source, data.train, data.validation, data.test):
        if path and is_file_path(path) and not splits_of(Path(path)) and (line := how_read(path, data.read)):
            run.terminal.say(line)


def _token_lengths(run: Run, corpus: Corpus) -> dict[str, dict[str, Any]]:
    from boletim.tuning.corpus.lengths import token_lengths

    lengths = {}
    for candidate in run.config.candidates:
        try:
            lengths[candidate.model] = token_lengths(list(corpus.train[TEXT]), candidate.model, candidate.max_length)
        except ModelError as error:  # the search reports a candidate that cannot load and goes on without it
            run.terminal.warn(error.sentence)
    return lengths
