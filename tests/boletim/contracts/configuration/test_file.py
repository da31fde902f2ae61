from pathlib import Path

import pytest

from boletim.contracts.configuration.file import load_config
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
        ("  trials: 3", "  trials: [3]", r"line 11: tuning\.trials: .*whole number, got a list"),
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


MINIMAL = "name: x\ndata: {source: a.csv, text: t, label: l}\ncandidates: [b]\n"
MULTIPLYING = "a0: &a0 [1, 1]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("descrição: x\n" + MINIMAL, r"line 1: descrição is not a key; did you mean data\.description"),
        ("intended use: x\n" + MINIMAL, r"line 1: intended use is not a key; did you mean card\.intended_use"),
        (MINIMAL + "card: {título: x}\n", r"line 4: card\.título is not a key; did you mean 'title'"),
        (MINIMAL + "card: {uso pretendido: x}\n", r"did you mean 'intended_use'"),
        ("dados: x\n" + MINIMAL, r"did you mean 'data'"),
        (MINIMAL + "no: 3\n", r"line 4: no is not a key"),
        (MINIMAL + "seed: .nan\n", r"line 4: .*numbers are finite"),
        (MINIMAL + "seed: -.inf\n", r"line 4: .*numbers are finite"),
        (MINIMAL + "audit: {level: 1e400}\n", r"line 4: .*numbers are finite"),
        (MINIMAL + "gates: [{measure: accuracy, at_least: 'nan'}]\n", r"gates\[0\]\.at_least: numbers are finite"),
        (MINIMAL + f"seed: {'9' * 5000}\n", r"line 4: .*fewer than 300 digits"),
        (MINIMAL + "seed: !!int x\n", r"line 4: a configuration has no tags, got !!int"),
        (MINIMAL + "seed: !!python/object/apply:os.system [ls]\n", r"line 4: a configuration has no tags"),
        ("x: " + "[" * 1000, r"line 1: values nest at most 20 deep"),
        (MINIMAL + "a: &a [*a]\n", r"line 4: an anchor holds itself"),
        (MULTIPLYING, r"line \d+: a configuration holds at most 20,000 values"),
        (MINIMAL + f"x: [{'1, ' * 30_000}]\n", r"line 4: a configuration holds at most 20,000 values"),
        ("#" * 1_000_001, r"at most 1 MB"),
        (MINIMAL.replace("a.csv", "~no-such-user-here/a.csv"), r"line 2: data\.source: no file can be called"),
        (MINIMAL.replace("a.csv", '"a\\0.csv"'), r"line 2: data\.source: no file can be called"),
        (MINIMAL.replace("a.csv", "a" * 5000), r"line 2: data\.source: no file can be called 'a{119}… \(5,002"),
        ("name: \x00\n", r"line 1: .*U\+0000"),
        (MINIMAL + "? [a, b]\n: c\n", r"line 4: a key is a word"),
        ("name: x\n\tdata: y\n", r"line 2: .*indent with blanks"),
        ("a: b: c\n", r"line 1: .*quote a value that holds ': '"),
        ("--- a\n--- b\n", r"line 2: not valid YAML"),
    ],
)  # fmt: skip
def test_the_door_has_bounds_and_says_them(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message) as caught:
        load_config(written(tmp_path, text))
    assert len(str(caught.value)) < 500


def test_at_most_ten_mistakes_are_told(tmp_path):
    text = "".join(f"k{number}: 1\n" for number in range(3000)) + MINIMAL
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, text))
    lines = str(caught.value).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "and 2,990 more"
    assert "line 1: k0 is not a key" in lines[0]


def test_set_reaches_into_lists(tmp_path):
    path = written(tmp_path, MINIMAL.replace("[b]", "[{model: b}, c]"))
    assert load_config(path, ["candidates[0].max_length=32"]).candidates[0].max_length == 32
    for wrong, message in [
        ("candidates[1].max_length=32", r"candidates\[1\] is not a mapping; set it whole"),
        ("candidates[2].max_length=32", "2 entries, counted from 0"),
        ("data[0]=1", "data is not a list"),
        ("candidates[-1]=x", "takes a key such as"),
        ("seed=[[[", "--set seed"),
        ("tuning.search.epochs=0", "^--set: tuning.search: epochs"),
    ]:
        with pytest.raises(ConfigError, match=message):
            load_config(path, [wrong])


@pytest.mark.parametrize(
    "secret",
    [
        "tuning: {storage: 'postgresql://u:geheim@h/d'}",
        "tuning: {storage: 'postgresql://h/d?user=u&password=geheim'}",
        "tuning: {warm_start: 's3://AKIA:geheim/x@bucket'}",
        "tunning: {storage: 'postgresql://u:geheim@h/d'}",
        "tuning: 'postgresql://u:geheim@h/d'",
        "tuning: {storage: ['postgresql://u:geheim@h/d']}",
        "card: {contact: 'https://x.org/?api_key=geheim'}",
        "card: {owner: hf_geheimgeheimgeheimgeheim}",
        "'postgresql://u:geheim@h/d': 1",
        "tuning: [postgresql://u:geheim@h/d",
        "audit: {level: 'https://u:geheim@h'}",
    ],
)
def test_a_password_is_refused_and_never_repeated(tmp_path, secret):
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, MINIMAL + secret + "\n"))
    assert "geheim" not in str(caught.value)
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, MINIMAL), ["tuning.storage=postgresql://u:geheim@h/d"])
    assert "geheim" not in str(caught.value)
    assert "PGPASSWORD or ~/.pgpass" in str(caught.value)
