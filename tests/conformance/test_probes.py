"""Every probe passes the same checks, with any classifier and in any language."""

from collections.abc import Sequence

import numpy as np
import pytest

from boletim.contracts.examples import answers_class
from boletim.contracts.language import Language, known_languages, load_language
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.registry import plugin_names
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.context import ProbeContext
from boletim.probes.data_file import DataFile
from boletim.probes.probe import ClassifierProbe, find_probe

TEXTS = {
    "en": [f"She lost her {noun}." for noun in ("hat", "map", "pen", "job")] + ["He left.", "It rained."],
    "pt-BR": [f"Ela perdeu {noun}." for noun in ("tempo", "peso")] + ["O médico saiu.", "A aluna chegou.", "Choveu."],
}


CASES = [
    {
        "functionality": test,
        "test_case": f"{test} {group} {place}",
        "label_gold": gold,
        "target_ident": group,
        "templ_id": f"{test} {place}",
    }
    for test, gold in (("ident_pos_nh", "non-hateful"), ("profanity_nh", "non-hateful"), ("derog_h", "hateful"))
    for group in ("women", "jews", "gay people")
    for place in range(5)
]


class Hashed:
    """Scores that differ from text to text and are always the same for one text."""

    def __init__(self, n_labels: int) -> None:
        self.labels = tuple(f"class {i}" for i in range(n_labels))

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        weights = [[1.0 + sum(map(ord, text)) * (i + 3) % 101 for i in range(len(self.labels))] for text in texts]
        scores = np.array(weights, dtype=np.float64).reshape(len(texts), len(self.labels))
        return np.asarray(scores / scores.sum(axis=1, keepdims=True))


# probes of language models and encoders have checks of their own
CLASSIFIER_PROBES = [n for n in plugin_names("probe") if getattr(find_probe(n), "asks", None) == "one_label"]


@pytest.fixture(params=CLASSIFIER_PROBES)
def probe(request: pytest.FixtureRequest) -> ClassifierProbe:
    found = find_probe(request.param)
    assert isinstance(found, ClassifierProbe)
    return found


@pytest.fixture(params=known_languages())
def language(request: pytest.FixtureRequest) -> Language:
    return load_language(request.param)


def run(probe: ClassifierProbe, language: Language, texts: list[str] | None, n_labels: int = 3) -> ProbeResult:
    context = ProbeContext(
        classifier=Hashed(n_labels),
        language=language,
        frames=language.frames,
        texts=texts,
        level=0.9,
        margin=0.05,
        seed=3,
        bootstrap=100,
        flagged=("class 0",),
        data={"hatecheck": "cases"},
        read=lambda path: DataFile(path, CASES, "0" * 64),
    )
    result: ProbeResult = probe.run(context)
    return result


@pytest.mark.parametrize("n_labels", [2, 5])
def test_measures_are_whole(probe: ClassifierProbe, language: Language, n_labels: int) -> None:
    result = run(probe, language, TEXTS[language.code], n_labels)
    ids = [measure.id for measure in result.measures]
    assert len(set(ids)) == len(ids)
    assert result.measures
    for measure in result.measures:
        assert measure.scope["probe"] == result.probe
        assert measure.value is None or measure.low is None or measure.low <= measure.value <= (measure.high or 0)
        assert (measure.low is None) == (measure.high is None) == (measure.level is None)
        assert measure.low is not None or measure.undefined_because
        assert (measure.p is None) == (measure.q is None)
        assert measure.p is None or measure.p <= (measure.q or 0) <= 1


def test_findings_rest_on_measures_of_the_probe(probe: ClassifierProbe, language: Language) -> None:
    result = run(probe, language, TEXTS[language.code])
    ids = {measure.id for measure in result.measures}
    assert result.findings
    for finding in result.findings:
        assert finding.kind == "probe"
        assert set(finding.measures) <= ids
        assert finding.measures
        assert finding.verdict == "shown" or finding.severity == "info"
        assert finding.key.startswith(result.probe)


def test_is_deterministic_and_keeps_its_name(probe: ClassifierProbe, language: Language) -> None:
    first, again = (run(probe, language, TEXTS[language.code]) for _ in range(2))
    assert first.model_dump_json() == again.model_dump_json()
    assert first.probe == probe.name
    assert first.can_tell == f"{first.probe}.can_tell"


def test_without_texts_it_runs_or_says_why(probe: ClassifierProbe, language: Language) -> None:
    result = run(probe, language, None)
    assert bool(result.measures) != bool(result.unusable_because)


def test_q_is_benjamini_hochberg_over_the_probe(probe: ClassifierProbe, language: Language) -> None:
    tested = [(m.p, m.q) for m in run(probe, language, TEXTS[language.code]).measures if m.p is not None]
    ordered = sorted(p for p, _ in tested)
    for p, q in tested:
        # the definition: the least of m * p_j / j over the p_j at least as large
        candidates = [len(ordered) * other / (place + 1) for place, other in enumerate(ordered) if other >= p]
        assert q == pytest.approx(min(1.0, *candidates, 1.0))


@pytest.mark.parametrize("kind", plugin_names("answers"))
def test_the_usual_probes_of_a_kind_of_answer_need_nothing_but_the_model_and_texts(kind: str) -> None:
    usual = answers_class(kind).usual_probes
    asked = {find_probe(name).asks for name in usual}
    assert usual
    assert not any(find_probe(name).data for name in usual)
    assert asked == ({kind} if kind in ("spans", "question_answers") else {"one_label"})
