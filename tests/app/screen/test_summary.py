from pathlib import Path

import pytest

from boletim.app.screen.summary import mishap_lines, search_summary
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.results.search import Mishap, SearchResult, TrainedModel, TrialRecord


@pytest.fixture
def search() -> SearchResult:
    trials = (
        TrialRecord(number=0, candidate="one", params={}, objective=0.5, state="pruned"),
        TrialRecord(number=1, candidate="two", params={}, objective=0.75, state="complete"),
    )
    return SearchResult(
        objective="f1_macro",
        trials=trials,
        best_trial=1,
        model=TrainedModel(folder="model", sha256="a" * 64, base_model="two", labels=("x", "y"), max_length=8),
        validation_n=10,
        n_pruned=1,
        excluded={"three": "it is not there"},
        mishaps=(
            Mishap(kind="not_finite", trial=0),
            Mishap(kind="interrupted_resumed", trial=1, values={"n": 2, "step": 40}),
        ),
    )


def test_a_search_ends_with_what_went_wrong_and_what_was_done(search: SearchResult) -> None:
    text, content = search_summary(search, RunFolder(Path("runs/one")), "en")
    assert text.splitlines() == [
        "best f1_macro 0.750 on validation, trial 1, two",
        "trials: 1 complete, 1 pruned, 0 failed",
        "  Candidates that could not be loaded: three: it is not there",
        "  No. 0: The loss was no longer a finite number: the trial was stopped.",
        "  No. 1: Interruptions: 2. The trial went on from its checkpoint at step 40.",
        "runs/one",
    ]
    assert [mishap["kind"] for mishap in content["mishaps"]] == ["not_finite", "interrupted_resumed"]


def test_in_portuguese_too(search: SearchResult) -> None:
    assert mishap_lines(search, "pt-BR")[-1].endswith(
        "Interrupções: 2. A tentativa continuou a partir do ponto salvo no passo 40."
    )
