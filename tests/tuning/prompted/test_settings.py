import optuna

from boletim.contracts.configuration import CandidateConfig
from boletim.tuning.prompted.settings import PromptSettings, first_prompts, fit_prompt, suggest_prompt

MANY = CandidateConfig(model="m", prompts=("a.jinja", "b/c.jinja"), shots=(0, 4), calibration=("none", "prior"))


def drawn(config, places, n=40):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    return [(trial := study.ask(), suggest_prompt(trial, config, places[-1], places)) for _ in range(n)]


def test_every_choice_is_drawn_under_the_candidates_own_names():
    found = drawn(MANY, (0, 1))
    assert {one.prompt for _, one in found} == {"a", "c"}
    assert {one.shots for _, one in found} == {0, 4}
    assert {one.calibration for _, one in found} == {"none", "prior"}
    assert len({one.shot_seed for _, one in found if one.shots}) > 2
    for trial, one in found:
        names = {"prompt/1", "shots/1", "calibration/1", *(["shot_seed/1"] if one.shots else [])}
        assert set(trial.params) == names


def test_one_choice_is_fixed_and_one_candidate_needs_no_number():
    (trial, one), *_ = drawn(CandidateConfig(model="m", prompts=("a.jinja",), shots=2), (0,))
    assert one == PromptSettings(0, "a", 2, "none", trial.params["shot_seed"])


def test_settings_come_back_from_what_is_recorded():
    for _, one in drawn(MANY, (0, 1)):
        assert PromptSettings(candidate=1, **one.params()) == one


def test_each_prompt_and_each_number_of_examples_is_tried_once_alike():
    plain = {"candidate": 1, "calibration/1": "none", "shot_seed/1": 0}
    tried = [("a", 0), ("c", 0), ("a", 4)]
    assert first_prompts(MANY, 1, (0, 1)) == [{"prompt/1": name, "shots/1": k, **plain} for name, k in tried]


def test_former_settings_that_are_no_choice_any_more_are_left_to_the_draw():
    wanted = {"prompt": "gone", "shots": 4, "calibration": "prior", "learning_rate": 1e-3}
    assert fit_prompt(wanted, MANY, 0, (0,)) == {"shots": 4, "calibration": "prior"}
