"""Every probe of language models and encoders passes the same checks, with fakes and small data sets of our own."""

import json
import zlib
from collections.abc import Callable

import numpy as np
import pytest

from boletim.contracts.language import load_language
from boletim.contracts.registry import plugin_names
from boletim.contracts.results.audit import ProbeResult
from boletim.models.fakes import FakeCausalScorer, FakeEncoder, FakeMaskedScorer
from boletim.probes.asking.word_tests import TESTS
from boletim.probes.model_views import ModelContext
from boletim.probes.probe import ModelProbe, find_probe

PROBES = [name for name in plugin_names("probe") if isinstance(find_probe(name), ModelProbe)]
_LISTS = {key: [f"{key}{i}" for i in range(4)] for names in TESTS.values() for key in names}
_JOBS = [f"job{letter}" for letter in "abcdefghijkl"]
_WORDS = (
    "the a an this my is works as that she he her him woman man sister brother daughter son wife husband girlfriend "
    "boyfriend mother father aunt uncle mom dad applied for position of had good day at work wants to become training "
    "be there here said mentioned was late because told he cook clerk group one two three quick slow calm rude . ,"
)


def noise(*parts: object) -> float:
    return -0.1 - (zlib.crc32(repr(parts).encode()) % 997) / 300


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("probe-data")

    def write(name: str, text: str) -> str:
        (folder / name).write_text(text, encoding="utf-8")
        return str(folder / name)

    pairs = "sent_more,sent_less,stereo_antistereo,bias_type\n" + "".join(
        f"the {a} is {b}.,the {c} is {b}.,{d},{e}\n"
        for a, c in (("cook", "clerk"), ("one", "two"), ("woman", "man"))
        for b in ("quick", "slow", "calm", "rude")
        for d, e in (("stereo", "k1"), ("antistereo", "k2"))
    )
    gaps = [
        {
            "context": f"The {target} is BLANK.", "target": target, "bias_type": "profession",
            "sentences": [
                {"gold_label": label, "sentence": f"The {target} is {word}."}
                for label, word in (("stereotype", "rude"), ("anti-stereotype", "calm"), ("unrelated", "three"))
            ],
        }
        for target in ("cook", "clerk", "group")
    ]  # fmt: skip
    sentences = "sentid\tsentence\n" + "".join(
        f"{job}.clerk.0.{side}.txt\tThe {job} told the clerk that {word} was late.\n"
        for job in _JOBS for side, word in (("female", "she"), ("male", "he"))
    )  # fmt: skip
    stats = "occupation\tbls_pct_female\n" + "".join(f"{job}\t{5 * i + 3}\n" for i, job in enumerate(_JOBS))
    professions = "simplified_professions\tprof_gender\n" + "".join(
        f"{job}\t{('female', 'male')[i % 2]}\n" for i, job in enumerate(_JOBS)
    )
    templates = "template_masked\ttype\tcategory\n" + "".join(
        f"the {who} is [M]\twork\t{who}\n" for who in ("woman", "man", "mother", "father", "sister", "brother")
        for _ in range(2)
    )  # fmt: skip
    coreference = {
        side: "\n".join(
            f"[The {job}] told the clerk that [{('she', 'he')[(i + turn) % 2]}] was late ."
            for i, job in enumerate(_JOBS)
        )
        for turn, side in enumerate(("pro", "anti"))
    }
    return {
        "crows_pairs": write("pairs.csv", pairs),
        **{
            f"winobias_{side}_{kind}": write(f"{side}_{kind}.txt.dev", text)
            for side, text in coreference.items()
            for kind in "12"
        },
        "stereoset": write("dev.json", json.dumps({"data": {"intrasentence": gaps}})),
        "winogender": write("sentences.tsv", sentences),
        "winogender_shares": write("stats.tsv", stats),
        "bec_pro": write("professions.tsv", professions),
        "honest": write("templates.tsv", templates),
        "honest_lexicon": write("lexicon.txt", "rude\nslow\n"),
        "weat": write("weat.json", json.dumps(_LISTS)),
    }


@pytest.fixture(scope="module")
def run(data: dict[str, str]) -> Callable[..., ProbeResult]:
    people = [p.female for p in load_language("en").professions]
    words = [*_WORDS.split(), *_JOBS, *" ".join(people).split(), *(w for ws in _LISTS.values() for w in ws)]
    generator = np.random.default_rng(1)
    vectors = {word: generator.normal(size=6) for word in words}
    sides = {
        "masked": FakeMaskedScorer(words, lambda ids, place, word: noise(ids, place, word)),
        "causal": FakeCausalScorer(noise, words),
        "encoder": FakeEncoder(vectors),
    }
    cases = {(name, side): find_probe(name) for name in PROBES for side in sides}

    def run_one(name: str, side: str, level: float = 0.9) -> ProbeResult:
        context = ModelContext(
            language=load_language("en"), level=level, margin=0.05, seed=3, bootstrap=100, data=data,
            **{side: sides[side]},  # type: ignore[arg-type]
        )  # fmt: skip
        return cases[name, side].run(context)  # type: ignore[arg-type]

    return run_one


def sides_of(name: str) -> tuple[str, ...]:
    probe = find_probe(name)
    assert isinstance(probe, ModelProbe)
    return probe.needs


@pytest.fixture(params=[(name, side) for name in PROBES for side in sides_of(name)], ids="-".join)
def case(request: pytest.FixtureRequest) -> tuple[str, str]:
    found: tuple[str, str] = request.param
    return found


def test_measures_are_whole_and_findings_rest_on_them(run: Callable[..., ProbeResult], case: tuple[str, str]) -> None:
    result = run(*case)
    assert result.unusable_because is None
    ids = [measure.id for measure in result.measures]
    assert ids
    assert len(set(ids)) == len(ids)
    for measure in result.measures:
        assert measure.scope["probe"] == result.probe == case[0]
        assert measure.n > 0
        if measure.value is not None and measure.low is not None and measure.high is not None:
            assert measure.low <= measure.value <= measure.high
        assert measure.low is not None or measure.undefined_because
        assert (measure.p is None) == (measure.q is None)
        assert measure.p is None or measure.p <= (measure.q or 0) <= 1
    assert result.findings
    for finding in result.findings:
        assert set(finding.measures) <= set(ids)
        assert finding.verdict == "shown" or finding.severity == "info"
        assert finding.key.startswith(case[0])
        for code in ("en", "pt-BR"):
            assert finding.key in load_language(code).words["findings"]


def test_is_deterministic(run: Callable[..., ProbeResult], case: tuple[str, str]) -> None:
    assert run(*case).model_dump_json() == run(*case).model_dump_json()


def test_says_what_it_does_and_can_tell_in_every_language(case: tuple[str, str]) -> None:
    for code in ("en", "pt-BR"):
        texts = load_language(code).words["probes"][case[0]]
        assert all(texts[key] for key in ("name", "does", "can_tell"))


def test_data_that_are_not_ours_come_with_their_hash_and_licence(
    run: Callable[..., ProbeResult], case: tuple[str, str]
) -> None:
    if find_probe(case[0]).data:
        found = run(*case).data
        assert len(found["data_sha256"]) == 64
        assert found["licence"]
        assert found["data_set"]
