from pathlib import Path

import pytest

from boletim.contracts.errors import InputError
from boletim.contracts.language import load_language
from boletim.probes.sentences.user_frames import read_user_file

ENGLISH = load_language("en")


def write(folder: Path, text: str) -> str:
    path = folder / "frames.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_reads_a_list_of_frames(tmp_path: Path) -> None:
    path = write(
        tmp_path, '- {id: a, text: "{She|He} is the {profession}."}\n- id: b\n  text: "{Her|His} {profession}"\n'
    )
    assert [frame.id for frame in read_user_file(path, ENGLISH)[0]] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing"),
        ("[]", "nothing"),
        ("id: a", "a mapping"),
        ("- just a text", "frame 1"),
        ("- {id: a}", "frame 1"),
        ("- {id: a, text: ''}", "frame 1"),
        ("- {id: a, text: 3}", "frame 1"),
        ('- {id: a, text: "{she|he} {job} {profession}"}', "{job}"),
        ('- {id: a, text: "The {profession}"}', "gender"),
        ('- {id: a, text: "{she|he} {profession}"}\n- {id: a, text: "{she|he} the {profession}"}', "twice"),
        ("- {id: a\n- [", "line 2"),
    ],
)
def test_what_breaks_a_rule_is_named_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_user_file(path, ENGLISH)
    assert words in str(caught.value)
    assert path in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_user_file(str(tmp_path / "none.yaml"), ENGLISH)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "frames.yaml"
    path.write_bytes("- {id: a, text: é}".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        read_user_file(str(path), ENGLISH)


def test_a_mapping_brings_word_lists_and_leaves_the_rest_as_it_is(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "first_names: {female: [Zoe, Eve], male: [Max, Leo]}\n"
        "identity_frames:\n  - {id: a, text: 'I met {person}.'}\n  - {id: b, text: 'We like {person}.'}\n",
    )
    frames, words = read_user_file(path, ENGLISH)
    assert frames == ENGLISH.frames
    assert words is not None
    assert words.first_names.female == ("Zoe", "Eve")
    assert [frame.id for frame in words.identity_frames] == ["a", "b"]
    assert words.identity_terms == ENGLISH.probe_words.identity_terms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("names: [Zoe]", "names"),
        ("first_names: [Zoe]", "first_names"),
        ("identity_terms: [{id: a, text: an A}]", "attribute"),
        ("name_frames: [{id: a, text: 'Hello.'}]", "{name}"),
        ("identity_frames: [{id: a, text: '{person} met {person}.'}]", "{person}"),
        ("frames: []", "nothing"),
    ],
)
def test_what_breaks_a_rule_of_the_lists_is_named_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_user_file(path, ENGLISH)
    assert words in str(caught.value)
    assert path in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("[" * 5_000, "nest at most"),
        ("- !!python/name:os.system", "has no tags"),
        ("a: &a [*a]", "an anchor holds itself"),
        ("\n".join(["a0: &a0 [x, x]", *(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40))]), "at most"),
        ("9" * 5_000, "finite"),
    ],
    ids=["deep", "tag", "recursion", "aliases", "digits"],
)
def test_a_bomb_is_refused_in_one_line(tmp_path: Path, text: str, rule: str) -> None:
    with pytest.raises(InputError, match=rule) as caught:
        read_user_file(write(tmp_path, text), ENGLISH)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["/dev/zero", "/"])
def test_a_device_or_a_folder_is_no_file_of_frames(path: str) -> None:
    with pytest.raises(InputError, match="a file of frames is a file, this is"):
        read_user_file(path, ENGLISH)
