"""English swaps written by hand, in both directions, and texts that must be left alone."""

import pytest

from boletim.contracts.language import load_language
from boletim.probes.swaps.rules import find_rules
from boletim.probes.swaps.swap import swap

RULES = find_rules(load_language("en"))

PAIRS = [
    ("She left early.", "He left early."),
    ("Her dress was blue.", "His dress was blue."),
    ("I saw her yesterday.", "I saw him yesterday."),
    ("I saw her.", "I saw him."),
    ("They told her that the shop was closed.", "They told him that the shop was closed."),
    ("We went with her to the station.", "We went with him to the station."),
    ("The committee thanked her for the report.", "The committee thanked him for the report."),
    ("The house is hers.", "The house is his."),
    ("Her back hurt.", "His back hurt."),
    ("That friend of hers is nice.", "That friend of his is nice."),
    ("She hurt herself.", "He hurt himself."),
    ("She sold her car and her house.", "He sold his car and his house."),
    ("Her own mother did not know her.", "His own father did not know him."),
    ("It made her career.", "It made his career."),
    ("SHE LOST HER FIGHT.", "HE LOST HIS FIGHT."),
    ("She's late, and she'll miss it.", "He's late, and he'll miss it."),
    ("The woman next door sings.", "The man next door sings."),
    ("Two women and a girl waited.", "Two men and a boy waited."),
    ("My husband said no.", "My wife said no."),
    ("My sister-in-law called.", "My brother-in-law called."),
    ("Her ex-husband moved out.", "His ex-wife moved out."),
    ("Ms. Taylor signed the letter.", "Mr. Taylor signed the letter."),
    ("The actress thanked her parents.", "The actor thanked his parents."),
    ("The waitress brought the bill.", "The waiter brought the bill."),
    ("His daughter likes her teacher.", "Her son likes his teacher."),
    ("Mother's hat is on the chair.", "Father's hat is on the chair."),
    ("After her PhD, she moved to Lisbon.", "After his PhD, he moved to Lisbon."),
    ("In 2010 she published her third novel.", "In 2010 he published his third novel."),
    ("He is known for his paintings.", "She is known for her paintings."),
    ("Nobody believed him, and he gave up.", "Nobody believed her, and she gave up."),
    ("“She knows,” I said.", "“He knows,” I said."),
    ("The boy and his aunt waited.", "The girl and her uncle waited."),
    ("My niece turned six.", "My nephew turned six."),
    ("A spokeswoman denied it.", "A spokesman denied it."),
    ("She was known for her acting.", "He was known for his acting."),
    ("Ask the policewoman at the door.", "Ask the policeman at the door."),
    ("She and her two children left.", "He and his two children left."),
]

LEFT_ALONE = [
    "They brought her back.",
    "I saw her dance.",
    "I gave her books.",
    "We made her captain.",
    "They took her home.",
    "Iron Man met her.",
    "Mrs. Smith said she was ready.",
    "She is pregnant.",
    "I wore my boyfriend jeans and my sister laughed.",
    "Every student brings his/her book.",
    "Ask him or her.",
    "The guy said she left.",
    "Her only.",
    "This man-made lake was her idea.",
    "No man is an island.",
    "He is the king of swing.",
    "The mother of the bride cried.",
    "She loved her deeply.",
    "They found her sick.",
    "He worked at King's College.",
    "A friend of hers called.",
    "It won her praise.",
    "Miss Lee lost her keys.",
    "sHe left.",
]

NOTHING = [
    "The nurse left early.",
    "",
    "   ",
    "12345",
    "Take the heroes there.",
    "@she #his https://he.example/her",
    "😀",
]


@pytest.mark.parametrize(("female", "male"), PAIRS)
def test_swaps_in_both_directions(female: str, male: str) -> None:
    assert (swap(female, RULES).status, swap(female, RULES).text) == ("swapped", male)
    assert (swap(male, RULES).status, swap(male, RULES).text) == ("swapped", female)


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_unsafe_texts_are_left_alone_with_a_reason(text: str) -> None:
    attempt = swap(text, RULES)
    assert (attempt.status, attempt.text) == ("left alone", text)
    assert attempt.left_because


@pytest.mark.parametrize("text", NOTHING)
def test_texts_without_gendered_words_have_nothing_to_swap(text: str) -> None:
    assert swap(text, RULES).status == "nothing to swap"


def test_gender_is_that_of_the_original_text() -> None:
    assert swap("She left.", RULES).gender == "female"
    assert swap("He left.", RULES).gender == "male"
    assert swap("She left him.", RULES).gender == "mixed"
