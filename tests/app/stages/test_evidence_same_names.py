"""Data and a model made elsewhere name the same classes differently."""

import pandas as pd
import pytest

from boletim.app.flows.foreign import foreign_config
from boletim.app.run import Run
from boletim.app.screen.terminal import Terminal
from boletim.app.stages.evidence import speak_the_same_names
from boletim.contracts.errors import DataError
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.results.card import ModelFacts


class Named:
    """A classifier of which only the names of its classes matter."""

    def __init__(self, *labels: str) -> None:
        self.facts = ModelFacts(name="m", labels=labels)

    @property
    def labels(self) -> tuple[str, ...]:
        return self.facts.labels


def spoken(tmp_path, model, labels, *names):
    config = foreign_config(
        name="x", language="en", source=tmp_path / "x.csv", text="t", label="l", groups=[], model="m", label_names=names
    )
    run = Run(config, RunFolder(tmp_path / "run"), Terminal(), "boletim")
    return speak_the_same_names(model, pd.DataFrame({"label": labels}), run)["label"].tolist()


def test_numbers_are_matched_to_the_models_classes_by_their_places(tmp_path, capsys):
    assert spoken(tmp_path, Named("bad", "good"), ["1", "0", "1"]) == ["good", "bad", "good"]
    assert "matched to the model's classes by number: 0 is bad, 1 is good" in capsys.readouterr().err
    assert spoken(tmp_path, Named("bad", "good"), ["good", "bad"]) == ["good", "bad"]
    assert spoken(tmp_path, Named("1", "0"), ["1", "0"]) == ["1", "0"]  # names, not places


def test_sets_of_numbers_too(tmp_path):
    assert spoken(tmp_path, Named("a", "b", "c"), ['["0", "2"]', "[]"]) == ['["a", "c"]', "[]"]


def test_given_names_reach_the_model(tmp_path, capsys):
    model = Named("LABEL_0", "LABEL_1")
    assert spoken(tmp_path, model, ["negative", "positive"], "0=negative", "1=positive") == ["negative", "positive"]
    assert model.labels == ("negative", "positive")
    assert "LABEL_0 is negative, LABEL_1 is positive" in capsys.readouterr().err


def test_other_names_are_refused_with_both_lists_and_the_mapping(tmp_path):
    with pytest.raises(DataError, match=r"model's \['bad', 'good'\], got \['Bad', 'Good'\].* --label-name Bad=bad"):
        spoken(tmp_path, Named("bad", "good"), ["Bad", "Good"])
    with pytest.raises(DataError, match="each class needs a name of its own"):
        spoken(tmp_path, Named("LABEL_0", "LABEL_1"), ["x"], "0=x", "1=x")
