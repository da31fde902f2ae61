"""Forgetting: how far fine-tuning moved the layers of the encoder, on sentences that are not of the task's data."""

import random

from boletim.app.run import Run
from boletim.contracts.errors import ModelError
from boletim.contracts.language import load_language
from boletim.contracts.measure import Measure
from boletim.contracts.results.search import SearchResult
from boletim.contracts.sentence import Sentence

_N_SENTENCES = 150


def measure_forgetting(run: Run, search: SearchResult) -> list[Measure]:
    """Similarity of each layer of the tuned model with the same layer of its base.

    None where the base model cannot be loaded any more, which is said on the terminal.
    """
    from boletim.audit.training.similarity import similarity_measures
    from boletim.models.layers import layer_states

    model = search.model
    if model.prompt is not None:  # nothing was trained
        return []
    sentences = neutral_sentences(run.config.language, run.config.seed)
    try:
        before = layer_states(
            model.base_model, sentences, revision=model.base_revision, allow_pickle=model.allow_pickle
        )
    except ModelError as error:
        run.terminal.warn(Sentence("terminal.left_out.similarity", said=error))
        return []
    after = layer_states(str(run.folder.path / model.folder), sentences, allow_pickle=model.allow_pickle)
    return similarity_measures(before, after, run.config.audit.level)


def neutral_sentences(language: str, seed: int) -> list[str]:
    """150 sentences about people at work from the language pack, about women and men in turn."""
    from boletim.probes.sentences.frames import fill

    pack = load_language(language)
    pairs = [fill(frame, profession, pack.articles) for frame in pack.frames for profession in pack.professions]
    chosen = random.Random(seed).sample(pairs, min(_N_SENTENCES, len(pairs)))
    return [pair[place % 2] for place, pair in enumerate(chosen)]
