"""Probe any model: a classifier, a language model or an encoder."""

from pathlib import Path

from boletim.app.flows.foreign import foreign_config
from boletim.app.stages.probe import probe_classifier
from boletim.contracts.configuration.yaml_reading import shown
from boletim.contracts.errors import InputError
from boletim.contracts.examples import answers_class
from boletim.contracts.extras import need_extra
from boletim.contracts.files.atomic import write_json
from boletim.contracts.language import load_language
from boletim.contracts.protocols import Screen
from boletim.contracts.results.audit import ProbeResults
from boletim.contracts.sentence import Joined, Sentence, word
from boletim.probes.probe import ClassifierProbe, ModelProbe, Probe, find_probe
from boletim.reports.page.words import Words


def probe_model(
    model: str,
    names: tuple[str, ...],
    language: str,
    data: list[str],
    text: str,
    output: Path,
    terminal: Screen,
    *,
    frames: str | None = None,
    flagged: tuple[str, ...] = (),
) -> ProbeResults:
    """Run probes alone and write their results.

    Args:
        model: Hub id or folder.
        names: Which probes; empty for those that are usual for the model's kind of answer and have what they need.
        language: Of frames and swaps.
        data: `name=path` of probes' data sets; a plain path is a file of real texts, or the data set of the one probe.
        text: Text column of the real texts.
        output: JSON file to write.
        terminal: Told how far it is.
        frames: YAML file with frames and word lists of the user's own.
        flagged: Labels that count against a text.

    Raises:
        InputError: A probe or the language is not known, or no probe can be run on this model.
        MissingExtraError: Nothing is installed that can load a model.
        ModelError: The model cannot be loaded safely, or a probe of classifiers was asked for and it is none.
    """
    need_extra("train", "a probe of a model")
    from boletim.models.loading.declared_model import load_declared

    load_language(language)
    _check_files([frames] if frames else [], output)
    names = names or _usual_probes(model, has_texts=any("=" not in item for item in data))
    probes = {name: find_probe(name) for name in names}
    sets, texts_file = _data_sets(data, probes)
    _check_files([*sets.values(), *([str(texts_file)] if texts_file else [])], output)
    _check_model(model)
    config = foreign_config(
        name=Path(model).name, language=language, source=texts_file or Path(), text=text, label="label", groups=[],
        model=model,
    )  # fmt: skip
    chosen = {"use": names, "data": sets, "frames": frames, "flagged": flagged}
    config = config.model_copy(update={"probes": config.probes.model_copy(update=chosen)})
    texts = _real_texts(texts_file, text, terminal) if texts_file else None
    needs_classifier = not all(isinstance(probe, ModelProbe) for probe in probes.values())
    result = probe_classifier(load_declared(model) if needs_classifier else None, config, texts, terminal, model)
    words = Words.of("en")
    reasons = [
        Sentence("errors.probe_unusable", probe=probe.probe, reason=words.reason(probe.unusable_because))
        for probe in result.probes
    ]
    if reasons and all(probe.unusable_because for probe in result.probes):
        raise InputError(Joined(reasons, "; "))
    write_json(output, result.model_dump(mode="json"))
    return result


def _usual_probes(model: str, *, has_texts: bool) -> tuple[str, ...]:
    from boletim.models.declared import declared_kind
    from boletim.models.files import find_model_files

    usual = answers_class(declared_kind(find_model_files(model))).usual_probes
    return tuple(name for name in usual if has_texts or not _needs_texts(find_probe(name)))


def _needs_texts(probe: Probe) -> bool:
    return isinstance(probe, ClassifierProbe) and probe.needs_texts


def _check_files(files: list[str], output: Path) -> None:
    """What is to be read is there, and so is the place of the output."""
    for file in files:
        if not Path(file).expanduser().exists():
            raise InputError("no_such_file", file=shown(file))
    if output.is_dir() or not output.absolute().parent.is_dir():
        raise InputError("output_folder", output=shown(str(output)))


def _check_model(model: str) -> None:
    """Look at the model's files before they are loaded."""
    from boletim.models.files import check_has_tokenizer, find_model_files, weights_format

    found = find_model_files(model)
    weights_format(found, allow_pickle=False)
    check_has_tokenizer(found)


def _real_texts(file: Path, column: str, terminal: Screen) -> list[str]:
    from boletim.tables.read import how_read, read_table
    from boletim.tables.texts import text_of

    if line := how_read(str(file)):
        terminal.say(line)
    cells = enumerate(read_table(str(file), [column])[column], 1)
    return [found for row, cell in cells if (found := text_of(str(file), row, cell, column)) is not None]


def _data_sets(data: list[str], probes: dict[str, Probe]) -> tuple[dict[str, str], Path | None]:
    """Data sets by name, and the file of real texts."""
    sets: dict[str, str] = {}
    texts: Path | None = None
    takes = list(dict.fromkeys(key for probe in probes.values() for key in (*probe.data, *probe.may_read)))
    for item in data:
        name, separator, path = item.partition("=")
        if separator:
            if name not in takes:
                known = ", ".join(takes) or word("none")
                raise InputError("data_of_probe", known=known, name=name)
            sets[name] = path
        elif any(_needs_texts(probe) for probe in probes.values()):
            texts = Path(item)
        elif len(takes) == 1:
            sets[takes[0]] = item
        elif takes:
            raise InputError("data_of_which_probe", wanted=takes, item=item)
        else:
            raise InputError("data_of_probe", known=word("none"), name=item)
    return sets, texts
