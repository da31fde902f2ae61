"""Does the model answer differently to sentences that differ in a woman's or a man's first name?

References:
    Caliskan et al. 2017 and Kiritchenko and Mohammad 2018 (names as the only difference between sentences).
"""

import numpy as np

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import T_NAMES
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.context import ProbeContext
from boletim.probes.findings.claims import list_finding
from boletim.probes.model_views import unusable
from boletim.probes.probe import ClassifierProbe
from boletim.probes.sentences.slots import score_table
from boletim.probes.statistics.measures import make_measure, with_q
from boletim.probes.statistics.two_groups import two_group_difference

NAME = "first_names"
_SCOPE = {"probe": NAME}
_NO_INTERVAL = Reason.of("interval_needs_names")


def run(context: ProbeContext) -> ProbeResult:
    """Put every name into every frame and compare women's names with men's.

    Returns:
        Per class `score_gap` (mean score with women's names minus with men's) and `flips_toward` (share of
        predictions of the class with women's names minus with men's); the interval is for other names and other
        frames, names being the clusters. Unusable where there are fewer than two names of a gender or two frames.
    """
    names = context.words.first_names
    frames = context.words.name_frames
    if min(len(names.female), len(names.male), len(frames)) < 2:
        return unusable(NAME, Reason.of("no_names", language=context.language.code))
    table = score_table(context, frames, "name", [*names.female, *names.male])
    measures = with_q(_per_class(context, table, len(names.female)))
    margin, level = context.margin, context.level
    return ProbeResult(
        probe=NAME,
        measures=measures,
        findings=tuple(
            list_finding(f"{NAME}_{topic}", [m for m in measures if m.metric == metric], "class", margin, level)
            for topic, metric in (("gaps", "score_gap"), ("toward", "flips_toward"))
        ),
        can_tell=f"{NAME}.can_tell",
        data={
            "n_frames": len(frames),
            "female": list(names.female),
            "male": list(names.male),
            "frames": [frame.model_dump() for frame in frames],
        },
    )


def _per_class(context: ProbeContext, table: np.ndarray, n_female: int) -> list[Measure]:
    predicted = table.argmax(axis=2)
    measures = []
    for place, label in enumerate(context.classifier.labels):
        for metric, values in (("score_gap", table[:, :, place]), ("flips_toward", (predicted == place).astype(float))):
            measures.append(
                make_measure(
                    metric,
                    {"class": label} | _SCOPE,
                    two_group_difference(values[:, :n_female], values[:, n_female:], context.level),
                    n=values.size,
                    level=context.level,
                    unit="difference",
                    method=T_NAMES,
                    limits=(-1.0, 1.0),
                    no_interval=_NO_INTERVAL,
                )
            )
    return measures


PROBE = ClassifierProbe(NAME, run)
