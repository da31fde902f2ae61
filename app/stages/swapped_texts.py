"""Copies of texts with the genders of people swapped, to train on and to see whether answers change."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.mitigations import SWAPPING
from boletim.contracts.corpus import TEXT, TuningData
from boletim.contracts.language import load_language


def with_swapped_texts(data: TuningData, config: RunConfig) -> TuningData:
    """The data with a copy of each training text that can be swapped whole; as they are where nobody asks for it.

    Raises:
        ConfigError: There is no language pack for the texts.
    """
    compared = config.mitigations
    if not config.tuning.search.may_be_on("gender_swap") and not (compared and compared.has(*SWAPPING)):
        return data
    return replace(data, swapped=swapped_copies(data.train, config.language))


def swapped_copies(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """A copy of each text that can be swapped whole; the index is the text's place in the frame.

    Raises:
        ConfigError: There is no language pack for the texts.
    """
    from boletim.probes.classifiers.pronoun_swap import swapped_texts

    found = swapped_texts(list(frame[TEXT]), load_language(language))
    texts = {place: text for place, text in enumerate(found) if text is not None}
    copies = frame.iloc[list(texts)].assign(**{TEXT: list(texts.values())})
    return copies.set_axis(list(texts), axis=0)


@dataclass(frozen=True)
class Texts:
    """A split with the copies of its texts whose genders are swapped."""

    split: str
    frame: pd.DataFrame
    copies: pd.DataFrame
    """By the text's place in `frame`."""

    @classmethod
    def of(cls, split: str, frame: pd.DataFrame, language: str) -> "Texts":
        """With every copy that can be made."""
        return cls(split, frame, swapped_copies(frame, language))


@dataclass(frozen=True)
class Scores:
    """What one model said."""

    plain: np.ndarray
    """(n, n_labels) float64."""
    swapped: np.ndarray
    """(n_copies, n_labels)."""
