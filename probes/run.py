"""Run the probes that a configuration names, in its order."""

from collections.abc import Sequence

from boletim.contracts.config import ProbesConfig
from boletim.contracts.language import Language
from boletim.contracts.protocols import Classifier, Progress, no_progress
from boletim.contracts.registry import find_plugin
from boletim.contracts.results import ProbeResult, ProbeResults
from probes._context import ProbeContext
from probes._user_frames import read_frames


def run_probes(
    classifier: Classifier,
    config: ProbesConfig,
    language: Language,
    texts: Sequence[str] | None,
    *,
    level: float,
    margin: float,
    seed: int,
    bootstrap: int,
    progress: Progress = no_progress,
) -> ProbeResults:
    """Run each named probe on one classifier; equal inputs give equal results.

    Args:
        classifier: Any text classifier.
        config: Names of the probes, and the file with the user's own frames if there is one.
        language: Language of the probe sentences and of `texts`.
        texts: Texts of the test split, independent of each other; None when there are none.
        level: Confidence level of the intervals, in (0, 1).
        margin: A flip rate or a score gap up to this size counts as none.
        seed: Seed of every bootstrap.
        bootstrap: Replicates of every bootstrap.
        progress: Told how far it is.

    Returns:
        One result per probe; a probe that cannot be run on this model is there with its reason.

    Raises:
        InputError: A probe is not known (the message lists the known ones), or the user's frames break a rule.
    """
    plugins = [find_plugin("probes", "a probe", name) for name in dict.fromkeys(config.use)]
    context = ProbeContext(
        classifier=classifier,
        language=language,
        frames=read_frames(config.frames, language) if config.frames else language.frames,
        texts=texts,
        level=level,
        margin=margin,
        seed=seed,
        bootstrap=bootstrap,
        progress=progress,
    )
    results: list[ProbeResult] = [plugin.run(context) for plugin in plugins]
    return ProbeResults(
        measures=tuple(measure for result in results for measure in result.measures),
        findings=tuple(finding for result in results for finding in result.findings),
        probes=tuple(results),
    )
