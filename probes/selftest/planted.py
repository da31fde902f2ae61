"""Probes on models whose answers are known beforehand: what each probe must then say."""

import re
from collections.abc import Callable, Container, Sequence
from typing import Any

from boletim.contracts.language import load_language
from boletim.contracts.results.audit import ProbeResult
from boletim.contracts.results.selftest import SelftestRow, make_row
from boletim.models.fakes import FakeClassifier, FakeEncoder, FakeMaskedScorer, FakeReader, FakeTagger

_SHE = re.compile(r"\bshe\b", re.IGNORECASE)
_PAIR = re.compile(r"\{(\w+)\|(\w+)\}")
_NUMBER = re.compile(r"\d+")
_FLAGGED = "toxic"
_EXACT = 1e-9


def planted_rows() -> dict[str, Callable[[], list[SelftestRow]]]:
    """What makes the rows of each probe, by its name."""
    return {
        "gender_profession": _gender_profession,
        "pronoun_swap": _pronoun_swap,
        "identity_terms": _identity_terms,
        "first_names": _first_names,
        "perturbation_sensitivity": _perturbation_sensitivity,
        "counterfactual_token_fairness": _counterfactual_token_fairness,
        "hatecheck": _hatecheck,
        "representation_leakage": _representation_leakage,
        "kurita": _kurita,
        "ner_names": _ner_names,
        "ner_name_swap": _ner_name_swap,
        "ner_profession": _ner_profession,
        "unqover": _unqover,
        "bbq": _bbq,
    }


def _gender_profession() -> list[SelftestRow]:
    """Of all professions every fifth has its own score lowered for women by 0.5, which changes the answer."""
    from boletim.probes.sentences.frames import fill

    pack = load_language("en")
    flipped = {
        fill(frame, profession, pack.articles)[0] for frame in pack.frames for profession in pack.professions[::5]
    }
    share = len(pack.professions[::5]) / len(pack.professions)
    result = _probe("gender_profession", lambda text: (0.3, 0.7) if text in flipped else (0.8, 0.2))
    return [
        _row("flip_rate", share, result, "flip_rate"),
        _row("mean_score_gap", -0.5 * share, result, "mean_score_gap"),
    ]


def _pronoun_swap() -> list[SelftestRow]:
    """Ten texts about her and ten about him; of both the first four are answered otherwise with `she`."""
    texts = [f"{pronoun} paid {i} times." for pronoun in ("She", "He") for i in range(10)]

    def score(text: str) -> tuple[float, float]:
        found = _NUMBER.search(text)
        return (0.3, 0.7) if found and int(found.group()) < 4 and _SHE.search(text) else (0.9, 0.1)

    return [_row("flip_rate", 0.4, _probe("pronoun_swap", score, texts=texts), "flip_rate")]


def _identity_terms() -> list[SelftestRow]:
    """The first three sentences are flagged whoever they name."""
    from boletim.probes.sentences.slots import fill_slot

    words = load_language("en").probe_words
    phrases = [words.unmarked_person, *(term.text for term in words.identity_terms)]
    flagged = {fill_slot(frame, "person", phrase) for frame in words.identity_frames[:3] for phrase in phrases}
    share = 3 / len(words.identity_frames)
    result = _probe("identity_terms", lambda text: (0.1, 0.9) if text in flagged else (0.9, 0.1), flagged=(_FLAGGED,))
    return [_row("false_positive_rate", share, result, "false_positive_rate")]


def _by_name() -> Callable[[str], tuple[float, float]]:
    names = "|".join(map(re.escape, load_language("en").probe_words.first_names.female))
    is_female = re.compile(rf"\b(?:{names})\b")
    return lambda text: (0.3, 0.7) if is_female.search(text) else (0.5, 0.5)


def _first_names() -> list[SelftestRow]:
    """Women's names are scored 0.2 higher."""
    result = _probe("first_names", _by_name())
    return [_row("score_gap", 0.2, result, "score_gap", {"class": _FLAGGED})]


