"""Do the model's word vectors tie groups of people to pleasant words, careers or science?

References:
    Caliskan et al. 2017, Semantics derived automatically from language corpora contain human-like biases.
"""

from boletim.contracts.results.audit import ProbeResult
from boletim.probes.asking.word_tests import run_tests
from boletim.probes.model_views import ModelContext
from boletim.probes.probe import ModelProbe

NAME = "weat"


def run(context: ModelContext) -> ProbeResult:
    """Run the tests on the rows of the input embedding, the mean over a word's pieces; see `run_tests`."""
    return run_tests(NAME, context, lambda encoder, words: encoder.word_vectors(words))


PROBE = ModelProbe(NAME, run, needs=("encoder",), data=("weat",))
