"""Mistakes in every part of the configuration and every command: a clear line, exit 2, before anything is written."""

import random
import sys
import time

import pandas as pd
import pytest
import yaml

TOPICS = {"care": ["nurse", "doctor", "patient", "ward"], "code": ["code", "server", "bug", "compiler"]}


@pytest.fixture(scope="module")
def place(tmp_path_factory, tiny_encoder_folder):
    folder = tmp_path_factory.mktemp("mistakes")
    draw, rows = random.Random(1), []
    for number in range(120):
        label = list(TOPICS)[number % 2]
        text = " ".join(draw.choices([*TOPICS[label], "the", "every", "day"], k=9))
        rows.append({"text": text, "label": label, "gender": draw.choice("fm"), "age": draw.randint(10, 80)})
    pd.DataFrame(rows).to_csv(folder / "d.csv", index=False)
    (folder / "good.yaml").write_text(
        yaml.safe_dump(
            {
                "name": "x",
                "data": {"source": "d.csv", "text": "text", "label": "label", "groups": ["gender"]},
                "candidates": [{"model": str(tiny_encoder_folder), "max_length": 32}],
                "tuning": {"constraints": [{"measure": "recall_gap{attribute=gender}", "at_most": 0.5}]},
                "audit": {"min_group": 5},
                "gates": [{"measure": "recall{class=care}", "at_least": 0.3}],
            }
        ),
        "utf-8",
    )
    return folder


