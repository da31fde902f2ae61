"""Fill sentence frames: one contrast is the same sentence about a woman and about a man."""

import re

from boletim.contracts.errors import InputError
from boletim.contracts.language import Frame, Language, Profession

_SLOT = re.compile(r"\{([^{}]*)\}")
_VOWELS = "aeiou"


def fill(frame: Frame, profession: Profession, articles: dict[str, str] | None = None) -> tuple[str, str]:
    """The female and the male sentence of one contrast.

    Args:
        frame: A frame that `check_frame` accepts.
        profession: Goes into `{profession}` and `{a_profession}`, in the form of the sentence's gender.
        articles: The language's indefinite articles, needed by `{a_profession}`.

    Returns:
        The sentence as if about a woman, and as if about a man.
    """
    return _render(frame.text, profession.female, 0, articles), _render(frame.text, profession.male, 1, articles)


def check_frame(frame: Frame, language: Language) -> None:
    """Accept a frame that gives two sentences differing in gender.

    Raises:
        InputError: An unknown slot, a brace left open, no profession, or nothing that marks the gender.
    """
    slots = _SLOT.findall(frame.text)
    known = ["profession", *(["a_profession"] if language.articles else [])]
    for slot in slots:
        if slot not in known and slot.count("|") != 1:
            names = ", ".join(f"{{{name}}}" for name in known)
            raise InputError("frame_slot", id=frame.id, names=names, slot=slot)
    if "{" in _SLOT.sub("", frame.text) or "}" in _SLOT.sub("", frame.text):
        raise InputError("frame_brace", id=frame.id, text=frame.text)
    if not any(slot in known for slot in slots):
        raise InputError("frame_profession", id=frame.id, text=frame.text)
    if not any("|" in slot and len(set(slot.split("|"))) == 2 for slot in slots):
        raise InputError("frame_gender", id=frame.id, text=frame.text)


def _render(text: str, profession: str, side: int, articles: dict[str, str] | None) -> str:
    def value(match: re.Match[str]) -> str:
        slot = match.group(1)
        if slot == "profession":
            return profession
        if slot == "a_profession":
            kind = "vowel" if profession[0].lower() in _VOWELS else "consonant"
            return f"{(articles or {})[kind]} {profession}"
        return slot.split("|")[side]

    return _SLOT.sub(value, text)
