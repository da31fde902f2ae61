"""Audit: predictions on the sealed test split become measures and findings."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from boletim.app.run import Run
from boletim.app.stages.evidence import predict
from boletim.app.stages.forgetting import measure_forgetting
from boletim.app.stages.forgotten_cluster import with_forgotten_cluster
from boletim.app.stages.mitigation.judge_test import judge_on_test
from boletim.app.stages.own_model import own_classifier, shared_own
from boletim.app.stages.prompt_spread import with_prompt_spread
from boletim.app.stages.sample_sizes import add_sample_sizes
from boletim.app.stages.search_result import read_search
from boletim.app.stages.text_language import with_other_language
from boletim.contracts.answers.label_sets import names_of
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import LABEL, TEXT
from boletim.contracts.examples import Answers, AnswersWriter
from boletim.contracts.files.atomic import write_json, write_with
from boletim.contracts.files.run_folder import key_of
from boletim.contracts.results.audit import AuditResult, PrecisionCheck
from boletim.contracts.results.search import SearchResult
from boletim.contracts.sentence import Sentence
from boletim.tables.read import how_read

if TYPE_CHECKING:
    from boletim.engine.engine import Engine
    from boletim.models.load import AnyClassifier


def audit(run: Run) -> None:
    """Write predictions.parquet and audit.json for the run's own model.

    Raises:
        RunFolderError: There is no tuned model yet.
    """
    folder, config = run.folder, run.config
    search = read_search(folder)
    about: list[Any] = [search.model.sha256, [measure.model_dump() for measure in search.measures]]
    if search.mitigations is not None:
        about.append(search.mitigations.model_dump(mode="json"))
    key = key_of(
        AuditResult.model_fields["schema_"].default,
        about,
        run.folder.earlier_key("prepare"),
        config.audit.model_dump(),
        config.seed,
    )
    run.stage("audit", key, lambda: _audit_test_split(run, search), [folder.predictions, folder.audit, folder.cost])


def audit_and_write(
    run: Run, answers: Answers, texts: Sequence[str], precision: PrecisionCheck | None = None, **known: Any
) -> AuditResult:
    """Write predictions.parquet and audit.json.

    Args:
        run: Its configuration, seed and folder.
        answers: To the test set.
        texts: (n,) of the test set.
        precision: From `settle_precision`.
        known: What else `audit` takes: the training data's baseline, thresholds, copies, curve, validation.
    """
    from boletim.audit.run import audit as audit_answers

    answers.save(run.folder.predictions)
    config, progress = run.config, run.terminal.progress
    result = audit_answers(answers, config.audit, seed=config.seed, texts=texts, progress=progress, **known)
    result = with_forgotten_cluster(run, result.model_copy(update={"precision": precision}))
    result = with_other_language(run, result, texts)
    write_json(run.folder.audit, result.model_dump(mode="json"))
    return result


def audit_file_and_write(run: Run, accept: Callable[[Any], None]) -> AuditResult:
    """Audit predictions made elsewhere, of any number of rows; write predictions.parquet and audit.json.

    Args:
        run: Its configuration, seed and folder.
        accept: Given the answers, or their sums, before anything is written; refuses them by raising.

    Raises:
        DataError: The file breaks a rule.
    """
    from boletim.audit.reading.any_kind import read_answers
    from boletim.audit.run import audit as audit_answers

    config, progress, say = run.config, run.terminal.progress, run.terminal.say
    if line := how_read(config.data.source or "", config.data.read):
        say(line)

    def read(temporary: Path) -> None:
        with AnswersWriter(temporary) as writer:
            found.append(read_answers(config, writer, progress, say, lambda: _engine_of_files(run)))
        accept(found[0])

    found: list[Any] = []
    write_with(run.folder.predictions, read)
    result = audit_answers(found[0], config.audit, seed=config.seed, progress=progress)
    if not _shares_clusters(found[0]):
        result = with_forgotten_cluster(run, result, {config.data.predicted}, config.data.scores)
    write_json(run.folder.audit, result.model_dump(mode="json"))
    return result


def _engine_of_files(run: Run) -> AbstractContextManager["Engine"]:
    """Workers, where the configuration wants several or a cluster; they need no torch."""
    from boletim.engine.engine import in_this_process
    from boletim.engine.opened import ray_for

    return ray_for(run.config.tuning, run.folder.path) if run.config.tuning.needs_ray else in_this_process()


def _shares_clusters(answers: Any) -> bool:
    """Whether some examples share an author, template or document that is known."""
    return answers.clusters is not None and len(set(answers.clusters)) < len(answers.clusters)


def settle_precision(run: Run, classifier: "AnyClassifier", texts: Sequence[str]) -> PrecisionCheck | None:
    """Score in bf16 from now on where that is asked for, or faster under `auto`, and a sample allows it; else None."""
    from boletim.models.bf16 import settle
    from boletim.models.precision import try_bf16

    if settle(run.config.audit.precision, run.terminal.say) == "fp32":
        return None

    check = try_bf16(classifier, texts)
    key = f"terminal.precision.{'tried' if check.is_used else 'refused'}"
    run.terminal.say(Sentence(key, n_changed=check.n_changed, n=check.n, n_shift=check.largest_shift))
    return check


def measure_and_write_cost(run: Run, classifier: "AnyClassifier", texts: Sequence[str]) -> None:
    """Write cost.json: time, memory, size and energy, measured on these texts."""
    from boletim.models.cost import measure_cost

    cost = measure_cost(classifier, texts, level=run.config.audit.level, seed=run.config.seed)
    write_json(run.folder.cost, cost.model_dump(mode="json"))


def describe(result: AuditResult, n: int) -> str:
    """One line about an audit."""
    n_shown = sum(finding.verdict == "shown" and finding.severity != "info" for finding in result.findings)
    counts = {"n_measures": len(result.measures), "n": n} | ({} if n_shown == 1 else {"n_shown": n_shown})
    return Sentence(f"terminal.stage.audited{'_one' if n_shown == 1 else ''}", **counts)


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
    known: dict[str, Any] = {}
    with shared_own(run, search, classifier) as shared:
        answers = predict(shared, corpus.test, corpus.groups, run)
        if _chooses_thresholds(run.config, len(classifier.labels)):
            known["validation"] = predict(shared, corpus.validation, corpus.groups, run)
    if run.config.audit.thresholds == "validation":
        known["thresholds"] = best_thresholds(known["validation"])
        answers = replace(answers, predicted=answers.scores >= np.array(known["thresholds"]))
    known |= {"baseline": names_of(majority), "curve": curve, "is_copy": is_copy}
    result = with_prompt_spread(run, search, corpus, audit_and_write(run, answers, texts, precision, **known))
    result = judge_on_test(run, search, corpus, result)
    return _finish(run, search, result, classifier, texts)


def _chooses_thresholds(config: RunConfig, n_labels: int) -> bool:
    """Whether validation answers are wanted: for each label, for the least cost, or for each group.

    Thresholds of groups stand beside compared mitigations.
    """
    of_cost = bool(config.audit.costs) and n_labels == 2
    return config.audit.thresholds == "validation" or of_cost or config.mitigations is not None


def _finish(
    run: Run, search: SearchResult, result: AuditResult, classifier: "AnyClassifier", texts: Sequence[str]
) -> str:
    more = [*measure_forgetting(run, search), *search.measures]
    result = result.model_copy(update={"measures": (*result.measures, *more)})
    result = add_sample_sizes(run, search, result)
    write_json(run.folder.audit, result.model_dump(mode="json"))
    measure_and_write_cost(run, classifier, texts)
    return describe(result, len(texts))
