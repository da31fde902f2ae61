"""Each example has one number that somebody else's metric or judge gave it; figures are means of it.

No text was answered right or wrong here: what is counted by classes or by rights and wrongs has no meaning and is left
out. The margin of gaps is a share of the score's range where that is stated, else it is in the score's own unit.
"""

from dataclasses import replace

import numpy as np

from boletim.audit.evidence.means import MeanEvidence
from boletim.audit.groups.gaps import Scale
from boletim.audit.kind import OF_CLASSES, Kind, Sample
from boletim.audit.metrics.metric import Metric
from boletim.audit.reading.scored_texts import read_scored
from boletim.audit.tally.subsets import Subsets
from boletim.contracts.answers.scored_texts import QUANTILES, ScoredTexts, ScoreFacts
from boletim.contracts.meaning import Reason

_UNBOUNDED = (-np.inf, np.inf)


def _facts(sample: Sample) -> ScoreFacts:
    found = sample.answers
    values = found.predicted
    return ScoreFacts(
        column=found.column,
        higher_is_better=found.higher_is_better,
        range=found.range,
        quantiles=tuple(np.quantile(values, QUANTILES).tolist()),
        spread=float(values.std(ddof=1)) if found.n > 1 else 0.0,
        n_clusters=0 if found.clusters is None else len(set(found.clusters)),
    )


def _suited(answers: ScoredTexts) -> Kind:
    """The record with the score's own name, direction and range."""
    lowest, highest = answers.range or _UNBOUNDED
    metric = Metric(
        answers.column,
        "overall",
        "mean",
        Reason.of("no_examples"),
        unit="points",
        higher_is_better=answers.higher_is_better,
        lowest=lowest,
        highest=highest,
    )
    return replace(
        KIND,
        metrics=lambda: (metric,),
        evidence=lambda part, settings, draws: MeanEvidence(part, settings, draws, (answers.column,)),
        gaps=(answers.column,),
        scale=replace(KIND.scale, lowest=lowest, highest=highest),
    )


def _in_one_column(answers: ScoredTexts) -> ScoredTexts:
    return replace(answers, predicted=answers.predicted[:, None])


KIND = Kind(
    name="scored_texts",
    answers="scored_texts",
    metrics=lambda: (),
    tally=lambda answers, depth, codes: Subsets(_in_one_column(answers), depth, codes),
    evidence=lambda part, settings, draws: MeanEvidence(part, settings, draws, ()),
    is_exclusive=False,
    gaps=("score",),
    scale=Scale(gap_unit="points", said_as="score"),
    has_f1=False,
    baseline=None,
    thresholds=lambda sample, chosen, validation: [],
    facts=_facts,
    n_contradicted=lambda answers: 0,
    by_row=None,
    of_rows=lambda answers, metric: answers.predicted if metric == answers.column else None,
    read=read_scored,
    columns=lambda data: (data.score.column,) if data.score is not None else (),
    suited=_suited,
    lacks=dict.fromkeys(OF_CLASSES, "right_answers"),
)
