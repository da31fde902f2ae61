"""Gates, constraints and the second objective: each must name a measure that this run can have."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator

from boletim.app.precheck.evidence import Evidence
from boletim.app.precheck.names import Problem, about
from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.gates import BarConfig
from boletim.contracts.configuration.keys import did_you_mean
from boletim.contracts.configuration.yaml_reading import Place, shown
from boletim.contracts.errors import InputError
from boletim.contracts.language import load_language
from boletim.contracts.measure import Measure, parse_measure_id
from boletim.contracts.registry import plugin_names
from boletim.contracts.sentence import Sentence

_OUTSIDE = "evaluate:"
_WITHIN_ONE = ("share", "score", "difference", "correlation")
"""Units of measures that are at most 1; a Brier score of many classes may reach 2."""


class KnownMeasures:
    """The measures that an audit of these rows has, from an audit of made-up predictions on some of them."""

    def __init__(self, config: RunConfig, evidence: Evidence) -> None:
        """Audit.

        Args:
            config: The run's.
            evidence: What its audit will see.
        """
        self.config = config
        self.groups = tuple(group.column for group in config.data.groups)
        self.labels, self.values = evidence.labels, evidence.values
        self.ids: list[str] = []
        self.units: dict[str, str] = {}
        self.shapes: dict[str, set[frozenset[str]]] = defaultdict(set)
        for measure in _audited(config, evidence):
            self.ids.append(measure.id)
            self.units[measure.metric] = measure.unit
            self.shapes[measure.metric].add(self._shape(measure.scope))
        self.metrics = sorted({*self.shapes, *_named_metrics()})

    def problem(self, written: str, *, with_probes: bool) -> str | None:
        """One sentence about a measure that no result can have; None where nothing speaks against it."""
        metric, scope = parse_measure_id(written)
        if metric not in self.metrics:
            if _has_outside(self.config):
                return None
            return _no(metric, Sentence("errors.a_metric"), self.metrics)
        if "probe" in scope:
            used = self.config.probes.use if with_probes else ()
            is_known = scope["probe"] in used
            return None if is_known else _no(scope["probe"], Sentence("errors.a_probe_of_run"), used)
        if metric not in self.shapes:
            return None
        return self._wrong_value(scope) or self._wrong_shape(written, metric, scope)

    def _wrong_value(self, scope: dict[str, str]) -> str | None:
        for key, value in scope.items():
            if key == "class" and value not in self.labels:
                return _no(value, Sentence("errors.a_class"), self.labels)
            if key == "attribute":
                for column in value.split("+") if value not in self.groups else ():
                    if column not in self.groups:
                        return _no(column, Sentence("errors.a_column_of_groups"), self.groups)
            if key in self.values and value not in self.values[key]:
                return _no(value, Sentence("errors.a_value_of", key=key), self.values[key])
        return None

    def _wrong_shape(self, written: str, metric: str, scope: dict[str, str]) -> str | None:
        if self._shape(scope) in self.shapes[metric]:
            return None
        ids = [one for one in self.ids if parse_measure_id(one)[0] == metric]
        near = difflib.get_close_matches(written, ids, n=3, cutoff=0.1) or ids[:3]
        return Sentence("errors.no_such_measure", written=shown(written), near=near)

    def _shape(self, scope: dict[str, str]) -> frozenset[str]:
        """Which keys a scope has; all group columns count as one."""
        return frozenset("(group)" if key in self.groups else key for key in scope)


def wrong_metrics(config: RunConfig) -> Iterator[Problem]:
    """Every bar whose metric nothing has: what can be told of it before a row is read."""
    if _has_outside(config) or config.data.score is not None:  # a score's metrics are named after its column
        return
    known = sorted(_named_metrics())
    for place, bar, _ in _bars(config):
        metric, _ = parse_measure_id(bar.measure)
        if metric not in known:
            place = (*place, "measure")
            yield place, about(place, _no(metric, Sentence("errors.a_metric"), known))


def wrong_bars(config: RunConfig, known: KnownMeasures) -> Iterator[Problem]:
    """Every bar whose measure no result can have, or that no result can be on both sides of."""
    for place, bar, with_probes in _bars(config):
        problem = known.problem(bar.measure, with_probes=with_probes)
        if problem is not None:
            yield (*place, "measure"), about((*place, "measure"), problem)
        elif problem := _out_of_range(bar, known.units.get(parse_measure_id(bar.measure)[0], "")):
            yield place, about(place, problem)
    for place, measure in ((("tuning", "objectives", 1), measure) for measure in config.tuning.objectives[1:]):
        problem = known.problem(measure, with_probes=False)
        if problem is not None:
            yield place, about(place, problem)
    yield from _contradictions(config)


def wrong_costs(config: RunConfig, evidence: Evidence) -> Iterator[Problem]:
    """Costs of mistakes between classes that there are not."""
    from boletim.audit.decisions.costs import cost_matrix

    try:
        cost_matrix(config.audit.costs, evidence.labels)
    except InputError as error:
        yield ("audit", "costs"), error.sentence


def _bars(config: RunConfig) -> Iterator[tuple[Place, BarConfig, bool]]:
    """Where each stands, and whether it may speak of probes."""
    for index, gate in enumerate(config.gates):
        yield ("gates", index), gate, True
    for index, bar in enumerate(config.tuning.constraints):
        yield ("tuning", "constraints", index), bar, False


def _named_metrics() -> set[str]:
    return {*load_language("en").words.get("metrics", {}), *plugin_names("metric")}


def _has_outside(config: RunConfig) -> bool:
    return any(name.startswith(_OUTSIDE) for name in config.audit.metrics)


def _out_of_range(bar: BarConfig, unit: str) -> str | None:
    """A bar beyond what its measure can be, such as 80 for 0.80."""
    given = "at_least" if bar.at_least is not None else "at_most"
    limit = bar.at_least if bar.at_least is not None else bar.at_most
    largest = 2 if bar.measure.startswith("brier") else 1
    if limit is None or unit not in _WITHIN_ONE or abs(limit) <= largest:
        return None
    is_percent = 1 < limit <= 100
    remedy = (
        Sentence("errors.bar_percent", limit=limit, share=f"{limit / 100:g}")
        if is_percent
        else Sentence("errors.bar_within")
    )
    return Sentence("errors.bar_beyond", measure=bar.measure, largest=largest, given=given, limit=limit, remedy=remedy)


def _contradictions(config: RunConfig) -> Iterator[Problem]:
    floors = {gate.measure: gate.at_least for gate in config.gates if gate.at_least is not None}
    for index, gate in enumerate(config.gates):
        floor = floors.get(gate.measure)
        if gate.at_most is not None and floor is not None and gate.at_most < floor:
            place: Place = ("gates", index)
            said = Sentence("errors.bars_contradict", floor=floor, ceiling=gate.at_most, measure=gate.measure)
            yield place, about(place, said)


def _no(value: str, what: str, known: Iterable[str]) -> str:
    return Sentence("errors.unknown_name", name=shown(value), what=what, hint=did_you_mean(value, known))


def _audited(config: RunConfig, evidence: Evidence) -> list[Measure]:
    from boletim.audit.run import audit

    metrics = tuple(name for name in config.audit.metrics if not name.startswith(_OUTSIDE))
    settings = config.audit.model_copy(update={"metrics": metrics, "costs": {}, "bootstrap": 100})
    return list(audit(evidence.rows, settings, seed=0).measures)
