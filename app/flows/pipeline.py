"""The whole flow: prepare, tune, audit, probe, render; each stage reads the last one's files and writes its own."""

from collections.abc import Iterable

from boletim.app.machine.provenance import now
from boletim.app.precheck.names import check_names
from boletim.app.run import Run
from boletim.app.stages.audit import audit
from boletim.app.stages.last_card import keep_last_card
from boletim.app.stages.prepare import prepare
from boletim.app.stages.probe import probe
from boletim.app.stages.render import render
from boletim.app.stages.tune import tune
from boletim.contracts.files.gates_seal import seal_gates
from boletim.contracts.results.card import Card
from boletim.contracts.sentence import Sentence

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
        run.terminal.say(Sentence("terminal.stage.folder", path=run.folder.path))
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
