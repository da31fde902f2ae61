"""Copies of the training texts with the genders of people swapped, for a search that may train on them too."""

from dataclasses import replace

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TEXT, TuningData
from boletim.contracts.language import load_language


def with_swapped_texts(data: TuningData, config: RunConfig) -> TuningData:
    """The data with a copy of each training text that can be swapped whole; as they are where nobody asks for it.

    Raises:
        ConfigError: There is no language pack for the texts.
    """
    if not config.tuning.search.may_be_on("gender_swap"):
        return data
    from boletim.probes.classifiers.pronoun_swap import swapped_texts

    found = swapped_texts(list(data.train[TEXT]), load_language(config.language))
    texts = {place: text for place, text in enumerate(found) if text is not None}
    copies = data.train.iloc[list(texts)].assign(**{TEXT: list(texts.values())})
    return replace(data, swapped=copies.set_axis(list(texts), axis=0))
