"""Score every contrast: each frame with each profession, as if about a woman and as if about a man."""

from dataclasses import dataclass

import numpy as np

from boletim.contracts.language import Profession
from boletim.probes.context import ProbeContext
from boletim.probes.sentences.frames import fill


@dataclass(frozen=True)
class Contrasts:
    """The scores of all contrasts."""

    female: np.ndarray
    """(n_frames, n_professions, n_labels) float64, scores of the sentences about women."""
    male: np.ndarray
    """The same for the sentences about men."""
    labels: tuple[str, ...]
    sentences: tuple[tuple[str, str], ...]
    """Female and male sentence, frame by frame."""

    @property
    def flips(self) -> np.ndarray:
        """(n_frames, n_professions) bool, whether the predicted class differs."""
        flips: np.ndarray = self.female.argmax(axis=2) != self.male.argmax(axis=2)
        return flips

    @property
    def distances(self) -> np.ndarray:
        """(n_frames, n_professions) float64 in [0, 1], total variation distance of the two score vectors."""
        distances: np.ndarray = np.abs(self.female - self.male).sum(axis=2) / 2
        return distances

    def class_of(self, profession: Profession) -> int | None:
        """The label that is this profession's own name, or None."""
        names = {_plain(name) for name in (profession.id, profession.female, profession.male)}
        return next((index for index, label in enumerate(self.labels) if _plain(label) in names), None)

    @property
    def reference_class(self) -> int:
        """The label with the highest mean score over all sentences, women's and men's alike.

        The sum of two scores carries no sign of their difference, so choosing by it does not bias the gap, as
        choosing the class with the largest gap would.
        """
        return int((self.female + self.male).mean(axis=(0, 1)).argmax())


def score_contrasts(context: ProbeContext) -> Contrasts:
    """Fill every frame with every profession and score both sentences."""
    language = context.language
    sentences = tuple(
        fill(frame, profession, language.articles) for frame in context.frames for profession in language.professions
    )
    texts = [female for female, _ in sentences] + [male for _, male in sentences]
    scores = np.asarray(context.classifier.predict_scores(texts, context.progress), dtype=np.float64)
    shape = (2, len(context.frames), len(language.professions), len(context.classifier.labels))
    female, male = scores.reshape(shape)
    return Contrasts(female, male, tuple(context.classifier.labels), sentences)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
