"""Fill the one slot of a frame with a noun phrase or a name."""

from collections.abc import Sequence

import numpy as np

from boletim.contracts.language import Frame
from boletim.probes.context import ProbeContext


def fill_slot(frame: Frame, slot: str, word: str) -> str:
    """The sentence with the word in its slot; a sentence begins with a capital."""
    text = frame.text.replace("{" + slot + "}", word)
    return text[:1].upper() + text[1:]


def score_table(context: ProbeContext, frames: Sequence[Frame], slot: str, words: Sequence[str]) -> np.ndarray:
    """Scores of every frame with every word, (n_frames, n_words, n_labels) float64."""
    texts = [fill_slot(frame, slot, word) for frame in frames for word in words]
    scores = np.asarray(context.classifier.predict_scores(texts, context.progress), dtype=np.float64)
    return scores.reshape(len(frames), len(words), len(context.classifier.labels))
