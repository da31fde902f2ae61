"""Each example is a question about a text; the answer is a stretch of it, or that there is none.

Figures are means over questions. Questions about one text depend on each other, so the text is the cluster.
"""

from dataclasses import replace

import numpy as np

from boletim.audit.evidence.figures import measures_of
from boletim.audit.evidence.means import MeanEvidence
from boletim.audit.groups.gaps import Scale
from boletim.audit.kind import OF_CLASSES, Kind, Sample
from boletim.audit.metrics.question_answers import figures_of, metrics_named
from boletim.audit.reading.question_answers import read_questions
from boletim.audit.tally.subsets import Subset, Subsets
from boletim.contracts.answers.question_answers import QuestionAnswers, QuestionFacts
from boletim.contracts.measure import Measure

_SLICED = ("token_f1", "exact_match")
_MOST_BANDS, _FEWEST = 3, 30


def _facts(sample: Sample) -> QuestionFacts:
    found = sample.answers
    can, is_silent = found.is_answerable, np.array([not said.strip() for said in found.predicted], dtype=bool)
    return QuestionFacts(
        language=found.language,
        n_answerable=int(can.sum()),
        n_unanswerable=int((~can).sum()),
        n_several=sum(len(true) > 1 for true in found.gold),
        n_contexts=0 if found.context_words is None else len(set(found.clusters)) if found.clusters is not None else 0,
        n_moved=found.n_moved,
        n_absent=found.n_absent,
        n_silent=int((can & is_silent).sum()),
        n_talkative=int((~can & ~is_silent).sum()),
    )


def _suited(answers: QuestionAnswers) -> Kind:
    """The record with the figures that these questions have."""
    figures = figures_of(answers)
    names = tuple(figures)
    table = replace(answers, gold=np.zeros(answers.n), predicted=np.column_stack(list(figures.values())))
    return replace(
        KIND,
        metrics=lambda: metrics_named(names),
        tally=lambda _, depth, codes: Subsets(table, depth, codes),
        evidence=lambda part, settings, draws: MeanEvidence(part, settings, draws, names),
        gaps=tuple(name for name in KIND.gaps if name in names),
    )


def _slices(sample: Sample) -> list[Measure]:
    """Token F1 and exact match by what the questions ask for, and by the length of their texts."""
    everything, metrics = sample.tally.everything, metrics_named(_SLICED)
    made: list[Measure] = []
    for key, names in (("question_word", sample.answers.question_words), ("context_words", _bands(sample.answers))):
        for name in sorted({name for name in names if name is not None}) if names is not None else ():
            rows = names == name
            part = Subset(
                {key: name},
                everything.gold[rows],
                everything.predicted[rows],
                None,
                None if everything.clusters is None else everything.clusters[rows],
                None if everything.weights is None else everything.weights[rows],
            )
            made += measures_of(sample.evidence(part), metrics)
    return made


def _bands(answers: QuestionAnswers) -> np.ndarray | None:
    """(n,) object: thirds of the lengths of texts, such as `081-120`; None where not known, too few or all alike."""
    lengths = answers.context_words
    if lengths is None or len(lengths) < _MOST_BANDS * _FEWEST:
        return None
    edges = np.unique(np.quantile(lengths, [1 / _MOST_BANDS, 2 / _MOST_BANDS]).astype(int))
    place = np.searchsorted(edges, lengths, side="left")
    if len(set(place)) < 2:
        return None
    width = len(str(lengths.max()))
    named = {
        one: f"{lengths[place == one].min():0{width}}-{lengths[place == one].max():0{width}}" for one in set(place)
    }
    return np.array([named[one] for one in place], dtype=object)


def _of_rows(answers: QuestionAnswers, metric: str) -> np.ndarray | None:
    return figures_of(answers).get(metric)


KIND = Kind(
    name="question_answers",
    answers="question_answers",
    metrics=lambda: metrics_named(_SLICED),
    tally=lambda answers, depth, codes: Subsets(answers, depth, codes),
    evidence=lambda part, settings, draws: MeanEvidence(part, settings, draws, _SLICED),
    is_exclusive=False,
    gaps=("token_f1", "exact_match", "no_answer_accuracy"),
    scale=Scale(said_as="answer"),
    has_f1=False,
    baseline=None,
    thresholds=lambda sample, chosen, validation: [],
    facts=_facts,
    n_contradicted=lambda answers: 0,
    by_row=None,
    of_rows=_of_rows,
    read=read_questions,
    columns=lambda data: (data.label, data.question or "question", "answers", "prediction", "context"),
    suited=_suited,
    more=_slices,
    lacks=dict.fromkeys(OF_CLASSES, "classes"),
)
