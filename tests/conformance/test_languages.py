"""Every language pack, whatever its language, passes the same checks."""

import csv
import re
from pathlib import Path

import pytest
import yaml

from boletim.contracts.language import Language, known_languages, language_folder, load_language
from boletim.probes.sentences.frames import check_frame, fill
from boletim.probes.swaps.rules import find_rules
from boletim.reports.crosswalk.clauses import load_crosswalk

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@pytest.fixture(params=known_languages())
def language(request: pytest.FixtureRequest) -> Language:
    return load_language(request.param)


def test_has_forty_professions_with_ids_of_their_own(language: Language) -> None:
    ids = [profession.id for profession in language.professions]
    assert len(ids) >= 40
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(?:_[a-z]+)*", name) for name in ids)


def test_professions_have_the_same_ids_in_every_language(language: Language) -> None:
    assert {p.id for p in language.professions} == {p.id for p in load_language("en").professions}


def test_forms_are_not_shared_between_professions(language: Language) -> None:
    for side in ("female", "male"):
        forms = [getattr(profession, side) for profession in language.professions]
        assert len(set(forms)) == len(forms)
        assert all(form == form.strip() and form for form in forms)


def test_shares_lie_in_the_unit_interval_and_cite_a_source(language: Language) -> None:
    for profession in language.professions:
        assert (profession.share_of_women is None) == (profession.source is None)
        if profession.share_of_women is not None:
            assert 0 <= profession.share_of_women <= 1
            assert language.sources[profession.source or ""].strip()
    assert set(language.sources) == {p.source for p in language.professions if p.source}


def test_has_twelve_frames_with_ids_of_their_own(language: Language) -> None:
    ids = [frame.id for frame in language.frames]
    assert len(ids) >= 12
    assert len(set(ids)) == len(ids)
    for frame in language.frames:
        check_frame(frame, language)


def test_every_contrast_is_two_finished_sentences(language: Language) -> None:
    seen = set()
    for frame in language.frames:
        for profession in language.professions:
            female, male = fill(frame, profession, language.articles)
            assert female != male
            for sentence, form in ((female, profession.female), (male, profession.male)):
                assert form in sentence
                assert not re.search(r"[{}|]|\s\s|\s[.,?!]", sentence)
                assert sentence[0].isupper()
                assert sentence[-1] in ".?!"
            seen.add((female, male))
    assert len(seen) == len(language.frames) * len(language.professions)


def test_frames_do_not_all_begin_alike(language: Language) -> None:
    beginnings = [frame.text.split()[0] for frame in language.frames]
    assert max(beginnings.count(word) for word in beginnings) <= len(beginnings) / 2


def test_swap_words_are_accepted_by_their_rules(language: Language) -> None:
    assert find_rules(language) is not None


@pytest.mark.parametrize(
    ("name", "key", "columns"),
    [
        ("winogender_occupations-stats.tsv", "us_bls_2015", ("occupation", "bls_pct_female")),
        ("BEC-Pro_professions_US_DE.tsv", "us_bls_2019", ("simplified_professions", "percent_us")),
    ],
)
def test_shares_are_those_of_the_cited_source(name: str, key: str, columns: tuple[str, str]) -> None:
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not here")
    with (DATA / name).open(encoding="utf-8") as stream:
        rows = csv.DictReader(stream, delimiter="\t")
        published = {row[columns[0]]: float(row[columns[1]]) / 100 for row in rows}
    cited = [profession for profession in load_language("en").professions if profession.source == key]
    assert cited
    for profession in cited:
        assert profession.share_of_women == pytest.approx(published[profession.id], abs=5e-5)


def test_every_measure_of_the_glossary_has_a_definition_and_a_formula(language: Language) -> None:
    metrics = {**language.words["metrics"], **language.words["label_sets"]["metrics"]}
    lacking = {name for name, words in metrics.items() if not (words.get("definition") and words.get("formula"))}
    assert len(metrics) > 90
    assert not lacking
    english = load_language("en").words
    assert set(metrics) == {*english["metrics"], *english["label_sets"]["metrics"]}


def test_no_name_stands_twice_in_a_pack(language: Language) -> None:
    """Of two equal keys YAML keeps the last and says nothing."""

    def named_twice(node: yaml.Node) -> list[str]:
        if isinstance(node, yaml.SequenceNode):
            return [name for child in node.value for name in named_twice(child)]
        if not isinstance(node, yaml.MappingNode):
            return []
        names = [key.value for key, _ in node.value]
        inside = [name for _, value in node.value for name in named_twice(value)]
        return inside + [name for name in names if names.count(name) > 1]

    files = sorted(Path(str(language_folder(language.code))).rglob("*.yaml"))
    assert len(files) > 10
    assert not [name for file in files for name in named_twice(yaml.compose(file.read_text("utf-8"), yaml.SafeLoader))]


def test_a_language_has_the_files_of_english(language: Language) -> None:
    def files_of(code: str) -> set[str]:
        folder = Path(str(language_folder(code)))
        return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}

    assert files_of(language.code) == files_of("en")


def test_every_clause_has_its_words(language: Language) -> None:
    said = language.words["clauses"]
    listed = {framework.id: {clause.id for clause in framework.clauses} for framework in load_crosswalk().frameworks}
    assert {framework: set(words) - {"name", "short"} for framework, words in said.items()} == listed
