"""Does the prediction on the test texts change when the group they name is exchanged for another?

References:
    Garg et al. 2019, Counterfactual Fairness in Text Classification through Robustness, section 3: the counterfactual
    token fairness gap, the mean of |f(x) - f(x')| over the counterfactuals of x.
"""

import numpy as np

from boletim.contracts.finding import Finding
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import BOOTSTRAP_TEXTS, TEXTS_AS_CLUSTERS, WILSON, WILSON_EFFECTIVE
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.context import ProbeContext
from boletim.probes.findings.claims import rate_finding
from boletim.probes.model_views import unusable
from boletim.probes.probe import ClassifierProbe
from boletim.probes.sentences.exchange import exchanged
from boletim.probes.statistics.clustered import clustered_rate
from boletim.probes.statistics.measures import make_measure, undefined
from boletim.probes.statistics.paired import mean_distance, share

NAME = "counterfactual_token_fairness"
_SCOPE = {"probe": NAME}
_EMPTY = Reason.of("no_group_to_exchange")
_ONE_TEXT = Reason.of("interval_needs_texts")


def run(context: ProbeContext) -> ProbeResult:
    """Exchange the groups named in the test texts and compare the predictions.

    Returns:
        `share_exchangeable` of all texts; over the texts that name a group, `ctf_gap` (mean total variation distance
        from a text to its counterfactuals, bootstrap over texts) and `flip_rate` (share of counterfactuals whose
        predicted class differs, texts being the clusters). None with the reason where no text names a group.
        Unusable without texts, or without lists of terms.
    """
    if not context.texts:
        return unusable(NAME, Reason.of("no_texts"))
    if not context.words.exchanges:
        return unusable(NAME, Reason.of("no_words", language=context.language.code))
    others = [exchanged(text, context.words) for text in context.texts]
    chosen = [place for place, found in enumerate(others) if found]
    n = len(context.texts)
    named = make_measure(
        "share_exchangeable",
        _SCOPE,
        share(len(chosen), n, context.level),
        n=n,
        level=context.level,
        unit="share",
        method=WILSON,
    )
    changes = _changes(context, [context.texts[place] for place in chosen], [others[place] for place in chosen])
    measures = (*changes, named)
    return ProbeResult(
        probe=NAME,
        measures=measures,
        findings=_findings(context, measures),
        can_tell=f"{NAME}.can_tell",
        data={
            "n_texts": n,
            "n_with_a_group": len(chosen),
            "n_counterfactuals": sum(map(len, others)),
            "exchanges": {name: [list(terms) for terms in lists] for name, lists in context.words.exchanges.items()},
        },
    )


def _changes(context: ProbeContext, texts: list[str], others: list[list[str]]) -> list[Measure]:
    if not texts:
        return [
            undefined("ctf_gap", _SCOPE, _EMPTY, unit="score"),
            undefined("flip_rate", _SCOPE, _EMPTY, unit="share"),
        ]
    every = [text for found in others for text in found]
    owner = np.repeat(np.arange(len(texts)), [len(found) for found in others])
    scores = np.asarray(context.classifier.predict_scores([*texts, *every], context.progress), dtype=np.float64)
    before, after = scores[: len(texts)][owner], scores[len(texts) :]
    distances = np.abs(before - after).sum(axis=1) / 2
    per_text = np.bincount(owner, weights=distances) / np.bincount(owner)
    flips = before.argmax(axis=1) != after.argmax(axis=1)
    level = context.level
    gap = mean_distance(per_text, level, context.seed, context.bootstrap)
    rate = clustered_rate(flips, [str(place) for place in owner], level)
    found = (
        ("ctf_gap", gap, len(texts), "score", BOOTSTRAP_TEXTS),
        ("flip_rate", rate, len(every), "share", WILSON_EFFECTIVE + TEXTS_AS_CLUSTERS),
    )
    return [
        make_measure(
            metric, _SCOPE, estimate, n=n, level=level, unit=unit, method=method, higher_is_better=False,  # type: ignore[arg-type]
            no_interval=_ONE_TEXT,
        )
        for metric, estimate, n, unit, method in found
    ]  # fmt: skip


def _findings(context: ProbeContext, measures: tuple[Measure, ...]) -> tuple[Finding, ...]:
    gap, flips = measures[0], measures[1]
    return (
        rate_finding(f"{NAME}_flips", flips, context.margin, context.level),
        rate_finding(f"{NAME}_gap", gap, context.margin, context.level),
    )


PROBE = ClassifierProbe(NAME, run, needs_texts=True)
