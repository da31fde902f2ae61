"""Two-way clusters against statsmodels', and coverage by simulation."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.sandwich_covariance import cov_cluster, cov_white_simple

from boletim.probes.statistics.crossed import ASSUMED_CORRELATION
from boletim.probes.statistics.texts_and_names import difference_over_both, rate_over_both


def drawn(generator, n_texts, n_names, gap, each=3):
    """Texts with `each` names of either group; a name and a text are hard or easy as a whole."""
    of_text = generator.normal(0, 0.8, n_texts)
    of_name = generator.normal(0, 0.8, 2 * n_names)
    texts, names = [], []
    for text in range(n_texts):
        for group in (0, 1):
            for step in range(each):
                texts.append(text)
                names.append(group * n_names + (text * each + step) % n_names)
    texts, names = np.array(texts), np.array(names)
    is_first = names < n_names
    level = np.where(is_first, 0.8 - gap, 0.8)
    hard = stats.norm.ppf(level) * np.sqrt(1 + 2 * 0.64) + of_text[texts] + of_name[names]
    return generator.normal(0, 1, len(texts)) < hard, is_first, texts, names


def test_the_variance_of_the_difference_is_that_of_statsmodels():
    found, is_first, texts, names = drawn(np.random.default_rng(3), 40, 10, 0.2)
    fit = sm.OLS(found.astype(float), sm.add_constant(is_first.astype(float))).fit()
    parts = [cov_cluster(fit, of, use_correction=False)[1, 1] for of in (texts, names)]
    both = 40 / 39 * parts[0] + 20 / 19 * parts[1] - cov_white_simple(fit, use_correction=False)[1, 1]
    obtained = difference_over_both(found, is_first, texts, names, 0.95)
    half = stats.t.ppf(0.975, 18) * np.sqrt(max(both, 40 / 39 * parts[0], 20 / 19 * parts[1]))
    assert obtained.value == pytest.approx(fit.params[1])
    assert [obtained.low, obtained.high] == pytest.approx([fit.params[1] - half, fit.params[1] + half])


def test_the_intervals_hold_the_truth_as_often_as_they_say():
    generator, held, rates, n = np.random.default_rng(1), 0, 0, 300
    for _ in range(n):
        found, is_first, texts, names = drawn(generator, 60, 20, 0.2)
        gap = difference_over_both(found, is_first, texts, names, 0.95)
        held += gap.low <= -0.2 <= gap.high
        rate = rate_over_both(found[~is_first], texts[~is_first], names[~is_first], 0.95)
        rates += rate.low <= 0.8 <= rate.high
    assert held >= 0.92 * n
    assert rates >= 0.92 * n


def test_what_never_varies_still_has_an_interval():
    texts, names = np.repeat(np.arange(10), 4), np.tile(np.arange(4), 10)
    found = np.ones(40, dtype=bool)
    rate = rate_over_both(found, texts, names, 0.95)
    assert rate.value == rate.high == 1
    effect = 1 + ASSUMED_CORRELATION * (3 + 9)
    square = stats.t.ppf(0.975, 3) ** 2 / (40 / effect)
    assert rate.low == pytest.approx(1 / (1 + square))  # Wilson's limit of a share of 1
    gap = difference_over_both(found, names < 2, texts, names, 0.95)
    assert (gap.value, gap.p) == (0, None)
    assert gap.low < 0 < gap.high


def test_one_text_or_one_name_gives_no_interval():
    one = np.zeros(4, dtype=int)
    assert rate_over_both(np.array([True, False, True, True]), one, np.arange(4), 0.95).low is None
    names = np.array([0, 0, 1, 2])
    assert difference_over_both(np.ones(4, dtype=bool), names == 0, np.arange(4), names, 0.95).low is None
