"""A prompted candidate asked elsewhere: its model stays behind, the answers are the same, the prompt comes back."""

import pickle
from contextlib import nullcontext

import numpy as np
import pytest

from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.protocols import no_progress
from boletim.engine.floor import Floor
from boletim.models.load import load_classifier
from boletim.tuning.prompted.opening import open_prompted
from boletim.tuning.prompted.plan import PromptPlan
from boletim.tuning.prompted.settings import PromptSettings
from boletim.tuning.prompted.trial import ask
from boletim.tuning.task import find_task
from boletim.tuning.training import on_engine
from boletim.tuning.training.on_engine import training_on
from boletim.tuning.training.stop import StopFlag

WORDS = {"care": "nurse", "code": "server", "sport": "goal"}


def sent(thing):
    return pickle.loads(pickle.dumps(thing))  # noqa: S301


class Elsewhere:
    """Two other processes as far as a job can see: what it is given and gives back is pickled."""

    n_at_once = 1

    def __init__(self):
        self.n_bytes, self.outcomes = 0, []

    def work(self, job, hear, stop):
        self.n_bytes = len(pickle.dumps(job))

        class Wire:
            n, meeting, is_here = 2, "", False

            def __init__(self, rank):
                self.rank = rank

            def ask(self, message):
                return sent(hear(sent(message)))

            tell = ask

            def is_stop_asked(self):
                return stop.is_set

        self.outcomes = [sent(job)(Wire(rank)) for rank in (0, 1)]
        return self.outcomes[0]


@pytest.fixture(scope="module")
def plan_of(make_model, make_tuning_data, tmp_path_factory):
    place = tmp_path_factory.mktemp("prompts")
    (place / "p.jinja").write_text("the day {{ text }} is\n")
    config = CandidateConfig(model=str(make_model("causal", None)), prompts=(str(place / "p.jinja"),), labels=WORDS,
                             shots=(0, 2), max_length=32)  # fmt: skip
    data = make_tuning_data(40, 30)
    candidate = open_prompted(config, data.labels)
    (place / "p.jinja").unlink()  # another machine has no such file

    def make(folder, calibration="prior", shots=2):
        return PromptPlan(
            task=find_task("text_classification"), candidate=candidate, data=data, objective="accuracy", seed=13,
            level=0.95, settings=PromptSettings(0, "p", shots, calibration), checkpoints=folder / "checkpoints",
        )  # fmt: skip

    return make


@pytest.mark.parametrize("is_seen", [True, False])
def test_what_is_asked_elsewhere_is_answered_as_here(plan_of, tmp_path, monkeypatch, is_seen):
    if not is_seen:
        monkeypatch.setattr(on_engine, "_witness", lambda folder: nullcontext(tmp_path / "not there"))
    here = ask(plan_of(tmp_path / "here"), "trial 1", no_progress, StopFlag())
    plan, engine, told = plan_of(tmp_path / "there"), Elsewhere(), []
    with Floor() as floor:
        there = training_on(engine, floor)(plan, "trial 1", None, lambda *one: told.append(one), StopFlag(), None)
    assert there.best_checkpoint == plan.checkpoints / "prompt"
    assert (there.best_checkpoint / "prompt.json").read_bytes() == (here.best_checkpoint / "prompt.json").read_bytes()
    assert np.array_equal(there.validation_logits, here.validation_logits)
    assert there.best_value == here.best_value
    assert load_classifier(str(there.best_checkpoint)).labels == plan.data.labels
    assert told
    assert engine.outcomes[1] is None, "the second process has nothing to ask"
    assert engine.n_bytes < plan.candidate.n_parameters, "the model's numbers must not travel with each trial"
