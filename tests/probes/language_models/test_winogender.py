import pytest

from boletim.contracts.errors import DataError
from boletim.probes.language_models.winogender import occupation_pairs

SIDES = ("female", "male", "neutral")


def rows(*sides: str, answer: str = "0") -> list[dict[str, str]]:
    ids = [f"nurse.patient.{answer}.{side}.txt" for side in sides]
    return [{"sentid": name, "sentence": name.split(".")[3]} for name in ids]


def test_a_pair_has_both_pronouns_and_speaks_of_the_occupation() -> None:
    assert occupation_pairs(rows(*SIDES), "x.tsv") == [("nurse", "female", "male")]
    assert occupation_pairs(rows(*SIDES) + rows(*SIDES, answer="1"), "x.tsv") == [("nurse", "female", "male")]


@pytest.mark.parametrize("lacking", [rows("female", "neutral"), rows(*SIDES, answer="1")])
def test_sentences_without_a_pair_are_refused(lacking: list[dict[str, str]]) -> None:
    with pytest.raises(DataError, match=r"x\.tsv: no sentence about an occupation .* give Winogender's"):
        occupation_pairs(lacking, "x.tsv")
