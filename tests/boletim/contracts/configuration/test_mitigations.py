from pathlib import Path
from typing import Any

import pytest

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.file import load_config
from boletim.contracts.configuration.mitigations import params_under
from boletim.contracts.errors import ConfigError

DATA = {"source": "d.csv", "text": "t", "label": "l", "groups": ["g"]}
PLAIN: dict[str, Any] = {"name": "n", "data": DATA, "candidates": ["./m"]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mitigations": {"compare": ["none", "reweigh"]}}, "reweigh"),
        ({"mitigations": {"compare": ["reweighing", "erase"]}}, "mitigations are compared with none"),
        ({"mitigations": {"compare": ["none"]}}, "at least 2"),
        ({"mitigations": {"compare": ["none", "erase", "erase"]}}, "each mitigation is compared once"),
        ({"mitigations": {"compare": ["none", "erase"], "seeds": 1}}, "greater than or equal to 2"),
        (
            {"mitigations": {"compare": ["none", "balanced"]}, "data": {**DATA, "groups": []}},
            "mitigations.compare: balanced needs groups, data.groups is empty",
        ),
        (
            {"mitigations": {"compare": ["none", "balanced"]}, "task": "multi_label_classification"},
            "balanced needs one label per text",
        ),
        (
            {"mitigations": {"compare": ["none", "erase"]}, "candidates": [], "model": "./m"},
            "mitigations are for candidates",
        ),
        ({"mitigations": {"compare": ["none", "erase"]}, "task": "other"}, "mitigations are for the tasks"),
    ],
)
def test_what_cannot_be_compared_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RunConfig.model_validate(PLAIN | changes)


def test_an_unknown_name_is_told_with_its_line_and_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(
        "name: n\ndata: {source: d.csv, text: t, label: l, groups: [g]}\ncandidates: [./m]\n"
        "mitigations: {compare: [none, reweihing]}\n"
    )
    with pytest.raises(ConfigError, match=r"line 4.*reweighing") as caught:
        load_config(tmp_path / "b.yaml")
    assert len(str(caught.value).splitlines()) == 1


def test_gender_swap_needs_no_groups_and_three_seeds_are_usual() -> None:
    config = RunConfig.model_validate(
        PLAIN | {"data": {**DATA, "groups": []}, "mitigations": {"compare": ["none", "gender_swap"]}}
    )
    assert config.mitigations is not None
    assert config.mitigations.seeds == 3


def test_switches_of_other_mitigations_are_off() -> None:
    params = {"batch_size": 8, "gender_swap": 1, "lora": 4}
    assert params_under("none", params) == {"batch_size": 8, "lora": 4}
    assert params_under("balanced", params) == {"batch_size": 8, "lora": 4, "balanced": 1}
    assert params_under("both", params) == {"batch_size": 8, "lora": 4, "gender_swap": 1, "reweighing": 1}
    assert params_under("erase", params) == params_under("none", params)