def _perturbation_sensitivity() -> list[SelftestRow]:
    result = _probe("perturbation_sensitivity", _by_name(), flagged=(_FLAGGED,))
    return [_row("score_range", 0.2, result, "score_range")]


def _counterfactual_token_fairness() -> list[SelftestRow]:
    """One religion is scored 0.2 higher than every other."""
    texts = [f"The christian neighbour paid {i} times." for i in range(10)]
    result = _probe(
        "counterfactual_token_fairness",
        lambda text: (0.3, 0.7) if "christian" in text else (0.5, 0.5),
        texts=texts,
    )
    return [_row("ctf_gap", 0.2, result, "ctf_gap")]


def _hatecheck() -> list[SelftestRow]:
    """A quarter of twenty harmless sentences about groups is flagged."""
    from boletim.probes.data_file import DataFile

    columns = ("functionality", "test_case", "label_gold", "target_ident", "templ_id")
    cases = [("ident_neutral_nh", f"case {i}", "non-hateful", "women", str(i % 10)) for i in range(20)]
    cases.append(("derog_neg", "case 99", "hateful", "women", "99"))
    data = DataFile("planted", [dict(zip(columns, case, strict=True)) for case in cases], "")

    def score(text: str) -> tuple[float, float]:
        return (0.1, 0.9) if int(text.split()[1]) < 5 else (0.9, 0.1)

    result = _probe("hatecheck", score, flagged=(_FLAGGED,), data={"hatecheck": ""}, read=lambda path: data)
    return [_row("false_positive_rate", 0.25, result, "false_positive_rate")]


def _representation_leakage() -> list[SelftestRow]:
    """Vectors that hold the words for women and men alone, and vectors that hold nothing."""
    from boletim.probes.encoders import representation_leakage
    from boletim.probes.model_views import ModelContext

    pairs = [slot for frame in load_language("en").frames for slot in _PAIR.findall(frame.text)]
    full = FakeEncoder({word: (sign, 0.0) for pair in pairs for word, sign in zip(pair, (1.0, -1.0), strict=True)})
    rows = []
    for key, expected, encoder in (("leakage_full", 1.0, full), ("leakage_none", 0.5, FakeEncoder({"": (1.0, 0.0)}))):
        result = representation_leakage.run(
            ModelContext(language=load_language("en"), level=0.95, margin=0.05, seed=1, bootstrap=100, encoder=encoder)
        )
        rows.append(_row(key, expected, result, "leakage_accuracy"))
    return rows


def _kurita() -> list[SelftestRow]:
    from boletim.probes.language_models.kurita import association

    def answer(words: tuple[str, ...], place: int, word: str) -> float:
        prior, shift = (-1.0, -0.625) if word == "he" else (-1.5, 0.625)
        return prior + shift * ("nurse" in words)

    words = ["she", "he", "is", "a", "works", "as", "training", "to", "be", ".", "nurse"]
    obtained = float(association(FakeMaskedScorer(words, answer), ["nurse"]).mean())
    return [make_row("log_probability_bias", 1.25, _EXACT, obtained, "planted", ("kurita",))]


def _ner_names() -> list[SelftestRow]:
    """Every fourth name of a woman is not found."""
    women = load_language("en").probe_words.first_names.female
    result = _probe("ner_names", tagger=_without(women[::4]))
    return [_row("ner_error", len(women[::4]) / len(women), result, "ner_error_1", {"group": "female"})]


def _ner_name_swap() -> list[SelftestRow]:
    """Every fourth name of a woman is not found in forty texts that named men."""
    names = load_language("en").probe_words.first_names
    texts = [f"The letter that {name} wrote {times} came." for name in names.male for times in ("twice", "again")]
    result = _probe("ner_name_swap", tagger=_without(names.female[::4]), texts=texts)
    gap = -len(names.female[::4]) / len(names.female)
    return [_row("ner_gap", gap, result, "swap_recall_gap", {"group": "female"})]


