from pathlib import Path
from typing import Any

import pytest

from boletim.contracts.configuration import ProbesConfig
from boletim.contracts.errors import InputError
from boletim.contracts.language import load_language
from boletim.contracts.results.audit import ProbeResults
from boletim.probes.run import run_probes


def run(classifier: Any, texts: list[str] | None = None, **config: Any) -> ProbeResults:
    return run_probes(
        classifier, ProbesConfig(**config), load_language("en"), texts, level=0.95, margin=0.05, seed=1, bootstrap=200
    )


def score(text: str) -> tuple[float, float]:
    share = (sum(map(ord, text)) % 97) / 97
    return share, 1 - share


def test_runs_the_named_probes_in_order_and_deterministically(fake: Any) -> None:
    texts = [f"She is {i}." for i in range(20)]
    first = run(fake(("no", "yes"), score), texts, use=("pronoun_swap", "gender_profession"))
    again = run(fake(("no", "yes"), score), texts, use=("pronoun_swap", "gender_profession"))
    assert [result.probe for result in first.probes] == ["pronoun_swap", "gender_profession"]
    assert first.model_dump_json() == again.model_dump_json()
    ids = [measure.id for measure in first.measures]
    assert len(set(ids)) == len(ids)


def test_a_probe_that_cannot_run_is_there_with_its_reason(fake: Any) -> None:
    result = run(fake(("no", "yes"), score), None, use=("pronoun_swap",))
    assert result.probes[0].unusable_because


@pytest.mark.parametrize("name", ["gender_profesion", "run", "_crossed"])
def test_an_unknown_probe_lists_the_known_ones(fake: Any, name: str) -> None:
    with pytest.raises(InputError, match=r"gender_profession.*pronoun_swap") as caught:
        run(fake(("no", "yes"), score), None, use=(name,))
    assert name != "gender_profesion" or "did you mean 'gender_profession'" in str(caught.value)


def test_the_users_frames_replace_the_packs(fake: Any, tmp_path: Path) -> None:
    path = tmp_path / "frames.yaml"
    path.write_text('- {id: mine, text: "{She|He} is my {profession}."}\n', encoding="utf-8")
    classifier = fake(("no", "yes"), score)
    run(classifier, None, use=("gender_profession",), frames=str(path))
    assert len(classifier.asked) == 2 * len(load_language("en").professions)
    assert "She is my nurse." in classifier.asked
    assert "He is my nurse." in classifier.asked
