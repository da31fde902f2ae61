"""Run the ten published association tests on vectors of any making."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from boletim.contracts.errors import DataError
from boletim.contracts.finding import Finding, FindingVerdict, Rule
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import (
    BOOTSTRAP_WORDS,
    EXACT_PERMUTATION,
    MONTE_CARLO,
    P_ONE_SIDED,
    PAIRED_BOOTSTRAP_WORDS,
)
from boletim.contracts.protocols import Encoder
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.findings.verdict import make_finding
from boletim.probes.model_views import ModelContext, unusable
from boletim.probes.statistics.association import associate, effect_interval, holm, word_associations
from boletim.probes.statistics.crossed import Estimate
from boletim.probes.statistics.effect_change import effect_change
from boletim.probes.statistics.measures import make_measure, with_q

TESTS: dict[str, tuple[str, str, str, str]] = {
    "1": ("flowers", "insects", "pleasant_5", "unpleasant_5a"),
    "2": ("instruments", "weapons", "pleasant_5", "unpleasant_5a"),
    "3": ("european_american_names_5", "african_american_names_5", "pleasant_5", "unpleasant_5b"),
    "4": ("european_american_names_7", "african_american_names_7", "pleasant_5", "unpleasant_5b"),
    "5": ("european_american_names_7", "african_american_names_7", "pleasant_9", "unpleasant_9"),
    "6": ("male_names", "female_names", "career", "family"),
    "7": ("math", "arts", "male_terms", "female_terms"),
    "8": ("science", "arts_2", "male_terms_2", "female_terms_2"),
    "9": ("mental_disease", "physical_disease", "temporary", "permanent"),
    "10": ("young_people_names", "old_people_names", "pleasant_9", "unpleasant_9"),
}
"""Targets X and Y, attributes A and B, named as in WEFE's WEAT.json (Caliskan et al. 2017, table 1)."""
_LIMITS, _CHANGES = (-2.0, 2.0), (-4.0, 4.0)
_LEAST = 0.8
"""Share of each list that the vocabulary must know."""


def run_tests(name: str, context: ModelContext, embed: Callable[[Encoder, Sequence[str]], np.ndarray]) -> ProbeResult:
    """Run every test whose words the model knows.

    Args:
        name: Of the probe.
        context: With the word lists' path under `weat`.
        embed: An encoder's vectors of words, (n, n_dimensions); a row of NaN for a word that is not known.

    Returns:
        `association_effect{test=...}` with a bootstrap interval over target words, the one-sided permutation p and
        its Benjamini-Hochberg q; Holm's p stands in `data`. Where the base model is known also `…_base` and, paired
        by word, `…_change`. Unusable where no test has enough words.
    """
    assert context.encoder is not None
    data = context.read(context.data["weat"])
    measures: list[Measure] = []
    changes: list[Measure] = []
    notes: dict[str, str] = {}
    for test, names in TESTS.items():
        if not isinstance(data.content, dict) or any(key not in data.content for key in names):
            raise DataError("word_lists_object", names=names, at=data.name)
        words = [data.content[key] for key in names]
        if not all(isinstance(list_, list) and list_ and all(isinstance(w, str) for w in list_) for list_ in words):
            raise DataError("word_lists", names=names, at=data.name)
        vectors = [embed(context.encoder, list_) for list_ in words]
        known = [~np.isnan(table).any(axis=1) for table in vectors]
        if min(mask.mean() for mask in known) < _LEAST:
            notes[test] = "vocabulary"
            continue
        x, y, a, b = (table[mask] for table, mask in zip(vectors, known, strict=True))
        found = associate(x, y, a, b, n_partitions=10_000, seed=context.seed)
        s = word_associations(np.vstack([x, y]), a, b)
        interval = effect_interval(s[: len(x)], s[len(x) :], context.level, context.seed, context.bootstrap)
        notes[test] = "unequal lists" if found.p is None else "exact" if found.is_exact else "monte carlo"
        scope = {"probe": name, "test": f"{test}: {names[0]}/{names[1]} {names[2]}/{names[3]}"}
        if context.base is not None:
            changes += _change(context, scope, vectors, [embed(context.base, list_) for list_ in words])
        measures.append(
            make_measure(
                "association_effect",
                scope,
                Estimate(interval.value, interval.low, interval.high, found.p),
                n=len(s),
                level=context.level,
                unit="score",
                method=BOOTSTRAP_WORDS + (P_ONE_SIDED + (EXACT_PERMUTATION if found.is_exact else MONTE_CARLO))
                if found.p is not None
                else BOOTSTRAP_WORDS,
                limits=_LIMITS,
            )
        )
    if not measures:
        return unusable(name, Reason.of("word_lists"))
    return _result(name, context, with_q(measures), with_q(changes), notes, data.name, data.sha256)


def _change(
    context: ModelContext, scope: dict[str, str], after: list[np.ndarray], before: list[np.ndarray]
) -> list[Measure]:
    """The effect on the base model and the change since, of the words that both models know."""
    known = [~(np.isnan(a).any(axis=1) | np.isnan(b).any(axis=1)) for a, b in zip(after, before, strict=True)]
    if min(mask.mean() for mask in known) < _LEAST:
        return []
    sides = []
    for tables in (before, after):
        x, y, a, b = (table[mask] for table, mask in zip(tables, known, strict=True))
        s = word_associations(np.vstack([x, y]), a, b)
        sides.append((s[: len(x)], s[len(x) :]))
    n = sum(len(side) for side in sides[0])
    make = partial(make_measure, scope=scope, n=n, level=context.level)
    base = effect_interval(*sides[0], context.level, context.seed, context.bootstrap)
    change = effect_change(sides[0], sides[1], context.level, context.seed, context.bootstrap)
    method, paired = BOOTSTRAP_WORDS, PAIRED_BOOTSTRAP_WORDS
    return [
        make("association_effect_base", estimate=base, unit="score", method=method, limits=_LIMITS),
        make("association_effect_change", estimate=change, unit="difference", method=paired, limits=_CHANGES),
    ]


def _result(
    name: str,
    context: ModelContext,
    measures: tuple[Measure, ...],
    changes: tuple[Measure, ...],
    notes: dict[str, str],
    source: str,
    sha256: str,
) -> ProbeResult:
    tested = [measure for measure in measures if measure.p is not None]
    adjusted = holm([measure.p for measure in tested if measure.p is not None])
    shown = [measure for measure, p in zip(tested, adjusted, strict=True) if p <= 1 - context.level]
    return ProbeResult(
        probe=name,
        measures=(*measures, *changes),
        findings=(_finding(name, shown, tested or list(measures)),),
        can_tell=f"{name}.can_tell",
        data={
            "pooling": context.encoder.pooling if context.encoder else "",
            "p_holm": {m.scope["test"]: round(p, 6) for m, p in zip(tested, adjusted, strict=True)},
            "tests": notes,
            "data_set": source,
            "data_sha256": sha256,
            "licence": "MIT",
        },
    )


def _finding(name: str, shown: list[Measure], tested: list[Measure]) -> Finding:
    verdict: FindingVerdict = "shown" if shown else "insufficient evidence"
    names = ", ".join(measure.scope["test"].partition(" ")[2] for measure in shown)
    values: dict[str, str | float | int | None] = {"n_shown": len(shown), "n": len(tested), "names": names}
    rule: Rule | None = "no_margin" if shown else None
    return make_finding(name, verdict, shown or tested, values, rule)
