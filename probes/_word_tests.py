"""Run the ten published association tests on vectors of any making."""

from collections.abc import Callable, Sequence

import numpy as np

from boletim.contracts.errors import DataError
from boletim.contracts.finding import Finding, FindingVerdict, Severity
from boletim.contracts.measure import Measure
from boletim.contracts.results import ProbeResult
from probes._association import associate, effect_interval, holm, word_associations
from probes._crossed import Estimate
from probes._headline import english_claims
from probes._language_models import ModelContext, unusable
from probes._measures import make_measure, with_q
from probes._verdict import make_finding

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
_LIMITS = (-2.0, 2.0)
_LEAST = 0.8
"""Share of each list that the vocabulary must know."""


def run_tests(name: str, context: ModelContext, embed: Callable[[Sequence[str]], np.ndarray]) -> ProbeResult:
    """Run every test whose words the model knows.

    Args:
        name: Of the probe.
        context: With the word lists' path under `weat`.
        embed: Vectors of words, (n, n_dimensions); a row of NaN for a word that is not known.

    Returns:
        `association_effect{test=...}` with a bootstrap interval over target words, the one-sided permutation p and
        its Benjamini-Hochberg q; Holm's p stands in `data`. Unusable where no test has enough words.
    """
    data = context.read(context.data["weat"])
    measures: list[Measure] = []
    notes: dict[str, str] = {}
    for test, names in TESTS.items():
        if not isinstance(data.content, dict) or any(key not in data.content for key in names):
            raise DataError(f"{data.name}: word lists are a JSON object with {names}; give WEFE's WEAT.json")
        vectors = [embed(data.content[key]) for key in names]
        known = [~np.isnan(table).any(axis=1) for table in vectors]
        if min(mask.mean() for mask in known) < _LEAST:
            notes[test] = "vocabulary"
            continue
        x, y, a, b = (table[mask] for table, mask in zip(vectors, known, strict=True))
        found = associate(x, y, a, b, n_partitions=10_000, seed=context.seed)
        s = word_associations(np.vstack([x, y]), a, b)
        interval = effect_interval(s[: len(x)], s[len(x) :], context.level, context.seed, context.bootstrap)
        notes[test] = "unequal lists" if found.p is None else "exact" if found.is_exact else "monte carlo"
        measures.append(
            make_measure(
                "association_effect",
                {"probe": name, "test": f"{test}: {names[0]}/{names[1]} {names[2]}/{names[3]}"},
                Estimate(interval.value, interval.low, interval.high, found.p),
                n=len(s),
                level=context.level,
                unit="score",
                method="bootstrap over words"
                + (f"; p: one-sided, {notes[test]} permutation" if found.p is not None else ""),
                limits=_LIMITS,
            )
        )
    if not measures:
        return unusable(name, "word_lists", "the model's vocabulary knows too few words of every list")
    return _result(name, context, with_q(measures), notes, data.name, data.sha256)


def _result(
    name: str, context: ModelContext, measures: tuple[Measure, ...], notes: dict[str, str], source: str, sha256: str
) -> ProbeResult:
    tested = [measure for measure in measures if measure.p is not None]
    adjusted = holm([measure.p for measure in tested if measure.p is not None])
    shown = [measure for measure, p in zip(tested, adjusted, strict=True) if p <= 1 - context.level]
    return ProbeResult(
        probe=name,
        measures=measures,
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
    severity: Severity = "medium" if shown else "info"
    return make_finding(name, verdict, english_claims(name), shown or tested, values, severity)
