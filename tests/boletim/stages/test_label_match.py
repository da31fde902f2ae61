import pandas as pd
import pytest

from boletim.contracts.errors import DataError
from boletim.stages.label_match import match_labels
from boletim.terminal import Terminal


def matched(labels: list[str], names: tuple[str, ...]) -> list[str]:
    frame = pd.DataFrame({"label": labels})
    return list(match_labels(frame, set(labels), names, Terminal(True, False))["label"])


def test_names_stay_and_numbers_become_the_names_that_the_model_has_for_them() -> None:
    assert matched(["no", "yes"], ("yes", "no")) == ["no", "yes"]
    assert matched(["1", "0", "1"], ("LABEL_0", "LABEL_1")) == ["LABEL_1", "LABEL_0", "LABEL_1"]
    assert matched(["2"], ("bad", "so so", "good")) == ["good"]


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["0", "1", "2"], ("1", "2", "3")),  # some are names: whether 1 is the name or the number is open
        (["1", "2"], ("bad", "good")),
        (["0", "bad"], ("bad", "good")),
        (["positive"], ("bad", "good")),
    ],
)
def test_what_is_neither_is_refused_with_both_sides(labels: list[str], names: tuple[str, ...]) -> None:
    with pytest.raises(DataError, match=r"every label must be one of the model's .* got .*; rename"):
        matched(labels, names)


def test_the_terminal_says_what_was_matched(capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.DataFrame({"label": ["1", "0"]})
    match_labels(frame, {"0", "1"}, ("bad", "good"), Terminal(False, False))
    assert "0 is bad, 1 is good" in "".join(capsys.readouterr())
