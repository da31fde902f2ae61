"""Which probes a run gets that names none."""

from typing import Any

import pytest

from boletim.contracts.configuration import ProbesConfig, RunConfig

CLASSIFIERS = ("gender_profession", "pronoun_swap")


def run_of(**more: Any) -> RunConfig:
    return RunConfig(name="one", data={"source": "a.csv", "text": "text", "label": "label"}, model="./model", **more)


@pytest.mark.parametrize(
    ("task", "usual"),
    [
        ("text_classification", CLASSIFIERS),
        ("multi_label_classification", CLASSIFIERS),
        ("token_classification", ("ner_names", "ner_name_swap", "ner_profession")),
        ("question_answering", ("unqover",)),
    ],
)
def test_a_run_that_names_no_probe_gets_those_usual_for_its_task(task, usual):
    assert run_of(task=task).probes.use == usual
    with_types = run_of(task=task, probes={"person": ["PERSONA"]}).probes
    assert (with_types.use, with_types.person) == (usual, ("PERSONA",))


def test_what_a_run_names_is_left_as_it_is():
    assert run_of(task="question_answering", probes={"use": ["bbq"]}).probes.use == ("bbq",)
    assert run_of(probes={"use": []}).probes.use == ()
    assert run_of(probes=ProbesConfig(use=("first_names",))).probes.use == ("first_names",)
    assert run_of().probes.use == CLASSIFIERS
    again = run_of(task="token_classification")
    assert RunConfig.model_validate(again.model_dump()) == again
