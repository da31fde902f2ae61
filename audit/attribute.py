"""Gap measures of one group column, or of several crossed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from audit.detectable import minimum_detectable_gap
from audit.gap_rms import recall_gap_rms
from audit.gaps import Gap, GroupFigures, largest_difference, smallest_ratio
from audit.homogeneity import same_proportion, same_value
from audit.proportions import critical
from audit.settings import MISSING, NO_SCORES, Settings
from boletim.contracts.measure import Measure, Unit

_PROPORTIONS = {"accuracy", "recall", "precision", "selection_rate", "false_positive_rate"}
_OVERALL = {"accuracy_gap": "accuracy", "f1_macro_gap": "f1_macro", "ece_gap": "ece"}
_PER_CLASS = {
    "recall_gap": ("recall",),
    "equal_opportunity_difference": ("recall",),
    "predictive_parity_difference": ("precision",),
    "demographic_parity_difference": ("selection_rate",),
    "equalized_odds_difference": ("recall", "false_positive_rate"),
}
_WHERE = {"recall": " of the class", "precision": " predicted as the class"}
_TESTED = ("recall_gap", "accuracy_gap", "f1_macro_gap")


class Attribute:
    """The figures of one group column, or of several crossed, and the gaps between its groups."""

    def __init__(self, columns: Sequence[str], measures: Iterable[Measure], settings: Settings) -> None:
        """Collect the columns' measures.

        Args:
            columns: The group column; or several, whose crossed groups are compared.
            measures: All measures; those of other columns are passed over.
            settings: Level, margin, names, seed.
        """
        self.columns = tuple(columns)
        self.name = "+".join(columns)
        self.settings = settings
        self._found: dict[tuple[str, str | None], list[Measure]] = defaultdict(list)
        self._scopes: dict[str, dict[str, str]] = {}
        wanted = set(columns)
        for measure in measures:
            if measure.scope.keys() - {"class"} == wanted:
                self._found[measure.metric, measure.scope.get("class")].append(measure)
                self._scopes[self.group_of(measure)] = {column: measure.scope[column] for column in columns}

    def group_of(self, measure: Measure) -> str:
        """Name of the group that a measure is about; crossed groups are joined with a cross."""
        return " × ".join(measure.scope[column] for column in self.columns)

    def scope_of(self, group: str) -> dict[str, str]:
        """Column to value of a group."""
        return self._scopes[group]

    def is_missing(self, measure: Measure) -> bool:
        """Whether the group's value is missing in one of the columns."""
        return any(measure.scope[column] == MISSING for column in self.columns)

    def groups(self, metric: str, label: str | None = None) -> list[Measure]:
        """The metric in every group, also those that are not judged."""
        return self._found[metric, label]

    def judged(self, metric: str, label: str | None = None) -> GroupFigures:
        """The metric in the groups that are judged."""
        settings = self.settings
        kept = [
            m
            for m in self._found[metric, label]
            if m.value is not None and not m.undefined_because and not self.is_missing(m)
        ]
        return GroupFigures(
            names=tuple(self.group_of(m) for m in kept),
            values=np.array([m.value for m in kept], dtype=float),
            low=np.array([m.low for m in kept], dtype=float),
            high=np.array([m.high for m in kept], dtype=float),
            n=np.array([m.n for m in kept], dtype=float),
            level=settings.level,
            is_proportion=metric in _PROPORTIONS and not settings.is_complex_sample,
        )

    def gaps(self) -> list[Measure]:
        """All gap measures of the column, in a fixed order."""
        made = [self._overall(gap, metric) for gap, metric in _OVERALL.items() if self.groups(metric)]
        for gap, metrics in _PER_CLASS.items():
            made += self._per_class(gap, metrics)
        return [*made, *self._ratios(), *self._rms()]

    def _overall(self, gap: str, metric: str) -> Measure:
        figures = self.judged(metric)
        has_no_scores = any(m.undefined_because == NO_SCORES for m in self.groups(metric))
        if len(figures.values) < 2:
            return self._undefined(gap, {}, NO_SCORES if has_no_scores else self._too_few())
        p = self._p(figures, gap, "") if gap in _TESTED else None
        return self._difference(gap, {}, [figures], metric in _PROPORTIONS, p)

    def _per_class(self, gap: str, metrics: Sequence[str]) -> list[Measure]:
        made: list[Measure] = []
        everything: list[GroupFigures] = []
        for label in self.settings.labels:
            sets = _in_common([self.judged(metric, label) for metric in metrics])
            scope = {"class": label}
            if len(sets[0].values) < 2:
                made.append(self._undefined(gap, scope, self._too_few(_WHERE.get(metrics[0], ""))))
                continue
            everything += sets
            p = self._p(sets[0], gap, label) if gap in _TESTED else None
            made.append(self._difference(gap, scope, sets, True, p))
        if everything:
            return [*made, self._difference(gap, {}, everything, True)]
        return [*made, self._undefined(gap, {}, self._too_few(" in any class"))]

    def _ratios(self) -> list[Measure]:
        name, level = "demographic_parity_ratio", self.settings.level
        made: list[Measure] = []
        everything: list[GroupFigures] = []
        for label in self.settings.labels:
            figures = self.judged("selection_rate", label)
            if len(figures.values) < 2:
                made.append(self._undefined(name, {"class": label}, self._too_few(), "ratio"))
                continue
            everything.append(figures)
            made.append(self._ratio({"class": label}, smallest_ratio([figures], level), figures.n_pairs))
        if not everything:
            return [*made, self._undefined(name, {}, self._too_few(), "ratio")]
        n_pairs = sum(figures.n_pairs for figures in everything)
        return [*made, self._ratio({}, smallest_ratio(everything, level), n_pairs)]

    def _ratio(self, scope: dict[str, str], gap: Gap | None, n_pairs: int) -> Measure:
        if gap is None:
            return self._undefined("demographic_parity_ratio", scope, "the class is predicted in no group", "ratio")
        method = self._simultaneous("square-and-add of a ratio", n_pairs)
        return self._measure("demographic_parity_ratio", scope, gap, method, unit="ratio")

    def _rms(self) -> list[Measure]:
        sets = [self.judged("recall", label) for label in self.settings.labels]
        sets = [figures for figures in sets if len(figures.values) > 1]
        names = ("recall_gap_rms", "recall_gap_rms_null", "recall_gap_rms_excess")
        if not sets:
            return [self._undefined(name, {}, self._too_few(" in any class")) for name in names]
        rng = self.settings.generator(self.settings.id_of("recall_gap_rms", {"attribute": self.name}))
        rms = recall_gap_rms(sets, self.settings.config.bootstrap, self.settings.level, rng)
        method = self.settings.method("bootstrap, set against permutation within class")
        gap = Gap(rms.value, rms.low, rms.high, rms.n)
        null = self._point(names[1], {}, rms.null_mean, rms.n, "permutation within class")
        over = Gap(rms.value - rms.null_mean, rms.low - rms.null_mean, rms.high - rms.null_mean, rms.n)
        return [self._measure(names[0], {}, gap, method), null, self._measure(names[2], {}, over, method)]

    def detectable(self, n_tests: int) -> list[Measure]:
        """The smallest true gap that would be shown, in accuracy and in each class's recall.

        Args:
            n_tests: Tests in the declared family.
        """
        made = [self._least("accuracy", None, n_tests)]
        return [*made, *(self._least("recall", label, n_tests) for label in self.settings.labels)]

    def _least(self, metric: str, label: str | None, n_tests: int) -> Measure:
        name, scope = "minimum_detectable_gap", {"class": label} if label is not None else {}
        judged = self.judged(metric, label)
        known = [m for m in self.groups(metric, label) if m.n > 0 and not self.is_missing(m)]
        if len(judged.values) >= 2:
            known = [m for m in known if self.group_of(m) in judged.names]
        known = sorted(known, key=lambda m: -m.n)[: max(len(judged.values), 2)]
        if len(known) < 2:
            where = " of the class" if label is not None else ""
            return self._undefined(name, scope, f"fewer than two groups with an example{where}")
        sizes = self._effective(known)
        hits = np.array([m.value or 0.0 for m in known]) * sizes
        config, rng = self.settings.config, self.settings.generator(f"{name} {self.name} {label}")
        value = minimum_detectable_gap(hits, sizes, config.level, config.margin, n_tests, rng)
        method = f"power 0.8, margin {config.margin:g}, {n_tests} tests"
        return self._point(name, scope, value, int(sum(m.n for m in known)), method)

    def _effective(self, measures: Sequence[Measure]) -> np.ndarray:
        """Examples of each group; fewer where clusters or weights make them tell less than as many independent ones."""
        n = np.array([m.n for m in measures], dtype=float)
        if not self.settings.is_complex_sample:
            return n
        ends = np.array(
            [(m.low if m.low is not None else 0.0, m.high if m.high is not None else 1.0) for m in measures]
        )
        share = (np.array([m.value or 0.0 for m in measures]) * n + 1) / (n + 2)
        errors = (ends[:, 1] - ends[:, 0]) / (2 * critical(self.settings.level))
        return np.asarray(np.clip(share * (1 - share) / np.maximum(errors, 1e-9) ** 2, 2.0, n))

    def _p(self, figures: GroupFigures, gap: str, label: str) -> float:
        if figures.is_proportion:
            rng = self.settings.generator(f"{gap} {self.name} {label}")
            return same_proportion(np.rint(figures.values * figures.n), figures.n, rng)
        return same_value(figures.values, figures.standard_errors)

    def _difference(
        self, gap: str, scope: dict[str, str], sets: Sequence[GroupFigures], is_newcombe: bool, p: float | None = None
    ) -> Measure:
        n_pairs = sum(figures.n_pairs for figures in sets)
        method = self._simultaneous("newcombe" if is_newcombe else "bootstrap, square-and-add", n_pairs)
        return self._measure(gap, scope, largest_difference(sets, self.settings.level), method, p=p)

    def _simultaneous(self, method: str, n_pairs: int) -> str:
        base = self.settings.method(method)
        return f"{base}, simultaneous over {n_pairs} pairs" if n_pairs > 1 else base

    def _measure(
        self,
        metric: str,
        scope: dict[str, str],
        gap: Gap,
        method: str,
        p: float | None = None,
        unit: Unit = "difference",
    ) -> Measure:
        point = self._point(metric, scope, gap.value, gap.n, method, unit)
        return point.model_copy(update={"low": gap.low, "high": gap.high, "level": self.settings.level, "p": p})

    def _undefined(self, metric: str, scope: dict[str, str], reason: str, unit: Unit = "difference") -> Measure:
        return self._point(metric, scope, None, 0, "", unit, reason)

    def _point(
        self,
        metric: str,
        scope: dict[str, str],
        value: float | None,
        n: int,
        method: str,
        unit: Unit = "difference",
        reason: str | None = None,
    ) -> Measure:
        whole = {**scope, "attribute": self.name}
        return Measure(
            id=self.settings.id_of(metric, whole),
            metric=metric,
            value=value,
            n=n,
            unit=unit,
            higher_is_better=unit == "ratio",
            scope=whole,
            method=method,
            undefined_because=reason,
        )

    def _too_few(self, where: str = "") -> str:
        return f"fewer than two groups with at least {self.settings.config.min_group} examples{where}"


def attributes_of(
    column_sets: Iterable[tuple[str, ...]], measures: Iterable[Measure], settings: Settings
) -> list[Attribute]:
    """Every group column, and every crossing that has figures.

    Args:
        column_sets: Columns alone and crossed.
        measures: All measures of subsets.
        settings: Level, margin, names, seed.
    """
    by_columns: dict[frozenset[str], list[Measure]] = defaultdict(list)
    for measure in measures:
        by_columns[frozenset(measure.scope.keys() - {"class"})].append(measure)
    sets = [columns for columns in column_sets if len(columns) == 1 or frozenset(columns) in by_columns]
    return [Attribute(columns, by_columns[frozenset(columns)], settings) for columns in sets]


def _in_common(sets: Sequence[GroupFigures]) -> list[GroupFigures]:
    """The same figures for the groups that all of them judge."""
    shared = set(sets[0].names).intersection(*(figures.names for figures in sets[1:]))
    return [figures.only(tuple(shared)) for figures in sets]
