"""The quick start's corpus: the plant is as documented, and nothing else tells the classes or the genders apart."""

import csv
import importlib.util
import math
import re
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from boletim.contracts.configuration.file import load_config

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
QUICKSTART = EXAMPLES / "quickstart"
SEEDS = range(1, 21)
N_ROWS = 3000


def _load():
    spec = importlib.util.spec_from_file_location("make_corpus", QUICKSTART / "make_corpus.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_corpus"] = module
    spec.loader.exec_module(module)
    return module


mc = _load()
languages = pytest.mark.parametrize("language", ["en", "pt-BR"])

NAMES_OF_OCCUPATIONS = {
    "en": r"surg|nurs|teach|taught|lawyer|architect|journal|chef|cook\b|programm|developer|administrat|secretar|clerk",
    "pt-BR": (
        r"cir[uú]rg|enferm|profess[oô]r|advog|advoc|arquit|jornal|\bchef|cozinheir|program|desenvolvedor|administra"
        r"|secretár"
    ),
}
WORDS_OF_GENDER = {
    "en": ("she her herself woman mother daughter", "he him his himself man father son"),
    "pt-BR": (
        """ela dela mãe filha nascida criada formada conhecida recebida radicada querida admirada lembrada elogiada
        premiada casada contratada promovida curiosa ansiosa dedicada organizada procurada respeitada grata satisfeita
        homenageada realizada vista acostumada segura encontrada efetivada apaixonada""",
        """ele dele pai filho nascido criado formado conhecido recebido radicado querido admirado lembrado elogiado
        premiado casado contratado promovido curioso ansioso dedicado organizado procurado respeitado grato satisfeito
        homenageado realizado visto acostumado seguro encontrado efetivado apaixonado""",
    ),
}


@cache
def corpus(language: str, seed: int = 13):
    return tuple(mc.make_corpus(N_ROWS, seed, language))


@cache
def clues(language: str) -> dict[str, list[str]]:
    """All clues of each occupation."""
    occupations = mc.load_phrases(language).occupations
    return {name: [clue for kind in kinds.values() for clue in kind] for name, kinds in occupations.items()}


