"""Names in the configuration that nothing has: languages, task, probes, metrics, objective, group columns."""

from collections.abc import Iterable, Iterator

from boletim.contracts.answers.label_sets import MULTI_LABEL
from boletim.contracts.answers.question_answers import QUESTION_ANSWERING
from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.keys import did_you_mean
from boletim.contracts.configuration.yaml_reading import Place, dotted, shown
from boletim.contracts.errors import InputError
from boletim.contracts.examples import answers_class, kinds_by_task
from boletim.contracts.language import known_languages
from boletim.contracts.registry import plugin_names
from boletim.contracts.sentence import Sentence

Problem = tuple[Place, str]
"""Where, and the sentence about it."""

_OUTSIDE = "evaluate:"


def wrong_names(config: RunConfig) -> Iterator[Problem]:
    """Every name that nothing has, with the nearest."""
    from boletim.audit.kind import kind_named

    languages, probes = known_languages(), plugin_names("probe")
    metrics = (*plugin_names("metric"), *(metric.name for metric in kind_named(config.kind).metrics()))
    yield from _unknown(("language",), [config.language], languages, "errors.a_language")
    for index, code in enumerate(config.card.languages):
        if code != config.language:
            yield from _unknown(("card", "languages", index), [code], languages, "errors.a_language")
    of_answers = kinds_by_task() if config.predictions else ()
    tasks = sorted({*plugin_names("task"), *of_answers})
    yield from _unknown(
        ("task",), [config.task], tasks, "errors.a_task_of_predictions" if config.predictions else "errors.a_task"
    )
    for index, name in enumerate(config.probes.use):
        yield from _unknown(("probes", "use", index), [name], probes, "errors.a_probe_name")
    for index, name in enumerate(config.audit.metrics):
        if not name.startswith(_OUTSIDE):
            yield from _unknown(("audit", "metrics", index), [name], metrics, "errors.a_metric")


def wrong_objective(config: RunConfig) -> Iterator[Problem]:
    """An objective that the task does not have."""
    from boletim.tuning.task import find_task

    if config.task in plugin_names("task"):
        known = find_task(config.task).metrics
        place: Place = ("tuning", "objectives", 0) if config.tuning.objectives else ("tuning", "objective")
        yield from _unknown(place, [config.tuning.objective], known, "errors.an_objective")


def check_names(config: RunConfig) -> None:
    """Fail before the night, not after it, on a name that nothing has and on settings that do not go together.

    Raises:
        InputError: A language, task, probe or metric is not known, or two settings exclude each other.
    """
    from boletim.audit.kind import kind_named
    from boletim.audit.run import check_metrics

    for _, message in wrong_names(config):
        raise InputError(message)
    if config.task in (MULTI_LABEL, QUESTION_ANSWERING):
        _check_smoothing(config)
    if config.task == MULTI_LABEL and config.audit.sample_sizes is not None:
        raise InputError("sample_sizes_task", multi_label=MULTI_LABEL)
    if not answers_class(config.kind).has_class_scores and not config.predictions:
        _check_places(config)
    if config.audit.thresholds == "validation" and config.task != MULTI_LABEL:
        raise InputError("thresholds_task", multi_label=MULTI_LABEL, task=config.task)
    check_metrics(config.audit.metrics, kind_named(config.kind))


def _check_smoothing(config: RunConfig) -> None:
    smoothing = config.tuning.search.label_smoothing
    if max(smoothing if isinstance(smoothing, tuple) else (smoothing,)) > 0:
        raise InputError("smoothing_task", task=config.task, smoothing=smoothing)


def _check_places(config: RunConfig) -> None:
    space, audit, task = config.tuning.search, config.audit, config.task
    refused = {
        "tuning.constraints": config.tuning.constraints,
        "tuning.objectives": config.tuning.objectives,
        "tuning.search.gender_swap": space.may_be_on("gender_swap"),
        "tuning.search.reweighing": space.may_be_on("reweighing"),
        "audit.sample_sizes": audit.sample_sizes is not None,
        "audit.precision": audit.precision != "fp32",
    }
    for name, is_given in refused.items():
        if is_given:
            raise InputError("one_answer_task", name=name, task=task)


def _unknown(place: Place, names: Iterable[str], known: Iterable[str], what: str) -> Iterator[Problem]:
    known = list(known)
    for name in names:
        if name not in known:
            yield place, no_such(place, name, what, known)


def about(place: Place, said: object) -> str:
    """A sentence about a key."""
    return Sentence("errors.rule_said", key=dotted(place), said=said)


def no_such(place: Place, name: str, what: str, known: Iterable[str]) -> str:
    """That a name is not what it should be, given by the key of its words, and which name is near."""
    said = Sentence("errors.unknown_name", name=shown(name), what=Sentence(what), hint=did_you_mean(name, known))
    return about(place, said)
