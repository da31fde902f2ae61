"""Audit: predictions on the sealed test split become measures and findings."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from boletim.app.run import Run
from boletim.app.stages.evidence import predict, predict_label_sets
from boletim.app.stages.forgetting import measure_forgetting
from boletim.app.stages.forgotten_cluster import with_forgotten_cluster
from boletim.app.stages.own_model import own_classifier
from boletim.app.stages.sample_sizes import add_sample_sizes
from boletim.app.stages.search_result import read_search
from boletim.contracts.answers.label_sets import MULTI_LABEL, LabelSets, names_of
from boletim.contracts.answers.one_label import Predictions, PredictionsWriter
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import LABEL, TEXT
from boletim.contracts.errors import InputError
from boletim.contracts.files.atomic import write_json, write_with
from boletim.contracts.files.run_folder import key_of
from boletim.contracts.results.audit import AuditResult, PrecisionCheck
from boletim.contracts.results.search import LearningCurve, SearchResult
from boletim.tables.read import how_read

if TYPE_CHECKING:
    from boletim.audit.tally.sums import PredictionSums
    from boletim.models.classifier import TextClassifier


def audit(run: Run) -> None:
    """Write predictions.parquet and audit.json for the run's own model.

    Raises:
        RunFolderError: There is no tuned model yet.
    """
    folder, config = run.folder, run.config
    search = read_search(folder)
    about = [search.model.sha256, [measure.model_dump() for measure in search.measures]]
    key = key_of(about, run.folder.earlier_key("prepare"), config.audit.model_dump(), config.seed)
    run.stage("audit", key, lambda: _audit_test_split(run, search), [folder.predictions, folder.audit, folder.cost])


def audit_and_write(
    run: Run,
    predictions: Predictions,
    texts: Sequence[str],
    baseline_label: str | None = None,
    curve: LearningCurve | None = None,
    is_copy: np.ndarray | None = None,
    validation: Predictions | None = None,
    precision: PrecisionCheck | None = None,
) -> AuditResult:
    """Write predictions.parquet and audit.json.

    Args:
        run: Its configuration, seed and folder.
        predictions: On the test set.
        texts: (n,) of the test set.
        baseline_label: Majority class of the training labels; None where they are not known.
        curve: Of the model's training; None where it is not known.
        is_copy: (n,) bool, whether a training text nearly repeats it; None where they are not known.
        validation: On the validation set, where the threshold of least cost is chosen; None where it is not asked for.
        precision: From `settle_precision`.
    """
    from boletim.audit.run import audit_predictions

    predictions.save(run.folder.predictions)
    result = audit_predictions(
        predictions,
        run.config.audit,
        seed=run.config.seed,
        baseline_label=baseline_label,
        clusters=predictions.clusters,
        curve=curve,
        texts=texts,
        is_copy=is_copy,
        validation=validation,
        progress=run.terminal.progress,
    ).model_copy(update={"precision": precision})
    result = with_forgotten_cluster(run, result)
    write_json(run.folder.audit, result.model_dump(mode="json"))
    return result


def audit_sets_and_write(
    run: Run,
    found: LabelSets,
    baseline: Sequence[str] | None = None,
    thresholds: Sequence[float] | None = None,
    curve: LearningCurve | None = None,
    texts: Sequence[str] | None = None,
    is_copy: np.ndarray | None = None,
    precision: PrecisionCheck | None = None,
) -> AuditResult:
    """Write predictions.parquet and audit.json where an example has any number of labels.

    Args:
        run: Its configuration, seed and folder.
        found: On the test set.
        baseline: Most frequent set of the training labels; None where they are not known.
        thresholds: (k,) chosen on validation data; None where each label is predicted from 0.5 on.
        curve: Of the model's training; None where it is not known.
        texts: (n,) of the test set; None where there are none.
        is_copy: (n,) bool, whether a training text nearly repeats it; None where they are not known.
        precision: From `settle_precision`.
    """
    from boletim.audit.label_set_run import audit_label_sets

    found.save(run.folder.predictions)
    result = audit_label_sets(
        found,
        run.config.audit,
        seed=run.config.seed,
        baseline=baseline,
        thresholds=thresholds,
        curve=curve,
        texts=texts,
        is_copy=is_copy,
        progress=run.terminal.progress,
    ).model_copy(update={"precision": precision})
    result = with_forgotten_cluster(run, result)
    write_json(run.folder.audit, result.model_dump(mode="json"))
    return result


def audit_file_and_write(run: Run, path: Path, predicted: str, scores_prefix: str | None) -> AuditResult:
    """Audit predictions made elsewhere, of any number of rows; write predictions.parquet and audit.json.

    Raises:
        DataError: The file breaks a rule.
    """
    from boletim.audit.reading.any_size import read_any_size
    from boletim.audit.reading.label_sets import holds_label_sets, read_label_sets
    from boletim.audit.run import audit_predictions

    data, progress, say = run.config.data, run.terminal.progress, run.terminal.say
    if line := how_read(str(path), data.read):
        say(line)
    if run.config.task == MULTI_LABEL or holds_label_sets(path, data.label, predicted, data.read):
        check_unweighted(run.config)
        say(f"{path.name}: a row may have several labels, so each label is audited by itself")
        found_sets = read_label_sets(
            path, data.label, predicted, scores_prefix, data.groups, cluster=data.cluster_column,
            read=data.read, label_names=data.label_names,
        )  # fmt: skip
        return audit_sets_and_write(run, found_sets)

    def read(temporary: Path) -> None:
        with PredictionsWriter(temporary) as writer:
            columns = data.label, predicted, scores_prefix, data.groups
            found.append(
                read_any_size(
                    path, *columns, writer.add, progress, data.weights,
                    read=data.read, label_names=data.label_names, say=say, cluster=data.cluster_column,
                )
            )  # fmt: skip

    found: list[Predictions | PredictionSums] = []
    write_with(run.folder.predictions, read)
    rows = found[0]
    clusters = rows.clusters if isinstance(rows, Predictions) else None
    result = audit_predictions(rows, run.config.audit, seed=run.config.seed, clusters=clusters, progress=progress)
    result = with_forgotten_cluster(run, result, {predicted}, scores_prefix)
    write_json(run.folder.audit, result.model_dump(mode="json"))
    return result


def settle_precision(run: Run, classifier: "TextClassifier", texts: Sequence[str]) -> PrecisionCheck | None:
    """Score in bf16 from now on where that is asked for, or faster under `auto`, and a sample allows it; else None."""
    from boletim.models.bf16 import settle
    from boletim.models.precision import try_bf16

    if settle(run.config.audit.precision, run.terminal.say) == "fp32":
        return None

    check = try_bf16(classifier, texts)
    chosen = "bf16" if check.is_used else "fp32, since bf16 changes too much"
    run.terminal.say(
        f"precision: {chosen} ({check.n_changed} of {check.n} labels change, a probability by at most "
        f"{check.largest_shift:.4f})"
    )
    return check


def check_unweighted(config: RunConfig) -> None:
    """Refuse sampling weights where a text may have several labels.

    Raises:
        InputError: There are some.
    """
    if config.data.weights:
        raise InputError(
            f"sampling weights need one label per text, got data.weights {config.data.weights!r}; leave it out"
        )


def measure_and_write_cost(run: Run, classifier: "TextClassifier", texts: Sequence[str]) -> None:
    """Write cost.json: time, memory, size and energy, measured on these texts."""
    from boletim.models.cost import measure_cost

    cost = measure_cost(classifier, texts, level=run.config.audit.level, seed=run.config.seed)
    write_json(run.folder.cost, cost.model_dump(mode="json"))


def describe(result: AuditResult, n: int) -> str:
    """One line about an audit."""
    n_shown = sum(finding.verdict == "shown" and finding.severity != "info" for finding in result.findings)
    return f"{len(result.measures):,} measures on {n:,} test examples, {n_shown} findings shown"


def _audit_test_split(run: Run, search: SearchResult) -> str:
    from boletim.audit.decisions.best_threshold import best_thresholds
    from boletim.tuning.corpus.files import load_corpus
    from boletim.tuning.corpus.near_duplicates import copies_of

    corpus = load_corpus(run.folder.corpus)
    classifier = own_classifier(run.folder, search)
    curve = search.chosen_curve()
    majority = str(corpus.train[LABEL].value_counts().sort_index().idxmax())
    texts = list(corpus.test[TEXT])
    is_copy = copies_of(list(corpus.train[TEXT]), texts, run.terminal.progress)
    precision = settle_precision(run, classifier, texts)
    if classifier.is_multi_label:
        check_unweighted(run.config)
        found = predict_label_sets(classifier, corpus.test, corpus.groups, run)
        thresholds = None
        if run.config.audit.thresholds == "validation":
            thresholds = best_thresholds(predict_label_sets(classifier, corpus.validation, corpus.groups, run))
            found = replace(found, predicted=found.scores >= np.array(thresholds))
        audited = audit_sets_and_write(run, found, names_of(majority), thresholds, curve, texts, is_copy, precision)
        return _finish(run, search, audited, classifier, texts)
    predictions = predict(classifier, corpus.test, corpus.groups, run)
    validation = None
    if run.config.audit.costs and len(classifier.labels) == 2:
        validation = predict(classifier, corpus.validation, corpus.groups, run)
    result = audit_and_write(run, predictions, texts, majority, curve, is_copy, validation, precision)
    return _finish(run, search, result, classifier, texts)


def _finish(
    run: Run, search: SearchResult, result: AuditResult, classifier: "TextClassifier", texts: Sequence[str]
) -> str:
    more = [*measure_forgetting(run, search), *search.measures]
    result = result.model_copy(update={"measures": (*result.measures, *more)})
    result = add_sample_sizes(run, search, result)
    write_json(run.folder.audit, result.model_dump(mode="json"))
    measure_and_write_cost(run, classifier, texts)
    return describe(result, len(texts))