@pytest.fixture
def typed(place, monkeypatch, capsys):
    """typed(*arguments): exit code, output and complaints of the command line."""

    def type_it(*arguments):
        from boletim.app.cli import main

        monkeypatch.chdir(place)
        monkeypatch.setattr(sys, "argv", ["boletim", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return ended.value.code or 0, captured.out, captured.err

    return type_it


GATE = "gates=[{measure: '%s', at_most: 0.5}]"
OF_VALUES = [
    ("langauge=en", "did you mean 'language'"),
    ("language=eng", "language"),
    ("language=fr", "'fr' is not a language; known are en, pt-BR"),
    ("task=text_clasification", "did you mean 'text_classification'"),
    ("seed=-1", "seed"),
    ("seed=.nan", "numbers are finite"),
    ("name=../x", "name"),
    ("data.source=e.csv", "there is no"),
    ("data.txt=text", "did you mean 'text'"),
    ("data.text=txt", "did you mean 'text'"),
    ("data.label=lable", "did you mean 'label'"),
    ("data.groups=[gendr]", "did you mean 'gender'"),
    ("data.groups=[gender, gender]", "named once"),
    ("data.groups=[{age: [30, 10]}]", "increasing"),
    ("data.split.test=20", "data.split.test"),
    ("data.split.by=author", "there is no column 'author'"),
    ("data.weights=wieght", "no column 'wieght'"),
    ("data.sample=3", "data.sample"),
    ("candidates=[./modle]", "give the folder that holds config.json"),
    ("candidates=[]", "candidates"),
    ("candidates[0].max_lenght=32", "did you mean 'max_length'"),
    ("candidates[0].max_length=2", "greater than or equal to 4"),
    ("candidates[3].max_length=32", "1 entries, counted from 0"),
    ("tuning.trails=3", "did you mean 'trials'"),
    ("tuning.trials=0", "tuning.trials"),
    ("tuning.timeout=soon", "a duration is written"),
    ("tuning.objective=f1_makro", "did you mean 'f1_macro'"),
    ("tuning.objectives=[f1_macro, 'recall_gap{attribute=gendr}']", "did you mean 'gender'"),
    ("tuning.constraints[0].measure='recall_gap{attribute=region}'", "'region' is not a column in data.groups"),
    ("tuning.constraints[0].at_least=0.5", "exactly one of at_least and at_most"),
    ("tuning.search.lerning_rate=1e-4", "did you mean 'learning_rate'"),
    ("tuning.search.epochs=0", "epochs must lie between"),
    ("tuning.report_to=[tensorbord]", "tensorbord"),
    ("tuning.warm_start=../nowhere", "there is no"),
    ("tuning.storage=postgresql://u:geheim@h/d", "PGPASSWORD or ~/.pgpass"),
    ("audit.metrics=[acuracy]", "did you mean 'accuracy'"),
    ("audit.level=95", "audit.level"),
    ("audit.min_grup=5", "did you mean 'min_group'"),
    ("probes.use=[pronoun_swp]", "did you mean 'pronoun_swap'"),
    ("probes.frames=none.yaml", "there is no"),
    (GATE % "recal{class=care}", "did you mean 'recall'"),
    (GATE % "recall{class=cear}", "did you mean 'care'"),
    (GATE % "recall", "the nearest are recall{class="),
    (GATE % "recall_gap{attribute=gendre}", "did you mean 'gender'"),
    (GATE % "accuracy{gender=female}", "known are f, m"),
    (GATE % "flip_rate{probe=pronoun}", "'pronoun' is not a probe of this run"),
    (GATE % "recall{class", "a measure is written"),
    ("card.título=x", "did you mean 'title'"),
    ("card.languages=[en, pt]", "did you mean 'pt-BR'"),
    ("descrição=x", "did you mean data.description"),
    ("intended use=x", "did you mean card.intended_use"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "told"), OF_VALUES)
def test_a_mistake_in_the_configuration(typed, place, wrong, told):
    begun = time.monotonic()
    code, out, err = typed("run", "good.yaml", "--set", wrong)
    assert (code, out) == (2, ""), err
    assert told in err
    assert "geheim" not in err
    assert len(err.strip().splitlines()) <= 2
    assert not (place / "runs").exists(), "a refused configuration leaves no mark"
    assert time.monotonic() - begun < 60


OF_COMMANDS = [
    (("run", "goood.yaml"), "no such configuration file"),
    (("run", "."), "this is a folder"),
    (("run", "/dev/zero"), "a device or a pipe"),
    (("run", "d.csv"), "line 1"),
    (("run", "good.yaml", "--set", "tuning.trials"), "key=value"),
    (("audit",), "give one of CONFIG, --model and --predictions"),
    (("audit", "--model", "x"), "--model needs --data and --text"),
    (("audit", "--predictions", "none.csv"), "none.csv"),
    (("render", "nowhere"), "does not exist"),
    (("check", "nowhere"), "does not exist"),
    (("diff", "nowhere", "nowhere"), "does not exist"),
    (("verify", "none.pdf"), "none.pdf"),
    (("schema", "confg"), "a schema is one of config, audit"),
    (("selftest", "--data", "nowhere"), "--data takes a folder"),
    (("predict", "nowhere", "--data", "d.csv", "--text", "text", "--output", "o.csv"), "does not exist"),
    (("probe", "--model", "x", "--probe", "pronoun_swp"), "did you mean 'pronoun_swap'"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "told"), OF_COMMANDS)
def test_a_mistake_in_a_command(typed, place, arguments, told):
    code, _, err = typed(*arguments)
    assert code == 2
    assert told in err
    assert len(err.strip().splitlines()) <= 12
    assert not (place / "runs").exists()


def test_a_dry_run_says_what_a_run_would_work_with_and_writes_nothing(typed, place):
    before = sorted(place.iterdir())
    code, out, err = typed("run", "good.yaml", "--dry-run")
    assert code == 0, err
    assert "120 of 120 rows kept" in out or "rows kept; train" in out
    assert "gates: 1, constraints: 1" in out
    assert sorted(place.iterdir()) == before


def test_a_group_column_that_cannot_be_compared_is_said_before(typed):
    code, _, err = typed("run", "good.yaml", "--dry-run", "--set", "audit.min_group=100")
    assert code == 0
    assert "fewer than two groups will have 100 test examples" in err
