"""Gap measures of one group column, or of several crossed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from boletim.audit.groups.gap_rms import recall_gap_rms, rms_methods
from boletim.audit.groups.gaps import (
    PER_CLASS,
    PROPORTIONS,
    SHARES,
    Gap,
    GroupFigures,
    Scale,
    SharedF1,
    in_common,
    largest_difference,
    pairs_method,
    smallest_ratio,
    too_few,
)
from boletim.audit.groups.left_out import Piece, left_out, left_out_of_rms, shifted, with_classes
from boletim.audit.settings import MISSING, Settings
from boletim.audit.statistics.homogeneity import same_proportion, same_value
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, Unit
from boletim.contracts.method import SQUARE_AND_ADD_RATIO, Method, over_shared_classes

_TESTED = "recall_gap"
"""The gap per class that is tested."""
UNTESTED = ("ece",)
"""Metrics of all examples whose gap is not: an error of calibration is biased upwards, and more so in a small group."""


class Attribute:
    """The figures of one group column, or of several crossed, and the gaps between its groups."""

    def __init__(
        self,
        columns: Sequence[str],
        measures: Iterable[Measure],
        settings: Settings,
        n_not_computed: int = 0,
        labels: Sequence[str] | None = None,
    ) -> None:
        """Collect the columns' measures.

        Args:
            columns: The group column; or several, whose crossed groups are compared.
            measures: All measures; those of other columns are passed over.
            settings: Level, margin, names, seed.
            n_not_computed: Crossed groups that got no figures.
            labels: The classes of which the columns say something; None for all.
        """
        self.n_not_computed = n_not_computed
        self.labels = settings.labels if labels is None else tuple(labels)
        self.columns = tuple(columns)
        self.name = "+".join(columns)
        self.settings = settings
        self._found: dict[tuple[str, str | None], list[Measure]] = defaultdict(list)
        self._scopes: dict[str, dict[str, str]] = {}
        self.shared: SharedF1 | None = None
        self.chief, self.scale = "accuracy", SHARES
        """Metric of all examples that the kind of answer puts first, and what such metrics are counted in."""
        self._sizes: dict[str, int] = defaultdict(int)
        wanted = set(columns)
        for measure in measures:
            if measure.scope.keys() - {"class"} == wanted:
                self._found[measure.metric, measure.scope.get("class")].append(measure)
                group = self.group_of(measure)
                self._scopes[group] = {column: measure.scope[column] for column in columns}
                self._sizes[group] = max(self._sizes[group], measure.n)

    @property
    def repeats_a_class(self) -> bool:
        """Whether it speaks of one class of several, so that its gaps over all classes are those of that class."""
        return len(self.labels) == 1 < len(self.settings.labels)

    def group_of(self, measure: Measure) -> str:
        """Name of the group that a measure is about; crossed groups are joined with a cross."""
        return " × ".join(measure.scope[column] for column in self.columns)

    def scope_of(self, group: str) -> dict[str, str]:
        """Column to value of a group."""
        return self._scopes[group]

    @property
    def group_names(self) -> tuple[str, ...]:
        """Every group, judged or not."""
        return tuple(self._scopes)

    def size_of(self, group: str) -> int:
        """Examples of a group: those behind the figure that comes first, such as true entities."""
        return next((m.n for m in self.groups(self.chief) if self.group_of(m) == group), self._sizes[group])

    def lacks_value(self, group: str) -> bool:
        """Whether the group is that of examples without a value in one of the columns."""
        return MISSING in self._scopes[group].values()

    def is_missing(self, measure: Measure) -> bool:
        """Whether the group's value is missing in one of the columns."""
        return any(measure.scope[column] == MISSING for column in self.columns)

    def groups(self, metric: str, label: str | None = None) -> list[Measure]:
        """The metric in every group, also those that are not judged."""
        return self._found[metric, label]

    def judged(self, metric: str, label: str | None = None) -> GroupFigures:
        """The metric in the groups that are judged."""
        found = self._found[metric, label]
        return self.figures(
            metric,
            [m for m in found if m.value is not None and not m.undefined_because and not self.is_missing(m)],
        )

    def figures(self, metric: str, kept: Sequence[Measure]) -> GroupFigures:
        """Some groups' measures of one metric, each with its interval."""
        settings = self.settings
        return GroupFigures(
            names=tuple(self.group_of(m) for m in kept),
            values=np.array([m.value for m in kept], dtype=float),
            low=np.array([m.low for m in kept], dtype=float),
            high=np.array([m.high for m in kept], dtype=float),
            n=np.array([m.n for m in kept], dtype=float),
            level=settings.level,
            is_proportion=metric in PROPORTIONS and self.scale.is_of_shares and not settings.is_complex_sample,
            scale=self.scale,
            method=kept[0].method if kept else None,
        )

    def compared(self, metric: str, label: str | None = None) -> GroupFigures:
        """The metric in the groups judged, as the gap compares it: macro F1 over the classes that all of them have."""
        if metric == "f1_macro" and self.shared is not None and self.shared.figures is not None:
            return self.shared.figures
        return self.judged(metric, label)

    def gaps(self, shared: SharedF1 | None, overall: Sequence[str], scale: Scale = SHARES) -> list[Measure]:
        """All gap measures of the column, in a fixed order.

        Args:
            shared: Macro F1 of its groups over the classes that all of them have; None where there is no such figure.
            overall: Metrics of all examples whose gaps are looked at besides.
            scale: What they are counted in.
        """
        self.shared, self.chief, self.scale = shared, overall[0], scale
        made = [self._overall(f"{metric}_gap", metric) for metric in overall if self.groups(metric)]
        if shared is not None:
            made.insert(1, self._macro_f1(shared))
        if not self.labels:
            return made
        known = {metric for (metric, label), found in self._found.items() if label is not None and found}
        for gap, metrics in PER_CLASS.items():
            made += self._per_class(gap, metrics) if known.issuperset(metrics) else []
        made += self._ratios() if "selection_rate" in known else []
        return made + (self._rms() if "recall" in known else [])

    def _overall(self, gap: str, metric: str) -> Measure:
        figures = self.judged(metric)
        if len(figures.values) < 2:
            return self.undefined(gap, {}, self._lacking(metric) or too_few(self.settings.config.min_group))
        p = self._p(figures, gap, "") if metric not in UNTESTED and not self.repeats_a_class else None
        pieces = [Piece(metric, None, figures.names)]
        return self._difference(gap, {}, [figures], pieces, p)

    def _lacking(self, metric: str) -> Reason | None:
        """Why the metric has no figure in any group, where it is one reason for all and not their size."""
        reasons = {m.undefined_because for m in self.groups(metric) if m.value is None}
        only = next(iter(reasons)) if len(reasons) == 1 else None
        return only if all(m.value is None for m in self.groups(metric)) else None

    def _macro_f1(self, shared: SharedF1) -> Measure:
        if shared.figures is None:
            return self.undefined(
                "f1_macro_gap", {}, shared.undefined_because or too_few(self.settings.config.min_group)
            )
        pieces = [Piece("f1_macro", None, shared.figures.names)]
        made = self._difference("f1_macro_gap", {}, [shared.figures], pieces, shared.p)
        if not shared.absent:
            return made
        method = made.method + over_shared_classes(shared.n_classes) if made.method else None
        return made.model_copy(update={"method": method, "left_out": with_classes(made.left_out, shared.absent)})

    def _per_class(self, gap: str, metrics: Sequence[str]) -> list[Measure]:
        made: list[Measure] = []
        everything: list[GroupFigures] = []
        all_pieces: list[Piece] = []
        for label in self.labels:
            sets = in_common([self.judged(metric, label) for metric in metrics])
            scope = {"class": label}
            is_judged = len(sets[0].values) > 1
            pieces = [Piece(metric, label, sets[0].names if is_judged else ()) for metric in metrics]
            all_pieces += pieces
            if not is_judged:
                made.append(self.undefined(gap, scope, too_few(self.settings.config.min_group, metrics[0])))
                continue
            everything += sets
            p = self._p(sets[0], gap, label) if gap == _TESTED else None
            made.append(self._difference(gap, scope, sets, pieces, p))
        if everything:
            return [*made, self._difference(gap, {}, everything, all_pieces)]
        return [*made, self.undefined(gap, {}, too_few(self.settings.config.min_group, "any class"))]

    def _ratios(self) -> list[Measure]:
        name = "demographic_parity_ratio"
        made: list[Measure] = []
        everything: list[GroupFigures] = []
        pieces: list[Piece] = []
        for label in self.labels:
            figures = self.judged("selection_rate", label)
            pieces.append(Piece("selection_rate", label, figures.names))
            if len(figures.values) < 2:
                made.append(self.undefined(name, {"class": label}, too_few(self.settings.config.min_group), "ratio"))
                continue
            everything.append(figures)
            made.append(self._ratio({"class": label}, [figures], pieces[-1:]))
        if not everything:
            return [*made, self.undefined(name, {}, too_few(self.settings.config.min_group), "ratio")]
        return [*made, self._ratio({}, everything, pieces)]

    def _ratio(self, scope: dict[str, str], sets: Sequence[GroupFigures], pieces: Sequence[Piece]) -> Measure:
        gap = smallest_ratio(sets, self.settings.level)
        if gap is None:
            return self.undefined("demographic_parity_ratio", scope, Reason.of("predicted_in_no_group"), "ratio")
        method = pairs_method(sets, SQUARE_AND_ADD_RATIO, SQUARE_AND_ADD_RATIO)
        made = self._measure("demographic_parity_ratio", scope, gap, method, None, "ratio")
        return made.model_copy(update={"left_out": left_out(self, pieces, is_ratio=True)})

    def _rms(self) -> list[Measure]:
        sets = [self.judged("recall", label) for label in self.labels]
        pieces = [
            Piece("recall", la, f.names if len(f.names) > 1 else ()) for la, f in zip(self.labels, sets, strict=True)
        ]
        sets = [figures for figures in sets if len(figures.values) > 1]
        names = ("recall_gap_rms", "recall_gap_rms_null", "recall_gap_rms_excess")
        if not sets:
            return [self.undefined(name, {}, too_few(self.settings.config.min_group, "any class")) for name in names]
        rng = self.settings.generator(self.settings.id_of("recall_gap_rms", {"attribute": self.name}))
        rms = recall_gap_rms(sets, self.settings.config.bootstrap, self.settings.level, rng)
        method, of_null = rms_methods(sets[0])
        gap = Gap(rms.value, rms.low, rms.high, rms.n)
        null = self.point(names[1], {}, rms.null_mean, rms.n, of_null)
        over = Gap(rms.value - rms.null_mean, rms.low - rms.null_mean, rms.high - rms.null_mean, rms.n)
        beyond = left_out_of_rms(self, pieces)
        made = [self._measure(names[0], {}, gap, method, None), null, self._measure(names[2], {}, over, method, None)]
        return [
            m.model_copy(update={"left_out": shifted(beyond, n)})
            for m, n in zip(made, (0.0, 0.0, rms.null_mean), strict=True)
        ]

    def _p(self, figures: GroupFigures, gap: str, label: str) -> float:
        if figures.is_proportion:
            rng = self.settings.generator(f"{gap} {self.name} {label}")
            return same_proportion(np.rint(figures.values * figures.n), figures.n, rng)
        return same_value(figures.values, figures.standard_errors)

    def _difference(
        self,
        gap: str,
        scope: dict[str, str],
        sets: Sequence[GroupFigures],
        pieces: Sequence[Piece],
        p: float | None = None,
    ) -> Measure:
        made = self._measure(gap, scope, largest_difference(sets, self.settings.level), pairs_method(sets), p=p)
        return made.model_copy(update={"left_out": left_out(self, pieces)})

    def _measure(
        self, metric: str, scope: dict[str, str], gap: Gap, method: Method, p: float | None, unit: Unit | None = None
    ) -> Measure:
        point = self.point(metric, scope, gap.value, gap.n, method, unit)
        return point.model_copy(update={"low": gap.low, "high": gap.high, "level": self.settings.level, "p": p})

    def undefined(self, metric: str, scope: dict[str, str], reason: Reason, unit: Unit | None = None) -> Measure:
        """A figure of the column that has no value, and why."""
        return self.point(metric, scope, None, 0, None, unit, reason)

    def point(
        self,
        metric: str,
        scope: dict[str, str],
        value: float | None,
        n: int,
        method: Method | None,
        unit: Unit | None = None,
        reason: Reason | None = None,
    ) -> Measure:
        """A figure of the column without an interval."""
        whole = {**scope, "attribute": self.name}
        return Measure(
            id=self.settings.id_of(metric, whole),
            metric=metric,
            value=value,
            n=n,
            unit=unit or self.scale.gap_unit,
            higher_is_better=unit == "ratio",
            scope=whole,
            method=method,
            undefined_because=reason,
        )
