"""How much the choice among prompts moves accuracy, and the gaps between groups, on the same validation texts.

Of several prompts the best and the worst always lie apart, by chance alone too. The interval of their distance
therefore holds for all pairs at once: texts (or their clusters) are drawn anew, the same for every prompt, and the
largest studentised deviation over all pairs sets its width.

References:
    Davison and Hinkley (1997), Bootstrap Methods and their Application, ch. 4.2.4 (simultaneous, studentised);
    Sclar et al. (2024), Quantifying Language Models' Sensitivity to Spurious Features in Prompt Design, ICLR (spread).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from boletim.audit.tally.clusters import ClusterDraws
from boletim.contracts.finding import Finding, FindingVerdict, rule_beyond
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import BOOTSTRAP, CLUSTER_BOOTSTRAP, PAIRED, Method, simultaneous_over_pairs

SPREAD, OF_PROMPT, GAP_OF_PROMPT = "prompt_spread", "prompt_accuracy", "prompt_accuracy_gap"
_SMALL = 1e-12


@dataclass(frozen=True)
class Answers:
    """What each prompt got right, and whose texts they were."""

    prompts: tuple[str, ...]
    """Two at least."""
    right: np.ndarray
    """(n_prompts, n_texts) bool."""
    groups: Mapping[str, np.ndarray]
    """(n_texts,) names for each attribute, None where missing."""
    clusters: np.ndarray | None = None
    """(n_texts,), None where texts are independent."""


def prompt_spread(
    answers: Answers, candidate: str, *, level: float, margin: float, min_group: int, draws: int, seed: int,
    is_chosen: bool,
) -> tuple[list[Measure], list[Finding]]:  # fmt: skip
    """Accuracy and gap of each prompt, the distance between the best and the worst, and what that shows.

    Args:
        answers: On the validation texts.
        candidate: The model that was asked.
        level: Of every interval.
        margin: A distance up to this size counts as none.
        min_group: Texts that a group needs.
        draws: Of the bootstrap.
        seed: Of the draws.
        is_chosen: Whether the search chose this model; the findings about another one are for information.
    """
    texts = np.arange(answers.right.shape[1]) if answers.clusters is None else answers.clusters
    drawn = ClusterDraws(texts, draws, np.random.default_rng([seed, 179_424_673]))
    method = (CLUSTER_BOOTSTRAP if answers.clusters is not None else BOOTSTRAP) + PAIRED
    measures: list[Measure] = []
    findings: list[Finding] = []
    figures = {"": _accuracy(answers, drawn)}
    figures |= {name: found for name in answers.groups if (found := _gap(answers, name, drawn, min_group)) is not None}
    for attribute, (values, replicates) in figures.items():
        scope = {"attribute": attribute} if attribute else {}
        metric = GAP_OF_PROMPT if attribute else OF_PROMPT
        for place, prompt in enumerate(answers.prompts):
            low, high = np.quantile(replicates[:, place], [(1 - level) / 2, (1 + level) / 2])
            own = scope | {"prompt": prompt}
            measures.append(Measure(
                id=measure_id(metric, own), metric=metric, value=float(values[place]),
                low=float(min(low, values[place])), high=float(max(high, values[place])), level=level,
                n=answers.right.shape[1], higher_is_better=not attribute, scope=own, method=method,
            ))  # fmt: skip
        spread, finding = _spread(
            values, replicates, answers, attribute, level, margin, candidate, is_chosen=is_chosen, method=method
        )
        measures.append(spread)
        findings.append(finding)
    return measures, findings


def _accuracy(answers: Answers, drawn: ClusterDraws) -> tuple[np.ndarray, np.ndarray]:
    everyone = np.ones(answers.right.shape[1], dtype=bool)
    return answers.right.mean(axis=1), _shares(answers, everyone, drawn)


def _gap(answers: Answers, attribute: str, drawn: ClusterDraws, least: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Distance between the groups of highest and lowest accuracy, of the texts and of each draw; None without two."""
    names = answers.groups[attribute]
    kept = [at for name in sorted({one for one in names if one is not None}) if (at := names == name).sum() >= least]
    if len(kept) < 2:
        return None
    own = np.stack([answers.right[:, at].mean(axis=1) for at in kept])
    drawn_anew = np.stack([_shares(answers, at, drawn) for at in kept])
    return own.max(axis=0) - own.min(axis=0), drawn_anew.max(axis=0) - drawn_anew.min(axis=0)


