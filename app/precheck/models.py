"""The models that a configuration names: what can be told from their files, before any is loaded."""

from collections.abc import Iterator

from boletim.app.precheck.names import Problem, about
from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.yaml_reading import Place
from boletim.contracts.errors import HubOutOfReachError, InputError, ModelError


def wrong_prompts(config: RunConfig, labels: tuple[str, ...]) -> Iterator[Problem]:
    """Prompts that are no templates, and words that do not belong to the classes."""
    from boletim.tuning.prompted.check import read_prompts, words_of

    for index, candidate in enumerate(config.candidates):
        if not candidate.prompts:
            continue
        try:
            read_prompts(candidate)
        except InputError as error:
            yield ("candidates", index, "prompts"), about(("candidates", index, "prompts"), error)
        try:
            words_of(candidate, labels)
        except InputError as error:
            yield ("candidates", index, "labels"), about(("candidates", index, "labels"), error)


def split_models(config: RunConfig, allow_pickle: bool = False) -> tuple[list[Problem], list[Problem]]:
    """Models that cannot be used, and hub ids of which nothing can be said now.

    These are refused too where no model is left that can be used.

    Args:
        config: The run's.
        allow_pickle: Accept pickled weights of a finished model.
    """
    from boletim.models.declared import declared_classes
    from boletim.models.files import check_has_tokenizer, find_model_files, weights_format

    named = [(("candidates", index, "model"), one.model, one.revision, one.allow_pickle)
             for index, one in enumerate(config.candidates)]  # fmt: skip
    subjects = [*named, *([(("model",), config.model, None, allow_pickle)] if config.model else [])]
    wrong: list[Problem] = []
    unknown: list[Problem] = []
    for place, model, revision, is_pickle_allowed in subjects:
        what: Place = ("model",) if config.model else place[:2]
        try:
            files = find_model_files(model, revision=revision, allow_pickle=is_pickle_allowed)
            weights_format(files, allow_pickle=is_pickle_allowed)
            check_has_tokenizer(files)
            if config.model:
                declared_classes(files)
        except HubOutOfReachError as error:
            unknown.append((place, about(what, error)))
        except ModelError as error:
            wrong.append((place, about(what, error)))
    if len(unknown) == len(subjects):
        return [*wrong, *unknown], []
    return wrong, unknown