@cache
def owners(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern of all clues, and the occupation of each."""
    owner = {clue: name for name, of_one in clues(language).items() for clue in of_one}
    return re.compile("|".join(map(re.escape, sorted(owner, key=len, reverse=True)))), owner


def best_answer(bio: str, language: str) -> str:
    """The Bayes classifier: the occupation whose clue is in the text, else administrator."""
    pattern, owner = owners(language)
    found = pattern.search(bio)
    return owner[found.group()] if found else mc.GENERIC


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


@languages
def test_a_seed_gives_one_corpus_and_another_seed_another(language, tmp_path):
    assert mc.make_corpus(400, 13, language) == mc.make_corpus(400, 13, language)
    assert mc.make_corpus(400, 13, language) != mc.make_corpus(400, 14, language)
    command = [sys.executable, QUICKSTART / "make_corpus.py", "--language", language, "--rows", "400"]
    for name in ("a.csv", "b.csv"):
        subprocess.run([*command, "--output", tmp_path / name], check=True, capture_output=True)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["id", "bio", "occupation", "gender", "region", "language", "synthetic"]
    assert {row["synthetic"] for row in rows} == {"true"}
    assert {row["language"] for row in rows} == {language}
    assert [row["bio"] for row in rows] == [row.bio for row in mc.make_corpus(400, 13, language)]


@languages
def test_classes_and_genders_have_the_documented_shares(language):
    cells = Counter((row.occupation, row.gender) for row in corpus(language))
    assert len(cells) == 18
    for (occupation, _), n in cells.items():
        assert n == (300 if occupation == "administrator" else 150)


@languages
def test_the_best_classifier_has_the_planted_recalls_and_no_other_loss(language):
    hits = defaultdict(list)
    for row in corpus(language):
        hits[row.occupation, row.gender].append(best_answer(row.bio, language) == row.occupation)
    for cell, right in hits.items():
        if cell in {("surgeon", "female"), ("nurse", "male")}:
            low, high = proportion_confint(sum(right), len(right), alpha=1e-4, method="wilson")
            assert low < 1 - mc.SHARE < high, cell
        else:
            assert all(right), cell


def test_the_95_percent_interval_of_the_gap_holds_the_planted_share_95_times_in_100():
    held, total = 0, 0
    for seed in SEEDS:
        for language in ["en", "pt-BR"]:
            for occupation, gender in mc.PLANTED.items():
                right = Counter()
                n = Counter()
                for row in corpus(language, seed):
                    if row.occupation == occupation:
                        n[row.gender] += 1
                        right[row.gender] += best_answer(row.bio, language) == occupation
                other = next(name for name in mc.GENDERS if name != gender)
                low, high = confint_proportions_2indep(
                    right[other], n[other], right[gender], n[gender], method="newcomb", alpha=0.05
                )
                held += low <= mc.SHARE <= high
                total += 1
    assert total == 80
    assert held >= 69  # P(fewer than 69 of 80 | coverage 0.95) = 0.0006


@languages
def test_no_share_plants_nothing(language):
    rows = mc.make_corpus(1000, 3, language, share=0.0)
    assert all(best_answer(row.bio, language) == row.occupation for row in rows)


@languages
@pytest.mark.parametrize(("occupation", "gender"), [("surgeon", "female"), ("nurse", "male")])
def test_planted_texts_are_distributed_as_the_administrators_of_that_gender(language, occupation, gender):
    """Chi-square tests of sentence use, pooled over seeds: planted texts against administrators' texts."""
    phrases = mc.load_phrases(language)
    form = mc.GENDERS.index(gender) + 1
    for templates in (phrases.openings, phrases.neutral_sentences):
        patterns = [_pattern(template, form) for template in templates]
        counts = {True: Counter(), False: Counter()}
        for seed in SEEDS:
            for row in corpus(language, seed):
                is_planted = row.occupation == occupation and best_answer(row.bio, language) == mc.GENERIC
                if row.gender == gender and (is_planted or row.occupation == mc.GENERIC):
                    used = [index for index, pattern in enumerate(patterns) if pattern.search(row.bio)]
                    assert used
                    counts[is_planted].update(used)
        chi2, freedom = _homogeneity(counts[True], counts[False])
        assert sum(counts[True].values()) > 1000
        assert chi2 < freedom + 4.5 * math.sqrt(2 * freedom)


def _pattern(template: str, form: int) -> re.Pattern[str]:
    agreed = re.sub(r"\{([^{}|]*)\|([^{}|]*)\}", lambda match: match.group(form), template)
    return re.compile(".+?".join(re.escape(part) for part in re.split(r"\{\w+\}", agreed)))


def _homogeneity(a: Counter, b: Counter) -> tuple[float, int]:
    n_a, n_b = sum(a.values()), sum(b.values())
    cells = [(a[key], b[key], (a[key] + b[key]) / (n_a + n_b)) for key in a | b]
    return sum((x - n_a * p) ** 2 / (n_a * p) + (y - n_b * p) ** 2 / (n_b * p) for x, y, p in cells), len(cells) - 1


@languages
def test_region_is_independent_of_class_and_gender(language):
    table = defaultdict(Counter)
    for seed in SEEDS:
        for row in corpus(language, seed):
            table[row.occupation, row.gender][row.region] += 1
    total = Counter()
    for regions in table.values():
        total.update(regions)
    assert set(total) == {"north", "northeast", "southeast"}
    n = sum(total.values())
    chi2 = sum(
        (regions[name] - regions.total() * total[name] / n) ** 2 / (regions.total() * total[name] / n)
        for regions in table.values()
        for name in total
    )
    freedom = (len(table) - 1) * (len(total) - 1)
    assert chi2 < freedom + 4.5 * math.sqrt(2 * freedom)


@languages
def test_no_duplicates_and_no_near_duplicates(language):
    """No pair of texts shares nine tenths of its five-word shingles."""
    texts = [words(row.bio) for row in corpus(language)]
    assert len({tuple(text) for text in texts}) == N_ROWS
    shingles = [{tuple(text[i : i + 5]) for i in range(len(text) - 4)} for text in texts]
    having = defaultdict(list)
    for index, own in enumerate(shingles):
        for shingle in own:
            having[shingle].append(index)
    shared = Counter()
    for indices in having.values():
        if len(indices) < 400:  # commoner ones are whole openings: a pair near enough shares rarer shingles too
            shared.update(combinations(indices, 2))
    worst = max(n / (len(shingles[a]) + len(shingles[b]) - n) for (a, b), n in shared.items())
    assert worst < 0.9


@languages
def test_texts_are_two_or_three_short_sentences_that_name_no_occupation(language):
    for row in corpus(language):
        assert 2 <= row.bio.count(". ") + 1 <= 3
        assert 20 <= len(row.bio.split()) <= 50
        assert not re.search(r"[{}|]", row.bio)
        assert not re.search(NAMES_OF_OCCUPATIONS[language], row.bio.lower()), row.bio


@languages
def test_clues_are_many_and_belong_to_one_occupation(language):
    phrases = mc.load_phrases(language)
    assert len(phrases.occupations) == 8
    everything = [clue for of_one in clues(language).values() for clue in of_one]
    assert len(set(everything)) == len(everything)
    for name, kinds in phrases.occupations.items():
        assert set(kinds) == set(mc.CLUE_KINDS)
        assert len(clues(language)[name]) >= 40
        others = [clue for other, of_one in clues(language).items() if other != name for clue in of_one]
        assert not [(a, b) for a in clues(language)[name] for b in others if a in b]
    neutral = " ".join([*phrases.openings, *phrases.neutral_sentences, *(v for s in phrases.slots.values() for v in s)])
    assert not [clue for clue in everything if clue in neutral]


@languages
def test_every_text_shows_its_gender_and_never_the_other(language):
    female, male = (set(words(forms)) for forms in WORDS_OF_GENDER[language])
    for row in corpus(language):
        own, other = (female, male) if row.gender == "female" else (male, female)
        used = set(words(row.bio))
        assert used & own, row.bio
        assert not used & other, row.bio


@languages
def test_both_forms_of_every_gendered_word_are_on_the_lists_above(language):
    text = (QUICKSTART / f"phrases.{language}.toml").read_text("utf-8")
    pairs = {tuple(pair) for pair in re.findall(r"\{(\w+)\|(\w+)\}", text.split("openings =")[1].lower())}
    assert len(pairs) >= 6
    for female, male in pairs:
        assert female in words(WORDS_OF_GENDER[language][0])
        assert male in words(WORDS_OF_GENDER[language][1])


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.yaml")), ids=lambda path: path.name)
def test_every_example_is_a_valid_configuration(path):
    config = load_config(path)
    assert isinstance(config.tuning.search.learning_rate, tuple)
    assert config.data.synthetic == (path.parent.name in ("quickstart", "quickstart-ner", "quickstart-qa", "gates")), (
        path
    )


def test_the_votes_of_told_br_give_the_authors_own_labels(tmp_path):
    source = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ToLD-BR.csv"
    if not source.is_file():
        pytest.skip("ToLD-BR.csv is not here")
    done = subprocess.run(
        [sys.executable, EXAMPLES / "told_br_prepare.py", source, tmp_path / "told.csv"],
        check=True,
        capture_output=True,
    )
    assert b"21,000 tweets, 9,255 of them toxic" in done.stdout  # the counts in the authors' own notebook
    with (tmp_path / "told.csv").open(encoding="utf-8", newline="") as stream:
        assert Counter(row["toxic"] for row in csv.DictReader(stream)) == {"yes": 9255, "no": 11745}
