from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy import stats

from boletim.contracts.meaning import Reason
from boletim.models import cost as module
from boletim.models.cost import measure_cost, median_limits
from boletim.models.load import load_classifier


class Timed:
    """A classifier that takes a known time for each batch and text, by a clock of its own."""

    device = torch.device("cpu")
    n_parameters = 1_000
    n_bytes = 4_000

    def __init__(self, per_batch_s=0.002, per_text_s=0.001):
        self.per_batch_s, self.per_text_s = per_batch_s, per_text_s
        self.sizes = []
        self.now = 0.0

    def predict_scores(self, texts):
        self.sizes.append(len(texts))
        self.now += self.per_batch_s + self.per_text_s * len(texts)


@pytest.fixture
def timed(monkeypatch):
    def make(*seconds):
        made = Timed(*seconds)
        monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=lambda: made.now))
        return made

    return make


TEXTS = [f"text {i}" for i in range(50)]


def test_time_is_what_the_classifier_takes(monkeypatch, timed):
    monkeypatch.setattr(module, "find_meter", lambda on_gpu: (None, Reason.of("no_counter")))
    made = timed()
    cost = measure_cost(made, [*TEXTS, *TEXTS], level=0.95, seed=1, budget_s=1.5)
    by_id = {m.id: m for m in cost.measures}
    assert cost.n_texts == 50
    for size in (1, 8, 32):
        latency, throughput = by_id[f"latency{{batch_size={size}}}"], by_id[f"throughput{{batch_size={size}}}"]
        assert (latency.low, latency.value, latency.high) == pytest.approx([0.002 + 0.001 * size] * 3)
        assert throughput.value == pytest.approx(size / latency.value)
        assert (throughput.low, throughput.high) == pytest.approx((size / latency.high, size / latency.low))
        assert latency.n == made.sizes.count(size) - 1  # one to warm up
    assert made.now < 1.5 + 3 * 0.034
    assert by_id["n_parameters"].value == 1_000
    assert by_id["model_bytes"].value == 4_000
    assert by_id["energy_per_text"].undefined_because == Reason.of("no_counter")


def test_energy_per_text(monkeypatch, timed):
    used = [0.0]

    def meter():
        used[0] += 16.0  # at each reading, two of them a batch: 16 joules for 32 texts
        return used[0]

    monkeypatch.setattr(module, "find_meter", lambda on_gpu: (meter, ""))
    cost = measure_cost(timed(0.001, 0), TEXTS, level=0.95, seed=1)
    energy = next(m for m in cost.measures if m.metric == "energy_per_text")
    assert (energy.value, energy.unit, energy.n) == (0.5, "joules", 100)
    monkeypatch.setattr(module, "find_meter", lambda on_gpu: (lambda: 7.0, ""))
    measures = measure_cost(timed(0.001, 0), TEXTS, level=0.95, seed=1).measures
    assert next(m for m in measures if m.metric == "energy_per_text").undefined_because == Reason.of("too_short")


def test_a_slow_model_is_timed_three_times_each_and_has_no_interval(timed):
    cost = measure_cost(timed(20.0, 0), TEXTS, level=0.95, seed=1, budget_s=5)
    latencies = [m for m in cost.measures if m.metric == "latency"]
    assert [(m.n, m.low, m.level) for m in latencies] == [(3, None, None)] * 3


def test_a_real_model_and_its_memory(tiny_model_folder, make_texts):
    classifier = load_classifier(str(tiny_model_folder))
    cost = measure_cost(classifier, make_texts(40), level=0.9, seed=1, budget_s=0.3)
    by_id = {m.id: m for m in cost.measures}
    n = sum(p.numel() for p in classifier._network.parameters())
    assert by_id["n_parameters"].value == n
    assert by_id["model_bytes"].value >= 4 * n
    peak = by_id["peak_memory"]
    assert (peak.value is None) == (peak.undefined_because == Reason.of("no_peak"))
    if peak.value is not None:
        assert peak.value > 50 * 2**20  # torch alone is more


@pytest.mark.parametrize("n", [6, 15, 40, 100])
def test_median_limits_cover_and_are_the_narrowest_that_do(n):
    rng = np.random.default_rng(n)
    covered = [
        low <= np.log(2) <= high for low, high in (median_limits(rng.exponential(size=n), 0.95) for _ in range(2_000))
    ]
    assert np.mean(covered) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 2_000)
    low, _ = median_limits(np.arange(n, dtype=float), 0.95)
    assert stats.binom.cdf(low, n, 0.5) <= 0.025 < stats.binom.cdf(low + 1, n, 0.5)


def test_too_few_for_an_interval():
    assert median_limits(np.arange(5.0), 0.95) is None
