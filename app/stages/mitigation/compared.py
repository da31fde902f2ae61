"""What the models of each setting answered on one split, as the audit compares them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from boletim.app.run import Run
from boletim.app.stages.swapped_texts import Scores, Texts
from boletim.contracts.configuration.mitigations import ERASE
from boletim.contracts.corpus import CLUSTER, LABEL, WEIGHT
from boletim.contracts.examples import answers_class
from boletim.contracts.results.mitigations import MitigationRow

if TYPE_CHECKING:
    from boletim.audit.mitigation.compare import Trained
    from boletim.audit.mitigation.effects import Sample


def sample_of(frame: pd.DataFrame, labels: tuple[str, ...], groups: Sequence[str], kind: str) -> "Sample":
    """A split's examples, as settings are compared on them."""
    from boletim.audit.mitigation.effects import Sample

    gold = _held(answers_class(kind).of_corpus(frame[LABEL], labels), len(labels))
    return Sample(
        labels=labels,
        gold=gold,
        groups={name: frame[name].to_numpy(dtype=object) for name in groups},
        clusters=frame[CLUSTER].to_numpy(dtype=object) if CLUSTER in frame else None,
        weights=frame[WEIGHT].to_numpy(dtype=np.float64) if WEIGHT in frame else None,
    )


def trained_of(name: str, scores: Sequence[Scores], texts: Texts, kind: str) -> "Trained":
    """What a setting's models answered."""
    from boletim.audit.mitigation.compare import Trained

    decided, n_labels = answers_class(kind).decided, scores[0].plain.shape[1]
    plain = np.array([_held(decided(one.plain), n_labels) for one in scores])
    swapped = np.array([_held(decided(one.swapped), n_labels) for one in scores])
    flips = (plain[:, _places(texts)] != swapped).any(axis=2)
    return Trained(name, plain, flips, is_derived=name == ERASE)


def compared(
    run: Run, labels: tuple[str, ...], texts: Texts, found: Mapping[str, Sequence[Scores]], groups: Sequence[str]
) -> tuple[list[MitigationRow], int]:
    """A row for each setting, and how many pairs of class and group have too few examples."""
    from boletim.audit.mitigation.compare import compare_settings

    kind = run.config.kind
    sample = sample_of(texts.frame, labels, groups, kind)
    trained = [trained_of(name, scores, texts, kind) for name, scores in found.items()]
    return compare_settings(sample, _places(texts), trained, run.config.audit, texts.split)


def _held(codes: np.ndarray, n_labels: int) -> np.ndarray:
    """(n, n_labels) bool of classes' codes (n,), or as it is."""
    return codes if codes.ndim == 2 else np.eye(n_labels, dtype=bool)[codes]


def _places(texts: Texts) -> np.ndarray:
    return np.asarray(texts.copies.index.to_numpy(dtype=np.int64))
