"""Models whose answers are known beforehand: they make probes testable without a network or weights."""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from boletim.contracts.answers.question_answers import Said, split_question
from boletim.contracts.answers.spans import Span, as_column
from boletim.contracts.protocols import Encoded, Progress, Reading, no_progress

_MASK, _UNKNOWN, _FIRST, _LAST = "[MASK]", "[UNK]", "[CLS]", "[SEP]"
_WORD = re.compile(r"\[MASK\]|##\w+|\w+|[^\w\s]")


class FakeClassifier:
    """A classifier that scores a text with a function; remembers what it was asked."""

    kind = "one_label"

    def __init__(self, labels: Sequence[str], score: Callable[[str], Sequence[float]]) -> None:
        self.labels = tuple(labels)
        self.asked: list[str] = []
        self._score = score

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """What the function says, (n_texts, n_labels)."""
        self.asked += texts
        return np.array([self._score(text) for text in texts], dtype=np.float64).reshape(len(texts), len(self.labels))


class FakeTagger:
    """Finds listed names as entities of one type, but for those that a rule excludes."""

    kind = "spans"

    def __init__(
        self, label: str, names: Sequence[str], is_lost: Callable[[str, str], bool] = lambda name, text: False
    ) -> None:
        self.labels = (label,)
        self._names = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names, key=len, reverse=True)))
        self._is_lost = is_lost

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """A tuple of spans per text, (n_texts,) object."""
        return as_column(
            tuple(
                Span(*found.span(), self.labels[0])
                for found in self._names.finditer(text)
                if not self._is_lost(found.group(), text)
            )
            for text in texts
        )


class FakeReader:
    """Answers a question about its text with a function; another says how probable a stretch is as the answer."""

    kind = "question_answers"
    labels = ()

    def __init__(
        self,
        answer: Callable[[str, str], str] = lambda question, context: "",
        share: Callable[[str, str, bool], float] = lambda question, name, is_first: 0.5,
    ) -> None:
        """Take both.

        Args:
            answer: From the question and its text what is said; empty for no answer.
            share: From the question, the words of a stretch and whether it is the first in the text, the probability
                that the answer begins there, which is also that it ends there.
        """
        self._answer, self._share = answer, share

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """What is said, (n_texts,) object."""
        found = np.empty(len(texts), dtype=object)
        for place, text in enumerate(texts):
            found[place] = Said(self._answer(*split_question(text)), None, None, 0.5, 0.5)
        return found

    def log_shares(self, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]) -> list[np.ndarray]:
        """Of both ends of each stretch, (n_stretches, 2) per text."""
        found = []
        for text, places in zip(texts, stretches, strict=True):
            question, context = split_question(text)
            first = min(places)
            shares = [self._share(question, context[slice(*place)], place == first) for place in places]
            found.append(np.log(np.repeat(np.array(shares)[:, None], 2, axis=1)))
        return found


class FakeMaskedScorer:
    """A masked language model that answers from a function of the words around the mask.

    A word of `pieces` is cut into several tokens; every other word of the vocabulary is one token.
    """

    def __init__(
        self,
        vocabulary: Sequence[str],
        log_probability: Callable[[tuple[str, ...], int, str], float],
        pieces: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._pieces = dict(pieces or {})
        cut = [piece for parts in self._pieces.values() for piece in parts]
        self._words = list(dict.fromkeys([_MASK, _UNKNOWN, _FIRST, _LAST, *vocabulary, *cut]))
        self._ids = {word: index for index, word in enumerate(self._words)}
        self._log_probability = log_probability
        self.n_read = 0
        """Readings answered so far."""

    mask_token = _MASK

    @property
    def mask_id(self) -> int:
        """Vocabulary id of the mask."""
        return self._ids[_MASK]

    @property
    def unknown_id(self) -> int | None:
        """Vocabulary id of a word that has none."""
        return self._ids[_UNKNOWN]

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Words and signs in lower case, framed by [CLS] and [SEP]."""
        found = []
        for text in texts:
            ids, spans = [self._ids[_FIRST]], [(0, 0)]
            for match in _WORD.finditer(text):
                word = match.group() if match.group() == _MASK else match.group().lower()
                for piece in self._pieces.get(word, [word]):
                    ids.append(self._ids.get(piece, self._ids[_UNKNOWN]))
                    spans.append(match.span())
            found.append(Encoded((*ids, self._ids[_LAST]), (*spans, (0, 0))))
        return found

    def log_probabilities(self, readings: Sequence[Reading], progress: Progress = no_progress) -> list[np.ndarray]:
        """What the function says of each candidate."""
        self.n_read += len(readings)
        return [
            np.array(
                [
                    self._log_probability(self._read(reading.ids), place, self._words[token])
                    for place, wanted in zip(reading.places, reading.candidates, strict=True)
                    for token in wanted
                ],
                dtype=np.float64,
            )
            for reading in readings
        ]

    def top_fills(self, texts: Sequence[str], k: int, progress: Progress = no_progress) -> list[list[str]]:
        """The k words with the highest answers, ties in the vocabulary's order."""
        found = []
        for encoded in self.encode(texts):
            words = self._read(encoded.ids)
            place = words.index(_MASK)
            ranked = sorted(self._words[4:], key=lambda word: -self._log_probability(words, place, word))
            found.append(ranked[:k])
        return found

    def _read(self, ids: Sequence[int]) -> tuple[str, ...]:
        return tuple(self._words[token] for token in ids)


class FakeCausalScorer:
    """A left-to-right language model over words that answers from a function of the words before."""

    def __init__(
        self, log_probability: Callable[[tuple[str, ...], str], float], vocabulary: Sequence[str] = ()
    ) -> None:
        self._log_probability = log_probability
        self._vocabulary = tuple(vocabulary)

    def log_likelihoods(
        self, prompts: Sequence[str], continuations: Sequence[str], progress: Progress = no_progress
    ) -> list[np.ndarray]:
        """What the function says of each word of a continuation after all words before it."""
        found = []
        for prompt, continuation in zip(prompts, continuations, strict=True):
            before, after = _words(prompt), _words(continuation)
            found.append(
                np.array(
                    [self._log_probability((*before, *after[:i]), word) for i, word in enumerate(after)], dtype=float
                )
            )
        return found

    def top_next(self, prompts: Sequence[str], k: int, progress: Progress = no_progress) -> list[list[str]]:
        """The k words of the vocabulary with the highest answers, ties in its order."""
        return [
            sorted(self._vocabulary, key=lambda word: -self._log_probability(_words(prompt), word))[:k]
            for prompt in prompts
        ]


class FakeEncoder:
    """An encoder that looks vectors up; a text is its words' sum."""

    def __init__(self, vectors: Mapping[str, Sequence[float]]) -> None:
        self._vectors = {word: np.asarray(vector, dtype=np.float64) for word, vector in vectors.items()}
        self._size = len(next(iter(self._vectors.values())))

    pooling = "sum of the words' vectors"

    def embed(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """The sum over a text's known words; zeros where none is known."""
        vectors = np.zeros((len(texts), self._size))
        for row, text in enumerate(texts):
            for word in _words(text):
                vectors[row] += self._vectors.get(word, 0.0)
        return vectors

    def word_vectors(self, words: Sequence[str]) -> np.ndarray:
        """The vectors as given; NaN for a word without one."""
        missing = np.full(self._size, np.nan)
        return np.array([self._vectors.get(word, missing) for word in words]).reshape(len(words), self._size)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text))
