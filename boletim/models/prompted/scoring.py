"""How likely each class's word is after a prompt.

A prompt and a word are read as one text and cut where the word begins, so that no token is cut that a model would have
read as one (github.com/EleutherAI/lm-evaluation-harness, issue 1297).

References:
    Brown et al. (2020), Language Models are Few-Shot Learners, section 2.4 (sum, mean); Holtzman et al. (2021), Surface
    Form Competition, EMNLP, equation 2 (PMI with the domain's own empty prompt).
"""

from collections.abc import Sequence

import numpy as np

from boletim.contracts.protocols import CausalScorer, Progress, no_progress
from boletim.contracts.results.prompt import LabelScores
from boletim.models.prompted.template import gap


def word_scores(
    scorer: CausalScorer, prompts: Sequence[str], words: Sequence[str], how: LabelScores, empty: str,
    progress: Progress = no_progress,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Log score of each word after each prompt, and how much probability the words held together.

    Args:
        scorer: A causal language model.
        prompts: Any number.
        words: Of the classes.
        how: `sum` of the log-likelihoods of a word's tokens, their `mean`, or `pmi`.
        empty: The prompt with an empty text, for `pmi`.
        progress: Told how many readings are done.

    Returns:
        (n_prompts, n_words) float64 in nats, and (n_prompts,) float64: the sum of the words' probabilities.
    """
    asked = [*prompts, *([empty] if how == "pmi" else [])]
    pairs = [(prompt, gap(prompt) + word) for prompt in asked for word in words]
    found = scorer.log_likelihoods([one for one, _ in pairs], [one for _, one in pairs], progress)
    sums = np.array([one.sum() for one in found]).reshape(len(asked), len(words))
    mass = np.exp(sums).sum(axis=1)[: len(prompts)]
    if how == "mean":
        counts = np.array([max(len(one), 1) for one in found]).reshape(sums.shape)
        return sums / counts, mass
    if how == "pmi":
        return sums[:-1] - sums[-1], mass
    return sums, mass
