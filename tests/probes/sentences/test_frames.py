import pytest

from boletim.contracts.errors import InputError
from boletim.contracts.language import Frame, Profession, load_language
from boletim.probes.sentences.frames import check_frame, fill

NURSE = Profession(id="nurse", female="enfermeira", male="enfermeiro")
ACTOR = Profession(id="actor", female="actress", male="actor")
WAITER = Profession(id="waiter", female="waitress", male="waiter")
ARTICLES = {"vowel": "an", "consonant": "a"}


def frame(text: str) -> Frame:
    return Frame(id="x", text=text)


def test_every_slot_takes_the_form_of_its_gender() -> None:
    text = "{A|O} {profession} disse que estava {cansada|cansado}."
    assert fill(frame(text), NURSE) == (
        "A enfermeira disse que estava cansada.",
        "O enfermeiro disse que estava cansado.",
    )


def test_the_indefinite_article_follows_the_profession() -> None:
    text = "{She|He} is {a_profession}."
    assert fill(frame(text), ACTOR, ARTICLES) == ("She is an actress.", "He is an actor.")
    assert fill(frame(text), WAITER, ARTICLES) == ("She is a waitress.", "He is a waiter.")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{she|he} met {job}", "{job}"),
        ("{she|he|they} is the {profession}", "{she|he|they}"),
        ("{she|he} is the {profession", "brace"),
        ("{she|he} left", "{profession}"),
        ("The {profession} left", "{she|he}"),
        ("The {profession} left {it|it}", "{she|he}"),
    ],
)
def test_a_bad_frame_is_named_with_its_remedy(text: str, word: str) -> None:
    with pytest.raises(InputError) as caught:
        check_frame(frame(text), load_language("en"))
    assert word in str(caught.value)
    assert "frame x" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_language_without_articles_has_no_article_slot() -> None:
    with pytest.raises(InputError, match="a_profession"):
        check_frame(frame("{Ela|Ele} é {a_profession}."), load_language("pt-BR"))
