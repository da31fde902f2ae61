"""The association tests on sentences: do the model's vectors of plain sentences tie groups to pleasant words?

References:
    May et al. 2019, On Measuring Social Biases in Sentence Encoders: words in sentences that say nothing else, Holm's
    correction over the tests.
"""

from collections.abc import Sequence

import numpy as np

from boletim.contracts.protocols import Encoder
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.asking.word_tests import run_tests
from boletim.probes.model_views import ModelContext
from boletim.probes.probe import ModelProbe

NAME = "seat"
FRAMES = ("This is {}.", "That is {}.", "There is {}.", "Here is {}.")


def run(context: ModelContext) -> ProbeResult:
    """Run the tests on sentence vectors, a word's four sentences averaged, pooled as the encoder says.

    The words are WEAT's, in four bleached frames; May et al. count each sentence as an example of its own, which
    treats four sentences of one word as independent and is not done here. See `run_tests`.
    """

    def embed(encoder: Encoder, words: Sequence[str]) -> np.ndarray:
        vectors = encoder.embed([frame.format(word) for word in words for frame in FRAMES], context.progress)
        known = ~np.isnan(encoder.word_vectors(words)).any(axis=1)
        mean: np.ndarray = vectors.reshape(len(words), len(FRAMES), -1).mean(axis=1)
        return np.where(known[:, None], mean, np.nan)

    return run_tests(NAME, context, embed)


PROBE = ModelProbe(NAME, run, needs=("encoder",), data=("weat",))
