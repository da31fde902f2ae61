"""The whole flow: prepare, tune, audit, probe, render; each stage reads the last one's files and writes its own."""

from collections.abc import Iterable

from boletim.app.machine.provenance import now
from boletim.app.run import Run
from boletim.app.stages.audit import audit
from boletim.app.stages.last_card import keep_last_card
from boletim.app.stages.prepare import prepare
from boletim.app.stages.probe import probe
from boletim.app.stages.render import render
from boletim.app.stages.tune import tune
from boletim.contracts.answers.label_sets import MULTI_LABEL
from boletim.contracts.configuration import RunConfig
from boletim.contracts.errors import InputError
from boletim.contracts.files.gates_seal import seal_gates
from boletim.contracts.language import load_language
from boletim.contracts.registry import find_plugin, plugin_names
from boletim.contracts.results.card import Card

STAGES = ("prepare", "tune", "audit", "probe", "render")


def run_stages(run: Run, stages: Iterable[str] = STAGES) -> Card | None:
    """Do the stages in order, each skipped when it finished before with the same inputs.

    Returns:
        The card, when `render` is among the stages.

    Raises:
        BoletimError: Something the user gave breaks a rule; what was finished is kept.
    """
    check_names(run.config)
    card: Card | None = None
    with run.folder.held():
        run.terminal.say(f"run folder {run.folder.path}")
        keep_last_card(run)
        run.folder.keep_config(run.config.chosen())
        seal_gates(run.folder, run.config.gates, now())
        for stage in stages:
            match stage:
                case "prepare":
                    prepare(run)
                case "tune":
                    tune(run)
                case "audit":
                    audit(run)
                case "probe":
                    probe(run)
                case "render":
                    card = render(run)
    return card


def check_names(config: RunConfig) -> None:
    """Fail before the night, not after it, on a name that nothing has.

    Raises:
        InputError: A language, task, probe or metric is not known; the known ones are listed.
    """
    from boletim.audit.run import check_metrics

    for code in (config.language, *config.card.languages):
        load_language(code)
    if config.task not in plugin_names("task"):
        raise InputError(f"task must be one of {', '.join(plugin_names('task'))}, got {config.task!r}")
    if config.task == MULTI_LABEL:
        _check_multi_label(config)
    if config.audit.thresholds == "validation" and config.task != MULTI_LABEL:
        raise InputError(
            f"audit.thresholds: validation needs task: {MULTI_LABEL}, got {config.task}; leave it out "
            "(audit.costs choose the threshold of two classes)"
        )
    for name in config.probes.use:
        find_plugin("probe", name)
    check_metrics(config.audit.metrics)


def _check_multi_label(config: RunConfig) -> None:
    smoothing = config.tuning.search.label_smoothing
    if max(smoothing if isinstance(smoothing, tuple) else (smoothing,)) > 0:
        raise InputError(
            f"label_smoothing spreads one label over the others, task: {MULTI_LABEL} has none, got {smoothing}; "
            "leave it out of tuning.search"
        )
    if config.audit.sample_sizes is not None:
        raise InputError(
            f"audit.sample_sizes is for tasks with one label a text, got task: {MULTI_LABEL}; leave it out"
        )
