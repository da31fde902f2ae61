from typing import get_args

import pytest

from boletim.contracts.configuration.card import ANSWERS, CardConfig, Profile
from boletim.reports.card.profiles import missing_answers, required_answers

HIRING = ("version", "decision_rule", "data_provenance", "representativeness", "group_provenance", "signatory")


def test_every_profile_of_the_configuration_has_its_answers_and_they_exist() -> None:
    assert set(required_answers()) == set(get_args(Profile))
    assert all(fields and set(fields) <= set(ANSWERS) for fields in required_answers().values())


@pytest.mark.parametrize(
    ("profile", "missing"), [("base", ("out_of_scope", "limitations", "signatory")), ("nyc_ll144", HIRING)]
)
def test_what_a_profile_requires_and_nobody_gave_is_named(profile: Profile, missing: tuple[str, ...]) -> None:
    provided = CardConfig(profile=profile, owner="We", intended_use="Sorting mail")
    assert missing_answers(provided) == missing
