"""Does the prediction on the test texts change when their gendered words are swapped?

References:
    Garg et al. 2019 (counterfactual token fairness); Zhao et al. 2018 (gender swapping).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boletim.contracts.language import Language
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import BONETT_PRICE, BOOTSTRAP, MCNEMAR_EXACT, WILSON, T
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.context import ProbeContext
from boletim.probes.findings.left_alone import left_alone_measures
from boletim.probes.findings.pronoun_swap import find_all
from boletim.probes.probe import ClassifierProbe
from boletim.probes.statistics.measures import make_measure, undefined, with_q
from boletim.probes.statistics.paired import mean_distance, mean_gap, net_share, share
from boletim.probes.swaps.rules import find_rules
from boletim.probes.swaps.swap import Rules, Swap, swap

NAME = "pronoun_swap"
_SCOPE = {"probe": NAME}
_ONE_TEXT = Reason.of("interval_needs_texts")
_EMPTY = Reason.of("no_text_to_swap")
_ONE_SIDED = Reason.of("no_one_sided_text")


@dataclass(frozen=True)
class _Scores:
    """Scores of the swapped texts, before and after."""

    before: np.ndarray
    """(n, n_labels) float64."""
    after: np.ndarray
    female: np.ndarray
    """(n_one_sided, n_labels) scores as if about women, of texts whose gendered words are all of one gender."""
    male: np.ndarray
    """The same texts as if about men."""


def run(context: ProbeContext) -> ProbeResult:
    """Swap the gender of every test text that can be swapped whole, and compare the predictions.

    Returns:
        `share_swappable` (of all texts); `left_alone_women`, `left_alone_men` and `left_alone_gap` (of the texts with
        gendered words of one gender only, women minus men); `flip_rate` and `ctf_gap` over the swapped texts; over
        those with words of one gender only, per class, `score_gap` (as if female minus as if male) and
        `flips_toward` (share that moves into the class when female minus share that moves out). Where nothing can be
        swapped the values are None with the reason. Without texts, or without swap rules for the language, the probe
        is unusable.
    """
    rules = find_rules(context.language)
    because = None
    if not context.texts:
        because = Reason.of("no_texts")
    elif rules is None:
        because = Reason.of("no_rules", language=context.language.code)
    if because or context.texts is None or rules is None:
        return ProbeResult(probe=NAME, measures=(), unusable_because=because, can_tell=f"{NAME}.can_tell")
    swaps = _swap_all(context, rules)
    changed = [place for place, attempt in enumerate(swaps) if attempt.status == "swapped"]
    swappable = make_measure(
        "share_swappable",
        _SCOPE,
        share(len(changed), len(swaps), context.level),
        n=len(swaps),
        level=context.level,
        unit="share",
        method=WILSON,
    )
    scores = _score(context, swaps, changed)
    left = left_alone_measures(context, swaps, _SCOPE)
    measures = with_q([*_rates(context, scores), swappable, *left, *_per_class(context, scores)])
    return ProbeResult(
        probe=NAME,
        measures=measures,
        findings=find_all(context, measures),
        can_tell=f"{NAME}.can_tell",
        data=_data(swaps, scores),
    )


def swapped_texts(texts: Sequence[str], language: Language) -> list[str | None]:
    """Each text with the genders of people swapped; None where that cannot be done whole, or there is nothing to swap.

    Args:
        texts: In the language.
        language: Whose rules are taken; without rules nothing is swapped.
    """
    rules = find_rules(language)
    if rules is None:
        return [None] * len(texts)
    attempts = (swap(text, rules) for text in texts)
    return [attempt.text if attempt.status == "swapped" else None for attempt in attempts]


def _swap_all(context: ProbeContext, rules: Rules) -> list[Swap]:
    return [swap(text, rules) for text in context.texts or ()]


def _score(context: ProbeContext, swaps: list[Swap], changed: list[int]) -> _Scores:
    originals = context.texts or ()
    texts = [originals[place] for place in changed] + [swaps[place].text for place in changed]
    if not texts:
        empty = np.empty((0, len(context.classifier.labels)))
        return _Scores(empty, empty, empty, empty)
    scores = np.asarray(context.classifier.predict_scores(texts, context.progress), dtype=np.float64)
    before, after = scores[: len(changed)], scores[len(changed) :]
    genders = np.array([swaps[place].gender for place in changed])
    one_sided, was_female = genders != "mixed", (genders == "female")[:, None]
    female, male = np.where(was_female, before, after), np.where(was_female, after, before)
    return _Scores(before, after, female[one_sided], male[one_sided])


def _rates(context: ProbeContext, scores: _Scores) -> list[Measure]:
    n = len(scores.before)
    if n == 0:
        return [
            undefined("flip_rate", _SCOPE, _EMPTY, unit="share"),
            undefined("ctf_gap", _SCOPE, _EMPTY, unit="score"),
        ]
    n_flips = int((scores.before.argmax(axis=1) != scores.after.argmax(axis=1)).sum())
    distances = np.abs(scores.before - scores.after).sum(axis=1) / 2
    return [
        make_measure(
            "flip_rate",
            _SCOPE,
            share(n_flips, n, context.level),
            n=n,
            level=context.level,
            unit="share",
            method=WILSON,
            higher_is_better=False,
        ),
        make_measure(
            "ctf_gap",
            _SCOPE,
            mean_distance(distances, context.level, context.seed, context.bootstrap),
            n=n,
            level=context.level,
            unit="score",
            method=BOOTSTRAP,
            higher_is_better=False,
            no_interval=_ONE_TEXT,
        ),
    ]


def _per_class(context: ProbeContext, scores: _Scores) -> list[Measure]:
    n, level = len(scores.female), context.level
    as_female, as_male = scores.female.argmax(axis=1), scores.male.argmax(axis=1)
    measures: list[Measure] = []
    for index, label in enumerate(context.classifier.labels):
        scope = {"class": label} | _SCOPE
        if n == 0:
            measures += [
                undefined(metric, scope, _ONE_SIDED, unit="difference") for metric in ("score_gap", "flips_toward")
            ]
            continue
        toward = int(((as_female == index) & (as_male != index)).sum())
        away = int(((as_female != index) & (as_male == index)).sum())
        gaps = scores.female[:, index] - scores.male[:, index]
        for metric, estimate, method in (
            ("score_gap", mean_gap(gaps, level), T),
            ("flips_toward", net_share(toward, away, n, level), BONETT_PRICE + MCNEMAR_EXACT),
        ):
            measures.append(
                make_measure(
                    metric,
                    scope,
                    estimate,
                    n=n,
                    level=level,
                    unit="difference",
                    method=method,
                    limits=(-1.0, 1.0),
                    no_interval=_ONE_TEXT,
                )
            )
    return measures


def _data(swaps: list[Swap], scores: _Scores) -> dict[str, Any]:
    """Counts only: texts of the test split may be personal and stay out of the results."""
    statuses = Counter(attempt.status for attempt in swaps)
    return {
        "n_texts": len(swaps),
        "n_swapped": statuses["swapped"],
        "n_left_alone": statuses["left alone"],
        "n_nothing_to_swap": statuses["nothing to swap"],
        "n_one_sided": len(scores.female),
        "n_flips": int((scores.before.argmax(axis=1) != scores.after.argmax(axis=1)).sum())
        if len(scores.before)
        else 0,
        "gender": dict(sorted(Counter(a.gender for a in swaps if a.gender and a.status == "swapped").items())),
        "left_alone_because": dict(sorted(Counter(a.left_because for a in swaps if a.left_because).items())),
    }


PROBE = ClassifierProbe(NAME, run, needs_texts=True)
