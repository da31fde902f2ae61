from pathlib import Path

import pytest

from boletim.contracts.config_file import load_config
from boletim.contracts.errors import ConfigError

GOOD = """\
name: x
data:
  source: a.csv
  text: t
  label: l
  groups: [g, {age: [0, 30, 45]}]
candidates:
  - bert-base-uncased
  - {model: ./minilm, max_length: 128}
tuning:
  trials: 3
  timeout: 8h
  search: {learning_rate: [1e-5, 5e-5]}
gates:
  - {measure: "recall_gap{attribute=g}", at_most: 0.1}
card:
  owner: "  "
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "c.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read_as_meant(tmp_path):
    config = load_config(written(tmp_path, GOOD))
    assert config.tuning.search.learning_rate == (1e-5, 5e-5)
    assert config.tuning.timeout == 8 * 3600
    assert config.data.source == str(tmp_path / "a.csv"), "a path is relative to the file"
    assert [c.model for c in config.candidates] == ["bert-base-uncased", str(tmp_path / "minilm")]
    assert config.data.groups[1].bands == (0, 30, 45)
    assert config.card.owner is None, "a blank answer is no answer"


def test_set_changes_one_value(tmp_path):
    path = written(tmp_path, GOOD)
    assert load_config(path, ["tuning.trials=40", "probes.use=[pronoun_swap]"]).tuning.trials == 40
    for wrong, message in [
        ("tuning.trials=many", "--set: tuning.trials"),
        ("tuning.trails=4", "did you mean 'trials'"),
        ("trials", "key=value"),
        ("name.x=1", "not a mapping"),
    ]:
        with pytest.raises(ConfigError, match=message):
            load_config(path, [wrong])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  trials: 3", "  trails: 3", r"line 11: tuning\.trails is not a key; did you mean 'trials'"),
        ("  trials: 3", "  trials: 0", r"line 11: tuning\.trials: .*greater than or equal to 1, got 0"),
        ("  trials: 3", "  trials: [3]", r"line 11: tuning\.trials: .*integer"),
        ("timeout: 8h", "timeout: soon", r"line 12: tuning\.timeout: a duration is written 90s, 30m, 8h or 2d, got 'soon'"),  # noqa: E501
        ("[1e-5, 5e-5]", "[5e-5, 1e-5]", r"line 13: tuning\.search: learning_rate is one number or \[low, high\]"),
        ("max_length: 128", "max_lenght: 128", r"line 9: candidates\[1\]\.max_lenght is not a key; did you mean 'max_length'"),  # noqa: E501
        ("at_most: 0.1", "at_most: 0.1, at_least: 0.2", r"line 15: gates\[0\]: .*exactly one of at_least and at_most"),
        ("recall_gap{attribute=g}", "recall_gap{attribute", r"line 15: gates\[0\].*a measure is written"),
        ("  text: t\n", "", r"line 2: data\.text is missing"),
        ("[0, 30, 45]", "[30, 0]", r"bands of age must be increasing"),
        ("name: x", "name: x\nname: y", r"line 2: name is given twice \(first in line 1\)"),
        ("name: x", "name: [x", r"line \d+: not valid YAML"),
        ("name: x", "name: ../x", r"line 1: name: "),
        ("  source: a.csv\n", "", r"line 2: data: give either source, or train"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(tmp_path, old, new, message):
    assert old in GOOD
    with pytest.raises(ConfigError, match=message) as caught:
        load_config(written(tmp_path, GOOD.replace(old, new, 1)))
    assert "\n" not in str(caught.value)


def test_unreadable_files(tmp_path):
    with pytest.raises(ConfigError, match="no such configuration file; `boletim init"):
        load_config(tmp_path / "absent.yaml")
    with pytest.raises(ConfigError, match="is empty"):
        load_config(written(tmp_path, ""))
    with pytest.raises(ConfigError, match="a mapping of keys, got a list"):
        load_config(written(tmp_path, "- 1"))
    (tmp_path / "latin.yaml").write_bytes("name: ção".encode("latin-1"))
    with pytest.raises(ConfigError, match="byte 6 is not; save it as UTF-8"):
        load_config(tmp_path / "latin.yaml")