def _shares(answers: Answers, at: np.ndarray, drawn: ClusterDraws) -> np.ndarray:
    """(n_draws, n_prompts) accuracy of each prompt on the texts of a subset."""
    columns = np.column_stack([*answers.right, np.ones(answers.right.shape[1])])[at].astype(float)
    sums = drawn.sums(drawn.codes[at], columns)
    return np.asarray(sums[:, :-1] / np.maximum(sums[:, -1:], 1))


def _spread(
    values: np.ndarray, replicates: np.ndarray, answers: Answers, attribute: str, level: float, margin: float,
    candidate: str, *, is_chosen: bool, method: Method,
) -> tuple[Measure, Finding]:  # fmt: skip
    """The distance between the highest and the lowest, with an interval for all pairs at once."""
    pairs = list(combinations(range(len(values)), 2))
    distances = np.stack([replicates[:, a] - replicates[:, b] for a, b in pairs], axis=1)
    centres = np.array([values[a] - values[b] for a, b in pairs])
    errors = np.maximum(distances.std(axis=0, ddof=1), _SMALL)
    largest = np.abs((distances - centres) / errors).max(axis=1)
    most, least = int(values.argmax()), int(values.argmin())
    pair = pairs.index((min(most, least), max(most, least))) if most != least else 0
    value, half = abs(float(centres[pair])), float(np.quantile(largest, level) * errors[pair])
    scope = {"metric": GAP_OF_PROMPT if attribute else OF_PROMPT} | ({"attribute": attribute} if attribute else {})
    measure = Measure(
        id=measure_id(SPREAD, scope), metric=SPREAD, value=value, low=max(value - half, 0.0),
        high=min(value + half, 1.0), level=level, n=answers.right.shape[1], unit="difference", higher_is_better=False,
        scope=scope, method=method + simultaneous_over_pairs(len(pairs)),
    )  # fmt: skip
    told: dict[str, str | float | int] = {"candidate": candidate, "n_prompts": len(values)}
    told |= {"high": float(values[most]), "low_value": float(values[least])}
    told |= {"high_prompt": answers.prompts[most], "low_prompt": answers.prompts[least]}
    return measure, spread_finding(measure, told, margin, is_chosen=is_chosen)


def spread_finding(
    measure: Measure, told: Mapping[str, str | float | int], margin: float, *, is_chosen: bool
) -> Finding:
    """What a spread shows: that the wording matters, that it does not, or neither.

    Args:
        measure: `prompt_spread`, of accuracy or of a gap.
        told: The candidate, how many prompts, the highest and the lowest figure and whose they are.
        margin: A distance up to this size counts as none.
        is_chosen: Whether the search chose this candidate.
    """
    low, high = measure.low, measure.high
    is_shown, is_absent = low is not None and low > margin, high is not None and high <= margin
    outcome = "shown" if is_shown else "absent" if is_absent else "open"
    verdicts: dict[str, FindingVerdict] = {"shown": "shown", "absent": "shown absent", "open": "insufficient evidence"}
    attribute = measure.scope.get("attribute", "")
    ends = {"spread": measure.value, "spread_low": low, "spread_high": high}
    return Finding(
        rule=rule_beyond([(low, high)], margin) if is_chosen and is_shown else None,
        kind="prompts",
        key=f"prompt_{'gap' if attribute else 'accuracy'}_{outcome}",
        verdict=verdicts[outcome],
        values={**told, **ends, "attribute": attribute, "margin": margin},
        measures=(measure.id,),
    )
