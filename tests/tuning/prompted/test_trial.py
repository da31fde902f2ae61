import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import accuracy_score

from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.errors import ModelError, StopRequest
from boletim.models.load import load_classifier
from boletim.tuning.prompted.opening import open_prompted
from boletim.tuning.prompted.plan import PromptPlan
from boletim.tuning.prompted.settings import PromptSettings
from boletim.tuning.prompted.trial import ask, mean_mass
from boletim.tuning.task import find_task
from boletim.tuning.training.stop import StopFlag

WORDS = {"care": "nurse", "code": "server", "sport": "goal"}


@pytest.fixture(scope="module")
def plan_of(make_model, make_tuning_data, tmp_path_factory):
    place = tmp_path_factory.mktemp("prompts")
    (place / "p.jinja").write_text("the day {{ text }} is\n")
    config = CandidateConfig(model=str(make_model("causal", None)), prompts=(str(place / "p.jinja"),), labels=WORDS,
                             shots=(0, 2, 4), max_length=32)  # fmt: skip
    data = make_tuning_data(40, 30)
    candidate = open_prompted(config, data.labels)

    def make(folder, calibration="none", shots=0):
        return PromptPlan(
            task=find_task("text_classification"), candidate=candidate, data=data, objective="accuracy", seed=13,
            level=0.95, settings=PromptSettings(0, "p", shots, calibration), checkpoints=folder,
        )  # fmt: skip

    return make


def no(*_):
    pass


@pytest.mark.parametrize("calibration", ["none", "content_free", "prior", "validation"])
@pytest.mark.parametrize("shots", [0, 4])
def test_the_folder_gives_what_the_trial_was_judged_by(plan_of, tmp_path, calibration, shots):
    plan = plan_of(tmp_path, calibration, shots)
    outcome = ask(plan, "trial 1", no, StopFlag())
    scores = load_classifier(str(outcome.best_checkpoint)).predict_scores(list(plan.data.validation["text"]))
    if calibration == "validation":  # there each text was judged by a fit without its own label
        assert np.abs(scores - softmax(outcome.validation_logits, axis=1)).max() < 0.2
    else:
        assert scores == pytest.approx(softmax(outcome.validation_logits.astype(float), axis=1), abs=1e-5)
    gold = plan.task.gold_of(plan.data.validation, plan.data.labels)
    assert outcome.best_value == pytest.approx(accuracy_score(gold, outcome.validation_logits.argmax(axis=1)))


def test_the_file_says_everything_and_its_mass_is_the_words_probability(plan_of, tmp_path):
    outcome = ask(plan_of(tmp_path, shots=2), "trial 1", no, StopFlag())
    kept = json.loads((outcome.best_checkpoint / "prompt.json").read_text())
    assert (kept["template"], kept["n_shots"], len(kept["shots"])) == ("the day {{ text }} is", 2, 2)
    assert kept["words"] == WORDS
    assert 0 < kept["label_mass"]["low"] <= kept["label_mass"]["value"] <= kept["label_mass"]["high"] < 1


def test_two_calibrations_of_one_prompt_read_it_once(plan_of, tmp_path, monkeypatch):
    plan = plan_of(tmp_path)
    first = ask(plan, "trial 1", no, StopFlag())
    monkeypatch.setattr("boletim.models.causal.CausalLanguageModel.log_likelihoods", None)
    again = ask(replace(plan, settings=replace(plan.settings, calibration="validation")), "trial 2", no, StopFlag())
    assert again.validation_logits.shape == first.validation_logits.shape


def test_mean_mass_by_hand():
    one = mean_mass(np.array([0.1, 0.3]), "p", 0.95)
    assert one.value == pytest.approx(0.2)
    assert one.high == pytest.approx(1.0)  # t with one degree of freedom is 12.7, times 0.1


def test_a_prompt_that_does_not_fit_is_one_line(plan_of, tmp_path):
    plan = plan_of(tmp_path)
    long = "the day " * 300 + "{{ text }}"
    plan = replace(plan, candidate=replace(plan.candidate, prompts={"p": long}, seen={}))
    with pytest.raises(ModelError, match="lower max_length or shots"):
        ask(plan, "trial 1", no, StopFlag())


def test_a_stop_ends_it(plan_of, tmp_path):
    stop = StopFlag()
    stop.set()
    with pytest.raises(StopRequest):
        ask(plan_of(tmp_path), "trial 1", no, stop)
