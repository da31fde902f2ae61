"""Read the user's own sentence frames and word lists."""

from pathlib import Path

from pydantic import ValidationError

from boletim.contracts.configuration.yaml_reading import parse_value, read_text
from boletim.contracts.errors import InputError
from boletim.contracts.language import Frame, Language, ProbeWords
from boletim.probes.sentences.frames import check_frame


def read_user_file(path: str, language: Language) -> tuple[tuple[Frame, ...], ProbeWords | None]:
    """Frames and word lists of a YAML file.

    Args:
        path: The file: a list of `{id, text}`, or a mapping with `frames` and any of the keys of `ProbeWords`. What it
            leaves out stays as in the language pack.
        language: Decides which slots there are, and gives what the file leaves out.

    Returns:
        The frames about professions, and the word lists; None where the file has none.

    Raises:
        InputError: The file cannot be read or an entry breaks a rule; the message names the place.
    """
    content = _load(path)
    if not isinstance(content, dict):
        return _frames(path, content, language), None
    known = ("frames", *ProbeWords.model_fields)
    unknown = [str(key) for key in content if key not in known]
    if unknown or not content:
        raise InputError("frames_keys", known=known, unknown=unknown or "none", at=path)
    frames = _frames(path, content["frames"], language) if "frames" in content else language.frames
    lists = {key: value for key, value in content.items() if key != "frames"}
    return frames, _words(path, lists, language) if lists else None


def _words(path: str, lists: dict[str, object], language: Language) -> ProbeWords:
    try:
        words = ProbeWords.model_validate(language.probe_words.model_dump() | lists)
    except ValidationError as error:
        detail = error.errors()[0]
        place = ".".join(map(str, detail["loc"]))
        raise InputError("frames_entry", place=place, said=detail["msg"], got=detail["input"], at=path) from error
    for slot, key in (("{person}", "identity_frames"), ("{name}", "name_frames")):
        for frame in getattr(words, key):
            if frame.text.count(slot) != 1 or frame.text.count("{") != 1:
                raise InputError("frames_slot_once", key=key, id=frame.id, slot=slot, text=frame.text, at=path)
    return words


def _frames(path: str, content: object, language: Language) -> tuple[Frame, ...]:
    if not isinstance(content, list) or not content:
        raise InputError("frames_list", kind=_kind(content), at=path)
    frames = [_frame(path, number, entry) for number, entry in enumerate(content, start=1)]
    for frame in frames:
        try:
            check_frame(frame, language)
        except InputError as error:
            raise InputError("as_said", said=error, at=path) from error
        if sum(other.id == frame.id for other in frames) > 1:
            raise InputError("frames_twice", id=frame.id, at=path)
    return tuple(frames)


def _load(path: str) -> object:
    file = Path(path)
    if not file.exists():
        raise InputError("frames_file", path=path)
    return parse_value(path, read_text(file, "errors.a_file_of_frames"))


def _frame(path: str, number: int, entry: object) -> Frame:
    if not isinstance(entry, dict) or set(entry) != {"id", "text"}:
        keys = sorted(map(str, entry)) if isinstance(entry, dict) else _kind(entry)
        raise InputError("frame_keys", number=number, keys=keys, at=path)
    if not all(isinstance(value, str) and value.strip() for value in entry.values()):
        raise InputError("frame_texts", number=number, entry=entry, at=path)
    return Frame(id=entry["id"], text=entry["text"])


def _kind(content: object) -> str:
    if isinstance(content, list | dict | str) and not content:
        return "nothing"
    names = {dict: "a mapping", list: "a list", str: "a text", type(None): "nothing"}
    return names.get(type(content), f"a {type(content).__name__}")
