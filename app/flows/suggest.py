"""Compare models for a task, a language and the user's own texts, before anything is trained."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from boletim.app.flows.foreign import foreign_config
from boletim.app.flows.suggest_texts import Sample, own_texts, starter_texts
from boletim.app.starter.example import installed_model
from boletim.contracts.configuration.file import config_of
from boletim.contracts.errors import InputError, ModelError
from boletim.contracts.extras import need_extra
from boletim.contracts.files.yaml_file import as_yaml
from boletim.contracts.language import load_language
from boletim.contracts.protocols import Screen
from boletim.contracts.registry import find_plugin
from boletim.contracts.results.suggestion import Suggestion, Suggestions
from boletim.contracts.sentence import Joined, Sentence

_PROPOSED = 3
_LENGTHS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
_HUB_HEADS, _MOST_OF_A_HEAD = ("fill-mask", "feature-extraction", "sentence-similarity"), 8


def suggest(
    task: str, language: str, data: Path | None, text: str | None, groups: Sequence[str], folders: Sequence[Path],
    terminal: Screen, *, with_hub: bool = False,
) -> Suggestions:  # fmt: skip
    """Compare the models of some folders and of the hub's cache on these texts.

    Args:
        task: Name of a task.
        language: Of the texts.
        data: Their table; None takes the example texts of `boletim init`.
        text: Its text column; None is found out.
        groups: Group columns, such as `age: [0, 30]`; none are found out.
        folders: That are models, or hold some; none stands for the folder where one is.
        terminal: Told how far it is.
        with_hub: Ask the hub for its list too; what it lists is described by the hub, its tokenizers are downloaded.

    Raises:
        InputError: Task, language, file, column or folder is not known, no model was found, or the hub is out of reach.
        MissingExtraError: Nothing is installed that can read a tokenizer.
    """
    need_extra("train", "a comparison of models")
    find_plugin("task", task)
    load_language(language)
    if data is None:
        sample = starter_texts(language)
    else:
        chosen = foreign_config(
            name="suggest", language=language, source=data, text=text or "", label="label", groups=list(groups),
            model="none",
        ).data.groups  # fmt: skip
        sample = own_texts(str(data), text, chosen)
    found: list[Suggestion] = []
    left_out: dict[str, str] = {}
    shelf = list(_shelf(folders, language.partition("-")[0], with_hub))
    for n_done, (name, place, listed) in enumerate(shelf):
        terminal.progress("models compared", n_done, len(shelf))
        try:
            found.append(_suggestion(name, place, listed, task, language, sample))
        except ModelError as error:
            left_out[name] = str(error)
    terminal.progress("models compared", len(shelf), max(len(shelf), 1))
    if not found:
        why = Joined(list(left_out.values())[:3], " | ") or Sentence("errors.here_nor_cache")
        raise InputError("no_model_found", why=why)
    ranked = tuple(sorted(found, key=rank))
    return Suggestions(
        task=task, language=language, n_texts=len(sample.texts), source=sample.source, models=ranked,
        left_out=left_out, candidates=_candidates(ranked),
    )  # fmt: skip


def rank(one: Suggestion) -> tuple[Any, ...]:
    """The order in which models are worth a try: what Boletim loads at once, what says it knows the language, what
    the tokenizer makes of the texts, the smaller one. What others report has no part in it.
    """
    known = ("stated", "not stated", "others stated").index(one.knows_language)
    fit = [measure.value or 0.0 for measure in (one.cut_share, one.unknown_share, one.pieces_per_word)]
    rough = (round(fit[0], 2), round(fit[1], 3), round(fit[2], 1))
    return (one.weights == "pickle", known, *rough, one.n_parameters or float("inf"), one.model)


def _shelf(folders: Sequence[Path], language: str, with_hub: bool) -> Iterator[tuple[str, str, Any]]:
    """Name, place and the hub's own description of each model, every one once."""
    from boletim.models.choosing.shelf import cached_models, hub_models, local_models

    seen = {path.resolve() for path in folders}
    installed = None if folders else installed_model()
    listed = local_models(folders or [Path()])
    if installed is not None and installed.resolve() not in seen | {path.resolve() for path in listed}:
        listed.append(installed)
    for path in listed:
        yield str(path), "folder", None
    cached = cached_models()
    for name in cached:
        yield name, "cache", None
    if with_hub:
        for one in hub_models(language, _HUB_HEADS, _MOST_OF_A_HEAD):
            if one.name not in cached:
                yield one.name, "hub", one


def _suggestion(name: str, place: Any, listed: Any, task: str, language: str, sample: Sample) -> Suggestion:
    """One model, read but not loaded.

    Raises:
        ModelError: It cannot be used.
    """
    from boletim.app.flows.suggest_measures import fit_measures, percentile
    from boletim.models.choosing import described
    from boletim.models.choosing.pieces import count_pieces
    from boletim.models.files import PICKLE, SAFETENSORS, find_model_files, find_without_weights, weights_format
    from boletim.models.tokenizer import load_tokenizer

    if listed is None:
        files = find_model_files(name)
        weights, card = weights_format(files, allow_pickle=True), described.front_matter(files.folder)
        n_parameters = described.count_parameters(files.folder)
    else:
        files = find_without_weights(name)
        weights, card = SAFETENSORS if listed.is_safetensors else PICKLE, listed.card
        n_parameters = listed.n_parameters
    _check_head(name, files.config, task)
    tokenizer = load_tokenizer(files)
    counts = count_pieces(tokenizer, sample.texts)
    longest = int(tokenizer.model_max_length)
    usual = next((one for one in _LENGTHS if one >= percentile(counts.lengths)), _LENGTHS[-1])
    max_length = min(usual, longest)
    stated = described.stated_languages(card)
    return Suggestion(
        model=name, place=place, languages=stated, knows_language=_knows(stated, language),
        licence=described.stated_licence(card), n_parameters=n_parameters, weights=weights, longest=longest,
        max_length=max_length, training_bytes=described.training_bytes(files.config, n_parameters, max_length),
        reported=described.reported_scores(card), **fit_measures(counts, longest, sample.groups),
    )  # fmt: skip


def _knows(stated: Sequence[str], language: str) -> Any:
    if not stated:
        return "not stated"
    return "stated" if {language.partition("-")[0], "multilingual"} & set(stated) else "others stated"


def _check_head(name: str, config: Mapping[str, Any], task: str) -> None:
    """Refuse an architecture that has no head for the task.

    Raises:
        ModelError: It has none.
    """
    from transformers.models.auto import modeling_auto

    head = find_plugin("task", task).head
    known = getattr(modeling_auto, f"MODEL_FOR_{head}_MAPPING_NAMES") if head else {config.get("model_type"): ""}
    if config.get("model_type") not in known:
        raise ModelError("no_head", task=task, name=name, kind=config.get("model_type"))


def _candidates(ranked: Sequence[Suggestion]) -> str:
    """The first few as a configuration's `candidates`; pickled weights only where there is nothing else."""
    safe = [one for one in ranked if one.weights != "pickle"] or list(ranked)
    entries = []
    for one in safe[:_PROPOSED]:
        model = str(Path(one.model).resolve()) if one.place == "folder" else one.model
        pickled = {"allow_pickle": True} if one.weights == "pickle" else {}
        entries.append({"model": model, "max_length": max(4, one.max_length), **pickled})
    config_of({"name": "check", "data": {"source": "x", "text": "t", "label": "l"}, "candidates": entries}, "suggest")
    return as_yaml({"candidates": entries})
