"""The mistakes that `mutations.py` makes: a text of the audit, what it becomes, and the tests that are asked."""

from dataclasses import dataclass

GOLDEN, RUN, FINDINGS = "tests/golden", "tests/audit/test_run.py", "tests/audit/test_findings.py"
COVERAGE, BENCHMARK = "tests/audit/test_coverage.py", "tests/audit/test_coverage_benchmark.py"
CURVES = "tests/audit/test_curve_names.py"
LOSSES, CLUSTERED = "tests/audit/test_losses.py", "tests/audit/test_clustered_limits.py"
GROUPS, COMPARISON = "tests/audit/test_group_measures.py", "tests/audit/test_comparison.py"


@dataclass(frozen=True)
class Mutation:
    """One mistake: a text in a file, what it becomes, and the tests that are asked."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTATIONS = (
    Mutation(
        "Benjamini-Hochberg with places instead of ranks",
        "audit/multiplicity.py",
        "scaled = p[order] * len(p) / np.arange(1, len(p) + 1)",
        "scaled = p[order] * len(p) / (order + 1)",
        (GOLDEN, FINDINGS),
    ),
    Mutation(
        "Benjamini-Hochberg without the cumulative minimum",
        "audit/multiplicity.py",
        "np.minimum.accumulate(scaled[::-1])[::-1]",
        "scaled",
        (GOLDEN,),
    ),
    Mutation(
        "a family that forgets macro F1",
        "audit/findings.py",
        'FAMILY = ("recall_gap", "accuracy_gap", "f1_macro_gap")',
        'FAMILY = ("recall_gap", "accuracy_gap")',
        (FINDINGS,),
    ),
    Mutation(
        "Wald's interval for Wilson's",
        "audit/proportions.py",
        "centre = (x + z2 / 2) / (size + z2)",
        "centre = x / size",
        (GOLDEN,),
    ),
    Mutation(
        "a one-sided quantile",
        "audit/proportions.py",
        "stats.norm.isf((1 - level) / 2)",
        "stats.norm.isf(1 - level)",
        (GOLDEN,),
    ),
    Mutation(
        "Newcombe's limits of the two sides swapped",
        "audit/proportions.py",
        "low = gap - np.hypot(first - first_limits[0], second_limits[1] - second)",
        "low = gap - np.hypot(first_limits[1] - first, second - second_limits[0])",
        (GOLDEN,),
    ),
    Mutation(
        "a paired difference taken for an unpaired one",
        "audit/proportions.py",
        "    phi = 0.0\n    if product > 0:",
        "    phi = 0.0\n    if product < 0:",
        (GOLDEN, COVERAGE),
    ),
    Mutation(
        "DeLong's variance with n for n - 1",
        "audit/delong.py",
        "of_positives * np.sqrt(max(m - 1, 1) / m), of_negatives * np.sqrt(max(n - 1, 1) / n)",
        "of_positives, of_negatives",
        ("tests/audit/test_delong.py",),
    ),
    Mutation(
        "ties in AUC that count as won",
        "audit/delong.py",
        "((up_to[:-1] + up_to[1:]) / 2)[tie]",
        "(up_to[1:])[tie]",
        (GOLDEN,),
    ),
    Mutation(
        "a mean's error with n for n - 1",
        "audit/clustered_limits.py",
        "(shares**2).sum() * n / (n - 1)",
        "(shares**2).sum()",
        (GOLDEN, CLUSTERED),
    ),
    Mutation(
        "a mean loss that counts no further error",
        "audit/losses.py",
        "unseen = parts.one_error / parts.n_effective",
        "unseen = 0.0",
        (LOSSES,),
    ),
    Mutation(
        "a further error that costs what is least",
        "audit/losses.py",
        "return max(added_by_one, added_in_all / rate if rate > 0 else 0.0)",
        "return min(added_by_one, added_in_all / rate if rate > 0 else 0.0)",
        (LOSSES,),
    ),
    Mutation(
        "a mean loss of copies that are worth as many examples",
        "audit/losses.py",
        "    if clusters is not None:\n        found, tried",
        "    if clusters is None:\n        found, tried",
        (LOSSES,),
    ),
    Mutation(
        "weighted F1 that keeps the classes' numbers",
        "audit/estimates.py",
        'is_fixed = metric.interval == "bootstrap"',
        "is_fixed = True",
        (BENCHMARK, "tests/audit/test_bootstrap_of_examples.py"),
    ),
    Mutation(
        "clusters ignored by shares that are not metrics",
        "audit/clustered_limits.py",
        "    if clusters is None:\n        return low, high\n    own = clusters[trials]",
        "    if clusters is not level:\n        return low, high\n    own = clusters[trials]",
        (CLUSTERED,),
    ),
    Mutation(
        "two models on copies that count as so many pairs",
        "audit/clustered_limits.py",
        "design = max(between / spread, 1.0)",
        "design = 1.0",
        (CLUSTERED,),
    ),
    Mutation(
        "an area of copies with the variance of independent examples",
        "audit/clustered_limits.py",
        "max(float((sums**2).sum()) * m / (m - 1), variance) * stretch",
        "variance",
        (CLUSTERED,),
    ),
    Mutation(
        "gaps without simultaneous limits",
        "audit/gaps.py",
        "each = simultaneous_level(level, sum(figures.n_pairs for figures in sets))\n"
        "    values, lows, highs = [], [], []\n    for figures in sets:\n"
        "        first, second = np.triu_indices(len(figures.values), 1)\n        low, high",
        "each = level\n    values, lows, highs = [], [], []\n    for figures in sets:\n"
        "        first, second = np.triu_indices(len(figures.values), 1)\n        low, high",
        (GOLDEN, COVERAGE),
    ),
    Mutation(
        "a gap's interval that cannot reach zero",
        "audit/gaps.py",
        "np.maximum(np.maximum(below, -above), 0).max()",
        "np.minimum(np.abs(below), np.abs(above)).max()",
        (GOLDEN, COVERAGE),
    ),
    Mutation(
        "plain percentiles for a figure that chance raises",
        "audit/bootstrap.py",
        "    if np.quantile(figure_at(0.0), upper) >= value:\n        return 0.0, high\n",
        "    return min(float(np.quantile(figure_at(1.0), 1 - upper)), value), high\n",
        (COVERAGE,),
    ),
    Mutation(
        "a bootstrap without pseudo-counts",
        "audit/bootstrap.py",
        "weights = cells[row] + pseudo_counts(cells, int(row), 1 / len(present))",
        "weights = cells[row].astype(float)",
        (COVERAGE,),
    ),
    Mutation(
        "clusters ignored by shares",
        "audit/estimates.py",
        "        if self._draws is not None:\n            hits, tried",
        "        if self._draws is None and self._codes is None:\n            hits, tried",
        (RUN, BENCHMARK),
    ),
    Mutation(
        "clusters ignored by bootstrap figures",
        "audit/estimates.py",
        "if self._draws is not None and limits is not None:\n"
        "            low, high = self._widened(metric, low, high, np.array([value]), fun",
        "if self._draws is None and low is None:\n"
        "            low, high = self._widened(metric, low, high, np.array([value]), fun",
        (RUN,),
    ),
    Mutation(
        "clusters that count their examples as independent trials",
        "audit/clusters.py",
        "np.minimum(share * (1 - share) / spread, total)",
        "total",
        (RUN, BENCHMARK),
    ),
    Mutation(
        "a learning curve judged at its end and not at the kept weights",
        "audit/learning_curve.py",
        "points.index(kept),",
        "len(points) - 1,",
        (CURVES,),
    ),
    Mutation(
        "a rise of both losses taken for overfitting",
        "audit/learning_curve.py",
        "or seen.train[seen.kept] >= seen.train[turn]",
        "or False",
        (CURVES,),
    ),
    Mutation(
        "a small loss that wanders called unstable",
        "audit/learning_curve.py",
        "level = max(float(np.median(seen.loss)), SMALL)",
        "level = float(np.median(seen.loss))",
        (CURVES,),
    ),
    Mutation(
        "a decay near its floor called not converged",
        "audit/learning_curve.py",
        "if rest < TO_COME or of_train < TRAIN_TO_COME:",
        "if rest < -1:",
        (CURVES,),
    ),
    Mutation(
        "a remedy that the search refuted",
        "audit/curve_advice.py",
        "tuple(key for key in keys if key not in silent)",
        "tuple(keys)",
        (CURVES,),
    ),
    Mutation(
        "a remedy refuted though it helped",
        "boletim/contracts/search.py",
        "return tuple(sorted(tried - helped))",
        "return tuple(sorted(tried))",
        (CURVES,),
    ),
    Mutation(
        "examples needed that forget the margin",
        "audit/examples_needed.py",
        "(np.maximum(below, -above).max(axis=1) > margin) & is_significant",
        "(np.maximum(below, -above).max(axis=1) > 0) & is_significant",
        ("tests/audit/test_examples_needed.py",),
    ),
    Mutation(
        "examples needed that forget the other tests",
        "audit/examples_needed.py",
        "p_values(drawn, n) * max(n_tests, 1) <=",
        "p_values(drawn, n) <=",
        ("tests/audit/test_examples_needed.py",),
    ),
    Mutation(
        "Monte-Carlo p that can be zero",
        "audit/homogeneity.py",
        "return (n_reached + 1) / (n_draws + 1)",
        "return n_reached / n_draws",
        (GOLDEN,),
    ),
    Mutation(
        "McNemar's mid-p without its half",
        "audit/homogeneity.py",
        "2 * below - at",
        "2 * below",
        (COMPARISON,),
    ),
    Mutation(
        "a group dropped",
        "audit/attribute.py",
        "for m in self._found[metric, label]\n            if",
        "for m in self._found[metric, label][1:]\n            if",
        (GOLDEN, RUN),
    ),
    Mutation(
        "missing values judged as a group",
        "audit/attribute.py",
        "return any(measure.scope[column] == MISSING for column in self.columns)",
        "return False",
        (RUN,),
    ),
    Mutation("small groups judged", "audit/figures.py", "if n < least:", "if n < 0:", (RUN,)),
    Mutation(
        "a gap shown whatever its q",
        "audit/findings.py",
        "if gap.low > margin and gap.q <= 1 - level + 1e-12:",
        "if gap.low > margin:",
        (FINDINGS,),
    ),
    Mutation(
        "absence of evidence taken for absence",
        "audit/findings.py",
        'return "shown absent" if gap.high <= margin else "insufficient evidence"',
        'return "shown absent"',
        (FINDINGS,),
    ),
    Mutation(
        "a detectable gap that forgets the margin",
        "audit/detectable.py",
        "return np.asarray((lowest > margin) &",
        "return np.asarray((lowest > -1) &",
        (COVERAGE,),
    ),
    Mutation(
        "a detectable gap that forgets the other tests",
        "audit/detectable.py",
        "* max(n_tests, 1) <=",
        "* 1 <=",
        (COVERAGE,),
    ),
    Mutation(
        "calibration bins that split equal confidences",
        "audit/calibration.py",
        'first = np.searchsorted(ordered, ordered, side="left")',
        "first = np.arange(len(ordered))",
        (GOLDEN,),
    ),
    Mutation(
        "a calibration error that keeps its bias",
        "audit/calibration.py",
        ").sum() / n - _bias(bins)\n    return float",
        ").sum() / n\n    return float",
        ("tests/audit/test_calibration.py",),
    ),
    Mutation(
        "the variance of a bin with n for n - 1",
        "audit/calibration.py",
        "np.maximum(bins.effective - 1, 1)",
        "np.maximum(bins.effective, 1)",
        ("tests/audit/test_calibration.py",),
    ),
    Mutation(
        "average precision that breaks ties by order",
        "audit/average_precision.py",
        "is_new = np.r_[True, np.diff(score[order]) != 0]",
        "is_new = np.ones(len(score), dtype=bool)",
        (GOLDEN,),
    ),
    Mutation(
        "a two-class Brier score that is not halved",
        "audit/metrics/brier.py",
        "total / 2 if scores.shape[1] < 3 else total",
        "total",
        (GOLDEN,),
    ),
    Mutation(
        "macro F1 over classes that do not occur",
        "audit/metrics/f1_macro.py",
        "divide(per_class.sum(axis=-1), (total > 0).sum(axis=-1))",
        "per_class.mean(axis=-1)",
        (GOLDEN,),
    ),
    Mutation(
        "top-k that gives ties to the last class",
        "audit/metrics/top_k_accuracy.py",
        "is_before = np.arange(n_classes) < gold[:, None]",
        "is_before = np.arange(n_classes) > gold[:, None]",
        (GOLDEN,),
    ),
    Mutation(
        "BPSN and BNSP swapped",
        "audit/background_auc.py",
        '"bpsn_auc": (rest & is_class, own & ~is_class)',
        '"bpsn_auc": (own & is_class, rest & ~is_class)',
        (GROUPS,),
    ),
    Mutation(
        "an impact ratio to the lowest group",
        "audit/impact_ratio.py",
        "int(figures.values.argmax())",
        "int(figures.values.argmin())",
        (GROUPS,),
    ),
    Mutation(
        "a rest that holds the group itself",
        "audit/recall_difference.py",
        "rest = np.delete(np.arange(len(figures.values)), place)",
        "rest = np.arange(len(figures.values))",
        (GROUPS,),
    ),
    Mutation(
        "differential fairness without smoothing",
        "audit/differential_fairness.py",
        "_CONCENTRATION = 1.0",
        "_CONCENTRATION = 1e-9",
        (GROUPS,),
    ),
    Mutation(
        "a threshold chosen on the test set",
        "audit/error_costs.py",
        "cheapest_threshold(validation.gold, validation.scores[:, 1], costs)",
        "cheapest_threshold(predictions.gold, predictions.scores[:, 1], costs)",
        ("tests/audit/test_error_costs.py",),
    ),
    Mutation(
        "two models compared in different orders",
        "audit/comparison.py",
        "codes[1][second.predicted][order]",
        "codes[1][second.predicted]",
        (COMPARISON,),
    ),
    Mutation(
        "the chance value of the RMS gap without permutation",
        "audit/gap_rms.py",
        "null = _rms([_permuted(figures, n_draws, rng) for figures in sets])",
        "null = _rms([_resampled(figures, 1.0, n_draws, rng) for figures in sets])",
        (COVERAGE, GOLDEN),
    ),
    Mutation(
        "unequal weights that cost nothing",
        "audit/weighted_counts.py",
        "spread = squares @ (successes",
        "spread = total @ (successes",
        ("tests/audit/test_weighted_estimates.py",),
    ),
    Mutation(
        "a weighted mean with the variance of a plain one",
        "audit/weighted_estimates.py",
        "(((weights * (values - mean)) ** 2).sum()",
        "((weights * (values - mean) ** 2).sum()",
        ("tests/audit/test_weighted_estimates.py",),
    ),
    Mutation(
        "an AUC that forgets the weights of the other side",
        "audit/delong.py",
        "np.cumsum(is_one * weight[order])",
        "np.cumsum(is_one)",
        ("tests/audit/test_weighted_estimates.py",),
    ),
    Mutation(
        "F1 of clusters that forgets false alarms",
        "audit/metrics/f1.py",
        "return counts.hits, counts.gold + counts.predicted - counts.hits",
        "return counts.hits, np.where(counts.gold > 0, counts.gold + counts.predicted - counts.hits, 0)",
        ("tests/audit/test_weighted_estimates.py",),
    ),
)
