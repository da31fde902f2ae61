"""Groups exchanged in real texts: the exchange word by word, and planted gaps."""

from collections.abc import Sequence

import numpy as np
import pytest

from boletim.contracts.language import load_language
from boletim.contracts.protocols import Progress, no_progress
from boletim.probes.classifiers.counterfactual_token_fairness import run
from boletim.probes.context import ProbeContext
from boletim.probes.sentences.exchange import exchanged
from boletim.probes.statistics.clustered import clustered_rate

COVERED = 0.95 - 2 * (0.95 * 0.05 / 200) ** 0.5
"""95 % of the seeds, less two standard errors of a count of 200."""
ENGLISH, PORTUGUESE = load_language("en"), load_language("pt-BR")


def test_every_other_group_of_the_kind_takes_the_place() -> None:
    found = exchanged("Some Muslims moved in. MUSLIMS!", ENGLISH.probe_words)
    assert "Some Christians moved in. CHRISTIANS!" in found
    assert len(found) == 4


def test_portuguese_terms_keep_gender_and_number() -> None:
    found = exchanged("Vi duas venezuelanas na praça.", PORTUGUESE.probe_words)
    assert found == []  # the list has no plural of women: nothing else would agree
    found = exchanged("A vizinha venezuelana chegou.", PORTUGUESE.probe_words)
    assert "A vizinha haitiana chegou." in found
    assert all(text.startswith("A vizinha ") and text.endswith("a chegou.") for text in found)


@pytest.mark.parametrize(
    "text", ["No group here.", "Muslims and Christians talked.", "@muslim wrote", "A #muslim tag", "anti-muslim"]
)
def test_texts_without_one_group_are_left_alone(text: str) -> None:
    assert exchanged(text, ENGLISH.probe_words) == []


def test_the_english_article_stays_right() -> None:
    found = exchanged("I met an American writer.", ENGLISH.probe_words)
    assert found == []
    found = exchanged("I met a Mexican writer.", ENGLISH.probe_words)
    assert "I met a Chinese writer." in found
    assert not any("american" in text.lower() for text in found)


class Planted:
    """The score rises by an amount of the text's own when another group than Muslims is named."""

    labels = ("no", "yes")

    def __init__(self, rises: np.ndarray) -> None:
        self._rises = rises

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        rows = [int(text.split()[0]) for text in texts]
        rises = [0.0 if "muslims" in text else self._rises[row] for row, text in zip(rows, texts, strict=True)]
        yes = 0.3 + np.array(rises)
        return np.column_stack([1 - yes, yes])


def test_planted_gap_and_flips_lie_in_their_intervals() -> None:
    texts = [f"{place} people talked about muslims today" for place in range(80)] + ["It rained."] * 20
    hits = {"ctf_gap": 0, "flip_rate": 0}
    for seed in range(200):
        rises = np.random.default_rng(seed).uniform(0, 0.4, 80)  # mean 0.2; above 0.2 the class flips
        context = ProbeContext(
            classifier=Planted(rises), language=ENGLISH, frames=(), texts=texts, level=0.95, margin=0.05, seed=seed,
            bootstrap=300,
        )  # fmt: skip
        found = {measure.metric: measure for measure in run(context).measures}
        assert found["share_exchangeable"].value == 0.8
        for metric, truth in (("ctf_gap", 0.2), ("flip_rate", 0.5)):
            hits[metric] += found[metric].low <= truth <= found[metric].high
    assert hits["ctf_gap"] / 200 >= COVERED, hits["ctf_gap"]
    assert hits["flip_rate"] / 200 >= COVERED, hits["flip_rate"]


def test_no_text_with_a_group_leaves_the_question_open() -> None:
    context = ProbeContext(
        classifier=Planted(np.zeros(1)), language=ENGLISH, frames=(), texts=["It rained."], level=0.95, margin=0.05,
        seed=1, bootstrap=50,
    )  # fmt: skip
    result = run(context)
    assert [measure.value for measure in result.measures[:2]] == [None, None]
    assert {finding.verdict for finding in result.findings} == {"insufficient evidence"}


def test_a_clustered_share_is_wider_than_wilsons_and_as_wide_as_its_clusters_say() -> None:
    flags = np.repeat([True, False, False, False, True, False, False, False, False, False], 10)
    clusters = [str(place // 10) for place in range(100)]
    whole = clustered_rate(flags, clusters, 0.95)
    assert whole.value == 0.2
    assert whole.n_effective == pytest.approx(9, abs=0.1)  # clusters that agree within count once each, less one
    alone = clustered_rate(flags, [str(place) for place in range(100)], 0.95)
    assert alone.n_effective == pytest.approx(99, abs=0.1)


def test_a_share_of_nothing_has_an_upper_limit_above_nothing() -> None:
    found = clustered_rate(np.zeros(20), [str(place % 5) for place in range(20)], 0.95)
    assert (found.value, found.low) == (0, 0)
    assert found.high > 0.1
