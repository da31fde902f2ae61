"""Run the probes that a configuration names, in its order."""

from collections.abc import Callable, Sequence
from typing import Any

from boletim.contracts.answers.spans import Span
from boletim.contracts.configuration import ProbesConfig
from boletim.contracts.examples import answers_class
from boletim.contracts.language import Language
from boletim.contracts.meaning import Reason
from boletim.contracts.protocols import Classifier, Progress, no_progress
from boletim.contracts.results.audit import ProbeResult, ProbeResults
from boletim.probes.context import ProbeContext
from boletim.probes.data_file import DataFile, read_data
from boletim.probes.findings.flagged import check_flagged
from boletim.probes.model_views import ModelContext, ModelDoors, open_side, unusable
from boletim.probes.probe import ClassifierProbe, ModelProbe, find_probe
from boletim.probes.sentences.user_frames import read_user_file

_NEEDS = {"spans": Reason.of("needs_tagger"), "question_answers": Reason.of("needs_reader")}


def run_probes(
    classifier: Classifier | None,
    config: ProbesConfig,
    language: Language,
    texts: Sequence[str] | None,
    *,
    entities: Sequence[Sequence[Span]] | None = None,
    level: float,
    margin: float,
    seed: int,
    bootstrap: int,
    progress: Progress = no_progress,
    doors: ModelDoors | None = None,
    base: ModelDoors | None = None,
    read: Callable[[str], DataFile] = read_data,
) -> ProbeResults:
    """Run each named probe on one model; equal inputs give equal results.

    Args:
        classifier: Any text classifier; None where the model is none, and then its probes say so.
        config: Names of the probes, where their data sets lie, and the file with the user's own frames if there is one.
        language: Language of the probe sentences and of `texts`.
        texts: Texts of the test split, independent of each other; None when there are none.
        entities: True entities of each text; None where nobody says them.
        level: Confidence level of the intervals, in (0, 1).
        margin: A flip rate or a score gap up to this size counts as none.
        seed: Seed of every bootstrap.
        bootstrap: Replicates of every bootstrap.
        progress: Told how far it is.
        doors: The same model as a language model or encoder; None where there is no way to open it as one.
        base: The model that it was fine-tuned from; probes of encoders then say what fine-tuning changed.
        read: Reads a data set from a path, or from wherever the caller can.

    Returns:
        One result per probe; a probe that cannot be run on this model is there with its reason.

    Raises:
        InputError: A probe is not known (the message lists the known ones), the user's frames break a rule, or a
            flagged label is not one of the model's.
    """
    probes = [find_probe(name) for name in dict.fromkeys(config.use)]
    frames, own_words = read_user_file(config.frames, language) if config.frames else (language.frames, None)
    if classifier is not None and answers_class(classifier.kind).has_class_scores:
        check_flagged(classifier.labels, config.flagged)
    measured = {"language": language, "level": level, "margin": margin, "seed": seed, "bootstrap": bootstrap}
    settings: dict[str, Any] = {**measured, "data": config.data, "read": read, "progress": progress}
    of_classifiers = {
        "frames": frames,
        "own_words": own_words,
        "texts": texts,
        "entities": entities,
        "flagged": config.flagged,
        "person": config.person,
    }
    results = []
    for probe in probes:
        if missing := [key for key in probe.data if key not in config.data]:
            results.append(unusable(probe.name, Reason.of("needs_data", name=missing[0])))
        elif not isinstance(probe, ModelProbe):
            results.append(_of_classifier(probe, classifier, settings | of_classifiers))
        else:
            results.append(_of_model(probe, doors, base, settings))
    return ProbeResults(
        measures=tuple(measure for result in results for measure in result.measures),
        findings=tuple(finding for result in results for finding in result.findings),
        probes=tuple(results),
    )


def _of_classifier(probe: ClassifierProbe, classifier: Classifier | None, settings: dict[str, Any]) -> ProbeResult:
    if classifier is None:
        return unusable(probe.name, Reason.of("needs_classifier"))
    if probe.asks != classifier.kind:
        has_classes = answers_class(classifier.kind).has_class_scores
        other = Reason.of("needs_one_label") if has_classes else Reason.of("needs_text_classifier")
        return unusable(probe.name, _NEEDS.get(probe.asks, other))
    return probe.run(ProbeContext(classifier=classifier, **settings))


def _of_model(
    probe: ModelProbe, doors: ModelDoors | None, base: ModelDoors | None, settings: dict[str, Any]
) -> ProbeResult:
    if doors is None:
        return unusable(probe.name, Reason.of("needs_model"))
    side, why = open_side(probe.needs, doors)
    if not side:
        return unusable(probe.name, Reason.of("needs_other_model", text=why))
    if base is not None and "encoder" in side:
        side["base"] = open_side(("encoder",), base)[0].get("encoder")
    return probe.run(ModelContext(**side, **settings))
