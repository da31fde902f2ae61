"""Gap measures of one group column."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from audit.detectable import minimum_detectable_gap
from audit.gap_rms import recall_gap_rms
from audit.gaps import Gap, GroupFigures, largest_difference, smallest_ratio
from audit.homogeneity import same_proportion, same_value
from audit.settings import MISSING, NO_SCORES, Settings
from boletim.contracts.measure import Measure, Unit

_PROPORTIONS = {"accuracy", "recall", "selection_rate", "false_positive_rate"}
_OVERALL = {"accuracy_gap": "accuracy", "f1_macro_gap": "f1_macro", "ece_gap": "ece"}
_PER_CLASS = {
    "recall_gap": ("recall",),
    "demographic_parity_difference": ("selection_rate",),
    "equalized_odds_difference": ("recall", "false_positive_rate"),
}
_TESTED = ("recall_gap", "accuracy_gap", "f1_macro_gap")


class Attribute:
    """The figures of one group column, and the gaps between its groups."""

    def __init__(self, name: str, measures: Iterable[Measure], settings: Settings) -> None:
        """Collect the column's measures.

        Args:
            name: The group column.
            measures: All measures; those of other columns are passed over.
            settings: Level, margin, names, seed.
        """
        self.name = name
        self.settings = settings
        self._found: dict[tuple[str, str | None], list[Measure]] = defaultdict(list)
        for measure in measures:
            label = measure.scope.get("class")
            if name in measure.scope and len(measure.scope) == 1 + (label is not None):
                self._found[measure.metric, label].append(measure)

    def groups(self, metric: str, label: str | None = None) -> list[Measure]:
        """The metric in every group, also those that are not judged."""
        return self._found[metric, label]

    def judged(self, metric: str, label: str | None = None) -> GroupFigures:
        """The metric in the groups that are judged."""
        settings = self.settings
        kept = [
            m
            for m in self._found[metric, label]
            if m.value is not None and not m.undefined_because and m.scope[self.name] != MISSING
        ]
        return GroupFigures(
            names=tuple(m.scope[self.name] for m in kept),
            values=np.array([m.value for m in kept], dtype=float),
            low=np.array([m.low for m in kept], dtype=float),
            high=np.array([m.high for m in kept], dtype=float),
            n=np.array([m.n for m in kept], dtype=float),
            level=settings.level,
            is_proportion=metric in _PROPORTIONS and not settings.is_clustered,
        )

    def gaps(self) -> list[Measure]:
        """All gap measures of the column, in a fixed order."""
        made = [self._overall(gap, metric) for gap, metric in _OVERALL.items()]
        for gap, metrics in _PER_CLASS.items():
            made += self._per_class(gap, metrics)
        return [*made, *self._ratios(), *self._rms(), *self._detectable()]

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
                made.append(self._undefined(gap, scope, self._too_few(" of the class" if "recall" in metrics else "")))
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
        names = ("recall_gap_rms", "recall_gap_rms_null")
        if not sets:
            return [self._undefined(name, {}, self._too_few(" in any class")) for name in names]
        rng = self.settings.generator(self.settings.id_of("recall_gap_rms", {"attribute": self.name}))
        rms = recall_gap_rms(sets, self.settings.config.bootstrap, self.settings.level, rng)
        method = self.settings.method("bootstrap, set against permutation within class")
        gap = Gap(rms.value, rms.low, rms.high, rms.n)
        null = self._point(names[1], {}, rms.null_mean, rms.n, "permutation within class")
        return [self._measure(names[0], {}, gap, method), null]

    def _detectable(self) -> list[Measure]:
        name, made = "minimum_detectable_gap", []
        for label in self.settings.labels:
            judged = self.judged("recall", label)
            known = [m for m in self.groups("recall", label) if m.n > 0 and m.scope[self.name] != MISSING]
            if len(judged.values) >= 2:
                known = [m for m in known if m.scope[self.name] in judged.names]
            known = sorted(known, key=lambda m: -m.n)[: max(len(judged.values), 2)]
            if len(known) < 2:
                reason = "fewer than two groups with an example of the class"
                made.append(self._undefined(name, {"class": label}, reason))
                continue
            n = np.array([m.n for m in known], dtype=float)
            hits = np.array([(m.value or 0.0) * m.n for m in known])
            value = minimum_detectable_gap(hits, n, self.settings.level)
            made.append(self._point(name, {"class": label}, value, int(n.sum()), "power 0.8, two smallest groups"))
        return made

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


def _in_common(sets: Sequence[GroupFigures]) -> list[GroupFigures]:
    """The same figures for the groups that all of them judge."""
    shared = set(sets[0].names).intersection(*(figures.names for figures in sets[1:]))
    return [figures.only(tuple(shared)) for figures in sets]