def _ner_profession() -> list[SelftestRow]:
    """No woman is found beside every fifth profession."""
    from boletim.probes.sentences.frames import fill

    pack = load_language("en")
    women = pack.probe_words.first_names.female
    lost = {
        fill(frame.model_copy(update={"text": frame.text.replace("{name}", name)}), profession, pack.articles)[0]
        for frame in pack.probe_words.work_name_frames
        for profession in pack.professions[::5]
        for name in women
    }
    result = _probe("ner_profession", tagger=_without((), lost))
    return [_row("ner_gap", -len(pack.professions[::5]) / len(pack.professions), result, "work_recall_gap")]


def _unqover() -> list[SelftestRow]:
    """A woman's name has .5 and a man's .3 where a question is asked, both .3 where it is negated: half of .2 stays."""
    women = set(load_language("en").probe_words.first_names.female)

    def share(question: str, name: str, is_first: bool) -> float:
        return 0.5 if name in women and " not " not in question else 0.3

    result = _probe("unqover", reader=FakeReader(share=share))
    return [_row("preference", 0.1, result, "unqover_gamma", {"question": "nurse"})]


def _bbq() -> list[SelftestRow]:
    """Of four texts that do not say who it was, two are left open and two answered by the stereotype."""
    from boletim.probes.data_file import DataFile

    options = {"ans0": ["Ana", "F"], "ans1": ["Bob", "M"], "ans2": ["Unknown", "unknown"]}
    rows = [
        {
            "category": "Planted", "question_index": str(number % 2), "example_id": str(number), "label": 2,
            "context_condition": "ambig", "context": f"Ana and Bob met {number} times.", "question": "Who was late?",
            "answer_info": options, "ans0": "Ana", "ans1": "Bob", "ans2": "Not known",
        }
        for number in range(4)
    ]  # fmt: skip
    keys = ("category", "question_index", "example_id")
    targets = [{key: row[key] for key in keys} | {"target_loc": "0"} for row in rows]
    files = {"bbq": DataFile("planted", rows, ""), "bbq_metadata": DataFile("planted", targets, "")}
    reader = FakeReader(lambda question, context: "Ana" if context.split()[-2] in ("0", "1") else "")
    result = _probe("bbq", reader=reader, data={name: name for name in files}, read=files.__getitem__)
    return [_row("stereotype", 0.5, result, "bbq_bias", {"context": "ambig"})]


def _without(names: Sequence[str], texts: Container[str] = ()) -> FakeTagger:
    """A model that finds every listed first name but these, and none in these texts."""
    own = load_language("en").probe_words.first_names
    return FakeTagger("PER", [*own.female, *own.male], lambda name, text: name in names or text in texts)


def _probe(
    name: str,
    score: Callable[[str], Sequence[float]] | None = None,
    *,
    tagger: FakeTagger | None = None,
    reader: FakeReader | None = None,
    **more: Any,
) -> ProbeResult:
    from boletim.probes.context import ProbeContext
    from boletim.probes.probe import ClassifierProbe, find_probe

    pack = load_language("en")
    settings: dict[str, Any] = {"texts": None, "level": 0.95, "margin": 0.05, "seed": 1, "bootstrap": 100}
    settings["person"] = ("PER",)
    model = tagger or reader or FakeClassifier(("fine", _FLAGGED), score or (lambda text: ()))
    context = ProbeContext(classifier=model, language=pack, frames=pack.frames, **(settings | more))
    probe = find_probe(name)
    assert isinstance(probe, ClassifierProbe)
    return probe.run(context)


def _row(
    key: str, expected: float, result: ProbeResult, metric: str, scope: dict[str, str] | None = None
) -> SelftestRow:
    wanted = {"probe": result.probe, **(scope or {})}
    obtained = next(m.value for m in result.measures if m.metric == metric and m.scope == wanted)
    return make_row(key, expected, _EXACT, obtained, "planted", (result.probe,), probe=result.probe)
